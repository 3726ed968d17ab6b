//! Rows from a file, as a trained model takes them.

use std::fs::File;
use std::path::Path;

use datasets::Rows;
use datasets::picture::decode;

use crate::drawing::{self, Form};
use crate::error::AppError;
use crate::model_config::ModelConfig;

/// The samples of a file, as a model takes them.
#[derive(Clone, Debug)]
pub struct FileRows {
    /// Those that were understood.
    pub rows: Rows,
    /// The number of each of them in the file, from 1.
    pub numbers: Vec<u64>,
    /// Samples that were not, with the reason: `row 3: …`.
    pub refused: Vec<String>,
    /// What its user should know, a sentence each.
    pub warnings: Vec<String>,
}

impl FileRows {
    fn all(rows: Rows) -> Self {
        Self {
            numbers: (1..=rows.len() as u64).collect(),
            rows,
            refused: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// The samples of a file: an image, or a CSV file.
///
/// A CSV file is read by the encoder of the model's table, if it was trained on one: columns are found by their names, cells
/// without a value and categories are taken as in training, and a row that cannot be understood is refused alone. Else one
/// with a heading is read as a table of the model's columns, and one without has just the model's numbers in every line.
/// An image is taken as it is by a model that was trained on a folder of images, and as a drawing by one of grey digits.
///
/// # Errors
/// If the file cannot be read or does not fit the model: file, line and column.
pub fn rows_of(file: &Path, config: &ModelConfig) -> Result<FileRows, AppError> {
    let affine = config.rows.affine();
    let is_csv = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    if is_csv
        && let Some(encoder) = &config.encoder
        && has_heading(file)?
    {
        let found = encoder.read(file).map_err(AppError::failure)?;
        let refused = found.refused.iter();
        return Ok(FileRows {
            rows: found.rows.scaled(affine),
            numbers: found.kept.iter().map(|row| u64::from(*row) + 1).collect(),
            refused: refused.map(ToString::to_string).collect(),
            warnings: found.warnings,
        });
    }
    if is_csv && !config.rows.columns.is_empty() && has_heading(file)? {
        let rows = datasets::read_inputs(file, &config.rows.columns).map_err(AppError::failure)?;
        return Ok(FileRows::all(rows.scaled(affine)));
    }
    if is_csv {
        let cells = numbers(file, config.network.inputs)?;
        let rows = Rows::reals64(&config.rows.shape, cells).scaled(affine);
        return Ok(FileRows::all(rows));
    }
    let name = &config.experiment.data.name;
    if name == "images"
        && let &[channels, height, width] = config.rows.shape.as_slice()
    {
        let bytes = std::fs::read(file).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", file.display()), e)
        })?;
        let image = decode(&bytes).map_err(|e| {
            AppError::while_doing(format_args!("cannot use the image {}", file.display()), e)
        })?;
        let fitted = image.fitted([channels, height, width]);
        let rows = Rows::bytes(&config.rows.shape, fitted.pixels).scaled(affine);
        return Ok(FileRows::all(rows));
    }
    let form = Form::of(name).ok_or_else(|| {
        AppError::Failure(format!(
            "{}: the model was trained on {name}, which is no set of images; give a .csv file",
            file.display()
        ))
    })?;
    let cells = drawing::read(file, &form).map_err(AppError::failure)?;
    let rows = Rows::bytes(&config.rows.shape, cells).scaled(affine);
    Ok(FileRows::all(rows))
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
