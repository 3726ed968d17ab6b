//! Memory that is in use, counted.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);
static BEFORE: AtomicUsize = AtomicUsize::new(0);

/// The system's allocator, counting what the process holds. What is asked for counts, whether it is touched or not.
#[derive(Clone, Copy, Debug)]
pub struct Counting;

fn more(bytes: usize) {
    let now = NOW.fetch_add(bytes, Relaxed).wrapping_add(bytes);
    MOST.fetch_max(now, Relaxed);
}

// SAFETY: every call goes to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller's.
        let at = unsafe { System.alloc(layout) };
        if !at.is_null() {
            more(layout.size());
        }
        at
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as the caller's.
        let at = unsafe { System.alloc_zeroed(layout) };
        if !at.is_null() {
            more(layout.size());
        }
        at
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: as the caller's.
        unsafe { System.dealloc(at, layout) };
        NOW.fetch_sub(layout.size(), Relaxed);
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as the caller's.
        let new = unsafe { System.realloc(at, layout, size) };
        if !new.is_null() {
            // Both blocks may be there while one is copied.
            more(size);
            NOW.fetch_sub(layout.size(), Relaxed);
        }
        new
    }
}

/// Counts from here on.
pub(crate) fn start() {
    let now = NOW.load(Relaxed);
    BEFORE.store(now, Relaxed);
    MOST.store(now, Relaxed);
}

/// The most that was held at a time since the [`start`], beside what was held then.
///
/// # Panics
/// If nothing counts, as [`Counting`] is not the program's allocator.
pub(crate) fn peak() -> usize {
    drop(std::hint::black_box(Box::new([0_u8; 64])));
    let most = MOST.load(Relaxed);
    assert!(
        most > 0,
        "memory is not counted: the program needs Counting as its #[global_allocator]"
    );
    most.saturating_sub(BEFORE.load(Relaxed))
}
