//! Tables: rows of named columns, each of numbers or of text.

mod contents;
mod error;
mod notes;
mod sheet;
mod text;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::error::DataError;
pub use error::TableError;
pub(crate) use sheet::read_sheet;
pub(crate) use text::{read_csv, read_lines};

/// The most columns of a table, before and after text is made numbers.
pub const MOST_COLUMNS: usize = 100_000;

/// The most different texts of a column.
pub const MOST_TEXTS: usize = 1000;

/// A table as it was read.
#[derive(Debug)]
pub(crate) struct Table {
    path: PathBuf,
    columns: Vec<Column>,
    /// Row by row. In a column of text a cell is the number of its text.
    cells: Vec<f64>,
    /// Where each row begins in the file, counted from 1.
    lines: Vec<u64>,
    /// What its user should know about how it was read.
    notes: Vec<String>,
}

#[derive(Debug)]
struct Column {
    name: String,
    kind: Kind,
}

/// What a column holds: the first row decides, and the others must agree.
#[derive(Debug)]
enum Kind {
    Unknown,
    Numbers {
        line: u64,
        first: f64,
    },
    Texts {
        line: u64,
        /// The number of each text, in the order they came.
        places: HashMap<String, usize>,
    },
}

/// A cell as it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Number(f64),
    Text(&'a str),
    /// No value, or a word that says so.
    Missing(&'a str),
}

impl Table {
    /// One without rows; the header stands in line 1 of the file.
    pub(crate) fn new(path: &Path, names: Vec<String>) -> Result<Self, DataError> {
        let mut table = Self {
            path: path.into(),
            columns: Vec::new(),
            cells: Vec::new(),
            lines: Vec::new(),
            notes: Vec::new(),
        };
        if names.len() > MOST_COLUMNS {
            return Err(table.wrong(TableError::Columns(names.len())));
        }
        let names: Vec<String> = names.iter().map(|name| on_one_line(name)).collect();
        let mut places = HashMap::new();
        for (place, name) in names.iter().enumerate() {
            if name.is_empty() {
                return Err(table.wrong(TableError::NoName(place + 1)));
            }
            if let Some(first) = places.insert(name, place) {
                return Err(table.wrong(TableError::SameName {
                    name: name.clone(),
                    first: first + 1,
                    second: place + 1,
                }));
            }
        }
        let column = |name| Column {
            name,
            kind: Kind::Unknown,
        };
        table.columns = names.into_iter().map(column).collect();
        Ok(table)
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }

    /// Appends a row; `line` is where it stands in the file, counted from 1.
    ///
    /// # Errors
    /// If it has more or fewer cells than the header, or one that is missing, infinite, or of another kind than those
    /// above it.
    pub(crate) fn push<'a>(
        &mut self,
        line: u64,
        cells: impl ExactSizeIterator<Item = Cell<'a>>,
    ) -> Result<(), DataError> {
        if cells.len() != self.columns.len() {
            return Err(self.wrong(TableError::Ragged {
                line,
                found: cells.len(),
                expected: self.columns.len(),
            }));
        }
        // Room for the rows to come is asked for here, where it can be refused.
        if self.cells.try_reserve(self.columns.len()).is_err() {
            return Err(self.wrong(TableError::Memory(line)));
        }
        for (place, cell) in cells.enumerate() {
            let column = &mut self.columns[place];
            match column.take(line, cell) {
                Ok(value) => self.cells.push(value),
                Err(e) => return Err(self.wrong(e)),
            }
        }
        self.lines.push(line);
        Ok(())
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
        let text = |column: &&Column| matches!(column.kind, Kind::Texts { .. });
        match self.columns.iter().find(text) {
            None => Ok(self),
            Some(column) => Err(self.wrong(TableError::NotNumbers(column.name.clone()))),
        }
    }

    /// The rows, and the line each begins in.
    pub(crate) fn rows(&self) -> impl Iterator<Item = (u64, &[f64])> {
        let rows = self.cells.chunks_exact(self.columns.len());
        self.lines.iter().copied().zip(rows)
    }

    /// The names of all columns.
    fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|column| column.name.as_str())
    }

    /// The cells of a column, from the first row to the last.
    fn column(&self, place: usize) -> impl Iterator<Item = f64> {
        let width = self.columns.len();
        self.cells.iter().skip(place).step_by(width).copied()
    }

    fn wrong(&self, source: TableError) -> DataError {
        DataError::Table {
            path: self.path.clone(),
            source,
        }
    }
}

impl Column {
    /// What is kept of a cell.
    fn take(&mut self, line: u64, cell: Cell<'_>) -> Result<f64, TableError> {
        let name = || self.name.clone();
        match (&mut self.kind, cell) {
            (_, Cell::Missing(word)) => Err(TableError::Missing {
                line,
                column: name(),
                word: word.into(),
            }),
            (_, Cell::Number(x)) if !x.is_finite() => Err(TableError::Infinite {
                line,
                column: name(),
            }),
            (Kind::Unknown, Cell::Number(first)) => {
                self.kind = Kind::Numbers { line, first };
                Ok(first)
            }
            (Kind::Unknown, Cell::Text(text)) => {
                let places = HashMap::from([(text.to_owned(), 0)]);
                self.kind = Kind::Texts { line, places };
                Ok(0.0)
            }
            (Kind::Numbers { .. }, Cell::Number(x)) => Ok(x),
            (Kind::Texts { places, .. }, Cell::Text(text)) => {
                if let Some(&place) = places.get(text) {
                    return Ok(place as f64);
                }
                let place = places.len();
                if place == MOST_TEXTS {
                    return Err(TableError::Texts {
                        line,
                        column: name(),
                    });
                }
                places.insert(text.into(), place);
                Ok(place as f64)
            }
            (Kind::Numbers { line: above, first }, Cell::Text(text)) => Err(TableError::Mixed {
                column: name(),
                line,
                text: shortened(text),
                other: *above,
                number: *first,
            }),
            (
                Kind::Texts {
                    line: above,
                    places,
                },
                Cell::Number(number),
            ) => {
                let first = places.iter().find(|(_, place)| **place == 0);
                Err(TableError::Mixed {
                    column: name(),
                    line: *above,
                    text: first.map_or(String::new(), |(text, _)| shortened(text)),
                    other: line,
                    number,
                })
            }
        }
    }
}

/// A text without line breaks and the like.
fn on_one_line(text: &str) -> String {
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

/// At most twenty names, for a message.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
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
