//! The mean squared error, in one pass over differences and one back.

use super::arithmetic::Arithmetic;
use super::elementwise::Elementwise;
use crate::algebra::{Algebra, Pointwise};
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel;
use crate::pointwise;
use crate::real::Real;
use crate::rule::{FusedOp, Rule, Sink, Value};
use crate::tensor::Tensor;

/// The mean of (x − t)² over all elements.
struct MeanSquaredError;

impl<T: Real> Rule<T> for MeanSquaredError {
    fn name(&self) -> &'static str {
        "mse"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        if x[0].dims() == x[1].dims() {
            Ok(())
        } else {
            Err("there is not a target for each element".into())
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let difference = pointwise::compute(&Difference(1.0), [x[0], x[1]]);
        let squares = kernel::sum_of_squares(difference.elements());
        Tensor::scalar(T::from_f64(squares / difference.len() as f64))
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || V::fused(&Gradient, &[x[0], x[1], g]));
        out.add(1, || V::fused(&Gradient, &[x[1], x[0], g]));
    }
}

/// c·(x − t).
#[derive(Clone, Copy)]
struct Difference(f64);
impl Pointwise<2> for Difference {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, t]: [E; 2]) -> E {
        x.lift(self.0) * (x - t)
    }
}

/// 2g/n·(x − t).
struct Gradient;

impl<T: Real> FusedOp<T> for Gradient {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let scale = 2.0 * x[2].item().to_f64() / x[0].len() as f64;
        if scale == 0.0 {
            return Tensor::zeros(&x[0].dims());
        }
        pointwise::compute(&Difference(scale), [x[0], x[1]])
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let n = x[0].dims().count();
        x[2].mul_scalar(2.0 / n as f64)
            .times_or_zero(&(x[0].clone() - x[1]))
    }
}

/// Losses of values.
pub trait ValueLosses: Value {
    /// The mean squared difference from targets of the same shape, of shape `[]`; NaN without elements.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    fn mse(&self, targets: &Self) -> Self {
        Self::apply(MeanSquaredError, &[self, targets])
    }
}
impl<V: Value> ValueLosses for V {}

impl<T: Real> Tensor<T> {
    /// [`mse`](ValueLosses::mse) and its gradient, the same bits as a tape's way back, without a tape.
    ///
    /// # Panics
    /// If the shapes differ.
    #[track_caller]
    pub fn mse_with_gradient(&self, targets: &Self) -> (T, Self) {
        let value = self.mse(targets);
        let gradient = Gradient.kernel(&[self, targets, &Self::scalar(T::ONE)]);
        (value.item(), gradient)
    }
}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const X: InputSampler = InputSampler::REAL_LINE.shape(&[5, 3]);
    Vec::from(cases! {
        "mse", order 2, [X, X] => |x| x[0].mse(&x[1]);
        "mse by its parts", order 2, [X, X] => |x| {
            use super::Reductions as _;
            (x[0].clone() - &x[1]).square().mean()
        };
    })
}
