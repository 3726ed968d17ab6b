//! The arithmetic in which pointwise functions and their derivatives are written, once.
//!
//! A derivative written over [`Algebra`] serves twice: with a lane of a SIMD loop in place of `E` it is the body of a
//! fused kernel, with a [`Var`](crate::Var) it records itself, so that it can be differentiated again.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A comparison, for [`Algebra::select`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cmp {
    /// `a < b`
    Lt,
    /// `a <= b`
    Le,
    /// `a > b`
    Gt,
    /// `a >= b`
    Ge,
    /// `a == b`
    Eq,
}

/// Something that adds, multiplies and takes functions: a number inside a loop, or a variable on a tape.
pub trait Algebra:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
{
    /// The constant `c`, made where `self` lives.
    fn lift(self, c: f64) -> Self;
    /// `yes` where `self cmp other` holds, else `no`. The comparison has no gradient; `yes` and `no` have.
    /// Comparisons with NaN are false.
    fn select(self, cmp: Cmp, other: Self, yes: Self, no: Self) -> Self;
    /// The function `u` of `self`.
    fn unary<U: Unary>(self, u: U) -> Self;
    /// The function `b` of `self` and `other`.
    fn binary<B: Binary>(self, b: B, other: Self) -> Self;
}

/// An expression in `N` operands, taken element by element (broadcast as NumPy does).
pub trait Pointwise<const N: usize>: Copy + Send + Sync + 'static {
    /// The expression. Implementations carry `#[inline(always)]`, or the loops around them do not vectorize.
    fn eval<E: Algebra>(&self, x: [E; N]) -> E;
}

/// The values that a derivative reads, saved for the backward pass. A fused operation may forget the function's input
/// where it is not among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SavedForBackward {
    /// Neither input nor output: the derivative is a constant.
    Nothing,
    /// The output alone.
    Output,
    /// The input (and perhaps the output).
    Input,
}

impl SavedForBackward {
    pub(crate) const fn is_input(self) -> bool {
        matches!(self, Self::Input)
    }

    pub(crate) const fn is_nothing(self) -> bool {
        matches!(self, Self::Nothing)
    }
}

/// A function of one number with its derivative.
pub trait Unary: Copy + Send + Sync + 'static {
    /// The name in messages and graphs.
    const NAME: &'static str;
    /// What [`derivative`](Unary::derivative) reads.
    const SAVED_FOR_BACKWARD: SavedForBackward;
    /// The cotangent passes to the input unchanged, as in a sum with a constant.
    const PASSES: bool = false;
    /// The value, for a lane of a loop.
    fn value<L: crate::kernel::Lane>(self, x: L) -> L;
    /// dy/dx at `x` with `y` the value there.
    fn derivative<E: Algebra>(self, x: E, y: E) -> E;
}

/// A function of two numbers with its two vector-Jacobian products.
pub trait Binary: Copy + Send + Sync + 'static {
    /// The name in messages and graphs.
    const NAME: &'static str;
    /// The cotangent passes to (left, right) unchanged, as in a sum.
    const PASSES: (bool, bool) = (false, false);
    /// The value, for a lane of a loop.
    fn value<L: crate::kernel::Lane>(self, a: L, b: L) -> L;
    /// g·∂y/∂a. Written with [`times_or_zero`](crate::prelude::Arithmetic::times_or_zero) where ∂y/∂a may be
    /// infinite or NaN.
    fn left<E: Algebra>(self, g: E, a: E, b: E, y: E) -> E;
    /// g·∂y/∂b.
    fn right<E: Algebra>(self, g: E, a: E, b: E, y: E) -> E;
}
