//! The settings of a trainer, a method each.

use std::sync::Arc;

use autograd::Real;
use datasets::Samples;

use super::{Augment, Trainer};
use crate::config::{Clip, Reduction, TrainConfig};
use crate::max_norm::MaxNorm;
use crate::penalty::{Penalties, Penalty};
use crate::progress::EarlyStopping;
use crate::schedule::Schedule;

impl<T: Real> Trainer<T> {
    /// With all these settings.
    ///
    /// # Panics
    /// If the batch size is 0.
    #[track_caller]
    pub fn with_config(mut self, config: TrainConfig) -> Self {
        self.set_config(config);
        self
    }

    /// Changes all these settings.
    ///
    /// # Panics
    /// If the batch size is 0.
    #[track_caller]
    pub fn set_config(&mut self, config: TrainConfig) {
        assert!(config.batch_size > 0, "a batch has at least one row");
        let params = &self.model.params;
        self.penalties = Penalties::new(config.l1, config.l2, params);
        self.max_norm = config.max_norm.map(|c| MaxNorm::new(c, params));
        self.config = config;
    }

    /// Changes the samples to validate on.
    pub fn set_validation(&mut self, samples: Option<Samples>) {
        self.validation = samples;
    }

    /// With batches of so many rows.
    ///
    /// # Panics
    /// If that is 0.
    #[track_caller]
    pub fn batch_size(self, batch_size: usize) -> Self {
        let config = TrainConfig {
            batch_size,
            ..self.config
        };
        self.with_config(config)
    }

    /// With this learning-rate schedule.
    pub fn schedule(mut self, schedule: Schedule) -> Self {
        self.config.schedule = schedule;
        self
    }

    /// With so many epochs of a rising learning rate before the schedule starts.
    pub fn warmup(mut self, epochs: u64) -> Self {
        self.config.warmup = epochs;
        self
    }

    /// With this seed of shuffling, dropout and augmentation.
    pub fn seed(mut self, seed: u64) -> Self {
        self.config.seed = seed;
        self
    }

    /// With gradients scaled down to this Euclidean norm.
    pub fn clip_norm(mut self, norm: f64) -> Self {
        self.config.clip = Some(Clip::Norm(norm));
        self
    }

    /// With a penalty on weights, an [`L1`](crate::L1) or an [`L2`](crate::L2), in place of another of its kind.
    pub fn penalty(self, penalty: impl Into<Penalty>) -> Self {
        let mut config = self.config;
        match penalty.into() {
            Penalty::L1(l1) => config.l1 = Some(l1),
            Penalty::L2(l2) => config.l2 = Some(l2),
        }
        self.with_config(config)
    }

    /// With weights into a unit scaled back to this Euclidean norm after each step.
    pub fn max_norm(self, norm: f64) -> Self {
        let config = TrainConfig {
            max_norm: Some(norm),
            ..self.config
        };
        self.with_config(config)
    }

    /// With steps down the sum of the losses of a batch's rows, or down their mean.
    pub fn reduction(mut self, reduction: Reduction) -> Self {
        self.config.reduction = reduction;
        self
    }

    /// Ends after an epoch whose mean training loss, penalties included, is at most this.
    pub fn stop_at_loss(mut self, loss: f64) -> Self {
        self.config.stop_at_loss = Some(loss);
        self
    }

    /// With samples to validate on after each epoch.
    pub fn validation(mut self, samples: &Samples) -> Self {
        self.validation = Some(samples.clone());
        self
    }

    /// Ends after so many epochs without a lower validation loss, and takes the weights of the best epoch.
    pub fn early_stopping(mut self, patience: u64) -> Self {
        self.config.early_stopping = Some(EarlyStopping {
            patience,
            min_delta: 0.0,
        });
        self
    }

    /// With batches changed before each step.
    pub fn augment(mut self, augment: Arc<dyn Augment<T>>) -> Self {
        self.augment = Some(augment);
        self
    }
}
