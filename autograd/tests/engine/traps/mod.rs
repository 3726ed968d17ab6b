//! Bugs that other engines shipped, each with the source where it was reported, and what must come out instead.

mod indexing;
mod nonfinite;
mod numerics;
mod shapes;
mod ties;
mod windows;

use autograd::{Tensor, Var, functional};

/// The gradient of the sum of f at x.
#[track_caller]
fn slope(f: impl for<'t> Fn(Var<'t, f64>) -> Var<'t, f64>, x: &[f64]) -> Vec<f64> {
    use autograd::prelude::*;
    functional::grad(|x| f(x).sum(), &Tensor::new(&[x.len()], x)).to_vec()
}

#[track_caller]
fn assert_near(got: &[f64], want: &[f64]) {
    assert_eq!(got.len(), want.len());
    for (g, w) in got.iter().zip(want) {
        let off = (g - w).abs();
        assert!(
            off <= 1e-14 * w.abs().max(1.0),
            "{got:?}, expected {want:?}"
        );
    }
}
