//! Which way a product is computed, and how it is cut over threads.

use std::ops::Range;

use super::blocks::Gemm;
use crate::kernel::thread_pool::{sharing_threads, split};
use crate::real::Real;

/// Multiply-adds that are worth a thread of their own: two to five microseconds, several times what a split over a
/// spinning helper costs.
const GRAIN: usize = 250_000;

impl<T: Real> Gemm<'_, T> {
    /// Computes all of C.
    ///
    /// # Safety
    /// The sources reach the sizes of the product, C has this many rows and columns, and nobody else touches it.
    pub(super) unsafe fn run(&self) {
        // SAFETY: the ranges make up C, and parts do not overlap.
        unsafe {
            if self.depth == 0 {
                return self.without_products();
            }
            if self.rows == 1 && self.cols == 1 {
                return self.dot();
            }
            let work = self
                .rows
                .saturating_mul(self.cols)
                .saturating_mul(self.depth);
            let parts = if work < 2 * GRAIN {
                1
            } else {
                sharing_threads().min(work / GRAIN)
            };
            if parts == 1 {
                return match self.is_small(work) {
                    true => self.at_once(),
                    false => self.part(0..self.rows, 0..self.cols),
                };
            }
            let cut = Cut::of(self, parts);
            split(cut.down * cut.across, &|part| {
                let rows = band(self.rows, cut.unit.0, part / cut.across, cut.down);
                let cols = band(self.cols, cut.unit.1, part % cut.across, cut.across);
                self.part(rows, cols);
            });
        }
    }

    /// Computes a part of C, directly or transposed.
    ///
    /// # Safety
    /// The ranges lie in C, and nobody else touches this part of it.
    unsafe fn part(&self, rows: Range<usize>, cols: Range<usize>) {
        // SAFETY: as the caller says.
        unsafe {
            if self.is_transposed() {
                self.transposed(rows, cols);
            } else {
                self.blocked(rows, cols);
            }
        }
    }
}

/// A product cut into `down` bands of rows times `across` bands of columns.
struct Cut {
    /// Bands begin at multiples of this many rows and columns.
    unit: (usize, usize),
    down: usize,
    across: usize,
}

impl Cut {
    /// At most `parts` parts, of sizes as equal as whole tiles allow. Among equals few bands of rows, since each makes
    /// its own copies of B, while rows of A are read in place.
    fn of<T: Real>(product: &Gemm<'_, T>, parts: usize) -> Self {
        let unit = if product.is_transposed() {
            // Rows lie along the vectors, and all columns together are few.
            (product.kernels.lanes, product.cols)
        } else {
            product.unit()
        };
        let tiles = (product.rows.div_ceil(unit.0), product.cols.div_ceil(unit.1));
        // The largest part decides when all is done.
        let largest = |down, across| tiles.0.div_ceil(down) * tiles.1.div_ceil(across);
        let (down, across) = (1..=parts.min(tiles.1))
            .map(|across| ((parts / across).min(tiles.0), across))
            .min_by_key(|&(down, across)| (largest(down, across), down))
            .unwrap_or((1, 1));
        Self { unit, down, across }
    }
}

/// The `i`-th of `bands` bands of `total` rows or columns, of whole units but for the last.
fn band(total: usize, unit: usize, i: usize, bands: usize) -> Range<usize> {
    let units = total.div_ceil(unit);
    let start = |i: usize| (units * i / bands * unit).min(total);
    start(i)..start(i + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bands_make_up_the_whole_in_units() {
        for (total, unit, bands) in [
            (128, 6, 2),
            (100, 64, 2),
            (7, 7, 1),
            (130, 6, 22),
            (5, 1, 3),
        ] {
            let mut end = 0;
            for i in 0..bands {
                let band = band(total, unit, i, bands);
                assert_eq!(band.start, end);
                assert!(band.start.is_multiple_of(unit) && !band.is_empty());
                end = band.end;
            }
            assert_eq!(end, total);
        }
    }
}
