//! Axes, sizes and ranges counted from the end, against the same counted from the beginning.

// Bounds of two signs are not what the lint takes them for.
#![allow(clippy::reversed_empty_ranges)]

use autograd::prelude::*;
use autograd::{Indices, Tape, Tensor};

/// The first call of a row gives the same as the second, on tensors and on variables.
macro_rules! same {
    ($(|$x:ident| $a:expr, $b:expr;)*) => {$({
        fn negative<V: Value<T = f64>>($x: &V) -> V {
            $a
        }
        fn positive<V: Value<T = f64>>($x: &V) -> V {
            $b
        }
        let x = Tensor::<f64>::arange(24).reshape(&[2, 3, 4]);
        let want = positive(&x);
        assert_eq!(negative(&x), want, "{}", stringify!($a));
        let tape = Tape::new();
        assert_eq!(negative(&tape.leaf(x)).tensor(), want, "{}", stringify!($a));
    })*};
}

#[test]
fn axes() {
    same! {
        |x| x.sum_axes(&[-1]), x.sum_axes(&[2]);
        |x| x.sum_keep(&[-1, 0]), x.sum_keep(&[2, 0]);
        |x| x.mean_axes(&[-2]), x.mean_axes(&[1]);
        |x| x.mean_keep(&[-3]), x.mean_keep(&[0]);
        |x| x.max_axes(&[-1]), x.max_axes(&[2]);
        |x| x.max_keep(&[-1]), x.max_keep(&[2]);
        |x| x.min_axes(&[-2]), x.min_axes(&[1]);
        |x| x.min_keep(&[-2]), x.min_keep(&[1]);
        |x| x.prod_axes(&[-1]), x.prod_axes(&[2]);
        |x| x.var_axes(&[-1], 1), x.var_axes(&[2], 1);
        |x| x.std_axes(&[-1], 0), x.std_axes(&[2], 0);
        |x| x.logsumexp_axes(&[-3]), x.logsumexp_axes(&[0]);
        |x| x.norm_axes(&[-1]), x.norm_axes(&[2]);
        |x| x.cumsum(-2), x.cumsum(1);
        |x| x.softmax(-1), x.softmax(2);
        |x| x.log_softmax(-2), x.log_softmax(1);
        |x| x.permute(&[-1, 0, -2]), x.permute(&[2, 0, 1]);
        |x| x.swap_axes(0, -1), x.swap_axes(0, 2);
        |x| x.flip(&[-1, 0]), x.flip(&[2, 0]);
        |x| x.unsqueeze(-1), x.unsqueeze(3);
        |x| x.unsqueeze(-4), x.unsqueeze(0);
        |x| x.narrow(-1, 1, 2), x.narrow(2, 1, 2);
        |x| x.slice_step(-1, 3, 2, -2), x.slice_step(2, 3, 2, -2);
        |x| x.narrow(0, 0, 1).squeeze(-3), x.narrow(0, 0, 1).squeeze(0);
        |x| x.select_index(-1, -2), x.select_index(2, 2);
        |x| x.pad(-2, 1, 2, 0.5), x.pad(1, 1, 2, 0.5);
        |x| x.split(&[1, 3], -1)[1].clone(), x.split(&[1, 3], 2)[1].clone();
        |x| V::concat(&[x, x], -1), V::concat(&[x, x], 2);
        |x| V::stack(&[x, x], -1), V::stack(&[x, x], 3);
        |x| x.index_select(-2, &Indices::from([2, 0])), x.index_select(1, &Indices::from([2, 0]));
        |x| x.gather(-1, &Indices::new(&[2, 3, 1], &[0, 1, 2, 3, 2, 1])), x.gather(2, &Indices::new(&[2, 3, 1], &[0, 1, 2, 3, 2, 1]));
        |x| x.scatter_add(-3, &Indices::new(&[1, 3, 4], &[1; 12]), &x.narrow(0, 0, 1)), x.scatter_add(0, &Indices::new(&[1, 3, 4], &[1; 12]), &x.narrow(0, 0, 1));
    }
    let x = Tensor::from([[1.0, 3.0], [4.0, 2.0f32]]);
    assert_eq!(x.argmax(-1).as_slice(), x.argmax(1).as_slice());
}

#[test]
fn integers_of_all_types() {
    let x = Tensor::<f32>::zeros(&[2, 3]);
    assert_eq!(x.sum_axes(&[1usize]).shape(), [2]);
    assert_eq!(x.sum_axes(&[-1isize]).shape(), [2]);
    assert_eq!(x.sum_axes(&[-1i32]).shape(), [2]);
    let sizes: &[usize] = &[3, 2];
    assert_eq!(x.reshape(sizes).shape(), [3, 2]);
    assert_eq!(x.reshape(&Vec::from([3usize, 2])).shape(), [3, 2]);
    assert_eq!(x.reshape(&x.dims()).shape(), [2, 3]);
}

#[test]
fn ranges() {
    same! {
        |x| x.slice(-1, 1..3), x.narrow(2, 1, 2);
        |x| x.slice(-1, 1..), x.narrow(2, 1, 3);
        |x| x.slice(-1, ..3), x.narrow(2, 0, 3);
        |x| x.slice(-1, ..), x.narrow(2, 0, 4);
        |x| x.slice(-1, 1..=2), x.narrow(2, 1, 2);
        |x| x.slice(-1, ..=2), x.narrow(2, 0, 3);
        |x| x.slice(-1, -2..), x.narrow(2, 2, 2);
        |x| x.slice(-1, ..-1), x.narrow(2, 0, 3);
        |x| x.slice(-1, 1..=-2), x.narrow(2, 1, 2);
        |x| x.slice(-1, 1..=-1), x.narrow(2, 1, 3);
        |x| x.slice(-1, ..=-1), x.narrow(2, 0, 4);
        |x| x.slice(1, 3..3), x.narrow(1, 3, 0);
        |x| x.slice(1, 0..x.dims()[1]), x.clone();
    }
}

#[test]
fn sizes_left_open() {
    let x = Tensor::<f64>::arange(24);
    assert_eq!(x.reshape(&[-1]).shape(), [24]);
    assert_eq!(x.reshape(&[2, -1, 3]).shape(), [2, 4, 3]);
    assert_eq!(x.reshape(&[24, -1]).shape(), [24, 1]);
    assert_eq!(x.narrow(0, 0, 0).reshape(&[-1, 5]).shape(), [0, 5]);
    assert_eq!(Tensor::scalar(1.0).reshape(&[-1, 1]).shape(), [1, 1]);
}
