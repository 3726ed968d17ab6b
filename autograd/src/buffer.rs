//! Reference-counted, 64-byte aligned, pooled storage.
//!
//! A training step makes and drops the same sizes again and again. Freed blocks therefore go to a pool of the thread
//! that frees them, up to a bound, and the next request of the size takes one from there: after the first step nothing
//! is asked of the system. One block holds the count and the elements, so a buffer is one pointer wide.

use std::alloc::{Layout, alloc_zeroed, dealloc};
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::slice;
use std::sync::atomic::{AtomicUsize, Ordering, fence};

/// Alignment of a block and of its first element: a cache line, and the widest vector.
const ALIGN: usize = 64;
/// Bytes of freed blocks that a thread keeps at most.
const POOL_BOUND: usize = 256 << 20;

/// A type for which every bit pattern is a value. It stays in this crate: only these three.
pub trait Element: Copy + Send + Sync + 'static {}
impl Element for f32 {}
impl Element for f64 {}
impl Element for u32 {}

/// What stands in front of the elements, padded to [`ALIGN`].
#[repr(C, align(64))]
struct Header {
    references: AtomicUsize,
    class: usize,
    /// The next free block of this class, while in a pool.
    next: Option<NonNull<Header>>,
}

/// Shared storage of a fixed number of elements.
pub(crate) struct Buffer<E: Element> {
    block: NonNull<Header>,
    len: usize,
    elements: PhantomData<E>,
}

// SAFETY: the count is atomic, and elements are written only through `&mut` to the sole reference.
unsafe impl<E: Element> Send for Buffer<E> {}
// SAFETY: as above; shared references only read.
unsafe impl<E: Element> Sync for Buffer<E> {}

/// The beginning of what a panic says where the system has no memory for a tensor. Whoever turns panics into words can tell
/// it from a programmer's mistake.
pub const NO_MEMORY: &str = "there is no memory for a tensor";

impl<E: Element> Buffer<E> {
    /// Room for `len` elements with arbitrary contents (whatever the block held before, or zeros).
    pub(crate) fn recycled(len: usize) -> Self {
        Self::try_recycled(len).unwrap_or_else(|| {
            let bytes = len.saturating_mul(size_of::<E>());
            panic!("{NO_MEMORY} of {len} elements ({bytes} bytes)")
        })
    }

    /// As [`recycled`](Buffer::recycled), or `None` if the system has not as much memory.
    pub(crate) fn try_recycled(len: usize) -> Option<Self> {
        let bytes = len
            .checked_mul(size_of::<E>())
            .filter(|b| *b <= isize::MAX as usize / 2)?;
        let class = class_of(bytes);
        let pooled = POOL.try_with(|pool| pool.borrow_mut().take(class));
        let block = pooled.ok().flatten().or_else(|| allocate(class))?;
        Some(Self {
            block,
            len,
            elements: PhantomData,
        })
    }

    /// `len` elements, each `value`.
    pub(crate) fn filled(len: usize, value: E) -> Self {
        let mut buffer = Self::recycled(len);
        buffer.unique_mut().fill(value);
        buffer
    }

    /// A copy of a slice.
    pub(crate) fn copied(source: &[E]) -> Self {
        let mut buffer = Self::recycled(source.len());
        buffer.unique_mut().copy_from_slice(source);
        buffer
    }

    #[inline]
    fn data(&self) -> *mut E {
        // SAFETY: a block is the header followed by room for `len` elements, so one header on is inside or at its end.
        unsafe { self.block.add(1).cast::<E>().as_ptr() }
    }

    #[inline]
    pub(crate) fn as_slice(&self) -> &[E] {
        // SAFETY: the block holds `len` elements, zeroed at birth, and any bit pattern is a value; writers are excluded
        // because they hold the only reference mutably.
        unsafe { slice::from_raw_parts(self.data(), self.len) }
    }

    /// Is this the only reference?
    #[inline]
    pub(crate) fn is_unique(&self) -> bool {
        // SAFETY: the header is initialized for as long as a reference lives. Acquire pairs with the release in `drop`,
        // so that what other references read happened before what is written now.
        unsafe { self.block.as_ref() }
            .references
            .load(Ordering::Acquire)
            == 1
    }

    /// The elements for writing.
    ///
    /// # Panics
    /// If another reference lives.
    #[inline]
    pub(crate) fn unique_mut(&mut self) -> &mut [E] {
        assert!(
            self.is_unique(),
            "a buffer was to be written while it was shared"
        );
        // SAFETY: as in `as_slice`, and the only reference is borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.data(), self.len) }
    }

    /// Do two buffers share storage?
    pub(crate) fn same(&self, other: &Self) -> bool {
        self.block == other.block
    }
}

impl<E: Element> Clone for Buffer<E> {
    #[inline]
    fn clone(&self) -> Self {
        // SAFETY: the header is initialized for as long as a reference lives.
        let before = unsafe { self.block.as_ref() }
            .references
            .fetch_add(1, Ordering::Relaxed);
        assert!(before < isize::MAX as usize, "too many references");
        Self { ..*self }
    }
}

impl<E: Element> Drop for Buffer<E> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the header is initialized for as long as a reference lives.
        let header = unsafe { self.block.as_ref() };
        // A sole reference cannot become two while it is dropped, so the cheap look comes first.
        if header.references.load(Ordering::Acquire) != 1 {
            if header.references.fetch_sub(1, Ordering::Release) != 1 {
                return;
            }
            fence(Ordering::Acquire);
        }
        let kept = POOL
            .try_with(|pool| pool.borrow_mut().put(self.block))
            .unwrap_or(false);
        if !kept {
            // SAFETY: the last reference is gone and no pool took the block.
            unsafe { free(self.block) }
        }
    }
}

/// Blocks come in classes: powers of two in four steps each, so that at most a quarter is unused.
fn class_of(bytes: usize) -> usize {
    let lines = bytes.div_ceil(ALIGN).max(4);
    let log = lines.ilog2() as usize;
    let quarter = 1usize << (log - 2);
    let step = (lines - (1 << log)).div_ceil(quarter);
    4 * (log - 2) + step
}

/// The room for elements in a block of a class, in bytes.
fn room(class: usize) -> usize {
    let log = class / 4 + 2;
    ((1usize << log) + (class % 4) * (1usize << (log - 2))) * ALIGN
}

fn layout(class: usize) -> Layout {
    Layout::from_size_align(room(class) + size_of::<Header>(), ALIGN)
        .expect("the size was checked when the class was chosen")
}

fn allocate(class: usize) -> Option<NonNull<Header>> {
    let layout = layout(class);
    // SAFETY: the size is not zero, a header is always part of it.
    let block = unsafe { alloc_zeroed(layout) }.cast::<Header>();
    let block = NonNull::new(block)?;
    // SAFETY: the block is ours, aligned, and at least as large as a header.
    unsafe {
        block.write(Header {
            references: AtomicUsize::new(1),
            class,
            next: None,
        });
    }
    Some(block)
}

/// # Safety
/// The block came from `allocate` and nothing refers to it any more.
unsafe fn free(block: NonNull<Header>) {
    // SAFETY: the block is live until the next line, and its layout follows from its class.
    unsafe {
        let class = block.as_ref().class;
        dealloc(block.as_ptr().cast(), layout(class));
    }
}

/// The freed blocks of a thread, a list a class, linked through their headers.
struct Pool {
    lists: [Option<NonNull<Header>>; 256],
    bytes: usize,
}

thread_local! {
    static POOL: RefCell<Pool> = const { RefCell::new(Pool { lists: [None; 256], bytes: 0 }) };
}

/// Gives the freed blocks of this thread back to the system, and returns their bytes.
pub(crate) fn release() -> usize {
    let pooled = POOL.try_with(|pool| {
        let mut pool = pool.borrow_mut();
        pool.free_all();
        std::mem::take(&mut pool.bytes)
    });
    pooled.unwrap_or(0)
}

impl Pool {
    #[inline]
    fn take(&mut self, class: usize) -> Option<NonNull<Header>> {
        let mut block = self.lists[class]?;
        // SAFETY: blocks in the pool are live and owned by it alone.
        let header = unsafe { block.as_mut() };
        self.lists[class] = header.next.take();
        *header.references.get_mut() = 1;
        self.bytes -= room(class);
        Some(block)
    }

    #[inline]
    fn put(&mut self, mut block: NonNull<Header>) -> bool {
        // SAFETY: the caller held the last reference, so the block is the pool's alone now.
        let header = unsafe { block.as_mut() };
        let bytes = room(header.class);
        if self.bytes + bytes > POOL_BOUND {
            return false;
        }
        self.bytes += bytes;
        header.next = self.lists[header.class].replace(block);
        true
    }
}

impl Pool {
    fn free_all(&mut self) {
        for list in &mut self.lists {
            let mut next = list.take();
            while let Some(mut block) = next {
                // SAFETY: blocks in the pool are live and owned by it alone.
                unsafe {
                    next = block.as_mut().next.take();
                    free(block);
                }
            }
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.free_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn freed_blocks_go_back_when_asked() {
        drop(Buffer::<f32>::recycled(1000));
        assert!(release() >= 4000);
        assert_eq!(release(), 0);
        drop(Buffer::<f32>::recycled(1000));
    }

    #[test]
    fn classes_hold_what_they_are_chosen_for() {
        for bytes in (0..20_000).chain([1 << 20, (1 << 20) + 1, 3 << 30]) {
            let class = class_of(bytes);
            assert!(room(class) >= bytes);
            assert!(class == 0 || room(class - 1) < bytes, "{bytes}");
        }
    }

    #[test]
    fn a_freed_block_is_taken_again() {
        let first = Buffer::<f32>::recycled(1000);
        let block = first.block;
        drop(first);
        assert_eq!(Buffer::<f64>::recycled(500).block, block);
    }

    #[test]
    #[should_panic(expected = "shared")]
    fn a_shared_buffer_is_not_written() {
        let mut a = Buffer::filled(3, 1.0f32);
        let _b = a.clone();
        a.unique_mut();
    }

    #[test]
    fn blocks_cross_threads() {
        let a = Buffer::copied(&[1.0f32, 2.0]);
        let b = a.clone();
        let sum = std::thread::spawn(move || b.as_slice().iter().sum::<f32>()).join();
        assert_eq!(sum.ok(), Some(3.0));
        assert!(a.is_unique());
    }
}
