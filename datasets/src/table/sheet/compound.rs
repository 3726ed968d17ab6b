//! The workbook in a compound file: [MS-CFB], version 3 and 4. A file is cut into sectors, and a table of sectors says
//! which comes after which.

use super::{u16_at, u32_at};

/// How a compound file begins.
pub(super) const SIGNATURE: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The numbers from here on are no sectors but ends and gaps.
const NO_SECTOR: u32 = 0xffff_fffa;
/// Bytes of an entry of the directory.
const ENTRY: usize = 128;

struct Sectors<'a> {
    file: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl<'a> Sectors<'a> {
    fn sector(&self, number: u32) -> Result<&'a [u8], String> {
        sector(self.file, self.size, number)
    }

    /// The bytes of a chain of sectors, which cannot be longer than the file.
    fn chain(&self, first: u32) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let mut number = first;
        while number < NO_SECTOR {
            if bytes.len() > self.file.len() {
                return Err("its sectors go in a circle".to_owned());
            }
            bytes.extend_from_slice(self.sector(number)?);
            let next = self.next.get(number as usize);
            number = *next.ok_or("it has a sector that its table of sectors does not have")?;
        }
        Ok(bytes)
    }
}

fn sector(file: &[u8], size: usize, number: u32) -> Result<&[u8], String> {
    let start = (number as usize)
        .checked_add(1)
        .and_then(|n| n.checked_mul(size));
    let bytes = start.and_then(|start| file.get(start..start.checked_add(size)?));
    bytes.ok_or_else(|| "it is cut short".to_owned())
}

/// The stream of the workbook.
///
/// # Errors
/// If there is none, or the file is damaged; a clause.
pub(super) fn workbook(file: &[u8]) -> Result<Vec<u8>, String> {
    let short = || "it is cut short".to_owned();
    let shift = u16_at(file, 30).ok_or_else(short)?;
    if shift != 9 && shift != 12 {
        return Err(format!("its sectors are of 2^{shift} bytes"));
    }
    let size = 1 << shift;
    let count = u32_at(file, 44).ok_or_else(short)? as usize;
    // The header has room for the first 109 sectors of the table, enough for 7 MB; a longer list is elsewhere.
    if count > 109 {
        return Err("it is too large".to_owned());
    }
    let mut next = Vec::new();
    for i in 0..count {
        let part = sector(file, size, u32_at(file, 76 + 4 * i).ok_or_else(short)?)?;
        let numbers = part.as_chunks().0.iter();
        next.extend(numbers.map(|bytes| u32::from_le_bytes(*bytes)));
    }
    let sectors = Sectors { file, size, next };
    let directory = sectors.chain(u32_at(file, 48).ok_or_else(short)?)?;
    let smallest = u32_at(file, 56).ok_or_else(short)?;
    for entry in directory.chunks_exact(ENTRY) {
        let length = usize::from(u16_at(entry, 64).unwrap_or(0)).min(64);
        let name = entry[..length]
            .as_chunks()
            .0
            .iter()
            .map(|b| u16::from_le_bytes(*b));
        let name: String = char::decode_utf16(name).flatten().collect();
        if !["Workbook\0", "Book\0"].contains(&name.as_str()) {
            continue;
        }
        let (first, bytes) = (
            u32_at(entry, 116).unwrap_or(NO_SECTOR),
            u32_at(entry, 120).unwrap_or(0),
        );
        if bytes < smallest {
            return Err("its workbook is too short to hold a table".to_owned());
        }
        let mut stream = sectors.chain(first)?;
        stream.truncate(bytes as usize);
        return Ok(stream);
    }
    Err("it has no workbook".to_owned())
}
