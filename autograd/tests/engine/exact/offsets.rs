//! Normalizations of numbers far from zero: single precision against double precision, on numbers that both can hold.
//!
//! A mean near 10⁷ is known to half a unit in single precision. That must not show: distances from it are exact, so what
//! rounding left of their sum corrects them.

use autograd::prelude::*;
use autograd::{Real, Tape, Tensor};

const OFFSETS: [f64; 4] = [1e4, 1e5, 1e6, 1e7];
const EPS: f64 = 1e-5;

/// The distance to the next number of single precision.
fn ulp(x: f64) -> f64 {
    let x = x as f32;
    f64::from(x.next_up()) - f64::from(x)
}

/// `spread` gives multiples of that distance, in irregular order.
fn numbers(shape: &[usize], offset: f64, spread: usize) -> Tensor<f32> {
    let start = offset as f32;
    let unit = ulp(offset) as f32;
    Tensor::from_fn(shape, |i| {
        let k = if spread == 0 { 0 } else { (i * 7919) % spread };
        start + k as f32 * unit
    })
}

/// What is compared: the value, and the gradients by input, scale and shift.
fn run<T: Real>(
    x: &Tensor<f32>,
    row: &[usize],
    f: fn(&[autograd::Var<'_, T>]) -> Vec<Tensor<T>>,
) -> Vec<Vec<f64>> {
    let tape = Tape::new();
    let wave = |phase: f64| Tensor::from_fn(row, |i| T::from_f64((phase + i as f64).sin() + 1.5));
    let inputs = [x.cast::<T>(), wave(0.3), wave(0.9)].map(|t| tape.leaf(t));
    let all = f(&inputs);
    let parts = all.iter().map(|t| t.to_vec());
    parts
        .map(|p| p.into_iter().map(Real::to_f64).collect())
        .collect()
}

/// The value and the gradients of ⟨value, cotangent⟩ for an irregular cotangent.
fn derive<'t, T: Real>(x: &[autograd::Var<'t, T>], y: autograd::Var<'t, T>) -> Vec<Tensor<T>> {
    let g = Tensor::from_fn(&y.dims(), |i| T::from_f64((1.3 * i as f64).cos()));
    let all = y.tape().backward_vjp(y, g);
    let gradients = x.iter().map(|x| all.wrt(*x));
    [y.tensor()].into_iter().chain(gradients).collect()
}

fn layer<T: Real>(x: &[autograd::Var<'_, T>]) -> Vec<Tensor<T>> {
    derive(x, x[0].layer_norm(&x[1], &x[2], EPS))
}

fn batch<T: Real>(x: &[autograd::Var<'_, T>]) -> Vec<Tensor<T>> {
    derive(x, x[0].batch_norm(&x[1], &x[2], EPS))
}

/// The largest number.
fn size(x: &[f64]) -> f64 {
    x.iter().fold(0.0, |m, x| m.max(x.abs()))
}

/// Compares both precisions over all offsets and spreads, for a shape and what one mean is taken over: `count` numbers.
fn compare(
    what: &str,
    shape: &[usize],
    row: &[usize],
    single: fn(&[autograd::Var<'_, f32>]) -> Vec<Tensor<f32>>,
    double: fn(&[autograd::Var<'_, f64>]) -> Vec<Tensor<f64>>,
) {
    let mut failures = Vec::new();
    let count: usize = shape.iter().product();
    for offset in OFFSETS {
        for spread in [0, 2, 100, 10_000] {
            let x = numbers(shape, offset, spread);
            let (a, b) = (run(&x, row, single), run(&x, row, double));
            let unit = ulp(offset);
            let variance = {
                let k = spread.max(1) as f64;
                // Of k numbers one unit apart.
                unit * unit * (k * k - 1.0) / 12.0
            };
            let sigma = (variance + EPS).sqrt();
            let eps = f64::from(f32::EPSILON);
            // Rounding of the few operations on a number, and of distances, which are of the size of the unit and of the
            // deviation, before they are divided.
            let relative = 64.0 * eps * (1.0 + unit / sigma);
            let names = ["value", "input", "scale", "shift"];
            // The gradient by the input has the slope 1/σ, the others are sums of many numbers of the size of x̂.
            let normal = size(&b[0]) + 1.0;
            let sizes = [
                normal,
                normal * normal / sigma,
                normal * count as f64,
                count as f64,
            ];
            for ((name, size), (a, b)) in names.iter().zip(sizes).zip(a.iter().zip(&b)) {
                let off = a.iter().zip(b).map(|(a, b)| (a - b).abs());
                let off = off.fold(
                    0.0f64,
                    |m, d| if d.is_nan() { f64::INFINITY } else { m.max(d) },
                );
                if off > relative * size {
                    failures.push(format!(
                        "{what}, {offset:e} and {spread} units: {name} is off by {off:.1e}, more than {:.1e}",
                        relative * size
                    ));
                }
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn layer_norm_far_from_zero() {
    compare("rows", &[3, 768], &[768], layer::<f32>, layer::<f64>);
    compare(
        "two axes",
        &[2, 5, 33],
        &[5, 33],
        layer::<f32>,
        layer::<f64>,
    );
}

#[test]
fn batch_norm_far_from_zero() {
    compare("columns", &[1000, 3], &[3], batch::<f32>, batch::<f64>);
    compare("planes", &[20, 2, 7, 5], &[2], batch::<f32>, batch::<f64>);
}

/// A row of equal numbers has no deviation: what comes out is the shift.
#[test]
fn constant_rows_and_channels() {
    let row = Tensor::full(&[1, 768], 10000.1f32);
    let y = row.layer_norm(&Tensor::ones(&[768]), &Tensor::zeros(&[768]), EPS);
    let largest = y.to_vec().iter().fold(0.0f32, |m, v| m.max(v.abs()));
    assert!(largest < 1e-4, "{largest}");

    let column = Tensor::full(&[1000, 2], 10000.1f32);
    let y = column.batch_norm(&Tensor::ones(&[2]), &Tensor::ones(&[2]), EPS);
    let furthest = y
        .to_vec()
        .iter()
        .fold(0.0f32, |m, v| m.max((v - 1.0).abs()));
    assert!(furthest < 1e-4, "{furthest}");
}
