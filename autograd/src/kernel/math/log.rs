//! The natural logarithm.
//!
//! x = m·2ᵉ with √½ ≤ m < √2, so that ln x = e·ln 2 + ln m. With f = m − 1 and s = f/(2 + f), ln m = ln((1 + s)/(1 − s))
//! is an odd series in s (P. Tang, *ACM Transactions on Mathematical Software* 16, 1990; the order of summation is that of
//! fdlibm's `e_log.c`: f stays exact until the end).

use super::format::Format;
use super::{num, polynomial, select, signed};
use crate::kernel::lane::Lane;
use crate::real::Real;

/// ln(1 + f) + e·ln 2 + low, where `low` is small beside the rest.
#[inline(always)]
fn sum<L: Lane<Elem: Format>>(f: L, e: L, low: L) -> L {
    let s = f / (f + num(2.0));
    let z = s * s;
    // f − ½f² + s·(½f² + z·R) is 2s + s·z·R without the rounding of 2s.
    let square = num::<L>(0.5) * f * f;
    let series = polynomial(z, L::Elem::LOG).fma(z, square);
    let low = e.fma(L::new(L::Elem::LN_2_LOW), low);
    let rest = square - s.fma(series, low);
    e.fma(L::new(L::Elem::LN_2_HIGH), f - rest)
}

/// `y` where 0 < x < ∞; else what the logarithm of x is.
#[inline(always)]
fn at_edges<L: Lane<Elem: Format>>(x: L, y: L) -> L {
    let y = select(x < L::new(L::Elem::INFINITY), y, x);
    let edge = select(
        x == num(0.0),
        L::new(-L::Elem::INFINITY),
        L::new(L::Elem::NAN),
    );
    select(x > num(0.0), y, edge)
}

/// ln x.
#[inline(always)]
pub(in crate::kernel) fn ln<L: Lane<Elem: Format>>(x: L) -> L {
    let tiny = x < L::new(L::Elem::NORMAL);
    let normal = select(tiny, x * L::new(L::Elem::LIFT), x);
    let lifted = select(tiny, L::new(L::Elem::LIFT_EXPONENT), num(0.0));
    let (m, e) = normal.get().split();
    at_edges(x, sum(L::new(m) - num(1.0), L::new(e) - lifted, num(0.0)))
}

/// ln(1 + x).
#[inline(always)]
pub(in crate::kernel) fn ln_1p<L: Lane<Elem: Format>>(x: L) -> L {
    let u = x + num(1.0);
    let (m, e) = u.get().split();
    let (m, e) = (L::new(m), L::new(e));
    // What was lost in 1 + x, relative to it: ln(u + lost) = ln u + lost/u.
    let lost = select(x < num(1.0), x - (u - num(1.0)), num::<L>(1.0) - (u - x));
    // Where no power of 2 is taken out, x itself is the exact f.
    let near = e == num(0.0);
    let f = select(near, x, m - num(1.0));
    let low = select(near, num(0.0), lost / u);
    signed(at_edges(u, sum(f, e, low)), x)
}
