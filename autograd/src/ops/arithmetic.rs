//! Functions of two values, element by element.

use super::zero::{OverOrZero, TimesOrZero};
use crate::algebra::{Algebra, Binary, Cmp, Pointwise};
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::Lane;
use crate::real::Real;
use crate::rule::{Rule, Sink, Value, both};
use crate::tensor::Tensor;

/// Applies a [`Binary`] function, broadcasting as NumPy does.
pub(crate) struct BinaryRule<B>(B);

impl<B: Binary> BinaryRule<B> {
    #[inline]
    #[track_caller]
    pub(crate) fn on<V: Value>(b: B, left: &V, right: &V) -> V {
        V::apply(Self(b), &[left, right])
    }
}

#[derive(Clone, Copy)]
pub(super) struct Evaluate<B>(pub(super) B);
impl<B: Binary> Pointwise<2> for Evaluate<B> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [a, b]: [E; 2]) -> E {
        a.binary(self.0, b)
    }
}

#[derive(Clone, Copy)]
struct Left<B>(B);
impl<B: Binary> Pointwise<4> for Left<B> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [g, a, b, y]: [E; 4]) -> E {
        self.0.left(g, a, b, y)
    }
}

#[derive(Clone, Copy)]
struct Right<B>(B);
impl<B: Binary> Pointwise<4> for Right<B> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [g, a, b, y]: [E; 4]) -> E {
        self.0.right(g, a, b, y)
    }
}

impl<T: Real, B: Binary> Rule<T> for BinaryRule<B> {
    fn name(&self) -> &'static str {
        B::NAME
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        match x[0].dims().broadcast(&x[1].dims()) {
            Some(_) => Ok(()),
            None => Err("they do not broadcast together".into()),
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Value::pointwise(&Evaluate(self.0), [x[0], x[1]])
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        if B::PASSES.0 {
            out.pass(0, g);
        } else {
            out.add(0, || V::pointwise(&Left(self.0), [g, x[0], x[1], y]));
        }
        if B::PASSES.1 {
            out.pass(1, g);
        } else {
            out.add(1, || V::pointwise(&Right(self.0), [g, x[0], x[1], y]));
        }
    }

    /// The two products of the table, with a tangent in the cotangent's place: each is the tangent times a slope.
    fn jvp(
        &self,
        x: &[&Tensor<T>],
        y: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Option<Tensor<T>> {
        let left = tangents[0].map(|v| Value::pointwise(&Left(self.0), [v, x[0], x[1], y]));
        let right = tangents[1].map(|v| Value::pointwise(&Right(self.0), [v, x[0], x[1], y]));
        Some(both(left, right, y))
    }
}

/// The examples of a function, with and without broadcasting.
#[cfg(feature = "testing")]
macro_rules! examples {
    ($method:ident, $draw_a:expr, $draw_b:expr, $order:expr) => {
        cases! {
            stringify!($method), order $order, [$draw_a.shape(&[3, 4]), $draw_b.shape(&[3, 4])] => |x| Arithmetic::$method(&x[0], &x[1]);
            concat!(stringify!($method), " of a column and a row"), order $order, [$draw_a.shape(&[3, 1]), $draw_b.shape(&[4])] => |x| Arithmetic::$method(&x[0], &x[1]);
            concat!(stringify!($method), " of a tensor and a number"), order $order, [$draw_a.shape(&[2, 3]), $draw_b.shape(&[])] => |x| Arithmetic::$method(&x[0], &x[1]);
        }
    };
}

/// One row a function: its value for a lane, and g·∂y/∂a, g·∂y/∂b as expressions that serve both carriers.
macro_rules! binary {
    ($($(#[$doc:meta])* $method:ident = $name:ident {
        value($a:ident, $b:ident): $value:expr,
        left($lg:ident, $la:ident, $lb:ident, $ly:ident): $left:expr,
        right($rg:ident, $ra:ident, $rb:ident, $ry:ident): $right:expr,
        $(passes: $passes:expr,)?
        inputs: $draw_a:expr, $draw_b:expr,
        order: $order:expr $(,)?
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy)]
            pub(crate) struct $name;
            impl Binary for $name {
                const NAME: &'static str = stringify!($method);
                $(const PASSES: (bool, bool) = $passes;)?
                #[inline(always)]
                fn value<L: Lane>(self, $a: L, $b: L) -> L {
                    $value
                }
                #[inline(always)]
                #[allow(unused_variables)]
                fn left<E: Algebra>(self, $lg: E, $la: E, $lb: E, $ly: E) -> E {
                    #[allow(unused_imports)]
                    use super::elementwise::functions::Functions as _;
                    $left
                }
                #[inline(always)]
                #[allow(unused_variables)]
                fn right<E: Algebra>(self, $rg: E, $ra: E, $rb: E, $ry: E) -> E {
                    #[allow(unused_imports)]
                    use super::elementwise::functions::Functions as _;
                    $right
                }
            }
        )*

        /// Functions of two values, element by element, broadcast as NumPy does.
        pub trait Arithmetic: Value {
            /// A function of your own.
            #[track_caller]
            fn zip_with<B: Binary>(&self, other: &Self, b: B) -> Self {
                BinaryRule::on(b, self, other)
            }

            /// a·b, and 0 where one of them is 0, even if the other is infinite or NaN: the product of a cotangent with a
            /// derivative. What does not reach the loss has no gradient, however steep it is, and where both numbers are
            /// finite this is the product in every order.
            #[track_caller]
            fn times_or_zero(&self, other: &Self) -> Self {
                BinaryRule::on(TimesOrZero, self, other)
            }

            /// a / b, and 0 where a is 0, even if b is 0 or NaN: a cotangent divided. See
            /// [`times_or_zero`](Arithmetic::times_or_zero).
            #[track_caller]
            fn over_or_zero(&self, other: &Self) -> Self {
                BinaryRule::on(OverOrZero, self, other)
            }

            $($(#[$doc])*
            #[track_caller]
            fn $method(&self, other: &Self) -> Self {
                BinaryRule::on($name, self, other)
            })*
        }
        impl<V: Value> Arithmetic for V {}

        #[cfg(feature = "testing")]
        pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
            let mut all = Vec::new();
            all.extend(examples!(times_or_zero, InputSampler::REAL_LINE, InputSampler::REAL_LINE, 2));
            all.extend(examples!(over_or_zero, InputSampler::REAL_LINE, InputSampler::between(0.5, 2.0), 2));
            $(all.extend(examples!($method, $draw_a, $draw_b, $order));)*
            all
        }
    };
}

binary! {
    /// a + b.
    plus = Plus {
        value(a, b): a + b,
        left(g, a, b, y): g,
        right(g, a, b, y): g,
        passes: (true, true),
        inputs: InputSampler::REAL_LINE, InputSampler::REAL_LINE,
        order: 2,
    }

    /// a − b.
    minus = Minus {
        value(a, b): a - b,
        left(g, a, b, y): g,
        right(g, a, b, y): -g,
        passes: (true, false),
        inputs: InputSampler::REAL_LINE, InputSampler::REAL_LINE,
        order: 2,
    }

    /// a·b.
    times = Times {
        value(a, b): a * b,
        left(g, a, b, y): g.binary(TimesOrZero, b),
        right(g, a, b, y): g.binary(TimesOrZero, a),
        inputs: InputSampler::REAL_LINE, InputSampler::REAL_LINE,
        order: 2,
    }

    /// a / b.
    over = Over {
        value(a, b): a / b,
        left(g, a, b, y): g.binary(OverOrZero, b),
        right(g, a, b, y): -g.binary(TimesOrZero, y).binary(OverOrZero, b),
        inputs: InputSampler::REAL_LINE, InputSampler::between(0.5, 2.0),
        order: 2,
    }

    /// aᵇ, of two values; [`powf`](super::Elementwise::powf) takes a number for b, [`powi`](super::Elementwise::powi) a
    /// whole one.
    ///
    /// At a = 0 the derivative by a is 0 where b is 0, and the derivative by b is 0 where b is not negative.
    pow = Pow {
        value(a, b): a.pow(b),
        left(g, a, b, y): {
            let (zero, one) = (b.lift(0.0), b.lift(1.0));
            let slope = b * a.binary(Pow, b - one);
            let at_zero = b.select(Cmp::Eq, zero, zero, slope);
            g.binary(TimesOrZero, a.select(Cmp::Eq, zero, at_zero, slope))
        },
        right(g, a, b, y): {
            let zero = a.lift(0.0);
            let at_zero = b.select(Cmp::Ge, zero, a.lift(1.0), a);
            let base = a.select(Cmp::Eq, zero, at_zero, a);
            g.binary(TimesOrZero, y * base.ln())
        },
        inputs: InputSampler::between(0.5, 2.0), InputSampler::between(-1.5, 2.5),
        order: 2,
    }

    /// The angle of the point (b, a) in the plane, in (−π, π]: `y.atan2(&x)`. At the origin the derivatives are NaN.
    #[doc(alias = "arctan2")]
    atan2 = Atan2 {
        value(a, b): a.atan2(b),
        left(g, a, b, y): g.binary(TimesOrZero, over_squares(b, a)),
        right(g, a, b, y): -g.binary(TimesOrZero, over_squares(a, b)),
        inputs: InputSampler::between(0.3, 2.0), InputSampler::REAL_LINE,
        order: 2,
    }

    /// The larger of a and b, NaN if one of them is. Where they are equal each has half of the gradient.
    maximum = Maximum {
        value(a, b): larger(a, b),
        left(g, a, b, y): share(g, a, b, Cmp::Gt),
        right(g, a, b, y): share(g, b, a, Cmp::Gt),
        inputs: InputSampler::REAL_LINE.apart(), InputSampler::REAL_LINE.apart(),
        order: 1,
    }

    /// The smaller of a and b, NaN if one of them is. Where they are equal each has half of the gradient.
    minimum = Minimum {
        value(a, b): -larger(-a, -b),
        left(g, a, b, y): share(g, a, b, Cmp::Lt),
        right(g, a, b, y): share(g, b, a, Cmp::Lt),
        inputs: InputSampler::REAL_LINE.apart(), InputSampler::REAL_LINE.apart(),
        order: 1,
    }
}

/// The larger number; NaN if one is.
#[inline(always)]
pub(super) fn larger<E: Algebra>(a: E, b: E) -> E {
    // NaN compares false with itself: a NaN in a is kept by the first selection, one in b by the second.
    a.select(Cmp::Eq, a, a.select(Cmp::Ge, b, a, b), a)
}

/// p/(p² + q²), without the squares of large or small numbers.
#[inline(always)]
fn over_squares<E: Algebra>(p: E, q: E) -> E {
    use super::elementwise::functions::Functions as _;
    let (one, size, other) = (p.lift(1.0), p.abs(), q.abs());
    let large = size.select(Cmp::Gt, other, p, q);
    let t = size.select(Cmp::Gt, other, q, p) / large;
    size.select(Cmp::Gt, other, one, t) / (large * (one + t * t))
}

/// g where a wins the comparison with b, half of it where they are equal, else 0.
#[inline(always)]
fn share<E: Algebra>(g: E, a: E, b: E, wins: Cmp) -> E {
    let tie = a.select(Cmp::Eq, b, g * g.lift(0.5), g.lift(0.0));
    a.select(wins, b, g, tie)
}
