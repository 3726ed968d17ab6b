//! How a model is trained.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::penalty::{L1, L2};
use crate::progress::EarlyStopping;
use crate::schedule::Schedule;

/// A limit on the gradient of a step.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clip {
    /// On its Euclidean norm: it is scaled down.
    Norm(f64),
    /// On each element.
    Value(f64),
}

/// Reduction of the losses of a batch's rows before a step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reduction {
    /// Their mean.
    #[default]
    Mean,
    /// Their sum: the gradient is that of the mean times the rows of the batch. Penalties are added to it as they are.
    /// Where a row has several outputs, its own loss stays what it is. Losses are reported as means all the same.
    Sum,
}

impl Reduction {
    /// Every name.
    pub const NAMES: &'static [&'static str] = &["mean", "sum"];
}

impl fmt::Display for Reduction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Mean => "mean",
            Self::Sum => "sum",
        })
    }
}

impl FromStr for Reduction {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "mean" => Ok(Self::Mean),
            "sum" => Ok(Self::Sum),
            _ => Err(format!("it takes {}", Self::NAMES.join(" or "))),
        }
    }
}

/// The settings of training besides model, optimizer and loss. Each has a default, so that only what differs is written
/// out; the [`Trainer`](crate::Trainer) has a method for each as well.
///
/// ```
/// use nn::{Schedule, TrainConfig};
///
/// let config = TrainConfig {
///     schedule: Schedule::OneCycle,
///     ..TrainConfig::default()
/// };
/// assert_eq!(config.batch_size, 128);
/// ```
///
/// A field is serialized under its name. A checkpoint holds that, and refuses to go on under other settings; what
/// ends a run early may change, and nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TrainConfig {
    /// The learning-rate schedule.
    pub schedule: Schedule,
    /// Epochs over which the learning rate rises before the schedule starts (see [`Schedule::rate`]).
    pub warmup: u64,
    /// The batch size; the last batch of an epoch takes the rows that are left. A batch larger than the training set is
    /// the whole of it, see [`FULL_BATCH`](Self::FULL_BATCH).
    pub batch_size: usize,
    /// The seed of shuffling, dropout and augmentation.
    pub seed: u64,
    /// A penalty on absolute weights.
    pub l1: Option<L1>,
    /// A penalty on squared weights.
    pub l2: Option<L2>,
    /// Reduction of the losses of a batch's rows.
    #[serde(skip_serializing_if = "is_mean")]
    pub reduction: Reduction,
    /// A limit on the gradient, penalties included.
    pub clip: Option<Clip>,
    /// The largest Euclidean norm of the weights that lead into a unit (Srivastava et al. 2014). Weights beyond it are
    /// scaled back after each step.
    pub max_norm: Option<f64>,
    /// Stopping when the validation loss falls no more. The weights of the best epoch are then restored.
    #[serde(skip)]
    pub early_stopping: Option<EarlyStopping>,
    /// Stopping after an epoch whose mean training loss, penalties included, is at most this.
    #[serde(skip)]
    pub stop_at_loss: Option<f64>,
}

/// Checkpoints of runs without a choice do not name it.
fn is_mean(reduction: &Reduction) -> bool {
    *reduction == Reduction::Mean
}

impl TrainConfig {
    /// A batch size that takes every training row into each step, however many there are.
    pub const FULL_BATCH: usize = usize::MAX;
}

impl Default for TrainConfig {
    /// A constant rate, batches of 128 rows, seed 0, and nothing else.
    fn default() -> Self {
        Self {
            schedule: Schedule::Constant,
            warmup: 0,
            batch_size: 128,
            seed: 0,
            l1: None,
            l2: None,
            reduction: Reduction::Mean,
            clip: None,
            max_norm: None,
            early_stopping: None,
            stop_at_loss: None,
        }
    }
}
