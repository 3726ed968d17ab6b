//! Flushing to zero: where numbers too small to matter become 0.
//!
//! A *subnormal* number is nonzero and smaller in magnitude than the smallest normal number, 2⁻¹²⁶ for `f32` and 2⁻¹⁰²² for
//! `f64`. Some processors are reported to take ten to a hundred times as long for an operation that meets or makes one, and decay drives
//! weights there: a dead unit's weights have no gradient but the penalty's, so they shrink by a factor a step. The
//! processor's own mode for it (FTZ and DAZ in MXCSR) is not ours to set: compiled Rust assumes the default. So numbers are
//! flushed in passes that are made anyway, by comparing and selecting, and the rule is this:
//!
//! | what | becomes 0 below | where |
//! |---|---|---|
//! | parameters after an optimizer's step and a limit on norms | smallest normal / ε²: 2⁻⁸⁰ ≈ 10⁻²⁴ (`f32`), 2⁻⁹¹⁸ ≈ 10⁻²⁷⁶ (`f64`) | [`update`](super::update()), [`flush_tiny_parameter`] |
//! | state of optimizers that follow batches, running statistics | smallest normal / ε: 2⁻¹⁰³ ≈ 10⁻³¹ (`f32`), 2⁻⁹⁷⁰ ≈ 10⁻²⁹² (`f64`) | [`update`](super::update()), [`FlushTiny`] |
//! | made and used within a step: outputs of linear layers and of activations, cotangents and products of tangents of their sums, gradients that penalties and optimizers read | smallest normal | [`FlushSubnormal`], [`update`](super::update()) |
//!
//! The second bound is the least from which sums and differences of kept numbers are never subnormal: the last place of the
//! smallest of them is worth the smallest normal number. The first lies above it, so that the gradient λ·w of a penalty still
//! enters the state when w falls below it: else decay would halt just above the bound, where products of weights with small
//! cotangents are subnormal. Products of parameters with factors from ε² on are normal. A weight of 10⁻²⁴ adds nothing to sums
//! of usual size. The last bound keeps all that the format can hold at full precision.
//!
//! What is flushed becomes +0; NaN and infinities stay. The result depends on the number alone, so it is the same on every
//! instruction set, in every piece and on every thread. Operations of their own (elementwise functions, reductions,
//! products, convolutions) are not flushed: they round as IEEE 754 says, down to the last subnormal.

use super::lane::Lane;
use crate::algebra::{Algebra, Cmp, Pointwise, SavedForBackward, Unary};
use crate::real::Real;

/// `x`, or 0 below the bound of parameters.
#[inline(always)]
pub(crate) fn flush_parameter<L: Lane>(x: L) -> L {
    let epsilon = L::Elem::EPSILON;
    flush_below(x, L::Elem::MIN_POSITIVE / epsilon / epsilon)
}

/// `x`, or 0 below the bound of state and statistics.
#[inline(always)]
pub(crate) fn flush_tiny<L: Lane>(x: L) -> L {
    flush_below(x, L::Elem::MIN_POSITIVE / L::Elem::EPSILON)
}

/// `x`, or 0 where it is subnormal.
#[inline(always)]
pub(crate) fn flush_subnormal<L: Lane>(x: L) -> L {
    flush_below(x, L::Elem::MIN_POSITIVE)
}

#[inline(always)]
fn flush_below<L: Lane>(x: L, bound: L::Elem) -> L {
    Lane::abs(x).select(Cmp::Lt, L::new(bound), x.lift(0.0), x)
}

/// The parameter `x`, or 0 where it is too small to be kept from step to step, as [`update`](super::update()) has it.
#[inline]
pub fn flush_tiny_parameter<T: Real>(x: T) -> T {
    flush_parameter(T::Plain::new(x)).get()
}

/// The square of `x`, or 0 where it would be too small to be kept: what enters a mean of squares. The comparison is made
/// before the product, which could be subnormal.
#[inline(always)]
pub fn kept_square<L: Lane>(x: L) -> L {
    let least = L::new((L::Elem::MIN_POSITIVE / L::Elem::EPSILON).sqrt());
    let x = Lane::abs(x).select(Cmp::Lt, least, x.lift(0.0), x);
    x * x
}

macro_rules! flushing {
    ($(#[$doc:meta])* $expression:ident, $function:ident, $name:literal, $flush:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $expression<P>(pub P);

        impl<P: Pointwise<N>, const N: usize> Pointwise<N> for $expression<P> {
            #[inline(always)]
            fn eval<E: Algebra>(&self, x: [E; N]) -> E {
                self.0.eval(x).unary($function)
            }
        }

        #[derive(Clone, Copy)]
        struct $function;

        impl Unary for $function {
            const NAME: &'static str = $name;
            const SAVED_FOR_BACKWARD: SavedForBackward = SavedForBackward::Nothing;
            const PASSES: bool = true;
            #[inline(always)]
            fn value<L: Lane>(self, x: L) -> L {
                $flush(x)
            }
            /// As of any rounding.
            #[inline(always)]
            fn derivative<E: Algebra>(self, x: E, _y: E) -> E {
                x.lift(1.0)
            }
        }
    };
}

flushing! {
    /// An expression whose values are kept from step to step, as state of an optimizer is or a running statistic: those below
    /// the smallest normal number over ε, 10⁻³¹ in `f32` and 10⁻²⁹² in `f64`, become 0. Many processors take a hundred times
    /// as long for an operation with a subnormal number, and decay leads there. Parameters become 0 below 10⁻²⁴ and 10⁻²⁷⁶.
    FlushTiny, Tiny, "flush_tiny", flush_tiny
}
flushing! {
    /// An expression whose subnormal values become 0, for numbers that are made and used within a step.
    FlushSubnormal, Subnormal, "flush_subnormal", flush_subnormal
}

#[cfg(test)]
mod tests {
    use super::super::numbers::{Fused, Plain};
    use super::*;

    /// The bounds, their neighbors and what has to stay.
    macro_rules! bounds {
        ($t:ident, $smallest:expr, $tiny:expr, $parameter:expr) => {
            let (smallest, tiny): ($t, $t) = ($smallest, $tiny);
            let parameter: $t = $parameter;
            let next_below = |x: $t| $t::from_bits(x.to_bits() - 1);
            let both = |x: $t| {
                let fused = (flush_subnormal(Fused(x)).0, flush_tiny(Fused(x)).0);
                let plain = (flush_subnormal(Plain(x)).0, flush_tiny(Plain(x)).0);
                assert_eq!(fused.0.to_bits(), plain.0.to_bits());
                assert_eq!(fused.1.to_bits(), plain.1.to_bits());
                plain
            };
            for sign in [1.0, -1.0] {
                assert_eq!(flush_tiny_parameter(sign * parameter), sign * parameter);
                assert_eq!(
                    flush_tiny_parameter(sign * next_below(parameter)).to_bits(),
                    0
                );
                assert_eq!(
                    flush_tiny_parameter(sign * $t::INFINITY),
                    sign * $t::INFINITY
                );
                assert_eq!(both(sign * smallest), (sign * smallest, 0.0));
                assert_eq!(both(sign * next_below(smallest)), (0.0, 0.0));
                assert_eq!(both(sign * $t::from_bits(1)), (0.0, 0.0));
                assert_eq!(both(sign * tiny), (sign * tiny, sign * tiny));
                assert_eq!(both(sign * next_below(tiny)).1, 0.0);
                assert_eq!(both(sign * $t::INFINITY).1, sign * $t::INFINITY);
            }
            assert!(
                both($t::NAN).0.is_nan()
                    && both($t::NAN).1.is_nan()
                    && flush_tiny_parameter($t::NAN).is_nan()
            );
            // No bound below it has this: the difference of neighbors is normal.
            let up = $t::from_bits(tiny.to_bits() + 1);
            assert_eq!(up - tiny, $t::MIN_POSITIVE);
            let half = tiny / 2.0;
            let up = $t::from_bits(half.to_bits() + 1);
            assert!(up - half < $t::MIN_POSITIVE);
        };
    }

    #[test]
    fn bounds_are_those_that_the_rule_states() {
        bounds!(f32, 2f32.powi(-126), 2f32.powi(-103), 2f32.powi(-80));
        bounds!(f64, 2f64.powi(-1022), 2f64.powi(-970), 2f64.powi(-918));
    }
}
