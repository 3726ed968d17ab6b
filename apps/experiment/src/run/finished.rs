//! A finished run with all that it was about: its model, and the data as it was split and scaled then.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use autograd::Real;
use nn::Model;

use super::prepared::Prepared;
use super::task::Task;
use crate::data::DataSource;
use crate::error::AppError;
use crate::model_config::ModelConfig;
use crate::same_data::{self, Begun};

/// A finished run in memory.
pub struct FinishedRun<K: Task, T: Real> {
    /// What defines the model.
    pub config: ModelConfig,
    /// What was learned.
    pub task: K,
    /// The model with its weights.
    pub model: Model<T>,
    /// The data it was trained on, with the model's scales.
    pub data: Prepared,
}

impl<K: Task, T: Real> FinishedRun<K, T> {
    /// Reads the run in a folder; `config` is what stands [there](ModelConfig::read). `T` is to be the config's precision.
    ///
    /// # Errors
    /// If the run is for another task, its weights cannot be read, or its data cannot be had any more.
    pub fn load(run: &Path, config: ModelConfig, source: &DataSource) -> Result<Self, AppError> {
        let task = K::of_config(&config)?;
        let model = config.trained::<T>(run)?;
        let (name, test) = data_names(run, &config)?;
        let mut experiment = config.experiment.clone();
        experiment.data.name = name.clone();
        experiment.data.reading.test = test;
        let begun = Begun::of_model(run, &config);
        let data = same_data::load(
            &experiment.request()?,
            experiment.partition()?,
            source,
            begun.as_ref(),
        )?;
        if data.set.part.inputs.row_len() != config.network.inputs {
            return Err(AppError::Failure(format!(
                "rows of {name} have {} numbers and the model takes {}",
                data.set.part.inputs.row_len(),
                config.network.inputs
            )));
        }
        if !task.fits(&data) {
            return Err(AppError::Failure(format!(
                "{name} has other {} than the model was trained on",
                match K::KIND {
                    records::Task::Classification => "classes",
                    records::Task::Reconstruction => "images",
                    records::Task::Regression => "targets",
                }
            )));
        }
        let data = Prepared::of_config(data, &config);
        Ok(Self {
            config,
            task,
            model,
            data,
        })
    }
}

/// The name of the data and the test file as they were given: a config has no more than the kind of a file.
fn data_names(run: &Path, config: &ModelConfig) -> Result<(String, Option<PathBuf>), AppError> {
    let file = run.join("metrics.json");
    let damaged =
        |e: &dyn Display| AppError::Failure(format!("cannot understand {}: {e}", file.display()));
    let text = std::fs::read_to_string(&file)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", file.display()), e))?;
    let metrics: serde_json::Value = serde_json::from_str(&text).map_err(|e| damaged(&e))?;
    let name = metrics["data"].as_str().unwrap_or_default();
    let name = match name.split_once(':') {
        Some((kind, _)) if kind == config.experiment.data.name => name.to_owned(),
        _ => config.experiment.data.name.clone(),
    };
    let test = match &config.experiment.data.reading.test {
        None => None,
        Some(_) => match metrics["test_data"].as_str() {
            Some(test) => Some(PathBuf::from(test)),
            None => return Err(damaged(&"it does not name the test file")),
        },
    };
    Ok((name, test))
}
