//! One number of a SIMD loop.
//!
//! Kernels are written for one number and vectorized by the compiler. [`numbers`](super::numbers) has the two kinds of it.

use crate::algebra::Algebra;
use crate::real::Real;

/// A number inside a loop over slices.
///
/// Values lie within 2 units of the last place of the true ones in `f32` and 4 in `f64`. Loops over all functions
/// vectorize, except over those that call the standard library: `sin`, `cos`, `tan` and their inverses, `sinh`, `cosh`,
/// `log2`, `log10`, `cbrt` and `pow`.
pub trait Lane: Algebra + PartialEq + PartialOrd {
    /// The element that it wraps.
    type Elem: Real;
    /// Wraps an element.
    fn new(x: Self::Elem) -> Self;
    /// Unwraps it.
    fn get(self) -> Self::Elem;
    /// `self·a + b`, in one rounding where the processor can.
    fn fma(self, a: Self, b: Self) -> Self;
    /// |x|.
    fn abs(self) -> Self;
    /// √x.
    fn sqrt(self) -> Self;
    /// eˣ.
    fn exp(self) -> Self;
    /// eˣ − 1.
    fn exp_m1(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// ln(1 + x).
    fn ln_1p(self) -> Self;
    /// Sine.
    fn sin(self) -> Self;
    /// Cosine.
    fn cos(self) -> Self;
    /// Tangent.
    fn tan(self) -> Self;
    /// Arc sine.
    fn asin(self) -> Self;
    /// Arc cosine.
    fn acos(self) -> Self;
    /// Arc tangent.
    fn atan(self) -> Self;
    /// The angle of the point (x, `self`), between −π and π.
    fn atan2(self, x: Self) -> Self;
    /// Hyperbolic sine.
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    fn cosh(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// The inverse of the hyperbolic sine.
    fn asinh(self) -> Self;
    /// The inverse of the hyperbolic cosine.
    fn acosh(self) -> Self;
    /// The inverse of the hyperbolic tangent.
    fn atanh(self) -> Self;
    /// Logarithm to base 2.
    fn log2(self) -> Self;
    /// Logarithm to base 10.
    fn log10(self) -> Self;
    /// ∛x.
    fn cbrt(self) -> Self;
    /// 1/(1 + e⁻ˣ).
    fn sigmoid(self) -> Self;
    /// The error function.
    fn erf(self) -> Self;
    /// xʸ.
    fn pow(self, y: Self) -> Self;
}
