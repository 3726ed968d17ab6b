//! The exponential.
//!
//! x = n·ln 2 + r with n the nearest integer and |r| ≤ ½ ln 2, so that eˣ = 2ⁿ·eʳ, and eʳ is a polynomial (Cody and
//! Waite, *Software Manual for the Elementary Functions*, 1980, chapter 6).

use super::format::Format;
use super::{clamp, num, polynomial, select, signed};
use crate::kernel::lane::Lane;

/// x = n·ln 2 + r: `ROUND + n`, n, and r.
#[inline(always)]
fn reduce<L: Lane<Elem: Format>>(x: L) -> (L, L, L) {
    let round = L::new(L::Elem::ROUND);
    let rounded = x.fma(L::new(L::Elem::LOG2_E), round);
    let n = rounded - round;
    let r = n.fma(L::new(-L::Elem::LN_2_HIGH), x);
    (rounded, n, n.fma(L::new(-L::Elem::LN_2_LOW), r))
}

/// eʳ − 1 for |r| ≤ ½ ln 2.
#[inline(always)]
fn small_exp_m1<L: Lane<Elem: Format>>(r: L) -> L {
    polynomial(r, L::Elem::EXP).fma(r * r, r)
}

/// 2ⁿ from `ROUND + n`.
#[inline(always)]
pub(super) fn power_of_two<L: Lane<Elem: Format>>(rounded: L) -> L {
    L::new(L::Elem::power_of_two(rounded.get()))
}

/// eˣ.
#[inline(always)]
pub(in crate::kernel) fn exp<L: Lane<Elem: Format>>(x: L) -> L {
    let x = clamp(x, L::new(L::Elem::EXP_MIN), L::new(L::Elem::EXP_MAX));
    let (_, n, r) = reduce(x);
    // 2ⁿ may be subnormal or too large although eˣ is not, so it is multiplied in two halves. The first product is
    // exact; the second rounds once, into the subnormal numbers too.
    let round = L::new(L::Elem::ROUND);
    let half = n.fma(num(0.5), round);
    let rest = round + (n - (half - round));
    (small_exp_m1(r) + num(1.0)) * power_of_two(half) * power_of_two(rest)
}

/// eˣ where it is a normal number, and so are its neighbours.
#[inline(always)]
pub(super) fn moderate_exp<L: Lane<Elem: Format>>(x: L) -> L {
    let (rounded, _, r) = reduce(x);
    (small_exp_m1(r) + num(1.0)) * power_of_two(rounded)
}

/// eˣ·2ᵏ for a whole k, where that is a normal number: rounded, and what the rounding lost.
#[inline(always)]
pub(super) fn shifted_exp<L: Lane<Elem: Format>>(x: L, k: L) -> (L, L) {
    let (rounded, _, r) = reduce(x);
    let small = small_exp_m1(r);
    let sum = small + num(1.0);
    let lost = small - (sum - num(1.0));
    let scale = power_of_two(rounded + k);
    (sum * scale, lost * scale)
}

/// eˣ − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1).
#[inline(always)]
pub(in crate::kernel) fn exp_m1<L: Lane<Elem: Format>>(x: L) -> L {
    let clamped = clamp(x, L::new(L::Elem::EXP_M1_MIN), L::new(L::Elem::EXP_MAX));
    let (rounded, _, r) = reduce(clamped);
    // Half of a large result, since 2ⁿ itself may overflow; a small one whole, since half a subnormal may lose a bit.
    let large = clamped > num(1.0);
    let halvings = select(large, num::<L>(1.0), num(0.0));
    let unit = select(large, num::<L>(0.5), num(1.0));
    let scale = power_of_two(rounded - halvings);
    let y = small_exp_m1(r).fma(scale, scale - unit);
    signed(select(large, y + y, y), x)
}
