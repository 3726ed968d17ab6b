//! Sums and extremes.

use super::fold::{Max, Min, Over, Sum, fold};
use crate::layout::{AxisSet, Dims};
use crate::ops::arithmetic::Arithmetic;
use crate::ops::compare::Compare;
use crate::ops::shape::Shaping;
use crate::pointwise;
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value};
use crate::tensor::Tensor;

/// Sums `x` over the axes along which `dims` broadcasts to its shape; adds to `out` or overwrites it.
pub(crate) fn sum_to<T: Real>(x: &Tensor<T>, dims: &Dims, out: &mut [T], add: bool) {
    let skip = x.rank() - dims.len();
    let mut axes = AxisSet::default();
    for (axis, size) in x.shape().iter().enumerate() {
        if axis < skip || dims[axis - skip] == 1 && *size != 1 {
            axes.insert(axis);
        }
    }
    if add {
        let sum = Tensor::written(*dims, |o| fold(Sum, x, axes, o));
        pointwise::accumulate(out, &sum);
    } else {
        fold(Sum, x, axes, out);
    }
}

/// Sums to a smaller shape that broadcasts to the input's: the adjoint of broadcasting.
pub(super) struct SumTo {
    pub(super) dims: Dims,
}

impl<T: Real> Rule<T> for SumTo {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "sum_to"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        Tensor::written(self.dims, |out| sum_to(x[0], &self.dims, out, false))
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || g.broadcast_to(&x[0].dims()));
    }
}

pub(super) struct SumRule(pub(super) Over);
impl<T: Real> Rule<T> for SumRule {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "sum"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        self.0.apply(Sum, x[0])
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || self.0.kept(x[0], g).broadcast_to(&x[0].dims()));
    }
}

/// Maximum or minimum; those that attain it share the gradient equally.
pub(super) struct Extreme {
    pub(super) over: Over,
    pub(super) max: bool,
}
impl<T: Real> Rule<T> for Extreme {
    fn name(&self) -> &'static str {
        if self.max { "max" } else { "min" }
    }
    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        if self.over.folded(&x[0].dims()) == 0 {
            return Err("there is no extreme of no elements".into());
        }
        Ok(())
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        if self.max {
            self.over.apply(Max, x[0])
        } else {
            self.over.apply(Min, x[0])
        }
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let mask = x[0].equals(&self.over.kept(x[0], y));
            let ties = V::apply(
                SumRule(Over {
                    keep: true,
                    ..self.over
                }),
                &[&mask],
            );
            mask * &self.over.kept(x[0], g).over_or_zero(&ties)
        });
    }
}
