//! A file on its way.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::{DownloadError, Failure, Refusal};
use super::remote::Remote;

/// What has come of a file, beside the place it belongs to.
pub(super) struct PartFile {
    /// The name it gets when it is whole.
    path: PathBuf,
    part: PathBuf,
    file: File,
    len: u64,
    sha256: &'static str,
}

impl PartFile {
    /// Takes up what an earlier try has left, or begins anew.
    pub(super) fn open(folder: &Path, remote: &Remote) -> Result<Self, DownloadError> {
        let path = folder.join(remote.path);
        let mut part = path.clone().into_os_string();
        part.push(".part");
        let part = PathBuf::from(part);
        let cannot_write = |source| DownloadError::Folder {
            path: part.clone(),
            source,
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(cannot_write)?;
        }
        let mut file = File::options()
            .create(true)
            .read(true)
            .write(true)
            .truncate(false)
            .open(&part)
            .map_err(cannot_write)?;
        let len = file.seek(SeekFrom::End(0)).map_err(cannot_write)?;
        let mut this = Self {
            path,
            part,
            file,
            len,
            sha256: remote.sha256,
        };
        if len > remote.bytes {
            this.clear()?;
        }
        Ok(this)
    }

    /// How many bytes have come.
    pub(super) fn len(&self) -> u64 {
        self.len
    }

    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), DownloadError> {
        self.file
            .write_all(bytes)
            .map_err(|e| self.cannot_write(e))?;
        self.len += bytes.len() as u64;
        Ok(())
    }

    /// Forgets what has come.
    pub(super) fn clear(&mut self) -> Result<(), DownloadError> {
        let cleared = self.file.set_len(0).and_then(|()| self.file.rewind());
        cleared.map_err(|e| self.cannot_write(e))?;
        self.len = 0;
        Ok(())
    }

    /// Compares the hash of what has come, and forgets it if it is another.
    pub(super) fn verify(&mut self) -> Result<(), Failure> {
        let got = self.hash().map_err(|e| self.cannot_write(e))?;
        if got == self.sha256 {
            return Ok(());
        }
        self.clear()?;
        let expected = self.sha256;
        Err(Refusal::Hash { got, expected }.into())
    }

    /// The hash of the whole part; leaves the file at its end.
    fn hash(&mut self) -> io::Result<String> {
        let mut hasher = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        self.file.rewind()?;
        loop {
            match self.file.read(&mut buffer)? {
                0 => break,
                count => hasher.update(&buffer[..count]),
            }
        }
        let hex = |byte: &u8| format!("{byte:02x}");
        Ok(hasher.finalize().iter().map(hex).collect())
    }

    /// Waits until the file is safely on the disk.
    pub(super) fn sync(&self) -> Result<(), DownloadError> {
        self.file.sync_all().map_err(|e| self.cannot_write(e))
    }

    /// Gives the file its name.
    pub(super) fn keep(self) -> Result<(), DownloadError> {
        fs::rename(&self.part, &self.path).map_err(|e| self.cannot_write(e))?;
        // The name is on the disk when its folder is. A folder cannot be opened as a file everywhere.
        #[cfg(unix)]
        if let Some(parent) = self.path.parent() {
            let synced = File::open(parent).and_then(|folder| folder.sync_all());
            synced.map_err(|e| self.cannot_write(e))?;
        }
        Ok(())
    }

    /// Leaves for the next time what has come, or no file if nothing has.
    pub(super) fn leave(self) -> Result<(), DownloadError> {
        if self.len == 0 {
            fs::remove_file(&self.part).map_err(|e| self.cannot_write(e))?;
        }
        Ok(())
    }

    fn cannot_write(&self, source: io::Error) -> DownloadError {
        DownloadError::Folder {
            path: self.part.clone(),
            source,
        }
    }
}
