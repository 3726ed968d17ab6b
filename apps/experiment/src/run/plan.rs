//! A run before it begins: what it is told, and the model and trainer that follow from it.

use std::sync::Arc;

use autograd::Real;
use datasets::InputKind;
use nn::Trainer;
use settings::{Experiment, Options, Settings, to_toml};

use super::augment;
use super::task::Task;
use crate::data::Data;
use crate::error::AppError;
use crate::memory;
use crate::model_config::{InputConfig, ModelConfig};
use crate::progress::Progress;

/// What a run is told.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The experiment.
    pub experiment: &'a Experiment,
    /// How it is run.
    pub options: &'a Options,
    /// Who is told how it goes on.
    pub progress: &'a Arc<dyn Progress>,
}

impl Plan<'_> {
    /// The name of the program.
    pub fn program(&self) -> &'static str {
        self.experiment.kind().program()
    }

    /// The settings as they stand in `config.toml`.
    pub fn config(&self) -> String {
        to_toml(&Settings {
            experiment: self.experiment.clone(),
            options: self.options.clone(),
        })
    }
}

/// Refuses a network that does not go with the data or does not fit in memory.
///
/// # Errors
/// If it is so.
pub(crate) fn check<K: Task>(
    experiment: &Experiment,
    task: &K,
    data: &Data,
) -> Result<(), AppError> {
    augment::check(&experiment.training.augment, data)?;
    let config = model_config(experiment, task, data)?;
    let sizes = experiment.model.architecture.sizes();
    memory::check(&experiment.training, config.network.parameters()?, &sizes)
}

/// What defines the model that is to be trained.
pub(super) fn model_config<K: Task>(
    experiment: &Experiment,
    task: &K,
    data: &Data,
) -> Result<ModelConfig, AppError> {
    let is_table = matches!(data.set.input, InputKind::Table { .. });
    let rows = InputConfig::of(data, experiment.data.standardize.unwrap_or(is_table));
    let config = ModelConfig::new(experiment, rows, task.meaning().cloned(), &data.set.name)?;
    Ok(ModelConfig {
        encoder: data.encoder.clone(),
        fingerprint: data.fingerprint.clone(),
        ..config
    })
}

/// The trainer of an experiment.
pub(super) fn trainer<T: Real>(
    experiment: &Experiment,
    config: &ModelConfig,
) -> Result<Trainer<T>, AppError> {
    let training = &experiment.training;
    let model = config.fresh(experiment.seed())?;
    let trainer =
        Trainer::new(model, training.optimizer(), config.loss()).with_config(training.config);
    Ok(match augment::changes(&training.augment, config.noise()) {
        Some(changes) => trainer.augment(changes),
        None => trainer,
    })
}
