//! The text of a file, unpacked; or the reason why it has none.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::scan::{JUDGED, Layout, Scanner};
use super::{TableError, wrong};
use crate::error::DataError;
use crate::packed::most_unpacked;

/// The first bytes of a Parquet file.
const PARQUET: &[u8] = b"PAR1";

/// The first bytes of files that are often taken for tables, and what they are.
const FOREIGN: [(&[u8], &str, &str); 9] = [
    (
        b"PK\x03\x04",
        "a ZIP archive or an Excel workbook",
        "unpack it, or save the sheet as CSV",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook",
        "save the sheet as CSV",
    ),
    (b"BZh", "compressed with bzip2", "unpack it"),
    (b"\xfd7zXZ\0", "compressed with xz", "unpack it"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it"),
    (PARQUET, "a Parquet file", "name it parquet:FILE"),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
    (b"%PDF", "a PDF file", "save its table as CSV"),
];

/// The text of a table, read whole and unpacked once: a file, or what came another way. Of a Parquet file it is the text that
/// a CSV file of the same table would have.
#[derive(Clone, Debug)]
pub struct TableText {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Of a file that says itself what its columns are.
    typed: Option<Typed>,
}

/// What a file with typed columns says besides its text.
#[derive(Clone, Debug, Default)]
pub(super) struct Typed {
    /// Columns whose cells were left empty.
    pub(super) unread: Vec<Unread>,
    /// Sentences on how it was read.
    pub(super) notes: Vec<String>,
}

/// A column that holds something else than cells of a table.
#[derive(Clone, Debug)]
pub(super) struct Unread {
    pub(super) name: String,
    pub(super) what: &'static str,
}

impl TableText {
    /// Reads a file; gzip is unpacked. With the feature `parquet` it may be a Parquet file.
    ///
    /// # Errors
    /// If it cannot be read, or is neither UTF-8 text nor a Parquet file.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        Self::of_bytes(path, bytes_of(path)?)
    }

    /// Takes the bytes of a file; messages call it `name`.
    ///
    /// # Errors
    /// If they are neither UTF-8 text nor a Parquet file.
    pub fn of_bytes(name: &Path, bytes: Vec<u8>) -> Result<Self, DataError> {
        if bytes.starts_with(PARQUET) {
            let (text, typed) = from_parquet(&bytes).map_err(|e| wrong(name, e))?;
            return Ok(Self {
                path: name.into(),
                text,
                typed: Some(typed),
            });
        }
        Self::plain(name, bytes)
    }

    /// Takes the bytes of a file of text.
    fn plain(name: &Path, bytes: Vec<u8>) -> Result<Self, DataError> {
        Ok(Self {
            path: name.into(),
            text: text_from(bytes).map_err(|e| wrong(name, e))?,
            typed: None,
        })
    }

    /// Reads a file of text.
    pub(super) fn read_csv(path: &Path) -> Result<Self, DataError> {
        Self::plain(path, bytes_of(path)?)
    }

    /// Reads a Parquet file.
    pub(super) fn read_parquet(path: &Path) -> Result<Self, DataError> {
        let bytes = bytes_of(path)?;
        if !bytes.starts_with(PARQUET) {
            let none = TableError::Parquet("it does not begin with PAR1".to_owned());
            return Err(wrong(path, none));
        }
        Self::of_bytes(path, bytes)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name of the file.
    pub fn name(&self) -> &Path {
        &self.path
    }

    /// Checks whether the file is of a kind that always names its columns, so that the first line of the text has their names.
    pub fn has_names(&self) -> bool {
        self.typed.is_some()
    }

    /// The layout of the text.
    pub(super) fn layout(&self) -> Layout {
        match self.typed {
            Some(_) => Layout::WRITTEN,
            None => Layout::of(&self.text, JUDGED),
        }
    }

    /// Sentences on what was made of the file.
    pub(super) fn notes(&self) -> &[String] {
        self.typed.as_ref().map_or(&[], |typed| &typed.notes)
    }

    /// Refuses columns that are used and hold something else than cells of a table.
    pub(super) fn check(&self, is_used: impl Fn(&str) -> bool) -> Result<(), DataError> {
        let mut unread = self.typed.iter().flat_map(|typed| &typed.unread);
        match unread.find(|column| is_used(&column.name)) {
            None => Ok(()),
            Some(Unread { name, what }) => Err(wrong(
                &self.path,
                TableError::Unread {
                    column: name.clone(),
                    what,
                },
            )),
        }
    }
}

#[cfg(feature = "parquet")]
fn from_parquet(bytes: &[u8]) -> Result<(String, Typed), TableError> {
    super::parquet::text_of(bytes)
}

#[cfg(not(feature = "parquet"))]
fn from_parquet(_: &[u8]) -> Result<(String, Typed), TableError> {
    Err(TableError::NoParquet)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, DataError> {
    fs::read(path).map_err(|source| DataError::io(path, source))
}

/// The text of a file's bytes; gzip is unpacked.
///
/// # Errors
/// If they are no UTF-8 text.
pub(super) fn text_from(mut bytes: Vec<u8>) -> Result<String, TableError> {
    if bytes.starts_with(b"\x1f\x8b") {
        let (packed, most) = (bytes.len() as u64, most_unpacked(bytes.len() as u64));
        let mut unpacked = Vec::new();
        MultiGzDecoder::new(&bytes[..])
            .take(most + 1)
            .read_to_end(&mut unpacked)
            .map_err(|e| TableError::Gzip(e.to_string()))?;
        if unpacked.len() as u64 > most {
            return Err(TableError::Bomb { packed, most });
        }
        bytes = unpacked;
    }
    for (start, what, remedy) in FOREIGN {
        if bytes.starts_with(start) {
            return Err(TableError::Foreign { what, remedy });
        }
    }
    // Letters of UTF-16 are every second byte, the others are 0.
    if bytes.iter().take(64).any(|&b| b == 0) {
        return Err(TableError::Foreign {
            what: "UTF-16 text without a byte order mark, or no text at all",
            remedy: "save it as UTF-8",
        });
    }
    if bytes.starts_with(b"\xef\xbb\xbf") {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|e| not_utf8(e.as_bytes(), e.utf8_error().valid_up_to()))
}

/// The place of the first byte that is no UTF-8, as line and column of the table.
fn not_utf8(bytes: &[u8], at: usize) -> TableError {
    let text = String::from_utf8_lossy(bytes);
    let mut scanner = Scanner::new(&text, Layout::of(&text, usize::MAX));
    let mut fields = Vec::new();
    // What was replaced is longer or shorter than the mark in its place, but nothing before it is.
    while let Ok(Some(line)) = scanner.record(&mut fields) {
        if scanner.at() > at {
            let before = |field: &&super::scan::Field<'_>| field.start() <= at;
            let column = fields.iter().filter(before).count().max(1);
            return TableError::NotUtf8 { line, column };
        }
    }
    let line = 1 + bytes[..at].iter().filter(|&&b| b == b'\n').count() as u64;
    TableError::NotUtf8 { line, column: 1 }
}
