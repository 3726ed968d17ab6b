//! Subnormal numbers inside a step: linear layers make none, and hand none on.

use autograd::prelude::*;
use autograd::{Activation, Tape, Tensor};

const NORMAL: f32 = f32::MIN_POSITIVE;

/// The sigmoid of −90 is subnormal, and exact as an operation of its own. A layer flushes it.
#[test]
fn outputs_of_linear_layers_are_normal_or_zero() {
    let x = Tensor::from([[90.0f32], [80.0]]);
    let (w, b) = (
        Tensor::from([[-1.0f32, 1.0]]),
        Tensor::from([0.0f32, -180.0]),
    );
    let alone = (x.matmul(&w) + &b).sigmoid();
    let layers = [
        x.linear(&w, Some(&b), Activation::Sigmoid),
        x.linear(&w, None, Activation::Sigmoid),
    ];
    assert!(alone.at(&[0, 0]) > 0.0 && alone.at(&[0, 0]) < NORMAL);
    for y in layers {
        assert_eq!(y.at(&[0, 0]), 0.0);
        assert_eq!(
            y.at(&[1, 0]),
            alone.at(&[1, 0]),
            "normal numbers stay as they are"
        );
    }
    let double = x
        .cast::<f64>()
        .linear(&w.cast::<f64>(), None, Activation::Sigmoid);
    assert!(double.at(&[0, 0]) > 0.0, "in f64 it is normal");
}

/// A subnormal cotangent reaches neither weight nor bias; a normal one does in full.
#[test]
fn cotangents_of_linear_layers_are_normal_or_zero() {
    for activation in [Activation::Identity, Activation::Tanh, Activation::Relu] {
        for (g, reaches) in [(NORMAL / 2.0, false), (4.0 * NORMAL, true)] {
            let tape = Tape::new();
            let x = tape.leaf(Tensor::from([[1e20f32]]));
            let w = tape.leaf(Tensor::from([[1e-21f32]]));
            let b = tape.leaf(Tensor::from([0.25f32]));
            let y = x.linear(&w, Some(&b), activation);
            let gradients = tape.backward_vjp(y, Tensor::from([[g]]));
            assert_eq!(gradients.wrt(b).at(&[0]) != 0.0, reaches, "{activation:?}");
            assert_eq!(
                gradients.wrt(w).at(&[0, 0]) != 0.0,
                reaches,
                "{activation:?}"
            );
        }
    }
}
