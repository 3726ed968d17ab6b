//! Whole numbers of few bits: runs of equal ones between groups of eight, and differences.

use super::Outcome;
use super::thrift::{varint, zigzag};

/// The most numbers that a block of differences may have.
const LARGEST_BLOCK: u64 = 1 << 20;

const CUT: &str = "its numbers end too early";

/// The `width` bits from bit `from` on, the lowest first.
fn bits(bytes: &[u8], from: usize, width: usize) -> Option<u64> {
    let (first, shift) = (from / 8, from % 8);
    let rest = bytes.get(first..)?;
    // A number reaches over nine bytes at most.
    let needed = (shift + width).div_ceil(8);
    let mut all = [0; 16];
    all[..needed].copy_from_slice(rest.get(..needed)?);
    let all = u128::from_le_bytes(all) >> shift;
    Some((all & ((1 << width) - 1)) as u64)
}

/// Numbers in runs: equal ones once, others in groups of eight.
pub(super) struct Runs<'a> {
    bytes: &'a [u8],
    width: usize,
    /// Numbers that are left of the run.
    left: usize,
    run: Run,
}

#[derive(Clone, Copy)]
enum Run {
    Equal(u32),
    /// The bit at which the next number begins.
    Groups(usize),
}

impl<'a> Runs<'a> {
    /// Of numbers of `width` bits.
    pub(super) fn new(bytes: &'a [u8], width: usize) -> Outcome<Self> {
        match width {
            0..=32 => Ok(Self {
                bytes,
                width,
                left: 0,
                run: Run::Equal(0),
            }),
            _ => Err(format!("it has numbers of {width} bits")),
        }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Outcome<u32> {
        while self.left == 0 {
            self.begin()?;
        }
        self.left -= 1;
        match &mut self.run {
            Run::Equal(value) => Ok(*value),
            Run::Groups(at) => {
                let value = bits(self.bytes, *at, self.width).ok_or(CUT)?;
                *at += self.width;
                if self.left == 0 {
                    let end = at.div_ceil(8);
                    self.bytes = &self.bytes[end..];
                }
                Ok(value as u32)
            }
        }
    }

    fn begin(&mut self) -> Outcome<()> {
        let (head, length) = varint(self.bytes).ok_or(CUT)?;
        self.bytes = &self.bytes[length..];
        let count = usize::try_from(head >> 1).map_err(|_| CUT)?;
        if head & 1 == 1 {
            self.left = count.checked_mul(8).ok_or(CUT)?;
            self.run = Run::Groups(0);
            return Ok(());
        }
        let (value, rest) = self
            .bytes
            .split_at_checked(self.width.div_ceil(8))
            .ok_or(CUT)?;
        let mut all = [0; 4];
        all[..value.len()].copy_from_slice(value);
        self.bytes = rest;
        self.left = count;
        self.run = Run::Equal(u32::from_le_bytes(all));
        Ok(())
    }
}

/// Numbers as differences from one to the next (`DELTA_BINARY_PACKED`), in blocks with a least difference, of parts with
/// a width.
pub(super) struct Differences<'a> {
    bytes: &'a [u8],
    /// Parts of a block, and numbers in a part.
    parts: usize,
    each: usize,
    /// Numbers that are left.
    count: usize,
    last: i64,
    least: i64,
    /// The widths of the parts that are left of the block.
    widths: &'a [u8],
    width: usize,
    /// Numbers of the part that were read.
    read: usize,
}

impl<'a> Differences<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Outcome<Self> {
        let mut rest = bytes;
        let mut number = || {
            let (number, length) = varint(rest).ok_or(CUT)?;
            rest = &rest[length..];
            Ok::<u64, String>(number)
        };
        let (block, parts, count) = (number()?, number()?, number()?);
        let first = zigzag(number()?);
        let fits = parts > 0 && block <= LARGEST_BLOCK && block % parts == 0;
        let each = if fits { block / parts } else { 0 };
        if each == 0 || each % 8 != 0 {
            return Err(format!("it has blocks of {block} numbers in {parts} parts"));
        }
        Ok(Self {
            bytes: rest,
            parts: parts as usize,
            each: each as usize,
            count: usize::try_from(count).map_err(|_| CUT)?,
            last: first,
            least: 0,
            widths: &[],
            width: 0,
            // The first number stands before the blocks.
            read: usize::MAX,
        })
    }

    /// How many numbers are left.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn next(&mut self) -> Outcome<i64> {
        self.count = self.count.checked_sub(1).ok_or(CUT)?;
        if self.read == usize::MAX {
            self.read = self.each;
            return Ok(self.last);
        }
        if self.read == self.each {
            self.begin()?;
        }
        let difference = bits(self.bytes, self.read * self.width, self.width).ok_or(CUT)?;
        self.read += 1;
        let difference = self.least.wrapping_add(difference as i64);
        self.last = self.last.wrapping_add(difference);
        if self.read == self.each {
            self.bytes = &self.bytes[self.each * self.width / 8..];
            self.width = 0;
        }
        Ok(self.last)
    }

    /// The next part, and before it the next block.
    fn begin(&mut self) -> Outcome<()> {
        if self.widths.is_empty() {
            let (least, length) = varint(self.bytes).ok_or(CUT)?;
            self.least = zigzag(least);
            let rest = &self.bytes[length..];
            (self.widths, self.bytes) = rest.split_at_checked(self.parts).ok_or(CUT)?;
        }
        let (width, widths) = self.widths.split_first().ok_or(CUT)?;
        if *width > 64 {
            return Err(format!("it has numbers of {width} bits"));
        }
        (self.width, self.widths, self.read) = ((*width).into(), widths, 0);
        Ok(())
    }

    /// All numbers, of which there have to be `count`, and the bytes after them.
    pub(super) fn all(mut self, count: usize) -> Outcome<(Vec<i64>, &'a [u8])> {
        if self.count != count {
            return Err(format!("it has {} lengths of {count} texts", self.count));
        }
        let numbers: Vec<i64> = (0..count).map(|_| self.next()).collect::<Outcome<_>>()?;
        // The last part is whole, whether its numbers are needed or not.
        let begun = (1..self.each).contains(&self.read);
        let rest = match begun {
            true => self.bytes.get(self.each * self.width / 8..).ok_or(CUT)?,
            false => self.bytes,
        };
        Ok((numbers, rest))
    }
}
