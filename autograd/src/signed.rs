//! Axes, sizes and ranges as callers write them: negative numbers count from the end.

use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

use crate::layout::{Dims, MAX_RANK};

/// An integer in the place of an axis, an index or a size: a `usize`, or a signed integer, where −1 is the last axis or
/// index, and the size that the number of elements leaves.
///
/// ```
/// use autograd::{Tensor, prelude::*};
/// let x = Tensor::<f32>::arange(24).reshape(&[2, -1, 4]);
/// assert_eq!(x.shape(), [2, 3, 4]);
/// assert_eq!(x.sum_axes(&[-1]), x.sum_axes(&[2]));
/// ```
pub trait Signed: Copy {
    /// As a signed integer; what is too large for one, as the largest.
    fn signed(self) -> isize;
}

macro_rules! signed {
    ($($t:ty)*) => {$(
        impl Signed for $t {
            #[inline]
            fn signed(self) -> isize {
                isize::try_from(self).unwrap_or(isize::MAX)
            }
        }
    )*};
}
signed!(usize isize i32);

/// The axis as a number from 0 on. One past the end stays, for the operation to refuse.
#[inline]
#[track_caller]
pub(crate) fn axis_of(what: &str, dims: &Dims, axis: impl Signed) -> usize {
    place_of(what, dims, dims.len(), axis)
}

/// As [`axis_of`], where an axis is put in: −1 is the place after the last.
#[inline]
#[track_caller]
pub(crate) fn new_axis_of(what: &str, dims: &Dims, axis: impl Signed) -> usize {
    place_of(what, dims, dims.len() + 1, axis)
}

#[inline]
#[track_caller]
fn place_of(what: &str, dims: &Dims, places: usize, axis: impl Signed) -> usize {
    let axis = axis.signed();
    match usize::try_from(axis) {
        Ok(axis) => axis,
        Err(_) => match places.checked_sub(axis.unsigned_abs()) {
            Some(axis) => axis,
            None => panic!("{what} of shape {dims:?}: it has no axis {axis}"),
        },
    }
}

/// Axes as numbers from 0 on. Of a longer list only so many are kept that one of them is wrong or named twice.
pub(crate) struct Axes {
    list: [usize; MAX_RANK + 1],
    len: usize,
}

impl Axes {
    #[inline]
    #[track_caller]
    pub(crate) fn new(what: &str, dims: &Dims, axes: &[impl Signed]) -> Self {
        let mut found = Self {
            list: [0; MAX_RANK + 1],
            len: axes.len().min(MAX_RANK + 1),
        };
        for (place, axis) in found.list.iter_mut().zip(axes) {
            *place = axis_of(what, dims, *axis);
        }
        found
    }
}

impl std::ops::Deref for Axes {
    type Target = [usize];
    #[inline]
    fn deref(&self) -> &[usize] {
        &self.list[..self.len]
    }
}

/// The shape that `dims` is reshaped to; one size of −1 is what the others leave.
#[track_caller]
pub(crate) fn sizes_of(dims: &Dims, shape: &[impl Signed]) -> Dims {
    let asked = || shape.iter().map(|s| s.signed()).collect::<Vec<_>>();
    if shape.len() > MAX_RANK {
        let sizes = asked().iter().map(|s| s.unsigned_abs()).collect::<Vec<_>>();
        return Dims::new(&sizes);
    }
    let mut sizes = [0; MAX_RANK];
    let mut open = None;
    for (axis, size) in shape.iter().enumerate() {
        match usize::try_from(size.signed()) {
            Ok(size) => sizes[axis] = size,
            Err(_) if size.signed() == -1 && open.is_none() => open = Some(axis),
            Err(_) => panic!(
                "reshape of shape {dims:?}: {:?} has a negative size other than one -1",
                asked()
            ),
        }
    }
    let sizes = &mut sizes[..shape.len()];
    if let Some(axis) = open {
        sizes[axis] = 1;
        let (others, count) = (Dims::new(sizes).count(), dims.count());
        assert!(
            others > 0 && count.is_multiple_of(others),
            "reshape of shape {dims:?}: no size in the place of -1 makes {:?} hold its elements{}",
            asked(),
            if others == 0 { " and no others" } else { "" }
        );
        sizes[axis] = count / others;
    }
    Dims::new(sizes)
}

/// A range along an axis: `1..3`, `2..`, `..-1`, `..=4`, `..`. Negative bounds count from the end.
///
/// Clippy takes a range of literals such as `1..-1` for an empty one (`reversed_empty_ranges`): allow it there, or slice
/// twice.
pub trait SliceRange {
    /// The first index, and the one after the last; `None` is the beginning, or the end.
    fn bounds(self) -> (Option<isize>, Option<isize>);
}

/// The bound after an index that is included.
fn after(last: isize) -> Option<isize> {
    // After the last but none comes the end, which has no negative number.
    (last != -1).then(|| last.saturating_add(1))
}

impl<I: Signed> SliceRange for Range<I> {
    fn bounds(self) -> (Option<isize>, Option<isize>) {
        (Some(self.start.signed()), Some(self.end.signed()))
    }
}
impl<I: Signed> SliceRange for RangeInclusive<I> {
    fn bounds(self) -> (Option<isize>, Option<isize>) {
        (Some(self.start().signed()), after(self.end().signed()))
    }
}
impl<I: Signed> SliceRange for RangeFrom<I> {
    fn bounds(self) -> (Option<isize>, Option<isize>) {
        (Some(self.start.signed()), None)
    }
}
impl<I: Signed> SliceRange for RangeTo<I> {
    fn bounds(self) -> (Option<isize>, Option<isize>) {
        (None, Some(self.end.signed()))
    }
}
impl<I: Signed> SliceRange for RangeToInclusive<I> {
    fn bounds(self) -> (Option<isize>, Option<isize>) {
        (None, after(self.end.signed()))
    }
}
impl SliceRange for RangeFull {
    fn bounds(self) -> (Option<isize>, Option<isize>) {
        (None, None)
    }
}

/// Start and length of a range along an axis.
///
/// # Panics
/// If the axis is not there, or the range not inside of it.
#[track_caller]
pub(crate) fn stretch_of(dims: &Dims, axis: usize, range: impl SliceRange) -> (usize, usize) {
    let Some(size) = dims.get(axis).map(|s| *s as isize) else {
        panic!("slice of shape {dims:?}: it has no axis {axis}")
    };
    let (start, end) = range.bounds();
    let from_start = |i: isize| if i < 0 { i + size } else { i };
    let (first, last) = (start.map_or(0, from_start), end.map_or(size, from_start));
    assert!(
        0 <= first && first <= last && last <= size,
        "slice of shape {dims:?}: {}..{} is not a range inside axis {axis}",
        start.map_or(String::new(), |i| i.to_string()),
        end.map_or(String::new(), |i| i.to_string())
    );
    (first as usize, (last - first) as usize)
}
