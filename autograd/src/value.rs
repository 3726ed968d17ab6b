//! The two carriers of the algebra: a tensor computes, a variable computes and records.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use crate::algebra::Pointwise;
use crate::layout::Dims;
use crate::pointwise;
use crate::real::Real;
use crate::rule::Rule;
use crate::tensor::Tensor;

/// A [`Tensor`] or a [`Var`](crate::Var). Code generic over it runs as plain arithmetic on the one and is recorded on
/// the other, so a model is written once for training and for use.
///
/// Its operations are the methods of the traits in [`prelude`](crate::prelude) and the operators `+ - * /` and `+= -= *= /=`
/// with another value or an element. Where the carrier is known, elements may stand on the left as well, and a variable
/// meets a tensor as a constant.
pub trait Value:
    Clone
    + Debug
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + for<'a> Add<&'a Self, Output = Self>
    + for<'a> Sub<&'a Self, Output = Self>
    + for<'a> Mul<&'a Self, Output = Self>
    + for<'a> Div<&'a Self, Output = Self>
    + Add<Self::T, Output = Self>
    + Sub<Self::T, Output = Self>
    + Mul<Self::T, Output = Self>
    + Div<Self::T, Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + for<'a> AddAssign<&'a Self>
    + for<'a> SubAssign<&'a Self>
    + for<'a> MulAssign<&'a Self>
    + for<'a> DivAssign<&'a Self>
    + AddAssign<Self::T>
    + SubAssign<Self::T>
    + MulAssign<Self::T>
    + DivAssign<Self::T>
{
    /// The element type.
    type T: Real;

    /// The numbers, as a handle on the same storage.
    fn tensor(&self) -> Tensor<Self::T>;

    /// The sizes of the axes, outermost first.
    fn dims(&self) -> Dims;

    /// A constant of the same carrier: it has no gradient.
    fn constant(&self, tensor: Tensor<Self::T>) -> Self;

    /// Applies a rule.
    ///
    /// # Panics
    /// If the rule's [`check`](Rule::check) refuses the inputs.
    #[track_caller]
    fn apply<R: Rule<Self::T>>(rule: R, inputs: &[&Self]) -> Self;

    /// An expression taken element by element: one fused loop on tensors, its operations recorded on variables.
    #[track_caller]
    fn pointwise<P: Pointwise<N>, const N: usize>(p: &P, inputs: [&Self; N]) -> Self;

    /// A fused operation: its kernel on tensors, its definition on variables.
    #[track_caller]
    fn fused<F: Fused<Self::T>>(f: &F, inputs: &[&Self]) -> Self;

    /// One number of the same carrier, of shape `[]`; a constant.
    fn scalar(&self, x: f64) -> Self {
        self.constant(Tensor::scalar(Self::T::from_f64(x)))
    }
}

/// An operation with a kernel of its own and a definition in operations that record themselves.
///
/// The definition is what second and higher orders go through, and the oracle that the kernel is tested against.
pub trait Fused<T: Real> {
    /// Computes the operation in one go.
    fn kernel(&self, inputs: &[&Tensor<T>]) -> Tensor<T>;
    /// Says the same in smaller operations.
    fn definition<V: Value<T = T>>(&self, inputs: &[&V]) -> V;
}

impl<T: Real> Value for Tensor<T> {
    type T = T;

    fn tensor(&self) -> Tensor<T> {
        self.clone()
    }

    fn dims(&self) -> Dims {
        Tensor::dims(self)
    }

    fn constant(&self, tensor: Tensor<T>) -> Self {
        tensor
    }

    fn apply<R: Rule<T>>(rule: R, inputs: &[&Self]) -> Self {
        if let Err(why) = rule.check(inputs) {
            panic!("{}", refusal(rule.name(), inputs, &why));
        }
        rule.forward(inputs)
    }

    fn pointwise<P: Pointwise<N>, const N: usize>(p: &P, inputs: [&Self; N]) -> Self {
        pointwise::compute(p, inputs)
    }

    fn fused<F: Fused<T>>(f: &F, inputs: &[&Self]) -> Self {
        f.kernel(inputs)
    }
}

/// What is wrong, with the operation and the shapes.
#[cold]
pub(crate) fn refusal<T: Real>(name: &str, inputs: &[&Tensor<T>], why: &str) -> String {
    let shapes: Vec<_> = inputs.iter().map(|x| x.dims()).collect();
    format!("{name} of shapes {shapes:?}: {why}")
}
