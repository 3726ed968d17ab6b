//! Gradients against finite differences.

use rand::RngExt;

use crate::functional::inner;
use crate::random;
use crate::rule::Value;
use crate::tape::{Tape, Var};
use crate::tensor::Tensor;

/// Half the distance between the two points of a central difference: near the cube root of the rounding error, where
/// rounding and curvature hurt least.
const STEP: f64 = 6e-6;
/// The difference allowed, relative to the numbers compared where these are above 1.
const TOLERANCE: f64 = 1e-6;

/// A gradient that finite differences do not confirm.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "the derivative of order {order} along a random direction is {exact} by the {way} pass, {numeric} by differences"
)]
pub struct GradientError {
    /// 1 for the gradient, 2 for the gradient of the gradient, …
    pub order: usize,
    /// Backward pass: `"eager"` or `"traced"`.
    pub way: &'static str,
    /// Value that the backward pass gives.
    pub exact: f64,
    /// Value that finite differences give.
    pub numeric: f64,
}

/// Checks the gradients of `f` at the inputs, of orders 1 and 2, against central differences along random directions
/// with a random cotangent. Choose inputs at which `f` is smooth.
///
/// ```
/// use autograd::{Tensor, check_gradients, prelude::*};
/// let x = Tensor::from([[0.3, -0.7], [1.1, 0.2]]);
/// check_gradients(|x| x[0].tanh() * x[0], &[x]).unwrap();
/// ```
///
/// # Errors
/// The first derivative that differs.
#[track_caller]
pub fn check_gradients<F>(f: F, inputs: &[Tensor<f64>]) -> Result<(), GradientError>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    check_gradients_to(2, f, inputs)
}

/// [`check_gradients`] up to a given order.
///
/// # Errors
/// The first derivative that differs.
#[track_caller]
pub fn check_gradients_to<F>(
    order: usize,
    f: F,
    inputs: &[Tensor<f64>],
) -> Result<(), GradientError>
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let mut rng = random::stream(0, "check_gradients", 0, 0);
    let mut draw = |shape: &[usize]| Tensor::from_fn(shape, |_| rng.random_range(-1.0..1.0));
    let cotangent = {
        let tape = Tape::new();
        let x: Vec<_> = inputs.iter().map(|t| tape.constant(t.clone())).collect();
        draw(&f(&x).dims())
    };
    let directions: Vec<Vec<Tensor<f64>>> = (0..order)
        .map(|_| inputs.iter().map(|t| draw(t.shape())).collect())
        .collect();
    let at = |depth: usize, inputs: &[Tensor<f64>]| {
        derivative(&f, inputs, &cotangent, &directions[..depth])
    };
    for depth in 1..=order {
        let along = |h: f64| {
            let pairs = inputs.iter().zip(&directions[depth - 1]);
            let moved: Vec<_> = pairs.map(|(x, v)| x + &(v.clone() * h)).collect();
            at(depth - 1, &moved).0
        };
        let numeric = (along(STEP) - along(-STEP)) / (2.0 * STEP);
        let (traced, eager) = at(depth, inputs);
        for (way, exact) in [("traced", traced), ("eager", eager)] {
            let scale = exact.abs().max(numeric.abs()).max(1.0);
            // Written so that a NaN fails.
            let close = (exact - numeric).abs() <= TOLERANCE * scale;
            if !close {
                return Err(GradientError {
                    order: depth,
                    way,
                    exact,
                    numeric,
                });
            }
        }
    }
    Ok(())
}

/// The derivative of ⟨f(x), cotangent⟩ along each direction in turn. The last one is taken both ways: by a traced pass
/// and by an eager one.
fn derivative<F>(
    f: &F,
    inputs: &[Tensor<f64>],
    cotangent: &Tensor<f64>,
    directions: &[Vec<Tensor<f64>>],
) -> (f64, f64)
where
    F: for<'t> Fn(&[Var<'t, f64>]) -> Var<'t, f64>,
{
    let tape = Tape::new();
    let x: Vec<_> = inputs.iter().map(|t| tape.leaf(t.clone())).collect();
    let mut s = inner(&[(f(&x), tape.constant(cotangent.clone()))]);
    let mut eager = s.item();
    for direction in directions {
        let gradients = tape.backward(s);
        eager = x
            .iter()
            .zip(direction)
            .map(|(x, v)| {
                let products = gradients.wrt(*x) * v;
                products.to_vec().iter().sum::<f64>()
            })
            .sum();
        let v = direction.iter().map(|v| tape.constant(v.clone()));
        let pairs: Vec<_> = tape.grad(s, &x).into_iter().zip(v).collect();
        s = inner(&pairs);
    }
    (s.item(), eager)
}
