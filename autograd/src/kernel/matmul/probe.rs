//! How fast multiply-adds can be at all: the yardstick of every product.

use std::hint::black_box;

use super::simd::{Array, Simd};
use crate::kernel::{Isa, isa};

/// Chains side by side. A processor with two units and a latency of four cycles needs eight to be busy; twelve leave
/// room for longer latencies, and fit the sixteen registers of AVX2 with their operands.
const CHAINS: usize = 12;

/// Runs independent chains of `f32` multiply-adds in registers, on the instruction set in use, and touches no memory.
///
/// Returns the number of floating-point operations done, two a multiply-add. Divided by the time it took, that is the
/// peak of one core; no product can be faster.
///
/// ```
/// let start = std::time::Instant::now();
/// let operations = autograd::kernels::multiply_adds(100_000);
/// let gflops = operations as f64 / start.elapsed().as_nanos() as f64;
/// assert!(gflops > 0.0);
/// ```
pub fn multiply_adds(rounds: u32) -> u64 {
    let lanes = match isa() {
        #[cfg(target_arch = "x86_64")]
        // SAFETY: the processor has the instruction set in use.
        Isa::Avx512 => unsafe { avx512(rounds) },
        #[cfg(target_arch = "x86_64")]
        // SAFETY: as above.
        Isa::Avx2 => unsafe { avx2(rounds) },
        // SAFETY: arrays need no instruction set.
        _ => unsafe { chains::<Array<f32, 4>>(rounds) },
    };
    u64::from(rounds) * (2 * CHAINS * lanes) as u64
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")]
fn avx512(rounds: u32) -> usize {
    // SAFETY: the features are enabled here.
    unsafe { chains::<std::arch::x86_64::__m512>(rounds) }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn avx2(rounds: u32) -> usize {
    // SAFETY: the features are enabled here.
    unsafe { chains::<std::arch::x86_64::__m256>(rounds) }
}

/// The chains; returns the lanes of a vector.
///
/// # Safety
/// The processor has the vector's instruction set.
#[inline(always)]
unsafe fn chains<V: Simd<Elem = f32>>(rounds: u32) -> usize {
    // SAFETY: as the caller says.
    unsafe {
        // A fixed point of x ↦ x/2 + 1/2: the sums neither grow nor become denormal.
        let (half, mut sums) = (V::splat(black_box(0.5)), [V::splat(black_box(1.0)); CHAINS]);
        for _ in 0..rounds {
            for sum in &mut sums {
                *sum = half.add_product(*sum, half);
            }
        }
        black_box(sums);
    }
    V::LANES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_counted_for_the_instruction_set() {
        let lanes = match isa() {
            Isa::Avx512 => 16,
            Isa::Avx2 => 8,
            Isa::Portable => 4,
        };
        assert_eq!(multiply_adds(10), 10 * 12 * 2 * lanes);
    }
}
