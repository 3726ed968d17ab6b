//! What batch normalization and its gradient make of an element, by itself and inside of a channel.

use crate::algebra::{Algebra, Pointwise};
use crate::ops::elementwise::{Relu, Vjp};

/// (x − centre)·scale + shift.
#[derive(Clone, Copy)]
pub(super) struct Normalized;
impl Pointwise<4> for Normalized {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, centre, scale, shift]: [E; 4]) -> E {
        (x - centre) * scale + shift
    }
}

/// [`Normalized`] inside of a channel.
#[derive(Clone, Copy)]
pub(super) struct NormalizedIn(pub(super) [f64; 3]);
impl Pointwise<1> for NormalizedIn {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x]: [E; 1]) -> E {
        let [centre, scale, shift] = self.0.map(|c| x.lift(c));
        Normalized.eval([x, centre, scale, shift])
    }
}

/// [`NormalizedIn`] with a rectifier after it.
#[derive(Clone, Copy)]
pub(super) struct RectifiedIn(pub(super) NormalizedIn);
impl Pointwise<1> for RectifiedIn {
    #[inline(always)]
    fn eval<E: Algebra>(&self, x: [E; 1]) -> E {
        self.0.eval(x).unary(Relu {})
    }
}

/// g·direct + (x − centre)·slope + shift: the gradient with respect to an element.
#[derive(Clone, Copy)]
pub(super) struct Gradient;
impl Pointwise<6> for Gradient {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, g, centre, direct, slope, shift]: [E; 6]) -> E {
        g * direct + (x - centre) * slope + shift
    }
}

/// [`Gradient`] inside of a channel.
#[derive(Clone, Copy)]
pub(super) struct GradientIn(pub(super) [f64; 4]);
impl Pointwise<2> for GradientIn {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, g]: [E; 2]) -> E {
        let [centre, direct, slope, shift] = self.0.map(|c| x.lift(c));
        Gradient.eval([x, g, centre, direct, slope, shift])
    }
}

/// [`GradientIn`] where a rectifier came after the normalization.
#[derive(Clone, Copy)]
pub(super) struct RectifiedGradientIn(pub(super) NormalizedIn, pub(super) GradientIn);
impl Pointwise<2> for RectifiedGradientIn {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, g]: [E; 2]) -> E {
        let y = self.0.eval([x]);
        self.1.eval([x, Vjp(Relu {}).eval([y, y, g])])
    }
}
