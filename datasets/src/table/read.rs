//! Tables of text: CSV with or without a line of names, and lines of numbers between commas.

use std::io::BufRead;
use std::path::Path;

use super::build::{Builder, TextBuilder};
use super::cell::Cell;
use super::header::{Header, is_blank, is_comment};
use super::kinds::{self, Draft};
use super::scan::{Field, JUDGED, Layout, Scanner};
use super::{Table, TableError, TableText, Texts, bytes, on_one_line, wrong};
use crate::error::DataError;
use crate::reading::ReadOptions;

/// The longest header: more than enough for the names of the most columns.
const LONGEST_HEADER: usize = 16 << 20;

/// Reads a CSV file, packed with gzip or not.
///
/// The separator is the one of comma, semicolon, tab and `|` that suits the lines best. The first line names the columns,
/// unless it can be seen to be a row. Lines without a value, and comments after `#`, are passed over.
///
/// The file is gone through once; a second time where the writing of a column matters: leading zeros, decimal commas,
/// text among numbers.
///
/// # Errors
/// If the file cannot be read, or is no such table: see [`TableError`].
pub(crate) fn read_csv(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    parse(&TableText::read_csv(path)?, options)
}

/// Reads a Parquet file, as a CSV file of the same table is read.
///
/// # Errors
/// If the file cannot be read, or is no such table; without the feature `parquet`, always.
pub(crate) fn read_parquet(path: &Path, options: &ReadOptions) -> Result<Table, DataError> {
    parse(&TableText::read_parquet(path)?, options)
}

/// As [`read_csv`], of a text.
pub(crate) fn parse(file: &TableText, options: &ReadOptions) -> Result<Table, DataError> {
    let TableText { path, text, .. } = file;
    let layout = file.layout();
    let header = file.has_names().then_some(true).or(options.header);
    match parse_with(path, text, layout, header, options) {
        Err(DataError::Table {
            source: ragged @ TableError::Ragged { .. },
            ..
        }) => {
            // The first lines have misled: all are asked.
            let judged_by_all = Layout::of(text, usize::MAX);
            if judged_by_all == layout {
                return Err(wrong(path, ragged));
            }
            parse_with(path, text, judged_by_all, header, options)
        }
        Ok(mut table) => {
            // What is left out may hold anything.
            file.check(|name| table.names().any(|column| column == name))?;
            table.notes.splice(0..0, file.notes().iter().cloned());
            Ok(table)
        }
        other => other,
    }
}

/// Where the rows of a text begin, and the names of their columns.
pub(super) struct Opening<'a> {
    pub(super) layout: Layout,
    pub(super) names: Vec<String>,
    pub(super) rows: Scanner<'a>,
    pub(super) notes: Vec<String>,
}

impl<'a> Opening<'a> {
    /// # Errors
    /// If there is no line with anything, or it cannot be a line of names.
    pub(super) fn of(
        path: &Path,
        text: &'a str,
        layout: Layout,
        header: Option<bool>,
    ) -> Result<Self, DataError> {
        let wrong = |source| wrong(path, source);
        let mut rows = Scanner::new(text, layout);
        let mut fields = Vec::new();
        let mut notes = Vec::new();
        let columns = columns_of(text, layout);
        let begins = loop {
            let at = rows.at();
            let before = rows.line();
            match rows.record(&mut fields).map_err(wrong)? {
                None => return Err(wrong(TableError::Empty)),
                Some(_) if is_blank(&fields) || is_comment(&fields, columns) => {}
                Some(_) => break (at, before),
            }
        };
        if rows.at() - begins.0 > LONGEST_HEADER {
            return Err(wrong(TableError::Header(LONGEST_HEADER)));
        }
        let judged = match header {
            Some(true) => Header::Names,
            Some(false) => Header::Absent(Vec::new()),
            None => Header::of(&fields, text, layout, rows.at()),
        };
        let names = match judged {
            Header::Absent(shown) => {
                if !shown.is_empty() {
                    notes.push(format!(
                        "the first line ({}) is read as a row: is the line of names missing? columns are called x1, x2, …",
                        shown.join(", ")
                    ));
                }
                rows = Scanner::from(text, layout, begins.0).at_line(begins.1);
                (1..=fields.len()).map(|i| format!("x{i}")).collect()
            }
            Header::Names | Header::Numbers(_) => {
                if let Header::Numbers(shown) = judged {
                    let shown = shown.join(", ");
                    notes.push(format!(
                        "the first line ({shown}) is read as names, though it has numbers"
                    ));
                }
                let mut names: Vec<String> = fields
                    .iter()
                    .map(|field| on_one_line(&field.value()))
                    .collect();
                if let Some(name) = names[0].strip_prefix('#') {
                    names[0] = name.trim().to_owned();
                }
                names
            }
        };
        Ok(Self {
            layout,
            names,
            rows,
            notes,
        })
    }
}

/// The usual number of cells in the records of a text.
fn columns_of(text: &str, layout: Layout) -> usize {
    let mut scanner = Scanner::new(text, layout);
    let mut fields = Vec::new();
    let mut counts: Vec<(usize, usize)> = Vec::new();
    for _ in 0..JUDGED {
        let Ok(Some(_)) = scanner.record(&mut fields) else {
            break;
        };
        if is_blank(&fields) {
            continue;
        }
        match counts.iter_mut().find(|(count, _)| *count == fields.len()) {
            Some((_, records)) => *records += 1,
            None => counts.push((fields.len(), 1)),
        }
    }
    let most = counts.iter().rev().max_by_key(|(_, records)| *records);
    most.map_or(0, |&(count, _)| count)
}

fn parse_with(
    path: &Path,
    text: &str,
    layout: Layout,
    header: Option<bool>,
    options: &ReadOptions,
) -> Result<Table, DataError> {
    let opening = Opening::of(path, text, layout, header)?;
    let (mut rows, start) = (opening.rows, (opening.layout, text));
    let (at, line) = (rows.at(), rows.line());
    let mut builder = Builder::new(path, opening.names)?;
    let width = builder.columns.len();
    builder.notes = opening.notes;
    let mut passed = Passed::default();
    let mut fields = Vec::new();
    while let Some(line) = rows.record(&mut fields).map_err(|e| wrong(path, e))? {
        if passed.over(&fields, builder.columns.len()) {
            continue;
        }
        if fields.len() != builder.columns.len() {
            return Err(wrong(path, builder.ragged(line, fields.len())));
        }
        passed.look(line, &fields);
        if fields.iter().any(|field| field.doubled) {
            let values: Vec<_> = fields.iter().map(Field::value).collect();
            for (column, value) in builder.columns.iter_mut().zip(&values) {
                column.look(value);
            }
            builder.push(line, values.iter().map(|value| Cell::of(value)))?;
            continue;
        }
        for (column, field) in builder.columns.iter_mut().zip(&fields) {
            column.look(field.text);
        }
        builder.push(line, fields.iter().map(|field| Cell::of(field.text)))?;
    }
    passed.say(&mut builder.notes);
    let again = |columns: &[usize]| {
        let (layout, text) = start;
        texts_of(
            Scanner::from(text, layout, at).at_line(line),
            width,
            columns,
        )
    };
    let draft = Draft {
        separator: layout.separator,
        again: Some(&again),
    };
    kinds::decide(builder, options, &draft)
}

/// The texts of some columns of the rows that a scanner goes through.
fn texts_of(mut rows: Scanner<'_>, width: usize, columns: &[usize]) -> Vec<Texts> {
    let mut builders: Vec<TextBuilder> = columns.iter().map(|_| TextBuilder::default()).collect();
    let mut fields = Vec::new();
    let mut passed = Passed::default();
    // The rows have been gone through before: they have no errors.
    while let Ok(Some(_)) = rows.record(&mut fields) {
        if passed.over(&fields, width) {
            continue;
        }
        for (builder, &column) in builders.iter_mut().zip(columns) {
            builder.push(&fields[column].value());
        }
    }
    builders.into_iter().map(TextBuilder::finish).collect()
}

/// Records that are no rows, and cells that are odd.
#[derive(Default)]
pub(super) struct Passed {
    comments: usize,
    empty: usize,
    broken: Option<u64>,
}

impl Passed {
    /// Whether a record is no row.
    #[inline]
    pub(super) fn over(&mut self, fields: &[Field<'_>], columns: usize) -> bool {
        if fields[0].is_empty() && is_blank(fields) {
            // Lines with separators alone are worth a word, empty ones are not.
            self.empty += usize::from(fields.len() > 1);
            return true;
        }
        if fields.len() != columns && is_comment(fields, columns) {
            self.comments += 1;
            return true;
        }
        false
    }

    #[inline]
    fn look(&mut self, line: u64, fields: &[Field<'_>]) {
        if self.broken.is_none() && fields.iter().any(|field| field.broken) {
            self.broken = Some(line);
        }
    }

    pub(super) fn say(&self, notes: &mut Vec<String>) {
        let times = |n: usize, one: &str, more: &str| match n {
            1 => format!("1 {one}"),
            n => format!("{n} {more}"),
        };
        if self.comments > 0 {
            let lines = times(self.comments, "comment", "comments");
            notes.push(format!("{lines} after # passed over"));
        }
        if self.empty > 0 {
            let lines = times(self.empty, "line", "lines");
            notes.push(format!("{lines} without any value passed over"));
        }
        if let Some(line) = self.broken {
            notes.push(format!(
                "a cell in line {line} has line breaks within its quotes"
            ));
        }
    }
}

/// Reads lines of numbers between commas, without a header.
///
/// # Errors
/// If the reader fails, or a line is not a number for each of the names.
pub(crate) fn read_lines(
    path: &Path,
    names: &[&str],
    mut reader: impl BufRead,
) -> Result<Table, DataError> {
    let mut bytes = Vec::new();
    reader
        .read_to_end(&mut bytes)
        .map_err(|source| DataError::Io {
            path: path.into(),
            source,
        })?;
    let text = bytes::text_from(bytes).map_err(|e| wrong(path, e))?;
    let mut builder = Builder::new(path, names.iter().map(|name| name.to_string()).collect())?;
    for (line, text) in (1..).zip(text.lines()) {
        if !text.trim().is_empty() {
            let cells: Vec<Cell<'_>> = text.split(',').map(|text| Cell::of(text.trim())).collect();
            builder.push(line, cells.into_iter())?;
        }
    }
    builder.finish()
}
