//! A finished run evaluated on its test rows.

use std::path::Path;

use autograd::Real;
use experiment::AppError;
use experiment::data::DataSource;
use experiment::model_config::ModelConfig;
use experiment::run::{FinishedRun, Task};
use nn::evaluate;

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
