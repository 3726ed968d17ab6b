//! Files from the network, whole or not at all.
//!
//! A file is written to a neighbour named `.part`, which a later try takes up where it ended. Its SHA-256 is checked,
//! and it gets its name only when every file of the set is there. Only one program at a time downloads into a folder.

mod client;
mod lock;
mod part;

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use client::Client;
pub use lock::Lock;
use part::PartFile;

/// A file that can be downloaded.
pub struct Remote {
    /// Where it goes, below the data folder, separated by `/`.
    pub path: &'static str,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: &'static str,
    /// Where it can be had, tried in this order.
    pub urls: &'static [&'static str],
}

/// How far a download has come.
#[derive(Clone, Copy, Debug)]
pub enum Progress<'a> {
    /// Another program downloads into this folder.
    Waiting {
        /// The folder.
        folder: &'a Path,
    },
    /// Bytes of a file have arrived.
    Bytes {
        /// The file, below the data folder.
        file: &'a str,
        /// Where it comes from.
        url: &'a str,
        /// How many bytes are there.
        done: u64,
        /// How many it has.
        total: u64,
    },
}

/// Is told how a download goes on; says whether it should.
pub type OnProgress = Arc<dyn Fn(Progress<'_>) -> ControlFlow<()> + Send + Sync>;

/// How long to wait for a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For the connection.
    pub connect: Duration,
    /// For the next bytes, the first ones included.
    pub stall: Duration,
}

impl Default for Timeouts {
    /// Fifteen seconds for the connection, thirty for the next bytes.
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            stall: Duration::from_secs(30),
        }
    }
}

/// Why a file was not downloaded.
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

/// Why an address did not give the file; each reads on after the address.
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
enum Failure {
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

/// Downloads files.
pub struct Downloader {
    client: Client,
    progress: Option<OnProgress>,
}

impl Downloader {
    /// One that waits so long for a server, and tells how it goes on.
    pub fn new(timeouts: Timeouts, progress: Option<OnProgress>) -> Self {
        Self {
            client: Client::new(timeouts),
            progress,
        }
    }

    /// Downloads all of the files below `folder`, or none. The caller holds the folder's [`Lock`].
    ///
    /// Returns the address each file came from. One that an earlier try had fetched whole is not fetched again and has
    /// no address.
    ///
    /// # Errors
    /// If a file is not to be had from any address, the folder cannot be written, or the progress callback says stop.
    /// What has come by then is kept for the next time.
    pub fn fetch(&self, remotes: &[Remote], folder: &Path) -> Result<Vec<String>, DownloadError> {
        let mut urls = Vec::new();
        let mut parts = Vec::new();
        for remote in remotes {
            let mut part = PartFile::open(folder, remote)?;
            match self.fetch_one(remote, &mut part, folder) {
                Ok(url) => urls.extend(url),
                Err(e) => {
                    part.leave()?;
                    return Err(e);
                }
            }
            parts.push(part);
        }
        // Writing to the disk takes time, naming next to none: the set is incomplete only for a moment.
        for part in &parts {
            part.sync()?;
        }
        for part in parts {
            part.keep()?;
        }
        Ok(urls)
    }

    fn fetch_one(
        &self,
        remote: &Remote,
        part: &mut PartFile,
        folder: &Path,
    ) -> Result<Option<String>, DownloadError> {
        if part.len() == remote.bytes && part.verify().is_ok() {
            return Ok(None);
        }
        let mut tried = Vec::new();
        for url in remote.urls {
            match self.fetch_from(url, remote, part) {
                Ok(()) => return Ok(Some((*url).into())),
                Err(Failure::Here(e)) => return Err(e),
                Err(Failure::There(refusal)) => tried.push(((*url).into(), refusal)),
            }
        }
        Err(DownloadError::Unavailable {
            file: remote.path,
            folder: folder.into(),
            tried: Tried(tried),
        })
    }

    fn fetch_from(&self, url: &str, remote: &Remote, part: &mut PartFile) -> Result<(), Failure> {
        let resumed = part.len() > 0;
        self.transfer(url, remote, part)?;
        match part.verify() {
            // The fault may lie in what was there before: once more, from the beginning.
            Err(Failure::There(Refusal::Hash { .. })) if resumed => {
                self.transfer(url, remote, part)?;
                part.verify()
            }
            verdict => verdict,
        }
    }

    /// Appends to the part what it lacks.
    fn transfer(&self, url: &str, remote: &Remote, part: &mut PartFile) -> Result<(), Failure> {
        let mut body = self.client.get(url, part.len())?;
        if body.start != part.len() {
            part.clear()?;
        }
        let mut buffer = vec![0; 1 << 16];
        loop {
            self.tell(Progress::Bytes {
                file: remote.path,
                url,
                done: part.len(),
                total: remote.bytes,
            })?;
            let count = body.read(&mut buffer)?;
            if count == 0 {
                break;
            }
            if part.len() + count as u64 > remote.bytes {
                part.clear()?;
                return Err(Refusal::Long(remote.bytes).into());
            }
            part.append(&buffer[..count])?;
        }
        if part.len() < remote.bytes {
            let (got, expected) = (part.len(), remote.bytes);
            return Err(Refusal::Short { got, expected }.into());
        }
        Ok(())
    }

    fn tell(&self, progress: Progress<'_>) -> Result<(), DownloadError> {
        match &self.progress {
            Some(on_progress) if on_progress(progress).is_break() => Err(DownloadError::Stopped),
            _ => Ok(()),
        }
    }
}
