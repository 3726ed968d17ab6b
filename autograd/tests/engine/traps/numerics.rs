//! Powers, roots, products and functions at points where a formula that is right elsewhere makes a NaN.

use autograd::prelude::*;
use autograd::{Tape, Tensor, check_gradients};

use super::{assert_near, slope};

/// autograd #116, mlx #505, tinygrad #9075 and #9217: 0·0⁻¹.
#[test]
fn powers_of_zero_with_a_constant_exponent() {
    for (n, want) in [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (3.0, 0.0)] {
        assert_eq!(
            slope(|x| x.powf(n), &[0.0]),
            [want],
            "x to the power of {n}"
        );
        let tape = Tape::new();
        let x = tape.leaf(Tensor::scalar(0.0));
        let exponent = tape.constant(Tensor::scalar(n));
        assert_eq!(tape.backward(x.pow(&exponent)).wrt(x).item(), want);
    }
    // The second derivative of x² at 0 is 2, that of x³ is 0.
    for (n, want) in [(0.0, 0.0), (1.0, 0.0), (2.0, 2.0), (3.0, 0.0)] {
        let tape = Tape::new();
        let x = tape.leaf(Tensor::scalar(0.0));
        let by_number = tape.grad(tape.grad(x.powf(n), &[x])[0], &[x])[0];
        let y = x.pow(&tape.constant(Tensor::scalar(n)));
        let by_tensor = tape.grad(tape.grad(y, &[x])[0], &[x])[0];
        assert_eq!(
            (by_number.item(), by_tensor.item()),
            (want, want),
            "power {n}"
        );
    }
}

/// autograd #149: 0·ln 0.
#[test]
fn powers_of_zero_by_the_exponent() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([0.0, 0.0, 0.0, 2.0]));
    let y = tape.leaf(Tensor::from([0.5, 1.0, 2.0, 3.0]));
    let g = tape.backward(x.pow(&y).sum());
    assert_near(&g.wrt(y).to_vec(), &[0.0, 0.0, 0.0, 8.0 * 2.0f64.ln()]);
    assert_eq!(g.wrt(x).to_vec(), [f64::INFINITY, 1.0, 0.0, 12.0]);
}

/// tinygrad #155: the logarithm of a negative base was taken for an exponent that needs no gradient.
#[test]
fn powers_of_negative_numbers() {
    let tape = Tape::<f64>::new();
    tape.watch(true);
    let x = tape.leaf(Tensor::from([-2.0, -3.0, -0.5]));
    let y = tape.constant(Tensor::from([3.0, 2.0, -1.0]));
    let g = tape.backward(x.pow(&y).sum()).wrt(x);
    assert_near(&g.to_vec(), &[12.0, -6.0, -4.0]);
    assert_near(
        &tape.grad(x.pow(&y).sum(), &[x])[0].tensor().to_vec(),
        &[12.0, -6.0, -4.0],
    );
    assert_eq!(tape.anomaly(), None);
    assert_near(&slope(|x| x.powf(3.0), &[-2.0]), &[12.0]);
}

/// burn #5692: x⁰ lost its connection with x.
#[test]
fn a_power_of_zero_has_a_gradient_of_zeros() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([0.0, 1.0, -2.0]));
    let y = x.powf(0.0);
    assert_eq!(y.tensor(), Tensor::ones(&[3]));
    assert_eq!(tape.backward(y.sum()).wrt(x), Tensor::zeros(&[3]));
}

/// burn #1225: a power with one tracked operand.
#[test]
fn either_operand_of_a_power_may_be_constant() {
    let x = Tensor::from([0.5, 1.5]);
    let other = || Tensor::from([2.5, -1.2]);
    check_gradients(
        |x| x[0].pow(&x[0].constant(other())),
        std::slice::from_ref(&x),
    )
    .unwrap();
    check_gradients(|y| y[0].constant(other().abs()).pow(&y[0]), &[x]).unwrap();
}

/// mlx #3692, stanli #144, tensorflow #4914: a root or a norm at 0, in a branch that is not taken.
#[test]
fn roots_at_zero() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([0.0, 4.0, -1.0]));
    let masked = Compare::select(&x.gt(&x.scalar(0.0)), &x.sqrt(), &x.scalar(0.0));
    assert_eq!(
        tape.backward(masked.sum()).wrt(x).to_vec(),
        [0.0, 0.25, 0.0]
    );
    assert_eq!(
        tape.grad(masked.sum(), &[x])[0].tensor().to_vec(),
        [0.0, 0.25, 0.0]
    );
    assert_eq!(slope(|x| x.sqrt(), &[0.0]), [f64::INFINITY]);
    assert_eq!(slope(|x| x.sqrt().mul_scalar(0.0), &[0.0]), [0.0]);
    // Norms and deviations have a gradient of 0 at 0; √(x² + ε) is smooth there.
    assert_eq!(slope(|x| x.norm(), &[0.0, 0.0]), [0.0, 0.0]);
    assert_eq!(slope(|x| x.std_axes(&[0], 0), &[3.0, 3.0]), [0.0, 0.0]);
    assert_eq!(
        slope(|x| (x.square().sum() + 1e-12).sqrt(), &[0.0, 0.0]),
        [0.0, 0.0]
    );
    assert_near(&slope(|x| x.norm(), &[3.0, -4.0]), &[0.6, -0.8]);
}

/// candle #2083 (silu at 0), #2328 (elu at large x), #2114, burn #1139, tinygrad #8238 (sigmoid far out).
#[test]
fn activations_far_from_zero() {
    let far = [-1e4, -1000.0, -90.0, 90.0, 1000.0, 1e4];
    let steps = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
    assert_eq!(slope(|x| x.silu(), &[0.0]), [0.5]);
    assert_near(&slope(|x| x.silu(), &far), &steps);
    assert_near(&slope(|x| x.elu(1.0), &far), &steps);
    assert_near(&slope(|x| x.sigmoid(), &far), &[0.0; 6]);
    assert_near(&slope(|x| x.tanh(), &far), &[0.0; 6]);
    assert_near(&slope(|x| x.softplus(), &far), &steps);
    assert_near(&slope(|x| x.gelu(), &far), &steps);
    assert_near(&slope(|x| x.gelu_tanh(), &far), &steps);
    assert_near(&slope(|x| x.erf(), &far), &[0.0; 6]);
    assert_near(&slope(|x| x.softsign(), &[-1e200, 1e200]), &[0.0, 0.0]);
    let selu = slope(|x| x.selu(), &far);
    assert_near(&selu, &[0.0, 0.0, 0.0, selu[5], selu[5], selu[5]]);
    // And once more by variables, with finite second derivatives.
    let tape = Tape::<f64>::new();
    tape.watch(true);
    let x = tape.leaf(Tensor::from(far));
    for activation in Activation::NAMES {
        let activation = Activation::parse(activation).expect("a name of the list");
        let first = tape.grad(activation.apply(&x).sum(), &[x])[0];
        let second = tape.backward(first.sum()).wrt(x);
        // The slowest is softsign's, 2/(1 + |x|)³.
        let largest = second.abs().max().item();
        assert!(largest < 3e-6, "{activation:?}: {largest:e}");
    }
    assert_eq!(tape.anomaly(), None);
}

/// tinygrad #17404: the product of others where an element is 0.
#[test]
fn products_with_zeros() {
    assert_eq!(slope(|x| x.prod(), &[0.0, 2.0, 3.0]), [6.0, 0.0, 0.0]);
    assert_eq!(slope(|x| x.prod(), &[0.0, 0.0, 3.0]), [0.0, 0.0, 0.0]);
    assert_eq!(slope(|x| x.prod(), &[5.0]), [1.0]);
    let x = Tensor::from([[0.0, 2.0, 3.0], [1.5, 0.0, 0.0]]);
    check_gradients(|x| x[0].prod_axes(&[1]), &[x]).unwrap();
}

/// pytorch #11752: a cross-entropy of 0 for equal logits of 10⁸.
#[test]
fn cross_entropy_of_large_logits() {
    let labels = autograd::Indices::from([1]);
    let loss = |x: [f64; 2]| Tensor::from([x]).cross_entropy(&labels, 0.0).item();
    for shift in [0.0, 1e8, -1e8, 1e300] {
        assert_near(&[loss([shift, shift])], &[2.0f64.ln()]);
    }
    assert_near(&[loss([1e4, -1e4]), loss([-1e4, 1e4])], &[2e4, 0.0]);
    let f32_loss = Tensor::from([[1e8f32, 1e8]]).cross_entropy(&labels, 0.0);
    assert!((f32_loss.item() - 2.0f32.ln()).abs() < 1e-7);
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([[1e4, -1e4]]));
    let g = tape.backward(x.cross_entropy(&labels, 0.1)).wrt(x);
    assert_near(&g.to_vec(), &[0.95, -0.95]);
}

/// A shift of all logits of a row changes nothing, so the gradient along it is 0.
#[test]
fn distributions_do_not_see_a_shift() {
    let x = Tensor::from_fn(&[4, 7], |i| 3.0 * (1.3 * i as f64).sin());
    let shift = Tensor::new(&[4, 1], &[0.5, -20.0, 1000.0, 3e5]);
    let moved = x.clone() + &shift;
    let labels = autograd::Indices::from([6, 0, 3, 3]);
    let loss = |x: &Tensor<f64>| x.cross_entropy(&labels, 0.1).item();
    // Adding the shift rounds the logits themselves, the largest by 3·10⁻¹¹.
    assert!((loss(&x) - loss(&moved)).abs() < 1e-10);
    let off = (x.softmax(1) - &moved.softmax(1)).abs().max().item();
    assert!(off < 1e-10, "{off:e}");
    for row in x.softmax(1).sum_axes(&[1]).to_vec() {
        assert!((row - 1.0).abs() < 1e-15);
    }
    let tape = Tape::new();
    let v = tape.leaf(x);
    let weight = tape.constant(Tensor::from_fn(&[4, 7], |i| (i as f64).cos()));
    for loss in [
        v.cross_entropy(&labels, 0.0),
        v.cross_entropy(&labels, 0.1),
        (v.softmax(1) * weight).sum(),
        (v.log_softmax(1) * weight).sum(),
    ] {
        let rows = tape.backward(loss).wrt(v).sum_axes(&[1]);
        assert!(rows.abs().max().item() < 2e-15, "{rows:?}");
    }
}

/// ModelCenter #14, magmadnn #18, tensorflow models #181: p·ln q at p = q = 0.
#[test]
fn an_entropy_with_zeros() {
    let tape = Tape::<f64>::new();
    let p = tape.leaf(Tensor::from([0.0, 0.5, 0.0]));
    let q = tape.leaf(Tensor::from([0.0, 0.5, 1.0]));
    let y = p.xlogy(&q);
    assert_near(&y.tensor().to_vec(), &[0.0, 0.5 * 0.5f64.ln(), 0.0]);
    let g = tape.backward(y.sum());
    assert_eq!(g.wrt(q).to_vec(), [0.0, 1.0, 0.0]);
    assert_eq!(g.wrt(p).to_vec()[1..], [0.5f64.ln(), 0.0]);
    // A logit of −∞ has probability 0 and costs nothing where it is not the label.
    let x = tape.leaf(Tensor::from([[f64::NEG_INFINITY, 0.0, 0.0]]));
    let loss = x.cross_entropy(&autograd::Indices::from([1]), 0.0);
    assert_near(&[loss.item()], &[2.0f64.ln()]);
    assert_eq!(tape.backward(loss).wrt(x).to_vec(), [0.0, -0.5, 0.5]);
}

/// The stable form of binary cross-entropy at either end.
#[test]
fn binary_cross_entropy_far_out() {
    let t = Tensor::from([0.0, 1.0, 0.0, 1.0]);
    let x = Tensor::from([1e4, 1e4, -1e4, -1e4]);
    assert_eq!(x.bce_with_logits(&t).to_vec(), [1e4, 0.0, 0.0, 1e4]);
    assert_near(
        &slope(|x| x.bce_with_logits(&x.constant(t.clone())), &x.to_vec()),
        &[1.0, 0.0, 0.0, -1.0],
    );
}
