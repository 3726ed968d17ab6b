//! A finished run taken up again: evaluated on its test rows, or asked about other rows.

use std::path::Path;

use autograd::Real;
use datasets::{Rows, Targets};
use nn::{DataView, evaluate};

use crate::data::DataSource;
use crate::error::AppError;
use crate::model_config::ModelConfig;
use crate::run::{Answering, FileRows, FinishedRun, Input, Task, rows_of};

/// What a run's model is worth on its test rows.
pub struct TestFigures<K: Task> {
    /// How many rows there are.
    pub rows: usize,
    /// The figures.
    pub figures: K::Figures,
    /// The main ones with their names, for a person to read.
    pub main: Vec<(String, String)>,
}

/// The figures of the test rows of a run; `config` is what stands in its model's file, and `T` its precision.
///
/// # Errors
/// If the run is for another task, or its data cannot be had any more.
pub fn test_figures<K: Task, T: Real>(
    run: &Path,
    config: ModelConfig,
    source: &DataSource,
) -> Result<TestFigures<K>, AppError> {
    let run = FinishedRun::<K, T>::load(run, config, source)?;
    let test = &run.data.data.test;
    let found = evaluate(&run.model, run.data.examples(), test, run.task.loss());
    let rows = run.data.data.train.len();
    let penalty = run.config.penalty(&run.model.params, rows);
    let figures = run.task.evaluate(&run.data, test, &found, penalty);
    Ok(TestFigures {
        rows: test.len(),
        main: run.task.main_figures(&figures),
        figures,
    })
}

/// A model that can be asked about rows of files.
pub struct Predictor<'a, K: Answering, T: Real> {
    config: &'a ModelConfig,
    task: K,
    model: nn::Model<T>,
}

impl<'a, K: Answering, T: Real> Predictor<'a, K, T> {
    /// The model of a run; `config` is what stands in its file, and `T` its precision.
    ///
    /// # Errors
    /// If the run is for another task, or its weights cannot be read.
    pub fn load(run: &Path, config: &'a ModelConfig) -> Result<Self, AppError> {
        Ok(Self {
            config,
            task: K::of_config(config)?,
            model: config.trained::<T>(run)?,
        })
    }

    /// The rows of a file as the model takes them.
    ///
    /// # Errors
    /// If the file does not fit the model.
    pub fn read(&self, input: &Input) -> Result<FileRows, AppError> {
        rows_of(input, self.config)
    }

    /// What the model has learned.
    pub fn task(&self) -> &K {
        &self.task
    }

    /// What the model says of some rows.
    pub fn answers(&self, inputs: &Rows) -> Vec<K::Answer> {
        let targets = no_targets(self.config, inputs.len());
        let all: Vec<u32> = (0..inputs.len() as u32).collect();
        let examples = DataView {
            inputs,
            targets: &targets,
        };
        let found = evaluate(&self.model, examples, &all, self.task.loss());
        self.task.answers(&found)
    }
}

/// Targets of so many rows for a model that is asked, whose loss is not looked at: any do.
pub(crate) fn no_targets(config: &ModelConfig, rows: usize) -> Targets {
    match &config.outputs {
        None => Targets::classes(vec![0; rows], config.rows.classes.len()),
        Some(_) => {
            let outputs = config.network.outputs;
            Targets::Values(Rows::reals64(&[outputs], vec![0.0; rows * outputs]))
        }
    }
}
