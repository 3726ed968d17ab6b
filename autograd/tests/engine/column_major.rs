//! Matrices that lie column by column: layers and losses read them as they lie, with the bits of the other order.

use autograd::prelude::*;
use autograd::{Indices, Real, Tape, Tensor};

/// The same matrix, laid down column by column.
fn by_columns<T: Real>(x: &Tensor<T>) -> Tensor<T> {
    let view = x.transpose().contiguous().transpose();
    assert!(view.column_major().is_some() && view.as_slice().is_none());
    view
}

fn matrix<T: Real>(rows: usize, columns: usize, phase: f64) -> Tensor<T> {
    Tensor::from_fn(&[rows, columns], |i| {
        T::from_f64((i as f64 * 0.37 + phase).sin())
    })
}

fn bits<T: Real>(t: &Tensor<T>) -> Vec<u64> {
    t.iter().map(|x| x.to_f64().to_bits()).collect()
}

#[test]
fn the_order_is_known_where_there_is_one() {
    let x = matrix::<f64>(3, 2, 0.0);
    assert_eq!(x.column_major(), None);
    assert_eq!(
        by_columns(&x).column_major(),
        Some(x.transpose().contiguous().elements())
    );
    // A single row or column lies in both orders.
    assert_eq!(matrix::<f64>(3, 1, 0.0).transpose().column_major(), None);
    // A part of the columns is a run, a part of the rows is none.
    let wide = by_columns(&matrix::<f64>(4, 5, 0.0));
    assert_eq!(
        wide.narrow(1, 1, 3).column_major().map(<[f64]>::len),
        Some(12)
    );
    assert_eq!(wide.narrow(0, 1, 3).column_major(), None);
}

/// Sizes on both sides of a vector, of the copies of a bias, and of the widest weight that is read by columns.
fn layers_keep_the_order_and_the_bits<T: Real>() {
    for (rows, inputs, outputs) in [
        (2, 2, 1),
        (17, 3, 16),
        (128, 64, 10),
        (515, 5, 7),
        (33, 4, 330),
    ] {
        let x = matrix::<T>(rows, inputs, 0.1);
        let (w, b) = (
            matrix::<T>(inputs, outputs, 0.5),
            matrix::<T>(1, outputs, 0.9).squeeze(0),
        );
        for activation in [
            Activation::Identity,
            Activation::Relu,
            Activation::Tanh,
            Activation::Gelu,
        ] {
            for bias in [None, Some(&b)] {
                let expected = x.linear(&w, bias, activation);
                let y = by_columns(&x).linear(&w, bias, activation);
                let what = format!("{rows}x{inputs}x{outputs} {activation:?} in {}", T::NAME);
                assert_eq!(bits(&y), bits(&expected), "{what}");
                let kept = (2..=320).contains(&outputs);
                assert_eq!(y.column_major().is_some(), kept, "{what}");
            }
        }
    }
}

#[test]
fn linear_layers_keep_the_order_and_the_bits() {
    layers_keep_the_order_and_the_bits::<f32>();
    layers_keep_the_order_and_the_bits::<f64>();
}

#[test]
fn gradients_do_not_depend_on_the_order() {
    let (x, w, b) = (
        matrix::<f64>(19, 6, 0.1),
        matrix(6, 5, 0.5),
        matrix::<f64>(1, 5, 0.9).squeeze(0),
    );
    let labels = Indices::from(&(0..19).map(|i| i * 3 % 5).collect::<Vec<u32>>()[..]);
    let gradients = |x: Tensor<f64>| {
        let tape = Tape::new();
        let leaves = [tape.leaf(x), tape.leaf(w.clone()), tape.leaf(b.clone())];
        let y = leaves[0].linear(&leaves[1], Some(&leaves[2]), Activation::Tanh);
        let gradients = tape.backward(y.cross_entropy(&labels, 0.1));
        leaves.map(|leaf| gradients.wrt(leaf))
    };
    for (a, b) in gradients(by_columns(&x)).iter().zip(gradients(x)) {
        assert_eq!(bits(a), bits(&b));
    }
}

/// Rows and classes on both sides of the blocks of 16 rows and 32 classes, and NaN and infinities among the logits.
fn cross_entropy_has_the_bits_of_rows<T: Real>() {
    for rows in [2, 15, 16, 17, 50] {
        for classes in [2, 10, 32, 33, 100] {
            for smoothing in [0.0, 0.1] {
                let x = matrix::<T>(rows, classes, 0.3).mul_scalar(20.0);
                let labels: Vec<u32> = (0..rows).map(|r| (r * 5 % classes) as u32).collect();
                let labels = Indices::from(&labels[..]);
                let value = by_columns(&x).cross_entropy(&labels, smoothing);
                let expected = x.cross_entropy(&labels, smoothing);
                assert_eq!(
                    bits(&value),
                    bits(&expected),
                    "{rows} rows of {classes} classes"
                );
            }
        }
    }
    for strange in [T::NAN, T::INFINITY, -T::INFINITY] {
        let x = Tensor::from_fn(&[5, 3], |i| if i == 7 { strange } else { T::ONE });
        let labels = Indices::from([0, 1, 2, 1, 0]);
        let value = by_columns(&x).cross_entropy(&labels, 0.0).item().to_f64();
        let expected = x.cross_entropy(&labels, 0.0).item().to_f64();
        assert!(
            value == expected || value.is_nan() && expected.is_nan(),
            "{value} and {expected}"
        );
    }
}

#[test]
fn cross_entropy_of_columns_has_the_bits_of_rows() {
    cross_entropy_has_the_bits_of_rows::<f32>();
    cross_entropy_has_the_bits_of_rows::<f64>();
}
