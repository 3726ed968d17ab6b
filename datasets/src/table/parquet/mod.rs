//! Parquet files: the text that a CSV file of the same table would have.
//!
//! Whatever comes after reading is then the same for both, to the last bit. A value becomes what programs write in its
//! place: numbers with the fewest digits that say which they are, truth values `True` and `False`, dates and times as in
//! ISO 8601, texts in quotes; no value becomes an empty cell.
//!
//! What is read are columns of single values, in the encodings of the format's version 2.11, compressed with snappy, gzip,
//! zstd or not at all. It is read here, as spreadsheets are, since the libraries that there are ask for whatever memory a file
//! promises to need: here a file that was made to do harm can ask for no more than some times its size.

mod bits;
mod cells;
mod footer;
mod pages;
mod schema;
mod thrift;
mod values;

use super::bytes::{Typed, Unread};
use super::{TableError, listed};
use cells::{Cells, Writer, quote};
use footer::{Footer, Group};
use pages::Pages;
use schema::{Column, Form, Meaning};

/// What goes wrong is a clause: it reads on after "cannot be read as Parquet:".
type Outcome<T> = Result<T, String>;

/// Bytes that may be unpacked, or written.
pub(super) struct Room {
    left: usize,
    most: usize,
}

impl Room {
    /// That of a file. Columns of equal numbers pack hundreds of times, so it is more than for other packed files.
    fn of(file: &[u8]) -> Self {
        let most = file.len().saturating_mul(64).saturating_add(16 << 20);
        Self { left: most, most }
    }

    /// Whether there is room for so many.
    fn has(&self, bytes: usize) -> Outcome<()> {
        match bytes <= self.left {
            true => Ok(()),
            false => Err(format!(
                "it unpacks to more than {} bytes, 64 times its size and 16 MB; if that is so, save it as CSV",
                self.most
            )),
        }
    }

    fn take(&mut self, bytes: usize) -> Outcome<()> {
        self.has(bytes)?;
        self.left -= bytes;
        Ok(())
    }
}

/// The text of a table in a Parquet file, a line a row below a line of names.
///
/// # Errors
/// If the file is damaged, has something that is not known, or unpacks to far more than its size.
pub(super) fn text_of(file: &[u8]) -> Result<(String, Typed), TableError> {
    read(file).map_err(TableError::Parquet)
}

fn read(file: &[u8]) -> Outcome<(String, Typed)> {
    let mut footer = Footer::of(file)?;
    let (index, columns): (Vec<Column>, Vec<Column>) = std::mem::take(&mut footer.columns)
        .into_iter()
        .partition(is_index);
    let notes = (!index.is_empty()).then(|| {
        let names = listed(index.iter().map(|column| column.name.as_str()));
        format!("the index that pandas has written ({names}) is left out")
    });
    let mut text_room = Room::of(file);
    // Each cell has a mark behind it at least.
    let rows: usize = footer.groups.iter().map(|group| group.rows).sum();
    text_room.has(rows.saturating_mul(columns.len().max(1)))?;
    let mut text = String::new();
    line(&mut text, &mut text_room, &columns, |column, text| {
        quote(&column.name, text);
    })?;
    let writers = columns.iter().map(|column| writer(file, &footer, column));
    let writers: Vec<Option<Writer>> = writers.collect::<Outcome<_>>()?;
    let mut room = Room::of(file);
    for group in &footer.groups {
        let read = columns.iter().zip(&writers).map(|(column, writer)| {
            let cells = |writer| cells(file, group, column, writer, &mut room);
            writer.map(cells).transpose()
        });
        let read: Vec<Option<Cells>> = read.collect::<Outcome<_>>()?;
        let texts: usize = read.iter().flatten().map(Cells::bytes).sum();
        let marks = group.rows * columns.len();
        let bytes = texts.saturating_add(marks);
        text_room.has(bytes)?;
        text.try_reserve(bytes)
            .map_err(|_| "there is no memory for its text".to_owned())?;
        for row in 0..group.rows {
            line(&mut text, &mut text_room, &read, |cells, text| {
                text.push_str(cells.as_ref().map_or("", |cells| cells.text(row)));
            })?;
        }
    }
    let unread = columns.into_iter().filter_map(|Column { name, form, .. }| {
        let what = form.err()?;
        Some(Unread { name, what })
    });
    let typed = Typed {
        unread: unread.collect(),
        notes: notes.into_iter().collect(),
    };
    Ok((text, typed))
}

/// Whether a column is the number of the row, as pandas writes it beside a table.
fn is_index(column: &Column) -> bool {
    let inner = column.name.strip_prefix("__index_level_");
    let number = inner.and_then(|inner| inner.strip_suffix("__"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// How a column is written; `None` if it is not. Moments that all are at midnight are dates: pandas has no others.
fn writer(file: &[u8], footer: &Footer, column: &Column) -> Outcome<Option<Writer>> {
    let Ok(form) = column.form else {
        return Ok(None);
    };
    let mut only_dates = false;
    if let Form {
        meaning: Meaning::Moment(_),
        ..
    } = form
    {
        let mut room = Room::of(file);
        only_dates = true;
        for group in &footer.groups {
            let found = cells(file, group, column, Writer::new(form, true), &mut room)?;
            only_dates &= !found.has_time();
        }
    }
    Ok(Some(Writer::new(form, only_dates)))
}

fn cells(
    file: &[u8],
    group: &Group,
    column: &Column,
    writer: Writer,
    room: &mut Room,
) -> Outcome<Cells> {
    let chunk = group.chunks[column.place];
    let pages = Pages::new(&file[chunk.start..][..chunk.length], chunk.codec);
    Cells::read(column, writer, group.rows, pages, room)
        .map_err(|e| format!("in column \"{}\", {e}", column.name))
}

/// Writes a line with a cell for each column.
fn line<C>(
    text: &mut String,
    room: &mut Room,
    columns: &[C],
    cell: impl Fn(&C, &mut String),
) -> Outcome<()> {
    for (i, column) in columns.iter().enumerate() {
        let before = text.len();
        if i > 0 {
            text.push(',');
        }
        cell(column, text);
        room.take(text.len() - before)?;
    }
    text.push('\n');
    room.take(1)
}
