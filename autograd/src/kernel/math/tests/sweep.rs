//! Sweeps over bit patterns, against functions of the standard library and of `libm`.

use rayon::prelude::*;

use super::loops::*;
use crate::kernel::Isa;

/// |`got` − `true_value`| in units of the last place of an `f32` at the true value; infinity where only one is NaN.
fn error_f32(got: f32, true_value: f64) -> f64 {
    if true_value.is_nan() || got.is_nan() {
        return if true_value.is_nan() && got.is_nan() {
            0.0
        } else {
            f64::INFINITY
        };
    }
    let nearest = true_value as f32;
    if got.to_bits() == nearest.to_bits() && !got.is_normal() {
        return 0.0;
    }
    const TWO_TO_128: f64 = 2.0 * (1u128 << 127) as f64;
    let exponent = ((true_value.to_bits() >> 52) & 0x7ff) as i32 - 1023;
    let ulp = f64::from_bits(((exponent.clamp(-126, 127) - 23 + 1023) as u64) << 52);
    // Infinity stands where the next number after the largest would be.
    let got = if got.is_infinite() {
        TWO_TO_128.copysign(got.into())
    } else {
        got.into()
    };
    if got == 0.0 && nearest == 0.0 && got.is_sign_negative() != true_value.is_sign_negative() {
        return f64::INFINITY;
    }
    (got - true_value).abs() / ulp
}

/// The largest error of F over the bit patterns first, first + step, …, and where it is, for each instruction set.
fn worst_f32<F: Function>(step: usize) -> Vec<(Isa, f64, f32)> {
    const CHUNK: usize = 1 << 16;
    let count = (1usize << 32) / step;
    let sets: Vec<Isa> = Isa::available().collect();
    (0..count.div_ceil(CHUNK))
        .into_par_iter()
        .map(|chunk| {
            let x: Vec<f32> = (chunk * CHUNK..count.min((chunk + 1) * CHUNK))
                .map(|i| f32::from_bits((i * step) as u32))
                .collect();
            let truth: Vec<f64> = x.iter().map(|x| F::reference((*x).into())).collect();
            let mut out = vec![0.0; x.len()];
            sets.iter()
                .map(|isa| {
                    run::<F, f32>(*isa, &x, &mut out);
                    let errors = out.iter().zip(&truth).map(|(y, t)| error_f32(*y, *t));
                    errors.zip(&x).fold((*isa, 0.0, 0.0), |worst, (e, x)| {
                        if e > worst.1 { (*isa, e, *x) } else { worst }
                    })
                })
                .collect::<Vec<_>>()
        })
        .reduce(
            || sets.iter().map(|isa| (*isa, 0.0, 0.0)).collect(),
            |a, b| {
                a.into_iter()
                    .zip(b)
                    .map(|(a, b)| if b.1 > a.1 { b } else { a })
                    .collect()
            },
        )
}

/// Every `step`-th number within 2 units; `tell` prints the largest error.
fn check_f32<F: Function>(step: usize, tell: bool) {
    for (isa, error, at) in worst_f32::<F>(step) {
        if tell {
            println!(
                "{:8} {isa:?}: {error:.3} ulp at {at:e} ({:#x})",
                F::NAME,
                at.to_bits()
            );
        }
        assert!(error <= 2.0, "{} {isa:?}: {error} ulp at {at:e}", F::NAME);
    }
}

#[test]
fn single_precision_sweep() {
    macro_rules! visit {
        ($f:ident) => {
            check_f32::<$f>(1009, false)
        };
    }
    every!(visit);
}

#[test]
#[ignore = "minutes: cargo test --release -p gradus-autograd every_f32 -- --ignored --nocapture"]
fn every_f32() {
    check_f32::<Exp>(1, true);
    check_f32::<ExpM1>(1, true);
    check_f32::<Ln>(1, true);
    check_f32::<Ln1p>(1, true);
    check_f32::<Tanh>(1, true);
    check_f32::<Asinh>(1, true);
    check_f32::<Acosh>(1, true);
    check_f32::<Atanh>(1, true);
    check_f32::<Sigmoid>(1, true);
    check_f32::<Erf>(1, true);
}

/// AVX2 and AVX-512 give the same bits, and so does the end of a slice, where no whole vector is left.
#[test]
fn bits_do_not_depend_on_the_width_of_vectors() {
    let x: Vec<f32> = (0..4095).map(|i| f32::from_bits(i * 1_048_573)).collect();
    macro_rules! visit {
        ($f:ident) => {
            let bits = |isa, x: &[f32]| {
                let mut out = vec![0.0; x.len()];
                run::<$f, f32>(isa, x, &mut out);
                out.iter().map(|y| y.to_bits()).collect::<Vec<_>>()
            };
            for isa in Isa::available() {
                let whole = bits(isa, &x);
                let single: Vec<u32> = x.iter().flat_map(|x| bits(isa, &[*x])).collect();
                for (x, (a, b)) in x.iter().zip(whole.iter().zip(&single)) {
                    let (nan_a, nan_b) = (f32::from_bits(*a).is_nan(), f32::from_bits(*b).is_nan());
                    assert!(a == b || (nan_a && nan_b), "{} {isa:?} at {x:e}", $f::NAME);
                }
                if isa == Isa::Avx512 {
                    assert!(
                        whole == bits(Isa::Avx2, &x),
                        "{}: AVX2 and AVX-512 differ",
                        $f::NAME
                    );
                }
            }
        };
    }
    every!(visit);
}
