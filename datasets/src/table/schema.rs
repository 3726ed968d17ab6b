//! A file read for a trained model: every cell as the kind that its column had in training.

use std::path::Path;

use super::build::{TextBuilder, distinct};
use super::cell::{is_missing, is_weak, plain_number};
use super::encode::{Encoded, Encoder, RowError};
use super::how::How;
use super::read::{Opening, Passed};
use super::scan::{Field, Layout, Scanner};
use super::{
    Cells, Column, NO_TEXT, Table, TableError, TableText, Texts, listed, on_one_line, shortened,
    wrong,
};
use crate::error::DataError;

impl Encoder {
    /// The rows of a CSV file, or of a Parquet file, as the network takes them. Columns are found by name and may stand in any order; others
    /// than those of training are named in a warning. A row that cannot be understood is refused alone.
    ///
    /// # Errors
    /// If the file cannot be read as a table, or lacks a column.
    pub fn read(&self, path: &Path) -> Result<Encoded, DataError> {
        self.read_text(&TableText::read(path)?)
    }

    /// As [`read`](Encoder::read), of a text.
    ///
    /// # Errors
    /// If it is no table, or lacks a column.
    pub fn read_text(&self, file: &TableText) -> Result<Encoded, DataError> {
        file.check(|name| self.inputs().any(|input| input == name))?;
        let TableText { path, text, .. } = file;
        let layout = file.layout();
        let header = self.has_names_in(file).then_some(true);
        let opening = Opening::of(path, text, layout, header)?;
        let names = &opening.names;
        distinct(path, names)?;
        let place = |name: &str| {
            names.iter().position(|found| found == name).ok_or_else(|| {
                let input = TableError::Input {
                    column: name.into(),
                    names: listed(names.iter().map(String::as_str)),
                };
                wrong(path, input)
            })
        };
        let places: Vec<usize> = self.inputs().map(place).collect::<Result<_, _>>()?;
        let mut readers: Vec<Reader<'_>> =
            self.columns().iter().map(|c| Reader::new(&c.how)).collect();
        let mut table = Table {
            path: path.into(),
            columns: Vec::new(),
            dropped: Vec::new(),
            lines: Vec::new(),
            notes: opening.notes,
            refused: Vec::new(),
            later: None,
        };
        let (mut rows, width) = (opening.rows, names.len());
        let mut fields = Vec::new();
        let mut passed = Passed::default();
        while let Some(line) = rows.record(&mut fields).map_err(|e| wrong(path, e))? {
            if passed.over(&fields, width) {
                continue;
            }
            match row(&fields, width, &places, &mut readers) {
                Ok(()) => table.lines.push(line),
                Err(odd) => {
                    let source = odd.into_error(line, |at| self.columns()[at].name.clone());
                    table.refused.push(RowError { line, source });
                    readers
                        .iter_mut()
                        .for_each(|r| r.shorten(table.lines.len()));
                }
            }
        }
        if table.lines.is_empty() && table.refused.is_empty() {
            return Err(wrong(path, TableError::NoRows));
        }
        let columns = self.columns().iter().zip(readers);
        table.columns = columns
            .map(|(c, reader)| reader.finish(c.name.clone()))
            .collect();
        let names = || names.iter().map(String::as_str);
        let surplus = self.surplus(names()).into_iter();
        let surplus = surplus.chain(self.weight_among(names()));
        let notes = file.notes().iter().cloned();
        let mut encoded = self.transform(&table)?;
        encoded
            .warnings
            .splice(0..0, notes.chain(table.notes).chain(surplus));
        Ok(encoded)
    }

    /// Checks whether a text begins with a line of names: it is of a file that always has one, or the names of all inputs stand
    /// there, whatever they look like. Columns may be called 2019.
    pub fn has_names_in(&self, file: &TableText) -> bool {
        file.has_names() || are_in_first_line(&file.text, file.layout(), self.inputs())
    }
}

/// Whether the first line has all these names, so that it is a line of names whatever they look like.
pub(super) fn are_in_first_line<'n>(
    text: &str,
    layout: Layout,
    mut wanted: impl Iterator<Item = &'n str>,
) -> bool {
    let mut fields = Vec::new();
    if !matches!(Scanner::new(text, layout).record(&mut fields), Ok(Some(_))) {
        return false;
    }
    let names: Vec<String> = fields
        .iter()
        .map(|field| on_one_line(&field.value()))
        .collect();
    wanted.all(|wanted| names.iter().any(|name| name == wanted))
}

/// Why a row is refused.
enum Odd {
    Ragged {
        found: usize,
        expected: usize,
    },
    /// The cell of this input.
    Cell {
        at: usize,
        text: String,
    },
}

impl Odd {
    fn into_error(self, line: u64, name: impl Fn(usize) -> String) -> TableError {
        match self {
            Self::Ragged { found, expected } => TableError::Ragged {
                line,
                found,
                expected,
            },
            Self::Cell { at, text } => TableError::NotAsTrained {
                line,
                column: name(at),
                text,
            },
        }
    }
}

fn row(
    fields: &[Field<'_>],
    width: usize,
    places: &[usize],
    readers: &mut [Reader<'_>],
) -> Result<(), Odd> {
    if fields.len() != width {
        return Err(Odd::Ragged {
            found: fields.len(),
            expected: width,
        });
    }
    for (at, (&place, reader)) in places.iter().zip(readers).enumerate() {
        let text = fields[place].value();
        if !reader.push(&text) {
            return Err(Odd::Cell {
                at,
                text: shortened(&text),
            });
        }
    }
    Ok(())
}

/// Collects the cells of a column whose kind is known.
pub(super) struct Reader<'a> {
    how: &'a How,
    values: Vec<f64>,
    texts: TextBuilder,
    mark: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(how: &'a How) -> Self {
        Self {
            how,
            values: Vec::new(),
            texts: TextBuilder::default(),
            mark: String::new(),
        }
    }

    /// Whether the cell is of the column's kind, and so was taken.
    pub(super) fn push(&mut self, text: &str) -> bool {
        let among_numbers = !matches!(self.how, How::Category { .. });
        let missing = is_missing(text) || (among_numbers && is_weak(text));
        if missing && self.mark.is_empty() {
            text.clone_into(&mut self.mark);
        }
        let value = match self.how {
            How::Category { .. } => {
                self.texts.push(text);
                return true;
            }
            _ if missing => Some(f64::NAN),
            How::Number { format, .. } if format.is_plain() => plain_number(text)
                .filter(|x| x.is_finite())
                .or_else(|| format.parse(text)),
            How::Number { format, .. } => format.parse(text),
            How::Date { format, .. } => format.parse(text).map(|moment| moment.days),
        };
        self.values.extend(value);
        value.is_some()
    }

    /// Takes back the cell of a row that was refused.
    fn shorten(&mut self, rows: usize) {
        self.values.truncate(rows);
        self.texts.truncate(rows);
    }

    pub(super) fn finish(self, name: String) -> Column {
        let values = self.values;
        let missing = values.iter().filter(|x| x.is_nan()).count();
        let (cells, missing) = match self.how {
            How::Number { format, .. } => {
                let cells = Cells::Numbers {
                    values,
                    format: format.clone(),
                    written: None,
                };
                (cells, missing)
            }
            How::Date {
                format, has_time, ..
            } => {
                let cells = Cells::Dates {
                    days: values,
                    format: *format,
                    has_time: *has_time,
                };
                (cells, missing)
            }
            How::Category { .. } => {
                let texts: Texts = self.texts.finish();
                let missing = texts.codes.iter().filter(|&&code| code == NO_TEXT).count();
                (Cells::Texts(texts), missing)
            }
        };
        Column {
            name,
            cells,
            missing,
            mark: self.mark,
            chosen: true,
        }
    }
}
