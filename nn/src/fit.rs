//! A training run: epochs, validation, early stopping.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

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
        let fit = Fit {
            trainer: self,
            train,
            epochs,
            observer,
        };
        let mut training = Training::begin(fit)?;
        loop {
            if let Some(reason) = training.reason() {
                return Ok(training.end(reason));
            }
            training.epoch();
        }
    }

    /// The outputs, the loss and metrics on some samples, in evaluation mode.
    ///
    /// # Errors
    /// If there are no samples, or they do not fit the model and the loss.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation<T>, FitError> {
        self.model().evaluate_with(samples, self.loss())
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

/// A training to be done, one of several with [`fit_together`](crate::fit_together).
pub struct Fit<'a, T: Real> {
    /// The trainer, at its start or at the end of an epoch.
    pub trainer: &'a mut Trainer<T>,
    /// The training samples.
    pub train: &'a Samples,
    /// Epochs in all.
    pub epochs: u64,
    /// Who watches.
    pub observer: &'a mut dyn Observer<T>,
}

/// A training under way.
pub(crate) struct Training<'a, T: Real> {
    pub(crate) fit: Fit<'a, T>,
    validation: Option<Samples>,
    records: Vec<EpochRecord>,
    /// The observer broke it off.
    pub(crate) interrupted: bool,
}

impl<'a, T: Real> Training<'a, T> {
    /// Checks that there is something to train on, and that it fits.
    ///
    /// # Errors
    /// As [`Trainer::fit`].
    pub(crate) fn begin(fit: Fit<'a, T>) -> Result<Self, FitError> {
        let Fit {
            trainer,
            train,
            epochs,
            ..
        } = &fit;
        let validation = trainer.validation_samples().filter(|v| !v.is_empty());
        let validation = validation.cloned();
        if trainer.config().early_stopping.is_some() && validation.is_none() {
            return Err(FitError::NoValidation);
        }
        if trainer.epochs() < *epochs {
            for samples in validation.iter().chain([*train]) {
                trainer.model().check(samples, &trainer.loss())?;
            }
            trainer
                .check_full_batch(train.len())
                .and_then(|()| trainer.check_full_batch_layers(train))
                .map_err(FitError::FullBatch)?;
        }
        fit.trainer.plan_epochs(fit.epochs);
        Ok(Self {
            fit,
            validation,
            records: Vec::new(),
            interrupted: false,
        })
    }

    /// Why it is at its end, if it is.
    pub(crate) fn reason(&self) -> Option<StopReason> {
        let trainer = &self.fit.trainer;
        let (config, done) = (trainer.config(), trainer.epochs());
        if self.interrupted {
            return Some(StopReason::Interrupted);
        }
        if let Some(rule) = config.early_stopping
            && trainer.progress().exhausted(rule, done)
        {
            return Some(StopReason::Early);
        }
        if let Some(loss) = config.stop_at_loss
            && trainer.progress().reached <= loss
        {
            return Some(StopReason::Loss);
        }
        if let Some(termination) = trainer.optimizer().termination() {
            return Some(StopReason::Optimizer(termination));
        }
        (done >= self.fit.epochs).then_some(StopReason::Finished)
    }

    /// One epoch with what follows from it.
    pub(crate) fn epoch(&mut self) {
        let start = Instant::now();
        let Fit {
            trainer,
            train,
            observer,
            ..
        } = &mut self.fit;
        let see = |rows, report| observer.step(rows, &report);
        match trainer.epoch(train.view(), train.rows(), see) {
            ControlFlow::Continue(scores) => self.after_epoch(scores, start.elapsed()),
            ControlFlow::Break(()) => self.interrupted = true,
        }
    }

    /// Validates after an epoch with these scores, which took so long until now, records it and shows it.
    pub(crate) fn after_epoch(&mut self, train: Scores, so_far: Duration) {
        let start = Instant::now();
        let Fit {
            trainer, observer, ..
        } = &mut self.fit;
        let validation = self.validation.as_ref();
        let validation = validation.map(|samples| trainer.scores(samples));
        trainer.take_in(train, validation);
        let record = EpochRecord {
            epoch: trainer.epochs(),
            step: trainer.optimizer().count(),
            lr: trainer.last_lr(),
            seconds: (so_far + start.elapsed()).as_secs_f64(),
            train,
            validation,
        };
        self.interrupted = observer.epoch(trainer, &record).is_break();
        self.records.push(record);
    }

    /// Ends for a reason, with the weights of the best epoch where they were to be kept.
    pub(crate) fn end(self, reason: StopReason) -> History {
        let trainer = self.fit.trainer;
        let keeps_best =
            reason != StopReason::Interrupted && trainer.config().early_stopping.is_some();
        History {
            reason,
            epochs: self.records,
            restored: keeps_best.then(|| trainer.restore_best()).flatten(),
        }
    }
}
