//! Examples of operations, for tests that go through every rule.

use crate::real::Real;
use crate::tape::Var;
use crate::tensor::Tensor;

/// An example of an operation: the inputs to draw and the call.
pub struct Case<T: Real = f64> {
    /// The operation, and what is special about this example.
    pub name: String,
    /// The call as it stands in the source, with the inputs as `x[0]`, `x[1]`, …; its spaces are the compiler's.
    pub call: &'static str,
    /// Distribution of each input.
    pub inputs: Vec<InputSampler>,
    /// Number of times that it can be differentiated at the points drawn, by finite differences too: 1, or 2 for any number.
    pub order: usize,
    /// The call on tensors.
    pub eager: fn(&[Tensor<T>]) -> Tensor<T>,
    /// The call on variables.
    pub traced: for<'t> fn(&[Var<'t, T>]) -> Var<'t, T>,
}

/// A sampler of an input of a [`Case`]: its shape, an interval, and points that finite differences must stay away from.
///
/// It says at which points an operation is smooth, for the tests at special ones as well.
#[derive(Clone, Copy, Debug)]
pub struct InputSampler {
    shape: &'static [usize],
    low: f64,
    high: f64,
    kinks: &'static [f64],
    everywhere: bool,
    apart: bool,
}

impl InputSampler {
    /// From −2 to 2, on no special points. The operation is defined on the whole line.
    pub const REAL_LINE: Self = Self {
        everywhere: true,
        ..Self::between(-2.0, 2.0)
    };

    /// Uniform between two numbers. Beyond them the operation need not be defined.
    pub const fn between(low: f64, high: f64) -> Self {
        Self {
            shape: &[],
            low,
            high,
            kinks: &[],
            everywhere: false,
            apart: false,
        }
    }

    /// Not within 0.05 of these points, where the function has a kink.
    pub const fn avoiding(mut self, kinks: &'static [f64]) -> Self {
        self.kinks = kinks;
        self
    }

    /// Of elements that are not alike: the operation has a kink where they are equal, as a maximum has, or where all are
    /// zero, as a norm has.
    pub const fn apart(mut self) -> Self {
        self.apart = true;
        self
    }

    /// Of this shape.
    pub const fn shape(mut self, shape: &'static [usize]) -> Self {
        self.shape = shape;
        self
    }

    /// The shape of the input.
    pub fn dims(&self) -> &'static [usize] {
        self.shape
    }

    /// The ends of the interval.
    pub fn interval(&self) -> (f64, f64) {
        (self.low, self.high)
    }

    /// The points at which the operation has a kink.
    pub fn kinks(&self) -> &'static [f64] {
        self.kinks
    }

    /// Has the operation a kink where elements are equal, or all zero?
    pub fn is_apart(&self) -> bool {
        self.apart
    }

    /// Is the operation smooth where an element is `x`, as far as that depends on this element alone?
    pub fn admits(&self, x: f64) -> bool {
        let inside = self.everywhere || (self.low..=self.high).contains(&x);
        inside && self.kinks.iter().all(|k| (x - k).abs() >= 0.05)
    }

    /// The number that belongs to `u`, uniform on [0, 1).
    pub fn number(&self, u: f64) -> f64 {
        let x = self.low + u * (self.high - self.low);
        match self.kinks.iter().find(|k| (x - **k).abs() < 0.05) {
            Some(k) => k + 0.1,
            None => x,
        }
    }
}

/// `name, order n, [draws] => |x| call;` rows as [`Case`]s. The call is generic over the carrier.
macro_rules! cases {
    ($($name:expr, order $order:expr, [$($draw:expr),* $(,)?] => |$x:ident| $call:expr;)*) => {
        [$({
            fn call<V: $crate::rule::Value>($x: &[V]) -> V {
                #[allow(unused_imports)]
                use $crate::prelude::*;
                $call
            }
            $crate::catalogue::Case {
                name: String::from($name),
                call: stringify!($call),
                inputs: vec![$($draw),*],
                order: $order,
                eager: call::<$crate::tensor::Tensor<T>>,
                traced: |x| call(x),
            }
        }),*]
    };
}
pub(crate) use cases;
