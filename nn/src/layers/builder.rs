//! A sequential model, described layer by layer.

use std::any::Any;
use std::sync::Arc;

use autograd::prelude::Conv2dParams;
use autograd::{Activation, Real};
use thiserror::Error;

use super::{
    Activate, AvgPool2d, BatchNorm1d, BatchNorm2d, Conv2d, Dropout, Flatten, Input, LayerNorm,
    Linear, MaxPool2d, Sequential,
};
use crate::error::ShapeError;
use crate::init::Init;
use crate::layer::{DynLayer, Layer};
use crate::model::Model;
use crate::params::{ParamsBuilder, TooLarge};

/// Reason why a model cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A layer does not take what the one before makes.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// The parameters do not fit in memory.
    #[error(transparent)]
    TooLarge(#[from] TooLarge),
}

/// A description of a sequential model: each method adds a layer. Layers are named by their position, as in PyTorch's
/// `Sequential`, where activations count: the weights of two linear layers with an activation between them are `0.weight`
/// and `2.weight`. An activation right after a linear layer is fused with it.
///
/// ```
/// use nn::Sequential;
///
/// let cnn = Sequential::input([1, 28, 28])
///     .conv2d(16, 3)
///     .relu()
///     .max_pool2d(2)
///     .flatten()
///     .linear(10)
///     .init::<f32>(0)?;
/// let names: Vec<_> = cnn.params.segments().iter().map(|s| s.name.as_str()).collect();
/// assert_eq!(names, ["0.weight", "0.bias", "4.weight", "4.bias"]);
/// # Ok::<(), nn::BuildError>(())
/// ```
pub struct SequentialBuilder {
    params: ParamsBuilder,
    layers: Vec<(String, Erased)>,
    /// The shape of a row after the layers so far.
    shape: Vec<usize>,
    /// The position of the next layer.
    next: usize,
    /// A linear layer that waits for its activation.
    pending: Option<PendingLinear>,
    weights: Init,
    error: Option<ShapeError>,
}

/// A linear layer before it is known what follows it.
struct PendingLinear {
    name: String,
    outputs: usize,
}

/// A layer of either element type, which is chosen last.
struct Erased {
    single: Arc<dyn DynLayer<f32>>,
    double: Arc<dyn DynLayer<f64>>,
}

impl Erased {
    fn new(layer: impl Layer<f32> + Layer<f64> + 'static) -> Self {
        let layer = Arc::new(layer);
        Self {
            single: Arc::clone(&layer) as Arc<dyn DynLayer<f32>>,
            double: layer,
        }
    }

    /// The layer of the element type `T`.
    fn of<T: Real>(self) -> Arc<dyn DynLayer<T>> {
        let either: [Box<dyn Any>; 2] = [Box::new(self.single), Box::new(self.double)];
        let fitting = either.into_iter().find_map(|layer| layer.downcast().ok());
        match fitting {
            Some(layer) => *layer,
            None => unreachable!("there are two element types, and {} is another", T::NAME),
        }
    }
}

// `f32` stands here so that `Sequential::input` needs no type; `init` chooses one.
impl Sequential<f32> {
    /// Begins the description of a model whose input rows have this shape: `[64]` for rows of 64 numbers, `[1, 28, 28]` for
    /// grey images. Rows of another shape with as many numbers are reshaped.
    ///
    /// ```
    /// use nn::Sequential;
    ///
    /// let model = Sequential::input([64]).linear(32).relu().linear(10).init::<f32>(0)?;
    /// assert_eq!(model.params.len(), 64 * 32 + 32 + 32 * 10 + 10);
    /// # Ok::<(), nn::BuildError>(())
    /// ```
    pub fn input(shape: impl Into<Vec<usize>>) -> SequentialBuilder {
        let shape = shape.into();
        let mut builder = SequentialBuilder {
            params: ParamsBuilder::new(),
            layers: Vec::new(),
            shape: shape.clone(),
            next: 0,
            pending: None,
            weights: Init::HE_NORMAL,
            error: None,
        };
        builder.push("input".to_owned(), Input::new(shape));
        builder
    }
}

impl SequentialBuilder {
    /// Draws the weights of the layers that follow by this initializer instead of He's normal one. Those of a linear layer
    /// that no activation follows are drawn [without the gain of one](Init::without_activation).
    pub fn weights(mut self, init: Init) -> Self {
        self.settle(Next::Hidden);
        self.weights = init;
        self
    }

    /// Starts the biases of the layers that follow at this value instead of 0.
    pub fn biases(mut self, value: f64) -> Self {
        self.settle(Next::Hidden);
        self.params = self.params.biases(value);
        self
    }

    /// A linear layer with so many outputs.
    pub fn linear(mut self, outputs: usize) -> Self {
        self.settle(Next::Layer);
        let name = self.name();
        self.pending = Some(PendingLinear { name, outputs });
        self
    }

    /// An activation.
    pub fn activation(mut self, activation: Activation) -> Self {
        if self.pending.is_some() {
            self.settle(Next::Activation(activation));
            self.next += 1;
            return self;
        }
        self.add(|_, _, _| Activate(activation))
    }

    /// The activation max(x, 0).
    pub fn relu(self) -> Self {
        self.activation(Activation::Relu)
    }

    /// The activation tanh.
    pub fn tanh(self) -> Self {
        self.activation(Activation::Tanh)
    }

    /// The logistic sigmoid.
    pub fn sigmoid(self) -> Self {
        self.activation(Activation::Sigmoid)
    }

    /// The activation x·Φ(x).
    pub fn gelu(self) -> Self {
        self.activation(Activation::Gelu)
    }

    /// A convolution with so many output channels and square kernels, without padding, stride 1.
    pub fn conv2d(self, channels: usize, kernel: usize) -> Self {
        self.conv2d_with(channels, [kernel; 2], Conv2dParams::default())
    }

    /// A convolution with stride, padding and dilation.
    pub fn conv2d_with(self, channels: usize, kernel: [usize; 2], window: Conv2dParams) -> Self {
        let init = self.weights;
        self.add(|params, name, row| {
            let inputs = row.first().copied().unwrap_or(1);
            Conv2d::new(params, name, [inputs, channels], kernel, window, true, init)
        })
    }

    /// The largest element of each square window, windows side by side.
    pub fn max_pool2d(self, size: usize) -> Self {
        self.add(|_, _, _| MaxPool2d::new(size))
    }

    /// The mean of each square window, windows side by side.
    pub fn avg_pool2d(self, size: usize) -> Self {
        self.add(|_, _, _| AvgPool2d::new(size))
    }

    /// Batch normalization: of the channels of images, else of the features.
    pub fn batch_norm(mut self) -> Self {
        self.settle(Next::Hidden);
        if self.shape.len() == 3 {
            self.add(|params, name, row| BatchNorm2d::new(params, name, row[0]))
        } else {
            self.add(|params, name, row| {
                BatchNorm1d::new(params, name, row.first().copied().unwrap_or(1))
            })
        }
    }

    /// Layer normalization over all of a row.
    pub fn layer_norm(mut self) -> Self {
        self.settle(Next::Hidden);
        self.add(LayerNorm::new)
    }

    /// Dropout with this probability.
    ///
    /// # Panics
    /// If the probability is not in [0, 1).
    #[track_caller]
    pub fn dropout(mut self, probability: f64) -> Self {
        self.settle(Next::Hidden);
        self.add(|_, name, _| Dropout::new(name, probability))
    }

    /// Images as rows of numbers.
    pub fn flatten(self) -> Self {
        self.add(|_, _, _| Flatten)
    }

    /// A layer of your own. `make` declares its parameters under a name, which is its position, and is told the shape of
    /// its input rows. [`Layer::output_shape`] says what comes out of it.
    pub fn layer<L>(self, make: impl FnOnce(&mut ParamsBuilder, &str, &[usize]) -> L) -> Self
    where
        L: Layer<f32> + Layer<f64> + 'static,
    {
        self.add(make)
    }

    /// The model, its parameters drawn from the streams of this seed.
    ///
    /// # Errors
    /// If a layer does not take what the one before makes, or the parameters do not fit in memory.
    pub fn init<T: Real>(mut self, seed: u64) -> Result<Model<T>, BuildError> {
        self.settle(Next::Layer);
        if let Some(error) = self.error {
            return Err(error.into());
        }
        let params = self.params.build(seed, isize::MAX as usize)?;
        let mut layers = Sequential::new();
        for (name, layer) in self.layers {
            layers.push_named(name, layer.of::<T>());
        }
        Ok(Model { layers, params })
    }

    /// The name of the next layer.
    fn name(&mut self) -> String {
        let name = self.next.to_string();
        self.next += 1;
        name
    }

    fn add<L>(mut self, make: impl FnOnce(&mut ParamsBuilder, &str, &[usize]) -> L) -> Self
    where
        L: Layer<f32> + Layer<f64> + 'static,
    {
        self.settle(Next::Layer);
        let name = self.name();
        let layer = make(&mut self.params, &name, &self.shape);
        self.push(name, layer);
        self
    }

    /// Adds a layer, if all before it fit.
    fn push(&mut self, name: String, layer: impl Layer<f32> + Layer<f64> + 'static) {
        match Layer::<f32>::output_shape(&layer, &self.shape) {
            Ok(shape) => self.shape = shape,
            Err(reason) if self.error.is_none() => {
                self.error = Some(ShapeError {
                    name: name.clone(),
                    layer: Layer::<f32>::describe(&layer),
                    found: self.shape.clone(),
                    reason,
                });
            }
            Err(_) => {}
        }
        self.layers.push((name, Erased::new(layer)));
    }

    /// Adds the linear layer that waits, as it is now known what follows it.
    fn settle(&mut self, next: Next) {
        let Some(PendingLinear { name, outputs }) = self.pending.take() else {
            return;
        };
        let (activation, init) = match next {
            Next::Activation(activation) => (activation, self.weights),
            Next::Hidden => (Activation::Identity, self.weights),
            Next::Layer => (Activation::Identity, self.weights.without_activation()),
        };
        let inputs = match self.shape[..] {
            [inputs] => inputs,
            // Refused below, with the number that a flattened row would have.
            _ => self.shape.iter().product(),
        };
        let layer = Linear::new(&mut self.params, &name, inputs, outputs, activation, init);
        self.push(name, layer);
    }
}

/// What follows a linear layer.
enum Next {
    /// An activation, which is fused.
    Activation(Activation),
    /// Something that stands before an activation, such as a normalization.
    Hidden,
    /// Another layer, or nothing.
    Layer,
}

#[cfg(test)]
mod tests {
    use super::super::Mlp;
    use super::*;

    #[test]
    fn it_is_the_perceptron_of_the_same_layers() {
        let mlp = Mlp {
            inputs: 5,
            hidden: vec![4, 3],
            outputs: 2,
            activation: Activation::Tanh,
            batch_norm: true,
            dropout: 0.5,
            init: Init::HE_NORMAL,
        };
        let mut params = ParamsBuilder::new();
        mlp.declare::<f64>(&mut params);
        let expected = params.build::<f64>(7, 1 << 20).unwrap();
        let hidden = |b: SequentialBuilder, n| b.linear(n).batch_norm().tanh().dropout(0.5);
        let model = hidden(hidden(Sequential::input([5]), 4), 3).linear(2);
        let model = model.init::<f64>(7).unwrap();
        assert_eq!(model.params.segments(), expected.segments());
        assert_eq!(model.params.values(), expected.values());
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let refused = |b: SequentialBuilder| b.init::<f32>(0).unwrap_err().to_string();
        assert_eq!(
            refused(Sequential::input([1, 8, 8]).conv2d(4, 3).relu().linear(10)),
            "layer 2, Linear(144, 10), does not take rows of shape [4, 6, 6]: it takes rows of 144 numbers"
        );
        assert_eq!(
            refused(Sequential::input([8]).max_pool2d(2)),
            "layer 0, MaxPool2d(kernel_size=(2, 2), stride=(2, 2), padding=(0, 0)), does not take rows of shape [8]: it takes images of shape [channels, height, width]"
        );
        assert!(
            refused(Sequential::input([1, 2, 2]).conv2d(4, 3))
                .contains("does not fit into an image")
        );
    }

    #[test]
    fn rows_are_reshaped_and_others_refused() {
        let model = Sequential::input([2, 2, 2])
            .flatten()
            .linear(1)
            .init::<f32>(0);
        let model = model.unwrap();
        let flat = autograd::Tensor::<f32>::from_fn(&[3, 8], |i| i as f32);
        let images = autograd::prelude::Shaping::reshape(&flat, &[3, 2, 2, 2]);
        assert_eq!(
            model.forward(&flat).to_vec(),
            model.forward(&images).to_vec()
        );
        let why = model.layers.shape_after(&[7]).unwrap_err().to_string();
        assert_eq!(
            why,
            "layer input, Input(2, 2, 2), does not take rows of shape [7]: it takes rows of 8 numbers"
        );
    }
}
