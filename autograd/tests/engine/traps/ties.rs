//! Where several elements are the largest, and comparisons.

use autograd::prelude::*;
use autograd::{Tape, Tensor};

use super::slope;

/// autograd #138, tinygrad #226: ties got the whole gradient each.
#[test]
fn equal_maxima_share_the_gradient_of_a_reduction() {
    assert_eq!(
        slope(|x| x.max(), &[3.0, 1.0, 3.0, 3.0]),
        [1.0 / 3.0, 0.0, 1.0 / 3.0, 1.0 / 3.0]
    );
    assert_eq!(slope(|x| x.min(), &[1.0, 1.0, 2.0]), [0.5, 0.5, 0.0]);
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([[1.0, 1.0], [2.0, 0.0]]));
    let g = Tensor::from([6.0, 10.0]);
    assert_eq!(
        tape.backward_vjp(x.max_axes(&[1]), g).wrt(x).to_vec(),
        [3.0, 3.0, 10.0, 0.0]
    );
}

/// candle #534, autograd #141: ties of two values, and the sign of the right side of a minimum.
#[test]
fn equal_operands_share_the_gradient_of_maximum_and_minimum() {
    let tape = Tape::<f64>::new();
    let a = tape.leaf(Tensor::from([1.0, 2.0, 3.0]));
    let b = tape.leaf(Tensor::from([2.0, 2.0, 2.0]));
    let g = || Tensor::from([4.0, 6.0, 8.0]);
    let max = tape.backward_vjp(a.maximum(&b), g());
    assert_eq!(max.wrt(a).to_vec(), [0.0, 3.0, 8.0]);
    assert_eq!(max.wrt(b).to_vec(), [4.0, 3.0, 0.0]);
    let min = tape.backward_vjp(a.minimum(&b), g());
    assert_eq!(min.wrt(a).to_vec(), [4.0, 3.0, 0.0]);
    assert_eq!(min.wrt(b).to_vec(), [0.0, 3.0, 8.0]);
}

/// tinygrad #12296: the count of ties overflowed. Single precision counts to 2²⁴ exactly.
#[test]
fn seventy_thousand_ties() {
    let tape = Tape::<f32>::new();
    let x = tape.leaf(Tensor::full(&[70_000], 2.0));
    let g = tape.backward(x.max()).wrt(x);
    assert!(g.to_vec().iter().all(|g| *g == 1.0 / 70_000.0));
}

/// dfdx #380. IEEE 754 leaves the sign open where +0 meets −0: they are equal, so they share the gradient.
#[test]
fn zeros_of_either_sign_are_equal() {
    let tape = Tape::<f64>::new();
    let a = tape.leaf(Tensor::from([0.0, -0.0]));
    let b = tape.leaf(Tensor::from([-0.0, 0.0]));
    for y in [a.maximum(&b), a.minimum(&b)] {
        assert_eq!(y.tensor().to_vec(), [0.0, 0.0]);
        assert_eq!(tape.backward(y.sum()).wrt(a).to_vec(), [0.5, 0.5]);
    }
    assert_eq!(slope(|x| x.max(), &[0.0, -0.0]), [0.5, 0.5]);
    // The value of the operation is the first operand's, to the sign.
    let first = a.tensor().maximum(&b.tensor()).to_vec();
    assert_eq!(
        [first[0].to_bits(), first[1].to_bits()],
        [0.0f64.to_bits(), (-0.0f64).to_bits()]
    );
}

/// argmax gives the first, as documented.
#[test]
fn the_first_of_equal_maxima_is_named() {
    let x = Tensor::from([[1.0, 3.0, 3.0], [f64::NAN, 5.0, f64::NAN]]);
    assert_eq!(x.argmax(1).as_slice(), [1, 0]);
    assert_eq!(x.transpose().argmax(0).as_slice(), [1, 0]);
}

/// candle #865, #1094: what has steps for values has no gradient, and no edge on the tape.
#[test]
fn comparisons_signs_and_detached_values_are_constants() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([-1.0, 0.0, 2.0]));
    let y = tape.leaf(Tensor::from([0.0, 0.0, 0.0]));
    assert_eq!(x.gt(&y).tensor().to_vec(), [0.0, 0.0, 1.0]);
    assert_eq!(x.ge(&y).tensor().to_vec(), [0.0, 1.0, 1.0]);
    assert_eq!(x.lt(&y).tensor().to_vec(), [1.0, 0.0, 0.0]);
    assert_eq!(x.le(&y).tensor().to_vec(), [1.0, 1.0, 0.0]);
    assert_eq!(x.equals(&y).tensor().to_vec(), [0.0, 1.0, 0.0]);
    assert_eq!(x.sign().tensor().to_vec(), [-1.0, 0.0, 1.0]);
    for constant in [x.gt(&y), x.equals(&y), x.sign(), x.detach()] {
        let loss = (constant * x).sum();
        assert_eq!(tape.backward(loss).wrt(x), constant.tensor());
        assert_eq!(
            tape.grad(constant.sum(), &[x])[0].tensor(),
            Tensor::zeros(&[3])
        );
    }
}

/// The conventions at kinks, which are PyTorch's.
#[test]
fn derivatives_at_kinks() {
    assert_eq!(
        slope(|x| x.relu(), &[-1.0, 0.0, -0.0, 1.0]),
        [0.0, 0.0, 0.0, 1.0]
    );
    // burn #2249: the derivative of |x| and the sign of 0.
    assert_eq!(
        slope(|x| x.abs(), &[-2.0, 0.0, -0.0, 3.0]),
        [-1.0, 0.0, 0.0, 1.0]
    );
    assert_eq!(
        slope(|x| x.leaky_relu(0.1), &[-1.0, 0.0, 1.0]),
        [0.1, 0.1, 1.0]
    );
    assert_eq!(
        slope(|x| x.clamp(-1.0, 1.0), &[-2.0, -1.0, 0.0, 1.0, 2.0]),
        [0.0, 1.0, 1.0, 1.0, 0.0]
    );
    assert_eq!(slope(|x| x.elu(1.0), &[0.0]), [1.0]);
}
