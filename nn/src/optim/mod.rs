//! Optimisers: they move the flat parameter vector against its gradient.
//!
//! Formulas and defaults are PyTorch's unless a name says otherwise. An optimiser is a [`Rule`] (one file each) and a row of
//! the table in `names.rs`; [`Optimizer`] holds its state and walks the flat vector.
//!
//! ```
//! use nn::{Init, Kind, Optimizer, ParamsBuilder, optim};
//!
//! let mut declared = ParamsBuilder::new();
//! declared.add("0.weight", Kind::Weight, &[2, 1], Init::Constant(1.0));
//! let mut params = declared.build::<f64>(0, 1 << 20)?;
//! let mut sgd = Optimizer::new(optim::by_name("sgd", None)?, &params, 0.0);
//! sgd.step(0.5, params.values_mut(), &[1.0, -1.0]);
//! assert_eq!(params.values(), [0.5, 1.5]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod adagrad;
mod adam;
mod clip;
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
pub use nadam::NAdam;
pub use names::{OptimizerError, by_name, names};
pub use rmsprop::RmsProp;
pub use sgd::Sgd;

/// What a rule knows of the step being taken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// The learning rate.
    pub lr: f64,
    /// The number of this step, from 1.
    pub count: u64,
    /// The rule's number after [`Rule::memory`].
    pub memory: f64,
}

/// A stretch of the flat vector that is decayed alike, with its gradient and state.
#[derive(Debug)]
pub struct Run<'a, T: Real> {
    decay: f64,
    params: &'a mut [T],
    grads: &'a [T],
    state: &'a mut [Tensor<T>],
    range: Range<usize>,
}

impl<T: Real> Run<'_, T> {
    /// The weight decay λ of this stretch.
    pub fn decay(&self) -> f64 {
        self.decay
    }

    /// Moves the parameters of this stretch by `u`, in one pass.
    ///
    /// # Panics
    /// If the rule has not declared `N` vectors of state.
    #[track_caller]
    pub fn update<U: Update<N>, const N: usize>(self, u: &U) {
        let declared = self.state.len();
        let state: &mut [Tensor<T>; N] = self.state.try_into().unwrap_or_else(|_| {
            panic!("the rule declares {declared} state vectors and updates {N}")
        });
        let state = state
            .each_mut()
            .map(|s| &mut s.as_mut_slice()[self.range.clone()]);
        autograd::update(u, self.params, self.grads, state);
    }
}

/// The formula of an optimiser.
pub trait Rule<T: Real>: Debug + Send + Sync {
    /// The names of its state vectors, PyTorch's where it has them. All start at 0.
    fn state(&self) -> &'static [&'static str];

    /// The one number it carries from step to step, at step `count` given its value before; it starts at 1.
    fn memory(&self, _count: u64, memory: f64) -> f64 {
        memory
    }

    /// Moves one stretch of parameters: works out the constants of this step and calls [`Run::update`].
    fn apply(&self, step: Step, run: Run<'_, T>);
}

/// g², or 0 where it is below 10⁻³⁶: mean squares that small are set to 0 anyway, and denormal products are slow.
#[inline(always)]
fn square<L: Lane>(g: L) -> L {
    let zero = g.lift(0.0);
    let g = g.abs().select(Cmp::Lt, g.lift(1e-18), zero, g);
    g * g
}

/// An optimiser at work: a rule, its state, and the stretches of the flat vector that it moves.
#[derive(Debug)]
pub struct Optimizer<T: Real> {
    rule: Arc<dyn Rule<T>>,
    runs: Vec<(Range<usize>, f64)>,
    state: Vec<Tensor<T>>,
    len: usize,
    count: u64,
    memory: f64,
}

/// State that belongs to another optimiser or another model.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StateError {
    /// A vector is missing.
    #[error("the state has no vector {0}; it belongs to another optimiser")]
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
}

impl<T: Real> Optimizer<T> {
    /// An optimiser of these parameters: weights are decayed, biases and normalisations are not, buffers stay.
    pub fn new(rule: Arc<dyn Rule<T>>, params: &Params<T>, weight_decay: f64) -> Self {
        Self::over(rule, params.len(), params.runs(weight_decay))
    }

    /// An optimiser of a flat vector of `len` numbers that moves these stretches, each with its weight decay. What lies
    /// between them is left alone.
    ///
    /// # Panics
    /// If the stretches overlap, are out of order or reach past the end.
    #[track_caller]
    pub fn over(rule: Arc<dyn Rule<T>>, len: usize, runs: Vec<(Range<usize>, f64)>) -> Self {
        let mut end = 0;
        for (range, _) in &runs {
            assert!(
                end <= range.start && range.start <= range.end && range.end <= len,
                "the stretch {range:?} after {end} of {len} parameters"
            );
            end = range.end;
        }
        let state = rule.state().iter().map(|_| Tensor::zeros(&[len])).collect();
        Self {
            rule,
            runs,
            state,
            len,
            count: 0,
            memory: 1.0,
        }
    }

    /// One step with the learning rate `lr`.
    ///
    /// # Panics
    /// If a slice is not of the length this optimiser was made for.
    #[track_caller]
    pub fn step(&mut self, lr: f64, params: &mut [T], grads: &[T]) {
        assert!(
            params.len() == self.len && grads.len() == self.len,
            "step: an optimiser of {} parameters was given {} and {} gradients",
            self.len,
            params.len(),
            grads.len()
        );
        self.count += 1;
        self.memory = self.rule.memory(self.count, self.memory);
        let step = Step {
            lr,
            count: self.count,
            memory: self.memory,
        };
        for (range, decay) in &self.runs {
            let run = Run {
                decay: *decay,
                params: &mut params[range.clone()],
                grads: &grads[range.clone()],
                state: &mut self.state,
                range: range.clone(),
            };
            self.rule.apply(step, run);
        }
    }

    /// The rule with its constants, in a line.
    pub fn describe(&self) -> String {
        format!("{:?}", self.rule)
    }

    /// The number of steps taken.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The number that the rule carries from step to step; 1 where it carries none.
    pub fn memory(&self) -> f64 {
        self.memory
    }

    /// The state vectors by name, each as long as the parameters.
    pub fn state(&self) -> impl Iterator<Item = (&'static str, &[T])> {
        let names = self.rule.state().iter().copied();
        names.zip(self.state.iter().map(|s| s.as_slice().unwrap_or_default()))
    }

    /// Takes up where another run of this optimiser stopped: its [`count`](Self::count), [`memory`](Self::memory) and
    /// state vectors by name. After an error nothing has changed.
    pub fn restore<'a>(
        &mut self,
        count: u64,
        memory: f64,
        vector: impl Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError> {
        let mut state = Vec::with_capacity(self.state.len());
        for name in self.rule.state() {
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
        (self.state, self.count, self.memory) = (state, count, memory);
        Ok(())
    }
}
