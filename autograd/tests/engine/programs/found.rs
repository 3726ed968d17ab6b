//! Programs that once were wrong, as random testing found and reduced them.

use autograd::Tensor;
use autograd::prelude::*;

use super::check::assert_right;

/// Programs 4 and 171 of seed 0: where a deviation is 0 because it is one of a single number, Hessian products were NaN. A
/// root's derivative at 0 was chosen to be 0, but the branch that was not taken had an infinite slope.
#[test]
fn the_deviation_of_one_number() {
    assert_right(&[Tensor::scalar(0.2197265625)], |x| {
        let a = x[0].unsqueeze(0);
        let b = a.std_axes(&[0], 0);
        vec![b]
    });
}

/// Program 107 of seed 0: the same, of a norm of logarithms of 1.
#[test]
fn the_norm_of_zeros() {
    assert_right(&[Tensor::scalar(-0.009765625)], |x| {
        let a = x[0].unsqueeze(0);
        let b = a.log_softmax(0);
        let c = b.norm();
        vec![c]
    });
}
