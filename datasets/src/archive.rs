//! Files in a tar archive packed with gzip.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use tar::Archive;

use crate::error::DataError;

/// What is wrong with an archive; each reads on after the file's name.
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
}

/// The files of these names, in whatever folder of the archive they lie, in the order of the names. None may be larger
/// than `most` bytes.
///
/// # Errors
/// If the archive cannot be read or unpacked, or a file is missing or too large.
pub(crate) fn unpack(
    path: &Path,
    names: &[&'static str],
    most: u64,
) -> Result<Vec<Vec<u8>>, DataError> {
    let file = File::open(path).map_err(|source| DataError::Io {
        path: path.into(),
        source,
    })?;
    read(BufReader::new(file), names, most).map_err(|source| DataError::Archive {
        path: path.into(),
        source,
    })
}

fn read(
    reader: BufReader<File>,
    names: &[&'static str],
    most: u64,
) -> Result<Vec<Vec<u8>>, ArchiveError> {
    let mut found: Vec<Option<Vec<u8>>> = vec![None; names.len()];
    let mut archive = Archive::new(MultiGzDecoder::new(reader));
    for entry in archive.entries().map_err(ArchiveError::Unpack)? {
        let mut entry = entry.map_err(ArchiveError::Unpack)?;
        let entry_path = entry.path().map_err(ArchiveError::Unpack)?.into_owned();
        let wanted = |name: &&str| entry_path.file_name().is_some_and(|file| file == *name);
        let Some(place) = names.iter().position(wanted) else {
            continue;
        };
        if !entry.header().entry_type().is_file() {
            continue;
        }
        let (name, bytes) = (names[place], entry.size());
        if bytes > most {
            return Err(ArchiveError::Large { name, bytes, most });
        }
        let mut content = Vec::new();
        entry
            .read_to_end(&mut content)
            .map_err(ArchiveError::Unpack)?;
        found[place] = Some(content);
    }
    let there = |(content, &name): (Option<_>, _)| content.ok_or(ArchiveError::Missing(name));
    found.into_iter().zip(names).map(there).collect()
}
