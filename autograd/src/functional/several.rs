//! The same for functions of several tensors: a closure from a slice of variables to a variable.
//!
//! ```
//! use autograd::{Tensor, functional::several, prelude::*};
//! let (w, b) = (Tensor::from([1.0, 2.0f64]), Tensor::scalar(3.0));
//! let (y, gradients) = several::value_and_grad(|x| (x[0] * x[1]).square().sum(), &[w, b]);
//! assert_eq!(y.item(), 45.0);
//! assert_eq!(gradients[0].to_vec(), [18.0, 36.0]);
//! assert_eq!(gradients[1].item(), 30.0);
//! ```

use super::inner;
use crate::real::Real;
use crate::rule::Value;
use crate::tape::{Tape, Var};
use crate::tensor::Tensor;

/// The value of `f` at the tensors `x`, and its gradient with respect to each.
///
/// # Panics
/// If `f` does not return exactly one element.
#[track_caller]
pub fn value_and_grad<T, F>(f: F, x: &[Tensor<T>]) -> (Tensor<T>, Vec<Tensor<T>>)
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = leaves(&tape, x);
    let y = f(&x);
    let gradients = tape.backward(y);
    (y.tensor(), x.iter().map(|x| gradients.wrt(*x)).collect())
}

/// The gradients of `f` at the tensors `x`, each of the shape of its tensor.
///
/// # Panics
/// If `f` does not return exactly one element.
#[track_caller]
pub fn grad<T, F>(f: F, x: &[Tensor<T>]) -> Vec<Tensor<T>>
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    value_and_grad(f, x).1
}

/// The value of `f` at the tensors `x`, and the products of the cotangent `g`, of the value's shape, with the Jacobian with
/// respect to each.
///
/// # Panics
/// If `g` does not have the shape of the value.
#[track_caller]
pub fn vjp<T, F>(f: F, x: &[Tensor<T>], g: &Tensor<T>) -> (Tensor<T>, Vec<Tensor<T>>)
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = leaves(&tape, x);
    let y = f(&x);
    let gradients = tape.backward_vjp(y, g.clone());
    (y.tensor(), x.iter().map(|x| gradients.wrt(*x)).collect())
}

/// The value of `f` at the tensors `x`, and its derivative along `v`: the sum of the products of the Jacobian with respect
/// to each tensor with the tangent of its shape. Forward mode, as [`jvp`](super::jvp) of one tensor.
///
/// # Panics
/// If there is not a tangent of its shape for each tensor.
#[track_caller]
pub fn jvp<T, F>(f: F, x: &[Tensor<T>], v: &[Tensor<T>]) -> (Tensor<T>, Tensor<T>)
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    check_alike("jvp", x, v);
    let tape = Tape::new();
    let x = leaves(&tape, x);
    let y = f(&x);
    let along: Vec<_> = x.into_iter().zip(v.iter().cloned()).collect();
    (y.tensor(), tape.jvp(y, &along))
}

/// The Jacobians of `f` at the tensors `x`: for each one a matrix of shape `[elements of the value, elements of it]`.
#[track_caller]
pub fn jacobian<T, F>(f: F, x: &[Tensor<T>]) -> Vec<Tensor<T>>
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = leaves(&tape, x);
    rows(&tape, f(&x), &x)
}

/// The Hessian of `f` at the tensors `x` in blocks: block `[i][j]`, of shape `[elements of x[i], elements of x[j]]`, has the
/// second derivatives by an element of `x[i]` and one of `x[j]`.
///
/// # Panics
/// If `f` does not return exactly one element.
#[track_caller]
pub fn hessian<T, F>(f: F, x: &[Tensor<T>]) -> Vec<Vec<Tensor<T>>>
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    let tape = Tape::new();
    let x = leaves(&tape, x);
    let gradients = tape.grad(f(&x), &x);
    gradients.iter().map(|g| rows(&tape, *g, &x)).collect()
}

/// The product of the Hessian of `f` at the tensors `x` with `v`, a tensor of the shape of each.
///
/// # Panics
/// If `f` does not return exactly one element, or there is not a tensor of its shape in `v` for each in `x`.
#[track_caller]
pub fn hvp<T, F>(f: F, x: &[Tensor<T>], v: &[Tensor<T>]) -> Vec<Tensor<T>>
where
    T: Real,
    F: for<'t> FnOnce(&[Var<'t, T>]) -> Var<'t, T>,
{
    check_alike("hvp", x, v);
    let tape = Tape::new();
    let x = leaves(&tape, x);
    let along = along(&tape, &tape.grad(f(&x), &x), v);
    let products = tape.backward(along);
    x.iter().map(|x| products.wrt(*x)).collect()
}

/// `f` as it is: a closure that is bound to a name, or returned, goes through here, so that the compiler takes it for any
/// tape. The same as [`function`](super::function) for functions of several tensors.
///
/// ```
/// use autograd::{Tensor, functional::several, prelude::*};
/// let f = several::function(|x| (x[0] * x[1]).sum());
/// let at = [Tensor::from([1.0, 2.0f64]), Tensor::from([3.0, 4.0])];
/// assert_eq!(several::grad(&f, &at)[0].to_vec(), [3.0, 4.0]);
/// assert_eq!(several::hessian(&f, &at)[0][1], Tensor::eye(2));
/// ```
pub fn function<T, F>(f: F) -> F
where
    T: Real,
    F: for<'t> Fn(&[Var<'t, T>]) -> Var<'t, T>,
{
    f
}

fn leaves<'t, T: Real>(tape: &'t Tape<T>, x: &[Tensor<T>]) -> Vec<Var<'t, T>> {
    x.iter().map(|x| tape.leaf(x.clone())).collect()
}

/// Σ ⟨x, v⟩ over all pairs; 0 without pairs.
fn along<'t, T: Real>(tape: &'t Tape<T>, x: &[Var<'t, T>], v: &[Tensor<T>]) -> Var<'t, T> {
    if x.is_empty() {
        return tape.constant(Tensor::scalar(T::ZERO));
    }
    let pairs = x.iter().zip(v).map(|(x, v)| (*x, tape.constant(v.clone())));
    inner(&pairs.collect::<Vec<_>>())
}

/// A tensor of its shape in `v` for each in `x`?
#[track_caller]
fn check_alike<T: Real>(what: &str, x: &[Tensor<T>], v: &[Tensor<T>]) {
    let shapes = |x: &[Tensor<T>]| x.iter().map(Tensor::dims).collect::<Vec<_>>();
    let (x, v) = (shapes(x), shapes(v));
    assert!(
        x == v,
        "{what} at tensors of shapes {x:?} along shapes {v:?}"
    );
}

/// The rows of the Jacobians of `y` with respect to each `x`, a backward pass for a row of all of them.
fn rows<T: Real>(tape: &Tape<T>, y: Var<'_, T>, x: &[Var<'_, T>]) -> Vec<Tensor<T>> {
    let m = y.dims().count();
    let sizes = x.iter().map(|x| x.dims().count());
    let mut all: Vec<_> = sizes.map(|n| Tensor::zeros(&[m, n])).collect();
    let mut one = Tensor::zeros(&y.dims());
    for i in 0..m {
        one.as_mut_slice()[i] = T::ONE;
        let row = tape.backward_vjp(y, one.clone());
        for (x, rows) in x.iter().zip(&mut all) {
            let n = rows.shape()[1];
            row.wrt(*x)
                .copy_to(&mut rows.as_mut_slice()[i * n..(i + 1) * n]);
        }
        one.as_mut_slice()[i] = T::ZERO;
    }
    all
}
