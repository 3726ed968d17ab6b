//! Functions of one value, element by element: one row each.
//!
//! A row is all there is to a function. `value` is the body of a SIMD loop, `derivative` the body of the backward loop
//! and, recorded, of every higher order; `saved_for_backward` says whether the derivative can do without the input; `inputs` tells
//! the property tests where to try it. Values are written in the functions of [`Lane`](crate::Lane), derivatives in
//! [`Functions`](functions::Functions), that is in all rows of this table.
//!
//! The table is one file, although a long one: the trait of the methods, the functions inside expressions and the list
//! for the tests are each made from all rows at once, and parts by family would have to be put together again by hand.

use std::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI, LOG2_E, LOG10_E};

use super::shape::Shaping;
use super::zero::TimesOrZero;
use crate::algebra::{Algebra, Cmp, Pointwise, SavedForBackward, Unary};
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::{self, Lane};
use crate::real::Real;
use crate::rule::{Rule, Sink, Value};
use crate::tensor::Tensor;

/// Applies a [`Unary`] function.
pub(crate) struct UnaryRule<U>(U);

impl<U: Unary> UnaryRule<U> {
    #[inline]
    #[track_caller]
    pub(crate) fn on<V: Value>(u: U, x: &V) -> V {
        V::apply(Self(u), &[x])
    }
}

#[derive(Clone, Copy)]
pub(super) struct Evaluate<U>(pub(super) U);
impl<U: Unary> Pointwise<1> for Evaluate<U> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x]: [E; 1]) -> E {
        x.unary(self.0)
    }
}

/// The vector-Jacobian product g·dy/dx of a function of one value: an expression in x, y and the cotangent g.
#[derive(Clone, Copy, Debug)]
pub struct Vjp<U>(pub U);
impl<U: Unary> Pointwise<3> for Vjp<U> {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, y, g]: [E; 3]) -> E {
        if U::PASSES {
            return g;
        }
        g.binary(TimesOrZero, self.0.derivative(x, y))
    }
}

impl<T: Real, U: Unary> Rule<T> for UnaryRule<U> {
    fn name(&self) -> &'static str {
        U::NAME
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let value = Evaluate(self.0);
        match x[0].column_major() {
            // What comes next may read this order, and it is not laid down anew.
            Some(columns) => {
                let transposed = x[0].transpose().dims();
                Tensor::written(transposed, |out| kernel::map(&value, [columns], out)).transpose()
            }
            None => Value::pointwise(&value, [x[0]]),
        }
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        // An input that the derivative does not read need not be contiguous, nor even be there.
        let x = if const { U::SAVED_FOR_BACKWARD.is_input() } {
            x[0]
        } else {
            y
        };
        out.add(0, || V::pointwise(&Vjp(self.0), [x, y, g]));
    }

    /// The Jacobian is diagonal, so its product with a tangent is the one with a cotangent.
    fn jvp(
        &self,
        x: &[&Tensor<T>],
        y: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Option<Tensor<T>> {
        Some(match tangents[0] {
            Some(v) => Value::pointwise(&Vjp(self.0), [x[0], y, v]),
            None => Tensor::zeros(&Value::dims(y)),
        })
    }
}

/// The type of a parameter in a row: `f64`, where none is named.
macro_rules! parameter {
    () => {
        f64
    };
    ($type:ty) => {
        $type
    };
}

macro_rules! elementwise {
    ($($(#[$doc:meta])* $method:ident = $name:ident $(($($field:ident $(: $type:ty)? = $sample:expr),+))? {
        value($x:ident): $value:expr,
        derivative($dx:ident, $dy:ident): $derivative:expr,
        saved_for_backward: $saved:ident,
        $(passes: $passes:expr,)?
        inputs: $draw:expr $(,)?
    })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug)]
            pub struct $name {$($(
                #[allow(missing_docs)]
                pub $field: parameter!($($type)?)
            ),+)?}

            impl Unary for $name {
                const NAME: &'static str = stringify!($method);
                const SAVED_FOR_BACKWARD: SavedForBackward = SavedForBackward::$saved;
                $(const PASSES: bool = $passes;)?
                #[inline(always)]
                #[allow(unused_variables)]
                fn value<L: Lane>(self, $x: L) -> L {
                    $(let Self { $($field),+ } = self;)?
                    $value
                }
                #[inline(always)]
                #[allow(unused_variables, unused_imports)]
                fn derivative<E: Algebra>(self, $dx: E, $dy: E) -> E {
                    use functions::Functions as _;
                    $(let Self { $($field),+ } = self;)?
                    $derivative
                }
            }
        )*

        /// Functions of one value, element by element.
        pub trait Elementwise: Value {
            /// A function of your own.
            #[inline]
            #[track_caller]
            fn map<U: Unary>(&self, u: U) -> Self {
                UnaryRule::on(u, self)
            }

            $($(#[$doc])*
            #[inline]
            #[track_caller]
            fn $method(&self $($(, $field: parameter!($($type)?))+)?) -> Self {
                UnaryRule::on($name { $($($field),+)? }, self)
            })*
        }
        impl<V: Value> Elementwise for V {}

        /// The rows of the table as functions inside pointwise expressions.
        pub(crate) mod functions {
            use super::*;

            /// Every elementwise function, for a lane of a loop and for a variable.
            pub trait Functions: Algebra {
                $($(#[$doc])*
                #[inline(always)]
                fn $method(self $($(, $field: parameter!($($type)?))+)?) -> Self {
                    self.unary($name { $($($field),+)? })
                })*
            }
            impl<E: Algebra> Functions for E {}
        }

        #[cfg(feature = "testing")]
        pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
            Vec::from(cases! {
                $(stringify!($method), order 2, [$draw.shape(&[3, 4])] => |x| x[0].$method($($($sample),+)?);)*
            })
        }
    };
}

elementwise! {
    /// −x.
    #[doc(alias = "neg")]
    negated = Neg {
        value(x): -x,
        derivative(x, y): y.lift(-1.0),
        saved_for_backward: Nothing,
        inputs: InputSampler::REAL_LINE,
    }

    /// x + c.
    add_scalar = AddScalar(c = 1.5) {
        value(x): x + x.lift(c),
        derivative(x, y): y.lift(1.0),
        saved_for_backward: Nothing,
        passes: true,
        inputs: InputSampler::REAL_LINE,
    }

    /// c·x.
    mul_scalar = MulScalar(c = -1.5) {
        value(x): x * x.lift(c),
        derivative(x, y): y.lift(c),
        saved_for_backward: Nothing,
        inputs: InputSampler::REAL_LINE,
    }

    /// xᶜ. The derivative is 0 everywhere for c = 0, also at x = 0.
    powf = PowScalar(c = 2.5) {
        value(x): x.pow(x.lift(c)),
        derivative(x, y): if c == 0.0 { x.lift(0.0) } else { x.lift(c) * x.powf(c - 1.0) },
        saved_for_backward: Input,
        inputs: InputSampler::between(0.3, 2.0),
    }

    /// xⁿ for a whole n, exact in its sign: also for negative x. 1 everywhere for n = 0, with derivative 0.
    powi = PowInt(n: i32 = 3) {
        value(x): match n {
            0 => x.lift(1.0),
            1 => x,
            2 => x * x,
            3 => x * x * x,
            -1 => x.lift(1.0) / x,
            _ if n.unsigned_abs() <= LARGEST_EXACT => x.pow(x.lift(f64::from(n))),
            // Two exponents that f32 holds, parity included, of one sign, so that no part alone overflows.
            _ => x.pow(x.lift(f64::from(n - n % 256))) * x.pow(x.lift(f64::from(n % 256))),
        },
        derivative(x, y): match n {
            0 => x.lift(0.0),
            i32::MIN => x.lift(f64::from(n)) * (x.powi(n) / x),
            _ => x.lift(f64::from(n)) * x.powi(n - 1),
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// eˣ.
    exp = Exp {
        value(x): x.exp(),
        derivative(x, y): y,
        saved_for_backward: Output,
        inputs: InputSampler::REAL_LINE,
    }

    /// eˣ − 1, exact near 0.
    #[doc(alias = "exp_m1")]
    expm1 = Expm1 {
        value(x): x.exp_m1(),
        derivative(x, y): y + y.lift(1.0),
        saved_for_backward: Output,
        inputs: InputSampler::REAL_LINE,
    }

    /// The natural logarithm.
    #[doc(alias = "log")]
    ln = Ln {
        value(x): x.ln(),
        derivative(x, y): x.recip(),
        saved_for_backward: Input,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// The logarithm to base 2.
    log2 = Log2 {
        value(x): x.log2(),
        derivative(x, y): x.recip() * x.lift(LOG2_E),
        saved_for_backward: Input,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// The logarithm to base 10.
    log10 = Log10 {
        value(x): x.log10(),
        derivative(x, y): x.recip() * x.lift(LOG10_E),
        saved_for_backward: Input,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// ln(1 + x), exact near 0.
    #[doc(alias = "ln_1p")]
    log1p = Log1p {
        value(x): x.ln_1p(),
        derivative(x, y): (x + x.lift(1.0)).recip(),
        saved_for_backward: Input,
        inputs: InputSampler::between(-0.7, 3.0),
    }

    /// √x. At 0 the derivative is infinite.
    sqrt = Sqrt {
        value(x): x.sqrt(),
        derivative(x, y): y.lift(0.5) / y,
        saved_for_backward: Output,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// √x with derivative 0 at 0: the root of a norm or a standard deviation.
    sqrt_or_zero = Root {
        value(x): x.sqrt(),
        derivative(x, y): y.select(Cmp::Eq, y.lift(0.0), y.lift(0.0), y.lift(0.5) / y),
        saved_for_backward: Output,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// 1/√x.
    rsqrt = Rsqrt {
        value(x): x.lift(1.0) / x.sqrt(),
        derivative(x, y): y.lift(-0.5) * y * y * y,
        saved_for_backward: Output,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// ∛x, also of negative x. The derivative at 0 is infinite.
    cbrt = Cbrt {
        value(x): x.cbrt(),
        derivative(x, y): (y * y * y.lift(3.0)).recip(),
        saved_for_backward: Output,
        inputs: InputSampler::between(0.3, 3.0),
    }

    /// x².
    square = Square {
        value(x): x * x,
        derivative(x, y): x + x,
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// 1/x.
    #[doc(alias = "reciprocal")]
    recip = Recip {
        value(x): x.lift(1.0) / x,
        derivative(x, y): -(y * y),
        saved_for_backward: Output,
        inputs: InputSampler::between(0.4, 2.0),
    }

    /// |x|; the derivative at 0 is 0.
    #[doc(alias = "absolute")]
    abs = Abs {
        value(x): x.abs(),
        derivative(x, y): {
            let zero = x.lift(0.0);
            x.select(Cmp::Gt, zero, x.lift(1.0), x.select(Cmp::Lt, zero, x.lift(-1.0), zero))
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE.avoiding(&[0.0]),
    }

    /// Sine of x in radians.
    sin = Sin {
        value(x): x.sin(),
        derivative(x, y): x.cos(),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// Cosine of x in radians.
    cos = Cos {
        value(x): x.cos(),
        derivative(x, y): -x.sin(),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// Tangent of x in radians.
    tan = Tan {
        value(x): x.tan(),
        derivative(x, y): y.lift(1.0) + y * y,
        saved_for_backward: Output,
        inputs: InputSampler::between(-1.2, 1.2),
    }

    /// The angle in [−π/2, π/2] whose sine is x. The derivative at ±1 is infinite.
    #[doc(alias = "arcsin")]
    asin = Asin {
        value(x): x.asin(),
        // The product does not cancel where |x| nears 1, as 1 − x² would.
        derivative(x, y): ((x.lift(1.0) - x) * (x.lift(1.0) + x)).rsqrt(),
        saved_for_backward: Input,
        inputs: InputSampler::between(-0.8, 0.8),
    }

    /// The angle in [0, π] whose cosine is x. The derivative at ±1 is infinite.
    #[doc(alias = "arccos")]
    acos = Acos {
        value(x): x.acos(),
        derivative(x, y): -((x.lift(1.0) - x) * (x.lift(1.0) + x)).rsqrt(),
        saved_for_backward: Input,
        inputs: InputSampler::between(-0.8, 0.8),
    }

    /// The angle in [−π/2, π/2] whose tangent is x.
    #[doc(alias = "arctan")]
    atan = Atan {
        value(x): x.atan(),
        derivative(x, y): {
            let (t, s) = scaled(x);
            s * s / (t * t + t.lift(1.0))
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// The hyperbolic sine.
    sinh = Sinh {
        value(x): x.sinh(),
        derivative(x, y): x.cosh(),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// The hyperbolic cosine.
    cosh = Cosh {
        value(x): x.cosh(),
        derivative(x, y): x.sinh(),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// The inverse of the hyperbolic sine.
    #[doc(alias = "arcsinh")]
    asinh = Asinh {
        value(x): x.asinh(),
        derivative(x, y): {
            let (t, s) = scaled(x);
            s * (t * t + t.lift(1.0)).rsqrt()
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// The inverse of the hyperbolic cosine, for x ≥ 1. The derivative at 1 is infinite.
    #[doc(alias = "arccosh")]
    acosh = Acosh {
        value(x): x.acosh(),
        // Two roots, so that no product overflows.
        derivative(x, y): (x - x.lift(1.0)).rsqrt() * (x + x.lift(1.0)).rsqrt(),
        saved_for_backward: Input,
        inputs: InputSampler::between(1.2, 3.0),
    }

    /// The inverse of the hyperbolic tangent, for |x| ≤ 1.
    #[doc(alias = "arctanh")]
    atanh = Atanh {
        value(x): x.atanh(),
        derivative(x, y): ((x.lift(1.0) - x) * (x.lift(1.0) + x)).recip(),
        saved_for_backward: Input,
        inputs: InputSampler::between(-0.8, 0.8),
    }

    /// The hyperbolic tangent.
    ///
    /// The derivative is had from the value, as (1 − y)(1 + y), so that a layer need not keep its sums. Where y nears ±1 its
    /// relative error grows with the rounding of y: 4 % at 18 in f64 (JAX: 68 %), and 0 from 19.1 on.
    tanh = Tanh {
        value(x): x.tanh(),
        // The product does not cancel where |y| nears 1, as 1 − y² would.
        derivative(x, y): (y.lift(1.0) - y) * (y.lift(1.0) + y),
        saved_for_backward: Output,
        inputs: InputSampler::REAL_LINE,
    }

    /// The logistic function 1/(1 + e⁻ˣ).
    ///
    /// The derivative is had from the value, as y·(1 − y), as in PyTorch and JAX. Where y nears 1 its relative error grows
    /// with the rounding of y; from 37 on in f64 it is 0.
    #[doc(alias = "logistic")]
    #[doc(alias = "expit")]
    sigmoid = Sigmoid {
        value(x): x.sigmoid(),
        derivative(x, y): y * (y.lift(1.0) - y),
        saved_for_backward: Output,
        inputs: InputSampler::REAL_LINE,
    }

    /// x where positive, else 0; the derivative at 0 is 0. NaN stays NaN.
    relu = Relu {
        value(x): x.select(Cmp::Le, x.lift(0.0), x.lift(0.0), x),
        derivative(x, y): y.select(Cmp::Gt, y.lift(0.0), y.lift(1.0), y.lift(0.0)),
        saved_for_backward: Output,
        inputs: InputSampler::REAL_LINE.avoiding(&[0.0]),
    }

    /// x where positive, else slope·x; the derivative at 0 is the slope.
    leaky_relu = LeakyRelu(slope = 0.01) {
        value(x): x.select(Cmp::Gt, x.lift(0.0), x, x * x.lift(slope)),
        derivative(x, y): x.select(Cmp::Gt, x.lift(0.0), x.lift(1.0), x.lift(slope)),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE.avoiding(&[0.0]),
    }

    /// x where positive, else alpha·(eˣ − 1) (Clevert and others, 2015).
    elu = Elu(alpha = 1.3) {
        value(x): {
            let zero = x.lift(0.0);
            // The exponential never sees a large x, so that it cannot overflow in the branch not taken.
            let below = x.select(Cmp::Lt, zero, x, zero).exp_m1() * x.lift(alpha);
            x.select(Cmp::Le, zero, below, x)
        },
        derivative(x, y): x.select(Cmp::Gt, x.lift(0.0), x.lift(1.0), y + y.lift(alpha)),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE.avoiding(&[0.0]),
    }

    /// The self-normalizing exponential linear unit (Klambauer and others, 2017, with its two constants).
    selu = Selu {
        value(x): {
            let zero = x.lift(0.0);
            let below = x.select(Cmp::Lt, zero, x, zero).exp_m1() * x.lift(SELU_ALPHA);
            x.select(Cmp::Le, zero, below, x) * x.lift(SELU_SCALE)
        },
        derivative(x, y): y.select(
            Cmp::Gt,
            y.lift(0.0),
            y.lift(SELU_SCALE),
            y + y.lift(SELU_SCALE * SELU_ALPHA),
        ),
        saved_for_backward: Output,
        inputs: InputSampler::REAL_LINE.avoiding(&[0.0]),
    }

    /// The Gaussian error linear unit x·Φ(x), Φ the normal distribution function (Hendrycks and Gimpel, 2016). NaN at −∞, as
    /// in JAX; the derivatives are those of the limits at all other x, however large.
    gelu = Gelu {
        value(x): x * (x.lift(0.5) + x.lift(0.5) * (x * x.lift(FRAC_1_SQRT_2)).erf()),
        derivative(x, y): {
            let half = x.lift(0.5);
            let distribution = half + half * (x * x.lift(FRAC_1_SQRT_2)).erf();
            let density = (-(half * x * x)).exp() * x.lift(0.5 * FRAC_1_SQRT_2 * FRAC_2_SQRT_PI);
            distribution + x.binary(TimesOrZero, density)
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// The approximation of gelu by tanh: x/2·(1 + tanh(√(2/π)·(x + 0.044715·x³))).
    gelu_tanh = GeluTanh {
        value(x): {
            let inner = x.lift(GELU_TANH_SCALE) * (x + x.lift(GELU_TANH_CUBIC) * x * x * x);
            x * x.lift(0.5) * (x.lift(1.0) + inner.tanh())
        },
        derivative(x, y): {
            let (one, half) = (x.lift(1.0), x.lift(0.5));
            let t = (x.lift(GELU_TANH_SCALE) * (x + x.lift(GELU_TANH_CUBIC) * x * x * x)).tanh();
            let slope = x.lift(GELU_TANH_SCALE) * (one + x.lift(3.0 * GELU_TANH_CUBIC) * x * x);
            // Where the cube overflows, t is 1 to the last place and its slope 0.
            let steep = ((one - t) * (one + t)).binary(TimesOrZero, slope);
            half * (one + t) + half * x.binary(TimesOrZero, steep)
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// x·sigmoid(x), also called swish.
    #[doc(alias = "swish")]
    silu = Silu {
        value(x): x * x.sigmoid(),
        derivative(x, y): {
            let s = x.sigmoid();
            s * (x.lift(1.0) + x * (x.lift(1.0) - s))
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// ln(1 + eˣ), without overflow.
    softplus = Softplus {
        value(x): {
            let zero = x.lift(0.0);
            x.select(Cmp::Le, zero, zero, x) + (-x.abs()).exp().ln_1p()
        },
        derivative(x, y): x.sigmoid(),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// x/(1 + |x|).
    softsign = Softsign {
        value(x): x / (x.lift(1.0) + x.abs()),
        derivative(x, y): (x.abs() + x.lift(1.0)).square().recip(),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE.avoiding(&[0.0]),
    }

    /// The error function.
    erf = Erf {
        value(x): x.erf(),
        derivative(x, y): (-(x * x)).exp() * x.lift(FRAC_2_SQRT_PI),
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE,
    }

    /// x held between low and high, both included; the derivative is 1 on and between them, else 0. NaN stays NaN.
    #[doc(alias = "clip")]
    clamp = Clamp(low = -1.0, high = 1.0) {
        value(x): {
            let floor = x.select(Cmp::Lt, x.lift(low), x.lift(low), x);
            floor.select(Cmp::Gt, x.lift(high), x.lift(high), floor)
        },
        derivative(x, y): {
            let (zero, one) = (x.lift(0.0), x.lift(1.0));
            let below = x.select(Cmp::Lt, x.lift(low), zero, one);
            x.select(Cmp::Gt, x.lift(high), zero, below)
        },
        saved_for_backward: Input,
        inputs: InputSampler::REAL_LINE.avoiding(&[-1.0, 1.0]),
    }
}

/// (x, 1) where |x| ≤ 1, else (1/x, 1/|x|): t and s with 1 + x² = (1 + t²)/s², where no square overflows.
#[inline(always)]
fn scaled<E: Algebra>(x: E) -> (E, E) {
    use functions::Functions as _;
    let (size, one) = (x.abs(), x.lift(1.0));
    // Never 0, so that the quotient is finite where it is not chosen.
    let large = size.select(Cmp::Gt, one, x, one);
    let t = size.select(Cmp::Gt, one, large.recip(), x);
    (t, size.select(Cmp::Gt, one, t.abs(), one))
}

/// Below here every whole number is an `f32`.
const LARGEST_EXACT: u32 = 1 << 24;
const SELU_ALPHA: f64 = 1.673_263_242_354_377_2;
const SELU_SCALE: f64 = 1.050_700_987_355_480_5;
/// √(2/π).
const GELU_TANH_SCALE: f64 = FRAC_1_SQRT_2 * FRAC_2_SQRT_PI;
const GELU_TANH_CUBIC: f64 = 0.044_715;
