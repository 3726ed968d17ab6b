//! The pages of a column: headers, compression, checksums.

use std::borrow::Cow;
use std::io::Read;

use flate2::Crc;
use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;

use super::thrift::{Kind, Thrift};
use super::{Outcome, Room};

/// The window of a zstd frame that every reader should have room for (RFC 8878, section 3.1.1.1.2).
const WINDOW: u64 = 8 << 20;

/// What stands on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Dictionary,
    /// Values, with the lengths of the levels before them if these are not in the values' bytes.
    Values(Option<Levels>),
    /// Nothing that is needed.
    Other,
}

/// The bytes of levels that stand before the values and are not compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Levels {
    repetition: usize,
    definition: usize,
    /// Whether the values are compressed.
    packed: bool,
}

/// A page.
pub(super) struct Page<'a> {
    pub(super) content: Content,
    /// How many values it has, missing ones among them.
    pub(super) count: usize,
    pub(super) encoding: i64,
    /// Its levels, if they stand apart.
    pub(super) levels: &'a [u8],
    pub(super) bytes: Cow<'a, [u8]>,
}

/// The pages of a column.
pub(super) struct Pages<'a> {
    bytes: &'a [u8],
    codec: i64,
}

impl<'a> Pages<'a> {
    pub(super) fn new(bytes: &'a [u8], codec: i64) -> Self {
        Self { bytes, codec }
    }

    /// The next page.
    ///
    /// # Errors
    /// If there is none, or it is damaged, or there is no room for it.
    pub(super) fn next(&mut self, room: &mut Room) -> Outcome<Page<'a>> {
        let mut thrift = Thrift::new(self.bytes);
        let header = Header::of(&mut thrift)?;
        let rest = &self.bytes[thrift.at()..];
        let end = "a page does not end within its column";
        let (stored, rest) = rest.split_at_checked(header.stored).ok_or(end)?;
        self.bytes = rest;
        header.check(stored)?;
        let (levels, stored, codec) = match header.content {
            Content::Other => (&[][..], &[][..], 0),
            Content::Values(Some(levels)) => {
                let (repetition, rest) = stored.split_at_checked(levels.repetition).ok_or(end)?;
                let (definition, rest) = rest.split_at_checked(levels.definition).ok_or(end)?;
                if !repetition.is_empty() {
                    return Err("a column of single values has lists".to_owned());
                }
                let codec = if levels.packed { self.codec } else { 0 };
                (definition, rest, codec)
            }
            Content::Dictionary | Content::Values(None) => (&[][..], stored, self.codec),
        };
        let size = match header.content {
            Content::Other => 0,
            _ => header.size.checked_sub(levels.len()).ok_or(end)?,
        };
        room.take(size)?;
        Ok(Page {
            content: header.content,
            count: header.count,
            encoding: header.encoding,
            levels,
            bytes: unpacked(stored, size, codec)?,
        })
    }
}

struct Header {
    content: Content,
    /// The bytes that it has in the file.
    stored: usize,
    /// The bytes that it has when it is unpacked.
    size: usize,
    count: usize,
    encoding: i64,
    checksum: Option<u32>,
}

impl Header {
    fn of(thrift: &mut Thrift<'_>) -> Outcome<Self> {
        let mut header = Self {
            content: Content::Other,
            stored: 0,
            size: 0,
            count: 0,
            encoding: 0,
            checksum: None,
        };
        let mut levels = Levels {
            repetition: 0,
            definition: 0,
            packed: true,
        };
        let mut kind_of_page = None;
        thrift.fields(|thrift, id, kind| match id {
            1 => thrift.int(kind).map(|kind| kind_of_page = Some(kind)),
            2 => thrift.size(kind).map(|size| header.size = size),
            3 => thrift.size(kind).map(|stored| header.stored = stored),
            4 => thrift
                .int(kind)
                .map(|sum| header.checksum = Some(sum as u32)),
            5 | 7 => thrift.structure(kind, |thrift, id, kind| header.values(thrift, id, kind)),
            8 => thrift.structure(kind, |thrift, id, kind| match id {
                1 => thrift.size(kind).map(|count| header.count = count),
                4 => thrift.int(kind).map(|encoding| header.encoding = encoding),
                5 => thrift.size(kind).map(|length| levels.definition = length),
                6 => thrift.size(kind).map(|length| levels.repetition = length),
                7 => thrift.bool(kind).map(|packed| levels.packed = packed),
                _ => thrift.skip(kind),
            }),
            _ => thrift.skip(kind),
        })?;
        header.content = match kind_of_page {
            Some(0) => Content::Values(None),
            Some(1) => Content::Other,
            Some(2) => Content::Dictionary,
            Some(3) => Content::Values(Some(levels)),
            _ => return Err("a page is of no known kind".to_owned()),
        };
        Ok(header)
    }

    /// A field of the header of values, or of a dictionary's.
    fn values(&mut self, thrift: &mut Thrift<'_>, id: i64, kind: Kind) -> Outcome<()> {
        match id {
            1 => thrift.size(kind).map(|count| self.count = count),
            2 => thrift.int(kind).map(|encoding| self.encoding = encoding),
            _ => thrift.skip(kind),
        }
    }

    fn check(&self, stored: &[u8]) -> Outcome<()> {
        let Some(expected) = self.checksum else {
            return Ok(());
        };
        let mut sum = Crc::new();
        sum.update(stored);
        match sum.sum() == expected {
            true => Ok(()),
            false => Err("a page is damaged: its checksum is another".to_owned()),
        }
    }
}

/// The bytes of a page, which are `size` when they are unpacked.
fn unpacked(stored: &[u8], size: usize, codec: i64) -> Outcome<Cow<'_, [u8]>> {
    let damaged = |what: &dyn std::fmt::Display| format!("a page cannot be unpacked: {what}");
    let mut bytes = Vec::new();
    match codec {
        0 if stored.len() == size => return Ok(Cow::Borrowed(stored)),
        0 => {}
        _ if size == 0 => return Ok(Cow::Borrowed(&[])),
        1 => {
            bytes = zeros(size)?;
            let length = snap::raw::Decoder::new().decompress(stored, &mut bytes);
            bytes.truncate(length.map_err(|e| damaged(&e))?);
        }
        2 => read(MultiGzDecoder::new(stored), size, &mut bytes).map_err(|e| damaged(&e))?,
        6 => {
            let window = WINDOW.max(size as u64);
            let decoder = StreamingDecoder::new_with_max_window_size(stored, window);
            let decoder = decoder.map_err(|e| damaged(&e))?;
            read(decoder, size, &mut bytes).map_err(|e| damaged(&e))?;
        }
        other => {
            let name = match other {
                3 => "LZO",
                4 => "Brotli",
                5 | 7 => "LZ4",
                _ => "an unknown method",
            };
            return Err(format!(
                "it is compressed with {name}; write it with snappy, gzip, zstd or none"
            ));
        }
    }
    match bytes.len() == size {
        true => Ok(Cow::Owned(bytes)),
        false => Err("a page has another size than its header says".to_owned()),
    }
}

/// Reads what there is, and one byte more than there should be at most.
fn read(from: impl Read, size: usize, bytes: &mut Vec<u8>) -> std::io::Result<()> {
    bytes.try_reserve_exact(size)?;
    from.take(size as u64 + 1).read_to_end(bytes).map(drop)
}

fn zeros(size: usize) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let room = bytes.try_reserve_exact(size);
    room.map_err(|_| format!("there is no memory for a page of {size} bytes"))?;
    bytes.resize(size, 0);
    Ok(bytes)
}
