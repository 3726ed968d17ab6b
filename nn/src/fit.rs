//! A training run: epochs, validation, early stopping.

use std::ops::ControlFlow;
use std::time::Instant;

use autograd::Real;
use datasets::Samples;

use crate::error::FitError;
use crate::evaluate::{Evaluation, evaluate};
use crate::history::{EpochRecord, History, Scores, StopReason};
use crate::observer::Observer;
use crate::trainer::Trainer;

impl<T: Real> Trainer<T> {
    /// Trains until so many epochs are done in all, early stopping sets in, the training loss is as small as asked for, or a
    /// full-batch optimizer has nothing left to do.
    ///
    /// A trainer that was restored from a [checkpoint](crate::checkpoint) goes on where it was, to the bit.
    ///
    /// # Errors
    /// If there are no samples, they do not fit the model and the loss, early stopping lacks
    /// [validation samples](Trainer::validation), or a setting makes no sense with a full-batch optimizer.
    pub fn fit(&mut self, train: &Samples, epochs: u64) -> Result<History, FitError> {
        self.fit_observed(train, epochs, &mut ())
    }

    /// As [`fit`](Trainer::fit), watched by an observer, who may break it off. An epoch that is broken off is done again
    /// from its start by a trainer that goes on from a checkpoint.
    ///
    /// # Errors
    /// As [`fit`](Trainer::fit).
    #[inline(never)]
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
            self.check_full_batch(train.len())
                .and_then(|()| self.check_full_batch_layers(train))
                .map_err(FitError::FullBatch)?;
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
            if let Some(loss) = self.config().stop_at_loss
                && self.progress().reached <= loss
            {
                break StopReason::Loss;
            }
            if let Some(termination) = self.optimizer().termination() {
                break StopReason::Optimizer(termination);
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
