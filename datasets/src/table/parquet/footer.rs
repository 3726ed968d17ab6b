//! What the end of a file says: its columns, and where their values lie.

use super::Outcome;
use super::schema::{Column, columns, element};
use super::thrift::{Kind, Thrift};

/// The first and the last bytes of a file.
const MARK: &[u8] = b"PAR1";

/// The end of a file.
#[derive(Debug)]
pub(super) struct Footer {
    pub(super) columns: Vec<Column>,
    pub(super) groups: Vec<Group>,
}

/// Rows that lie together.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub(super) rows: usize,
    pub(super) chunks: Vec<Chunk>,
}

/// The values of a column in a group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Chunk {
    /// How its pages are compressed.
    pub(super) codec: i64,
    pub(super) start: usize,
    pub(super) length: usize,
    values: usize,
    stored: i64,
}

impl Footer {
    /// # Errors
    /// If the file has none, or it does not fit the file; a clause.
    pub(super) fn of(file: &[u8]) -> Outcome<Self> {
        let begins = file
            .strip_prefix(MARK)
            .ok_or("it does not begin with PAR1")?;
        if begins.ends_with(b"PARE") {
            return Err("it is encrypted".to_owned());
        }
        let cut = "it does not end with a footer; it may have been cut short";
        let rest = begins.strip_suffix(MARK).ok_or(cut)?;
        let (rest, length) = rest.split_last_chunk().ok_or(cut)?;
        let length = u32::from_le_bytes(*length) as usize;
        let start = rest.len().checked_sub(length).ok_or(cut)?;
        let mut elements = Vec::new();
        let mut groups = Vec::new();
        let mut rows = 0;
        Thrift::new(&rest[start..]).fields(|thrift, id, kind| match id {
            2 => thrift.list(kind, |thrift, kind| {
                elements.push(element(thrift, kind)?);
                Ok(())
            }),
            3 => thrift.size(kind).map(|count| rows = count),
            4 => thrift.list(kind, |thrift, kind| {
                groups.push(group(thrift, kind)?);
                Ok(())
            }),
            _ => thrift.skip(kind),
        })?;
        let (columns, width) = columns(elements)?;
        let footer = Self { columns, groups };
        footer.check(width, rows, file.len())?;
        Ok(footer)
    }

    /// Whether its parts agree.
    fn check(&self, width: usize, rows: usize, bytes: usize) -> Outcome<()> {
        let mut left = bytes;
        let mut sum = 0_usize;
        for group in &self.groups {
            sum = sum.checked_add(group.rows).ok_or("it has too many rows")?;
            if group.chunks.len() != width {
                return Err(format!(
                    "it has {width} columns, and {} in a group of rows",
                    group.chunks.len()
                ));
            }
            for chunk in &group.chunks {
                // Columns do not overlap, or a small file would be read many times.
                let within = chunk.start.checked_add(chunk.length);
                left = within
                    .filter(|end| *end <= bytes)
                    .and_then(|_| left.checked_sub(chunk.length))
                    .ok_or("its columns lie outside of it or in each other")?;
            }
            for column in &self.columns {
                let chunk = &group.chunks[column.place];
                if let Ok(form) = column.form {
                    if chunk.values != group.rows {
                        return Err(format!(
                            "column \"{}\" has {} values in {} rows",
                            column.name, chunk.values, group.rows
                        ));
                    }
                    if !form.stored.is(chunk.stored) {
                        return Err(format!("column \"{}\" is of two types", column.name));
                    }
                }
            }
        }
        match sum == rows {
            true => Ok(()),
            false => Err(format!("it has {rows} rows, and {sum} in its groups")),
        }
    }
}

fn group(thrift: &mut Thrift<'_>, kind: Kind) -> Outcome<Group> {
    let mut group = Group::default();
    thrift.structure(kind, |thrift, id, kind| match id {
        1 => thrift.list(kind, |thrift, kind| {
            group.chunks.push(chunk(thrift, kind)?);
            Ok(())
        }),
        3 => thrift.size(kind).map(|rows| group.rows = rows),
        _ => thrift.skip(kind),
    })?;
    Ok(group)
}

fn chunk(thrift: &mut Thrift<'_>, kind: Kind) -> Outcome<Chunk> {
    let mut chunk = None;
    thrift.structure(kind, |thrift, id, kind| match id {
        1 => Err("its columns lie in other files".to_owned()),
        3 => about(thrift, kind).map(|about| chunk = Some(about)),
        _ => thrift.skip(kind),
    })?;
    chunk.ok_or_else(|| "a column has no description, or is encrypted".to_owned())
}

/// The description of a column's values in a group.
fn about(thrift: &mut Thrift<'_>, kind: Kind) -> Outcome<Chunk> {
    let mut chunk = Chunk::default();
    let (mut data, mut dictionary) = (None, None);
    thrift.structure(kind, |thrift, id, kind| match id {
        1 => thrift.int(kind).map(|stored| chunk.stored = stored),
        4 => thrift.int(kind).map(|codec| chunk.codec = codec),
        5 => thrift.size(kind).map(|values| chunk.values = values),
        7 => thrift.size(kind).map(|length| chunk.length = length),
        9 => thrift.size(kind).map(|at| data = Some(at)),
        11 => thrift.size(kind).map(|at| dictionary = Some(at)),
        _ => thrift.skip(kind),
    })?;
    let data = data.ok_or("a column does not say where it is")?;
    // Some writers say 0 where there is no dictionary.
    chunk.start = dictionary
        .filter(|at| *at > 0)
        .map_or(data, |at| at.min(data));
    Ok(chunk)
}
