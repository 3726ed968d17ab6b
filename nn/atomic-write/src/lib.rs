//! Files that are whole or not there: written aside and renamed into place. Folders that one process at a time writes to.
//!
//! ```
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("a.json");
//! atomic_write::write(&path, b"{}", atomic_write::Durability::PowerLoss)?;
//! # assert_eq!(std::fs::read(&path)?, b"{}");
//! # Ok::<(), std::io::Error>(())
//! ```

mod lock;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

pub use lock::{FolderLock, LockError};

/// How the names of files begin that are being written and have no name of their own yet.
pub const ASIDE: &str = ".gradus-";

/// What a file outlives once it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process, however it comes.
    ProcessEnd,
    /// The loss of power too: the disk is waited for, which takes milliseconds.
    PowerLoss,
}

/// Writes a file aside and renames it into place: whoever opens `path` sees the old content or the new, never a part.
///
/// # Errors
/// If `path` names no file, or the folder cannot be written to. Nothing is left aside then.
pub fn write(path: &Path, content: &[u8], durability: Durability) -> io::Result<()> {
    if path.file_name().is_none() {
        return Err(io::Error::new(
            ErrorKind::InvalidInput,
            "this is not a file name",
        ));
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let (aside, file) = create_aside(folder)?;
    let written = fill(file, content, durability).and_then(|()| fs::rename(&aside, path));
    if written.is_err() {
        // The error to report is the first one; what is left behind is only untidy.
        let _ = fs::remove_file(&aside);
    }
    written?;
    match durability {
        Durability::ProcessEnd => Ok(()),
        Durability::PowerLoss => sync_folder(folder),
    }
}

/// Creates a file of a name that nobody else has, as open to others as the user's umask says.
fn create_aside(folder: &Path) -> io::Result<(PathBuf, File)> {
    /// Keeps threads apart; the number of the process keeps processes apart.
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let process = std::process::id();
    loop {
        let unique = COUNTER.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{ASIDE}{process}-{unique}"));
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            // Left behind by a process of the same number that was killed.
            Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
            opened => return opened.map(|file| (path, file)),
        }
    }
}

fn fill(mut file: File, content: &[u8], durability: Durability) -> io::Result<()> {
    file.write_all(content)?;
    match durability {
        Durability::ProcessEnd => Ok(()),
        Durability::PowerLoss => file.sync_all(),
    }
}

/// A rename outlives a power cut only when its folder is on the disk too.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_replaces_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        write(&path, b"one", Durability::PowerLoss).unwrap();
        write(&path, b"two", Durability::ProcessEnd).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        // A folder cannot be replaced by a file.
        let taken = folder.path().join("taken");
        fs::create_dir(&taken).unwrap();
        for durability in [Durability::ProcessEnd, Durability::PowerLoss] {
            assert!(write(&taken, b"x", durability).is_err());
            assert!(write(&folder.path().join("none/a.bin"), b"x", durability).is_err());
            assert!(write(&folder.path().join(".."), b"x", durability).is_err());
        }
        let entries = fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = entries.map(|e| e.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["a.bin", "taken"]);
    }

    #[test]
    fn what_a_killed_process_left_behind_is_no_hindrance() {
        let folder = tempfile::tempdir().unwrap();
        let process = std::process::id();
        // More names than the other tests can have taken.
        for unique in 0..64 {
            let left = folder.path().join(format!("{ASIDE}{process}-{unique}"));
            fs::write(left, b"part").unwrap();
        }
        let path = folder.path().join("a.bin");
        write(&path, b"whole", Durability::ProcessEnd).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }

    #[test]
    fn threads_that_write_one_file_leave_one_of_their_contents() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.bin");
        std::thread::scope(|scope| {
            for byte in 0..8_u8 {
                let path = &path;
                scope.spawn(move || write(path, &[byte; 4096], Durability::ProcessEnd).unwrap());
            }
        });
        let content = fs::read(&path).unwrap();
        assert!(content.len() == 4096 && content.iter().all(|b| *b == content[0]));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn others_may_read_what_the_umask_lets_them() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write(&ours, b"x", Durability::PowerLoss).unwrap();
        fs::write(&plain, b"x").unwrap();
        let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
    }
}
