//! Memory that each thread keeps for the copies its products make, so that a steady state asks the system for none.

use std::cell::Cell;

use crate::real::Real;

/// A cache line. Any bits are a valid value of it, and of the numbers it is lent out as.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u64; 8]);

/// What the memory is for: uses of different kinds may nest.
#[derive(Clone, Copy)]
pub(super) enum Use {
    /// A block of B.
    Block,
    /// A product computed in transposed form.
    Turned,
}

thread_local! {
    static KEPT: [Cell<Vec<Line>>; 2] = const { [Cell::new(Vec::new()), Cell::new(Vec::new())] };
}

/// Lends `len` elements of any content, aligned to a cache line.
pub(super) fn with<T: Real, R>(purpose: Use, len: usize, f: impl FnOnce(&mut [T]) -> R) -> R {
    KEPT.with(|kept| {
        let kept = &kept[purpose as usize];
        // Taken out, not borrowed: a product inside of a `finish` finds an empty place, not a panic.
        let mut lines = kept.take();
        let needed = (len * size_of::<T>()).div_ceil(size_of::<Line>());
        if lines.len() < needed {
            lines.resize(needed, Line([0; 8]));
        }
        // SAFETY: the lines are initialised, aligned for T, at least `len` elements long, and T is `f32` or `f64`
        // (sealed), for which any bits are valid.
        let elements =
            unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast::<T>(), len) };
        let result = f(elements);
        kept.set(lines);
        result
    })
}
