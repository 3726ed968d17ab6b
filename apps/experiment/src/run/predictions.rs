//! The predictions of a run's test samples, as CSV.

use autograd::Real;
use records::csv_table;

use super::task::Answering;
use super::train::TrainedRun;
use crate::error::AppError;

/// The file of a run with the predictions of its test samples.
const FILE: &str = "predictions.csv";

impl<K: Answering, T: Real> TrainedRun<K, T> {
    /// Writes `predictions.csv`: of each test sample where it stands in its file, what is true and what is predicted.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn write_predictions(&self) -> Result<(), AppError> {
        let (data, task) = (&self.data.data, &self.task);
        let unit = data
            .test
            .first()
            .map_or("sample", |&row| data.raw.origin(row).unit());
        let mut headings = vec![unit.to_owned()];
        headings.extend(task.truth_headings());
        headings.extend(task.headings());
        let truth = task.truth(&self.data, &data.test);
        let answers = task.answers(&self.on_test);
        let rows = data.test.iter().zip(truth).zip(&answers);
        let rows = rows.map(|((&row, truth), answer)| {
            let mut cells = vec![data.raw.origin(row).to_string()];
            cells.extend(truth);
            cells.extend(task.cells(answer));
            cells
        });
        Ok(self.folder().write(FILE, csv_table(&headings, rows))?)
    }
}
