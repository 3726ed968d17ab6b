//! Products of vectors, matrices and tensors.

use super::einsum::einsum;
use super::matmul::MatMul;
use super::reduce::Reductions;
use super::shape::Shaping;
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
#[cfg(feature = "testing")]
use crate::real::Real;
use crate::rule::Value;

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

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const A: InputSampler = InputSampler::REAL_LINE.shape(&[3, 4]);
    const B: InputSampler = InputSampler::REAL_LINE.shape(&[4, 5]);
    const V4: InputSampler = InputSampler::REAL_LINE.shape(&[4]);
    Vec::from(cases! {
        "matmul", order 2, [A, B] => |x| x[0].matmul(&x[1]);
        "matmul of transposed matrices", order 2, [A, InputSampler::REAL_LINE.shape(&[5, 3])] => |x| x[0].transpose().matmul(&x[1].transpose());
        "matmul of a matrix with its transpose", order 2, [A] => |x| x[0].matmul(&x[0].transpose());
        "matmul of a vector and a matrix", order 2, [V4, B] => |x| x[0].matmul(&x[1]);
        "matmul of a matrix and a vector", order 2, [A, V4] => |x| x[0].matmul(&x[1]);
        "matmul of a batch", order 2, [InputSampler::REAL_LINE.shape(&[2, 3, 4]), InputSampler::REAL_LINE.shape(&[2, 4, 5])] => |x| x[0].matmul(&x[1]);
        "matmul of a batch and a matrix", order 2, [InputSampler::REAL_LINE.shape(&[2, 1, 3, 4]), InputSampler::REAL_LINE.shape(&[3, 4, 2])] => |x| x[0].matmul(&x[1]);
        "dot", order 2, [V4, V4] => |x| x[0].dot(&x[1]);
        "einsum of matrices", order 2, [A, B] => |x| x[0].einsum("ij,jk->ki", &x[1]);
        "einsum of a batch", order 2, [InputSampler::REAL_LINE.shape(&[3, 2, 4]), InputSampler::REAL_LINE.shape(&[4, 5, 2])] => |x| x[0].einsum("ibj,jkb->bki", &x[1]);
        "einsum without an inner axis", order 2, [A, InputSampler::REAL_LINE.shape(&[3, 2])] => |x| x[0].einsum("ij,ik->jik", &x[1]);
        "einsum with sums of one operand", order 2, [A, B] => |x| x[0].einsum("ij,jk->", &x[1]).square();
        "outer", order 2, [V4, InputSampler::REAL_LINE.shape(&[3])] => |x| x[0].outer(&x[1]);
    })
}
