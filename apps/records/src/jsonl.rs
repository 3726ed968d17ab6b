//! Files of JSON that grow by a line for each piece of work that is done, and outlive a kill.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::atomic_write::write_atomically;
use crate::error::FileError;

/// A file that grows by lines.
#[derive(Debug)]
pub struct JsonLines {
    path: PathBuf,
    file: fs::File,
}

/// What is in such a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// The lines.
    pub lines: Vec<String>,
    /// Whether a last one was left out because it is not whole.
    pub torn: bool,
}

impl JsonLines {
    /// Opens a file, or begins it, and returns the lines in it. A last line that is not whole was being written when the
    /// program was killed; it is cut off, and what it was about is to be done again.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is no text.
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

    /// Begins a file anew with these records. Where there are some they are written in one piece, so that no line of an
    /// earlier file is lost if this is interrupted.
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

    /// What is in a file, which stays as it is; nothing in one that is not there.
    ///
    /// # Errors
    /// If the file cannot be read, or is no text.
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

    /// Adds a line. It is handed to the system in one piece, and outlives the process.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn append(&mut self, record: &impl Serialize) -> Result<(), FileError> {
        let mut line = serde_json::to_vec(record).map_err(|e| cannot("write", &self.path, e))?;
        line.push(b'\n');
        let written = self.file.write_all(&line);
        written.map_err(|e| cannot("write", &self.path, e))
    }

    /// The file.
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
