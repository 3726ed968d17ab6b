//! Where the elements of a tensor lie: shape, strides and offset.

use std::fmt;
use std::ops::Deref;

/// The largest number of axes. Shapes live inside the tensor, so none of them touches the heap.
pub const MAX_RANK: usize = 6;

/// The sizes of the axes of a tensor, outermost first.
#[derive(Clone, Copy, Eq, Default)]
pub struct Dims {
    sizes: [usize; MAX_RANK],
    rank: u8,
}

impl Dims {
    /// From a slice of sizes.
    ///
    /// # Panics
    /// With more than [`MAX_RANK`] axes, or more elements than can be addressed.
    #[track_caller]
    #[inline]
    pub fn new(sizes: &[usize]) -> Self {
        assert!(
            sizes.len() <= MAX_RANK,
            "shape {sizes:?} has {} axes; a tensor has at most {MAX_RANK}",
            sizes.len()
        );
        let mut count = 1usize;
        for s in sizes.iter().filter(|s| **s > 0) {
            match count.checked_mul(*s).filter(|c| *c <= isize::MAX as usize) {
                Some(product) => count = product,
                None => panic!("shape {sizes:?} has more elements than can be addressed"),
            }
        }
        let mut d = Self::default();
        d.sizes[..sizes.len()].copy_from_slice(sizes);
        d.rank = sizes.len() as u8;
        d
    }

    /// The number of elements.
    #[inline]
    pub fn count(&self) -> usize {
        self.iter().product()
    }

    /// The shape without, or with size 1 at, the axes that `drop` names.
    pub(crate) fn reduced(&self, drop: &AxisSet, keep: bool) -> Self {
        let mut d = Self::default();
        for (axis, size) in self.iter().enumerate() {
            if !drop.has(axis) {
                d.push(*size);
            } else if keep {
                d.push(1);
            }
        }
        d
    }

    #[track_caller]
    #[inline]
    pub(crate) fn push(&mut self, size: usize) {
        assert!(
            (self.rank as usize) < MAX_RANK,
            "a tensor has at most {MAX_RANK} axes"
        );
        self.sizes[self.rank as usize] = size;
        self.rank += 1;
    }

    #[inline]
    pub(crate) fn with(mut self, axis: usize, size: usize) -> Self {
        self[..][axis] = size;
        self
    }

    /// The shape of two operands of an elementwise operation, as NumPy broadcasts; `None` if they do not fit.
    #[inline]
    pub(crate) fn broadcast(&self, other: &Self) -> Option<Self> {
        if self == other {
            return Some(*self);
        }
        self.stretched(other)
    }

    /// [`broadcast`](Self::broadcast) of unlike shapes.
    fn stretched(&self, other: &Self) -> Option<Self> {
        let (long, short) = if self.rank >= other.rank {
            (self, other)
        } else {
            (other, self)
        };
        let mut d = *long;
        let skip = long.len() - short.len();
        for (axis, s) in short.iter().enumerate() {
            let l = &mut d.sizes[skip + axis];
            if *l == 1 {
                *l = *s;
            } else if *s != 1 && s != l {
                return None;
            }
        }
        Some(d)
    }
}

impl PartialEq for Dims {
    /// Axis by axis: shapes are short, and a call to compare memory costs more than the whole of a small operation.
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.rank == other.rank && self.iter().zip(other.iter()).all(|(a, b)| a == b)
    }
}

/// So that a shape can be compared with `[2, 3]`.
impl<const N: usize> PartialEq<[usize; N]> for Dims {
    fn eq(&self, other: &[usize; N]) -> bool {
        **self == other[..]
    }
}

impl Deref for Dims {
    type Target = [usize];
    #[inline]
    fn deref(&self) -> &[usize] {
        &self.sizes[..self.rank as usize]
    }
}

impl std::ops::DerefMut for Dims {
    #[inline]
    fn deref_mut(&mut self) -> &mut [usize] {
        &mut self.sizes[..self.rank as usize]
    }
}

impl fmt::Debug for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

/// A set of axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) struct AxisSet(u8);

impl AxisSet {
    /// From axis numbers, each below `rank` and named once; the error says which is not.
    pub(crate) fn new(axes: &[usize], rank: usize) -> Result<Self, String> {
        let mut set = Self(0);
        for a in axes {
            if *a >= rank {
                return Err(format!("axis {a} of a tensor with {rank} axes"));
            }
            if set.has(*a) {
                return Err(format!("axis {a} is named twice"));
            }
            set.insert(*a);
        }
        Ok(set)
    }

    pub(crate) fn insert(&mut self, axis: usize) {
        self.0 |= 1 << axis;
    }

    pub(crate) fn all(rank: usize) -> Self {
        Self(((1u16 << rank) - 1) as u8)
    }

    pub(crate) fn has(self, axis: usize) -> bool {
        self.0 >> axis & 1 == 1
    }
}

/// Shape, strides (in elements) and the position of the first element in the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) shape: Dims,
    strides: [isize; MAX_RANK],
    pub(crate) offset: usize,
}

impl Layout {
    /// Row-major from the start of the storage.
    #[inline]
    pub(crate) fn contiguous(shape: Dims) -> Self {
        Self {
            shape,
            strides: row_major(&shape),
            offset: 0,
        }
    }

    #[inline]
    pub(crate) fn strides(&self) -> &[isize] {
        &self.strides[..self.shape.len()]
    }

    /// Are the elements a run in row-major order? (Strides of axes of size 1 do not matter.)
    #[inline]
    pub(crate) fn is_contiguous(&self) -> bool {
        let mut expected = 1isize;
        for (size, stride) in self.shape.iter().zip(self.strides()).rev() {
            if *size != 1 {
                if *stride != expected {
                    // Without elements, strides do not matter.
                    return self.shape.contains(&0);
                }
                expected *= *size as isize;
            }
        }
        true
    }

    /// Axis `i` of the result is axis `axes[i]` of this.
    pub(crate) fn permute(&self, axes: &[usize]) -> Self {
        let mut l = *self;
        for (i, a) in axes.iter().enumerate() {
            l.shape[i] = self.shape[*a];
            l.strides[i] = self.strides[*a];
        }
        l
    }

    /// `len` elements of an axis, from `start` on, `step` apart (negative: backwards).
    pub(crate) fn slice(&self, axis: usize, start: usize, len: usize, step: isize) -> Self {
        let mut l = *self;
        if len > 0 {
            l.offset = (l.offset as isize + start as isize * l.strides[axis]) as usize;
        }
        l.strides[axis] *= step;
        l.shape[axis] = len;
        l
    }

    /// The same elements seen as `shape`, repeating axes of size 1 and new outer axes; `None` if it does not fit.
    pub(crate) fn broadcast_to(&self, shape: &Dims) -> Option<Self> {
        let skip = shape.len().checked_sub(self.shape.len())?;
        let mut l = Self {
            shape: *shape,
            strides: [0; MAX_RANK],
            offset: self.offset,
        };
        for (axis, (size, stride)) in self.shape.iter().zip(self.strides()).enumerate() {
            if *size == shape[skip + axis] {
                l.strides[skip + axis] = *stride;
            } else if *size != 1 {
                return None;
            }
        }
        Some(l)
    }

    /// The same elements, in order, under another shape of as many elements; `None` if only a copy can do that.
    pub(crate) fn reshape(&self, shape: &Dims) -> Option<Self> {
        debug_assert_eq!(shape.count(), self.shape.count());
        let mut l = Self {
            shape: *shape,
            strides: row_major(shape),
            offset: self.offset,
        };
        if self.is_contiguous() {
            return Some(l);
        }
        // Old axes without those of size 1, merged greedily against runs of new axes.
        let mut old = self
            .shape
            .iter()
            .zip(self.strides())
            .filter(|(s, _)| **s != 1)
            .map(|(s, d)| (*s, *d))
            .peekable();
        let mut axis = 0;
        while let Some((mut run, mut stride)) = old.next() {
            let first = axis;
            let mut covered = 1;
            while covered < run || axis < shape.len() && shape[axis] == 1 {
                covered *= shape[axis];
                axis += 1;
                while covered > run {
                    let (size, next) = old.next()?;
                    if stride != next * size as isize {
                        return None;
                    }
                    run *= size;
                    stride = next;
                }
            }
            if covered != run {
                return None;
            }
            let mut s = stride;
            for a in (first..axis).rev() {
                l.strides[a] = s;
                s *= shape[a] as isize;
            }
        }
        Some(l)
    }

    /// With an axis of size 1 put in before `axis`.
    pub(crate) fn unsqueeze(&self, axis: usize) -> Self {
        let rank = self.shape.len();
        let mut l = *self;
        l.shape.push(1);
        l.shape[axis..].rotate_right(1);
        l.strides[axis..=rank].rotate_right(1);
        l.strides[axis] = 0;
        l
    }

    /// Without an axis of size 1.
    pub(crate) fn squeeze(&self, axis: usize) -> Self {
        let mut shape = Dims::default();
        let mut strides = [0; MAX_RANK];
        for (a, (size, stride)) in self.shape.iter().zip(self.strides()).enumerate() {
            if a != axis {
                strides[shape.len()] = *stride;
                shape.push(*size);
            }
        }
        Self {
            shape,
            strides,
            offset: self.offset,
        }
    }

    /// The storage position of the element at an index.
    #[inline]
    pub(crate) fn position(&self, index: &[usize]) -> usize {
        let step: isize = index
            .iter()
            .zip(self.strides())
            .map(|(i, s)| *i as isize * s)
            .sum();
        (self.offset as isize + step) as usize
    }
}

#[inline]
fn row_major(shape: &Dims) -> [isize; MAX_RANK] {
    let mut strides = [0; MAX_RANK];
    let mut step = 1isize;
    for axis in (0..shape.len()).rev() {
        strides[axis] = step;
        step *= shape[axis].max(1) as isize;
    }
    strides
}
