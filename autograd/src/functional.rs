//! Derivatives of functions, without a tape in sight.
//!
//! A function is a closure from a variable to a variable; write it in the call, so that the compiler finds its lifetime,
//! or give it a name by way of [`function`]. Functions of several tensors are in [`several`]. Each call makes a tape of its
//! own.

pub mod several;

use crate::ops::{Elementwise, Reductions};
use crate::prelude::Value;
use crate::real::Real;
use crate::tape::{Tape, Var};
use crate::tensor::Tensor;

/// The value of `f` at `x` and its gradient there, of the shape of `x`.
///
/// ```
/// use autograd::{Tensor, functional::value_and_grad, prelude::*};
/// let (y, g) = value_and_grad(|x| x.square().sum(), &Tensor::from([1.0, 3.0f64]));
/// assert_eq!((y.item(), g.to_vec()), (10.0, vec![2.0, 6.0]));
/// ```
///
/// # Panics
/// If `f` does not return exactly one element.
#[track_caller]
pub fn value_and_grad<T, F>(f: F, x: &Tensor<T>) -> (Tensor<T>, Tensor<T>)
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let y = f(x);
    (y.tensor(), tape.backward(y).wrt(x))
}

/// The gradient of `f` at `x`, of the shape of `x`.
///
/// # Panics
/// If `f` does not return exactly one element.
#[track_caller]
pub fn grad<T, F>(f: F, x: &Tensor<T>) -> Tensor<T>
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    value_and_grad(f, x).1
}

/// The value of `f` at `x` and the product of the cotangent `g`, of the value's shape, with the Jacobian there.
///
/// # Panics
/// If `g` does not have the shape of the value.
#[track_caller]
pub fn vjp<T, F>(f: F, x: &Tensor<T>, g: &Tensor<T>) -> (Tensor<T>, Tensor<T>)
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let y = f(x);
    (y.tensor(), tape.backward_vjp(y, g.clone()).wrt(x))
}

/// The value of `f` at `x` and the product of the Jacobian there with the tangent `v`, of the shape of `x`.
///
/// Forward mode: the program is recorded, and the tangent pushed through the record.
///
/// # Panics
/// If `v` does not have the shape of `x`.
#[track_caller]
pub fn jvp<T, F>(f: F, x: &Tensor<T>, v: &Tensor<T>) -> (Tensor<T>, Tensor<T>)
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let y = f(x);
    (y.tensor(), tape.jvp(y, &[(x, v.clone())]))
}

/// The Jacobian of `f` at `x`, of shape `[elements of the value, elements of x]`.
#[track_caller]
pub fn jacobian<T, F>(f: F, x: &Tensor<T>) -> Tensor<T>
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let y = f(x);
    jacobian_of(&tape, y, x)
}

/// The Hessian of `f` at `x`, of shape `[n, n]` for `x` of n elements.
///
/// ```
/// use autograd::{Tensor, functional::hessian, prelude::*};
/// let h = hessian(|x| x.select_index(0, 0).square() * x.select_index(0, 1), &Tensor::from([3.0, 5.0f64]));
/// assert_eq!(h.to_vec(), [10.0, 6.0, 6.0, 0.0]);
/// ```
///
/// # Panics
/// If `f` does not return exactly one element.
#[track_caller]
pub fn hessian<T, F>(f: F, x: &Tensor<T>) -> Tensor<T>
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let gradient = tape.grad(f(x), &[x])[0];
    jacobian_of(&tape, gradient, x)
}

/// The product of the Hessian of `f` at `x` with `v`, of the shape of `x`: forward mode over a backward pass.
///
/// # Panics
/// If `f` does not return exactly one element, or `v` does not have the shape of `x`.
#[track_caller]
pub fn hvp<T, F>(f: F, x: &Tensor<T>, v: &Tensor<T>) -> Tensor<T>
where
    T: Real,
    F: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let gradient = tape.grad(f(x), &[x])[0];
    tape.jvp(gradient, &[(x, v.clone())])
}

/// The product of the Gauss–Newton matrix JᵀHJ with `v`, of the shape of `x`: J is the Jacobian of `model` at `x`, H the
/// Hessian of `loss` at the model's value (Schraudolph, 2002). It is positive semidefinite where `loss` is convex, and
/// the Hessian of the whole where the model is linear.
///
/// ```
/// use autograd::{Tensor, functional::gauss_newton_product, prelude::*};
/// let x = Tensor::from([3.0f64]);
/// // Half the squared error of x² to 1: J = 2x = 6, H = 1.
/// let product = gauss_newton_product(
///     |x| x.square(),
///     |z| (z - 1.0).square().sum() * 0.5,
///     &x,
///     &Tensor::from([1.0]),
/// );
/// assert_eq!(product.to_vec(), [36.0]);
/// ```
///
/// # Panics
/// If `loss` does not return exactly one element, or `v` does not have the shape of `x`.
#[track_caller]
pub fn gauss_newton_product<T, M, L>(model: M, loss: L, x: &Tensor<T>, v: &Tensor<T>) -> Tensor<T>
where
    T: Real,
    M: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
    L: for<'t> FnOnce(Var<'t, T>) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = tape.leaf(x.clone());
    let z = model(x);
    let moved = tape.jvp(z, &[(x, v.clone())]);
    let curved = hvp(loss, &z.tensor(), &moved);
    tape.backward_vjp(z, curved).wrt(x)
}

/// `f` as it is: a closure that is bound to a name, or returned, goes through here, so that the compiler takes it for any
/// tape. Without it the closure gets the lifetime of one, and the calls do not compile.
///
/// ```
/// use autograd::{Tensor, functional::{function, grad, hessian}, prelude::*};
/// let f = function(|x| (x * x * x).sum());
/// let x = Tensor::from([1.0, 2.0f64]);
/// assert_eq!(grad(&f, &x).to_vec(), [3.0, 12.0]);
/// assert_eq!(hessian(&f, &x).to_vec(), [6.0, 0.0, 0.0, 12.0]);
/// ```
pub fn function<T, F>(f: F) -> F
where
    T: Real,
    F: for<'t> Fn(Var<'t, T>) -> Var<'t, T>,
{
    f
}

/// A row for each element of `y`: one backward pass with a cotangent of one 1.
fn jacobian_of<T: Real>(tape: &Tape<T>, y: Var<'_, T>, x: Var<'_, T>) -> Tensor<T> {
    let (m, n) = (y.dims().count(), x.dims().count());
    let mut rows = Tensor::zeros(&[m, n]);
    let mut one = Tensor::zeros(&y.dims());
    for i in 0..m {
        one.as_mut_slice()[i] = T::ONE;
        let row = tape.backward_vjp(y, one.clone()).wrt(x);
        row.copy_to(&mut rows.as_mut_slice()[i * n..(i + 1) * n]);
        one.as_mut_slice()[i] = T::ZERO;
    }
    rows
}

/// Σ over all pairs of the products of their elements.
pub(crate) fn inner<'t, T: Real>(pairs: &[(Var<'t, T>, Var<'t, T>)]) -> Var<'t, T> {
    let mut terms = pairs.iter().map(|(a, b)| (*a * *b).sum());
    let first = terms.next().expect("there is at least one pair");
    terms.fold(first.mul_scalar(1.0), |sum, t| sum + t)
}
