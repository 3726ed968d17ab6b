//! Programs that once were wrong, as random testing found and reduced them.

use autograd::Tensor;
use autograd::prelude::*;

use super::check::{Checked, assert_right};
use super::examine;
use super::op::Op;
use super::program::{Input, Lie, Place, Program, Step};
use crate::differences::Tally;
use crate::layouts::Layout;

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

/// Program 22463 of seed 1: the errors of two orders of the differences cancelled, and the bound of the error was as small.
#[test]
fn a_small_norm() {
    let x = [
        Tensor::full(&[2, 4, 2], -0.05859375),
        Tensor::new(
            &[2, 2],
            &[-0.173828125, -0.046875, -0.46484375, -0.8955078125],
        ),
    ];
    assert_right(&x, |x| {
        let a = x[0].norm_axes(&[1]);
        let b = a.tanh();
        let c = b.mul_scalar(1.215);
        let d = c.add_scalar(1.65);
        let e = d.log2();
        let f = e.tanh();
        let g = f.mul_scalar(0.7200000000000001);
        let h = g.add_scalar(0.0);
        let i = h.atanh();
        let j = b.tanh();
        let k = j.mul_scalar(0.765);
        let l = k.add_scalar(1.15);
        let m = l.xlogy(&l);
        let n = x[1].negated();
        vec![i, m, n]
    });
}

/// Program 28626 of seed 1: the norm of a square that is 0 here by chance, and less than a billionth at all points of the
/// differences. It was taken for one that is always 0.
#[test]
fn a_norm_that_is_zero_by_chance() {
    let input = |x: f64| Input {
        tensor: Tensor::scalar(x),
        lie: Lie::View(Layout::Contiguous),
    };
    let step = |op, operands: &[Place]| Step {
        op,
        operands: operands.to_vec(),
    };
    let program = Program {
        inputs: vec![input(0.0), input(1.154296875)],
        steps: vec![
            step(Op::Tanh, &[Place::Input(0)]),
            step(Op::MulScalar { c: 1.215 }, &[Place::Step(0)]),
            step(Op::Mse, &[Place::Step(1), Place::Input(0)]),
            step(Op::Norm, &[Place::Step(2)]),
        ],
    };
    let checked = examine(&program, &mut Tally::default());
    assert_eq!(checked, Ok(Checked::NearKink));
}
