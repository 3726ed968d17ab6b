//! Records of a training run: its steps, epochs and end.

use crate::optim::Termination;

/// A step's loss, metric and penalty, before the parameters moved; where the optimizer looks at all training samples, after.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The mean loss of the batch.
    pub loss: f64,
    /// The sum over rows of the metric: right classes, or mean squared errors.
    pub metric: f64,
    /// The penalties on the weights, which are not part of the loss.
    pub penalty: f64,
}

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
    /// The learning rate of the last step; of a full-batch optimizer the length of the step, 0 where none was taken.
    pub lr: f64,
    /// Seconds that the epoch took, validation included.
    pub seconds: f64,
    /// Means over the epoch's batches, in training mode; where the optimizer looks at all training samples, at the epoch's
    /// end.
    pub train: Scores,
    /// On the validation samples, in evaluation mode.
    pub validation: Option<Scores>,
}

/// Reason why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopReason {
    /// All epochs were done.
    Finished,
    /// Validation made no more progress.
    Early,
    /// The training loss was as small as was asked for.
    Loss,
    /// A full-batch optimizer had nothing left to do.
    Optimizer(Termination),
    /// An observer broke it off.
    Interrupted,
}

/// The history of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Reason why it ended.
    pub reason: StopReason,
    /// A record for each epoch of this call.
    pub epochs: Vec<EpochRecord>,
    /// The epoch, from 1, whose weights the model has, where the best were kept: it may be the last.
    pub restored: Option<u64>,
}
