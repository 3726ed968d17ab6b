//! A training run: epochs, validation, early stopping, history.

use std::ops::ControlFlow;
use std::time::Instant;

use autograd::Real;

use crate::evaluate::evaluate;
use crate::loss::Examples;
use crate::trainer::{StepReport, Trainer};

/// Mean loss and metric over some rows. The metric is the accuracy for classes, the mean squared error for values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scores {
    /// The mean loss.
    pub loss: f64,
    /// The accuracy or the mean squared error.
    pub metric: f64,
}

/// When to stop for want of progress on the validation rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlyStopping {
    /// Epochs without progress that are waited for.
    pub patience: u64,
    /// By how much the validation loss has to fall to count as progress.
    pub min_delta: f64,
}

/// What a run goes through.
#[derive(Clone, Copy, Debug)]
pub struct Fit<'a> {
    /// Rows to train on.
    pub train: &'a [u32],
    /// Rows to validate on after each epoch; none for none.
    pub validation: &'a [u32],
    /// The number of epochs in all.
    pub epochs: u64,
    /// Stopping before that. The weights of the best epoch are then restored.
    pub early_stopping: Option<EarlyStopping>,
}

/// What is known after an epoch.
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
    /// On the validation rows, in evaluation mode.
    pub validation: Option<Scores>,
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// All epochs were done.
    Finished,
    /// Validation made no more progress.
    Early,
    /// It was told to.
    Interrupted,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Why.
    pub stopped: Stopped,
    /// A record an epoch.
    pub history: Vec<EpochRecord>,
    /// The epoch, from 1, whose weights the model has, if they are not the last.
    pub restored: Option<u64>,
}

/// Trains until the epochs are done, early stopping sets in, or an observer breaks off.
///
/// `after_step` sees the rows done in the epoch and the step's report; `after_epoch` sees the record of each epoch.
///
/// # Panics
/// If the data do not fit the model and the loss, or early stopping is asked for without validation rows.
pub fn fit<T: Real>(
    trainer: &mut Trainer<T>,
    data: Examples<'_>,
    plan: Fit<'_>,
    mut after_step: impl FnMut(usize, StepReport) -> ControlFlow<()>,
    mut after_epoch: impl FnMut(&EpochRecord, &Trainer<T>) -> ControlFlow<()>,
) -> Outcome {
    assert!(
        plan.early_stopping.is_none() || !plan.validation.is_empty(),
        "early stopping needs validation rows"
    );
    let mut history = Vec::new();
    let mut best: Option<Best<T>> = None;
    let mut stopped = Stopped::Finished;
    while trainer.epochs() < plan.epochs {
        let start = Instant::now();
        let ControlFlow::Continue(train) = trainer.epoch(data, plan.train, &mut after_step) else {
            stopped = Stopped::Interrupted;
            break;
        };
        let validation =
            (!plan.validation.is_empty()).then(|| score(trainer, data, plan.validation));
        let record = EpochRecord {
            epoch: trainer.epochs(),
            step: trainer.optimizer().count(),
            lr: trainer.settings().lr,
            seconds: start.elapsed().as_secs_f64(),
            train,
            validation,
        };
        let flow = after_epoch(&record, trainer);
        history.push(record);
        if flow.is_break() {
            stopped = Stopped::Interrupted;
            break;
        }
        if let (Some(stopping), Some(v)) = (plan.early_stopping, validation) {
            let progress = best.as_ref().is_none_or(|b| {
                // Any number is progress over NaN.
                v.loss < b.loss - stopping.min_delta || b.loss.is_nan() && !v.loss.is_nan()
            });
            if progress {
                best = Some(Best {
                    loss: v.loss,
                    epoch: trainer.epochs(),
                    values: trainer.model().params.values().to_vec(),
                });
            } else if let Some(b) = &best
                && trainer.epochs() - b.epoch >= stopping.patience
            {
                stopped = Stopped::Early;
                break;
            }
        }
    }
    let mut restored = None;
    if let Some(b) = best
        && stopped != Stopped::Interrupted
    {
        let params = &mut trainer.model_mut().params;
        params.values_mut().copy_from_slice(&b.values);
        restored = Some(b.epoch);
    }
    Outcome {
        stopped,
        history,
        restored,
    }
}

/// The weights of the best epoch so far.
struct Best<T> {
    loss: f64,
    epoch: u64,
    values: Vec<T>,
}

fn score<T: Real>(trainer: &Trainer<T>, data: Examples<'_>, rows: &[u32]) -> Scores {
    let loss = trainer.settings().loss;
    let found = evaluate(trainer.model(), data, rows, loss);
    let targets = loss.targets(data.targets, rows);
    Scores {
        loss: found.loss,
        metric: loss.metric(&found.outputs, &targets) / rows.len() as f64,
    }
}
