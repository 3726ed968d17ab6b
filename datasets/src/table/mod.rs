//! Tables: rows of named columns, each of numbers, of text or of dates.
//!
//! Reading has two stages. A [`Table`] is what a file holds, with its missing cells; nothing in it is learnt from rows. An
//! [`Encoder`] is fitted on training rows and turns any rows into the numbers that a network takes.

mod build;
mod bytes;
mod cell;
mod contents;
mod date;
mod describe;
mod encode;
mod encoded_column;
mod error;
mod features;
mod format;
mod header;
mod how;
mod index;
mod kinds;
mod later;
mod limits;
mod marks;
mod notes;
#[cfg(feature = "parquet")]
mod parquet;
mod plan;
mod read;
mod scan;
mod schema;
mod sheet;

use std::path::{Path, PathBuf};

use crate::error::DataError;
pub(crate) use build::Builder;
pub use bytes::TableText;
pub(crate) use cell::Cell;
pub(crate) use contents::Predicted;
pub use describe::{ColumnDescription, ColumnKind, Description};
pub use encode::{Encoded, Encoder, RowError};
pub use encoded_column::{EncodedColumn, EncodedNumber};
pub use error::TableError;
pub use limits::{MOST_COLUMNS, MOST_TEXTS};
pub(crate) use read::{parse, read_csv, read_lines, read_parquet};
pub(crate) use sheet::read_sheet;

pub(crate) use later::{Later, Needed};

use date::DateFormat;
use format::NumberFormat;

/// The number of a text that is not there.
pub(crate) const NO_TEXT: u32 = u32::MAX;

/// A table as it was read: typed columns, in which cells may be missing.
#[derive(Clone, Debug)]
pub struct Table {
    path: PathBuf,
    columns: Vec<Column>,
    dropped: Vec<Dropped>,
    /// Where each row begins in its file, counted from 1.
    lines: Vec<u64>,
    /// Sentences on how it was read.
    notes: Vec<String>,
    /// Rows that were left out because they cannot be understood; empty where such a row is an error for the whole.
    refused: Vec<RowError>,
    /// The test file that the last rows come from, if there is one.
    later: Option<Later>,
}

/// A column as it was read.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) cells: Cells,
    /// How many cells have no value.
    pub(crate) missing: usize,
    /// The mark of the first of them.
    pub(crate) mark: String,
    /// Whether it was asked for as a category.
    pub(crate) chosen: bool,
}

/// A column that was left out, and why.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Dropped {
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// The cells of a column, from the first row to the last.
#[derive(Clone, Debug)]
pub(crate) enum Cells {
    /// NaN is a missing cell.
    Numbers {
        values: Vec<f64>,
        format: NumberFormat,
        /// As they are written, where that says more than the number: leading zeros, digits beyond 2^53, units.
        written: Option<Texts>,
    },
    Texts(Texts),
    /// Days since 1970-01-01; NaN is a missing cell.
    Dates {
        days: Vec<f64>,
        format: DateFormat,
        /// Whether any has a time of the day.
        has_time: bool,
    },
}

/// A text for each row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Texts {
    /// The number of the row's text, or [`NO_TEXT`].
    pub(crate) codes: Vec<u32>,
    /// The texts, in the order in which they came first.
    pub(crate) texts: Vec<String>,
}

impl Table {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Checks whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// The names of the columns.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// Puts the columns of these names first, in their order. Returns where each column is now, by where it was.
    pub(crate) fn arrange(&mut self, names: &[&str]) -> Vec<usize> {
        let rank = |at: &usize| {
            let name = self.columns[*at].name.as_str();
            names.iter().position(|n| *n == name).unwrap_or(names.len())
        };
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by_key(rank);
        let mut columns: Vec<Option<Column>> = self.columns.drain(..).map(Some).collect();
        self.columns
            .extend(order.iter().filter_map(|&at| columns[at].take()));
        let mut places = vec![0; order.len()];
        for (now, &was) in order.iter().enumerate() {
            places[was] = now;
        }
        places
    }

    /// The line of the file in which each row begins, counted from 1.
    pub fn lines(&self) -> &[u64] {
        &self.lines
    }

    /// Sentences on how the file was read.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Rows of the file that could not be understood, in a table read for a trained model.
    pub fn refused(&self) -> &[RowError] {
        &self.refused
    }

    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The table without rows that lack a value in one of these columns, and how many those are.
    pub(crate) fn without_missing(&mut self, columns: &[usize]) -> usize {
        let kept: Vec<u32> = (0..self.len() as u32)
            .filter(|&row| {
                let missing = |&place: &usize| self.columns[place].is_missing(row as usize);
                !columns.iter().any(missing)
            })
            .collect();
        let dropped = self.len() - kept.len();
        if dropped > 0 {
            self.keep(&kept);
        }
        dropped
    }

    /// The places of the columns that are wanted, as targets are, or become inputs.
    pub(crate) fn used_places(&self, wanted: &[usize]) -> Vec<usize> {
        let used = |place: &usize| {
            let role = self.columns[*place].role(0..self.len());
            wanted.contains(place) || !matches!(role, features::Role::Dropped(_))
        };
        (0..self.columns.len()).filter(used).collect()
    }

    /// Leaves these rows alone.
    fn keep(&mut self, rows: &[u32]) {
        for column in &mut self.columns {
            column.keep(rows);
        }
        self.lines = rows.iter().map(|&row| self.lines[row as usize]).collect();
    }

    /// The table, if there is at least a row and not more than can be counted.
    fn finished(self) -> Result<Self, DataError> {
        match self.len() {
            0 => Err(self.wrong(TableError::NoRows)),
            rows if u32::try_from(rows).is_err() => Err(self.wrong(TableError::Rows(rows))),
            _ => Ok(self),
        }
    }

    /// The table, if it has these columns, all of numbers.
    pub(crate) fn known(self, names: &[&str]) -> Result<Self, DataError> {
        if !self.names().eq(names.iter().copied()) {
            return Err(self.wrong(TableError::Names {
                found: listed(self.names()),
                expected: names.join(", "),
            }));
        }
        let other = |column: &&Column| !matches!(column.cells, Cells::Numbers { .. });
        match self.columns.iter().find(other) {
            None => Ok(self),
            Some(column) => Err(self.wrong(TableError::NotNumbers(column.name.clone()))),
        }
    }

    /// The rows of a table of numbers, and the line each begins in.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u64, Vec<f64>)> {
        let cell = |row: usize, column: &Column| match &column.cells {
            Cells::Numbers { values, .. } => values[row],
            _ => f64::NAN,
        };
        let row = move |row| self.columns.iter().map(|c| cell(row, c)).collect();
        let lines = self.lines.iter().copied();
        lines.enumerate().map(move |(i, line)| (line, row(i)))
    }

    pub(crate) fn wrong(&self, source: TableError) -> DataError {
        wrong(&self.path, source)
    }

    /// The error of the first missing cell of a column.
    pub(crate) fn missing_error(&self, column: &Column) -> TableError {
        let row = (0..self.len()).find(|&row| column.is_missing(row));
        TableError::Missing {
            line: row.map_or(0, |row| self.lines[row]),
            column: column.name.clone(),
            word: column.mark.clone(),
        }
    }
}

impl Cells {
    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Numbers { values, .. } => values.len(),
            Self::Dates { days, .. } => days.len(),
            Self::Texts(texts) => texts.codes.len(),
        }
    }
}

impl Column {
    pub(crate) fn is_missing(&self, row: usize) -> bool {
        match &self.cells {
            Cells::Numbers { values, .. } => values[row].is_nan(),
            Cells::Dates { days, .. } => days[row].is_nan(),
            Cells::Texts(texts) => texts.codes[row] == NO_TEXT,
        }
    }

    fn keep(&mut self, rows: &[u32]) {
        fn picked<T: Copy>(cells: &[T], rows: &[u32]) -> Vec<T> {
            rows.iter().map(|&row| cells[row as usize]).collect()
        }
        match &mut self.cells {
            Cells::Numbers {
                values, written, ..
            } => {
                *values = picked(values, rows);
                if let Some(written) = written {
                    written.codes = picked(&written.codes, rows);
                }
            }
            Cells::Dates { days, .. } => *days = picked(days, rows),
            Cells::Texts(texts) => texts.codes = picked(&texts.codes, rows),
        }
        self.missing = (0..rows.len()).filter(|&row| self.is_missing(row)).count();
    }
}

fn wrong(path: &Path, source: TableError) -> DataError {
    DataError::Table {
        path: path.into(),
        source,
    }
}

/// A text without line breaks and the like.
pub(crate) fn on_one_line(text: &str) -> String {
    text.replace(char::is_control, " ")
}

/// At most 40 characters of a text, for a message.
fn shortened(text: &str) -> String {
    let text = on_one_line(text);
    match text.char_indices().nth(40) {
        None => text,
        Some((end, _)) => format!("{}…", &text[..end]),
    }
}

/// At most twenty names on one line, for a message: those that are longer are cut, others counted.
///
/// ```
/// assert_eq!(datasets::listed(["age", "price"].into_iter()), "age, price");
/// ```
pub fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let mut names = names.map(shortened);
    let mut list: Vec<String> = names.by_ref().take(20).collect();
    match names.count() {
        0 => {}
        more => list.push(format!("and {more} more")),
    }
    list.join(", ")
}

#[cfg(test)]
mod tests;
