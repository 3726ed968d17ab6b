//! Atomic file writes.

use std::io::Write;
use std::path::Path;

use crate::error::FileError;

/// Prefix of temporary files.
pub const ASIDE: &str = ".gradus-";

/// Writes a temporary file, syncs it, and renames it into place: readers of `path` see either the old content or
/// the new, never a part.
///
/// # Errors
/// If the folder cannot be written to.
pub fn write_atomically(path: &Path, content: &[u8]) -> Result<(), FileError> {
    write(path, content).map_err(|e| FileError::new("write", path, &e))
}

fn write(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut aside = aside_in(folder)?;
    aside.write_all(content)?;
    aside.as_file().sync_all()?;
    aside.persist(path).map_err(|e| e.error)?;
    sync_folder(folder)
}

#[cfg(unix)]
fn aside_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // Temporary files are private by default; results are as open as the user's umask says.
    tempfile::Builder::new()
        .prefix(ASIDE)
        .permissions(std::fs::Permissions::from_mode(0o666))
        .tempfile_in(folder)
}

#[cfg(not(unix))]
fn aside_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new().prefix(ASIDE).tempfile_in(folder)
}

/// A rename outlives a power cut only when its folder is on the disk too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_and_leaves_nothing_aside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        write_atomically(&path, b"old").unwrap();
        write_atomically(&path, b"new").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"new");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

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

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_the_umask_lets_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let ours = folder.path().join("ours");
        let plain = folder.path().join("plain");
        write_atomically(&ours, b"x").unwrap();
        std::fs::write(&plain, b"x").unwrap();
        let mode = |p: &Path| std::fs::metadata(p).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
