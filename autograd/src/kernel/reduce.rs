//! Reductions of contiguous slices.
//!
//! The order of every addition is fixed by the sizes alone. Rows are folded in blocks of 4096 numbers, sixteen running
//! results inside of each on every instruction set, and partial results in index order; columns each by itself, in blocks of
//! 256 rows. So results do not depend on how wide the processor's vectors are (but for fused multiply-adds, which no
//! reduction has), nor on what other columns there are. A single column is a row: its sum may differ in the last bits from
//! that of the same column in a wider matrix.

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
#[track_caller]
pub fn column_sums<T: Real>(x: &[T], out: &mut [T]) {
    let width = out.len();
    assert!(
        x.len().is_multiple_of(width),
        "column_sums: {} numbers are no whole rows of {width}",
        x.len()
    );
    match width {
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
    match out.len() {
        0 => {}
        1 => stripes::<T, F, L, 1>(x, n, out),
        2..4 => stripes::<T, F, L, 2>(x, n, out),
        4..8 => stripes::<T, F, L, 4>(x, n, out),
        8..16 => stripes::<T, F, L, 8>(x, n, out),
        16..32 => stripes::<T, F, L, 16>(x, n, out),
        32..64 => stripes::<T, F, L, 32>(x, n, out),
        64.. => stripes::<T, F, L, 64>(x, n, out),
    }
}

/// Folds `W` columns at a time, at most as many as there are, with their results in registers. The last stripe ends with the
/// last column: what it shares with the one before is folded twice, to the same results.
#[inline(always)]
fn stripes<T: Real, F: Fold, L: Lane<Elem = T>, const W: usize>(x: &[T], n: usize, out: &mut [T]) {
    let width = out.len();
    for first in (0..width).step_by(W) {
        let first = first.min(width - W);
        let mut total = [L::new(F::start()); W];
        let mut row = 0;
        while row < n {
            let end = (row + ROWS).min(n);
            let mut sum = [L::new(F::start()); W];
            for r in row..end {
                let from = r * width + first;
                let source = &x[from..from + W];
                for k in 0..W {
                    sum[k] = F::step(sum[k], L::new(source[k]));
                }
            }
            for k in 0..W {
                total[k] = F::step(total[k], sum[k]);
            }
            row = end;
        }
        let stripe = &mut out[first..first + W];
        for k in 0..W {
            stripe[k] = total[k].get();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever stripes a width is cut into, each column is folded by itself, block by block.
    #[test]
    fn a_column_has_the_same_sum_beside_any_others() {
        for n in [0, 1, 3, ROWS, 2 * ROWS + 5] {
            let column = |k: usize| (0..n).map(move |r| ((r * 7 + k * 13) as f32 * 0.37).sin());
            let by_blocks: Vec<f32> = (0..131)
                .map(|k| {
                    let x: Vec<f32> = column(k).collect();
                    let blocks = x
                        .chunks(ROWS)
                        .map(|block| block.iter().fold(0.0, |s, x| s + x));
                    blocks.fold(0.0, |s, x| s + x)
                })
                .collect();
            for width in 0..=by_blocks.len() {
                let mut x = vec![0.0; n * width];
                for k in 0..width {
                    for (r, value) in column(k).enumerate() {
                        x[r * width + k] = value;
                    }
                }
                let mut out = vec![f32::NAN; width];
                columns::<f32, Sum>(&x, n, &mut out);
                let bits = |x: &[f32]| x.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&out), bits(&by_blocks[..width]), "{n} x {width}");
            }
        }
    }
}
