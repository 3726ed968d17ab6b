//! What the functions need to know of `f32` and `f64`.

use crate::real::Real;

/// A floating-point format: its bits, and the constants of the functions in it.
///
/// The polynomials come from `coefficients.py` in this folder, which says what each of them approximates.
pub(crate) trait Format: Real {
    /// 1.5·2ᵐ with m bits of mantissa. Added to a small number it rounds it to an integer, in the low bits of the sum.
    const ROUND: Self;
    /// log₂ e.
    const LOG2_E: Self;
    /// The first 10 bits of ln 2 in `f32`, 32 in `f64`: so short that its product with an exponent is exact.
    const LN_2_HIGH: Self;
    /// ln 2 less [`LN_2_HIGH`](Format::LN_2_HIGH).
    const LN_2_LOW: Self;
    /// Here and below, eˣ rounds to 0.
    const EXP_MIN: Self;
    /// Here and above, eˣ overflows.
    const EXP_MAX: Self;
    /// Here and below, eˣ − 1 rounds to −1.
    const EXP_M1_MIN: Self;
    /// Half the largest exponent: the shift that keeps e⁻ˣ in range in the logistic function.
    const SIGMOID_SHIFT: Self;
    /// Here and above, tanh x rounds to 1.
    const TANH_ONE: Self;
    /// Here and above, erf x rounds to 1.
    const ERF_ONE: Self;
    /// The smallest normal number.
    const NORMAL: Self;
    /// A power of 2 that makes every subnormal normal.
    const LIFT: Self;
    /// The exponent of [`LIFT`](Format::LIFT).
    const LIFT_EXPONENT: Self;

    /// E in eʳ = 1 + r + r²·E(r), |r| ≤ ½ ln 2.
    const EXP: &[Self];
    /// R in ln((1 + s)/(1 − s)) = 2s + s·z·R(z), z = s², |s| ≤ (√2 − 1)/(√2 + 1).
    const LOG: &[Self];
    /// T in tanh x = x + x·z·T(z), z = x², |x| ≤ 0.55.
    const TANH: &[Self];
    /// P in erf x = x + x·P(z), z = x², |x| ≤ 1.
    const ERF_INNER: &[Self];
    /// Q in erf x = 1 − exp(Q(x − 1)), 1 ≤ x ≤ [`ERF_ONE`](Format::ERF_ONE).
    const ERF_OUTER: &[Self];

    /// 2ⁿ for a normal power, from the sum `ROUND + n`.
    fn power_of_two(rounded: Self) -> Self;
    /// (m, e) with `self` = m·2ᵉ and √½ ≤ m < √2, for a positive normal number.
    fn split(self) -> (Self, Self);
    /// |`self`| with the sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
}

/// The methods of [`Format`] that work on bits: the type, the integer of its width, bits of mantissa, bias of the exponent,
/// bits of √½.
macro_rules! bits {
    ($t:ident, $bits:ident, $mantissa:literal, $bias:literal, $sqrt_half:literal) => {
        #[inline(always)]
        fn power_of_two(rounded: Self) -> Self {
            // The bits of ROUND itself leave at the top.
            $t::from_bits(rounded.to_bits().wrapping_add($bias) << $mantissa)
        }
        #[inline(always)]
        fn split(self) -> (Self, Self) {
            const ONE: $bits = $bias << $mantissa;
            const EXACT: $bits = ($bias + $mantissa) << $mantissa;
            // Moved up so that the exponent steps at √½·2ᵉ, not at 2ᵉ.
            let moved = self.to_bits().wrapping_add(ONE - $sqrt_half);
            let mantissa = (moved & ((1 << $mantissa) - 1)) + $sqrt_half;
            // The exponent as the last bits of 2ᵐ + exponent, where they count units.
            let exponent = $t::from_bits((moved >> $mantissa) | EXACT);
            let unit = $t::from_bits(EXACT) + $bias as $t;
            ($t::from_bits(mantissa), exponent - unit)
        }
        #[inline(always)]
        fn copysign(self, sign: Self) -> Self {
            $t::copysign(self, sign)
        }
    };
}
pub(super) use bits;
