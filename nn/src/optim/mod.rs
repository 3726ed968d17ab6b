//! Optimizers: they move the flat parameter vector against its gradient.
//!
//! An optimizer is a value with its learning rate and constants: [`Sgd`], [`Adagrad`], [`RmsProp`], [`Adam`] (and AdamW),
//! [`NAdam`] follow the gradient of a batch; [`Lbfgs`] and [`LevenbergMarquardt`] look at the objective over all samples at
//! several points a step. Formulas and defaults are PyTorch's unless a name says otherwise, but that parameters below
//! 10⁻²⁴ in `f32` and 10⁻²⁷⁶ in `f64` become 0, and the state of those that follow batches below 10⁻³¹ and 10⁻²⁹²
//! ([`autograd::FlushTiny`] says why). One of your own implements [`Optimizer`].
//! [`OptimizerState`] is an optimizer at work: it holds the state vectors and walks the flat vector. The
//! [`Trainer`](crate::Trainer) does that; by hand it is
//!
//! ```
//! use nn::{Init, Kind, ParamsBuilder, Sgd, optim::OptimizerState};
//!
//! let mut declared = ParamsBuilder::new();
//! declared.add("0.weight", Kind::Weight, &[2, 1], Init::Constant(1.0));
//! let mut params = declared.build::<f64>(0, 1 << 20)?;
//! let mut sgd = OptimizerState::new(Sgd::new(0.5), &params);
//! sgd.step(0.5, params.values_mut(), &[1.0, -1.0]);
//! assert_eq!(params.values(), [0.5, 1.5]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adagrad;
mod adam;
mod cholesky;
mod clip;
mod full_batch;
mod gram;
mod lbfgs;
mod least_squares;
mod levenberg_marquardt;
mod line_search;
mod nadam;
mod names;
mod rmsprop;
mod sgd;
mod state;

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use autograd::{Real, Tensor, Update};

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use clip::{clip_norm, clip_value};
pub use full_batch::{FullBatch, FullBatchStep, Objective, Termination, minimize};
pub use lbfgs::Lbfgs;
pub use least_squares::{LeastSquares, LinearJacobian};
pub use levenberg_marquardt::LevenbergMarquardt;
pub use nadam::NAdam;
pub use names::{Hyperparameters, Method, OptimizerError, by_name, names, short_names};
pub use rmsprop::RmsProp;
pub use sgd::Sgd;
pub use state::{OptimizerState, StateError};

/// The step being taken, as an optimizer sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The learning rate, scheduled.
    pub lr: f64,
    /// The number of this step, from 1.
    pub count: u64,
    /// The number carried from step to step, after [`Optimizer::scalar`].
    pub scalar: f64,
}

/// A parameter group: a stretch of the flat vector that is decayed alike, with its gradient and state.
#[derive(Debug)]
pub struct ParamGroup<'a, T: Real> {
    decay: f64,
    params: &'a mut [T],
    grads: &'a [T],
    state: &'a mut [Tensor<T>],
    range: Range<usize>,
}

impl<T: Real> ParamGroup<'_, T> {
    /// The weight decay λ of this group.
    pub fn decay(&self) -> f64 {
        self.decay
    }

    /// Moves the parameters of this group by `u`, in one pass.
    ///
    /// # Panics
    /// If the optimizer has not declared `N` vectors of state.
    #[track_caller]
    pub fn update<U: Update<N>, const N: usize>(self, u: &U) {
        let declared = self.state.len();
        let state: &mut [Tensor<T>; N] = self.state.try_into().unwrap_or_else(|_| {
            panic!("the optimizer declares {declared} state vectors and updates {N}")
        });
        let state = state
            .each_mut()
            .map(|s| &mut s.as_mut_slice()[self.range.clone()]);
        autograd::update(u, self.params, self.grads, state);
    }
}

/// An optimizer: its constants and its formula.
pub trait Optimizer<T: Real>: Debug + Send + Sync {
    /// The learning rate that a schedule scales.
    fn lr(&self) -> f64;

    /// The weight decay λ of weights; biases and normalizations have none.
    fn weight_decay(&self) -> f64 {
        0.0
    }

    /// The names of its state vectors, PyTorch's where it has them. All start at 0.
    fn state(&self) -> &'static [&'static str];

    /// The one number it carries from step to step, at step `count` given its value before; it starts at 1.
    fn scalar(&self, _count: u64, scalar: f64) -> f64 {
        scalar
    }

    /// Moves one group of parameters: works out the constants of this step and calls [`ParamGroup::update`].
    fn apply(&self, step: Step, group: ParamGroup<'_, T>);

    /// The most numbers that it keeps beside so many parameters and their gradient.
    fn memory(&self, parameters: u128) -> u128 {
        parameters.saturating_mul(self.state().len() as u128)
    }

    /// Refuses a model of so many parameters, or a loss that is not the mean squared error.
    ///
    /// # Errors
    /// A sentence that says what it takes.
    fn check(&self, _parameters: u128, _squared_error: bool) -> Result<(), String> {
        Ok(())
    }

    /// The optimizer at the start of a run, if it is one that looks at the whole objective; [`apply`](Self::apply) is not
    /// called then. `None` for a formula of one gradient.
    fn full_batch(&self) -> Option<Box<dyn FullBatch<T>>> {
        None
    }
}

impl<T: Real, O: Optimizer<T> + ?Sized> Optimizer<T> for Arc<O> {
    fn lr(&self) -> f64 {
        (**self).lr()
    }

    fn weight_decay(&self) -> f64 {
        (**self).weight_decay()
    }

    fn state(&self) -> &'static [&'static str] {
        (**self).state()
    }

    fn scalar(&self, count: u64, scalar: f64) -> f64 {
        (**self).scalar(count, scalar)
    }

    fn apply(&self, step: Step, group: ParamGroup<'_, T>) {
        (**self).apply(step, group);
    }

    fn memory(&self, parameters: u128) -> u128 {
        (**self).memory(parameters)
    }

    fn check(&self, parameters: u128, squared_error: bool) -> Result<(), String> {
        (**self).check(parameters, squared_error)
    }

    fn full_batch(&self) -> Option<Box<dyn FullBatch<T>>> {
        (**self).full_batch()
    }
}
