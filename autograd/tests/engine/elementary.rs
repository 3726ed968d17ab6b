//! Elementary functions: values where a plain formula overflows or cancels, and derivatives against closed forms.

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4, LN_2, LN_10, PI};

use autograd::functional::{function, grad, hessian};
use autograd::prelude::*;
use autograd::{Real, Tape, Tensor, Var};

/// f at x on tensors.
fn at<T: Real>(f: impl Fn(&Tensor<T>) -> Tensor<T>, x: f64) -> f64 {
    f(&Tensor::scalar(T::from_f64(x))).item().to_f64()
}

/// The first three derivatives of f at x, by one tape.
fn derivatives(f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: f64) -> [f64; 3] {
    let tape = Tape::new();
    let x = tape.leaf(Tensor::scalar(x));
    let mut y = f(x);
    [(); 3].map(|()| {
        y = tape.grad(y, &[x])[0];
        y.item()
    })
}

#[track_caller]
fn assert_close(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    let same = |(g, w): (&f64, &f64)| {
        g == w || (g.is_nan() && w.is_nan()) || (g - w).abs() <= tolerance * w.abs()
    };
    assert!(
        got.len() == want.len() && got.iter().zip(want).all(same),
        "{what}: {got:?}, expected {want:?}"
    );
}

#[test]
fn values_of_large_and_small_arguments() {
    // ln(2x) for large x; x itself for small ones.
    assert_close(
        "asinh",
        &[1e300, -1e300, 1e-20, -1e-300].map(|x| at::<f64>(Elementwise::asinh, x)),
        &[LN_2 + 300.0 * LN_10, -LN_2 - 300.0 * LN_10, 1e-20, -1e-300],
        1e-15,
    );
    assert_close(
        "asinh in f32",
        &[3e38, -1e30, 1e-30].map(|x| at::<f32>(Elementwise::asinh, x)),
        &[3e38, -1e30, 1e-30].map(f64::asinh),
        2e-7,
    );
    // √(2t) just above 1.
    assert_close(
        "acosh",
        &[1e300, 1.0 + 2f64.powi(-50)].map(|x| at::<f64>(Elementwise::acosh, x)),
        &[LN_2 + 300.0 * LN_10, 2f64.powf(-24.5)],
        1e-15,
    );
    assert_close(
        "atanh",
        &[1e-20, -0.5, 1.0 - 2f64.powi(-53)].map(|x| at::<f64>(Elementwise::atanh, x)),
        &[1e-20, -0.5 * 3f64.ln(), 27.0 * LN_2],
        1e-15,
    );
    assert_close(
        "sinh",
        &[1e-20, 710.0].map(|x| at::<f64>(Elementwise::sinh, x)),
        &[1e-20, 710f64.sinh()],
        1e-15,
    );
    assert_close(
        "rsqrt",
        &[4.0, 1e-300, 0.0, -0.0, f64::INFINITY, -1.0].map(|x| at::<f64>(Elementwise::rsqrt, x)),
        &[0.5, 1e150, f64::INFINITY, f64::NEG_INFINITY, 0.0, f64::NAN],
        1e-15,
    );
}

#[test]
fn angles_of_all_quadrants() {
    let y = Tensor::from([1.0, 1.0, -1.0, -1.0, 0.0, -0.0, 2.0, 0.0]);
    let x = Tensor::from([1.0, -1.0, -1.0, 1.0, -1.0, -1.0, 0.0, 0.0]);
    let want = [
        FRAC_PI_4,
        3.0 * FRAC_PI_4,
        -3.0 * FRAC_PI_4,
        -FRAC_PI_4,
        PI,
        -PI,
        FRAC_PI_2,
        0.0,
    ];
    assert_eq!(y.atan2(&x).to_vec(), want);

    // (x, −y)/(x² + y²), also where the squares overflow or vanish.
    for (y, x, want) in [
        (3.0, 4.0, [0.16, -0.12]),
        (-4.0, 3.0, [0.12, 0.16]),
        (0.0, -2.0, [-0.5, 0.0]),
        (5.0, 0.0, [0.0, -0.2]),
        (3e200, 4e200, [1.6e-201, -1.2e-201]),
        (4e-200, 3e-200, [1.2e199, -1.6e199]),
        (1.0, f64::INFINITY, [0.0, 0.0]),
    ] {
        let found = grad(
            |z| z.select_index(0, 0).atan2(&z.select_index(0, 1)),
            &Tensor::from([y, x]),
        );
        assert_close("atan2", &found.to_vec(), &want, 1e-15);
    }
    let second = hessian(
        |z| z.select_index(0, 0).atan2(&z.select_index(0, 1)),
        &Tensor::from([1.0, 1.0]),
    );
    assert_close("atan2", &second.to_vec(), &[-0.5, 0.0, 0.0, 0.5], 1e-15);
}

#[test]
fn derivatives_of_three_orders() {
    type Row<'a> = (&'a str, [f64; 3], f64, [f64; 3]);
    let (s, c) = (0.5f64.sinh(), 0.5f64.cosh());
    let rows: [Row<'_>; 14] = [
        ("tan", derivatives(|x| x.tan(), 0.0), 0.0, [1.0, 0.0, 2.0]),
        ("asin", derivatives(|x| x.asin(), 0.0), 0.0, [1.0, 0.0, 1.0]),
        (
            "acos",
            derivatives(|x| x.acos(), 0.0),
            0.0,
            [-1.0, 0.0, -1.0],
        ),
        (
            "atan",
            derivatives(|x| x.atan(), 0.0),
            0.0,
            [1.0, 0.0, -2.0],
        ),
        (
            "atan",
            derivatives(|x| x.atan(), 1.0),
            1.0,
            [0.5, -0.5, 0.5],
        ),
        (
            "atan",
            derivatives(|x| x.atan(), -3.0),
            -3.0,
            [0.1, 0.06, 0.052],
        ),
        ("sinh", derivatives(|x| x.sinh(), 0.5), 0.5, [c, s, c]),
        ("cosh", derivatives(|x| x.cosh(), 0.5), 0.5, [s, c, s]),
        (
            "asinh",
            derivatives(|x| x.asinh(), 0.0),
            0.0,
            [1.0, 0.0, -1.0],
        ),
        (
            "asinh",
            derivatives(|x| x.asinh(), 2.0),
            2.0,
            [
                1.0 / 5f64.sqrt(),
                -2.0 / 5f64.powf(1.5),
                7.0 / 5f64.powf(2.5),
            ],
        ),
        (
            "atanh",
            derivatives(|x| x.atanh(), 0.0),
            0.0,
            [1.0, 0.0, 2.0],
        ),
        (
            "acosh",
            derivatives(|x| x.acosh(), 2.0),
            2.0,
            [
                1.0 / 3f64.sqrt(),
                -2.0 / 3f64.powf(1.5),
                3f64.powf(-2.5) * 9.0,
            ],
        ),
        (
            "cbrt",
            derivatives(|x| x.cbrt(), -8.0),
            -8.0,
            [1.0 / 12.0, 1.0 / 144.0, 5.0 / 3456.0],
        ),
        (
            "rsqrt",
            derivatives(|x| x.rsqrt(), 4.0),
            4.0,
            [-1.0 / 16.0, 3.0 / 128.0, -15.0 / 1024.0],
        ),
    ];
    for (name, got, at, want) in rows {
        assert_close(&format!("{name} at {at}"), &got, &want, 1e-13);
    }
}

#[test]
fn slopes_far_out_and_at_the_ends_of_domains() {
    let far = [1e200, -1e200, f64::INFINITY];
    let slope = |f: &dyn for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: f64| {
        grad(f, &Tensor::scalar(x)).item()
    };
    let slopes = |f: &dyn for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: &[f64]| {
        x.iter().map(|x| slope(f, *x)).collect::<Vec<_>>()
    };
    let inf = f64::INFINITY;
    assert_close(
        "asinh",
        &slopes(&|x| x.asinh(), &far),
        &[1e-200, 1e-200, 0.0],
        1e-15,
    );
    assert_close(
        "acosh",
        &slopes(&|x| x.acosh(), &[1e200, 1.0]),
        &[1e-200, inf],
        1e-15,
    );
    assert_close(
        "atan",
        &slopes(&|x| x.atan(), &[1e150, inf]),
        &[1e-300, 0.0],
        1e-15,
    );
    assert_close(
        "asin",
        &slopes(&|x| x.asin(), &[1.0, -1.0, 2.0]),
        &[inf, inf, f64::NAN],
        0.0,
    );
    assert_close(
        "acos",
        &slopes(&|x| x.acos(), &[1.0, -1.0]),
        &[-inf, -inf],
        0.0,
    );
    assert_close(
        "atanh",
        &slopes(&|x| x.atanh(), &[1.0, -1.0]),
        &[inf, inf],
        0.0,
    );
    // By 1 − x² it would be off by 2e-9.
    let near = 1.0 - 2f64.powi(-27);
    let want = 1.0 / (2f64.powi(-26) - 2f64.powi(-54)).sqrt();
    assert_close("asin", &slopes(&|x| x.asin(), &[near]), &[want], 1e-15);
    assert_close(
        "cbrt",
        &slopes(&|x| x.cbrt(), &[0.0, inf]),
        &[inf, 0.0],
        0.0,
    );
    // The second derivative exists at the far end too.
    assert_eq!(derivatives(|x| x.asinh(), inf)[1], 0.0);
    assert_eq!(derivatives(|x| x.atan(), inf)[1], 0.0);
    let ln = [LN_2, LN_10].map(f64::recip);
    assert_close(
        "log2",
        &slopes(&|x| x.log2(), &[1.0, 1e-300]),
        &[ln[0], ln[0] * 1e300],
        1e-15,
    );
    assert_close(
        "log10",
        &slopes(&|x| x.log10(), &[1.0, 1e300]),
        &[ln[1], ln[1] * 1e-300],
        1e-15,
    );
}

#[test]
fn whole_powers() {
    for n in [-20i32, -3, -2, -1, 0, 1, 2, 3, 4, 5, 17] {
        for x in [-1.7, -1.0, -0.3, 0.9, 2.5] {
            let factor = if n < 0 { 1.0 / x } else { x };
            let want = (0..n.abs()).map(|_| factor).product::<f64>();
            let what = format!("{x} to the power of {n}");
            assert_close(&what, &[at::<f64>(|x| x.powi(n), x)], &[want], 8e-15);
            let slope = grad(|x| x.powi(n), &Tensor::scalar(x)).item();
            assert_close(&what, &[slope], &[f64::from(n) * want / x], 8e-15);
        }
    }
    // At 0, with the sign of zero, to the third order.
    assert_eq!(derivatives(|x| x.powi(0), 0.0), [0.0; 3]);
    assert_eq!(derivatives(|x| x.powi(1), 0.0), [1.0, 0.0, 0.0]);
    assert_eq!(derivatives(|x| x.powi(2), 0.0), [0.0, 2.0, 0.0]);
    assert_eq!(derivatives(|x| x.powi(3), -0.0), [0.0, 0.0, 6.0]);
    assert_eq!(derivatives(|x| x.powi(2), 3.0), [6.0, 2.0, 0.0]);
    assert_eq!(at::<f64>(|x| x.powi(-1), -0.0), f64::NEG_INFINITY);
    assert_eq!(at::<f64>(|x| x.powi(-3), -0.0), f64::NEG_INFINITY);
    assert_eq!(at::<f64>(|x| x.powi(0), f64::NAN), 1.0);
}

/// Exponents that no `f32` holds: rounded, an odd one would be even.
#[test]
fn whole_powers_with_large_exponents() {
    for n in [(1 << 24) + 1, i32::MAX, -i32::MAX] {
        assert_eq!(at::<f32>(|x| x.powi(n), -1.0), -1.0, "{n}");
        assert_eq!(at::<f64>(|x| x.powi(n), -1.0), -1.0, "{n}");
        assert_eq!(
            grad(|x| x.powi(n), &Tensor::scalar(-1.0)).item(),
            f64::from(n)
        );
    }
    assert_eq!(at::<f32>(|x| x.powi(i32::MIN), -1.0), 1.0);
    let slope = grad(|x| x.powi(i32::MIN), &Tensor::scalar(-1.0)).item();
    assert_eq!(slope, -f64::from(i32::MIN));
    let (x, n) = (1.0 + f32::EPSILON, 200_000_001);
    let want = (f64::from(n) * f64::from(x).ln()).exp();
    assert_close(
        "a power of a number near 1",
        &[at::<f32>(|x| x.powi(n), x.into())],
        &[want],
        4e-7,
    );
    assert_eq!(at::<f32>(|x| x.powi(n), 2.0), f64::INFINITY);
    assert_eq!(
        at::<f32>(|x| x.powi(-n), -2.0).to_bits(),
        (-0.0f64).to_bits()
    );
}

/// Inverse functions undo one another, with derivatives whose product is 1.
#[test]
fn inverses() {
    type F = for<'t> fn(Var<'t, f64>) -> Var<'t, f64>;
    let pairs: [(&str, F, F, f64); 8] = [
        ("tan", |x| x.tan(), |x| x.atan(), 0.7),
        ("sin", |x| x.sin(), |x| x.asin(), 0.7),
        ("cos", |x| x.cos(), |x| x.acos(), 0.7),
        ("sinh", |x| x.sinh(), |x| x.asinh(), 0.7),
        ("cosh", |x| x.cosh(), |x| x.acosh(), 0.7),
        ("tanh", |x| x.tanh(), |x| x.atanh(), 0.7),
        ("cube", |x| x.powi(3), |x| x.cbrt(), 0.7),
        ("-1/2", |x| x.powf(-2.0), |x| x.rsqrt(), 0.7),
    ];
    for (name, f, inverse, x) in pairs {
        let both = function(|x| inverse(f(x)));
        let point = Tensor::scalar(x);
        assert_close(name, &[grad(both, &point).item()], &[1.0], 1e-14);
        // The second derivative of the identity is 0, made of terms of size 1.
        assert!(hessian(both, &point).item().abs() < 1e-13, "{name}");
    }
}

fn bits_do_not_depend_on_the_count<T: Real>() {
    type Function<T> = fn(&Tensor<T>) -> Tensor<T>;
    let functions: [(&str, Function<T>); 9] = [
        ("exp", |x| x.exp()),
        ("expm1", |x| x.expm1()),
        ("tanh", |x| x.tanh()),
        ("sigmoid", |x| x.sigmoid()),
        ("softplus", |x| x.softplus()),
        ("gelu", |x| x.gelu()),
        ("silu", |x| x.silu()),
        ("elu", |x| x.elu(1.0)),
        ("erf", |x| x.erf()),
    ];
    let bits = |x: &Tensor<T>| -> Vec<_> { x.iter().map(|x| x.to_f64().to_bits()).collect() };
    let number = |i: usize| T::from_f64((i as f64 * 0.37).sin() * 2.3 + 0.011);
    let x = Tensor::from_fn(&[64], number);
    for (name, function) in functions {
        let all = function(&x);
        for count in 1..=20 {
            for start in (0..64 - count).step_by(3) {
                let part = function(&x.narrow(0, start, count));
                let wanted = all.narrow(0, start, count);
                assert_eq!(
                    bits(&part),
                    bits(&wanted),
                    "{name} of {count} {} from {start} on",
                    T::NAME
                );
            }
        }
    }
}

#[test]
fn an_element_has_the_same_bits_however_many_there_are() {
    bits_do_not_depend_on_the_count::<f32>();
    bits_do_not_depend_on_the_count::<f64>();
}
