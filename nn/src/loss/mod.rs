//! Losses: means over the rows of a batch that training minimizes.
//!
//! The built-in ones are values: [`CrossEntropy`], [`BceWithLogits`], [`Mse`], [`Mae`], [`Huber`]; [`LossFunction`] is
//! any of them, to be named in settings and files. One of your own implements [`Loss`], with one text for both carriers:
//!
//! ```
//! use autograd::prelude::*;
//! use nn::{BatchTargets, Loss};
//!
//! /// The mean of ln cosh of the errors.
//! struct LogCosh;
//!
//! impl Loss for LogCosh {
//!     fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
//!         let error = outputs.clone() - &targets.beside(outputs);
//!         // ln cosh x = |x| + softplus(−2|x|) − ln 2
//!         let size = error.abs();
//!         let two = V::T::ONE + V::T::ONE;
//!         ((-size.clone() * two).softplus() + &size).mean().add_scalar(-std::f64::consts::LN_2)
//!     }
//! }
//! # use autograd::Real;
//! let outputs = autograd::Tensor::from([[0.0], [1.0]]);
//! let targets = BatchTargets::Values(autograd::Tensor::from([[0.0], [0.0]]));
//! assert!((LogCosh.value(&outputs, &targets).item() - 0.5 * 1f64.cosh().ln()).abs() < 1e-15);
//! ```
//!
//! Where a trait is too much, [`loss_fn`] makes a loss of a closure.
//!
//! Metrics are no part of a loss: an [`Evaluation`](crate::Evaluation) has them.

mod functions;
mod weighted;

use std::fmt;

use autograd::{Real, Tape, Tensor, Value, Var};
use datasets::Targets;
use serde::{Deserialize, Serialize};

pub use datasets::BatchTargets;
pub use functions::{BceWithLogits, CrossEntropy, Huber, Mae, Mse, huber, mae, mse};
pub use weighted::ClassWeighted;

/// A loss: what training minimizes, a mean over the rows of a batch.
pub trait Loss: Send + Sync {
    /// The loss of a model's outputs, of shape `[]`.
    ///
    /// # Panics
    /// If the targets are not of the kind that it takes, or of another shape than the outputs.
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V;

    /// The loss and its gradient with respect to the outputs, where both together cost less than [`value`](Loss::value) and a
    /// tape's way back through it; they are the same to the last bit. `None` where there is no such way.
    ///
    /// # Panics
    /// As [`value`](Loss::value).
    fn value_and_gradient<T: Real>(
        &self,
        _outputs: &Tensor<T>,
        _targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        None
    }

    /// The outputs in the targets' own terms: the sigmoid where the loss takes logits of values from 0 to 1. They are
    /// what errors are computed of.
    fn predictions<V: Value>(&self, outputs: &V) -> V {
        outputs.clone()
    }

    /// Whether it takes [targets with weights](BatchTargets::Weighted): its value is Σ wᵢlᵢ / n then, over the n rows of a
    /// batch.
    fn takes_weights(&self) -> bool {
        false
    }

    /// Refuses targets of another kind, or for rows of outputs of another shape.
    ///
    /// # Errors
    /// A sentence that says what it takes.
    fn check(&self, _targets: &Targets, _outputs: &[usize]) -> Result<(), String> {
        Ok(())
    }

    /// Whether it is the mean of the squared differences of outputs and targets: what optimizers for sums of squares take.
    fn is_squared_error(&self) -> bool {
        false
    }

    /// The name and settings in a line. A run goes on under a loss of the same description alone.
    fn describe(&self) -> String {
        let path = std::any::type_name::<Self>();
        path.rsplit("::").next().unwrap_or(path).to_owned()
    }
}

impl<L: Loss> Loss for &L {
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        (**self).value(outputs, targets)
    }

    fn value_and_gradient<T: Real>(
        &self,
        outputs: &Tensor<T>,
        targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        (**self).value_and_gradient(outputs, targets)
    }

    fn predictions<V: Value>(&self, outputs: &V) -> V {
        (**self).predictions(outputs)
    }

    fn takes_weights(&self) -> bool {
        (**self).takes_weights()
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        (**self).check(targets, outputs)
    }

    fn is_squared_error(&self) -> bool {
        (**self).is_squared_error()
    }

    fn describe(&self) -> String {
        (**self).describe()
    }
}

/// A [`Loss`] as a trait object, for one element type: every loss is one, and so is what [`loss_fn`] makes.
pub trait DynLoss<T: Real>: Send + Sync {
    /// [`Loss::value`] on tensors.
    fn on_tensor(&self, outputs: &Tensor<T>, targets: &BatchTargets<T>) -> Tensor<T>;
    /// [`Loss::value`] on variables.
    fn on_var<'t>(&self, outputs: &Var<'t, T>, targets: &BatchTargets<T>) -> Var<'t, T>;
    /// See [`Loss::value_and_gradient`].
    fn value_and_gradient(
        &self,
        _outputs: &Tensor<T>,
        _targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        None
    }
    /// See [`Loss::predictions`].
    fn predictions(&self, outputs: &Tensor<T>) -> Tensor<T>;
    /// See [`Loss::takes_weights`].
    fn takes_weights(&self) -> bool;
    /// See [`Loss::check`].
    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String>;
    /// See [`Loss::is_squared_error`].
    fn is_squared_error(&self) -> bool;
    /// See [`Loss::describe`].
    fn describe(&self) -> String;
}

impl<T: Real, L: Loss> DynLoss<T> for L {
    #[inline(never)]
    fn on_tensor(&self, outputs: &Tensor<T>, targets: &BatchTargets<T>) -> Tensor<T> {
        self.value(outputs, targets)
    }

    #[inline(never)]
    fn on_var<'t>(&self, outputs: &Var<'t, T>, targets: &BatchTargets<T>) -> Var<'t, T> {
        self.value(outputs, targets)
    }

    #[inline(never)]
    fn value_and_gradient(
        &self,
        outputs: &Tensor<T>,
        targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        Loss::value_and_gradient(self, outputs, targets)
    }

    #[inline(never)]
    fn predictions(&self, outputs: &Tensor<T>) -> Tensor<T> {
        Loss::predictions(self, outputs)
    }

    fn takes_weights(&self) -> bool {
        Loss::takes_weights(self)
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        Loss::check(self, targets, outputs)
    }

    fn is_squared_error(&self) -> bool {
        Loss::is_squared_error(self)
    }

    fn describe(&self) -> String {
        Loss::describe(self)
    }
}

impl<T: Real> DynLoss<T> for &dyn DynLoss<T> {
    fn on_tensor(&self, outputs: &Tensor<T>, targets: &BatchTargets<T>) -> Tensor<T> {
        (**self).on_tensor(outputs, targets)
    }

    fn on_var<'t>(&self, outputs: &Var<'t, T>, targets: &BatchTargets<T>) -> Var<'t, T> {
        (**self).on_var(outputs, targets)
    }

    fn value_and_gradient(
        &self,
        outputs: &Tensor<T>,
        targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        (**self).value_and_gradient(outputs, targets)
    }

    fn predictions(&self, outputs: &Tensor<T>) -> Tensor<T> {
        (**self).predictions(outputs)
    }

    fn takes_weights(&self) -> bool {
        (**self).takes_weights()
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        (**self).check(targets, outputs)
    }

    fn is_squared_error(&self) -> bool {
        (**self).is_squared_error()
    }

    fn describe(&self) -> String {
        (**self).describe()
    }
}

/// A loss that is a closure of variables; see [`loss_fn`].
#[derive(Clone, Copy)]
pub struct LossFn<F>(F);

/// A loss from a closure of the outputs and the targets of a batch. It is written for variables; where only its value is
/// wanted it runs on a tape that is thrown away.
///
/// ```
/// use autograd::prelude::*;
/// use nn::{Adam, Sequential, Trainer};
///
/// let model = Sequential::input([2]).linear(1).init::<f32>(0)?;
/// let loss = nn::loss_fn(|outputs, targets| (outputs.clone() - &targets.beside(outputs)).abs().square().mean());
/// let trainer = Trainer::new(model, Adam::new(1e-2), loss);
/// # Ok::<(), nn::BuildError>(())
/// ```
pub fn loss_fn<T, F>(loss: F) -> LossFn<F>
where
    T: Real,
    F: for<'t> Fn(&Var<'t, T>, &BatchTargets<T>) -> Var<'t, T> + Send + Sync,
{
    LossFn(loss)
}

impl<T, F> DynLoss<T> for LossFn<F>
where
    T: Real,
    F: for<'t> Fn(&Var<'t, T>, &BatchTargets<T>) -> Var<'t, T> + Send + Sync,
{
    fn on_tensor(&self, outputs: &Tensor<T>, targets: &BatchTargets<T>) -> Tensor<T> {
        let tape = Tape::new();
        (self.0)(&tape.constant(outputs.clone()), targets).tensor()
    }

    fn on_var<'t>(&self, outputs: &Var<'t, T>, targets: &BatchTargets<T>) -> Var<'t, T> {
        (self.0)(outputs, targets)
    }

    fn predictions(&self, outputs: &Tensor<T>) -> Tensor<T> {
        outputs.clone()
    }

    fn takes_weights(&self) -> bool {
        false
    }

    fn check(&self, _targets: &Targets, _outputs: &[usize]) -> Result<(), String> {
        Ok(())
    }

    fn is_squared_error(&self) -> bool {
        false
    }

    fn describe(&self) -> String {
        "a closure".to_owned()
    }
}

/// Any of the built-in losses, for settings and files that name one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LossFunction {
    /// See [`CrossEntropy`].
    CrossEntropy {
        /// Label smoothing, from 0 to 1, usually 0.
        smoothing: f64,
    },
    /// See [`BceWithLogits`].
    BceWithLogits,
    /// See [`Mse`].
    Mse,
    /// See [`Mae`].
    Mae,
    /// See [`Huber`].
    Huber {
        /// Where the square ends.
        delta: f64,
    },
}

/// Does something with the loss that a [`LossFunction`] stands for.
macro_rules! each {
    ($of:expr, $loss:ident => $what:expr) => {
        match *$of {
            LossFunction::CrossEntropy { smoothing } => {
                let $loss = &CrossEntropy { smoothing };
                $what
            }
            LossFunction::BceWithLogits => {
                let $loss = &BceWithLogits;
                $what
            }
            LossFunction::Mse => {
                let $loss = &Mse;
                $what
            }
            LossFunction::Mae => {
                let $loss = &Mae;
                $what
            }
            LossFunction::Huber { delta } => {
                let $loss = &Huber { delta };
                $what
            }
        }
    };
}

impl Loss for LossFunction {
    #[track_caller]
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        each!(self, loss => loss.value(outputs, targets))
    }

    #[track_caller]
    fn value_and_gradient<T: Real>(
        &self,
        outputs: &Tensor<T>,
        targets: &BatchTargets<T>,
    ) -> Option<(T, Tensor<T>)> {
        each!(self, loss => Loss::value_and_gradient(loss, outputs, targets))
    }

    fn predictions<V: Value>(&self, outputs: &V) -> V {
        each!(self, loss => Loss::predictions(loss, outputs))
    }

    fn takes_weights(&self) -> bool {
        true
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        each!(self, loss => Loss::check(loss, targets, outputs))
    }

    fn is_squared_error(&self) -> bool {
        each!(self, loss => Loss::is_squared_error(loss))
    }

    fn describe(&self) -> String {
        each!(self, loss => Loss::describe(loss))
    }
}

impl fmt::Display for LossFunction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Loss::describe(self))
    }
}

impl<F> fmt::Debug for LossFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LossFn")
    }
}
