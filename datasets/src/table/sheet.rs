//! Tables in spreadsheets.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};

use super::{Builder, Cell, Table, TableError};
use crate::error::DataError;

/// Reads the first sheet of an Excel file: a line of titles, then rows of a cell for each of `names`. Empty rows and
/// columns around them, which spreadsheets tend to have, are left out.
///
/// # Errors
/// If the file cannot be read or is no spreadsheet, or a row is not a cell for each of the names.
pub(crate) fn read_sheet(path: &Path, names: &[&str]) -> Result<Table, DataError> {
    let mut table = Builder::new(path, names.iter().map(|name| name.to_string()).collect())?;
    let no_sheet = |e: &dyn std::fmt::Display| DataError::Table {
        path: path.into(),
        source: TableError::Sheet(e.to_string()),
    };
    let mut book = open_workbook_auto(path).map_err(|e| match e {
        calamine::Error::Io(source) => DataError::Io {
            path: path.into(),
            source,
        },
        e => no_sheet(&e),
    })?;
    let sheet = match book.worksheet_range_at(0) {
        Some(sheet) => sheet.map_err(|e| no_sheet(&e))?,
        None => return Err(no_sheet(&"it has no sheet")),
    };
    // The first row that has anything is the titles.
    let first = sheet.start().map_or(0, |(row, _)| u64::from(row) + 1);
    for (line, row) in (first..).zip(sheet.rows()).skip(1) {
        let used = row.iter().rposition(|cell| *cell != Data::Empty);
        if let Some(last) = used {
            let cells = row[..names.len().clamp(last + 1, row.len())].iter();
            table.push(line, cells.map(cell))?;
        }
    }
    table.finish()
}

fn cell(data: &Data) -> Cell<'_> {
    match data {
        Data::Float(number) => Cell::Number(*number),
        Data::Int(number) => Cell::Number(*number as f64),
        Data::String(text) => Cell::Text(text),
        Data::Empty => Cell::Missing(""),
        _ => Cell::Text("something else than a number"),
    }
}
