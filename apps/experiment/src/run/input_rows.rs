//! Rows from a file, as a trained model takes them.

use std::fs::File;
use std::path::Path;

use datasets::Rows;

use crate::drawing::{self, Form};
use crate::error::AppError;
use crate::model_config::ModelConfig;

/// The rows of a file: an image, or a CSV file.
///
/// A CSV file that starts with a heading is read as a table of the model's columns, which are found by their names; text
/// becomes ones and zeros as it did in training, and columns that the model does not know are left out. Without a heading,
/// or for a model of images, every line has just the model's numbers, in its order.
///
/// # Errors
/// If the file cannot be read or does not fit the model: file, line and column.
pub fn rows_of(file: &Path, config: &ModelConfig) -> Result<Rows, AppError> {
    let affine = config.rows.affine();
    let is_csv = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    if is_csv && !config.rows.columns.is_empty() && has_heading(file)? {
        let rows = datasets::read_inputs(file, &config.rows.columns).map_err(AppError::failure)?;
        return Ok(rows.scaled(affine));
    }
    if is_csv {
        let cells = numbers(file, config.network.inputs)?;
        return Ok(Rows::reals64(&config.rows.shape, cells).scaled(affine));
    }
    let form = Form::of(&config.experiment.data.name).ok_or_else(|| {
        AppError::Failure(format!(
            "{}: the model was trained on {}, which is no set of grey images; give a .csv file",
            file.display(),
            config.experiment.data.name
        ))
    })?;
    let cells = drawing::read(file, &form).map_err(AppError::failure)?;
    Ok(Rows::bytes(&config.rows.shape, cells).scaled(affine))
}

/// Whether a file starts with a line that has no number in it.
fn has_heading(file: &Path) -> Result<bool, AppError> {
    let first = reader(file)?.records().next();
    Ok(first.is_some_and(|line| line.is_ok_and(|line| is_heading(&line))))
}

fn is_heading(line: &csv::StringRecord) -> bool {
    // A table in another notation is one cell here, and its heading no number either.
    line.iter().all(|cell| cell.parse::<f64>().is_err())
}

fn reader(file: &Path) -> Result<csv::Reader<File>, AppError> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(file)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", file.display()), e))
}

/// All numbers of a CSV file with `width` a line. A first line without any number is a heading.
fn numbers(file: &Path, width: usize) -> Result<Vec<f64>, AppError> {
    let at = |line: u64, problem: String| {
        AppError::Failure(format!("{}:{line}: {problem}", file.display()))
    };
    let mut cells = Vec::new();
    for (i, record) in reader(file)?.records().enumerate() {
        let record = record.map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", file.display()), e)
        })?;
        let line = record.position().map_or(i as u64 + 1, csv::Position::line);
        if i == 0 && is_heading(&record) {
            continue;
        }
        if record.len() != width {
            return Err(at(
                line,
                format!("{} numbers; the model takes {width} a row", record.len()),
            ));
        }
        for (column, cell) in record.iter().enumerate() {
            match cell.parse::<f64>() {
                Ok(x) if x.is_finite() => cells.push(x),
                _ => {
                    let column = column + 1;
                    return Err(at(
                        line,
                        format!("column {column} has \"{cell}\", not a number"),
                    ));
                }
            }
        }
    }
    if cells.is_empty() {
        return Err(at(1, "there is no row of numbers".to_owned()));
    }
    Ok(cells)
}
