//! The two kinds of numbers in a SIMD loop: a fused multiply-add is one instruction where the processor has it and a slow
//! library call where it does not.

use std::ops::{Add, Div, Mul, Neg, Sub};

use super::lane::Lane;
use super::math;
use crate::algebra::{Algebra, Binary, Cmp, Unary};

/// A number in a loop compiled with fused multiply-add: elsewhere it is right, but slow.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Fused<T>(pub(super) T);

/// A number in a loop for any processor: a product and a sum are rounded one by one.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
#[repr(transparent)]
pub struct Plain<T>(pub(super) T);

macro_rules! lane {
    ($kind:ident, $t:ident, $x:ident, $a:ident, $b:ident, $fma:expr) => {
        lane!(@op $kind $t Add add +);
        lane!(@op $kind $t Sub sub -);
        lane!(@op $kind $t Mul mul *);
        lane!(@op $kind $t Div div /);
        impl Neg for $kind<$t> {
            type Output = Self;
            #[inline(always)]
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Algebra for $kind<$t> {
            #[inline(always)]
            fn lift(self, c: f64) -> Self {
                Self(c as $t)
            }
            #[inline(always)]
            fn select(self, cmp: Cmp, other: Self, yes: Self, no: Self) -> Self {
                let holds = match cmp {
                    Cmp::Lt => self.0 < other.0,
                    Cmp::Le => self.0 <= other.0,
                    Cmp::Gt => self.0 > other.0,
                    Cmp::Ge => self.0 >= other.0,
                    Cmp::Eq => self.0 == other.0,
                };
                if holds { yes } else { no }
            }
            #[inline(always)]
            fn unary<U: Unary>(self, u: U) -> Self {
                u.value(self)
            }
            #[inline(always)]
            fn binary<B: Binary>(self, b: B, other: Self) -> Self {
                b.value(self, other)
            }
        }
        impl Lane for $kind<$t> {
            type Elem = $t;
            #[inline(always)]
            fn new(x: $t) -> Self {
                Self(x)
            }
            #[inline(always)]
            fn get(self) -> $t {
                self.0
            }
            #[inline(always)]
            fn fma(self, a: Self, b: Self) -> Self {
                let ($x, $a, $b) = (self.0, a.0, b.0);
                Self($fma)
            }
            lane!(@std $t abs sqrt sin cos tan asin acos atan sinh cosh log2 log10 cbrt);
            lane!(@own exp exp_m1 ln ln_1p tanh asinh acosh atanh sigmoid erf);
            #[inline(always)]
            fn atan2(self, x: Self) -> Self {
                Self(self.0.atan2(x.0))
            }
            #[inline(always)]
            fn pow(self, y: Self) -> Self {
                Self(self.0.powf(y.0))
            }
        }
    };
    (@op $kind:ident $t:ident $trait:ident $f:ident $op:tt) => {
        impl $trait for $kind<$t> {
            type Output = Self;
            #[inline(always)]
            fn $f(self, o: Self) -> Self {
                Self(self.0 $op o.0)
            }
        }
    };
    (@own $($f:ident)*) => {
        $(#[inline(always)]
        fn $f(self) -> Self {
            math::$f(self)
        })*
    };
    (@std $t:ident $($f:ident)*) => {
        $(#[inline(always)]
        fn $f(self) -> Self {
            Self($t::$f(self.0))
        })*
    };
}
lane!(Fused, f32, x, a, b, x.mul_add(a, b));
lane!(Fused, f64, x, a, b, x.mul_add(a, b));
lane!(Plain, f32, x, a, b, x * a + b);
lane!(Plain, f64, x, a, b, x * a + b);
