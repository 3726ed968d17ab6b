//! Cross-entropy with its gradient in one pass, and a way back that starts from outputs.

use autograd::prelude::*;
use autograd::{Indices, Real, Tape, Tensor};

fn logits<T: Real>(rows: usize, classes: usize) -> (Tensor<T>, Indices) {
    let x = Tensor::from_fn(&[rows, classes], |i| {
        T::from_f64(20.0 * (i as f64 * 0.7).sin())
    });
    let labels: Vec<u32> = (0..rows).map(|r| (r * 5 % classes) as u32).collect();
    (x, Indices::from(&labels[..]))
}

/// Rows and classes on both sides of the blocks of 16 rows and 32 classes.
fn one_pass_is_the_tapes<T: Real>() {
    for rows in [1, 15, 16, 17, 50] {
        for classes in [1, 2, 10, 32, 33, 100] {
            for smoothing in [0.0, 0.1] {
                let (x, labels) = logits::<T>(rows, classes);
                let (value, gradient) = x.cross_entropy_with_gradient(&labels, smoothing);
                let tape = Tape::new();
                let leaf = tape.leaf(x.clone());
                let loss = leaf.cross_entropy(&labels, smoothing);
                let what = format!("{rows} rows of {classes} classes in {}", T::NAME);
                assert_eq!(value, loss.item(), "{what}");
                let first = tape.backward(loss).wrt(leaf);
                assert_eq!(gradient.to_vec(), first.to_vec(), "{what}");
                // The oracle: the definition in small operations.
                let traced = tape.grad(loss, &[leaf]);
                let bound = 8.0 * T::EPSILON.to_f64() / rows as f64;
                for (a, b) in gradient.iter().zip(traced[0].tensor().iter()) {
                    assert!(
                        (a.to_f64() - b.to_f64()).abs() <= bound,
                        "{what}: {a} and {b}"
                    );
                }
            }
        }
    }
}

#[test]
fn cross_entropy_with_its_gradient_is_that_of_the_tape() {
    one_pass_is_the_tapes::<f32>();
    one_pass_is_the_tapes::<f64>();
}

#[test]
fn a_way_back_may_start_from_outputs() {
    let (labels, x) = (
        Indices::from([1, 0]),
        Tensor::from([[0.5f64, -1.0], [2.0, 0.25]]),
    );
    let w = Tensor::from([[0.1, -0.2], [0.3, 0.4]]);
    let mut whole = [0.0; 4];
    let mut from_outputs = [1.0; 4];
    let tape = Tape::new();
    let weight = tape.parameter(w, 0);
    let y = tape.constant(x).matmul(&weight);
    tape.backward_into(y.cross_entropy(&labels, 0.0), &mut whole);
    let (_, cotangent) = y.tensor().cross_entropy_with_gradient(&labels, 0.0);
    tape.vjp_into(y, cotangent, &mut from_outputs);
    assert_eq!(whole, from_outputs);
}

#[test]
#[should_panic(expected = "vjp_into: a cotangent of shape [2] for a value of shape [2, 2]")]
fn a_cotangent_has_the_shape_of_its_value() {
    let tape = Tape::<f64>::new();
    let y = tape.parameter(Tensor::zeros(&[2, 2]), 0).square();
    tape.vjp_into(y, Tensor::zeros(&[2]), &mut [0.0; 4]);
}

#[test]
#[should_panic(expected = "cross_entropy of shapes [[2, 3]]")]
fn labels_are_checked_as_by_the_operation() {
    Tensor::<f32>::zeros(&[2, 3]).cross_entropy_with_gradient(&Indices::from([0]), 0.0);
}
