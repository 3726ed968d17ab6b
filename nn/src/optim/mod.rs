//! Optimizers: they move the flat parameter vector against its gradient.
//!
//! An optimizer is a value with its learning rate and constants: [`Sgd`], [`Adagrad`], [`RmsProp`], [`Adam`] (and AdamW),
//! [`NAdam`] follow the gradient of a batch; [`Lbfgs`] and [`LevenbergMarquardt`] look at the objective over all samples at
//! several points a step. Formulas and defaults are PyTorch's unless a name says otherwise. One of your own implements
//! [`Optimizer`].
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
mod lbfgs;
mod least_squares;
mod levenberg_marquardt;
mod line_search;
mod nadam;
mod names;
mod rmsprop;
mod sgd;

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use autograd::{Cmp, Lane, Real, Tensor, Update};
use thiserror::Error;

use crate::params::Params;

pub use adagrad::Adagrad;
pub use adam::Adam;
pub use clip::{clip_norm, clip_value};
pub use full_batch::{FullBatch, FullBatchStep, Objective, Termination, minimize};
pub use lbfgs::Lbfgs;
pub use least_squares::LeastSquares;
pub use levenberg_marquardt::LevenbergMarquardt;
pub use nadam::NAdam;
pub use names::{Hyperparameters, Method, OptimizerError, by_name, names, short_names};
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

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

/// g², or 0 where it is below 10⁻³⁶: mean squares that small are set to 0 anyway, and denormal products are slow.
#[inline(always)]
fn square<L: Lane>(g: L) -> L {
    let zero = g.lift(0.0);
    let g = g.abs().select(Cmp::Lt, g.lift(1e-18), zero, g);
    g * g
}

/// An optimizer at work, with its state and the groups of the flat vector that it moves.
#[derive(Debug)]
pub struct OptimizerState<T: Real> {
    optimizer: Arc<dyn Optimizer<T>>,
    full_batch: Option<Box<dyn FullBatch<T>>>,
    termination: Option<Termination>,
    groups: Vec<(Range<usize>, f64)>,
    state: Vec<Tensor<T>>,
    len: usize,
    count: u64,
    scalar: f64,
}

/// State that belongs to another optimizer or another model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// A vector is missing.
    #[error("the state has no vector {0}; it belongs to another optimizer")]
    Missing(&'static str),
    /// A vector is not of the model's size.
    #[error(
        "{name} has {found} numbers and the model {expected}; the state belongs to another model"
    )]
    Length {
        /// Which vector.
        name: &'static str,
        /// Its length.
        found: usize,
        /// The number of parameters.
        expected: usize,
    },
    /// Another optimizer's numbers.
    #[error("the state has {found} numbers and not {expected}; it belongs to another optimizer")]
    Numbers {
        /// How many there are.
        found: usize,
        /// How many the optimizer keeps.
        expected: usize,
    },
}

impl<T: Real> OptimizerState<T> {
    /// An optimizer of these parameters: weights are decayed, biases and normalizations are not, buffers stay.
    pub fn new(optimizer: impl Optimizer<T> + 'static, params: &Params<T>) -> Self {
        let groups = params.runs(optimizer.weight_decay());
        Self::over(optimizer, params.len(), groups)
    }

    /// An optimizer of a flat vector of `len` numbers that moves these stretches, each with its weight decay. What lies
    /// between them is left alone.
    ///
    /// # Panics
    /// If the stretches overlap, are out of order or reach past the end.
    #[track_caller]
    pub fn over(
        optimizer: impl Optimizer<T> + 'static,
        len: usize,
        groups: Vec<(Range<usize>, f64)>,
    ) -> Self {
        let mut end = 0;
        for (range, _) in &groups {
            assert!(
                end <= range.start && range.start <= range.end && range.end <= len,
                "the stretch {range:?} after {end} of {len} parameters"
            );
            end = range.end;
        }
        let state = optimizer
            .state()
            .iter()
            .map(|_| Tensor::zeros(&[len]))
            .collect();
        Self {
            full_batch: optimizer.full_batch(),
            termination: None,
            optimizer: Arc::new(optimizer),
            groups,
            state,
            len,
            count: 0,
            scalar: 1.0,
        }
    }

    /// One step with the learning rate `lr`.
    ///
    /// # Panics
    /// If a slice is not of the length this optimizer was made for, or the optimizer is [full-batch](Self::is_full_batch).
    #[track_caller]
    pub fn step(&mut self, lr: f64, params: &mut [T], grads: &[T]) {
        assert!(
            params.len() == self.len && grads.len() == self.len,
            "step: an optimizer of {} parameters was given {} and {} gradients",
            self.len,
            params.len(),
            grads.len()
        );
        self.count += 1;
        self.scalar = self.optimizer.scalar(self.count, self.scalar);
        let step = Step {
            lr,
            count: self.count,
            scalar: self.scalar,
        };
        for (range, decay) in &self.groups {
            let group = ParamGroup {
                decay: *decay,
                params: &mut params[range.clone()],
                grads: &grads[range.clone()],
                state: &mut self.state,
                range: range.clone(),
            };
            self.optimizer.apply(step, group);
        }
    }

    /// One step of a full-batch optimizer. Returns its length as a multiple of the direction that was searched.
    ///
    /// # Panics
    /// If the optimizer is one of single gradients, or the slice is not of the length it was made for.
    #[track_caller]
    pub fn full_batch_step(&mut self, objective: &mut dyn Objective<T>, params: &mut [T]) -> f64 {
        assert!(
            params.len() == self.len,
            "full_batch_step: an optimizer of {} parameters was given {}",
            self.len,
            params.len()
        );
        let Some(rule) = &mut self.full_batch else {
            panic!(
                "full_batch_step: {:?} follows single gradients",
                self.optimizer
            )
        };
        self.count += 1;
        let step = rule.step(objective, params);
        self.termination = step.termination;
        step.length
    }

    /// Whether it looks at the objective over all training samples.
    pub fn is_full_batch(&self) -> bool {
        self.full_batch.is_some()
    }

    /// Why the last step left nothing to do, if so.
    pub fn termination(&self) -> Option<Termination> {
        self.termination
    }

    /// The optimizer.
    pub fn optimizer(&self) -> &dyn Optimizer<T> {
        &*self.optimizer
    }

    /// The optimizer with its constants, in a line.
    pub fn describe(&self) -> String {
        format!("{:?}", self.optimizer)
    }

    /// The number of steps taken.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The number that the optimizer carries from step to step; 1 where it carries none.
    pub fn scalar(&self) -> f64 {
        self.scalar
    }

    /// The state vectors by name, each as long as the parameters; those of a full-batch optimizer as
    /// [it](FullBatch::vectors) has them.
    pub fn state(&self) -> impl Iterator<Item = (&'static str, &[T])> {
        let names = self.optimizer.state().iter().copied();
        let own = names.zip(self.state.iter().map(autograd::Tensor::elements));
        let of_full_batch = self.full_batch.iter().flat_map(|rule| rule.vectors());
        own.chain(of_full_batch)
    }

    /// The numbers that a full-batch optimizer keeps.
    pub fn numbers(&self) -> Vec<f64> {
        self.full_batch
            .iter()
            .flat_map(|rule| rule.numbers())
            .collect()
    }

    /// Takes up the [`numbers`](Self::numbers), [state](Self::state) and [end](Self::termination) of another run of this
    /// full-batch optimizer. After an error nothing has changed.
    ///
    /// # Errors
    /// If they belong to another optimizer or another model.
    pub fn restore_full_batch<'a>(
        &mut self,
        numbers: &[f64],
        termination: Option<Termination>,
        vector: &dyn Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError> {
        match &mut self.full_batch {
            Some(rule) => rule.restore(self.len, numbers, vector)?,
            None if numbers.is_empty() => {}
            None => {
                return Err(StateError::Numbers {
                    found: numbers.len(),
                    expected: 0,
                });
            }
        }
        self.termination = termination;
        Ok(())
    }

    /// Takes up where another run of this optimizer stopped: its [`count`](Self::count), [`scalar`](Self::scalar) and
    /// state vectors by name. After an error nothing has changed.
    ///
    /// # Errors
    /// If a vector is missing, or is not as long as the parameters.
    pub fn restore<'a>(
        &mut self,
        count: u64,
        scalar: f64,
        vector: impl Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError> {
        let mut state = Vec::with_capacity(self.state.len());
        for name in self.optimizer.state() {
            let values = vector(name).ok_or(StateError::Missing(name))?;
            if values.len() != self.len {
                return Err(StateError::Length {
                    name,
                    found: values.len(),
                    expected: self.len,
                });
            }
            state.push(Tensor::new(&[self.len], values));
        }
        (self.state, self.count, self.scalar) = (state, count, scalar);
        Ok(())
    }
}
