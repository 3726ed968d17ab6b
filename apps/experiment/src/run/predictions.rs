//! Tables of predictions, as CSV.

use autograd::Real;
use records::csv_line;

use super::input_rows::FileRows;
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
        self.folder().write(FILE, table(&headings, rows)?)
    }
}

/// The predictions of the rows of files, each with its file and line.
///
/// # Errors
/// If they cannot be written.
pub fn of_files<K: Answering>(
    task: &K,
    files: &[(String, &FileRows, Vec<K::Answer>)],
) -> Result<Vec<u8>, AppError> {
    let mut headings = vec!["file".to_owned(), "line".to_owned()];
    headings.extend(task.headings());
    let rows = files.iter().flat_map(|(file, rows, answers)| {
        rows.lines.iter().zip(answers).map(|(line, answer)| {
            let mut cells = vec![file.clone(), line.to_string()];
            cells.extend(task.cells(answer));
            cells
        })
    });
    table(&headings, rows)
}

/// A table as CSV.
///
/// # Errors
/// If a row has not as many cells as there are headings.
pub fn table(
    headings: &[String],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, AppError> {
    let mut table = csv_line(headings);
    for row in rows {
        if row.len() != headings.len() {
            return Err(AppError::Failure(format!(
                "cannot write a table: a row has {} cells below {} headings",
                row.len(),
                headings.len()
            )));
        }
        table.push_str(&csv_line(row));
    }
    Ok(table.into_bytes())
}
