//! Subnormal numbers inside a step: layers make none, and hand none on.

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

/// Far out to the left each function of a layer is normal or 0, fused with the sums or not, and by itself; what is normal is what
/// the operation gives.
#[test]
fn activations_of_layers_are_normal_or_zero() {
    let far: Vec<f32> = (0..2000).map(|i| -0.06 * i as f32).collect();
    let tiny = [1e-36, 3e-38, 1e-38, 1e-40].into_iter();
    let inputs: Vec<f32> = far.into_iter().chain(tiny.flat_map(|x| [x, -x])).collect();
    let n = inputs.len();
    let x = Tensor::new(&[n, 1], &inputs);
    let w = Tensor::from([[1.0f32]]);
    let mut subnormal = 0;
    for name in Activation::NAMES {
        let activation = Activation::parse(name).expect("it is its name");
        let alone = operation(activation, &x);
        let of_layers = [
            x.linear(&w, None, activation),
            x.linear(&w, Some(&Tensor::from([0.0f32])), activation),
            activation.apply(&x),
        ];
        for (way, y) in of_layers.iter().enumerate() {
            // No activation is no layer.
            if (way, activation) == (2, Activation::Identity) {
                continue;
            }
            for (i, (layer, alone)) in y.to_vec().iter().zip(alone.to_vec()).enumerate() {
                let wanted = if alone.abs() < NORMAL { 0.0 } else { alone };
                assert_eq!(*layer, wanted, "{name}, way {way}, of {}", x.at(&[i, 0]));
                subnormal += usize::from(alone != 0.0 && alone.abs() < NORMAL);
            }
        }
    }
    assert!(subnormal > 100, "{subnormal} numbers were to be flushed");
}

/// The function as an operation of its own.
fn operation(activation: Activation, x: &Tensor<f32>) -> Tensor<f32> {
    match activation {
        Activation::Identity => x.clone(),
        Activation::Relu => x.relu(),
        Activation::LeakyRelu { slope } => x.leaky_relu(slope),
        Activation::Elu { alpha } => x.elu(alpha),
        Activation::Selu => x.selu(),
        Activation::Gelu => x.gelu(),
        Activation::GeluTanh => x.gelu_tanh(),
        Activation::Silu => x.silu(),
        Activation::Softplus => x.softplus(),
        Activation::Softsign => x.softsign(),
        Activation::Tanh => x.tanh(),
        Activation::Sigmoid => x.sigmoid(),
    }
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
