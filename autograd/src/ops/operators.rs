//! The operators of tensors and variables: with one another, with numbers on either side, and in place.

use std::borrow::Borrow;
use std::ops::{Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Sub, SubAssign};

use super::arithmetic::{BinaryRule, Evaluate, Minus, Over, Plus, Times};
use super::elementwise::{AddScalar, MulScalar, Neg as Negative, UnaryRule};
use crate::algebra::{Algebra, Binary, Pointwise};
use crate::kernel;
use crate::real::Real;
use crate::rule::Value;
use crate::tape::Var;
use crate::tensor::Tensor;

/// x + c, c + x.
#[track_caller]
fn plus<V: Value>(x: &V, c: f64) -> V {
    UnaryRule::on(AddScalar { c }, x)
}

/// x − c.
#[track_caller]
fn minus<V: Value>(x: &V, c: f64) -> V {
    plus(x, -c)
}

/// c − x.
#[track_caller]
fn from<V: Value>(x: &V, c: f64) -> V {
    BinaryRule::on(Minus, &x.scalar(c), x)
}

/// x·c, c·x.
#[track_caller]
fn times<V: Value>(x: &V, c: f64) -> V {
    UnaryRule::on(MulScalar { c }, x)
}

/// x / c.
#[track_caller]
fn over<V: Value>(x: &V, c: f64) -> V {
    BinaryRule::on(Over, x, &x.scalar(c))
}

/// c / x.
#[track_caller]
fn under<V: Value>(x: &V, c: f64) -> V {
    BinaryRule::on(Over, &x.scalar(c), x)
}

/// `x ∘= y` for a binary function.
trait Assign: Value {
    /// With another value, which broadcasts to the shape of this one.
    fn assign<B: Binary>(&mut self, b: B, other: &Self);
    /// With a number; `operation` is the same out of place.
    fn assign_number<B: Binary>(&mut self, b: B, c: f64, operation: fn(&Self, f64) -> Self);
}

impl<T: Real> Assign for Tensor<T> {
    #[track_caller]
    fn assign<B: Binary>(&mut self, b: B, other: &Self) {
        if is_ready(self)
            && self.is_shaped_as(other)
            && let Some(right) = other.as_slice()
        {
            kernel::map_in_place(&Evaluate(b), self.as_mut_slice(), [right, right]);
        } else {
            *self = of_this_shape(self, b, other);
        }
    }

    fn assign_number<B: Binary>(&mut self, b: B, c: f64, operation: fn(&Self, f64) -> Self) {
        if is_ready(self) {
            kernel::map_in_place(&WithNumber(b, c), self.as_mut_slice(), [&[]]);
        } else {
            *self = operation(self, c);
        }
    }
}

impl<T: Real> Assign for Var<'_, T> {
    #[track_caller]
    fn assign<B: Binary>(&mut self, b: B, other: &Self) {
        *self = of_this_shape(self, b, other);
    }

    #[track_caller]
    fn assign_number<B: Binary>(&mut self, _b: B, c: f64, operation: fn(&Self, f64) -> Self) {
        *self = operation(self, c);
    }
}

/// Can the elements be written where they are?
fn is_ready<T: Real>(x: &Tensor<T>) -> bool {
    x.is_unique() && x.as_slice().is_some()
}

/// A binary function whose result has the shape of its left side.
#[track_caller]
fn of_this_shape<V: Value, B: Binary>(x: &V, b: B, other: &V) -> V {
    let y = BinaryRule::on(b, x, other);
    assert!(
        y.dims() == x.dims(),
        "{} in place of shapes {:?}: the result does not have the shape of the left side",
        B::NAME,
        [x.dims(), other.dims()]
    );
    y
}

/// A binary function with a number on the right.
#[derive(Clone, Copy)]
struct WithNumber<B>(B, f64);
impl<B: Binary> Pointwise<1> for WithNumber<B> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x]: [E; 1]) -> E {
        x.binary(self.0, x.lift(self.1))
    }
}

/// The operators of one carrier. A line is a trait and its method, the trait in place and its method, the rule, and the
/// functions for a number on the right and on the left.
macro_rules! operators {
    ($carrier:ident $($life:lifetime)?) => {
        operators!{@all [$($life)?] $carrier
            Add add AddAssign add_assign Plus plus plus,
            Sub sub SubAssign sub_assign Minus minus from,
            Mul mul MulAssign mul_assign Times times times,
            Div div DivAssign div_assign Over over under,
        }
        operators!{@negative [$($life)?] [$carrier<$($life,)? T>] [$carrier<$($life,)? T>]}
        operators!{@negative [$($life)?] [&$carrier<$($life,)? T>] [$carrier<$($life,)? T>]}
    };
    (@all $life:tt $carrier:ident $($op:ident $f:ident $in_place:ident $g:ident $rule:ident $right:ident $left:ident,)*) => {$(
        operators!{@values $life $carrier $op $f $rule}
        operators!{@left $life $carrier $op $f $left f32}
        operators!{@left $life $carrier $op $f $left f64}
        operators!{@right $life $carrier $op $f $right $in_place $g $rule}
    )*};
    (@values [$($life:lifetime)?] $carrier:ident $op:ident $f:ident $rule:ident) => {
        operators!{@pair [$($life)?] $op $f $rule [$carrier<$($life,)? T>] [$carrier<$($life,)? T>] [$carrier<$($life,)? T>]}
        operators!{@pair [$($life)?] $op $f $rule [$carrier<$($life,)? T>] [&$carrier<$($life,)? T>] [$carrier<$($life,)? T>]}
        operators!{@pair [$($life)?] $op $f $rule [&$carrier<$($life,)? T>] [$carrier<$($life,)? T>] [$carrier<$($life,)? T>]}
        operators!{@pair [$($life)?] $op $f $rule [&$carrier<$($life,)? T>] [&$carrier<$($life,)? T>] [$carrier<$($life,)? T>]}
    };
    (@pair [$($life:lifetime)?] $op:ident $f:ident $rule:ident [$left:ty] [$right:ty] [$value:ty]) => {
        impl<$($life,)? T: Real> $op<$right> for $left {
            type Output = $value;
            #[inline]
            #[track_caller]
            fn $f(self, other: $right) -> $value {
                BinaryRule::on::<$value>($rule, self.borrow(), other.borrow())
            }
        }
    };
    // The orphan rule allows a number on the left for the two types only, not for every `Real`.
    (@left [$($life:lifetime)?] $carrier:ident $op:ident $f:ident $left:ident $t:ident) => {
        impl<$($life)?> $op<$carrier<$($life,)? $t>> for $t {
            type Output = $carrier<$($life,)? $t>;
            #[track_caller]
            fn $f(self, x: $carrier<$($life,)? $t>) -> Self::Output {
                $left(&x, f64::from(self))
            }
        }
        impl<$($life)?> $op<&$carrier<$($life,)? $t>> for $t {
            type Output = $carrier<$($life,)? $t>;
            #[track_caller]
            fn $f(self, x: &$carrier<$($life,)? $t>) -> Self::Output {
                $left(x, f64::from(self))
            }
        }
    };
    (@right [$($life:lifetime)?] $carrier:ident $op:ident $f:ident $right:ident $in_place:ident $g:ident $rule:ident) => {
        impl<$($life,)? T: Real> $op<T> for $carrier<$($life,)? T> {
            type Output = Self;
            #[track_caller]
            fn $f(self, c: T) -> Self {
                $right(&self, c.to_f64())
            }
        }
        impl<$($life,)? T: Real> $op<T> for &$carrier<$($life,)? T> {
            type Output = $carrier<$($life,)? T>;
            #[track_caller]
            fn $f(self, c: T) -> Self::Output {
                $right(self, c.to_f64())
            }
        }
        impl<$($life,)? T: Real> $in_place<T> for $carrier<$($life,)? T> {
            #[track_caller]
            fn $g(&mut self, c: T) {
                self.assign_number($rule, c.to_f64(), $right);
            }
        }
        impl<$($life,)? T: Real> $in_place for $carrier<$($life,)? T> {
            #[track_caller]
            fn $g(&mut self, other: Self) {
                self.assign($rule, &other);
            }
        }
        impl<$($life,)? T: Real> $in_place<&Self> for $carrier<$($life,)? T> {
            #[track_caller]
            fn $g(&mut self, other: &Self) {
                self.assign($rule, other);
            }
        }
    };
    (@negative [$($life:lifetime)?] [$x:ty] [$value:ty]) => {
        impl<$($life,)? T: Real> Neg for $x {
            type Output = $value;
            #[track_caller]
            fn neg(self) -> $value {
                UnaryRule::on::<$value>(Negative {}, self.borrow())
            }
        }
    };
}
operators!(Tensor);
operators!(Var 't);

/// A variable with a tensor, which is a constant.
macro_rules! with_constants {
    ($($op:ident $f:ident $rule:ident,)*) => {$(
        with_constants!{@pair $op $f $rule [Tensor<T>] [Var<'t, T>]}
        with_constants!{@pair $op $f $rule [Tensor<T>] [&Var<'t, T>]}
        with_constants!{@pair $op $f $rule [&Tensor<T>] [Var<'t, T>]}
        with_constants!{@pair $op $f $rule [&Tensor<T>] [&Var<'t, T>]}
    )*};
    (@pair $op:ident $f:ident $rule:ident [$tensor:ty] [$var:ty]) => {
        impl<'t, T: Real> $op<$tensor> for $var {
            type Output = Var<'t, T>;
            #[track_caller]
            fn $f(self, t: $tensor) -> Var<'t, T> {
                let t: &Tensor<T> = t.borrow();
                BinaryRule::on::<Var<'t, T>>($rule, self.borrow(), &self.constant(t.clone()))
            }
        }
        impl<'t, T: Real> $op<$var> for $tensor {
            type Output = Var<'t, T>;
            #[track_caller]
            fn $f(self, v: $var) -> Var<'t, T> {
                let t: &Tensor<T> = self.borrow();
                BinaryRule::on::<Var<'t, T>>($rule, &v.constant(t.clone()), v.borrow())
            }
        }
    };
}
with_constants! {
    Add add Plus,
    Sub sub Minus,
    Mul mul Times,
    Div div Over,
}
