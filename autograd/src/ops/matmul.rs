//! Matrix products.

use super::einsum::einsum;
use super::reduce::Reductions;
use super::shape::Shaping;
use crate::catalogue::{Case, Draw, cases};
use crate::layout::Dims;
use crate::matrix;
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink};
use crate::tensor::Tensor;
use crate::value::Value;

/// The product of matrices in the last two axes, of at least two axes each; outer axes broadcast.
struct MatMul;

impl<T: Real> Rule<T> for MatMul {
    const LINEARITY: Linearity = Linearity::Bilinear;

    fn name(&self) -> &'static str {
        "matmul"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let (a, b) = (x[0].shape(), x[1].shape());
        let (k, l) = (a[a.len() - 1], b[b.len() - 2]);
        if k != l {
            return Err(format!("inner sizes {k} and {l} differ"));
        }
        match outer(&x[0].dims()).broadcast(&outer(&x[1].dims())) {
            Some(_) => Ok(()),
            None => Err("the outer axes do not broadcast together".into()),
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (a, b) = (x[0], x[1]);
        let (m, n) = (a.shape()[a.rank() - 2], b.shape()[b.rank() - 1]);
        let batch = outer(&a.dims()).broadcast(&outer(&b.dims()));
        let batch = batch.expect("the shapes were checked");
        let mut dims = batch;
        dims.push(m);
        dims.push(n);
        Tensor::written(dims, |out| {
            if batch.is_empty() {
                matrix::product(a, b, out, false, None);
                return;
            }
            let spread = |t: &Tensor<T>| {
                let mut to = batch;
                to.push(t.shape()[t.rank() - 2]);
                to.push(t.shape()[t.rank() - 1]);
                t.broadcast_to(&to)
            };
            let (a, b) = (spread(a), spread(b));
            let mut index = [0; crate::MAX_RANK];
            for part in out.chunks_exact_mut((m * n).max(1)) {
                let index = &mut index[..batch.len()];
                matrix::product(
                    &matrix_at(&a, index),
                    &matrix_at(&b, index),
                    part,
                    false,
                    None,
                );
                for axis in (0..batch.len()).rev() {
                    index[axis] += 1;
                    if index[axis] < batch[axis] {
                        break;
                    }
                    index[axis] = 0;
                }
            }
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let plain = x[0].dims().len() == 2 && x[1].dims().len() == 2;
        if out.wants(0) {
            let b = x[1].transpose();
            if plain {
                out.matmul(0, g, &b);
            } else {
                out.add(0, || V::apply(Self, &[g, &b]));
            }
        }
        if out.wants(1) {
            let a = x[0].transpose();
            if plain {
                out.matmul(1, &a, g);
            } else {
                out.add(1, || V::apply(Self, &[&a, g]));
            }
        }
    }
}

/// The axes before the last two.
fn outer(dims: &Dims) -> Dims {
    Dims::new(&dims[..dims.len() - 2])
}

/// The matrix at an index of the outer axes.
fn matrix_at<T: Real>(t: &Tensor<T>, index: &[usize]) -> Tensor<T> {
    let layout = index
        .iter()
        .fold(*t.layout(), |l, i| l.slice(0, *i, 1, 1).squeeze(0));
    t.view(layout)
}

/// Products of vectors and matrices.
pub trait LinearAlgebra: Value {
    /// The matrix product over the last axis of `self` and the last but one of `other`. Outer axes broadcast; a vector
    /// on the left is a row, on the right a column, and its unit axis is dropped from the result.
    ///
    /// # Panics
    /// If the inner sizes differ, or an operand has no axes.
    #[doc(alias = "mm")]
    #[doc(alias = "bmm")]
    #[track_caller]
    fn matmul(&self, other: &Self) -> Self {
        let (left, right) = (self.dims().len(), other.dims().len());
        assert!(
            left > 0 && right > 0,
            "matmul of shapes {:?} and {:?}: a number is no matrix",
            self.dims(),
            other.dims()
        );
        match (left, right) {
            (1, 1) => self.dot(other),
            (1, _) => {
                let y = Self::apply(MatMul, &[&self.unsqueeze(0), other]);
                let rank = y.dims().len();
                y.squeeze(rank - 2)
            }
            (_, 1) => {
                let y = Self::apply(MatMul, &[self, &other.unsqueeze(1)]);
                let rank = y.dims().len();
                y.squeeze(rank - 1)
            }
            _ => Self::apply(MatMul, &[self, other]),
        }
    }

    /// The sum of products of two vectors.
    ///
    /// # Panics
    /// If they are not vectors of equal length.
    #[track_caller]
    fn dot(&self, other: &Self) -> Self {
        let (a, b) = (self.dims(), other.dims());
        assert!(
            a.len() == 1 && a == b,
            "dot of shapes {a:?} and {b:?}: it takes two vectors of one length"
        );
        (self.clone() * other).sum()
    }

    /// The sum of products over axes named by letters: those of `self`, those of `other`, those of the result.
    ///
    /// A letter of both operands names axes of one size; one that the result does not have is summed over. Without `->`
    /// the result has the letters that appear once, in alphabetical order.
    ///
    /// ```
    /// use autograd::{Tensor, prelude::*};
    /// let (a, b) = (Tensor::from([[1.0, 2.0], [3.0, 4.0]]), Tensor::from([[5.0, 6.0], [7.0, 8.0f64]]));
    /// assert_eq!(a.einsum("ij,jk->ik", &b), a.matmul(&b));
    /// assert_eq!(a.einsum("ij,ij->i", &b).to_vec(), [17.0, 53.0]);
    /// ```
    ///
    /// # Panics
    /// If the letters are not those of two operands and a result, do not name the axes that there are, or name two axes of
    /// one operand (a diagonal) or axes of two sizes.
    #[track_caller]
    fn einsum(&self, axes: &str, other: &Self) -> Self {
        einsum(axes, self, other)
    }

    /// The matrix of all products of two vectors' elements.
    ///
    /// # Panics
    /// If they are not vectors.
    #[track_caller]
    fn outer(&self, other: &Self) -> Self {
        let (a, b) = (self.dims(), other.dims());
        assert!(
            a.len() == 1 && b.len() == 1,
            "outer of shapes {a:?} and {b:?}: it takes two vectors"
        );
        self.unsqueeze(1) * &other.unsqueeze(0)
    }
}
impl<V: Value> LinearAlgebra for V {}

pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const A: Draw = Draw::NORMAL.shape(&[3, 4]);
    const B: Draw = Draw::NORMAL.shape(&[4, 5]);
    const V4: Draw = Draw::NORMAL.shape(&[4]);
    Vec::from(cases! {
        "matmul", order 2, [A, B] => |x| x[0].matmul(&x[1]);
        "matmul of transposed matrices", order 2, [A, Draw::NORMAL.shape(&[5, 3])] => |x| x[0].transpose().matmul(&x[1].transpose());
        "matmul of a matrix with its transpose", order 2, [A] => |x| x[0].matmul(&x[0].transpose());
        "matmul of a vector and a matrix", order 2, [V4, B] => |x| x[0].matmul(&x[1]);
        "matmul of a matrix and a vector", order 2, [A, V4] => |x| x[0].matmul(&x[1]);
        "matmul of a batch", order 2, [Draw::NORMAL.shape(&[2, 3, 4]), Draw::NORMAL.shape(&[2, 4, 5])] => |x| x[0].matmul(&x[1]);
        "matmul of a batch and a matrix", order 2, [Draw::NORMAL.shape(&[2, 1, 3, 4]), Draw::NORMAL.shape(&[3, 4, 2])] => |x| x[0].matmul(&x[1]);
        "dot", order 2, [V4, V4] => |x| x[0].dot(&x[1]);
        "einsum of matrices", order 2, [A, B] => |x| x[0].einsum("ij,jk->ki", &x[1]);
        "einsum of a batch", order 2, [Draw::NORMAL.shape(&[3, 2, 4]), Draw::NORMAL.shape(&[4, 5, 2])] => |x| x[0].einsum("ibj,jkb->bki", &x[1]);
        "einsum without an inner axis", order 2, [A, Draw::NORMAL.shape(&[3, 2])] => |x| x[0].einsum("ij,ik->jik", &x[1]);
        "einsum with sums of one operand", order 2, [A, B] => |x| x[0].einsum("ij,jk->", &x[1]).square();
        "outer", order 2, [V4, Draw::NORMAL.shape(&[3])] => |x| x[0].outer(&x[1]);
    })
}
