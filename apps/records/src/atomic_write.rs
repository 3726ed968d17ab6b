//! Atomic file writes.

use std::path::Path;

use atomic_write::{Durability, write};

use crate::error::FileError;

/// Writes a temporary file, syncs it, and renames it into place: readers of `path` see either the old content or
/// the new, never a part.
///
/// # Errors
/// If the folder cannot be written to.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write(path, content, Durability::PowerLoss).map_err(|e| FileError::new("write", path, &e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent/a.json");
        let error = write_atomically(&path, b"x").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with(&format!("cannot write {}", path.display()))
        );
    }
}
