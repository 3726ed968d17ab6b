//! The text of a file, unpacked; or the reason why it has none.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::TableError;
use super::scan::{Layout, Scanner};
use crate::error::DataError;
use crate::packed::most_unpacked;

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
    (b"PAR1", "a Parquet file", "save it as CSV"),
    (b"\xff\xfe", "UTF-16 text", "save it as UTF-8"),
    (b"\xfe\xff", "UTF-16 text", "save it as UTF-8"),
    (b"%PDF", "a PDF file", "save its table as CSV"),
];

/// The text of a table, read whole and unpacked once: a file, or what came another way.
#[derive(Clone, Debug)]
pub struct TableText {
    pub(super) path: PathBuf,
    pub(super) text: String,
}

impl TableText {
    /// Reads a file; gzip is unpacked.
    ///
    /// # Errors
    /// If it cannot be read, or is no UTF-8 text.
    pub fn read(path: &Path) -> Result<Self, DataError> {
        Ok(Self {
            path: path.into(),
            text: text_of(path)?,
        })
    }

    /// Takes the bytes of a file; messages call it `name`.
    ///
    /// # Errors
    /// If they are no UTF-8 text.
    pub fn of_bytes(name: &Path, bytes: Vec<u8>) -> Result<Self, DataError> {
        let text = text_from(bytes).map_err(|source| DataError::Table {
            path: name.into(),
            source,
        })?;
        Ok(Self {
            path: name.into(),
            text,
        })
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The name of the file.
    pub fn name(&self) -> &Path {
        &self.path
    }
}

/// Reads a file whole; gzip is unpacked.
///
/// # Errors
/// If it cannot be read, or is no UTF-8 text.
pub(super) fn text_of(path: &Path) -> Result<String, DataError> {
    let bytes = fs::read(path).map_err(|source| DataError::Io {
        path: path.into(),
        source,
    })?;
    text_from(bytes).map_err(|source| DataError::Table {
        path: path.into(),
        source,
    })
}

/// As [`text_of`], of a file's bytes.
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
