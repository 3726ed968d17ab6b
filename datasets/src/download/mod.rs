//! Files from the network, whole or not at all.
//!
//! A file is written to a neighbour named `.part`, which a later try takes up where it ended. Its SHA-256 is checked,
//! and it gets its name only when every file of the set is there. Only one program at a time downloads into a folder.

mod client;
mod error;
mod lock;
mod part;
mod remote;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use client::Client;
use error::Failure;
pub use error::{DownloadError, Refusal, Tried};
pub use lock::Lock;
use part::PartFile;
pub use remote::{Remote, Timeouts};

/// Progress of a download.
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
                Err(Failure::There(refusal)) => {
                    let hopeless = matches!(refusal, Refusal::NoCurl);
                    tried.push(((*url).into(), refusal));
                    if hopeless {
                        break;
                    }
                }
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
        let tell = |done| {
            self.tell(Progress::Bytes {
                file: remote.path,
                url,
                done,
                total: remote.bytes,
            })
        };
        // Ctrl-C in a terminal ends the client, too, which is then no fault of the server's.
        let unless_stopped = |refusal, done| match tell(done) {
            Ok(()) => Failure::There(refusal),
            Err(stopped) => Failure::Here(stopped),
        };
        let got = self.client.get(url, part.len());
        let mut body = got.map_err(|refusal| unless_stopped(refusal, part.len()))?;
        if body.start != part.len() {
            part.clear()?;
        }
        let mut buffer = vec![0; 1 << 16];
        loop {
            tell(part.len())?;
            let read = body.read(&mut buffer);
            let count = read.map_err(|refusal| unless_stopped(refusal, part.len()))?;
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
