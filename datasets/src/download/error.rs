//! Why a file was not downloaded.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

/// Reason why a file was not downloaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// The folder cannot be written.
    #[error("cannot write {path}: {source}; name another data folder with --data-dir", path = path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No address gave the file.
    #[error("cannot download {file}: {tried}; try again later, or get it elsewhere and put it into {folder}", folder = folder.display())]
    Unavailable {
        /// The file, below the data folder.
        file: &'static str,
        /// The folder it belongs into.
        folder: PathBuf,
        /// The addresses, and why each failed.
        tried: Tried,
    },
    /// It was stopped.
    #[error("the download was stopped; it goes on from there next time")]
    Stopped,
}

/// The addresses that were tried, and why each failed.
#[derive(Debug)]
pub struct Tried(pub Vec<(String, Refusal)>);

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (url, refusal)) in self.0.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{url} {refusal}")?;
        }
        Ok(())
    }
}

/// Reason why an address did not give the file; each reads on after the address.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The server answers with another status than success.
    #[error("answers with status {0}")]
    Status(u16),
    /// The server does not go on sending.
    #[error("sent nothing for {0:?}")]
    Stalled(Duration),
    /// The connection fails.
    #[error("fails ({0})")]
    Connection(String),
    /// The program that asks is not there.
    #[error("needs the program curl, which is not installed")]
    NoCurl,
    /// The server sends another piece than it was asked for.
    #[error("sends another part of the file than it was asked for")]
    OtherRange,
    /// What it sends ends too early.
    #[error("ends after {got} of {expected} bytes")]
    Short {
        /// How many bytes are there.
        got: u64,
        /// How many there should be.
        expected: u64,
    },
    /// What it sends is longer than the file.
    #[error("sends more than the {0} bytes of the file")]
    Long(u64),
    /// What it sends is something else.
    #[error("sent a file with SHA-256 {got} instead of {expected}, which was deleted")]
    Hash {
        /// The SHA-256 of what came.
        got: String,
        /// That of the file.
        expected: &'static str,
    },
}

/// What ended a try: something on this machine, or something at that address.
pub(super) enum Failure {
    Here(DownloadError),
    There(Refusal),
}

impl From<DownloadError> for Failure {
    fn from(e: DownloadError) -> Self {
        Self::Here(e)
    }
}

impl From<Refusal> for Failure {
    fn from(e: Refusal) -> Self {
        Self::There(e)
    }
}
