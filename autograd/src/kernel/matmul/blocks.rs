//! The loops around the tiles: blocks of rows, of k, and panels of columns, sized for the caches.

use std::mem::MaybeUninit;
use std::ops::Range;

use super::pack;
use super::scratch::{self, Use};
use super::table::Kernels;
use super::tile::Panel;
use crate::real::Real;

/// Where element (0, 0) of a matrix lies, and the distances between rows and between columns.
#[derive(Debug)]
pub(super) struct StridedPtr<T> {
    pub at: *const T,
    pub rs: isize,
    pub cs: isize,
}

impl<T> Clone for StridedPtr<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StridedPtr<T> {}

impl<T> StridedPtr<T> {
    /// The matrix from element (i, j) on.
    pub(super) fn from(self, i: usize, j: usize) -> Self {
        let by = i as isize * self.rs + j as isize * self.cs;
        Self {
            at: self.at.wrapping_offset(by),
            ..self
        }
    }

    pub(super) fn transposed(self) -> Self {
        Self {
            rs: self.cs,
            cs: self.rs,
            ..self
        }
    }
}

/// Function that a product applies to complete pieces of C, if any: `f(piece, its first column)`. A piece is a part of a row,
/// or several whole rows that lie one after the other.
pub type Epilogue<'f, T> = Option<&'f (dyn Fn(&mut [T], usize) + Sync)>;

/// A product C (+)= A·B whose sizes and reach have been checked.
pub(super) struct Gemm<'f, T: 'static> {
    pub kernels: &'static Kernels<T>,
    pub rows: usize,
    pub cols: usize,
    pub depth: usize,
    pub a: StridedPtr<T>,
    pub b: StridedPtr<T>,
    pub c: *mut T,
    pub c_rs: usize,
    pub add: bool,
    pub epilogue: Epilogue<'f, T>,
}

// SAFETY: whoever shares a product gives each thread a part of C of its own; A and B are only read.
unsafe impl<T: Real> Sync for Gemm<'_, T> {}

/// Bytes of a panel of B that stay in the caches near the core while the rows of A pass. Where the first level holds
/// 48 KiB, a panel of this size leaves it room for A and C; where it holds 32, the second level feeds a wide tile fast
/// enough, and longer blocks of k lay down C less often.
const PANEL_BYTES: usize = 40 * 1024;
/// The longest block of k, for narrow panels.
const LONGEST: usize = 256;
/// Bytes of a block of A that stay in the second-level cache while the panels of B pass: a quarter of 1 MiB.
const BLOCK_BYTES: usize = 256 * 1024;
/// Bytes of all panels of B together that are copied once, for all blocks of A, and stay in the second-level cache beside one
/// of these.
const KEEP_BYTES: usize = 512 * 1024;
/// A block of B that is read for fewer rows than this is not worth copying.
const COPY_ROWS: usize = 24;
/// Bytes of complete panels of C that wait for each other, so that `epilogue` gets longer pieces of rows, from the cache.
const FINISH_BYTES: usize = 64 * 1024;
/// Columns of A this far apart are worth copying,
const FAR_BYTES: usize = 1024;
/// if so many panels of B or more read them.
const COPY_PANELS: usize = 16;
/// Multiply-adds of a product that is computed at once, at most,
const SMALL: usize = 8192;
/// and elements of its B in whole vectors.
const SMALL_PANEL: usize = 1024;
/// Bytes of a cache line, on most processors.
const LINE_BYTES: usize = 64;
/// Every tile height divides this.
const ROW_UNIT: usize = 24;

/// Room for the panel of a small product, aligned to a cache line.
#[repr(align(64))]
struct Room<T>([MaybeUninit<T>; SMALL_PANEL]);

impl<T: Real> Gemm<'_, T> {
    /// Rows of the tallest tile that a product this wide uses, and columns of its panels: work is cut at multiples.
    pub(super) fn unit(&self) -> (usize, usize) {
        let vectors = self.panel(self.cols);
        (
            self.kernels.tiles[vectors - 1].len(),
            vectors * self.kernels.lanes,
        )
    }

    /// Vectors of the next panel, where `left` columns are left. The widest tile is best; a remainder of one vector
    /// is shared, because a narrow tile is the slowest.
    fn panel(&self, left: usize) -> usize {
        let widest = self.kernels.tiles.len();
        let vectors = left.div_ceil(self.kernels.lanes);
        if vectors == widest + 1 {
            vectors.div_ceil(2)
        } else {
            vectors.min(widest)
        }
    }

    /// Computes a part of C.
    ///
    /// Order of loops, from outside: rows of A as fit the second-level cache; k as keeps a panel of B near the core;
    /// panels; tiles down the rows. Each block of k goes on with the chains that the one before laid down in C.
    ///
    /// # Safety
    /// The ranges lie in C, the product has `depth > 0`, and nobody else touches this part of C meanwhile.
    pub(super) unsafe fn blocked(&self, rows: Range<usize>, cols: Range<usize>) {
        let (_, pitch) = self.unit();
        let size = size_of::<T>();
        let even = |total: usize, at_most: usize| total.div_ceil(total.div_ceil(at_most.max(1)));
        let deep = even(self.depth, (PANEL_BYTES / (pitch * size)).min(LONGEST));
        let tall = (BLOCK_BYTES / (deep * size)).next_multiple_of(ROW_UNIT);

        // With one block of k the copies that one block of A was multiplied by serve the others, too.
        let padded = cols.len().next_multiple_of(self.kernels.lanes);
        let keeps = deep >= self.depth && rows.len() > tall && deep * padded * size <= KEEP_BYTES;
        let b_block = match keeps {
            true => deep * padded,
            false => deep * self.kernels.tiles.len() * self.kernels.lanes,
        };
        let a_lines = if self.copies_a() {
            // An odd number, so that all sets of a cache take part.
            (tall.min(rows.len()) * size).div_ceil(LINE_BYTES) | 1
        } else {
            0
        };
        let a_pitch = a_lines * (LINE_BYTES / size);
        scratch::with(Use::Block, b_block + deep * a_pitch, |block| {
            // Whole vectors, so that the second half is aligned as the first.
            let (b_block, a_block) = block.split_at_mut(b_block);
            for i in rows.clone().step_by(tall) {
                let i = i..rows.end.min(i + tall);
                for p in (0..self.depth).step_by(deep) {
                    let p = p..self.depth.min(p + deep);
                    let mut a = self.a.from(i.start, p.start);
                    if a_pitch > 0 {
                        let to = a_block.as_mut_ptr();
                        // SAFETY: A reaches the block, whose columns are contiguous, and the scratch holds it.
                        unsafe { (self.kernels.copy)(p.len(), i.len(), a.at, a.cs, to, a_pitch) };
                        (a.at, a.cs) = (to, a_pitch as isize);
                    }
                    let (mut j, mut unfinished) = (cols.start, cols.start);
                    while j < cols.end {
                        let vectors = self.panel(cols.end - j);
                        let end = cols.end.min(j + vectors * self.kernels.lanes);
                        let (block, filled) = match keeps {
                            true => {
                                let at = deep * (j - cols.start);
                                (b_block[at..].as_mut_ptr(), i.start > rows.start)
                            }
                            false => (b_block.as_mut_ptr(), false),
                        };
                        // SAFETY: the ranges lie in the product; the block holds a panel, this one if it is filled.
                        unsafe { self.down(a, &i, &p, (j..end, vectors), block, filled) };
                        j = end;
                        let cached = i.len() * (j - unfinished) * size;
                        if p.end == self.depth && (cached >= FINISH_BYTES || j == cols.end) {
                            // SAFETY: as above, and this part of C is done with.
                            unsafe { self.epilogue(&i, unfinished..j) };
                            unfinished = j;
                        }
                    }
                }
            }
        });
    }

    /// Whether so many multiply-adds are so few that blocks and scratch memory cost more, and all of B is one panel. A
    /// product that takes less time transposed does so however small it is, and goes that way.
    pub(super) fn is_small(&self, work: usize) -> bool {
        let lanes = self.kernels.lanes;
        work <= SMALL
            && !self.is_transposed()
            && self.cols <= self.kernels.tiles.len() * lanes
            && self.depth * self.cols.next_multiple_of(lanes) <= SMALL_PANEL
    }

    /// Computes all of C, at once.
    ///
    /// # Safety
    /// As for [`Self::blocked`], and the product is [small](Self::is_small).
    pub(super) unsafe fn at_once(&self) {
        let mut room: Room<T> = Room([const { MaybeUninit::uninit() }; SMALL_PANEL]);
        let (rows, panel) = (0..self.rows, (0..self.cols, self.panel(self.cols)));
        // SAFETY: the ranges are all of C, and there is room for the panel; C is complete after that.
        unsafe {
            let block = room.0.as_mut_ptr().cast();
            self.down(self.a, &rows, &(0..self.depth), panel, block, false);
            self.epilogue(&rows, 0..self.cols);
        }
    }

    /// One block of k of one panel, for a block of rows.
    ///
    /// # Safety
    /// As for [`Self::blocked`]; `a` is A, or a copy, from the first row and step on; `block` has room for the panel's vectors, or
    /// holds a copy of them if it is `filled`.
    unsafe fn down(
        &self,
        a: StridedPtr<T>,
        rows: &Range<usize>,
        depth: &Range<usize>,
        (cols, vectors): (Range<usize>, usize),
        block: *mut T,
        filled: bool,
    ) {
        let pitch = vectors * self.kernels.lanes;
        let b = self.b.from(depth.start, cols.start);
        let ragged = cols.len() < pitch;
        let copied = self.copies_b(ragged);
        let (b_at, b_rs) = if copied {
            if !filled {
                // SAFETY: the block has room for the panel.
                unsafe { self.copy_b(depth.len(), cols.len(), b, block, pitch) };
            }
            (block.cast_const(), pitch as isize)
        } else {
            (b.at, b.rs)
        };
        let panel = Panel {
            depth: depth.len(),
            a_rs: a.rs,
            a_cs: a.cs,
            b_rs,
            b_ragged: ragged && !copied,
            c_rs: self.c_rs,
            last: self.kernels.lanes - (pitch - cols.len()),
            add: self.add || depth.start > 0,
        };
        let tiles = self.kernels.tiles[vectors - 1];
        let mut i = rows.start;
        while i < rows.end {
            let height = tiles.len().min(rows.end - i);
            let a = a.from(i - rows.start, 0).at;
            // SAFETY: the tile lies in the product, and its instruction set in the processor, which has a table.
            unsafe {
                let c = self.c.add(i * self.c_rs + cols.start);
                tiles[height - 1](&panel, a, b_at, c);
            }
            i += height;
        }
    }

    /// Whether a panel of B is read from a copy: always where its rows are not contiguous; for many rows, if its own
    /// rows lie far apart (they would evict each other), or if it is ragged and masks are slow.
    fn copies_b(&self, ragged: bool) -> bool {
        let (_, pitch) = self.unit();
        let far = self.b.rs.unsigned_abs() > 2 * pitch;
        let pays = far || (ragged && self.kernels.slow_masks);
        self.b.cs != 1 || (pays && self.rows >= COPY_ROWS)
    }

    /// Whether a block of A is read from a copy: where A lies column by column, so far apart that the steps of k fall
    /// into few sets of the cache and each into another page, and enough panels of B pass over it. Rows are read
    /// along, and need no copy.
    fn copies_a(&self) -> bool {
        let (_, pitch) = self.unit();
        let far = self.a.rs == 1 && self.a.cs.unsigned_abs() >= FAR_BYTES / size_of::<T>();
        far && self.cols >= COPY_PANELS * pitch
    }

    /// Copies a block of B to contiguous rows.
    ///
    /// # Safety
    /// `b` reaches the block, and `to` holds it in rows of `pitch` elements.
    unsafe fn copy_b(
        &self,
        depth: usize,
        width: usize,
        b: StridedPtr<T>,
        to: *mut T,
        pitch: usize,
    ) {
        // SAFETY: as the caller says.
        unsafe {
            match (b.rs, b.cs) {
                (_, 1) => return (self.kernels.copy)(depth, width, b.at, b.rs, to, pitch),
                (1, _) => (self.kernels.transpose)(depth, width, b.at, b.cs, to, pitch),
                strides => pack::gather(depth, width, b.at, strides, to, pitch),
            }
            if width < pitch {
                // Nobody stores these lanes, but old denormal numbers in them would slow the sums down.
                for p in 0..depth {
                    to.add(p * pitch + width).write_bytes(0, pitch - width);
                }
            }
        }
    }

    /// Hands complete pieces of rows to `epilogue`.
    ///
    /// # Safety
    /// The ranges lie in C, and nobody else touches this part of it.
    pub(super) unsafe fn epilogue(&self, rows: &Range<usize>, cols: Range<usize>) {
        let Some(epilogue) = self.epilogue else {
            return;
        };
        if cols.len() == self.cols && self.c_rs == self.cols {
            // SAFETY: the caller vouches for the rows, which have no gaps between them.
            let whole = unsafe {
                let at = self.c.add(rows.start * self.c_rs);
                std::slice::from_raw_parts_mut(at, rows.len() * self.cols)
            };
            return epilogue(whole, 0);
        }
        for i in rows.clone() {
            // SAFETY: the caller vouches for the piece.
            let piece = unsafe {
                let at = self.c.add(i * self.c_rs + cols.start);
                std::slice::from_raw_parts_mut(at, cols.len())
            };
            epilogue(piece, cols.start);
        }
    }
}
