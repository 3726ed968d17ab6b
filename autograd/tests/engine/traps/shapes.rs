//! Broadcasting, views, and storage that is shared.

use autograd::prelude::*;
use autograd::{Tape, Tensor, check_gradients};

/// burn #181, #312, #702: the backward pass of an implicit broadcast.
#[test]
fn gradients_have_the_shapes_of_operands() {
    for (a, b) in [
        (&[2, 1][..], &[1, 3][..]),
        (&[3], &[2, 3]),
        (&[2, 3], &[]),
        (&[], &[2, 3]),
        (&[1], &[4, 1, 2]),
        (&[2, 1, 3], &[4, 1]),
    ] {
        let tape = Tape::<f64>::new();
        let x = tape.leaf(Tensor::from_fn(a, |i| 1.0 + i as f64));
        let y = tape.leaf(Tensor::from_fn(b, |i| 2.0 + i as f64));
        let out = x + y;
        let count = out.dims().count();
        let sum = tape.backward(out.sum());
        assert_eq!(
            sum.wrt(x),
            Tensor::full(a, (count / x.dims().count()) as f64)
        );
        assert_eq!(
            sum.wrt(y),
            Tensor::full(b, (count / y.dims().count()) as f64)
        );
        let draw = |shape: &[usize]| Tensor::from_fn(shape, |i| 1.5 + (i as f64).sin());
        let inputs = [draw(a), draw(b)];
        check_gradients(|x| x[0] * x[1] + x[0] / x[1] - x[1], &inputs).unwrap();
    }
}

/// burn #2777: a repeated axis of more than one element.
#[test]
fn repeated_axes_sum_their_gradients() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([[1.0, 2.0], [3.0, 4.0]]));
    let y = x.repeat(&[2, 3]);
    assert_eq!(y.dims()[..], [4, 6]);
    let rows = [
        [1.0, 2.0, 1.0, 2.0, 1.0, 2.0],
        [3.0, 4.0, 3.0, 4.0, 3.0, 4.0],
    ];
    assert_eq!(
        y.tensor(),
        Tensor::from([rows[0], rows[1], rows[0], rows[1]])
    );
    let g = Tensor::from_fn(&[4, 6], |i| i as f64);
    let want = [0, 2, 4, 12, 14, 16].map(f64::from).iter().sum::<f64>();
    assert_eq!(tape.backward_vjp(y, g).wrt(x).at(&[0, 0]), want);
}

/// burn #402, #4069: parts of a concatenation, some of them constants.
#[test]
fn each_part_of_a_concatenation_gets_its_own_gradient() {
    let tape = Tape::<f64>::new();
    let a = tape.leaf(Tensor::zeros(&[2, 1, 2]));
    let constant = tape.constant(Tensor::zeros(&[2, 2, 2]));
    let empty = tape.leaf(Tensor::zeros(&[2, 0, 2]));
    let b = tape.leaf(Tensor::zeros(&[2, 1, 2]));
    let y = Joining::concat(&[&a, &constant, &empty, &b], 1);
    let g = tape.backward_vjp(y, Tensor::from_fn(&[2, 4, 2], |i| i as f64));
    assert_eq!(g.wrt(a).to_vec(), [0.0, 1.0, 8.0, 9.0]);
    assert_eq!(g.wrt(b).to_vec(), [6.0, 7.0, 14.0, 15.0]);
    assert_eq!(g.wrt(empty).shape(), [2, 0, 2]);
}

/// neon #169: the same matrix twice, once through a view.
#[test]
fn a_product_with_the_own_transpose() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([[1.0, 2.0, 3.0]]));
    let y = x.matmul(&x.transpose()).sum();
    assert_eq!(tape.backward(y).wrt(x).to_vec(), [2.0, 4.0, 6.0]);
    let v = tape.leaf(Tensor::from([1.0, 2.0]));
    assert_eq!(tape.backward(v.dot(&v)).wrt(v).to_vec(), [2.0, 4.0]);
}

/// candle #3507: a gradient that had arrived was overwritten by the next one.
#[test]
fn gradients_that_arrive_by_different_ways_add_up() {
    let tape = Tape::<f64>::new();
    let x = tape.parameter(Tensor::from([[1.0, 2.0], [3.0, 4.0]]), 0);
    let ones = tape.constant(Tensor::ones(&[2, 2]));
    // A product, a sum over a broadcast, a slice, a gather and a plain pass, in one order and in the other.
    let ways = |order: &[usize]| {
        let mut sum = x.scalar(0.0);
        for way in order {
            sum += match way {
                0 => ones.matmul(&x).sum(),
                1 => (x.unsqueeze(0) + tape.constant(Tensor::zeros(&[3, 2, 2]))).sum(),
                2 => x.narrow(1, 1, 1).sum(),
                3 => x.pick(&autograd::Indices::from([0, 0])).sum(),
                _ => (x + ones).sum(),
            };
        }
        let mut flat = [f64::NAN; 4];
        tape.backward_into(sum, &mut flat);
        assert_eq!(tape.backward(sum).wrt(x).to_vec(), flat);
        assert_eq!(tape.grad(sum, &[x])[0].tensor().to_vec(), flat);
        flat
    };
    assert_eq!(ways(&[0, 1, 2, 3, 4]), [7.0, 7.0, 7.0, 7.0]);
    assert_eq!(ways(&[4, 3, 2, 1, 0]), [7.0, 7.0, 7.0, 7.0]);
    assert_eq!(ways(&[2, 0, 4, 1, 3]), [7.0, 7.0, 7.0, 7.0]);
}

/// burn #4861: a sum over the last axis of a transposed matrix summed the storage.
#[test]
fn sums_of_transposed_matrices() {
    let x = Tensor::from([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0f64]]).transpose();
    assert_eq!(x.strides(), [1, 3]);
    assert_eq!(x.sum_axes(&[1]).to_vec(), [5.0, 7.0, 9.0]);
    assert_eq!(x.sum_axes(&[0]).to_vec(), [6.0, 15.0]);
    assert_eq!(x.cumsum(0).to_vec(), [1.0, 4.0, 3.0, 9.0, 6.0, 15.0]);
    assert_eq!(x.argmax(0).as_slice(), [2, 2]);
}

/// burn #4856: a view of the first rows was taken for the whole storage.
#[test]
fn views_of_a_beginning() {
    let whole = Tensor::from_fn(&[8, 5], |i| i as f64);
    let part = whole.narrow(0, 0, 5);
    assert_eq!(part.as_slice().map(<[f64]>::len), Some(25));
    assert_eq!(
        (part.to_vec().len(), part.exp().len(), part.sum().item()),
        (25, 25, 300.0)
    );
    assert_eq!(part.reshape(&[25]).cast::<f32>().len(), 25);
    assert_eq!(part.matmul(&Tensor::eye(5)), part);
    let tape = Tape::new();
    let x = tape.leaf(whole);
    let g = tape.backward(x.narrow(0, 0, 5).square().sum()).wrt(x);
    assert_eq!((g.shape(), g.sum().item()), (&[8, 5][..], 600.0));
}

/// mlx #1961, #2899, #941: a value that was kept for the backward pass was overwritten.
#[test]
fn a_kept_value_never_sees_a_later_write() {
    let tape = Tape::<f64>::new();
    let mut data = Tensor::from([1.0, 2.0]);
    let x = tape.leaf(data.clone());
    let y = x.exp();
    let mut result = y.tensor();
    data.as_mut_slice().fill(100.0);
    result.as_mut_slice().fill(100.0);
    assert_eq!(x.tensor().to_vec(), [1.0, 2.0]);
    assert_eq!(tape.backward(y.sum()).wrt(x), x.tensor().exp());
    // Nor does a view, nor one gradient see what is done to another.
    let g = tape.backward(y.sum());
    let mut first = g.wrt(x);
    first.as_mut_slice().fill(0.0);
    assert_eq!(g.wrt(x), x.tensor().exp());
    let base = Tensor::from([[1.0, 2.0], [3.0, 4.0]]);
    let mut view = base.transpose();
    view.as_mut_slice()[0] = 9.0;
    assert_eq!(base.at(&[0, 0]), 1.0);
}

/// A cotangent is handed on without a copy; adding to it in one place must not change it in another.
#[test]
fn a_cotangent_that_two_inputs_share() {
    let tape = Tape::<f64>::new();
    let a = tape.leaf(Tensor::from([1.0, 2.0]));
    let b = tape.leaf(Tensor::from([3.0, 4.0]));
    let sum = a + b;
    let y = sum + a;
    let g = tape.backward_vjp(y, Tensor::from([10.0, 20.0]));
    assert_eq!(g.wrt(a).to_vec(), [20.0, 40.0]);
    assert_eq!(g.wrt(b).to_vec(), [10.0, 20.0]);
}

/// autograd #446: padding by nothing.
#[test]
fn padding_by_nothing() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([[1.0, 2.0]]));
    let y = x.pad(1, 0, 0, 7.0);
    assert_eq!(y.tensor(), x.tensor());
    assert_eq!(tape.backward(y.square().sum()).wrt(x).to_vec(), [2.0, 4.0]);
    let wide = x.pad(1, 1, 2, 7.0);
    assert_eq!(wide.tensor().to_vec(), [7.0, 1.0, 2.0, 7.0, 7.0]);
    assert_eq!(
        tape.backward(wide.square().sum()).wrt(x).to_vec(),
        [2.0, 4.0]
    );
}
