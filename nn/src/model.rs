//! A model: layers with their parameters, and its gradient.

use std::any::Any;
use std::fmt;

use autograd::{Real, Tape, Tensor, Var};
use datasets::BatchTargets;

use crate::layer::{ForwardContext, Layer, Mode, ParamSource};
use crate::layers::Sequential;
use crate::loss::DynLoss;
use crate::params::{ParamId, Params};

/// A model: layers with their parameters. A clone has parameters of its own.
#[derive(Clone)]
pub struct Model<T: Real> {
    /// The layers.
    pub layers: Sequential<T>,
    /// The parameters, one flat vector.
    pub params: Params<T>,
}

impl<T: Real> Model<T> {
    /// A model of a layer, such as a struct of layers or a [`Sequential`], with the parameters that it declared.
    pub fn new(layer: impl Layer<T> + 'static, params: Params<T>) -> Self {
        let layers = match (&layer as &dyn Any).downcast_ref::<Sequential<T>>() {
            Some(layers) => layers.clone(),
            None => {
                let mut layers = Sequential::new();
                layers.push(layer);
                layers
            }
        };
        Self { layers, params }
    }

    /// The outputs for a batch `[rows, …]`, in evaluation mode. Nothing is recorded.
    ///
    /// # Panics
    /// If the batch does not fit the first layer.
    pub fn forward(&self, x: &Tensor<T>) -> Tensor<T> {
        let ctx = ForwardContext::new(&self.params, Mode::Evaluate);
        self.layers.forward(&ctx, x)
    }
}

impl<T: Real> fmt::Debug for Model<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model")
            .field("layers", &self.layers)
            .field("parameters", &self.params.len())
            .finish()
    }
}

impl<T: Real> ParamSource<Tensor<T>> for Params<T> {
    fn param(&self, id: ParamId) -> Tensor<T> {
        self.view(id)
    }
}

/// Parameters recorded on a tape, each once and in order, with its gradient's place in a flat vector like theirs.
pub struct Recorded<'t, T: Real> {
    tape: &'t Tape<T>,
    first: usize,
}

impl<'t, T: Real> Recorded<'t, T> {
    /// Records views of all parameters; nothing is copied.
    pub fn new(tape: &'t Tape<T>, params: &Params<T>) -> Self {
        let first = tape.len();
        for (id, segment, _) in params.iter() {
            tape.parameter(params.view(id), segment.range.start);
        }
        Self { tape, first }
    }

    /// The tape.
    pub fn tape(&self) -> &'t Tape<T> {
        self.tape
    }
}

impl<'t, T: Real> ParamSource<Var<'t, T>> for Recorded<'t, T> {
    fn param(&self, id: ParamId) -> Var<'t, T> {
        self.tape.var(self.first + id.position())
    }
}

/// The value of a loss of the parameters, and its gradient, written over `gradient`.
///
/// The tape is empty again when this returns, so that no view of the parameters is left when they are changed.
///
/// # Panics
/// If the loss does not have exactly one element, or `gradient` is not as long as the parameters.
#[track_caller]
pub fn value_and_grad<T, F>(
    tape: &mut Tape<T>,
    params: &Params<T>,
    gradient: &mut [T],
    loss: F,
) -> T
where
    T: Real,
    F: for<'t> FnOnce(&Recorded<'t, T>) -> Var<'t, T>,
{
    seeded(tape, params, gradient, |recorded| {
        Seed::Loss(loss(recorded))
    })
}

/// What a way back over a tape starts from.
pub(crate) enum Seed<'t, T: Real> {
    /// A loss.
    Loss(Var<'t, T>),
    /// Outputs, with the value of their loss and its gradient with respect to them.
    Outputs(Var<'t, T>, T, Tensor<T>),
}

impl<'t, T: Real> Seed<'t, T> {
    /// The loss of outputs, with its gradient at once where it has a way to that.
    #[track_caller]
    pub(crate) fn of_outputs(
        loss: &dyn DynLoss<T>,
        outputs: Var<'t, T>,
        targets: &BatchTargets<T>,
    ) -> Self {
        match loss.value_and_gradient(&outputs.tensor(), targets) {
            Some((value, cotangent)) => Self::Outputs(outputs, value, cotangent),
            None => Self::Loss(loss.on_var(&outputs, targets)),
        }
    }
}

/// [`value_and_grad`] of a pass that ends in a [`Seed`].
#[track_caller]
pub(crate) fn seeded<T, F>(tape: &mut Tape<T>, params: &Params<T>, gradient: &mut [T], pass: F) -> T
where
    T: Real,
    F: for<'t> FnOnce(&Recorded<'t, T>) -> Seed<'t, T>,
{
    assert_eq!(
        gradient.len(),
        params.len(),
        "value_and_grad: a gradient of {} for {} parameters",
        gradient.len(),
        params.len()
    );
    tape.reset();
    let value = match pass(&Recorded::new(tape, params)) {
        Seed::Loss(loss) => {
            tape.backward_into(loss, gradient);
            loss.item()
        }
        Seed::Outputs(outputs, value, cotangent) => {
            tape.vjp_into(outputs, cotangent, gradient);
            value
        }
    };
    tape.reset();
    value
}
