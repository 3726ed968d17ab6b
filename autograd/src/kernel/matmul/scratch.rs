//! Memory that each thread keeps for the copies its products and convolutions make, so that a steady state asks the
//! system for none.

use std::cell::Cell;

use crate::real::Real;

/// A cache line. Any bits are a valid value of it, and of the numbers it is lent out as.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u64; 8]);

/// What the memory is for: uses of different kinds may nest.
#[derive(Clone, Copy)]
pub(in crate::kernel) enum Use {
    /// A block of B.
    Block,
    /// A product computed in transposed form.
    Transposed,
    /// A padded image and columns of its windows.
    Windows,
}

thread_local! {
    static KEPT: [Cell<Vec<Line>>; 3] = const { [const { Cell::new(Vec::new()) }; 3] };
}

/// Lends `len` elements of any content, aligned to a cache line.
pub(in crate::kernel) fn with<T: Real, R>(
    purpose: Use,
    len: usize,
    f: impl FnOnce(&mut [T]) -> R,
) -> R {
    KEPT.with(|kept| {
        let kept = &kept[purpose as usize];
        // Taken out, not borrowed: a product inside of an `epilogue` finds an empty place, not a panic.
        let mut lines = kept.take();
        let needed = (len * size_of::<T>()).div_ceil(size_of::<Line>());
        if lines.len() < needed {
            lines.resize(needed, Line([0; 8]));
        }
        // SAFETY: the lines are initialized, aligned for T, at least `len` elements long, and T is `f32` or `f64`
        // (sealed), for which any bits are valid.
        let elements =
            unsafe { std::slice::from_raw_parts_mut(lines.as_mut_ptr().cast::<T>(), len) };
        let result = f(elements);
        kept.set(lines);
        result
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_memory_is_kept_aligned_and_may_nest() {
        let at = |n| {
            with(Use::Block, n, |x: &mut [f64]| {
                (x.as_ptr() as usize, x.len())
            })
        };
        let (first, _) = at(1000);
        assert_eq!(first % 64, 0);
        assert_eq!(
            [at(10), at(0), at(1000)],
            [(first, 10), (first, 0), (first, 1000)]
        );
        with(Use::Block, 5, |outer: &mut [f32]| {
            outer.fill(1.0);
            with(Use::Block, 5, |inner: &mut [f32]| inner.fill(2.0));
            with(Use::Transposed, 5, |other: &mut [f32]| other.fill(3.0));
            assert_eq!(outer, [1.0; 5]);
        });
    }
}
