//! Functions of one number, written so that loops over them vectorize.
//!
//! There is no branch, no table look-up and no conversion to an integer here: every case is computed, and the right one
//! selected. A float becomes an integer by adding a large constant and reading the low bits, because a cast saturates
//! and costs three times as much. Each function is written once, over a [`Lane`]; what differs between `f32` and `f64`
//! are the constants of [`Format`].
//!
//! Largest errors allowed: 2 units in the last place for `f32`, 4 for `f64`, also where the result is subnormal. Zeros keep
//! their sign in odd functions, infinities give limits, NaN gives NaN. `tests` holds every function to that.

mod erf;
mod exp;
mod format;
mod hyperbolic;
mod log;
mod tables;
#[cfg(test)]
mod tests;

pub(super) use erf::erf;
pub(super) use exp::{exp, exp_m1};
pub(super) use format::Format;
pub(super) use hyperbolic::{acosh, asinh, atanh, sigmoid, tanh};
pub(super) use log::{ln, ln_1p};

use super::lane::Lane;

/// A constant that needs no digit beyond `f64`.
#[inline(always)]
fn num<L: Lane>(c: f64) -> L {
    L::new(<L::Elem as crate::real::Real>::from_f64(c))
}

/// Σ cₖ·tᵏ by Horner's rule.
#[inline(always)]
fn polynomial<L: Lane>(t: L, c: &[L::Elem]) -> L {
    match c {
        [rest @ .., last] => rest
            .iter()
            .rev()
            .fold(L::new(*last), |sum, c| sum.fma(t, L::new(*c))),
        [] => num(0.0),
    }
}

/// `yes` or `no`, both computed already: a select, not a branch.
#[inline(always)]
fn select<L: Lane>(condition: bool, yes: L, no: L) -> L {
    if condition { yes } else { no }
}

/// `x` held in [`low`, `high`]; NaN stays.
#[inline(always)]
fn clamp<L: Lane>(x: L, low: L, high: L) -> L {
    let x = select(x < low, low, x);
    select(x > high, high, x)
}

/// |`size`| with the sign of `sign`.
#[inline(always)]
fn signed<L: Lane<Elem: Format>>(size: L, sign: L) -> L {
    L::new(size.get().copysign(sign.get()))
}
