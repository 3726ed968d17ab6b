//! Derivatives of functions of several tensors: against those of one tensor that holds them all, and closed forms.

use autograd::functional::{self, function, several};
use autograd::prelude::*;
use autograd::{Tensor, Var};

/// A function of a matrix, a vector and a number, which mixes all of them.
fn mixed<'t>(x: &[Var<'t, f64>]) -> Var<'t, f64> {
    (x[0].matmul(&x[1]).tanh() * x[2]).square()
}

fn point() -> [Tensor<f64>; 3] {
    [
        Tensor::from([[0.3, -0.7, 0.2], [1.1, 0.4, -0.5]]),
        Tensor::from([0.6, -0.2, 0.9]),
        Tensor::scalar(1.3),
    ]
}

/// The same function of all elements in a row.
fn joined<'t>(x: &Var<'t, f64>) -> Var<'t, f64> {
    let parts = x.split(&[6, 3, 1], 0);
    mixed(&[
        parts[0].reshape(&[2, 3]),
        parts[1],
        parts[2].reshape(&[1]).sum(),
    ])
}

/// Tensors one after the other along their last axis, of so many rows.
fn row(parts: &[Tensor<f64>], rows: usize) -> Tensor<f64> {
    let flat: Vec<_> = parts
        .iter()
        .map(|t| t.reshape(&[rows, t.len() / rows]))
        .collect();
    Tensor::concat(&flat.iter().collect::<Vec<_>>(), 1)
}

#[track_caller]
fn assert_near(got: &Tensor<f64>, want: &Tensor<f64>) {
    let (got, want) = (got.flatten(), want.flatten());
    assert_eq!(got.shape(), want.shape());
    let off = (&got - &want).abs().max().item();
    assert!(off < 1e-14, "{got} differs from {want}");
}

#[test]
fn as_of_one_tensor() {
    let x = point();
    let all = row(&x, 1).flatten();
    let v = [
        Tensor::from([[1.0, 2.0, -1.0], [0.5, 0.0, 3.0]]),
        Tensor::from([-1.0, 0.5, 2.0]),
        Tensor::scalar(0.7),
    ];
    let along = row(&v, 1).flatten();

    let (y, gradients) = several::value_and_grad(|x| mixed(x).sum(), &x);
    let (want, gradient) = functional::value_and_grad(|x| joined(&x).sum(), &all);
    assert_near(&y, &want);
    assert_near(&row(&gradients, 1), &gradient);
    for (g, x) in gradients.iter().zip(&x) {
        assert_eq!(g.shape(), x.shape());
    }

    let g = Tensor::from([2.0, -3.0]);
    let (y, products) = several::vjp(mixed, &x, &g);
    let (want, product) = functional::vjp(|x| joined(&x), &all, &g);
    assert_near(&y, &want);
    assert_near(&row(&products, 1), &product);

    let (y, product) = several::jvp(mixed, &x, &v);
    let (want, of_one) = functional::jvp(|x| joined(&x), &all, &along);
    assert_near(&y, &want);
    assert_near(&product, &of_one);
    assert_eq!(product.shape(), [2]);

    let jacobians = several::jacobian(mixed, &x);
    assert_eq!(
        jacobians.iter().map(|j| j.shape()[1]).collect::<Vec<_>>(),
        [6, 3, 1]
    );
    assert_near(
        &row(&jacobians, 2),
        &functional::jacobian(|x| joined(&x), &all),
    );

    let blocks = several::hessian(|x| mixed(x).sum(), &x);
    let rows: Vec<_> = blocks.iter().map(|b| row(b, b[0].shape()[0])).collect();
    let hessian = Tensor::concat(&rows.iter().collect::<Vec<_>>(), 0);
    assert_near(&hessian, &functional::hessian(|x| joined(&x).sum(), &all));

    let products = several::hvp(|x| mixed(x).sum(), &x, &v);
    assert_near(
        &row(&products, 1),
        &functional::hvp(|x| joined(&x).sum(), &all, &along),
    );
}

/// A tensor that the value does not depend on has zeros.
#[test]
fn tensors_without_influence() {
    let x = [Tensor::from([1.0, 2.0f64]), Tensor::from([[5.0]])];
    let f = several::function(|x| x[0].square().sum());
    assert_eq!(several::grad(f, &x)[1], Tensor::zeros(&[1, 1]));
    assert_eq!(several::jacobian(f, &x)[1], Tensor::zeros(&[1, 1]));
    assert_eq!(several::hessian(f, &x)[0][1], Tensor::zeros(&[2, 1]));
    let v = [Tensor::from([1.0, 1.0]), Tensor::from([[3.0]])];
    assert_eq!(several::jvp(f, &x, &v).1.item(), 6.0);
    assert_eq!(several::hvp(f, &x, &v)[0].to_vec(), [2.0, 2.0]);
    assert_eq!(several::hvp(f, &x, &v)[1].to_vec(), [0.0]);
}

/// A name serves any number of calls; a function that holds something is passed by reference.
#[test]
fn functions_with_names() {
    let scale = Tensor::from([3.0, 3.0]);
    let f = function(move |x: Var<'_, f64>| (x.square() * &scale).sum());
    let x = Tensor::from([1.0, -2.0]);
    let gradients = [
        functional::grad(&f, &x),
        functional::value_and_grad(&f, &x).1,
    ];
    assert!(gradients.iter().all(|g| g.to_vec() == [6.0, -12.0]));
    assert_eq!(
        functional::hvp(&f, &x, &Tensor::from([1.0, 1.0])).to_vec(),
        [6.0, 6.0]
    );
    assert_eq!(functional::hessian(f, &x).to_vec(), [6.0, 0.0, 0.0, 6.0]);
}
