//! Folders that one process at a time writes to.

use std::fs::{self, DirEntry, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::ASIDE;

/// Name of the file that is locked, which is there as long as somebody holds the folder.
const NAME: &str = ".gradus-lock";

/// A folder that this process alone writes to, until this is dropped or the process ends, however it ends.
///
/// The lock is the operating system's, on a file in the folder, so that no death leaves it behind. Holders in one process
/// exclude each other, too.
#[derive(Debug)]
pub struct FolderLock {
    path: PathBuf,
    /// `None` on a file system without locks.
    file: Option<File>,
}

/// Why a folder is not locked.
#[derive(Debug)]
pub enum LockError {
    /// Another process writes to it; its number, if it can be read.
    Held(Option<u32>),
    /// The file cannot be opened or locked.
    Io(io::Error),
}

impl FolderLock {
    /// Locks a folder, and removes what killed processes left there that has no name of its own yet, one level of folders
    /// deep.
    ///
    /// # Errors
    /// If another process holds the folder, or it cannot be written to.
    pub fn take(folder: &Path) -> Result<Self, LockError> {
        let lock = Self::lock(folder)?;
        remove(&left(folder));
        for folder in folders(folder) {
            // A folder with a holder of its own is left to it.
            if !left(&folder).is_empty()
                && let Ok(own) = Self::lock(&folder)
                && own.excludes()
            {
                remove(&left(&folder));
            }
        }
        Ok(lock)
    }

    fn lock(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(NAME);
        loop {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            let mut file = options.open(&path).map_err(LockError::Io)?;
            match file.try_lock() {
                // The last holder took the file away after it was opened here: whoever comes now locks another one.
                Ok(()) if !is_at(&file, &path).map_err(LockError::Io)? => {}
                Ok(()) => {
                    file.set_len(0).map_err(LockError::Io)?;
                    write!(file, "{}", std::process::id()).map_err(LockError::Io)?;
                    let file = Some(file);
                    return Ok(Self { path, file });
                }
                Err(TryLockError::WouldBlock) => return Err(LockError::Held(holder(&mut file))),
                Err(TryLockError::Error(e)) if e.kind() == ErrorKind::Unsupported => {
                    return Ok(Self { path, file: None });
                }
                Err(TryLockError::Error(e)) => return Err(LockError::Io(e)),
            }
        }
    }

    /// Whether others are kept out: not so on file systems without locks.
    pub fn excludes(&self) -> bool {
        self.file.is_some()
    }
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // Taken away while it is locked, so that it is nobody else's. If that fails, an unlocked file stays, which hinders
        // nobody.
        if self.file.is_some() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The number that the holder wrote, unless it has not come to that.
fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.read_to_string(&mut text).ok()?;
    text.parse().ok()
}

/// Whether an open file is the one of this path.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (ours.dev(), ours.ino())),
        Err(e) if e.kind() == ErrorKind::NotFound => Ok(false),
        Err(e) => Err(e),
    }
}

/// Elsewhere a file that is open keeps its name.
#[cfg(not(unix))]
fn is_at(_file: &File, _path: &Path) -> io::Result<bool> {
    Ok(true)
}

/// The files of a folder that were being written when a process was killed, or are being written.
fn left(folder: &Path) -> Vec<PathBuf> {
    let aside = |entry: &DirEntry| {
        let name = entry.file_name();
        name.to_string_lossy().starts_with(ASIDE)
            && name != NAME
            && entry.file_type().is_ok_and(|kind| kind.is_file())
    };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter(aside).map(|entry| entry.path()).collect()
}

/// The folders in a folder.
fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
    folders.map(|entry| entry.path()).collect()
}

/// Removes files. What cannot be removed is only untidy.
fn remove(files: &[PathBuf]) {
    for file in files {
        let _ = fs::remove_file(file);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread::yield_now;

    #[test]
    fn a_folder_has_one_holder_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let lock = FolderLock::take(folder.path()).unwrap();
        let refused = FolderLock::take(folder.path()).unwrap_err();
        assert!(matches!(refused, LockError::Held(Some(id)) if id == std::process::id()));
        drop(lock);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        FolderLock::take(folder.path()).unwrap();
    }

    #[test]
    fn threads_that_race_for_a_folder_never_hold_it_together() {
        let folder = tempfile::tempdir().unwrap();
        let holders = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut taken = 0;
                    while taken < 200 {
                        let Ok(lock) = FolderLock::take(folder.path()) else {
                            yield_now();
                            continue;
                        };
                        assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                        yield_now();
                        holders.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                        taken += 1;
                    }
                });
            }
        });
    }

    #[test]
    fn a_folder_below_with_a_holder_of_its_own_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("slice");
        fs::create_dir(&below).unwrap();
        let own = FolderLock::take(&below).unwrap();
        let writing = below.join(format!("{ASIDE}12-0"));
        fs::write(&writing, "x").unwrap();
        drop(FolderLock::take(folder.path()).unwrap());
        assert!(writing.exists());
        drop(own);
        drop(FolderLock::take(folder.path()).unwrap());
        assert!(!writing.exists());
    }

    #[test]
    fn what_killed_processes_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("figures");
        fs::create_dir(&below).unwrap();
        for file in [
            folder.path().join(format!("{ASIDE}12-0")),
            below.join(format!("{ASIDE}12-1")),
            below.join("loss.svg"),
        ] {
            fs::write(file, "x").unwrap();
        }
        drop(FolderLock::take(folder.path()).unwrap());
        let names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .chain(fs::read_dir(&below).unwrap())
            .map(|e| e.unwrap().file_name())
            .collect();
        assert_eq!(names, ["figures", "loss.svg"]);
    }
}
