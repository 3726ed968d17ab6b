//! NumPy's arrays: one in an NPY file, several in an NPZ file, which is a zip of NPY files.
//!
//! NPY begins with a magic number, a version and the length of a header; the header is a Python dictionary of type,
//! order and shape; the elements follow (NumPy Enhancement Proposal 1). What a header promises is compared with what the
//! file holds before memory is asked for.

mod archive;
mod error;
mod header;
mod pixels;

use std::io::Read;

use byteorder::{BigEndian, ByteOrder, LittleEndian};

pub(crate) use archive::{default_split, read_npz};
pub use error::NpyError;
use header::{Element, Header};

/// An array, its last axis running fastest.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Array {
    pub(crate) shape: Vec<usize>,
    pub(crate) elements: Elements,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Elements {
    Bytes(Vec<u8>),
    Reals32(Vec<f32>),
    Reals64(Vec<f64>),
}

impl Elements {
    fn is_empty(&self) -> bool {
        match self {
            Self::Bytes(bytes) => bytes.is_empty(),
            Self::Reals32(reals) => reals.is_empty(),
            Self::Reals64(reals) => reals.is_empty(),
        }
    }

    /// Every element in `f64`.
    fn values(&self) -> Vec<f64> {
        match self {
            Self::Bytes(bytes) => bytes.iter().map(|&x| f64::from(x)).collect(),
            Self::Reals32(reals) => reals.iter().map(|&x| f64::from(x)).collect(),
            Self::Reals64(reals) => reals.clone(),
        }
    }

    /// The first element that is infinite or no number, and its place.
    fn not_finite(&self) -> Option<(usize, f64)> {
        match self {
            Self::Bytes(_) => None,
            Self::Reals32(reals) => {
                let place = reals.iter().position(|x| !x.is_finite())?;
                Some((place, f64::from(reals[place])))
            }
            Self::Reals64(reals) => {
                let place = reals.iter().position(|x| !x.is_finite())?;
                Some((place, reals[place]))
            }
        }
    }
}

impl Array {
    /// Reads an NPY file of at most `most` bytes; `name` is for messages.
    pub(crate) fn read(name: &str, mut reader: impl Read, most: u64) -> Result<Self, NpyError> {
        let header = Header::read(name, &mut reader)?;
        let size = u64::from(header.element.size());
        let count = header
            .shape
            .iter()
            .try_fold(1u64, |product, &axis| product.checked_mul(axis as u64));
        let expected = count
            .and_then(|count| count.checked_mul(size))
            .unwrap_or(u64::MAX);
        let wrong = |found| NpyError::Size {
            array: name.into(),
            shape: header.shape.clone(),
            expected,
            found,
        };
        if expected > most {
            return Err(wrong(most));
        }
        let mut bytes = Vec::new();
        // Room at once, so that no block is copied into a larger one; it is no more than there are bytes for.
        if usize::try_from(expected).map(|room| bytes.try_reserve_exact(room.saturating_add(1)))
            != Ok(Ok(()))
        {
            return Err(NpyError::Memory {
                array: name.into(),
                bytes: expected,
            });
        }
        // One byte more than there should be shows whether there are more.
        match reader.take(expected + 1).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 == expected => {}
            Ok(_) => return Err(wrong(bytes.len() as u64)),
            Err(e) => return Err(NpyError::Unpack(name.into(), e.to_string())),
        }
        let array = Self {
            elements: elements(header.element, bytes),
            shape: header.shape,
        };
        // Without elements there is nothing to move, and an axis may be of any size.
        let moved = header.fortran && !array.elements.is_empty();
        Ok(if moved { array.transposed() } else { array })
    }

    /// How many rows: the size of the first axis.
    pub(crate) fn rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// The elements of an array whose first axis ran fastest, in the usual order.
    fn transposed(self) -> Self {
        let strides: Vec<usize> = self
            .shape
            .iter()
            .scan(1, |stride, &axis| {
                let this = *stride;
                *stride *= axis;
                Some(this)
            })
            .collect();
        self.permuted(&strides)
    }

    /// The array of the same shape whose element at an index is found at these strides in this one.
    fn permuted(self, strides: &[usize]) -> Self {
        let places = places(&self.shape, strides);
        Self {
            elements: match self.elements {
                Elements::Bytes(x) => Elements::Bytes(places.iter().map(|&p| x[p]).collect()),
                Elements::Reals32(x) => Elements::Reals32(places.iter().map(|&p| x[p]).collect()),
                Elements::Reals64(x) => Elements::Reals64(places.iter().map(|&p| x[p]).collect()),
            },
            shape: self.shape,
        }
    }

    /// `[rows, height, width, channels]` as `[rows, channels, height, width]`.
    pub(crate) fn channels_first(mut self) -> Self {
        let [n, h, w, c] = self.shape[..] else {
            return self;
        };
        self.shape = vec![n, c, h, w];
        self.permuted(&[h * w * c, 1, w * c, c])
    }
}

/// Where each element lies, in the order of the indices.
fn places(shape: &[usize], strides: &[usize]) -> Vec<usize> {
    let mut places = vec![0];
    for (&axis, &stride) in shape.iter().zip(strides) {
        places = places
            .into_iter()
            .flat_map(|start| (0..axis).map(move |i| start + i * stride))
            .collect();
    }
    places
}

fn elements(element: Element, bytes: Vec<u8>) -> Elements {
    if element.big_endian {
        decoded::<BigEndian>(element, bytes)
    } else {
        decoded::<LittleEndian>(element, bytes)
    }
}

fn decoded<E: ByteOrder>(element: Element, bytes: Vec<u8>) -> Elements {
    let reals = |read: fn(&[u8]) -> f64| {
        let cells = bytes.chunks_exact(element.size() as usize);
        Elements::Reals64(cells.map(read).collect())
    };
    use header::Number::*;
    match element.number {
        Byte => Elements::Bytes(bytes),
        Single => Elements::Reals32(bytes.chunks_exact(4).map(E::read_f32).collect()),
        Double => reals(E::read_f64),
        Signed(1) => reals(|cell| f64::from(cell[0] as i8)),
        Signed(2) => reals(|cell| f64::from(E::read_i16(cell))),
        Signed(4) => reals(|cell| f64::from(E::read_i32(cell))),
        Signed(_) => reals(|cell| E::read_i64(cell) as f64),
        Unsigned(2) => reals(|cell| f64::from(E::read_u16(cell))),
        Unsigned(4) => reals(|cell| f64::from(E::read_u32(cell))),
        Unsigned(_) => reals(|cell| E::read_u64(cell) as f64),
    }
}

#[cfg(test)]
mod tests;
