//! Rows from a file, as a trained model takes them.

use std::path::{Path, PathBuf};

use datasets::drawing::{self, Form};
use datasets::image::decode;
use datasets::{Rows, TableText};
use experiment::AppError;
use experiment::model_config::ModelConfig;

/// What is to be predicted: a file, or what comes on standard input.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// The bytes of a table that came another way, and what messages call it.
    Bytes(PathBuf, Vec<u8>),
}

impl Input {
    /// The name in messages.
    pub fn name(&self) -> &Path {
        match self {
            Self::File(path) | Self::Bytes(path, _) => path,
        }
    }

    fn text(&self) -> Result<TableText, AppError> {
        let text = match self {
            Self::File(path) => TableText::read(path),
            Self::Bytes(name, bytes) => TableText::of_bytes(name, bytes.clone()),
        };
        text.map_err(AppError::failure)
    }

    /// Whether it is a table. A model of images takes images unless the file's name says otherwise, one of a table takes
    /// tables unless it says otherwise.
    fn is_table(&self, config: &ModelConfig) -> bool {
        let Self::File(path) = self else {
            return true;
        };
        let name = path.to_string_lossy().to_ascii_lowercase();
        let ends = |with: &[&str]| with.iter().any(|end| name.ends_with(end));
        match config.rows.columns.is_empty() {
            true => ends(&[".csv", ".csv.gz", ".tsv", ".parquet"]),
            false => !ends(&[".png", ".jpg", ".jpeg"]),
        }
    }
}

/// The samples of a file, as a model takes them.
#[derive(Clone, Debug)]
pub struct FileRows {
    /// Those that were understood.
    pub rows: Rows,
    /// The line in which each of them begins, from 1; 1 for an image.
    pub lines: Vec<u64>,
    /// Samples that were not, with the reason: `row 3: …`.
    pub refused: Vec<String>,
    /// What its user should know, a sentence each.
    pub warnings: Vec<String>,
}

impl FileRows {
    fn all(rows: Rows, lines: Vec<u64>) -> Self {
        Self {
            rows,
            lines,
            refused: Vec::new(),
            warnings: Vec::new(),
        }
    }
}

/// The samples of a file: an image, or a table of text.
///
/// A table is read by the encoder of the model's table, if it was trained on one: columns are found by their names, cells
/// without a value and categories are taken as in training, and a row that cannot be understood is refused alone. Else one
/// with a heading is read as a table of the model's columns, and one without has just the model's numbers in every line.
/// An image is taken as it is by a model that was trained on a folder of images, and as a drawing by one of grey digits.
///
/// # Errors
/// If the file cannot be read or does not fit the model: file, line and column.
pub fn rows_of(input: &Input, config: &ModelConfig) -> Result<FileRows, AppError> {
    let affine = config.rows.affine();
    if input.is_table(config) {
        let text = input.text()?;
        let encoder = config.encoder.as_ref();
        // Names may look like numbers.
        let has_heading =
            has_heading(&text) || encoder.is_some_and(|encoder| encoder.has_names_in(&text));
        if let Some(encoder) = encoder.filter(|_| has_heading) {
            let found = encoder.read_text(&text).map_err(AppError::failure)?;
            let refused = found.refused.iter();
            return Ok(FileRows {
                rows: found.rows.scaled(affine),
                lines: found.lines,
                refused: refused.map(ToString::to_string).collect(),
                warnings: found.warnings,
            });
        }
        if !config.rows.columns.is_empty() && has_heading {
            let (rows, lines) =
                datasets::read_inputs(&text, &config.rows.columns).map_err(AppError::failure)?;
            return Ok(FileRows::all(rows.scaled(affine), lines));
        }
        let (cells, lines) = numbers(&text, config.network.inputs)?;
        let rows = Rows::reals64(&config.rows.shape, cells).scaled(affine);
        return Ok(FileRows::all(rows, lines));
    }
    let file = input.name();
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
        return Ok(FileRows::all(rows, vec![1]));
    }
    let form = Form::of(name).ok_or_else(|| {
        AppError::Failure(format!(
            "{}: the model was trained on {name}, which is no set of images; give a .csv file",
            file.display()
        ))
    })?;
    let cells = drawing::read(file, &form).map_err(AppError::failure)?;
    let rows = Rows::bytes(&config.rows.shape, cells).scaled(affine);
    Ok(FileRows::all(rows, vec![1]))
}

/// Whether a file starts with a line that has no number in it.
fn has_heading(text: &TableText) -> bool {
    if text.has_names() {
        return true;
    }
    let first = reader(text).records().next();
    first.is_some_and(|line| line.is_ok_and(|line| is_heading(&line)))
}

fn is_heading(line: &csv::StringRecord) -> bool {
    // A table in another notation is one cell here, and its heading no number either.
    line.iter().all(|cell| cell.parse::<f64>().is_err())
}

fn reader(text: &TableText) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_str().as_bytes())
}

/// All numbers of a CSV file with `width` a line, and the line of each row. A first line without any number is a heading.
fn numbers(text: &TableText, width: usize) -> Result<(Vec<f64>, Vec<u64>), AppError> {
    let file = text.name();
    let at = |line: u64, problem: String| {
        AppError::Failure(format!("{}:{line}: {problem}", file.display()))
    };
    let mut lines = Vec::new();
    let mut cells = Vec::new();
    for (i, record) in reader(text).records().enumerate() {
        let record = record.map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", file.display()), e)
        })?;
        let line = record.position().map_or(i as u64 + 1, csv::Position::line);
        if i == 0 && (text.has_names() || is_heading(&record)) {
            continue;
        }
        if record.len() != width {
            return Err(at(
                line,
                format!("{} numbers; the model takes {width} a row", record.len()),
            ));
        }
        lines.push(line);
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
    Ok((cells, lines))
}
