//! Files in a tar archive packed with gzip.

mod error;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;
use tar::Archive;

use crate::error::DataError;
pub use error::ArchiveError;

/// Bytes that the files of an archive may have beyond twice its own: bytes of images hardly pack, and they stand in memory
/// twice while they are read.
const SLACK: u64 = 16 << 20;

/// The files of these names, in whatever folder of the archive they lie, in the order of the names. None may be larger
/// than `most` bytes, and all together not much larger than the archive suggests. It is read to its end, so that its
/// checksum is.
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
    let stored = file
        .metadata()
        .map_err(|source| DataError::io(path, source))?
        .len();
    let all = stored.saturating_mul(2).saturating_add(SLACK);
    read(BufReader::new(file), names, most, all).map_err(|source| DataError::Archive {
        path: path.into(),
        source,
    })
}

fn read(
    reader: BufReader<File>,
    names: &[&'static str],
    most: u64,
    mut left: u64,
) -> Result<Vec<Vec<u8>>, ArchiveError> {
    let mut found: Vec<Option<Vec<u8>>> = vec![None; names.len()];
    let mut archive = Archive::new(MultiGzDecoder::new(reader));
    // Raw, as names of any length would be read into memory: those that are looked for stand in the plain header.
    for entry in archive.entries().map_err(ArchiveError::Unpack)?.raw(true) {
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
        left = left
            .checked_sub(bytes)
            .ok_or(ArchiveError::Bomb { name, bytes })?;
        let mut content = Vec::new();
        // Room at once, so that no block is copied into a larger one. It is bounded by the size of the archive.
        let room = usize::try_from(bytes).unwrap_or(usize::MAX);
        content
            .try_reserve_exact(room)
            .map_err(|_| ArchiveError::Memory { name, bytes })?;
        entry
            .read_to_end(&mut content)
            .map_err(ArchiveError::Unpack)?;
        found[place] = Some(content);
    }
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(ArchiveError::Unpack)?;
    let there = |(content, &name): (Option<_>, _)| content.ok_or(ArchiveError::Missing(name));
    found.into_iter().zip(names).map(there).collect()
}
