//! Tables in spreadsheets: the first sheet of a workbook, of its numbers.
//!
//! Two of the data sets come as workbooks. What is read of them is little, so it is read here: files that were made to do
//! harm can ask for no more memory than some times their size.

mod biff;
mod compound;
mod xlsx;

use std::path::Path;

use super::{Builder, Cell, Table, TableError};
use crate::error::DataError;

/// Columns of a sheet that are looked at; none of the tables has more.
const MOST_COLUMNS: usize = 64;

/// What stands in a cell that is not empty.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Content {
    Number(f64),
    /// A text, a truth value, an error: nothing that a table of numbers has below its titles.
    Other,
}

/// The cells of a sheet that are not empty: row and column from 0, and what stands there.
type Cells = Vec<(u32, u32, Content)>;

/// Reads the first sheet of an Excel file: a line of titles, then rows of a cell for each of `names`. Empty rows and
/// columns around them, which spreadsheets tend to have, are left out.
///
/// # Errors
/// If the file cannot be read or is no spreadsheet, or a row is not a cell for each of the names.
pub(crate) fn read_sheet(path: &Path, names: &[&str]) -> Result<Table, DataError> {
    let mut table = Builder::new(path, names.iter().map(|name| name.to_string()).collect())?;
    let bytes = std::fs::read(path).map_err(|source| DataError::io(path, source))?;
    let no_sheet = |why: String| DataError::Table {
        path: path.into(),
        source: TableError::Sheet(why),
    };
    let mut cells = cells(&bytes).map_err(no_sheet)?;
    cells.sort_by_key(|(row, column, _)| (*row, *column));
    let left = cells.iter().map(|(_, column, _)| *column).min();
    // The first row that has anything is the titles.
    for row in cells.chunk_by(|a, b| a.0 == b.0).skip(1) {
        let line = u64::from(row[0].0) + 1;
        let place = |column: u32| (column - left.unwrap_or_default()) as usize;
        let last = row.iter().map(|(_, column, _)| place(*column)).max();
        let width = names.len().max(last.map_or(0, |last| last + 1));
        if width > MOST_COLUMNS {
            return Err(no_sheet(format!(
                "line {line} has a cell in column {width}"
            )));
        }
        let mut line_cells = vec![Cell::Missing(""); width];
        for (_, column, content) in row {
            line_cells[place(*column)] = match content {
                Content::Number(number) => Cell::Number(*number),
                Content::Other => Cell::Text("something else than a number"),
            };
        }
        table.push(line, line_cells.into_iter())?;
    }
    table.finish()
}

/// The cells of the first sheet, whichever of the two formats it is in.
fn cells(file: &[u8]) -> Result<Cells, String> {
    match file {
        [b'P', b'K', ..] => xlsx::cells(file),
        _ if file.starts_with(&compound::SIGNATURE) => biff::cells(&compound::workbook(file)?),
        [] => Err("it is empty".to_owned()),
        _ => Err("it is neither an xls nor an xlsx file".to_owned()),
    }
}

/// The number at a place, lowest byte first; `None` beyond the end.
fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    number(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    number(bytes, at).map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests;
