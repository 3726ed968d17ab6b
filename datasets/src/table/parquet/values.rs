//! The values of a page, in whatever encoding.

use super::Outcome;
use super::bits::{Differences, Runs};
use super::schema::Stored;

const CUT: &str = "its values end too early";

/// A value as it is stored.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Bool(bool),
    Int(i64),
    Single(f32),
    Double(f64),
    Bytes(&'a [u8]),
    /// The one of this number in the dictionary.
    Entry(u32),
}

/// The values of a page, from the first to the last.
pub(super) enum Values<'a> {
    /// One after the other.
    Plain {
        bytes: &'a [u8],
        stored: Stored,
    },
    /// Truth values, a bit each.
    Bits {
        bytes: &'a [u8],
        at: usize,
    },
    Entries(Runs<'a>),
    Truths(Runs<'a>),
    Differences {
        numbers: Differences<'a>,
        narrow: bool,
    },
    /// Bytes whose lengths stand before them.
    Lengths {
        lengths: std::vec::IntoIter<i64>,
        bytes: &'a [u8],
    },
    /// Bytes of which only the ends stand there: they begin as the ones before.
    Ends {
        shared: std::vec::IntoIter<i64>,
        lengths: std::vec::IntoIter<i64>,
        bytes: &'a [u8],
        last: Vec<u8>,
    },
    /// The first bytes of all numbers, the second ones, and so on.
    Streams {
        bytes: &'a [u8],
        at: usize,
        count: usize,
        stored: Stored,
        value: Vec<u8>,
    },
}

impl<'a> Values<'a> {
    /// Those of a page with so many that are there.
    ///
    /// # Errors
    /// If the encoding is not for values that are stored so.
    pub(super) fn new(
        bytes: &'a [u8],
        encoding: i64,
        stored: Stored,
        count: usize,
    ) -> Outcome<Self> {
        let of_bytes = matches!(stored, Stored::Bytes | Stored::Fixed(_));
        Ok(match encoding {
            // Whatever they are, there are none.
            _ if count == 0 => Self::Bits { bytes: &[], at: 0 },
            0 if stored == Stored::Boolean => Self::Bits { bytes, at: 0 },
            0 => Self::Plain { bytes, stored },
            2 | 8 => {
                let (width, runs) = bytes.split_first().ok_or(CUT)?;
                Self::Entries(Runs::new(runs, (*width).into())?)
            }
            3 if stored == Stored::Boolean => {
                let (length, rest) = bytes.split_first_chunk().ok_or(CUT)?;
                let length = u32::from_le_bytes(*length) as usize;
                Self::Truths(Runs::new(rest.get(..length).ok_or(CUT)?, 1)?)
            }
            5 if matches!(stored, Stored::Int32 | Stored::Int64) => {
                let numbers = Differences::new(bytes)?;
                if numbers.len() != count {
                    return Err(format!(
                        "it has {} numbers for {count} cells",
                        numbers.len()
                    ));
                }
                Self::Differences {
                    numbers,
                    narrow: stored == Stored::Int32,
                }
            }
            6 if stored == Stored::Bytes => {
                let (lengths, bytes) = Differences::new(bytes)?.all(count)?;
                Self::Lengths {
                    lengths: lengths.into_iter(),
                    bytes,
                }
            }
            7 if of_bytes => {
                let (shared, rest) = Differences::new(bytes)?.all(count)?;
                let (lengths, bytes) = Differences::new(rest)?.all(count)?;
                Self::Ends {
                    shared: shared.into_iter(),
                    lengths: lengths.into_iter(),
                    bytes,
                    last: Vec::new(),
                }
            }
            9 if stored.width().is_some() => {
                let width = stored.width().unwrap_or(0);
                if count.checked_mul(width) != Some(bytes.len()) {
                    return Err(CUT.to_owned());
                }
                Self::Streams {
                    bytes,
                    at: 0,
                    count,
                    stored,
                    value: vec![0; width],
                }
            }
            other => return Err(format!("it has the encoding {other}, which is not known")),
        })
    }

    /// Which of so many values are there, from the levels of a column that is no list.
    pub(super) fn levels(bytes: &[u8], count: usize) -> Outcome<Vec<bool>> {
        let mut levels = Runs::new(bytes, 1)?;
        (0..count).map(|_| Ok(levels.next()? == 1)).collect()
    }

    /// The next value.
    #[inline]
    pub(super) fn next(&mut self) -> Outcome<Value<'_>> {
        Ok(match self {
            Self::Plain { bytes, stored } => {
                let length = match stored.width() {
                    Some(width) => width,
                    None => {
                        let (length, rest) = bytes.split_first_chunk().ok_or(CUT)?;
                        *bytes = rest;
                        u32::from_le_bytes(*length) as usize
                    }
                };
                number(taken(bytes, length)?, *stored)
            }
            Self::Bits { bytes, at } => {
                let byte = bytes.get(*at / 8).ok_or(CUT)?;
                let bit = byte >> (*at % 8) & 1;
                *at += 1;
                Value::Bool(bit == 1)
            }
            Self::Entries(runs) => Value::Entry(runs.next()?),
            Self::Truths(runs) => Value::Bool(runs.next()? == 1),
            Self::Differences { numbers, narrow } => {
                let number = numbers.next()?;
                Value::Int(if *narrow {
                    (number as i32).into()
                } else {
                    number
                })
            }
            Self::Lengths { lengths, bytes } => {
                Value::Bytes(taken(bytes, length(lengths.next())?)?)
            }
            Self::Ends {
                shared,
                lengths,
                bytes,
                last,
            } => {
                let (shared, length) = (length(shared.next())?, length(lengths.next())?);
                if shared > last.len() {
                    return Err("a text begins as a longer one".to_owned());
                }
                last.truncate(shared);
                last.extend_from_slice(taken(bytes, length)?);
                Value::Bytes(last)
            }
            Self::Streams {
                bytes,
                at,
                count,
                stored,
                value,
            } => {
                for (i, byte) in value.iter_mut().enumerate() {
                    *byte = *bytes.get(i * *count + *at).ok_or(CUT)?;
                }
                *at += 1;
                number(value, *stored)
            }
        })
    }
}

fn length(length: Option<i64>) -> Outcome<usize> {
    let length = length.and_then(|length| usize::try_from(length).ok());
    length.ok_or_else(|| "a text has no length".to_owned())
}

/// The first bytes, which are taken away.
fn taken<'a>(bytes: &mut &'a [u8], count: usize) -> Outcome<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(count).ok_or(CUT)?;
    *bytes = rest;
    Ok(taken)
}

/// What bytes of the right number say, the lowest first.
fn number(bytes: &[u8], stored: Stored) -> Value<'_> {
    match (stored, bytes.first_chunk(), bytes.first_chunk()) {
        (Stored::Int32, Some(four), _) => Value::Int(i32::from_le_bytes(*four).into()),
        (Stored::Float, Some(four), _) => Value::Single(f32::from_le_bytes(*four)),
        (Stored::Int64, _, Some(eight)) => Value::Int(i64::from_le_bytes(*eight)),
        (Stored::Double, _, Some(eight)) => Value::Double(f64::from_le_bytes(*eight)),
        _ => Value::Bytes(bytes),
    }
}
