//! Reductions of contiguous slices.
//!
//! The order of every addition is fixed by the sizes alone: blocks of fixed length, sixteen lanes inside a block on
//! every instruction set, partial results folded in index order. So results do not depend on how wide the processor's
//! vectors are (but for fused multiply-adds, which no reduction has).

use super::isa::dispatched;
use super::lane::Lane;
use crate::real::Real;

/// An associative step with its neutral element.
pub(crate) trait Fold: Copy {
    /// The result for nothing.
    fn start<T: Real>() -> T;
    /// One more number.
    fn step<L: Lane>(sum: L, x: L) -> L;
}

/// Addition.
#[derive(Clone, Copy)]
pub(crate) struct Sum;
impl Fold for Sum {
    fn start<T: Real>() -> T {
        T::ZERO
    }
    #[inline(always)]
    fn step<L: Lane>(sum: L, x: L) -> L {
        sum + x
    }
}

/// The sum of each column of `x`, row-major with `out.len()` columns: the gradient of a bias.
///
/// # Panics
/// If `x` does not have whole rows.
pub fn column_sums<T: Real>(x: &[T], out: &mut [T]) {
    match out.len() {
        0 => {}
        1 => rows::<T, Sum>(x, x.len(), out),
        width => columns::<T, Sum>(x, x.len() / width, out),
    }
}

/// Numbers that are folded together before the next block begins.
const BLOCK: usize = 4096;
/// Running results inside a block.
const LANES: usize = 16;
/// Rows that are folded together before the next block, for columns.
const ROWS: usize = 256;
/// Columns folded side by side, so that their results stay in registers.
const STRIPE: usize = 64;

dispatched! {
    /// Folds each of `out.len()` rows of `n` numbers; `x` has as many.
    pub(crate) rows<F: Fold>, rows_body, (x: &[T], n: usize, out: &mut [T])
}
dispatched! {
    /// Folds each column of `x`, `n` rows of `out.len()` numbers.
    pub(crate) columns<F: Fold>, columns_body, (x: &[T], n: usize, out: &mut [T])
}

#[inline(always)]
fn rows_body<T: Real, F: Fold, L: Lane<Elem = T>>(x: &[T], n: usize, out: &mut [T]) {
    assert_eq!(x.len(), out.len() * n);
    if n == 0 {
        out.fill(F::start());
        return;
    }
    for (o, row) in out.iter_mut().zip(x.chunks_exact(n)) {
        *o = row_body::<T, F, L>(row).get();
    }
}

#[inline(always)]
fn row_body<T: Real, F: Fold, L: Lane<Elem = T>>(row: &[T]) -> L {
    let mut total = L::new(F::start());
    if row.len() < LANES {
        for x in row {
            total = F::step(total, L::new(*x));
        }
        return total;
    }
    for block in row.chunks(BLOCK) {
        let mut lanes = [L::new(F::start()); LANES];
        let (vectors, rest) = block.as_chunks::<LANES>();
        for v in vectors {
            for k in 0..LANES {
                lanes[k] = F::step(lanes[k], L::new(v[k]));
            }
        }
        for (k, x) in rest.iter().enumerate() {
            lanes[k] = F::step(lanes[k], L::new(*x));
        }
        let mut width = LANES / 2;
        while width > 0 {
            for k in 0..width {
                lanes[k] = F::step(lanes[k], lanes[k + width]);
            }
            width /= 2;
        }
        total = F::step(total, lanes[0]);
    }
    total
}

#[inline(always)]
fn columns_body<T: Real, F: Fold, L: Lane<Elem = T>>(x: &[T], n: usize, out: &mut [T]) {
    assert_eq!(x.len(), out.len() * n);
    let width = out.len();
    let (stripes, rest) = out.as_chunks_mut::<STRIPE>();
    for (s, stripe) in stripes.iter_mut().enumerate() {
        let mut total = [L::new(F::start()); STRIPE];
        let mut row = 0;
        while row < n {
            let end = (row + ROWS).min(n);
            let mut sum = [L::new(F::start()); STRIPE];
            for r in row..end {
                let from = r * width + s * STRIPE;
                let source = &x[from..from + STRIPE];
                for k in 0..STRIPE {
                    sum[k] = F::step(sum[k], L::new(source[k]));
                }
            }
            for k in 0..STRIPE {
                total[k] = F::step(total[k], sum[k]);
            }
            row = end;
        }
        for k in 0..STRIPE {
            stripe[k] = total[k].get();
        }
    }
    let first = stripes.len() * STRIPE;
    let w = rest.len();
    if w == 0 {
        return;
    }
    let mut total = [L::new(F::start()); STRIPE];
    let mut row = 0;
    while row < n {
        let end = (row + ROWS).min(n);
        let mut sum = [L::new(F::start()); STRIPE];
        for r in row..end {
            let from = r * width + first;
            for (s, v) in sum.iter_mut().zip(&x[from..from + w]) {
                *s = F::step(*s, L::new(*v));
            }
        }
        for k in 0..w {
            total[k] = F::step(total[k], sum[k]);
        }
        row = end;
    }
    for (o, t) in rest.iter_mut().zip(total) {
        *o = t.get();
    }
}
