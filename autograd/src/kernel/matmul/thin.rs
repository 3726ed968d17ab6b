//! Products whose shape leaves vectors along the columns of C empty.

use std::ops::Range;

use super::blocks::Gemm;
use super::scratch::{self, Use};
use crate::real::Real;

/// Rows of C that are computed at a time in transposed form.
const TRANSPOSED_ROWS: usize = 256;
/// Elements of a vector with gaps that are gathered at a time.
const GATHERED: usize = 256;

impl<T: Real> Gemm<'_, T> {
    /// A product without terms: C becomes 0, or stays.
    ///
    /// # Safety
    /// C has the product's sizes, and nobody else touches it.
    pub(super) unsafe fn without_products(&self) {
        for i in 0..self.rows {
            // SAFETY: the row lies in C.
            let row =
                unsafe { std::slice::from_raw_parts_mut(self.c.add(i * self.c_rs), self.cols) };
            if !self.add {
                row.fill(T::ZERO);
            }
            if let Some(epilogue) = self.epilogue {
                epilogue(row, 0);
            }
        }
    }

    /// Whether Cᵀ = Bᵀ·Aᵀ takes less time than C = A·B: few columns leave most of a vector empty, and a matrix times a
    /// vector all but one lane. In return C has to be transposed, and A copied where it lies row by row. Times are in
    /// steps of a vector, as measured. Depends on the whole product only, not on how it is cut.
    pub(super) fn is_transposed(&self) -> bool {
        let (rows, cols, depth) = (self.rows, self.cols, self.depth);
        let lanes = self.kernels.lanes;
        if cols >= lanes || rows <= cols {
            return false;
        }
        let vectors = rows.div_ceil(lanes);
        let copy = if self.a.rs == 1 { 0 } else { 6 * vectors };
        let terms = cols * vectors + copy;
        // A step of k saves the difference; moving C costs once, and so does the detour.
        rows.saturating_sub(terms).saturating_mul(depth) > 2 * rows * cols + 300
    }

    /// A band of rows of C in transposed form.
    ///
    /// # Safety
    /// The ranges lie in C, and nobody else touches this part of it.
    pub(super) unsafe fn transposed(&self, rows: Range<usize>, cols: Range<usize>) {
        for start in rows.clone().step_by(TRANSPOSED_ROWS) {
            let rows = start..rows.end.min(start + TRANSPOSED_ROWS);
            let (high, wide) = (rows.len(), cols.len());
            scratch::with(Use::Transposed, high * wide, |transposed: &mut [T]| {
                let c = |i: usize, j: usize| {
                    // SAFETY: (i, j) lies in the part, which the caller owns.
                    unsafe { &mut *self.c.add((rows.start + i) * self.c_rs + cols.start + j) }
                };
                if self.add {
                    for j in 0..wide {
                        for i in 0..high {
                            transposed[j * high + i] = *c(i, j);
                        }
                    }
                }
                let product = Gemm {
                    rows: wide,
                    cols: high,
                    a: self.b.from(0, cols.start).transposed(),
                    b: self.a.from(rows.start, 0).transposed(),
                    c: transposed.as_mut_ptr(),
                    c_rs: high,
                    epilogue: None,
                    ..*self
                };
                // SAFETY: the sources reach the transposed part, and the scratch holds it.
                unsafe { product.blocked(0..wide, 0..high) };
                for i in 0..high {
                    for j in 0..wide {
                        *c(i, j) = transposed[j * high + i];
                    }
                }
                // SAFETY: the part is complete, and the caller's.
                unsafe { self.epilogue(&rows, cols.clone()) };
            });
        }
    }

    /// A product of one element: 32 interleaved sums, folded in halves, on every instruction set.
    ///
    /// # Safety
    /// The sources reach `depth` elements, and C has one.
    pub(super) unsafe fn dot(&self) {
        let mut sums = [T::ZERO; 32];
        let (x, y) = (self.a.transposed(), self.b);
        // SAFETY: the sources reach `depth` elements; gathered pieces are slices.
        unsafe {
            if x.rs == 1 && y.rs == 1 {
                (self.kernels.dot)(self.depth, x.at, y.at, &mut sums);
            } else {
                let mut piece = [[T::ZERO; GATHERED]; 2];
                for p in (0..self.depth).step_by(GATHERED) {
                    let n = GATHERED.min(self.depth - p);
                    for (piece, from) in piece.iter_mut().zip([x, y]) {
                        for (i, to) in piece[..n].iter_mut().enumerate() {
                            *to = *from.from(p + i, 0).at;
                        }
                    }
                    (self.kernels.dot)(n, piece[0].as_ptr(), piece[1].as_ptr(), &mut sums);
                }
            }
        }
        let mut width = sums.len();
        while width > 1 {
            width /= 2;
            for i in 0..width {
                sums[i] += sums[i + width];
            }
        }
        // SAFETY: C has one element, the caller's.
        unsafe {
            *self.c = if self.add { *self.c + sums[0] } else { sums[0] };
            self.epilogue(&(0..1), 0..1);
        }
    }
}
