//! Rows from a file, as a trained model takes them.

use std::path::Path;

use autograd::data::Rows;

use crate::card::Card;
use crate::error::AppError;
use crate::picture::{self, Form};

/// The rows of a file: a picture, or a CSV file with a row of numbers a line.
///
/// A first line without any number is a heading. Where it has the names of all columns that the model takes, those are
/// taken, wherever they stand; else every line has just the model's numbers, in its order.
///
/// # Errors
/// If the file cannot be read or does not fit the model: file, line and column.
pub fn rows_of(file: &Path, card: &Card) -> Result<Rows, AppError> {
    let affine = card.rows.affine();
    let is_csv = file
        .extension()
        .is_some_and(|e| e.eq_ignore_ascii_case("csv"));
    if is_csv {
        let cells = numbers(file, card)?;
        return Ok(Rows::reals64(&[card.network.inputs], cells).scaled(affine));
    }
    let form = Form::of(&card.data.name).ok_or_else(|| {
        AppError::Failure(format!(
            "{}: the model was trained on {}, which is no set of grey pictures; give a .csv file",
            file.display(),
            card.data.name
        ))
    })?;
    let cells = picture::read(file, &form).map_err(AppError::failure)?;
    Ok(Rows::bytes(&[card.network.inputs], cells).scaled(affine))
}

/// All numbers of a CSV file that the model takes.
fn numbers(file: &Path, card: &Card) -> Result<Vec<f64>, AppError> {
    let width = card.network.inputs;
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
    // Where the model's columns stand, once a heading has said so.
    let mut places: Option<(Vec<usize>, usize)> = None;
    for (i, record) in reader.records().enumerate() {
        let record = record.map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", file.display()), e)
        })?;
        let line = record.position().map_or(i as u64 + 1, csv::Position::line);
        if i == 0 && record.iter().all(|cell| cell.parse::<f64>().is_err()) {
            places = named(&record, &card.rows.columns).map(|places| (places, record.len()));
            continue;
        }
        let expected = places.as_ref().map_or(width, |(_, all)| *all);
        if record.len() != expected {
            return Err(at(
                line,
                match places {
                    Some(_) => format!("{} cells; the heading has {expected}", record.len()),
                    None => format!("{} numbers; the model takes {width} a row", record.len()),
                },
            ));
        }
        for column in 0..width {
            let place = places.as_ref().map_or(column, |(places, _)| places[column]);
            let cell = record.get(place).unwrap_or_default();
            match cell.parse::<f64>() {
                Ok(x) if x.is_finite() => cells.push(x),
                _ => {
                    let column = place + 1;
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

/// Where each of the model's columns stands in a heading; `None` if one is not there.
fn named(heading: &csv::StringRecord, columns: &[String]) -> Option<Vec<usize>> {
    if columns.is_empty() {
        return None;
    }
    let place = |column: &String| heading.iter().position(|cell| cell == column);
    columns.iter().map(place).collect()
}
