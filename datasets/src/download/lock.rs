//! One download into a folder at a time.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::{DownloadError, Downloader, Progress};

/// The right to download into a folder, until it is dropped or the program ends.
///
/// It is a lock on an empty file, `.gradus-lock`, which stays: were it taken away, two programs could each lock their
/// own.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// The name of the file that is locked.
const NAME: &str = ".gradus-lock";

impl Lock {
    /// Whether somebody has ever downloaded into the folder.
    pub(crate) fn was_used(folder: &Path) -> bool {
        folder.join(NAME).exists()
    }

    /// Waits until no other program downloads into the folder, which is made if need be.
    ///
    /// # Errors
    /// If the folder cannot be written, or the downloader's progress callback says stop.
    pub fn take(folder: &Path, downloader: &Downloader) -> Result<Self, DownloadError> {
        let path = folder.join(NAME);
        let cannot_write = |source| DownloadError::Folder {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(folder).map_err(cannot_write)?;
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(cannot_write)?;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::WouldBlock) => {
                    downloader.tell(Progress::Waiting { folder })?;
                    thread::sleep(Duration::from_millis(100));
                }
                // Some network file systems have no locks. The hash still keeps a mixed-up file from being taken.
                Err(TryLockError::Error(e)) if e.kind() == io::ErrorKind::Unsupported => {
                    return Ok(Self { _file: file });
                }
                Err(TryLockError::Error(e)) => return Err(cannot_write(e)),
            }
        }
    }
}
