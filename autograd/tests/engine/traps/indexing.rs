//! Selecting by index.

use autograd::prelude::*;
use autograd::{Indices, Tape, Tensor, check_gradients};

/// burn #4063, #4064, #3555, candle #218: repeated indices, and an index of another shape than the values.
#[test]
fn repeated_indices_add_up() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::zeros(&[3, 2]));
    let rows = x.index_select(0, &Indices::from([2, 2, 0, 2]));
    let g = tape.backward_vjp(rows, Tensor::from_fn(&[4, 2], |i| i as f64));
    assert_eq!(g.wrt(x).to_vec(), [4.0, 5.0, 0.0, 0.0, 8.0, 11.0]);

    let some = x.gather(0, &Indices::new(&[4, 2], &[1, 1, 1, 0, 2, 1, 1, 1]));
    let g = tape.backward_vjp(some, Tensor::from_fn(&[4, 2], |i| i as f64));
    assert_eq!(g.wrt(x).to_vec(), [0.0, 3.0, 8.0, 13.0, 4.0, 0.0]);
}

#[test]
fn scattered_values_keep_their_own_gradients() {
    let tape = Tape::<f64>::new();
    let base = tape.leaf(Tensor::ones(&[2, 2]));
    let source = tape.leaf(Tensor::from([[1.0, 2.0], [4.0, 8.0], [16.0, 32.0]]));
    let index = Indices::new(&[3, 2], &[0, 1, 0, 0, 0, 1]);
    let y = base.scatter_add(0, &index, &source);
    assert_eq!(y.tensor(), Tensor::from([[22.0, 9.0], [1.0, 35.0]]));
    let g = tape.backward_vjp(y, Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    assert_eq!(g.wrt(base).to_vec(), [1.0, 2.0, 3.0, 4.0]);
    assert_eq!(g.wrt(source).to_vec(), [1.0, 4.0, 1.0, 2.0, 1.0, 4.0]);
}

/// mlx #2641: the loss of the other axis. Of three classes along axis 0, in columns.
#[test]
fn classes_along_either_axis() {
    let x = Tensor::from_fn(&[3, 2], |i| (1.7 * i as f64).sin());
    let labels = Indices::from([2, 0]);
    let transposed = x.transpose();
    let want = transposed.cross_entropy(&labels, 0.0).item();
    let columns = -x.log_softmax(0).transpose().pick(&labels).mean().item();
    let rows = -transposed.log_softmax(1).pick(&labels).mean().item();
    assert!((columns - want).abs() < 1e-15 && (rows - want).abs() < 1e-15);
    check_gradients(|x| x[0].transpose().cross_entropy(&labels, 0.0), &[x]).unwrap();
}

#[test]
fn one_hot_rows() {
    let rows: Tensor<f64> = Indices::new(&[2, 2], &[0, 2, 1, 1]).one_hot(3);
    assert_eq!(rows.shape(), [2, 2, 3]);
    assert_eq!(rows.argmax(2).as_slice(), [0, 2, 1, 1]);
    assert_eq!(rows.sum().item(), 4.0);
}
