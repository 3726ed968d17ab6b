//! Which way a product is computed, and how it is cut over threads.

use std::ops::Range;

use super::blocks::Product;
use crate::kernel::threads::{split, threads};
use crate::real::Real;

/// Multiply-adds that are worth a thread of their own. A split over a spinning helper costs about a microsecond, in
/// which one core does some 50 000.
const GRAIN: usize = 250_000;

impl<T: Real> Product<'_, T> {
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
                threads().min(work / GRAIN)
            };
            if parts == 1 {
                return self.part(0..self.rows, 0..self.cols);
            }
            let cut = Cut::of(self, parts);
            split(cut.down * cut.across, &|part| {
                let rows = cut.span(self.rows, cut.unit.0, cut.down, part / cut.across);
                let cols = cut.span(self.cols, cut.unit.1, cut.across, part % cut.across);
                self.part(rows, cols);
            });
        }
    }

    /// Computes a part of C, directly or turned.
    ///
    /// # Safety
    /// The ranges lie in C, and nobody else touches this part of it.
    unsafe fn part(&self, rows: Range<usize>, cols: Range<usize>) {
        // SAFETY: as the caller says.
        unsafe {
            if self.turns() {
                self.turned(rows, cols);
            } else {
                self.blocked(rows, cols);
            }
        }
    }
}

/// A product cut into `down` bands of rows times `across` bands of columns.
#[derive(Debug, PartialEq)]
pub(super) struct Cut {
    /// Bands begin at multiples of this many rows and columns.
    pub unit: (usize, usize),
    pub down: usize,
    pub across: usize,
}

impl Cut {
    /// At most `parts` parts, of sizes as equal as whole tiles allow. Among equals few bands of columns: rows of A are
    /// read in place, while each band of rows makes its own copies of B.
    fn of<T: Real>(product: &Product<'_, T>, parts: usize) -> Self {
        let unit = if product.turns() {
            // The roles of rows and columns are exchanged.
            (product.kernels.lanes, product.cols)
        } else {
            product.unit()
        };
        let tiles = (product.rows.div_ceil(unit.0), product.cols.div_ceil(unit.1));
        // The largest part decides when all is done.
        let largest = |down, across| tiles.0.div_ceil(down) * tiles.1.div_ceil(across);
        let best = (1..=parts.min(tiles.1))
            .map(|across| ((parts / across).min(tiles.0), across))
            .min_by_key(|&(down, across)| (largest(down, across), down))
            .unwrap_or((1, 1));
        Self {
            unit,
            down: best.0,
            across: best.1,
        }
    }

    /// The `i`-th of `bands` bands of `total` elements.
    fn span(&self, total: usize, unit: usize, bands: usize, i: usize) -> Range<usize> {
        let tiles = total.div_ceil(unit);
        let at = |i: usize| (tiles * i / bands * unit).min(total);
        at(i)..at(i + 1)
    }
}
