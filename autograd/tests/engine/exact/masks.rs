//! The branch not taken: `select` promises that it contributes an exact 0, to every order, whatever is in it.

use autograd::prelude::*;
use autograd::{Tensor, Var};

use super::derivatives::gradient;
use crate::differences::agree;
use crate::elementwise::elementwise;

const ORDERS: usize = 3;

/// Compares the derivatives of orders 1 to 3 of `masked` at inputs whose elements `taken` says are taken with those of
/// `plain` at the taken elements alone. The others have to be exactly 0.
fn check<F, G>(masked: F, plain: G, x: &[Tensor<f64>], taken: &[bool]) -> Result<(), String>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
    G: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let n = taken.len();
    let part = |t: &Tensor<f64>| {
        let kept = t.to_vec().into_iter().zip(taken).filter(|(_, t)| **t);
        let kept: Vec<_> = kept.map(|(x, _)| x).collect();
        Tensor::new(&[kept.len()], &kept)
    };
    let numbers = |k: usize| Tensor::from_fn(&[n], |i| (1.0 + k as f64 + 1.7 * i as f64).cos());
    let c = numbers(0);
    let along: Vec<_> = (1..ORDERS).map(|k| vec![numbers(k); x.len()]).collect();
    let parts = |x: &[Tensor<f64>]| x.iter().map(part).collect::<Vec<_>>();
    let along_parts: Vec<_> = along.iter().map(|v| parts(v)).collect();
    for order in 1..=ORDERS {
        let whole = gradient(&masked, x, &c, &along[..order - 1]);
        let [want, _] = gradient(&plain, &parts(x), &part(&c), &along_parts[..order - 1]);
        for (way, got) in ["traced", "eager"].into_iter().zip(&whole) {
            let all = got.iter().zip(taken.iter().cycle());
            let (on, off): (Vec<_>, Vec<_>) = all.partition(|(_, taken)| **taken);
            if let Some((x, _)) = off.iter().find(|(x, _)| **x != 0.0) {
                return Err(format!("order {order}, {way}: a masked element has {x}"));
            }
            let on: Vec<_> = on.iter().map(|(x, _)| **x).collect();
            agree(&on, &want).map_err(|e| format!("order {order}, {way}: {e}"))?;
        }
    }
    Ok(())
}

/// Every function of the catalogue with arguments behind the mask at which it, or a derivative of it, is infinite or
/// undefined.
fn every_function_masked(at: &[f64]) {
    let mut failures = Vec::new();
    let taken = [true, false, true, false];
    for case in elementwise() {
        for bad in at {
            let inputs: Vec<_> = case
                .inputs
                .iter()
                .map(|d| Tensor::from([d.number(0.7), *bad, d.number(0.4), *bad]))
                .collect();
            let mask = Tensor::from([1.0, 0.0, 1.0, 0.0]);
            let result = check(
                |x| {
                    let y = (case.traced)(x);
                    y.constant(mask.clone()).select(&y, &y.scalar(0.0))
                },
                |x| (case.traced)(x),
                &inputs,
                &taken,
            );
            if let Err(e) = result {
                failures.push(format!("{} at {bad:e}: {e}", case.name));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_function_at_ends_of_domains_and_beyond_them() {
    every_function_masked(&[0.0, 1.0, -1.0, -3.0]);
}

#[test]
fn every_function_where_it_overflows() {
    every_function_masked(&[1e3, -1e3, 1e200, -1e200]);
}

/// `select(x > limit, f(x), 0)` for numbers of which some are at the limit or below.
macro_rules! idioms {
    ($($test:ident: [$($x:expr),+] > $limit:expr, |$v:ident| $f:expr;)*) => {$(
        #[test]
        fn $test() {
            let numbers = [$($x),+];
            let taken = numbers.map(|x| x > $limit);
            assert!(taken.contains(&true) && taken.contains(&false));
            let x = Tensor::from(numbers);
            check(
                |x| {
                    let $v = x[0];
                    let limit = $v.scalar($limit);
                    $v.gt(&limit).select(&{ $f }, &$v.scalar(0.0))
                },
                |x| {
                    let $v = x[0];
                    $f
                },
                &[x],
                &taken,
            )
            .unwrap();
        }
    )*};
}

idioms! {
    logarithm: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x.ln();
    logarithm_of_one_more: [2.0, -1.0, 0.5, -3.0] > -1.0, |x| x.log1p();
    reciprocal: [2.0, 0.0, 0.5, -0.0] > 0.0, |x| x.recip();
    quotient: [2.0, 0.0, 0.5, -0.0] > 0.0, |x| x.sin() / x;
    one_over: [2.0, 0.0, 0.5, -0.0] > 0.0, |x| x.scalar(1.0) / x;
    square_root: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x.sqrt();
    square_root_of_a_square: [2.0, 0.0, 0.5, -0.0] > 0.0, |x| x.square().sqrt();
    cube_root: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x.powf(1.0 / 3.0);
    negative_power: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x.powf(-1.5);
    power_of_itself: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x.pow(&x);
    entropy: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x * x.ln();
    entropy_by_xlogy: [2.0, 0.0, 0.5, -1.0] > 0.0, |x| x.xlogy(&x);
    sine_of_a_reciprocal: [2.0, 0.0, 0.5, -0.0] > 0.0, |x| x.recip().sin();
    exponential_of_a_reciprocal: [2.0, 0.0, 0.5, -0.0] > 0.0, |x| x.recip().exp();
    overflowing_exponential: [2.0, -1000.0, 0.5, -2000.0] > -700.0, |x| (-x).exp();
    overflowing_product: [2.0, -1000.0, 0.5, -2000.0] > -700.0, |x| x * (-x).exp() * x;
    softplus_by_its_parts: [2.0, -1000.0, 0.5, -2000.0] > -700.0, |x| (-x).exp().log1p();
    logistic_by_its_parts: [2.0, -1000.0, 0.5, -2000.0] > -700.0, |x| ((-x).exp() + 1.0).recip();
    overflowing_squares: [2.0, -1e200, 0.5, -1e300] > -700.0, |x| x.square() * x;
}

/// x/y where y is not 0, with derivatives by both.
#[test]
fn a_quotient_of_two() {
    let x = Tensor::from([2.0, 3.0, 0.0, 0.0]);
    let y = Tensor::from([0.5, 0.0, -2.0, 0.0]);
    check(
        |x| {
            let zero = x[1].scalar(0.0);
            x[1].equals(&zero).select(&zero, &(x[0] / x[1]))
        },
        |x| x[0] / x[1],
        &[x, y],
        &[true, false, true, false],
    )
    .unwrap();
}
