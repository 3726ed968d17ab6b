//! A run before it begins: what it is told, and the model and trainer that follow from it.

use std::sync::Arc;

use autograd::Real;
use datasets::InputKind;
use nn::{ClassWeighted, Trainer};
use records::Destination;
use settings::{ClassWeights, Experiment, Options, Settings, to_toml};

use super::augment;
use super::task::Task;
use crate::data::Data;
use crate::decision::Decided;
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

impl<'a> Plan<'a> {
    /// The name of the program.
    pub fn program(&self) -> &'static str {
        self.experiment.kind().program()
    }

    /// The folder it asks to be written to.
    pub fn destination(&self) -> Destination<'a> {
        Destination {
            app: self.program(),
            data: &self.experiment.data.name,
            out: self.options.out.as_deref(),
            name: self.options.name.as_deref(),
            force: self.options.force,
        }
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
pub fn check<K: Task>(experiment: &Experiment, task: &K, data: &Data) -> Result<(), AppError> {
    augment::check(&experiment.training.augment, data)?;
    class_weights(experiment, data)?;
    Decided::check(&experiment.decision, data)?;
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

/// The weight of each class, with the mean 1 over the training samples as these weigh; `None` where all count the same.
///
/// # Errors
/// If a class is named that there is not, or the weights cannot be computed with.
pub fn class_weights(experiment: &Experiment, data: &Data) -> Result<Option<Vec<f64>>, AppError> {
    let (names, targets) = (&data.set.class_names, &data.set.part.targets);
    match &experiment.training.class_weight {
        ClassWeights::Equal => Ok(None),
        ClassWeights::Balanced => Ok(Some(ClassWeighted::balanced(targets, &data.train))),
        ClassWeights::Given(given) => {
            let mut weights = vec![1.0; names.len()];
            for (name, weight) in given {
                let class = names.iter().position(|class| class == name);
                let class = class.ok_or_else(|| {
                    AppError::Failure(format!(
                        "--class-weight names the class {name:?}, which {} does not have; it has {}",
                        data.set.name,
                        names.join(", ")
                    ))
                })?;
                weights[class] = *weight;
            }
            let weights = ClassWeighted::normalized(&weights, targets, &data.train);
            // Single precision has to hold them.
            let held = f64::from(f32::MIN_POSITIVE)..=f64::from(f32::MAX);
            match weights.iter().all(|weight| held.contains(weight)) {
                true => Ok(Some(weights)),
                false => Err(AppError::Failure(
                    "--class-weight: the weights are too far apart or too large to be computed with"
                        .to_owned(),
                )),
            }
        }
    }
}

/// What training minimizes, where classes weigh differently; `None` where it is the model's own loss.
///
/// # Errors
/// As [`class_weights`].
pub fn class_weighted(
    config: &ModelConfig,
    data: &Data,
) -> Result<Option<ClassWeighted>, AppError> {
    let weights = class_weights(&config.experiment, data)?;
    Ok(weights.map(|weights| ClassWeighted::new(config.loss(), weights)))
}

/// The trainer of an experiment.
pub(super) fn trainer<T: Real>(
    experiment: &Experiment,
    config: &ModelConfig,
    data: &Data,
) -> Result<Trainer<T>, AppError> {
    let training = &experiment.training;
    let model = config.fresh(experiment.seed())?;
    let optimizer = training.optimizer();
    let trainer = match class_weighted(config, data)? {
        Some(loss) => Trainer::new(model, optimizer, loss),
        None => Trainer::new(model, optimizer, config.loss()),
    };
    let trainer = trainer.with_config(training.config);
    Ok(match augment::changes(&training.augment, config.noise()) {
        Some(changes) => trainer.augment(changes),
        None => trainer,
    })
}
