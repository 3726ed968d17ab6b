//! A training run: epochs, validation, early stopping, history.

use std::ops::ControlFlow;
use std::time::Instant;

use autograd::Real;

use crate::evaluate::evaluate;
use crate::loss::Examples;
use crate::progress::EarlyStopping;
use crate::trainer::{StepReport, Trainer};

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
    /// A record for each epoch of this call.
    pub history: Vec<EpochRecord>,
    /// The epoch, from 1, whose weights the model has, if they are not the last.
    pub restored: Option<u64>,
}

/// Trains until the epochs are done, early stopping sets in, or an observer breaks off.
///
/// `after_step` sees the rows done in the epoch and the step's report; `after_epoch` sees the record of each epoch, and
/// the trainer as a [checkpoint](crate::checkpoint) has to hold it. A trainer that was restored from one goes on where it
/// was, to the bit, epochs that were broken off being done again from their start.
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
    trainer.plan_epochs(plan.epochs);
    let mut history = Vec::new();
    let stopped = loop {
        let done = trainer.epochs();
        if let Some(rule) = plan.early_stopping
            && trainer.progress().exhausted(rule, done)
        {
            break Stopped::Early;
        }
        if done >= plan.epochs {
            break Stopped::Finished;
        }
        let ControlFlow::Continue(record) = epoch(trainer, data, plan, &mut after_step) else {
            break Stopped::Interrupted;
        };
        let flow = after_epoch(&record, trainer);
        history.push(record);
        if flow.is_break() {
            break Stopped::Interrupted;
        }
    };
    let keeps_best = stopped != Stopped::Interrupted && plan.early_stopping.is_some();
    Outcome {
        stopped,
        history,
        restored: keeps_best.then(|| trainer.restore_best()).flatten(),
    }
}

/// One epoch with what follows from it.
fn epoch<T: Real>(
    trainer: &mut Trainer<T>,
    data: Examples<'_>,
    plan: Fit<'_>,
    after_step: &mut impl FnMut(usize, StepReport) -> ControlFlow<()>,
) -> ControlFlow<(), EpochRecord> {
    let start = Instant::now();
    let train = trainer.epoch(data, plan.train, after_step)?;
    let validation = (!plan.validation.is_empty()).then(|| score(trainer, data, plan.validation));
    trainer.take_in(train, validation, plan.early_stopping);
    ControlFlow::Continue(EpochRecord {
        epoch: trainer.epochs(),
        step: trainer.optimizer().count(),
        lr: trainer.last_lr(),
        seconds: start.elapsed().as_secs_f64(),
        train,
        validation,
    })
}

fn score<T: Real>(trainer: &Trainer<T>, data: Examples<'_>, rows: &[u32]) -> Scores {
    let loss = trainer.settings().loss;
    let found = evaluate(trainer.model(), data, rows, loss);
    let targets = loss.targets(data.targets, rows);
    Scores {
        loss: found.loss,
        metric: loss.metric(&found.outputs, &targets) / rows.len() as f64,
        penalty: trainer.penalty(),
    }
}
