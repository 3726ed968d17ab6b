//! Operations of convolutional networks that take fewer passes than their parts, and come to the same.

use autograd::prelude::*;
use autograd::{Real, Tape, Tensor, Var};

/// Images of `[n, channels, height, width]`, with equal elements, zeros and both signs among them.
fn images<T: Real>(dims: [usize; 4], seed: usize) -> Tensor<T> {
    Tensor::from_fn(&dims, |i| {
        let x = ((i * 7919 + seed * 104_729) % 31) as f64 / 8.0 - 2.0;
        T::from_f64(x)
    })
}

/// The bits of a value and of its gradients with respect to all inputs, for a cotangent that differs from place to place.
fn value_and_gradients<T: Real>(
    inputs: &[Tensor<T>],
    f: impl for<'t> Fn(&[Var<'t, T>]) -> Var<'t, T>,
) -> Vec<Vec<u64>> {
    let tape = Tape::new();
    let leaves: Vec<_> = inputs.iter().map(|x| tape.leaf(x.clone())).collect();
    let y = f(&leaves);
    let weights = Tensor::from_fn(&y.dims(), |i| T::from_f64((i as f64 * 0.37).sin()));
    let gradients = tape.backward((y * tape.constant(weights)).sum());
    let bits = |t: &Tensor<T>| t.iter().map(|x| x.to_f64().to_bits()).collect();
    let of = leaves.iter().map(|leaf| bits(&gradients.wrt(*leaf)));
    [bits(&y.tensor())].into_iter().chain(of).collect()
}

fn a_rectifier_is_taken_over<T: Real>() {
    for dims in [[3, 2, 4, 5], [1, 3, 7, 7], [5, 1, 1, 2], [4, 3, 1, 1]] {
        let c = dims[1];
        let inputs = [
            images::<T>(dims, 1),
            Tensor::from_fn(&[c], |i| T::from_f64(0.5 - i as f64)),
            Tensor::from_fn(&[c], |i| T::from_f64(0.25 * i as f64 - 0.1)),
        ];
        let together = value_and_gradients(&inputs, |x| {
            x[0].batch_norm_relu_and_moments(&x[1], &x[2], 1e-5).0
        });
        let apart = value_and_gradients(&inputs, |x| x[0].batch_norm(&x[1], &x[2], 1e-5).relu());
        assert_eq!(together, apart, "{dims:?} in {}", T::NAME);
        let [(_, a), (_, b)] = [
            inputs[0].batch_norm_relu_and_moments(&inputs[1], &inputs[2], 1e-5),
            inputs[0].batch_norm_and_moments(&inputs[1], &inputs[2], 1e-5),
        ];
        assert_eq!(a.to_vec(), b.to_vec());
    }
}

#[test]
fn batch_norm_takes_over_a_rectifier_to_the_bit() {
    a_rectifier_is_taken_over::<f32>();
    a_rectifier_is_taken_over::<f64>();
}

/// Moments of numbers far from 0 are as exact as the numbers.
fn moments_far_from_zero<T: Real>(offset: f64) {
    for dims in [[6, 2, 3, 5], [1, 2, 9, 40], [50, 2, 1, 2]] {
        let x = Tensor::from_fn(&dims, |i| {
            T::from_f64(offset + ((i * 7919) % 1009) as f64 / 1009.0)
        });
        let one = Tensor::from_fn(&[2], |_| T::ONE);
        let (_, moments) = x.batch_norm_and_moments(&one, &one, 1e-5);
        let inner = dims[2] * dims[3];
        for c in 0..2 {
            let own = x.iter().enumerate().filter(|(i, _)| i / inner % 2 == c);
            // Told from the offset, which all have in common: exact in f64.
            let own: Vec<f64> = own.map(|(_, x)| x.to_f64() - offset).collect();
            let mean = own.iter().sum::<f64>() / own.len() as f64;
            let squares = own.iter().map(|x| (x - mean) * (x - mean));
            let variance = squares.sum::<f64>() / own.len() as f64;
            let found = |row: usize| moments.to_vec()[row * 2 + c].to_f64();
            let ulp = T::EPSILON.to_f64() * offset.abs().max(1.0);
            assert!((found(0) - offset - mean).abs() <= ulp, "{dims:?}: mean");
            let bound = 64.0 * T::EPSILON.to_f64() * variance;
            assert!((found(1) - variance).abs() <= bound, "{dims:?}: variance");
        }
    }
}

#[test]
fn moments_of_channels_are_exact_far_from_zero() {
    moments_far_from_zero::<f32>(0.0);
    moments_far_from_zero::<f32>(1000.0);
    moments_far_from_zero::<f64>(1e9);
}

#[test]
fn moments_of_channels_are_not_finite_where_a_number_is_not() {
    let one = Tensor::from_fn(&[2], |_| 1.0f32);
    for bad in [f32::NAN, f32::INFINITY] {
        let x = Tensor::from_fn(&[3, 2, 2, 2], |i| if i == 9 { bad } else { i as f32 });
        let (_, moments) = x.batch_norm_and_moments(&one, &one, 1e-5);
        let found: Vec<bool> = moments.to_vec().iter().map(|x| x.is_finite()).collect();
        assert_eq!(found, [false, true, false, true], "{bad}");
    }
}

/// The gradient on tensors is one pass, the one that records itself goes by the places.
#[test]
fn the_gradient_of_pooling_by_two_is_that_of_its_places() {
    for dims in [[2, 3, 4, 6], [1, 1, 5, 7], [3, 2, 2, 3], [1, 2, 7, 2]] {
        for bad in [None, Some(f32::NAN)] {
            let mut x = images::<f32>(dims, 3);
            if let Some(bad) = bad {
                let last = x.len() - 1;
                x.as_mut_slice()[last / 2] = bad;
                x.as_mut_slice()[0] = bad;
            }
            let tape = Tape::new();
            let leaf = tape.leaf(x);
            let pooled = leaf.max_pool2d([2, 2], Pool2dParams::default().stride(2));
            // Zeros of both signs among the cotangents.
            let weights = Tensor::from_fn(&pooled.dims(), |i| match i % 4 {
                0 => -0.0,
                1 => 0.0,
                _ => i as f32 - 2.5,
            });
            let weighted = (pooled * tape.constant(weights)).sum();
            let eager = tape.backward(weighted).wrt(leaf);
            let traced = tape.grad(weighted, &[leaf])[0].tensor();
            let bits = |t: &Tensor<f32>| -> Vec<u32> { t.iter().map(|x| x.to_bits()).collect() };
            assert_eq!(bits(&eager), bits(&traced), "{dims:?}, {bad:?}");
        }
    }
}
