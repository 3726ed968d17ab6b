//! Products and quotients that are 0 where a factor is: a derivative times a cotangent. All other derivatives are written
//! with them.

use crate::algebra::{Algebra, Binary, Cmp};
use crate::kernel::Lane;

/// a·b, and 0 where one of them is 0. See [`times_or_zero`](super::Arithmetic::times_or_zero).
#[derive(Clone, Copy)]
pub(super) struct TimesOrZero;

impl Binary for TimesOrZero {
    const NAME: &'static str = "times_or_zero";

    #[inline(always)]
    fn value<L: Lane>(self, a: L, b: L) -> L {
        let zero = a.lift(0.0);
        a.select(Cmp::Eq, zero, a, b.select(Cmp::Eq, zero, b, a * b))
    }

    #[inline(always)]
    fn left<E: Algebra>(self, g: E, _a: E, b: E, _y: E) -> E {
        g.binary(TimesOrZero, b)
    }

    #[inline(always)]
    fn right<E: Algebra>(self, g: E, a: E, _b: E, _y: E) -> E {
        g.binary(TimesOrZero, a)
    }
}

/// a / b, and 0 where a is 0. See [`over_or_zero`](super::Arithmetic::over_or_zero).
#[derive(Clone, Copy)]
pub(super) struct OverOrZero;

impl Binary for OverOrZero {
    const NAME: &'static str = "over_or_zero";

    #[inline(always)]
    fn value<L: Lane>(self, a: L, b: L) -> L {
        a.select(Cmp::Eq, a.lift(0.0), a, a / b)
    }

    #[inline(always)]
    fn left<E: Algebra>(self, g: E, _a: E, b: E, _y: E) -> E {
        g.binary(OverOrZero, b)
    }

    #[inline(always)]
    fn right<E: Algebra>(self, g: E, _a: E, b: E, y: E) -> E {
        -g.binary(TimesOrZero, y).binary(OverOrZero, b)
    }
}
