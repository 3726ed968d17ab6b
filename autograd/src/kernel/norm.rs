//! The sum of squares of a long vector.

use super::{Isa, isa};
use crate::real::Real;

/// Elements summed before a partial sum is folded into the total.
const BLOCK: usize = 4096;
/// Running sums inside a block.
const LANES: usize = 16;

/// Σx², summed in `f64`.
///
/// The order is fixed (16 running sums over blocks of 4096, folded in order) and products are not fused, so every
/// instruction set and any number of threads give the same bits.
pub fn sum_of_squares<T: Real>(x: &[T]) -> f64 {
    sum_on(isa(), x)
}

/// [`sum_of_squares`] on a named instruction set, which the processor must have.
fn sum_on<T: Real>(isa: Isa, x: &[T]) -> f64 {
    match isa {
        #[cfg(target_arch = "x86_64")]
        Isa::Avx512 if isa <= Isa::best() => {
            // SAFETY: the processor has these instructions, as the guard asked it.
            unsafe { avx512(x) }
        }
        #[cfg(target_arch = "x86_64")]
        Isa::Avx2 if isa <= Isa::best() => {
            // SAFETY: the processor has these instructions, as the guard asked it.
            unsafe { avx2(x) }
        }
        _ => body(x),
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn avx512<T: Real>(x: &[T]) -> f64 {
    body(x)
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2<T: Real>(x: &[T]) -> f64 {
    body(x)
}

#[inline(always)]
fn body<T: Real>(x: &[T]) -> f64 {
    let mut total = 0.0;
    for block in x.chunks(BLOCK) {
        let mut sums = [0.0; LANES];
        let (whole, rest) = block.as_chunks::<LANES>();
        for chunk in whole {
            for (sum, x) in sums.iter_mut().zip(chunk) {
                *sum += x.to_f64() * x.to_f64();
            }
        }
        for (sum, x) in sums.iter_mut().zip(rest) {
            *sum += x.to_f64() * x.to_f64();
        }
        for sum in sums {
            total += sum;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_sum_on_every_instruction_set_to_the_bit() {
        for n in [0, 1, 15, 16, 17, 4095, 4096, 4097, 10_000] {
            let x: Vec<f64> = (0..n).map(|i| (i as f64 * 0.3).sin()).collect();
            let want: f64 = x.iter().map(|x| x * x).sum();
            let plain = sum_on(Isa::Portable, &x);
            assert!((plain - want).abs() <= 1e-12 * want, "{n}: {plain} {want}");
            for isa in Isa::available() {
                assert_eq!(sum_on(isa, &x).to_bits(), plain.to_bits(), "{isa:?} {n}");
            }
        }
    }

    #[test]
    fn large_f32_do_not_overflow() {
        assert_eq!(
            sum_of_squares(&[1e30f32; 4]).to_f64().sqrt(),
            2.0 * f64::from(1e30f32)
        );
    }
}
