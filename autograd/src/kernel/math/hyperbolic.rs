//! The hyperbolic tangent, and the logistic function, which is the same curve moved and scaled; the inverse hyperbolic
//! functions, which are logarithms.

use super::exp::{moderate_exp, power_of_two, shifted_exp};
use super::format::Format;
use super::log::{ln, ln_1p};
use super::{clamp, num, polynomial, select, signed};
use crate::kernel::lane::Lane;
use crate::real::Real;

/// tanh x: an odd polynomial near 0; else 1 − 2z/(1 + z) with z = e^(−2|x|), which is then at most ½ off 1.
#[inline(always)]
pub(in crate::kernel) fn tanh<L: Lane<Elem: Format>>(x: L) -> L {
    let size = x.abs();
    let square = x * x;
    let near = (polynomial(square, L::Elem::TANH) * square).fma(size, size);

    let top = L::new(L::Elem::TANH_ONE);
    let bounded = select(size > top, top, size);
    let z = moderate_exp(bounded * num(-2.0));
    let far = num::<L>(1.0) - (z + z) / (z + num(1.0));
    signed(select(size < num(0.55), near, far), x)
}

/// 1/(1 + e⁻ˣ) as N/(N + N·e⁻ˣ). N is 1 for x ≥ 0 and a small power of 2 below, where e⁻ˣ may overflow although the result
/// is a number yet.
///
/// The rounding of eˣ, of the sum and of the quotient together would exceed 2 units. So what the first two lost is kept
/// beside them, and the quotient corrected by it.
#[inline(always)]
pub(in crate::kernel) fn sigmoid<L: Lane<Elem: Format>>(x: L) -> L {
    let below = x < num(0.0);
    let shift = select(below, L::new(L::Elem::SIGMOID_SHIFT), num(0.0));
    let round = L::new(L::Elem::ROUND);
    let (n, inverse) = (power_of_two(round - shift), power_of_two(round + shift));

    let exponent = clamp(-x, num(-80.0), L::new(-L::Elem::EXP_MIN));
    let (power, power_lost) = shifted_exp(exponent, -shift);
    // The larger summand first, for then what the sum loses is a number, and found by two subtractions.
    let (large, small) = (select(below, power, n), select(below, n, power));
    let sum = large + small;
    let lost = (small - (sum - large)) + power_lost;
    let quotient = n / sum;
    quotient - quotient * (quotient * lost * inverse)
}

/// From here on √(x² ± 1) rounds to |x| in either format, and x² is a number still in `f32`.
const FAR: f64 = (1u64 << 28) as f64;

/// ln 2x for x ≥ [`FAR`], where 2x may overflow.
#[inline(always)]
fn far<L: Lane<Elem: Format>>(x: L) -> L {
    ln(x) + num(std::f64::consts::LN_2)
}

/// asinh x = ln(|x| + √(x² + 1)) with the sign of x, as ln(1 + |x| + x²/(1 + √(x² + 1))): nothing cancels near 0.
#[inline(always)]
pub(in crate::kernel) fn asinh<L: Lane<Elem: Format>>(x: L) -> L {
    let size = x.abs();
    let square = size * size;
    let root = (square + num(1.0)).sqrt();
    let near = ln_1p(size + square / (root + num(1.0)));
    signed(select(size < num(FAR), near, far(size)), x)
}

/// acosh x = ln(x + √(x² − 1)), as ln(1 + t + √(2t + t²)) with t = x − 1, which is exact near 1.
#[inline(always)]
pub(in crate::kernel) fn acosh<L: Lane<Elem: Format>>(x: L) -> L {
    let t = x - num(1.0);
    let near = ln_1p(t + (t + t + t * t).sqrt());
    let y = select(x < num(FAR), near, far(x));
    select(x < num(1.0), L::new(L::Elem::NAN), y)
}

/// atanh x = ½ ln((1 + x)/(1 − x)), as ½ ln(1 + 2x + 2x²/(1 − x)) for a positive x below ½: nothing cancels near 0.
#[inline(always)]
pub(in crate::kernel) fn atanh<L: Lane<Elem: Format>>(x: L) -> L {
    let size = x.abs();
    let (double, rest) = (size + size, num::<L>(1.0) - size);
    let inner = double + double * size / rest;
    let y = ln_1p(select(size < num(0.5), inner, double / rest)) * num(0.5);
    signed(y, x)
}
