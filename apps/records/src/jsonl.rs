//! JSON Lines files that grow by a line per finished piece of work, and survive a kill.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::atomic_write::write_atomically;
use crate::error::FileError;

/// A JSON Lines file open for appending.
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    file: fs::File,
}

/// Content of a JSON Lines file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Lines.
    pub lines: Vec<String>,
    /// True if an incomplete last line was dropped.
    pub torn: bool,
}

impl JsonLines {
    /// Opens or creates a file, and returns its lines. An incomplete last line was being written when the
    /// program was killed; it is cut off, and its work has to be repeated.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is not UTF-8.
    pub fn open(path: PathBuf) -> Result<(Self, Vec<String>), FileError> {
        let found = Self::read(&path)?;
        if found.torn {
            let whole: String = found.lines.iter().map(|line| format!("{line}\n")).collect();
            write_atomically(&path, whole.as_bytes())?;
        }
        let opened = fs::File::options().append(true).create(true).open(&path);
        let file = opened.map_err(|e| cannot("write", &path, e))?;
        Ok((Self { path, file }, found.lines))
    }

    /// Replaces a file by these records. They are written in one piece, so that no line of an
    /// earlier file is lost on interruption.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn begin(path: PathBuf, records: &[impl Serialize]) -> Result<Self, FileError> {
        if records.is_empty() {
            let created = fs::File::create(&path);
            let file = created.map_err(|e| cannot("write", &path, e))?;
            return Ok(Self { path, file });
        }
        let mut text = Vec::new();
        for record in records {
            serde_json::to_writer(&mut text, record).map_err(|e| cannot("write", &path, e))?;
            text.push(b'\n');
        }
        write_atomically(&path, &text)?;
        let opened = fs::File::options().append(true).open(&path);
        let file = opened.map_err(|e| cannot("write", &path, e))?;
        Ok(Self { path, file })
    }

    /// Reads a file without changing it; a missing file is empty.
    ///
    /// # Errors
    /// If the file cannot be read, or is not UTF-8.
    pub fn read(path: &Path) -> Result<Contents, FileError> {
        let bytes = match fs::read(path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|e| cannot("read", path, e))?,
        };
        // Cut before it is read as text: a kill may come in the midst of a character.
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = &bytes[..end.map_or(0, |end| end + 1)];
        let text = std::str::from_utf8(whole).map_err(|e| cannot("read", path, e))?;
        Ok(Contents {
            lines: text.lines().map(str::to_owned).collect(),
            torn: whole.len() < bytes.len(),
        })
    }

    /// Appends a line. It is written in one piece, and survives a kill of the process.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn append(&mut self, record: &impl Serialize) -> Result<(), FileError> {
        let mut line = serde_json::to_vec(record).map_err(|e| cannot("write", &self.path, e))?;
        line.push(b'\n');
        let written = self.file.write_all(&line);
        written.map_err(|e| cannot("write", &self.path, e))
    }

    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn cannot(doing: &str, path: &Path, e: impl std::error::Error) -> FileError {
    FileError::new(doing, path, &e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_not_whole_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let (mut lines, before) = JsonLines::open(path.clone()).unwrap();
        assert!(before.is_empty());
        lines.append(&"é").unwrap();
        lines.append(&[1, 2]).unwrap();
        drop(lines);
        let whole = fs::read(&path).unwrap();
        for end in 0..=whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let found = JsonLines::read(&path).unwrap();
            assert_eq!(found.torn, end > 0 && whole[end - 1] != b'\n');
            assert_eq!(
                fs::read(&path).unwrap(),
                whole[..end],
                "reading changes nothing"
            );
            let (mut lines, before) = JsonLines::open(path.clone()).unwrap();
            assert_eq!(before, found.lines);
            assert!(
                before
                    .iter()
                    .eq(["\"é\"", "[1,2]"].iter().take(before.len()))
            );
            lines.append(&7).unwrap();
            let text = fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().count(), before.len() + 1);
            assert!(text.ends_with("7\n"));
        }
    }
}
