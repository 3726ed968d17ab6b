//! Rows picked from a table and turned into floats on the way.
//!
//! A batch is a few hundred rows scattered over a table that is larger than the caches. What costs is waiting for
//! memory, so the rows to come are prefetched while one is converted.
//!
//! The product and the sum of the affine map are rounded one after the other, never fused: a batch has the same bits
//! on every instruction set.

use super::Isa;
use super::isa::dispatched;
use super::lane::Lane;
use super::pieces::Pieces;
use super::thread_pool::{sharing_threads, split};
use crate::real::Real;

/// Cells that are worth a thread's while: enough to outweigh the handing out by far.
const PIECE: usize = 32 * 1024;

/// A cell as it is stored.
pub trait Cell: Copy + Send + Sync + 'static {
    /// The cell as a number, exactly.
    fn to_f64(self) -> f64;
    /// `self·scale + shift`, as an element.
    fn affine<T: Real>(self, scale: f64, shift: f64) -> T;
}

/// A byte has few digits: the map is computed in the element's own precision, twice as many at once for `f32`.
impl Cell for u8 {
    #[inline(always)]
    fn to_f64(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn affine<T: Real>(self, scale: f64, shift: f64) -> T {
        T::from_f64(f64::from(self)) * T::from_f64(scale) + T::from_f64(shift)
    }
}

/// A column may lie far from zero compared with its spread (a year, an altitude). The map is computed in `f64` and
/// rounded once, so that centring such a column loses nothing.
macro_rules! real_cell {
    ($t:ident) => {
        impl Cell for $t {
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn affine<T: Real>(self, scale: f64, shift: f64) -> T {
                T::from_f64(f64::from(self) * scale + shift)
            }
        }
    };
}
real_cell!(f32);
real_cell!(f64);

/// Map of each cell of a row.
#[derive(Clone, Copy)]
pub enum Map<'a> {
    /// Only the type changes.
    Convert,
    /// `cell·scale + shift`.
    Uniform(f64, f64),
    /// `cell·scale[j] + shift[j]`, with j the place in the row.
    PerColumn(&'a [f64], &'a [f64]),
}

/// Writes row `rows[i]` of the table `cells`, mapped, to `out[i·width..]`.
///
/// # Panics
/// If a row lies outside the table, `out` is not `rows.len()·width` long, a row is empty, there is not a scale and a shift for
/// each column, or the processor does not have the instruction set.
#[track_caller]
pub fn gather<C: Cell, T: Real>(
    isa: Isa,
    (cells, width): (&[C], usize),
    rows: &[u32],
    map: Map<'_>,
    out: &mut [T],
) {
    assert!(
        width > 0 && out.len() == rows.len() * width,
        "gather: {} rows of {width} cells into {} elements",
        rows.len(),
        out.len()
    );
    if let Map::PerColumn(scales, shifts) = map {
        assert!(
            scales.len() == width && shifts.len() == width,
            "gather: {} scales and {} shifts for rows of {width} cells",
            scales.len(),
            shifts.len()
        );
    }
    // No more parts than threads: each part begins with rows that nobody has prefetched.
    let parts = sharing_threads().min(out.len() / PIECE).max(1);
    let at_a_time = rows.len().div_ceil(parts).max(1);
    let out = Pieces::new([out]);
    split(rows.len().div_ceil(at_a_time), &|part| {
        let (from, to) = (part * at_a_time, rows.len().min((part + 1) * at_a_time));
        // SAFETY: each part takes the place of its own rows, and the slice is borrowed until the split returns.
        let [out] = unsafe { out.piece(from * width, to * width) };
        gather_part(isa, cells, width, &rows[from..to], map, out);
    });
}

dispatched! {
    /// One thread's share.
    fn gather_part [C: Cell, T: Real] [C, T]
    (cells: &[C], width: usize, rows: &[u32], map: Map<'_>, out: &mut [T]), every_row on isa
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn every_row<C: Cell, T: Real, L: Lane<Elem = T>>(
    cells: &[C],
    width: usize,
    rows: &[u32],
    map: Map<'_>,
    out: &mut [T],
) {
    let row = |r: u32| &cells[r as usize * width..][..width];
    let ahead = rows_ahead(width * size_of::<C>());
    for (i, (&r, out)) in rows.iter().zip(out.chunks_exact_mut(width)).enumerate() {
        if let Some(&next) = rows.get(i + ahead) {
            prefetch(row(next));
        }
        let cells = row(r);
        match map {
            Map::Convert => {
                for (out, cell) in out.iter_mut().zip(cells) {
                    *out = T::from_f64(cell.to_f64());
                }
            }
            Map::Uniform(scale, shift) => {
                for (out, cell) in out.iter_mut().zip(cells) {
                    *out = cell.affine(scale, shift);
                }
            }
            Map::PerColumn(scale, shift) => {
                let columns = scale.iter().zip(shift);
                for ((out, cell), (scale, shift)) in out.iter_mut().zip(cells).zip(columns) {
                    *out = cell.affine(*scale, *shift);
                }
            }
        }
    }
}

/// How many rows ahead of its use a row is asked for: about 4 KiB, a fraction of the first cache, which holds the rows
/// on their way besides the batch being written.
#[inline(always)]
fn rows_ahead(row_bytes: usize) -> usize {
    (4096 / row_bytes).clamp(1, 16)
}

/// Asks for a row's cache lines.
#[inline(always)]
fn prefetch<C>(row: &[C]) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        const LINE: usize = 64;
        for at in (0..size_of_val(row)).step_by(LINE) {
            // SAFETY: a prefetch reads nothing, and the address lies inside the row.
            unsafe { _mm_prefetch::<_MM_HINT_T0>(row.as_ptr().cast::<i8>().add(at)) };
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = row;
}
