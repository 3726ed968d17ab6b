//! Closed forms of second and third derivatives at points where a cotangent, an exponent or a factor is exactly zero.

use autograd::prelude::*;
use autograd::{Tape, Tensor, Var, functional};

#[track_caller]
fn assert_near(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    let off = got.iter().zip(want).map(|(g, w)| (g - w).abs());
    // Written so that a NaN fails.
    let near = off.clone().all(|d| d <= 1e-12 * 300.0);
    assert!(near, "{got:?}, expected {want:?}");
}

/// The two numbers of a pair.
fn pair<'t>(v: Var<'t, f64>) -> [Var<'t, f64>; 2] {
    [0, 1].map(|i| v.select_index(0, i))
}

/// y·√x: the root's cotangent is y.
#[test]
fn a_root_times_zero() {
    let h = functional::hessian(
        |v| {
            let [x, y] = pair(v);
            y * x.sqrt()
        },
        &Tensor::from([4.0, 0.0]),
    );
    assert_near(&h.to_vec(), &[0.0, 0.25, 0.25, 0.0]);
}

/// (√x − 2)² at 4: twice the square of the root's slope.
#[test]
fn a_root_that_hits_its_target() {
    let h = functional::hessian(|x| (x.sqrt() - 2.0).square().sum(), &Tensor::from([4.0f64]));
    assert_near(&h.to_vec(), &[0.125]);
}

/// ½(‖x‖ − 5)² at (3, 4): the projection on x.
#[test]
fn a_norm_that_hits_its_target() {
    let h = functional::hessian(
        |x| (x.norm() - 5.0).square() * 0.5,
        &Tensor::from([3.0f64, 4.0]),
    );
    assert_near(&h.to_vec(), &[0.36, 0.48, 0.48, 0.64]);
}

/// Forward products, whose first backward pass may have a cotangent of zeros.
#[test]
fn forward_products_of_roots_and_powers() {
    let (x, one) = (Tensor::from([4.0f64]), Tensor::from([1.0]));
    let root = functional::jvp(|x| x.sqrt(), &x, &one).1;
    assert_near(&root.to_vec(), &[0.25]);
    let cube = functional::jvp(|x| x.pow(&x.scalar(3.0)), &x, &one).1;
    assert_near(&cube.to_vec(), &[48.0]);
    let entropy = functional::jvp(|x| x.xlogy(&x), &x, &one).1;
    assert_near(&entropy.to_vec(), &[4f64.ln() + 1.0]);
}

/// aᵇ at b = 0: ∂²/∂a∂b is aᵇ⁻¹·(1 + b·ln a).
#[test]
fn a_power_of_exponent_zero() {
    let h = functional::hessian(
        |v| {
            let [a, b] = pair(v);
            a.pow(&b)
        },
        &Tensor::from([2.0, 0.0]),
    );
    let square = 2f64.ln().powi(2);
    assert_near(&h.to_vec(), &[0.0, 0.5, 0.5, square]);
}

/// (aᵇ − 8)² at (2, 3): twice the outer product of aᵇ's gradient (12, 8·ln 2).
#[test]
fn a_power_that_hits_its_target() {
    let h = functional::hessian(
        |v| {
            let [a, b] = pair(v);
            (a.pow(&b) - 8.0).square()
        },
        &Tensor::from([2.0, 3.0]),
    );
    let (a, b) = (12.0, 8.0 * 2f64.ln());
    let want = [a * a, a * b, a * b, b * b].map(|x| 2.0 * x);
    assert_near(&h.to_vec(), &want);
}

/// x·ln y at x = 0: ∂²/∂x∂y is 1/y.
#[test]
fn a_logarithm_times_zero() {
    let h = functional::hessian(
        |v| {
            let [x, y] = pair(v);
            x.xlogy(&y)
        },
        &Tensor::from([0.0, 2.0]),
    );
    assert_near(&h.to_vec(), &[0.0, 0.5, 0.5, 0.0]);
}

/// xˣ at 1, whose derivatives are 1, 2 and 3: in xˣ·((ln x + 1)³ + 3(ln x + 1)/x − 1/x²) the exponent's logarithm is 0.
#[test]
fn three_derivatives_of_a_number_to_its_own_power() {
    let tape = Tape::new();
    let x = tape.leaf(Tensor::scalar(1.0f64));
    let mut y = x.pow(&x);
    for want in [1.0, 2.0, 3.0] {
        y = tape.grad(y, &[x])[0];
        assert_near(&[y.item()], &[want]);
    }
}

const EPS: f64 = 1e-5;

/// The Jacobian of a row normalized to mean 0 and variance 1, times v: (v − mean v − x̂·mean(x̂·v))/σ.
fn normalized_product(x: [f64; 3], v: [f64; 3]) -> [f64; 3] {
    let mean = |a: [f64; 3]| a.iter().sum::<f64>() / 3.0;
    let center = |a: [f64; 3]| a.map(|x| x - mean(a));
    let d = center(x);
    let sigma = (mean(d.map(|d| d * d)) + EPS).sqrt();
    let normal = d.map(|d| d / sigma);
    let along = mean([0, 1, 2].map(|i| normal[i] * v[i]));
    let v = center(v);
    [0, 1, 2].map(|i| (v[i] - normal[i] * along) / sigma)
}

#[test]
fn the_forward_product_of_layer_norm() {
    let (x, v) = ([1.0, 2.0, 4.0], [1.0, -1.0, 0.5]);
    let one = Tensor::ones(&[3]);
    let got = functional::jvp(
        |x| x.layer_norm(&x.constant(one.clone()), &x.constant(one.clone()), EPS),
        &Tensor::from(x),
        &Tensor::from(v),
    );
    let want = normalized_product(x, v);
    assert_near(&got.1.to_vec(), &want);
    // Digits of PyTorch's.
    let rounded = want.map(|x| (x * 1000.0).round() / 1000.0);
    assert_eq!(rounded, [0.63, -0.945, 0.315]);
}

/// Σ w·layer_norm(x) at w = 0, as in a network whose last weights start at zero: the Hessian is the Jacobian of the
/// normalization beside the diagonal, and zero in the block of x.
#[test]
fn layer_norm_before_weights_of_zero() {
    let x = [1.0, 2.0, 4.0];
    let one = Tensor::ones(&[3]);
    let product = |v: [f64; 6]| {
        functional::hvp(
            |all| {
                let (x, w) = (all.narrow(0, 0, 3), all.narrow(0, 3, 3));
                let (scale, shift) = (x.constant(one.clone()), x.constant(one.clone()));
                (x.layer_norm(&scale, &shift, EPS) * w).sum()
            },
            &Tensor::from([x[0], x[1], x[2], 0.0, 0.0, 0.0]),
            &Tensor::from(v),
        )
        .to_vec()
    };
    let v = [1.0, -1.0, 0.5];
    // The Jacobian of a normalization is symmetric.
    let along = normalized_product(x, v);
    let first = product([v[0], v[1], v[2], 0.0, 0.0, 0.0]);
    assert_near(&first, &[0.0, 0.0, 0.0, along[0], along[1], along[2]]);
    let second = product([0.0, 0.0, 0.0, v[0], v[1], v[2]]);
    assert_near(&second, &[along[0], along[1], along[2], 0.0, 0.0, 0.0]);
}
