//! Structs in Thrift's compact protocol, as which the footer and the headers of pages are written.
//!
//! They are gone through once, field by field, and nothing is kept of those that nobody asks for.

use super::Outcome;

/// Structs, lists and maps in each other that are passed over.
const DEEPEST: usize = 32;

/// The kinds of values.
mod kind {
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const MAP: u8 = 11;
    pub(super) const STRUCT: u8 = 12;
    pub(super) const UUID: u8 = 13;
}

/// What is left of some bytes.
pub(super) struct Thrift<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A value that comes next. It has to be read or passed over.
#[derive(Clone, Copy)]
pub(super) struct Kind(u8);

fn other() -> String {
    "a field is of another kind than it should be".to_owned()
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    fn take(&mut self, count: usize) -> Outcome<&'a [u8]> {
        let rest = &self.bytes[self.at..];
        let taken = rest.get(..count).ok_or("a struct does not end")?;
        self.at += count;
        Ok(taken)
    }

    fn byte(&mut self) -> Outcome<u8> {
        Ok(self.take(1)?[0])
    }

    fn varint(&mut self) -> Outcome<u64> {
        let read = varint(&self.bytes[self.at..]);
        let (value, length) = read.ok_or("a number does not end")?;
        self.at += length;
        Ok(value)
    }

    fn count(&mut self, count: u64) -> Outcome<usize> {
        let count = usize::try_from(count).ok();
        let left = self.bytes.len() - self.at;
        // The shortest element has a byte.
        let count = count.filter(|count| *count <= left);
        count.ok_or_else(|| "a list is longer than the file".to_owned())
    }

    /// Goes through the fields of a struct: `field` is told the number of each, and reads it.
    pub(super) fn fields(
        &mut self,
        mut field: impl FnMut(&mut Self, i64, Kind) -> Outcome<()>,
    ) -> Outcome<()> {
        let mut id = 0_i64;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Ok(());
            }
            id = match head >> 4 {
                0 => zigzag(self.varint()?),
                more => id.wrapping_add(more.into()),
            };
            field(self, id, Kind(head & 15))?;
        }
    }

    /// [`fields`](Self::fields) of a struct that is a field or an element.
    pub(super) fn structure(
        &mut self,
        of: Kind,
        field: impl FnMut(&mut Self, i64, Kind) -> Outcome<()>,
    ) -> Outcome<()> {
        match of.0 {
            kind::STRUCT => self.fields(field),
            _ => Err(other()),
        }
    }

    /// Goes through the elements of a list; `element` reads each.
    pub(super) fn list(
        &mut self,
        of: Kind,
        mut element: impl FnMut(&mut Self, Kind) -> Outcome<()>,
    ) -> Outcome<()> {
        if !matches!(of.0, kind::LIST | kind::SET) {
            return Err(other());
        }
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            few => few.into(),
        };
        for _ in 0..self.count(count)? {
            element(self, Kind(head & 15))?;
        }
        Ok(())
    }

    /// A whole number.
    pub(super) fn int(&mut self, of: Kind) -> Outcome<i64> {
        match of.0 {
            kind::BYTE => Ok(i64::from(self.byte()? as i8)),
            kind::I16..=kind::I64 => Ok(zigzag(self.varint()?)),
            _ => Err(other()),
        }
    }

    /// A whole number that is a size or a place.
    pub(super) fn size(&mut self, of: Kind) -> Outcome<usize> {
        let size = self.int(of)?;
        usize::try_from(size).map_err(|_| format!("a size is {size}"))
    }

    /// A truth value that is a field.
    pub(super) fn bool(&mut self, of: Kind) -> Outcome<bool> {
        match of.0 {
            kind::TRUE => Ok(true),
            kind::FALSE => Ok(false),
            _ => Err(other()),
        }
    }

    /// Bytes, or the bytes of a text.
    pub(super) fn binary(&mut self, of: Kind) -> Outcome<&'a [u8]> {
        if of.0 != kind::BINARY {
            return Err(other());
        }
        let length = self.varint()?;
        let length = self.count(length)?;
        self.take(length)
    }

    /// Passes a value over.
    pub(super) fn skip(&mut self, of: Kind) -> Outcome<()> {
        self.skip_at(of, DEEPEST)
    }

    fn skip_at(&mut self, of: Kind, depth: usize) -> Outcome<()> {
        let deeper = depth.checked_sub(1).ok_or("its structs nest too deeply")?;
        // Truth values are a byte each in lists, and none as fields.
        let element = move |thrift: &mut Self, of: Kind| match of.0 {
            kind::TRUE | kind::FALSE => thrift.byte().map(drop),
            _ => thrift.skip_at(of, deeper),
        };
        match of.0 {
            kind::TRUE | kind::FALSE => Ok(()),
            kind::BYTE => self.byte().map(drop),
            kind::I16..=kind::I64 => self.varint().map(drop),
            kind::DOUBLE => self.take(8).map(drop),
            kind::BINARY => self.binary(of).map(drop),
            kind::LIST | kind::SET => self.list(of, element),
            kind::MAP => {
                let count = self.varint()?;
                let count = self.count(count)?;
                if count > 0 {
                    let both = self.byte()?;
                    for _ in 0..count {
                        element(self, Kind(both >> 4))?;
                        element(self, Kind(both & 15))?;
                    }
                }
                Ok(())
            }
            kind::STRUCT => self.fields(|thrift, _, of| thrift.skip_at(of, deeper)),
            kind::UUID => self.take(16).map(drop),
            other => Err(format!("a field is of the unknown kind {other}")),
        }
    }
}

/// A number of seven bits a byte, the lowest first, and how many bytes it has; `None` if it does not end.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (i, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 127) << (7 * i);
        if byte & 128 == 0 {
            return Some((value, i + 1));
        }
    }
    None
}

/// A number whose sign is its lowest bit.
pub(super) fn zigzag(bits: u64) -> i64 {
    (bits >> 1) as i64 ^ -((bits & 1) as i64)
}
