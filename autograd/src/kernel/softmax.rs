//! Softmax and cross-entropy of rows.

use super::isa::dispatched;
use super::lane::Lane;
use crate::algebra::Cmp;
use crate::real::Real;

dispatched! {
    /// `out = eˣ / Σ eˣ` over one row.
    softmax, softmax_body, (x: &[T], out: &mut [T])
}
dispatched! {
    /// `out = x − ln Σ eˣ` over one row.
    log_softmax, log_softmax_body, (x: &[T], out: &mut [T])
}
dispatched! {
    /// The sum over rows of −Σ q·ln softmax(x), q = 1 − smoothing at the label plus smoothing/classes everywhere.
    cross_entropy, cross_entropy_body, (x: &[T], labels: &[u32], smoothing: f64) -> f64
}
dispatched! {
    /// `out = scale·(softmax(x) − q)`, row by row.
    cross_entropy_gradient, cross_entropy_gradient_body,
    (x: &[T], labels: &[u32], smoothing: f64, scale: T, out: &mut [T])
}

/// Numbers taken at once. Rows are often shorter (ten classes), so the last numbers of a row are padded to a vector.
const VECTOR: usize = 16;

/// The numbers of a row from `place` on; what the row does not have is −∞.
#[inline(always)]
fn vector_at<T: Real>(row: &[T], place: usize) -> [T; VECTOR] {
    let rest = &row[place..];
    if let Some(whole) = rest.first_chunk() {
        return *whole;
    }
    let mut padded = [-T::INFINITY; VECTOR];
    padded[..rest.len()].copy_from_slice(rest);
    padded
}

#[inline(always)]
fn larger<L: Lane>(a: L, b: L) -> L {
    b.select(Cmp::Gt, a, b, a)
}

/// The largest number of a row. A NaN stays out of it and comes back with the exponentials.
///
/// (Closures are not compiled for the instruction set of the function they stand in, so there are none here.)
#[inline(always)]
fn max_of<L: Lane>(row: &[L::Elem]) -> L {
    let mut max = [L::new(-L::Elem::INFINITY); VECTOR];
    let mut place = 0;
    while place < row.len() {
        let vector = vector_at(row, place);
        for k in 0..VECTOR {
            max[k] = larger(max[k], L::new(vector[k]));
        }
        place += VECTOR;
    }
    let mut width = VECTOR / 2;
    while width > 0 {
        for k in 0..width {
            max[k] = larger(max[k], max[k + width]);
        }
        width /= 2;
    }
    max[0]
}

/// Σ eˣ⁻ᵐ, the exponentials also written to `out` if `KEEP`.
#[inline(always)]
fn exponentials<L: Lane, const KEEP: bool>(row: &[L::Elem], max: L, out: &mut [L::Elem]) -> L {
    let mut sum = [L::new(L::Elem::ZERO); VECTOR];
    let mut place = 0;
    while place < row.len() {
        let mut vector = vector_at(row, place);
        for v in &mut vector {
            *v = (L::new(*v) - max).exp().get();
        }
        for k in 0..VECTOR {
            sum[k] = sum[k] + L::new(vector[k]);
        }
        if KEEP {
            let n = VECTOR.min(row.len() - place);
            out[place..place + n].copy_from_slice(&vector[..n]);
        }
        place += VECTOR;
    }
    let mut width = VECTOR / 2;
    while width > 0 {
        for k in 0..width {
            sum[k] = sum[k] + sum[k + width];
        }
        width /= 2;
    }
    sum[0]
}

#[inline(always)]
fn softmax_body<T: Real, L: Lane<Elem = T>>(x: &[T], out: &mut [T]) {
    let sum = exponentials::<L, true>(x, max_of::<L>(x), out);
    for o in out {
        *o = (L::new(*o) / sum).get();
    }
}

#[inline(always)]
fn log_softmax_body<T: Real, L: Lane<Elem = T>>(x: &[T], out: &mut [T]) {
    let max = max_of::<L>(x);
    let ln = exponentials::<L, false>(x, max, &mut []).ln();
    for (o, v) in out.iter_mut().zip(x) {
        *o = (L::new(*v) - max - ln).get();
    }
}

#[inline(always)]
fn cross_entropy_body<T: Real, L: Lane<Elem = T>>(x: &[T], labels: &[u32], smoothing: f64) -> f64 {
    let classes = x.len() / labels.len().max(1);
    let mut total = 0.0;
    for (row, label) in x.chunks_exact(classes.max(1)).zip(labels) {
        let max = max_of::<L>(row);
        let log_sum = exponentials::<L, false>(row, max, &mut []).ln();
        // ln softmax = (x − max) − ln Σ: differences first, so that shifted logits lose nothing.
        let at_label = L::new(row[*label as usize]) - max - log_sum;
        total -= (1.0 - smoothing) * at_label.get().to_f64();
        if smoothing != 0.0 {
            let mut all = 0.0;
            for v in row {
                all += (L::new(*v) - max - log_sum).get().to_f64();
            }
            total -= smoothing / classes as f64 * all;
        }
    }
    total
}

#[inline(always)]
fn cross_entropy_gradient_body<T: Real, L: Lane<Elem = T>>(
    x: &[T],
    labels: &[u32],
    smoothing: f64,
    scale: T,
    out: &mut [T],
) {
    let classes = (x.len() / labels.len().max(1)).max(1);
    let everywhere = L::new(T::from_f64(smoothing / classes as f64));
    let at_label = T::from_f64(1.0 - smoothing) * scale;
    let scale = L::new(scale);
    let rows = x.chunks_exact(classes).zip(out.chunks_exact_mut(classes));
    for ((row, o), label) in rows.zip(labels) {
        softmax_body::<T, L>(row, o);
        for v in o.iter_mut() {
            *v = ((L::new(*v) - everywhere) * scale).get();
        }
        o[*label as usize] -= at_label;
    }
}
