//! What pictures, or rows of a CSV file, are taken for.

use std::path::{Path, PathBuf};

use autograd::data::{Affine, Rows, Targets};
use autograd::{Real, Team};
use clap::Args;
use common::app::print_line;
use common::card::Card;
use common::picture::{self, Form};
use common::{AppError, json::Number};
use nn::{Examples, Model, evaluate};
use serde::Serialize;

use crate::train::loss_of;

/// The flags of `predict`.
#[derive(Args, Clone, Debug)]
pub(crate) struct Flags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    /// Pictures (PNG, JPEG) or CSV files with a row of numbers a line
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Print a line of JSON a file
    #[arg(long)]
    json: bool,
}

/// What a file is taken for.
#[derive(Serialize)]
struct Answer<'a> {
    file: String,
    rows: Vec<RowAnswer<'a>>,
}

/// What a row is taken for.
#[derive(Serialize)]
struct RowAnswer<'a> {
    label: &'a str,
    probability: Number,
    probabilities: Vec<Number>,
}

/// Prints a line a file with `--json`, else a line a row.
pub(crate) fn run(flags: Flags) -> Result<(), AppError> {
    let card = Card::read(&flags.run)?;
    Team::new(1).install(|| match card.precision.as_str() {
        "f64" => predict::<f64>(&flags, &card),
        _ => predict::<f32>(&flags, &card),
    })
}

fn predict<T: Real>(flags: &Flags, card: &Card) -> Result<(), AppError> {
    let model = card.trained::<T>(&flags.run)?;
    // Every file is read before the first answer: an error leaves no half-done list.
    let inputs: Vec<Rows> = flags
        .files
        .iter()
        .map(|file| rows(file, card))
        .collect::<Result<_, _>>()?;
    for (file, inputs) in flags.files.iter().zip(&inputs) {
        let answers = answer(&model, card, inputs)?;
        if flags.json {
            let answer = Answer {
                file: file.display().to_string(),
                rows: answers,
            };
            let line = serde_json::to_string(&answer)
                .map_err(|e| AppError::while_doing("cannot write the answer", e))?;
            print_line(line)?;
            continue;
        }
        let several = answers.len() > 1;
        for (i, row) in answers.iter().enumerate() {
            let place = if several {
                format!(":{}", i + 1)
            } else {
                String::new()
            };
            print_line(format_args!(
                "{}{place}: {} ({:.1}%)",
                file.display(),
                row.label,
                100.0 * row.probability.0
            ))?;
        }
    }
    Ok(())
}

fn answer<'c, T: Real>(
    model: &Model<T>,
    card: &'c Card,
    inputs: &Rows,
) -> Result<Vec<RowAnswer<'c>>, AppError> {
    let names = &card.rows.classes;
    // The loss is not looked at; any labels do.
    let targets = Targets::classes(vec![0; inputs.len()], names.len());
    let all: Vec<u32> = (0..inputs.len() as u32).collect();
    let examples = Examples {
        inputs,
        targets: &targets,
    };
    let found = evaluate(model, examples, &all, loss_of(card.head()?));
    let probabilities = found.probabilities();
    let rows = found
        .classes()
        .into_iter()
        .zip(probabilities.chunks(names.len()));
    Ok(rows
        .map(|(class, p)| RowAnswer {
            label: &names[class as usize],
            probability: Number(p[class as usize].to_f64()),
            probabilities: p.iter().map(|p| Number(p.to_f64())).collect(),
        })
        .collect())
}

/// The rows of a file as the model takes them.
fn rows(file: &Path, card: &Card) -> Result<Rows, AppError> {
    let scale = Affine::scale(card.rows.scale);
    let is_csv = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    if is_csv {
        let cells = numbers(file, card.network.inputs)?;
        return Ok(Rows::reals64(&[card.network.inputs], cells).scaled(scale));
    }
    let form = Form::of(&card.data.name).ok_or_else(|| {
        AppError::Failure(format!(
            "{}: the model was trained on {}, which is no set of grey pictures; give a .csv file",
            file.display(),
            card.data.name
        ))
    })?;
    let cells = picture::read(file, &form).map_err(AppError::failure)?;
    Ok(Rows::bytes(&[card.network.inputs], cells).scaled(scale))
}

/// All numbers of a CSV file with `width` a line. A first line without any number is a heading.
fn numbers(file: &Path, width: usize) -> Result<Vec<f64>, AppError> {
    let at = |line: u64, problem: String| {
        AppError::Failure(format!("{}:{line}: {problem}", file.display()))
    };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_path(file)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", file.display()), e))?;
    let mut cells = Vec::new();
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", file.display()), e)
        })?;
        let line = record.position().map_or(i as u64 + 1, csv::Position::line);
        if i == 0 && record.iter().all(|cell| cell.parse::<f64>().is_err()) {
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
