//! Slices cut into pieces that threads write at the same time.

/// Slices of one length that the parts of a [`split`](super::split) write, each its own piece.
pub(super) struct Pieces<T, const N: usize> {
    starts: [*mut T; N],
    len: usize,
}

// SAFETY: pieces of different numbers do not overlap, so threads that take different ones share nothing.
unsafe impl<T: Send, const N: usize> Sync for Pieces<T, N> {}

impl<T: Send, const N: usize> Pieces<T, N> {
    /// Borrows the slices for as long as the pieces are worked on.
    ///
    /// # Panics
    /// If the slices differ in length.
    pub(super) fn new(mut slices: [&mut [T]; N]) -> Self {
        // No slices have pieces of any length.
        let len = slices.first().map_or(usize::MAX, |s| s.len());
        assert!(slices.iter().all(|s| s.len() == len));
        Self {
            starts: slices.each_mut().map(|s| s.as_mut_ptr()),
            len,
        }
    }

    /// Elements `from..to` of every slice.
    ///
    /// # Safety
    /// The borrow given to [`new`](Pieces::new) lives, and no two calls overlap while their results are used.
    #[allow(clippy::mut_from_ref)]
    pub(super) unsafe fn piece(&self, from: usize, to: usize) -> [&mut [T]; N] {
        assert!(from <= to && to <= self.len);
        self.starts.map(|start| {
            // SAFETY: the range lies in the slice, which the caller keeps borrowed, and is nobody else's.
            unsafe { std::slice::from_raw_parts_mut(start.add(from), to - from) }
        })
    }
}
