//! Zeros, infinities, NaN, and the edges of what a format holds.

use std::f64::consts::FRAC_PI_2;

use super::loops::*;
use crate::kernel::{Isa, Lane};
use crate::real::Real;

/// F(x) on `isa`, by way of a loop.
fn value<F: Function, T: Real>(isa: Isa, x: f64) -> T {
    // Long enough that a whole vector is filled.
    let mut out = [T::ZERO; 64];
    run::<F, T>(isa, &[T::from_f64(x); 64], &mut out);
    out[0]
}

/// F at each x is y exactly, the sign of zero included.
fn check<F: Function>(rows: &[(f64, f64)]) {
    for isa in Isa::available() {
        for (x, y) in rows {
            let single: f32 = value::<F, f32>(isa, *x);
            let double: f64 = value::<F, f64>(isa, *x);
            assert_eq!(
                single.to_bits(),
                (*y as f32).to_bits(),
                "{}({x:e}) in f32, {isa:?}: {single:e}",
                F::NAME
            );
            assert_eq!(
                double.to_bits(),
                y.to_bits(),
                "{}({x:e}) in f64, {isa:?}: {double:e}",
                F::NAME
            );
        }
    }
}

const INF: f64 = f64::INFINITY;

#[test]
fn values_that_are_exact() {
    check::<Exp>(&[
        (0.0, 1.0),
        (-0.0, 1.0),
        (INF, INF),
        (-INF, 0.0),
        (1000.0, INF),
        (-1000.0, 0.0),
    ]);
    check::<ExpM1>(&[
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, INF),
        (-INF, -1.0),
        (1000.0, INF),
        (-1000.0, -1.0),
    ]);
    check::<Ln>(&[(1.0, 0.0), (0.0, -INF), (-0.0, -INF), (INF, INF)]);
    check::<Ln1p>(&[(0.0, 0.0), (-0.0, -0.0), (-1.0, -INF), (INF, INF)]);
    check::<Sin>(&[(0.0, 0.0), (-0.0, -0.0)]);
    check::<Cos>(&[(0.0, 1.0), (-0.0, 1.0)]);
    check::<Tanh>(&[
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, 1.0),
        (-INF, -1.0),
        (1000.0, 1.0),
        (-1000.0, -1.0),
    ]);
    check::<Tan>(&[(0.0, 0.0), (-0.0, -0.0)]);
    check::<Asin>(&[(0.0, 0.0), (-0.0, -0.0)]);
    check::<Acos>(&[(1.0, 0.0)]);
    check::<Atan>(&[
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, FRAC_PI_2),
        (-INF, -FRAC_PI_2),
    ]);
    check::<Sinh>(&[
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, INF),
        (-INF, -INF),
        (1000.0, INF),
        (-1000.0, -INF),
    ]);
    check::<Cosh>(&[
        (0.0, 1.0),
        (-0.0, 1.0),
        (INF, INF),
        (-INF, INF),
        (1000.0, INF),
        (-1000.0, INF),
    ]);
    check::<Asinh>(&[(0.0, 0.0), (-0.0, -0.0), (INF, INF), (-INF, -INF)]);
    check::<Acosh>(&[(1.0, 0.0), (INF, INF)]);
    check::<Atanh>(&[(0.0, 0.0), (-0.0, -0.0), (1.0, INF), (-1.0, -INF)]);
    check::<Log2>(&[
        (0.0, -INF),
        (-0.0, -INF),
        (1.0, 0.0),
        (INF, INF),
        (1024.0, 10.0),
        (0.125, -3.0),
    ]);
    check::<Log10>(&[
        (0.0, -INF),
        (-0.0, -INF),
        (1.0, 0.0),
        (INF, INF),
        (1000.0, 3.0),
    ]);
    check::<Cbrt>(&[
        (0.0, 0.0),
        (-0.0, -0.0),
        (27.0, 3.0),
        (-8.0, -2.0),
        (INF, INF),
        (-INF, -INF),
    ]);
    check::<Sigmoid>(&[
        (0.0, 0.5),
        (-0.0, 0.5),
        (INF, 1.0),
        (-INF, 0.0),
        (1000.0, 1.0),
        (-1000.0, 0.0),
    ]);
    check::<Erf>(&[
        (0.0, 0.0),
        (-0.0, -0.0),
        (INF, 1.0),
        (-INF, -1.0),
        (1000.0, 1.0),
        (-1000.0, -1.0),
    ]);
    check::<Sqrt>(&[(0.0, 0.0), (-0.0, -0.0), (4.0, 2.0), (INF, INF)]);
    check::<Abs>(&[(-0.0, 0.0), (-2.0, 2.0), (-INF, INF)]);
}

#[test]
fn nan_where_there_is_no_value() {
    fn check<F: Function>(x: f64) {
        for isa in Isa::available() {
            assert!(
                value::<F, f32>(isa, x).is_nan(),
                "{}({x}) in f32, {isa:?}",
                F::NAME
            );
            assert!(
                value::<F, f64>(isa, x).is_nan(),
                "{}({x}) in f64, {isa:?}",
                F::NAME
            );
        }
    }
    macro_rules! visit {
        ($f:ident) => {
            check::<$f>(f64::NAN);
            check::<$f>(-f64::NAN)
        };
    }
    every!(visit);
    for x in [-1e-30, -1.0, -INF] {
        check::<Ln>(x);
        check::<Sqrt>(x);
    }
    for x in [-1e-30, -1.0, -INF] {
        check::<Log2>(x);
        check::<Log10>(x);
    }
    for x in [-1.0001, -2.0, -INF] {
        check::<Ln1p>(x);
    }
    for x in [INF, -INF] {
        check::<Sin>(x);
        check::<Cos>(x);
        check::<Tan>(x);
    }
    for x in [1.0001, 2.0, 3.0, 1e30, INF] {
        for x in [x, -x] {
            check::<Asin>(x);
            check::<Acos>(x);
            check::<Atanh>(x);
        }
    }
    for x in [0.9999, 0.0, -0.5, -1.0, -3.0, -1e30, -INF] {
        check::<Acosh>(x);
    }
}

/// A naive 1/(1 + e⁻ˣ) gives 0 here, since e⁹⁰ is infinite in `f32`.
#[test]
fn sigmoid_of_minus_90_is_subnormal_in_single_precision() {
    for isa in Isa::available() {
        let y = value::<Sigmoid, f32>(isa, -90.0);
        assert!(
            (f64::from(y) - (-90f64).exp()).abs() <= 2f64.powi(-149),
            "{isa:?}: {y:e}"
        );
    }
}

/// The smallest numbers pass through where the slope at 0 is 1.
#[test]
fn functions_with_slope_1_keep_the_smallest_numbers() {
    fn check<F: Function>() {
        for isa in Isa::available() {
            for steps in [1, 2, 3, 1000] {
                let (single, double) = (f32::from_bits(steps), f64::from_bits(steps.into()));
                assert_eq!(
                    value::<F, f32>(isa, single.into()),
                    single,
                    "{} {isa:?}",
                    F::NAME
                );
                assert_eq!(value::<F, f64>(isa, double), double, "{} {isa:?}", F::NAME);
                assert_eq!(
                    value::<F, f64>(isa, -double),
                    -double,
                    "{} {isa:?}",
                    F::NAME
                );
            }
        }
    }
    check::<ExpM1>();
    check::<Ln1p>();
    check::<Sin>();
    check::<Tan>();
    check::<Asin>();
    check::<Atan>();
    check::<Sinh>();
    check::<Tanh>();
    check::<Asinh>();
    check::<Atanh>();
}

#[test]
fn powers() {
    fn check<L: Lane>() {
        let pow = |x: f64, y: f64| {
            let number = |c| L::new(L::Elem::from_f64(c));
            number(x).pow(number(y)).get().to_f64()
        };
        assert_eq!(pow(2.0, 10.0), 1024.0);
        assert_eq!(pow(-2.0, 3.0), -8.0);
        assert_eq!(pow(-2.0, -2.0), 0.25);
        assert_eq!(pow(4.0, 0.5), 2.0);
        assert_eq!(pow(0.0, 0.0), 1.0);
        assert_eq!(pow(f64::NAN, 0.0), 1.0);
        assert_eq!(pow(0.0, -1.0), INF);
        assert_eq!(pow(-0.0, -1.0), -INF);
        assert_eq!(pow(0.5, INF), 0.0);
        assert_eq!(pow(-INF, 3.0), -INF);
        assert!(pow(-2.0, 0.5).is_nan());
    }
    check::<<f32 as Real>::Fused>();
    check::<<f32 as Real>::Plain>();
    check::<<f64 as Real>::Fused>();
    check::<<f64 as Real>::Plain>();
}
