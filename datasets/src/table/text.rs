//! Tables of text: CSV with a line of names, and lines of numbers without one.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use csv::ByteRecord;

use super::{Cell, Table, TableError};
use crate::error::DataError;

/// The longest header: more than enough for the names of the most columns, little enough to be read at once.
const LONGEST_HEADER: usize = 16 << 20;

/// The words that stand for a missing value.
const MISSING: [&str; 8] = ["", "?", "NA", "N/A", "NaN", "nan", "null", "NULL"];

/// Reads a CSV file whose first line names the columns.
///
/// The separator is the one of comma, semicolon and tab that the first line has most of outside quotes. Where it is the
/// semicolon, numbers may have a decimal comma.
///
/// # Errors
/// If the file cannot be read, or is no such table: see [`TableError`].
pub(crate) fn read_csv(path: &Path) -> Result<Table, DataError> {
    let file = File::open(path).map_err(|source| cannot_read(path, source))?;
    parse_csv(path, BufReader::with_capacity(1 << 16, file))
}

/// As [`read_csv`], from a reader; `path` is for messages.
pub(super) fn parse_csv(path: &Path, mut reader: impl BufRead) -> Result<Table, DataError> {
    let wrong = |source| DataError::Table {
        path: path.into(),
        source,
    };
    let mut first = Vec::new();
    let mut limited = (&mut reader).take(LONGEST_HEADER as u64);
    limited
        .read_until(b'\n', &mut first)
        .map_err(|source| cannot_read(path, source))?;
    if first.len() == LONGEST_HEADER {
        return Err(wrong(TableError::Header(LONGEST_HEADER)));
    }
    let first = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&first);
    if first.trim_ascii().is_empty() {
        return Err(wrong(TableError::Empty));
    }
    let separator = separator(first);
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        // Carriage returns are trimmed with other white space: so every line is counted when it ends, the last one, too.
        .terminator(csv::Terminator::Any(b'\n'))
        .from_reader(Cursor::new(first).chain(reader).chain(Cursor::new(b"\n")));

    let mut record = ByteRecord::new();
    let mut line = next(&mut rows, &mut record, path)?.unwrap_or(1);
    let names = record
        .iter()
        .enumerate()
        .map(|(place, name)| match utf8(name, line, place) {
            Ok(name) => Ok(name.to_owned()),
            Err(e) => Err(wrong(e)),
        });
    let mut table = Table::new(path, names.collect::<Result<_, _>>()?)?;

    let mut commas = 0;
    while let Some(at) = next(&mut rows, &mut record, path)? {
        line = at;
        if record.len() == 1 && record[0].trim_ascii().is_empty() {
            continue;
        }
        let mut texts = Vec::with_capacity(record.len());
        for (place, cell) in record.iter().enumerate() {
            texts.push(utf8(cell, line, place).map_err(wrong)?);
        }
        let cells = texts.into_iter().map(|text| match cell(text) {
            Cell::Text(text) if separator == b';' => match decimal_comma(text) {
                Some(number) => {
                    commas += 1;
                    Cell::Number(number)
                }
                None => Cell::Text(text),
            },
            cell => cell,
        });
        table.push(line, cells)?;
    }
    if commas > 0 {
        let note = "the comma in its numbers is read as the decimal point";
        table.notes.push(note.into());
    }
    table.finished()
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
    let mut table = Table::new(path, names.iter().map(|name| name.to_string()).collect())?;
    let mut bytes = Vec::new();
    for line in 1.. {
        bytes.clear();
        let count = reader
            .read_until(b'\n', &mut bytes)
            .map_err(|source| cannot_read(path, source))?;
        if count == 0 {
            break;
        }
        let text = utf8(&bytes, line, 0).map_err(|e| table.wrong(e))?;
        if !text.is_empty() {
            let cells: Vec<Cell<'_>> = text.split(',').map(|text| cell(text.trim())).collect();
            table.push(line, cells.into_iter())?;
        }
    }
    table.finished()
}

/// The next row and the line it begins in.
fn next(
    rows: &mut csv::Reader<impl Read>,
    record: &mut ByteRecord,
    path: &Path,
) -> Result<Option<u64>, DataError> {
    let before = rows.position().line();
    match rows.read_byte_record(record) {
        Ok(true) => {
            // Empty lines before a row are passed over: its line is counted back from where it ends. One whose quote is
            // never closed has no end.
            let within = record.as_slice().iter().filter(|&&b| b == b'\n').count() as u64;
            let line = rows.position().line().saturating_sub(within + 1);
            Ok(Some(line.max(before)))
        }
        Ok(false) => Ok(None),
        // Rows of any length are taken, and bytes of any kind: only reading can fail.
        Err(e) => Err(cannot_read(path, e.into())),
    }
}

fn cannot_read(path: &Path, source: std::io::Error) -> DataError {
    DataError::Io {
        path: path.into(),
        source,
    }
}

/// The separator that occurs most outside quotes; the comma among equals.
fn separator(line: &[u8]) -> u8 {
    let count = |separator: u8| {
        let mut quoted = false;
        let outside = |byte: &&u8| {
            quoted ^= **byte == b'"';
            !quoted && **byte == separator
        };
        line.iter().filter(outside).count()
    };
    // `max_by_key` takes the last among equals.
    [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|&separator| count(separator))
        .unwrap_or(b',')
}

fn utf8(cell: &[u8], line: u64, place: usize) -> Result<&str, TableError> {
    let column = place + 1;
    let text = std::str::from_utf8(cell).map_err(|_| TableError::NotUtf8 { line, column })?;
    Ok(text.trim())
}

/// What a trimmed text is.
fn cell(text: &str) -> Cell<'_> {
    if MISSING.contains(&text) {
        return Cell::Missing(text);
    }
    match text.parse::<f64>() {
        // "Nan" and the like.
        Ok(number) if number.is_nan() => Cell::Missing(text),
        Ok(number) => Cell::Number(number),
        Err(_) => Cell::Text(text),
    }
}

/// The number that a text is with its comma for a point.
fn decimal_comma(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once(',')?;
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = whole.strip_prefix(['-', '+']).unwrap_or(whole);
    if fraction.is_empty() || !digits(unsigned) || !digits(fraction) {
        return None;
    }
    format!("{whole}.{fraction}").parse().ok()
}
