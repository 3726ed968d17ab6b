//! Files of JSON that grow by a line for each piece of work that is done, and outlive a kill.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::error::AppError;
use crate::files::write_atomically;

/// A file that grows by lines.
#[derive(Debug)]
pub struct Lines {
    path: PathBuf,
    file: fs::File,
}

impl Lines {
    /// Opens a file, or begins it, and returns the lines in it. A last line that is not whole was being written when the
    /// program was killed; it is cut off, and what it was about is to be done again.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is no text.
    pub fn open(path: PathBuf) -> Result<(Self, Vec<String>), AppError> {
        let cannot = |doing: &str, e: io::Error| {
            AppError::while_doing(format_args!("cannot {doing} {}", path.display()), e)
        };
        let bytes = match fs::read(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Vec::new(),
            read => read.map_err(|e| cannot("read", e))?,
        };
        // Cut before it is read as text: a kill may come in the midst of a character.
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = &bytes[..end.map_or(0, |end| end + 1)];
        let text = std::str::from_utf8(whole).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", path.display()), e)
        })?;
        let lines = text.lines().map(str::to_owned).collect();
        if whole.len() < bytes.len() {
            write_atomically(&path, whole)?;
        }
        let opened = fs::File::options().append(true).create(true).open(&path);
        let file = opened.map_err(|e| cannot("write", e))?;
        Ok((Self { path, file }, lines))
    }

    /// Adds a line. It is handed to the system in one piece, and outlives the process.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn append(&mut self, record: &impl Serialize) -> Result<(), AppError> {
        let cannot = |e: io::Error| {
            AppError::while_doing(format_args!("cannot write {}", self.path.display()), e)
        };
        let mut line = serde_json::to_vec(record).map_err(|e| cannot(e.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(cannot)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_is_not_whole_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jsonl");
        let (mut lines, before) = Lines::open(path.clone()).unwrap();
        assert!(before.is_empty());
        lines.append(&"é").unwrap();
        lines.append(&[1, 2]).unwrap();
        drop(lines);
        let whole = fs::read(&path).unwrap();
        for end in 0..=whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let (mut lines, before) = Lines::open(path.clone()).unwrap();
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
