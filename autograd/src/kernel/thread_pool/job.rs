//! The split that a pool works on.

use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};

/// Keeps a counter on a cache line of its own, so that those who wait for it do not slow down the neighbours.
#[derive(Default)]
#[repr(align(128))]
pub(super) struct Line<T>(pub(super) T);

/// A split: what to run, and which parts nobody has begun.
#[derive(Default)]
pub(super) struct Job {
    /// Number of the split in the upper half, parts left to begin in the lower half. One word, so that a worker that
    /// comes late cannot claim a part of a split that it has not seen: the numbers would differ.
    left: Line<AtomicU64>,
    parts: AtomicUsize,
    /// A `&(dyn Fn(usize) + Sync)` on the caller's stack, valid until all parts have ended.
    work: AtomicPtr<()>,
}

impl Job {
    /// Publishes a split.
    pub(super) fn post(&self, parts: u32, work: &&(dyn Fn(usize) + Sync)) {
        self.parts.store(parts as usize, Ordering::Relaxed);
        let work = (&raw const *work).cast_mut().cast();
        self.work.store(work, Ordering::Relaxed);
        let number = (self.left.0.load(Ordering::Relaxed) >> 32).wrapping_add(1);
        let left = number << 32 | u64::from(parts);
        self.left.0.store(left, Ordering::SeqCst);
    }

    /// Whether there are parts left to begin.
    pub(super) fn is_open(&self) -> bool {
        self.left.0.load(Ordering::SeqCst) as u32 > 0
    }

    /// Claims a part: its index and its work.
    pub(super) fn claim(&self) -> Option<(usize, *const &(dyn Fn(usize) + Sync))> {
        let mut left = self.left.0.load(Ordering::Acquire);
        while left as u32 > 0 {
            // Belong to this split if the exchange succeeds: it is not over while parts are left.
            let (parts, work) = (
                self.parts.load(Ordering::Relaxed),
                self.work.load(Ordering::Relaxed),
            );
            let claimed = self.left.0.compare_exchange_weak(
                left,
                left - 1,
                Ordering::AcqRel,
                Ordering::Acquire,
            );
            match claimed {
                Ok(_) => return Some((parts - left as u32 as usize, work.cast_const().cast())),
                Err(now) => left = now,
            }
        }
        None
    }
}
