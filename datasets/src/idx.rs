//! IDX, the format of MNIST: a magic number, the size of each axis as a big-endian `u32`, then the bytes.
//!
//! The header is checked against what the file can hold before anything is allocated, so that no header can ask for
//! more memory than the file has bytes for. A file may be packed with gzip; its first bytes say so, not its name.

mod error;

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, Read};
use std::path::{Path, PathBuf};

use byteorder::{BigEndian, ReadBytesExt};
use flate2::bufread::MultiGzDecoder;

use crate::error::DataError;
use crate::packed::most_unpacked;
pub use error::IdxError;

/// An IDX file of bytes whose header has been read and found possible.
pub struct IdxFile {
    path: PathBuf,
    shape: Vec<usize>,
    payload: u64,
    packed: bool,
    reader: Box<dyn BufRead>,
}

impl IdxFile {
    /// Opens a file of bytes with `axes` axes, packed or not.
    ///
    /// # Errors
    /// If the file cannot be read, or its header is not that of such a file or promises what the file cannot hold.
    pub fn open(path: &Path, axes: u8) -> Result<Self, DataError> {
        let cannot_read = |source| DataError::Io {
            path: path.into(),
            source,
        };
        let file = File::open(path).map_err(cannot_read)?;
        let stored = file.metadata().map_err(cannot_read)?.len();
        Self::new(path, BufReader::with_capacity(1 << 16, file), stored, axes)
    }

    /// As [`open`](Self::open), from a reader of `stored` bytes; `path` is for messages.
    fn new(
        path: &Path,
        mut reader: impl BufRead + 'static,
        stored: u64,
        axes: u8,
    ) -> Result<Self, DataError> {
        let first = reader.fill_buf().map_err(|source| DataError::Io {
            path: path.into(),
            source,
        })?;
        let packed = first.starts_with(&[0x1f, 0x8b]);
        let empty = first.is_empty();
        let mut this = Self {
            path: path.into(),
            shape: Vec::new(),
            payload: 0,
            packed,
            reader: if packed {
                Box::new(BufReader::new(MultiGzDecoder::new(reader)))
            } else {
                Box::new(reader)
            },
        };
        if empty {
            return Err(this.wrong(IdxError::Empty));
        }
        this.read_header(stored, axes)?;
        Ok(this)
    }

    /// The size of each axis.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Bytes that follow the header.
    pub fn payload(&self) -> u64 {
        self.payload
    }

    fn read_header(&mut self, stored: u64, axes: u8) -> Result<(), DataError> {
        // Two zeros, 8 for bytes, the number of axes.
        let expected = 0x0800 | u32::from(axes);
        let found = self.header_number()?;
        if found != expected {
            return Err(self.wrong(IdxError::Magic { found, expected }));
        }
        let mut payload = Some(1u64);
        for _ in 0..axes {
            let size = self.header_number()?;
            self.shape.push(size as usize);
            payload = payload.and_then(|p| p.checked_mul(u64::from(size)));
        }
        if payload == Some(0) {
            return Err(self.wrong(IdxError::NoRows(self.shape.clone())));
        }
        let after_header = stored.saturating_sub(4 + 4 * u64::from(axes));
        let possible = if self.packed {
            payload.filter(|&p| p <= most_unpacked(stored))
        } else {
            payload.filter(|&p| p == after_header)
        };
        let shape = self.shape.clone();
        self.payload = match possible {
            Some(payload) => payload,
            None if self.packed => {
                let packed = stored;
                return Err(self.wrong(IdxError::Claim { shape, packed }));
            }
            None => {
                let found = after_header;
                return Err(self.wrong(IdxError::Size { shape, found }));
            }
        };
        Ok(())
    }

    fn header_number(&mut self) -> Result<u32, DataError> {
        match self.reader.read_u32::<BigEndian>() {
            Ok(number) => Ok(number),
            Err(e) if e.kind() == ErrorKind::UnexpectedEof => Err(self.wrong(IdxError::Header)),
            Err(e) => Err(self.failed(e)),
        }
    }

    /// Appends the bytes after the header, and makes sure that there are as many as it promises.
    ///
    /// Room for `wanted` bytes is made first, the promise of all files that will be appended.
    ///
    /// # Errors
    /// If the file cannot be read, unpacked or held in memory, or has more or fewer bytes.
    pub fn append_to(mut self, bytes: &mut Vec<u8>, wanted: u64) -> Result<(), DataError> {
        let room = usize::try_from(wanted).ok().and_then(|wanted| {
            bytes
                .try_reserve_exact(wanted.saturating_sub(bytes.len()))
                .ok()
        });
        if room.is_none() {
            return Err(self.wrong(IdxError::Memory(wanted)));
        }
        let mut payload = (&mut self.reader).take(self.payload);
        match payload.read_to_end(bytes) {
            Ok(count) if count as u64 == self.payload => {}
            Ok(count) => {
                let (shape, found) = (self.shape.clone(), count as u64);
                return Err(self.wrong(IdxError::Size { shape, found }));
            }
            Err(e) => return Err(self.failed(e)),
        }
        // Reading on also makes gzip compare its checksum.
        match self.reader.fill_buf() {
            Ok([]) => Ok(()),
            Ok(_) => {
                let shape = self.shape.clone();
                Err(self.wrong(IdxError::TooLong { shape }))
            }
            Err(e) => Err(self.failed(e)),
        }
    }

    fn failed(&self, source: io::Error) -> DataError {
        let of_the_format = matches!(
            source.kind(),
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::UnexpectedEof
        );
        if self.packed && of_the_format {
            return self.wrong(IdxError::Gzip(source));
        }
        DataError::Io {
            path: self.path.clone(),
            source,
        }
    }

    fn wrong(&self, source: IdxError) -> DataError {
        DataError::Idx {
            path: self.path.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests;
