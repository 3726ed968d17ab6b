//! On which side of its kinks a program runs. Where two points have different sides, a difference between them is no
//! derivative.

use autograd::prelude::*;
use autograd::testing::InputSampler;
use autograd::{Tape, Tensor};

use super::op::Op;
use crate::elementwise::elementwise;

/// Below, on or above zero.
fn signs(x: &Tensor<f64>, out: &mut Vec<i8>) {
    out.extend(x.sign().to_vec().iter().map(|s| *s as i8));
}

/// Which elements are as large as the extreme that they were reduced to.
fn attained(x: &Tensor<f64>, extreme: Tensor<f64>, out: &mut Vec<i8>) {
    signs(&x.equals(&extreme), out);
}

/// Adds the sides that an operation takes at these operands, with `y` as its value.
pub(super) fn sides(op: &Op, x: &[&Tensor<f64>], y: &Tensor<f64>, out: &mut Vec<i8>) {
    let all: Vec<usize> = (0..x[0].rank()).collect();
    match op {
        Op::Elementwise(i) => {
            let case = &elementwise()[*i];
            for (draw, x) in case.inputs.iter().zip(x) {
                for kink in draw.kinks() {
                    signs(&x.add_scalar(-kink), out);
                }
            }
            if case.inputs.iter().any(InputSampler::is_apart) {
                signs(&(x[0] - x[1]), out);
            }
        }
        Op::Max => attained(x[0], x[0].max_keep(&all), out),
        Op::Min => attained(x[0], x[0].min_keep(&all), out),
        Op::MaxAxes { axes } | Op::MaxKeep { axes } => attained(x[0], x[0].max_keep(axes), out),
        Op::MinAxes { axes } | Op::MinKeep { axes } => attained(x[0], x[0].min_keep(axes), out),
        Op::Norm | Op::NormAxes { .. } | Op::StdAxes { .. } => {
            // One that is 0 here and not beside is 0 by chance, however little it is there. Rounding may leave something of a
            // deviation of equal numbers everywhere.
            signs(y, out);
            signs(&y.add_scalar(-1e-9), out);
        }
        Op::Where => signs(&(x[0] - x[1]), out),
        Op::Linear { activation } | Op::LinearWithoutBias { activation } => {
            let smooth = [
                Activation::Identity,
                Activation::Gelu,
                Activation::GeluTanh,
                Activation::Silu,
                Activation::Softplus,
                Activation::Tanh,
                Activation::Sigmoid,
            ];
            if !smooth.contains(activation) {
                signs(
                    &x[0].linear(x[1], x.get(2).copied(), Activation::Identity),
                    out,
                );
            }
        }
        Op::MaxPool2d { kernel, params } => {
            // Where a window's gradient goes says which element it took.
            let tape = Tape::new();
            let leaf = tape.leaf(x[0].clone());
            let y = leaf.max_pool2d(*kernel, *params);
            let places = Tensor::from_fn(&y.dims(), |i| (1 + i) as f64);
            let taken = tape.backward_vjp(y, places).wrt(leaf).to_vec();
            out.extend(taken.iter().map(|n| (*n as i64 % 101) as i8));
        }
        _ => {}
    }
}
