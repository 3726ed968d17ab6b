//! An optimizer at work.

use std::ops::Range;
use std::sync::Arc;

use autograd::{Real, Tensor};
use thiserror::Error;

use super::{FullBatch, Objective, Optimizer, ParamGroup, Step, Termination};
use crate::params::Params;

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
    /// A count that no run comes to: it could not be counted on from.
    #[error("the state has {found} {name}, more than any run comes to")]
    TooMany {
        /// Of what.
        name: &'static str,
        /// How many.
        found: u64,
    },
}

impl StateError {
    /// The most that a state may have counted.
    const MOST: u64 = i64::MAX as u64;

    /// Refuses a count that is near the end of its numbers.
    pub(crate) fn refuse_too_many(name: &'static str, found: u64) -> Result<(), Self> {
        match found > Self::MOST {
            true => Err(Self::TooMany { name, found }),
            false => Ok(()),
        }
    }
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

    /// Checks whether it looks at the objective over all training samples.
    pub fn is_full_batch(&self) -> bool {
        self.full_batch.is_some()
    }

    /// Reason why the last step left nothing to do, if so.
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
    /// If a vector is missing, or is not as long as the parameters, or there are more steps than any run comes to.
    pub fn restore<'a>(
        &mut self,
        count: u64,
        scalar: f64,
        vector: impl Fn(&str) -> Option<&'a [T]>,
    ) -> Result<(), StateError> {
        StateError::refuse_too_many("steps", count)?;
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
