//! How a model is stepped.

use serde::Serialize;

use crate::loss::Loss;
use crate::penalty::{L1, L2};
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

/// How a model is stepped. [`Settings::new`] has a default for everything but the loss, so that only what differs is
/// written out:
///
/// ```
/// use nn::{Loss, Schedule, Settings};
///
/// let settings = Settings {
///     lr: 0.01,
///     schedule: Schedule::OneCycle,
///     ..Settings::new(Loss::Mse)
/// };
/// assert_eq!(settings.batch_size, 128);
/// ```
///
/// A field is serialised under its name. A checkpoint holds that, and refuses to go on under other settings.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Settings {
    /// What is minimised.
    pub loss: Loss,
    /// The learning rate that the schedule scales.
    pub lr: f64,
    /// How the learning rate goes over the run.
    pub schedule: Schedule,
    /// Epochs over which the learning rate rises before the schedule starts (see [`Schedule::rate`]).
    pub warmup: u64,
    /// Rows a step; the last step of an epoch takes what is left.
    pub batch_size: usize,
    /// The seed of shuffling, dropout and augmentation.
    pub seed: u64,
    /// The weight decay of the optimiser.
    pub weight_decay: f64,
    /// A penalty on absolute weights.
    pub l1: Option<L1>,
    /// A penalty on squared weights.
    pub l2: Option<L2>,
    /// A limit on the gradient, penalties included.
    pub clip: Option<Clip>,
    /// The largest Euclidean norm of the weights that lead into a unit (Srivastava et al. 2014). Weights beyond it are
    /// scaled back after each step.
    pub max_norm: Option<f64>,
}

impl Settings {
    /// A constant rate of 10⁻³, batches of 128 rows, seed 0, and nothing else.
    pub fn new(loss: Loss) -> Self {
        Self {
            loss,
            lr: 1e-3,
            schedule: Schedule::Constant,
            warmup: 0,
            batch_size: 128,
            seed: 0,
            weight_decay: 0.0,
            l1: None,
            l2: None,
            clip: None,
            max_norm: None,
        }
    }
}
