//! Files in a tar archive packed with gzip.

mod error;

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use tar::Archive;

use crate::error::DataError;
pub use error::ArchiveError;

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
