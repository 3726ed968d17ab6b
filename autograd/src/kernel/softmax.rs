//! Softmax and cross-entropy of rows.

use super::isa::{Isa, isa};
use super::lane::Lane;
use crate::real::Real;

/// One loop text, compiled for each instruction set and chosen at run time.
macro_rules! dispatched {
    ($(#[$doc:meta])* $vis:vis $name:ident, $body:ident, ($($arg:ident: $type:ty),*) $(-> $result:ty)?) => {
        $(#[$doc])*
        $vis fn $name<T: Real>($($arg: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
            fn avx512<T: Real>($($arg: $type),*) $(-> $result)? {
                $body::<T, T::Fused>($($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            fn avx2<T: Real>($($arg: $type),*) $(-> $result)? {
                $body::<T, T::Fused>($($arg),*)
            }
            match isa() {
                #[cfg(target_arch = "x86_64")]
                // SAFETY: the processor has the instructions.
                Isa::Avx512 => unsafe { avx512($($arg),*) },
                #[cfg(target_arch = "x86_64")]
                // SAFETY: as above.
                Isa::Avx2 => unsafe { avx2($($arg),*) },
                _ => $body::<T, T::Plain>($($arg),*),
            }
        }
    };
}

dispatched! {
    /// `out = eˣ / Σ eˣ` over one row.
    pub(crate) softmax, softmax_body, (x: &[T], out: &mut [T])
}
dispatched! {
    /// `out = x − ln Σ eˣ` over one row.
    pub(crate) log_softmax, log_softmax_body, (x: &[T], out: &mut [T])
}
dispatched! {
    /// The sum over rows of −Σ q·ln softmax(x), q = 1 − smoothing at the label plus smoothing/classes everywhere. `x` has
    /// a row of logits for each label.
    ///
    /// # Panics
    /// If a label is not below the number of logits in a row.
    pub cross_entropy, cross_entropy_body, (x: &[T], labels: &[u32], smoothing: f64) -> f64
}
dispatched! {
    /// `out = scale·(softmax(x) − q)`, row by row, q as in [`cross_entropy`]: with scale = 1/rows the gradient of its mean.
    ///
    /// # Panics
    /// As [`cross_entropy`].
    pub cross_entropy_gradient, cross_entropy_gradient_body,
    (x: &[T], labels: &[u32], smoothing: f64, scale: T, out: &mut [T])
}

#[inline(always)]
fn max_of<L: Lane>(row: &[L::Elem]) -> L {
    let mut max = L::new(-L::Elem::INFINITY);
    for x in row {
        let x = L::new(*x);
        // A NaN stays out of the maximum and comes back with the exponentials.
        if x > max {
            max = x;
        }
    }
    max
}

/// Writes eˣ⁻ᵐ and returns the sum.
#[inline(always)]
fn exponentials<L: Lane>(x: &[L::Elem], max: L, out: &mut [L::Elem]) -> L {
    for (o, v) in out.iter_mut().zip(x) {
        *o = (L::new(*v) - max).exp().get();
    }
    let mut sum = L::new(L::Elem::ZERO);
    for o in out.iter() {
        sum = sum + L::new(*o);
    }
    sum
}

#[inline(always)]
fn softmax_body<T: Real, L: Lane<Elem = T>>(x: &[T], out: &mut [T]) {
    let sum = exponentials(x, max_of::<L>(x), out);
    for o in out {
        *o = (L::new(*o) / sum).get();
    }
}

#[inline(always)]
fn log_softmax_body<T: Real, L: Lane<Elem = T>>(x: &[T], out: &mut [T]) {
    let max = max_of::<L>(x);
    let ln = exponentials(x, max, out).ln();
    for (o, v) in out.iter_mut().zip(x) {
        *o = (L::new(*v) - max - ln).get();
    }
}

/// Classes handled without a second pass over memory; more go through the heap-free two-pass form.
const FEW: usize = 64;

#[inline(always)]
fn cross_entropy_body<T: Real, L: Lane<Elem = T>>(x: &[T], labels: &[u32], smoothing: f64) -> f64 {
    let classes = x.len() / labels.len().max(1);
    let mut total = 0.0;
    let mut stage = [T::ZERO; FEW];
    for (row, label) in x.chunks_exact(classes.max(1)).zip(labels) {
        let max = max_of::<L>(row);
        let mut sum = L::new(T::ZERO);
        for part in row.chunks(FEW) {
            sum = sum + exponentials(part, max, &mut stage[..part.len()]);
        }
        let log_sum = sum.ln();
        // ln softmax = (x − max) − ln Σ: differences first, so that shifted logits lose nothing.
        let at = |v: T| (L::new(v) - max - log_sum).get().to_f64();
        total -= (1.0 - smoothing) * at(row[*label as usize]);
        if smoothing != 0.0 {
            let all: f64 = row.iter().map(|v| at(*v)).sum();
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
    let everywhere = T::from_f64(smoothing / classes as f64);
    let scale = L::new(scale);
    for ((row, o), label) in x
        .chunks_exact(classes)
        .zip(out.chunks_exact_mut(classes))
        .zip(labels)
    {
        softmax_body::<T, L>(row, o);
        for v in o.iter_mut() {
            *v = ((L::new(*v) - L::new(everywhere)) * scale).get();
        }
        let at_label = &mut o[*label as usize];
        *at_label -= T::from_f64(1.0 - smoothing) * scale.get();
    }
}
