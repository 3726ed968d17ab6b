//! What a run is told, and the model and trainer that follow from it.

use std::sync::Arc;

use autograd::Real;
use datasets::{Request, Spec};
use nn::Trainer;
use settings::{DataFlags, FolderFlags, ModelFlags, TrainingFlags};

use super::augment;
use super::task::Task;
use crate::data::Data;
use crate::error::AppError;
use crate::memory;
use crate::model_config::{DataConfig, InputConfig, ModelConfig, training_config};
use crate::network::NetworkConfig;
use crate::progress::Progress;

/// What a run is told.
#[derive(Clone, Copy)]
pub struct Plan<'a> {
    /// The app's name.
    pub app: &'a str,
    /// Which data.
    pub data: &'a DataFlags,
    /// Which network.
    pub model: &'a ModelFlags,
    /// How it is trained.
    pub training: &'a TrainingFlags,
    /// Where the run is written.
    pub folder: &'a FolderFlags,
    /// Who is told how it goes on.
    pub progress: &'a Arc<dyn Progress>,
    /// The settings as they stand in `config.toml`.
    pub config: &'a str,
}

/// Refuses a network that does not go with the data or does not fit in memory.
///
/// # Errors
/// If it is so.
pub(crate) fn check<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: &K,
    data: &Data,
) -> Result<(), AppError> {
    augment::check(&plan.training.augment, data)?;
    let config = model_config::<K, T>(plan, request, task, data)?;
    let parameters = config.network.parameters(&config.rows.shape);
    memory::check(plan.training, parameters, &plan.model.sizes())
}

/// What defines the model that is to be trained.
pub(super) fn model_config<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: &K,
    data: &Data,
) -> Result<ModelConfig, AppError> {
    let partition = plan.data.partition(&request.spec);
    let (row, name) = (data.set.part.inputs.row_shape(), &data.set.name);
    let is_table = matches!(data.set.input, datasets::InputKind::Table { .. });
    let standardise = plan.data.standardise || is_table && !plan.data.no_standardise;
    Ok(ModelConfig {
        format: ModelConfig::FORMAT,
        precision: T::NAME.to_owned(),
        data: DataConfig {
            name: portable_name(request),
            target: request.targets.clone(),
            n: request.n,
            noise: request.noise,
            split: partition.split.to_string(),
            split_seed: partition.split_seed,
            val_fraction: partition.val_fraction,
        },
        rows: InputConfig::of(data, standardise),
        outputs: task.meaning().cloned(),
        network: NetworkConfig::new(plan.model, row, name, task.outputs(), task.head())?,
        training: training_config(plan.training, task.noise())?,
    })
}

/// The name of the data without where it lies.
fn portable_name(request: &Request) -> String {
    let name = request.spec.to_string();
    match (&request.spec, name.split_once(':')) {
        (Spec::Named(_) | Spec::Synthetic(_), _) | (_, None) => name,
        (_, Some((kind, _))) => kind.to_owned(),
    }
}

/// The trainer that the flags ask for.
pub(super) fn trainer<K: Task, T: Real>(
    plan: &Plan<'_>,
    task: &K,
    config: &ModelConfig,
) -> Result<Trainer<T>, AppError> {
    let flags = plan.training;
    let model = config.fresh(flags.seed)?;
    let trainer = Trainer::new(model, flags.rule()?, task.loss()).with_config(flags.settings());
    Ok(match augment::changes(&flags.augment, task.noise()) {
        Some(changes) => trainer.augment(changes),
        None => trainer,
    })
}
