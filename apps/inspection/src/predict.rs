//! A finished run asked about rows of files.

use std::path::Path;

use autograd::Real;
use datasets::{DataView, Rows, Targets};
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::run::Answering;
use nn::evaluate;
use records::csv_table;

use crate::input_rows::{FileRows, Input, rows_of};

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

    /// What the model was trained for.
    pub fn task(&self) -> &K {
        &self.task
    }

    /// The rows of a file as the model takes them.
    ///
    /// # Errors
    /// If the file does not fit the model.
    pub fn read(&self, input: &Input) -> Result<FileRows, AppError> {
        rows_of(input, self.config)
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

    /// The answers for the rows of files as CSV, each with its file and line.
    pub fn csv(&self, files: &[(String, &FileRows, Vec<K::Answer>)]) -> Vec<u8> {
        let mut headings = vec!["file".to_owned(), "line".to_owned()];
        headings.extend(self.task.headings());
        let rows = files.iter().flat_map(|(file, rows, answers)| {
            rows.lines.iter().zip(answers).map(|(line, answer)| {
                let mut cells = vec![file.clone(), line.to_string()];
                cells.extend(self.task.cells(answer));
                cells
            })
        });
        csv_table(&headings, rows)
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
