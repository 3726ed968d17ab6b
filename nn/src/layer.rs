//! Layers, and how a list of unlike ones is run by both carriers.

mod context;
mod dynamic;

use autograd::prelude::{Conv2dParams, Pool2dParams};
use autograd::{Activation, Real};

use crate::params::ParamId;

pub(crate) use context::Updates;
pub use context::{ForwardContext, Mode, ParamSource};
pub use dynamic::{Carrier, DynLayer};

/// A layer: a function of a batch and of parameters. Any struct whose fields are layers is one as well, and so a model.
///
/// ```
/// use autograd::{Activation, Real, prelude::*};
/// use nn::layers::Linear;
/// use nn::{Carrier, ForwardContext, Init, Layer, Model, ParamsBuilder};
///
/// /// x + f(x), with f of two linear layers.
/// struct Residual {
///     up: Linear,
///     down: Linear,
/// }
///
/// impl<T: Real> Layer<T> for Residual {
///     fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
///         x.clone() + &self.down.forward(ctx, &self.up.forward(ctx, x))
///     }
///
///     fn describe(&self) -> String {
///         "Residual()".to_owned()
///     }
/// }
///
/// let mut params = ParamsBuilder::new();
/// let block = Residual {
///     up: Linear::new(&mut params, "up", 3, 8, Activation::Tanh, Init::XAVIER_UNIFORM),
///     down: Linear::new(&mut params, "down", 8, 3, Activation::Identity, Init::Zeros),
/// };
/// let model = Model::new(block, params.build::<f64>(0, 1 << 20)?);
/// let x = autograd::Tensor::from([[1.0, 2.0, 3.0]]);
/// assert_eq!(model.forward(&x).to_vec(), [1.0, 2.0, 3.0]);
/// # Ok::<(), nn::TooLarge>(())
/// ```
pub trait Layer<T: Real>: Send + Sync {
    /// The outputs for a batch, `[rows, …]`.
    ///
    /// # Panics
    /// If the batch does not have the shape that the layer was made for.
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V;

    /// The name and settings in a line, as PyTorch prints them: `Linear(64, 32)`.
    fn describe(&self) -> String;

    /// The outputs with an activation applied, which is the next layer, where both together need fewer passes over the
    /// numbers than one after the other; to the same bits. `None`, as it is unless said otherwise, where they do not.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    fn forward_activated<V: Carrier<T = T>>(
        &self,
        _ctx: &ForwardContext<'_, V>,
        _x: &V,
        _activation: Activation,
    ) -> Option<V> {
        None
    }

    /// The shape of an output row for an input row of this shape. A layer that does not say leaves it as it is.
    ///
    /// # Errors
    /// Why not, such as `it takes rows of 64 numbers`.
    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        Ok(row.to_vec())
    }

    /// The kind: decides whether points of a plane can share its products.
    fn kind(&self) -> LayerKind {
        LayerKind::Other
    }

    /// The activation that is applied last, if any: probes tell by it whether an output is saturated.
    fn activation(&self) -> Option<Activation> {
        None
    }

    /// The activation that the layer is, in training and in use, and nothing else; `None` of every other layer. The layer
    /// before may [take it over](Self::forward_activated).
    fn is_activation(&self) -> Option<Activation> {
        None
    }

    /// How the layer goes with the rows of several networks at once, which [`fit_together`](crate::fit_together) asks. A layer
    /// that does not say does not.
    fn packing(&self) -> Packing {
        Packing::Alone
    }

    /// The operation that the layer is when a model is used, for those who write it down in another form; `None` for a layer
    /// of one's own, which has no other form than its code. A [`Sequential`](crate::Sequential) within another is the
    /// [`Operation::Sequence`] of its layers' operations, and none if one of them is none.
    fn operation(&self) -> Option<Operation> {
        None
    }
}

/// Computation of a layer when a model is used. Rows are `[rows, …]`.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Operation {
    /// Nothing is done, as dropout does in use.
    Identity,
    /// Each row is brought to this shape.
    Reshape(Vec<usize>),
    /// Each row becomes a row of numbers.
    Flatten,
    /// An affine map, and an activation after it.
    Linear(LinearParams),
    /// A convolution of images.
    Conv2d {
        /// `[out, in, height, width]`.
        weight: ParamId,
        /// `[out]`.
        bias: Option<ParamId>,
        /// Stride, padding and dilation of the kernels.
        window: Conv2dParams,
    },
    /// The largest element of each window of every channel; padding counts for nothing.
    MaxPool2d {
        /// The size of a window.
        kernel: [usize; 2],
        /// Its stride and padding.
        window: Pool2dParams,
    },
    /// The mean of each window of every channel.
    AvgPool2d {
        /// The size of a window.
        kernel: [usize; 2],
        /// Its stride and padding.
        window: Pool2dParams,
        /// Whether padding counts as zeros.
        padding_counts: bool,
    },
    /// `(x − mean) / √(variance + eps) · scale + shift` for each feature or channel, the second axis.
    BatchNorm {
        /// `[features]`.
        scale: ParamId,
        /// `[features]`.
        shift: ParamId,
        /// The running mean, `[features]`.
        mean: ParamId,
        /// The running variance, `[features]`.
        variance: ParamId,
        /// What is added to variances.
        eps: f64,
    },
    /// The same with mean and variance of the last axes of each row, as many as `scale` has.
    LayerNorm {
        /// Of the shape of those axes.
        scale: ParamId,
        /// As `scale`.
        shift: ParamId,
        /// What is added to variances.
        eps: f64,
    },
    /// A function of every element.
    Activation(Activation),
    /// One operation after the other, each on what the one before made.
    Sequence(Vec<Operation>),
}

/// The parameters of a [`Linear`](crate::layers::Linear) layer, and the activation after them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinearParams {
    /// `[in, out]`.
    pub weight: ParamId,
    /// `[out]`.
    pub bias: ParamId,
    /// Activation of the sums.
    pub activation: Activation,
}

/// The kind of a layer, as far as others have to know it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LayerKind {
    /// It has none.
    Fixed,
    /// It is affine in its parameters before its activation.
    Linear(LinearParams),
    /// Anything else.
    Other,
}

/// Ways of a layer with the rows of several networks at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packing {
    /// It does not: each network passes alone.
    Alone,
    /// Each row that comes out is a function of the row that goes in, the same in training and in use, without parameters. So
    /// rows of several networks may stand in one batch.
    Rows,
    /// [`Layer::forward`] takes `[networks, rows, …]` with parameters that have the same leading axis, draws nothing, and is to
    /// each network what it is to it alone, to the bit.
    Networks,
}
