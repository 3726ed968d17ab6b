//! A training run: epochs, validation, early stopping, history.

use std::ops::ControlFlow;
use std::time::Instant;

use autograd::Real;
use datasets::Samples;

use crate::error::FitError;
use crate::evaluate::{Evaluation, evaluate};
use crate::observer::Observer;
use crate::trainer::Trainer;

/// Mean loss and metric over some rows. The metric is the accuracy for classes, the mean squared error for values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// The mean loss.
    pub loss: f64,
    /// The accuracy or the mean squared error.
    pub metric: f64,
    /// The penalties on the weights, which are not part of the loss; 0 without any, and on a landscape, which knows none.
    pub penalty: f64,
}

/// The record of an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct EpochRecord {
    /// The number of epochs done.
    pub epoch: u64,
    /// The number of steps done.
    pub step: u64,
    /// The learning rate of the last step.
    pub lr: f64,
    /// Seconds that the epoch took, validation included.
    pub seconds: f64,
    /// Means over the epoch's batches, in training mode.
    pub train: Scores,
    /// On the validation samples, in evaluation mode.
    pub validation: Option<Scores>,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// All epochs were done.
    Finished,
    /// Validation made no more progress.
    Early,
    /// An observer broke it off.
    Interrupted,
}

/// The history of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Why it ended.
    pub reason: StopReason,
    /// A record for each epoch of this call.
    pub epochs: Vec<EpochRecord>,
    /// The epoch, from 1, whose weights the model has, if they are not the last.
    pub restored: Option<u64>,
}

impl<T: Real> Trainer<T> {
    /// Trains until so many epochs are done in all, or early stopping sets in.
    ///
    /// A trainer that was restored from a [checkpoint](crate::checkpoint) goes on where it was, to the bit.
    ///
    /// # Errors
    /// If there are no samples, they do not fit the model and the loss, or early stopping lacks
    /// [validation samples](Trainer::validation).
    pub fn fit(&mut self, train: &Samples, epochs: u64) -> Result<History, FitError> {
        self.fit_observed(train, epochs, &mut ())
    }

    /// As [`fit`](Trainer::fit), watched by an observer, who may break it off. An epoch that is broken off is done again
    /// from its start by a trainer that goes on from a checkpoint.
    ///
    /// # Errors
    /// As [`fit`](Trainer::fit).
    pub fn fit_observed(
        &mut self,
        train: &Samples,
        epochs: u64,
        observer: &mut dyn Observer<T>,
    ) -> Result<History, FitError> {
        let validation = self.validation_samples().filter(|v| !v.is_empty()).cloned();
        let stopping = self.config().early_stopping;
        if stopping.is_some() && validation.is_none() {
            return Err(FitError::NoValidation);
        }
        if self.epochs() < epochs {
            for samples in validation.iter().chain([train]) {
                self.model().check(samples, &self.loss())?;
            }
        }
        self.plan_epochs(epochs);
        let mut records = Vec::new();
        let reason = loop {
            let done = self.epochs();
            if let Some(rule) = stopping
                && self.progress().exhausted(rule, done)
            {
                break StopReason::Early;
            }
            if done >= epochs {
                break StopReason::Finished;
            }
            let ControlFlow::Continue(record) =
                self.one_epoch(train, validation.as_ref(), observer)
            else {
                break StopReason::Interrupted;
            };
            let flow = observer.epoch(self, &record);
            records.push(record);
            if flow.is_break() {
                break StopReason::Interrupted;
            }
        };
        let keeps_best = reason != StopReason::Interrupted && stopping.is_some();
        Ok(History {
            reason,
            epochs: records,
            restored: keeps_best.then(|| self.restore_best()).flatten(),
        })
    }

    /// The outputs, the loss and metrics on some samples, in evaluation mode.
    ///
    /// # Errors
    /// If there are no samples, or they do not fit the model and the loss.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation<T>, FitError> {
        self.model().evaluate_with(samples, self.loss())
    }

    /// One epoch with what follows from it.
    fn one_epoch(
        &mut self,
        train: &Samples,
        validation: Option<&Samples>,
        observer: &mut dyn Observer<T>,
    ) -> ControlFlow<(), EpochRecord> {
        let start = Instant::now();
        let train = self.epoch(train.view(), train.rows(), |rows, report| {
            observer.step(rows, &report)
        })?;
        let validation = validation.map(|samples| self.scores(samples));
        self.take_in(train, validation);
        ControlFlow::Continue(EpochRecord {
            epoch: self.epochs(),
            step: self.optimizer().count(),
            lr: self.last_lr(),
            seconds: start.elapsed().as_secs_f64(),
            train,
            validation,
        })
    }

    /// Loss, metric and penalty on some samples.
    fn scores(&self, samples: &Samples) -> Scores {
        let loss = self.loss();
        let found = evaluate(self.model(), samples.view(), samples.rows(), loss);
        Scores {
            loss: found.loss,
            metric: found.metric(),
            penalty: self.penalty_value(),
        }
    }
}
