//! The operators in all their forms: the same numbers by whatever side and by reference or not.

use autograd::prelude::*;
use autograd::{Tape, Tensor};

/// Every form of an operator on tensors, variables and numbers of one type, against the numbers one by one.
macro_rules! forms {
    ($t:ident $($op:tt $in_place:tt)*) => {$(
        let of = |f: &dyn Fn(usize) -> $t| [f(0), f(1), f(2)];
        let (a, b, c): ([$t; 3], [$t; 3], $t) = ([1.5, -2.0, 0.25], [3.0, 0.5, -7.0], 1.1);
        let (x, y) = (Tensor::from(a), Tensor::from(b));
        let two = of(&|i| a[i] $op b[i]);
        let right = of(&|i| a[i] $op c);
        let left = of(&|i| c $op a[i]);
        for t in [x.clone() $op y.clone(), x.clone() $op &y, &x $op y.clone(), &x $op &y] {
            assert_eq!(t.to_vec(), two);
        }
        for t in [x.clone() $op c, &x $op c] {
            assert_eq!(t.to_vec(), right);
        }
        for t in [c $op x.clone(), c $op &x] {
            assert_eq!(t.to_vec(), left);
        }
        let mut all = [x.contiguous(), x.clone(), x.clone()];
        all[0] $in_place y.clone();
        all[1] $in_place &y;
        all[2] $in_place y.broadcast_to(&[3]);
        for t in all {
            assert_eq!(t.to_vec(), two);
        }
        let mut t = Tensor::from(a);
        t $in_place c;
        assert_eq!(t.to_vec(), right);
        // What another handle sees does not change.
        let mut t = x.clone();
        t $in_place c;
        assert_eq!((t.to_vec(), x.to_vec()), (right.to_vec(), a.to_vec()));

        let tape = Tape::new();
        let (v, w) = (tape.leaf(x.clone()), tape.leaf(y.clone()));
        for u in [v $op w, v $op &w, &v $op w, &v $op &w] {
            assert_eq!(u.tensor().to_vec(), two);
        }
        for u in [v $op c, &v $op c] {
            assert_eq!(u.tensor().to_vec(), right);
        }
        for u in [c $op v, c $op &v] {
            assert_eq!(u.tensor().to_vec(), left);
        }
        let of_tensors = [
            v $op &y, v $op y.clone(), &v $op &y, &v $op y.clone(),
            &x $op w, x.clone() $op w, &x $op &w, x.clone() $op &w,
        ];
        for u in of_tensors {
            assert_eq!(u.tensor().to_vec(), two);
        }
        let mut u = v;
        u $in_place w;
        assert_eq!(u.tensor().to_vec(), two);
        u = v;
        u $in_place &w;
        assert_eq!(u.tensor().to_vec(), two);
        u = v;
        u $in_place c;
        assert_eq!((u.tensor().to_vec(), v.tensor().to_vec()), (right.to_vec(), a.to_vec()));
    )*};
}

#[test]
fn every_form() {
    forms!(f32 + += - -= * *= / /=);
    forms!(f64 + += - -= * *= / /=);
}

#[test]
fn literals_take_the_type_of_the_tensor() {
    let x = Tensor::from([1.0f32, 4.0]);
    assert_eq!((2.0 * &x).to_vec(), [2.0, 8.0]);
    assert_eq!((1.0 / x.clone()).to_vec(), [1.0, 0.25]);
    assert_eq!((1.0 - 2.0 * x).to_vec(), [-1.0, -7.0]);
}

/// A tensor in an expression with variables is a constant; numbers on the left have the right derivatives.
#[test]
fn gradients() {
    let tape = Tape::<f64>::new();
    let x = tape.leaf(Tensor::from([1.0, 2.0, 4.0]));
    let t = Tensor::from([3.0, -1.0, 0.5]);
    let slope = |y: autograd::Var<'_, f64>| tape.backward(y.sum()).wrt(x).to_vec();
    assert_eq!(slope(2.0 * x), [2.0; 3]);
    assert_eq!(slope(1.0 - x), [-1.0; 3]);
    assert_eq!(slope(1.0 / x), [-1.0, -0.25, -0.0625]);
    assert_eq!(slope(x * &t), t.to_vec());
    assert_eq!(slope(&t - x), [-1.0; 3]);
    assert_eq!(slope(&t / x), [-3.0, 0.25, -0.03125]);
    let mut y = x * x;
    y *= 0.5;
    y += x;
    assert_eq!(slope(y), [2.0, 3.0, 5.0]);
    let second = tape.grad(tape.grad((1.0 / x).sum(), &[x])[0].sum(), &[x])[0];
    assert_eq!(second.tensor().to_vec(), [2.0, 0.25, 0.03125]);
}

/// Where nobody else sees the storage, it is written; else it is not.
#[test]
fn in_place() {
    let mut x = Tensor::from([1.0f64, 2.0, 3.0]);
    let place = |x: &Tensor<f64>| x.as_slice().map(<[f64]>::as_ptr);
    let before = place(&x);
    x += 1.0;
    x *= &Tensor::from([2.0, 3.0, 4.0]);
    assert_eq!((place(&x), x.to_vec()), (before, vec![4.0, 9.0, 16.0]));
    let view = x.clone();
    x -= &view;
    assert_eq!(
        (x.to_vec(), view.to_vec()),
        (vec![0.0; 3], vec![4.0, 9.0, 16.0])
    );
    // The right side broadcasts, and views are written as copies.
    let mut m = Tensor::<f64>::arange(6).reshape(&[2, 3]).transpose();
    m += &Tensor::from([10.0, 20.0]);
    assert_eq!(m.to_vec(), [10.0, 23.0, 11.0, 24.0, 12.0, 25.0]);
    m /= Tensor::scalar(2.0);
    assert_eq!(m.at(&[2, 1]), 12.5);
}
