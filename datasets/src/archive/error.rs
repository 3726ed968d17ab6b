//! What can be wrong with an archive.

use std::io;

/// Faults of an archive; each reads on after the file's name.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It cannot be unpacked.
    #[error("cannot be unpacked: {0}")]
    Unpack(io::Error),
    /// A file is not in it.
    #[error("has no file {0} in it")]
    Missing(&'static str),
    /// A file in it is too large to be the one it should be.
    #[error("has a file {name} of {bytes} bytes in it, where at most {most} are expected")]
    Large {
        /// The file.
        name: &'static str,
        /// Its size.
        bytes: u64,
        /// The largest size it may have.
        most: u64,
    },
    /// The machine has no room for a file in it.
    #[error("has a file {name} in it that needs {bytes} bytes of memory, which are not to be had")]
    Memory {
        /// The file.
        name: &'static str,
        /// Its size.
        bytes: u64,
    },
    /// Its files are far larger than it is itself.
    #[error("has a file {name} of {bytes} bytes in it, far more than its own size allows")]
    Bomb {
        /// The file with which there are too many bytes.
        name: &'static str,
        /// Its size.
        bytes: u64,
    },
}
