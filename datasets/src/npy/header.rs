//! The header of an NPY file.

use std::io::Read;

use byteorder::{LittleEndian, ReadBytesExt};

use super::NpyError;

/// The longest header read: NumPy's own limit is 10 000 characters.
const LONGEST: usize = 1 << 16;

/// What a header says.
#[derive(Debug, PartialEq)]
pub(super) struct Header {
    pub(super) element: Element,
    /// Whether the first axis runs fastest.
    pub(super) fortran: bool,
    pub(super) shape: Vec<usize>,
}

/// The type of an element.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Element {
    pub(super) number: Number,
    pub(super) big_endian: bool,
}

/// What kind of number, and of how many bytes where that differs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Number {
    Byte,
    Signed(u8),
    Unsigned(u8),
    Single,
    Double,
}

impl Element {
    /// How many bytes one has.
    pub(super) fn size(self) -> u8 {
        match self.number {
            Number::Byte => 1,
            Number::Single => 4,
            Number::Double => 8,
            Number::Signed(size) | Number::Unsigned(size) => size,
        }
    }

    /// From the way NumPy writes it, `<f8` for example; `None` for what is not read.
    fn parse(text: &str) -> Option<Self> {
        let order = text.chars().next()?;
        let number = match &text[order.len_utf8()..] {
            // Truth is a byte of 0 or 1.
            "u1" | "b1" => Number::Byte,
            "u2" => Number::Unsigned(2),
            "u4" => Number::Unsigned(4),
            "u8" => Number::Unsigned(8),
            "i1" => Number::Signed(1),
            "i2" => Number::Signed(2),
            "i4" => Number::Signed(4),
            "i8" => Number::Signed(8),
            "f4" => Number::Single,
            "f8" => Number::Double,
            _ => return None,
        };
        let big_endian = match order {
            '>' => true,
            '<' | '|' => false,
            _ => return None,
        };
        Some(Self { number, big_endian })
    }
}

impl Header {
    /// Reads it, up to the first byte of the elements.
    pub(super) fn read(name: &str, reader: &mut impl Read) -> Result<Self, NpyError> {
        let wrong = |why: &str| NpyError::Header(name.into(), why.into());
        let short = |_| wrong("it ends within its header");
        let mut magic = [0; 8];
        reader.read_exact(&mut magic).map_err(short)?;
        let [b'\x93', b'N', b'U', b'M', b'P', b'Y', version, _] = magic else {
            return Err(wrong("it begins with other bytes"));
        };
        let length = match version {
            1 => reader.read_u16::<LittleEndian>().map(usize::from),
            2 | 3 => reader.read_u32::<LittleEndian>().map(|n| n as usize),
            _ => return Err(wrong("its version is not known")),
        };
        let length = length.map_err(short)?;
        if length > LONGEST {
            return Err(wrong("its header is too long"));
        }
        let mut bytes = vec![0; length];
        reader.read_exact(&mut bytes).map_err(short)?;
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong("its header is no text"))?;
        let [element, fortran, shape] =
            fields(text).ok_or_else(|| wrong("its header does not give type, order and shape"))?;
        Ok(Self {
            element: Element::parse(element.trim_matches(['\'', '"']))
                .ok_or_else(|| NpyError::Element(name.into(), element.into()))?,
            fortran: match fortran {
                "True" => true,
                "False" => false,
                _ => return Err(wrong("its order is neither True nor False")),
            },
            shape: shape_of(shape).ok_or_else(|| wrong("its shape is no tuple of sizes"))?,
        })
    }
}

/// The values of the three entries of a header, as they are written.
fn fields(text: &str) -> Option<[&str; 3]> {
    let inside = text.trim().strip_prefix('{')?.strip_suffix('}')?;
    let value = |key: &str| {
        let start = ['\'', '"'].iter().find_map(|quote| {
            let key = format!("{quote}{key}{quote}");
            inside.find(&key).map(|at| at + key.len())
        })?;
        let rest = inside[start..].trim_start().strip_prefix(':')?.trim_start();
        let end = match rest.as_bytes().first()? {
            b'(' => rest.find(')')? + 1,
            b'[' => rest.rfind(']')? + 1,
            _ => rest.find(',').unwrap_or(rest.len()),
        };
        Some(rest[..end].trim_end())
    };
    Some([value("descr")?, value("fortran_order")?, value("shape")?])
}

/// `(3, 4)`, `(3,)` or `()`.
fn shape_of(text: &str) -> Option<Vec<usize>> {
    let inside = text.strip_prefix('(')?.strip_suffix(')')?.trim();
    let inside = inside.strip_suffix(',').unwrap_or(inside);
    if inside.is_empty() {
        return Some(Vec::new());
    }
    inside
        .split(',')
        .map(|size| size.trim().parse().ok())
        .collect()
}
