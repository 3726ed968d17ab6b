//! The sum of squares of a long vector.

use super::isa;
use super::isa::dispatched;
use super::lane::Lane;
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

dispatched! {
    /// [`sum_of_squares`] on a named instruction set, which the processor must have.
    fn sum_on [T: Real] [T] (x: &[T]) -> f64, body on isa
}

#[inline(always)]
#[allow(clippy::extra_unused_type_parameters, reason = "dispatching names it")]
fn body<T: Real, L: Lane<Elem = T>>(x: &[T]) -> f64 {
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
    use crate::Isa;

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
