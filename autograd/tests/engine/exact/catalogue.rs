//! Every operation of the catalogue at special points, and where the cotangents that reach it are zero.
//!
//! Where a cotangent is exactly zero, first derivatives cannot tell a rule that is right from one that forgets the
//! dependence on the cotangent. Three forms of each operation f make such places: forward products by two backward passes,
//! f(x)·w at w = 0, and ½·(f(x) − f(x₀))² at x = x₀.

use autograd::prelude::*;
use autograd::testing::{Case, catalogue};
use autograd::{Tensor, Var};

use super::derivatives::{check_forward_product, check_orders, gradient, rounded, size};
use super::points::Point;
use crate::differences::Tally;
use crate::empty::every_axis;

/// [`Case::traced`] with the lifetime of its variables left to the compiler.
fn call<'t>(case: &Case, x: &[Var<'t, f64>]) -> Var<'t, f64> {
    (case.traced)(x)
}

/// The operation of all inputs but the last, times the last.
fn times_last<'t>(case: &Case, x: &[Var<'t, f64>]) -> Var<'t, f64> {
    let (w, x) = x.split_last().expect("there is a last input");
    call(case, x) * w
}

/// An irregular cotangent.
fn irregular(shape: &[usize]) -> Tensor<f64> {
    Tensor::from_fn(shape, |i| (1.0 + 1.3 * i as f64).sin())
}

/// Orders that can be asked for of a case itself; the forms around it add one.
fn order(case: &Case) -> usize {
    if case.order == 1 { 1 } else { 3 }
}

/// Runs `check` over the catalogue and its special points, and fails with the list of what it found, or if differences
/// could tell nothing of more than a share of the numbers.
#[track_caller]
fn everywhere(
    decided: f64,
    mut check: impl FnMut(&Case, &[Tensor<f64>], &mut Tally) -> Result<(), String>,
) {
    let mut tally = Tally::default();
    let mut failures = Vec::new();
    let mut points = 0;
    for case in catalogue::<f64>() {
        for point in Point::all() {
            let Some(inputs) = point.of(&case) else {
                continue;
            };
            points += 1;
            if let Err(e) = check(&case, &inputs, &mut tally) {
                failures.push(format!("{}, {point:?}: {e}", case.name));
            }
        }
    }
    println!("{points} points: {tally:?}");
    assert!(
        failures.is_empty(),
        "{} of {points} points:\n{}",
        failures.len(),
        failures.join("\n")
    );
    tally.expect(10 * points, decided);
}

#[test]
fn forward_products() {
    everywhere(0.95, |case, inputs, tally| {
        check_forward_product(|x| call(case, x), inputs, tally)
    });
}

#[test]
fn orders_one_to_three() {
    everywhere(0.95, |case, inputs, tally| {
        let y = (case.eager)(inputs);
        let c = irregular(y.shape());
        check_orders(
            |x| call(case, x),
            inputs,
            &c,
            order(case),
            size(&[y]),
            tally,
        )
    });
}

/// f(x)·w at w = 0 and where every second w is.
#[test]
fn orders_one_to_three_times_zero() {
    everywhere(0.95, |case, inputs, tally| {
        let y = (case.eager)(inputs);
        let c = irregular(y.shape());
        let size = size(&[y]);
        let some = Tensor::from_fn(c.shape(), |i| (i % 2) as f64);
        for w in [Tensor::zeros(c.shape()), some] {
            let mut all = inputs.to_vec();
            all.push(w);
            let order = 3.min(order(case) + 1);
            check_orders(|x| times_last(case, x), &all, &c, order, size, tally)?;
        }
        Ok(())
    });
}

/// ½·(f(x) − f(x₀))² at x₀, where its gradient is zero and its Hessian is not.
#[test]
fn orders_one_to_three_of_residuals_that_are_zero() {
    // Where an exponential is 10¹⁷ the difference of two is not known to 1.
    everywhere(0.85, |case, inputs, tally| {
        let there = (case.eager)(inputs);
        let c = irregular(there.shape());
        let order = 3.min(order(case) + 1);
        // What rounds is f(x), before its difference is multiplied with f's slope.
        let [slope, _] = gradient(&|x: &[Var<'_, f64>]| call(case, x), inputs, &c, &[]);
        let slope = Tensor::new(&[slope.len()], &slope);
        check_orders(
            |x| {
                let y = call(case, x);
                (y - y.constant(there.clone())).square() * 0.5
            },
            inputs,
            &c,
            order,
            size(std::slice::from_ref(&there)) * size(&[slope]),
            tally,
        )
    });
}

/// Every second element of the output behind a mask.
#[test]
fn orders_one_to_three_behind_a_mask() {
    everywhere(0.95, |case, inputs, tally| {
        let y = (case.eager)(inputs);
        let c = irregular(y.shape());
        let mask = Tensor::from_fn(c.shape(), |i| (i % 2) as f64);
        check_orders(
            |x| {
                let y = call(case, x);
                y.constant(mask.clone()).select(&y, &y.scalar(0.0))
            },
            inputs,
            &c,
            order(case),
            size(&[y]),
            tally,
        )
    });
}

/// Axes of size 0 and 1. What is left out are kinks: a norm of one number, a deviation of one.
#[test]
fn empty_and_single() {
    for len in [0, 1] {
        let mut tally = Tally::default();
        every_axis(len, |case, inputs| {
            if case
                .inputs
                .iter()
                .any(autograd::testing::InputSampler::is_apart)
            {
                return Ok(());
            }
            let inputs = inputs.iter().map(|t| {
                let numbers: Vec<_> = t.to_vec().into_iter().map(rounded).collect();
                Tensor::new(t.shape(), &numbers)
            });
            let mut inputs: Vec<_> = inputs.collect();
            let y = (case.eager)(&inputs);
            // The mean of nothing is NaN, and has no derivative.
            if y.to_vec().iter().any(|y| !y.is_finite()) {
                return Ok(());
            }
            let (c, size) = (irregular(y.shape()), size(&[y]));
            check_forward_product(|x| call(case, x), &inputs, &mut tally)?;
            let order = order(case);
            check_orders(|x| call(case, x), &inputs, &c, order, size, &mut tally)?;
            inputs.push(Tensor::zeros(c.shape()));
            let order = 2.min(order + 1);
            check_orders(
                |x| times_last(case, x),
                &inputs,
                &c,
                order,
                size,
                &mut tally,
            )
        });
        println!("axes of size {len}: {tally:?}");
        tally.expect(1000, 0.98);
    }
}
