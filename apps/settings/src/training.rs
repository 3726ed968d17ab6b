//! The settings of training.

use std::sync::Arc;

use autograd::Real;
use clap::Args;
use nn::optim::{Hyperparameters, Optimizer};
use nn::{Clip, EarlyStopping, L1, L1Form, L2, L2Form, Schedule, TrainConfig};
use serde::Serialize;

use crate::choices::{form, optimizer};
use crate::error::WrongUsage;
use crate::groups::DataFlags;
use crate::values::{
    Augmentation, count, not_negative, positive, seed, share, threads, write_shown,
};

/// How the network is trained.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Training")]
#[serde(rename_all = "kebab-case")]
pub struct TrainingFlags {
    /// Rule that turns gradients into steps
    #[arg(long, value_name = "NAME", value_parser = optimizer(), default_value = "adam")]
    pub optimizer: String,

    /// Step size
    #[arg(long, value_name = "X", value_parser = positive, default_value = "0.001")]
    pub lr: f64,

    /// How the step size goes: constant, step:K,G, exponential:G, cosine, one-cycle, plateau:K,G
    #[arg(long, value_name = "COURSE", default_value = "constant")]
    pub schedule: Schedule,

    /// Epochs over which the step size rises before that
    #[arg(long, value_name = "E", default_value = "0")]
    pub warmup: u64,

    /// Momentum of sgd, nesterov and rmsprop [default: 0.9 for nesterov, else 0]
    #[arg(long, value_name = "M", value_parser = share)]
    pub momentum: Option<f64>,

    /// Weight decay
    #[arg(long, value_name = "X", value_parser = not_negative, default_value = "0")]
    pub weight_decay: f64,

    /// Penalty on absolute weights, 0 for none
    #[arg(long, value_name = "X", value_parser = not_negative, default_value = "0")]
    pub l1: f64,

    /// What --l1 means
    #[arg(long, value_name = "FORM", value_parser = form::<L1Form>(L1Form::NAMES), default_value = "l1")]
    pub l1_form: L1Form,

    /// Penalty on squared weights, 0 for none
    #[arg(long, value_name = "X", value_parser = not_negative, default_value = "0")]
    pub l2: f64,

    /// What --l2 means
    #[arg(long, value_name = "FORM", value_parser = form::<L2Form>(L2Form::NAMES), default_value = "l2")]
    pub l2_form: L2Form,

    /// Largest norm of the weights into a unit [default: off]
    #[arg(long, value_name = "X", value_parser = positive)]
    pub max_norm: Option<f64>,

    /// Rows in a training step
    #[arg(long, value_name = "N", value_parser = count, default_value = "32")]
    pub batch_size: usize,

    /// Times through the training rows
    #[arg(long, value_name = "N", value_parser = count, default_value = "50")]
    pub epochs: usize,

    /// Change pictures at random in training: some of shift, rotate, flip, crop, elastic, noise:S
    #[arg(long, value_name = "LIST", default_value = "none")]
    #[serde(serialize_with = "write_shown")]
    pub augment: Augmentation,

    /// Scale a gradient of greater norm down to it [default: off]
    #[arg(long, value_name = "X", value_parser = positive)]
    pub clip_norm: Option<f64>,

    /// Stop after K epochs without a better validation loss, and keep the best weights [default: off]
    #[arg(long, value_name = "K", value_parser = count)]
    pub early_stopping: Option<usize>,

    /// Moves everything but the split
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    pub seed: u64,

    /// Threads, 1 to 1024; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,

    /// Compute in double precision
    #[arg(long)]
    pub f64: bool,
}

impl TrainingFlags {
    /// The optimiser that is asked for.
    ///
    /// # Errors
    /// Wrong usage if it does not take the momentum.
    pub fn rule<T: Real>(&self) -> Result<Arc<dyn Optimizer<T>>, WrongUsage> {
        let hyper = Hyperparameters {
            lr: self.lr,
            weight_decay: self.weight_decay,
            momentum: self.momentum,
        };
        nn::optim::by_name(&self.optimizer, hyper)
            .map_err(|e| WrongUsage(format!("--momentum: {e}")))
    }

    /// Checks that no one flag can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub fn check(&self, data: &DataFlags) -> Result<(), WrongUsage> {
        if self.early_stopping.is_some() && data.val_fraction == 0.0 {
            return Err(WrongUsage::new(
                "--early-stopping needs validation rows, and --val-fraction 0 leaves none",
            ));
        }
        if self.warmup >= self.epochs as u64 && self.warmup > 0 {
            return Err(WrongUsage(format!(
                "--warmup {} leaves none of --epochs {} to the schedule",
                self.warmup, self.epochs
            )));
        }
        self.rule::<f64>().map(drop)
    }

    /// How a model is stepped.
    pub fn settings(&self) -> TrainConfig {
        TrainConfig {
            schedule: self.schedule,
            warmup: self.warmup,
            batch_size: self.batch_size,
            seed: self.seed,
            l1: (self.l1 > 0.0).then_some(L1 {
                strength: self.l1,
                form: self.l1_form,
            }),
            l2: (self.l2 > 0.0).then_some(L2 {
                strength: self.l2,
                form: self.l2_form,
            }),
            clip: self.clip_norm.map(Clip::Norm),
            max_norm: self.max_norm,
            early_stopping: self.early_stopping.map(|patience| EarlyStopping {
                patience: patience as u64,
                min_delta: 0.0,
            }),
        }
    }
}
