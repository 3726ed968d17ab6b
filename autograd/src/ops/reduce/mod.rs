//! Reductions over axes.

mod fold;
mod rules;
mod scan;

use fold::Over;
pub(crate) use rules::sum_to;
use rules::{Extreme, SumRule, SumTo};
use scan::{CumsumLast, LogSumExpLast, ProdLast};

use super::elementwise::Elementwise;
use super::index::Indices;
use super::shape::Shaping;
use crate::catalogue::{Case, Draw, cases};
use crate::layout::{Dims, MAX_RANK};
use crate::real::Real;
use crate::value::Value;

/// Reductions. Without axes they fold all; `_axes` folds the named ones and drops them, `_keep` leaves them at size 1.
pub trait Reductions: Value {
    /// The sum of all elements.
    #[track_caller]
    fn sum(&self) -> Self {
        Self::apply(SumRule(Over::new("sum", self, None, false)), &[self])
    }
    /// Sums over axes. The sum of nothing is 0.
    #[track_caller]
    fn sum_axes(&self, axes: &[usize]) -> Self {
        Self::apply(SumRule(Over::new("sum", self, Some(axes), false)), &[self])
    }
    /// Sums over axes, leaving them at size 1.
    #[track_caller]
    fn sum_keep(&self, axes: &[usize]) -> Self {
        Self::apply(SumRule(Over::new("sum", self, Some(axes), true)), &[self])
    }
    /// Sums over the axes along which `dims` broadcasts to this shape.
    #[track_caller]
    fn sum_to(&self, dims: &[usize]) -> Self {
        let dims = Dims::new(dims);
        assert!(
            dims.broadcast(&self.dims()) == Some(self.dims()),
            "sum_to of shape {:?}: shape {dims:?} does not broadcast to it",
            self.dims()
        );
        Self::apply(SumTo { dims }, &[self])
    }
    /// The mean of all elements; NaN for none.
    #[track_caller]
    fn mean(&self) -> Self {
        self.sum().mul_scalar(1.0 / self.dims().count() as f64)
    }
    /// Means over axes; the mean of nothing is NaN.
    #[track_caller]
    fn mean_axes(&self, axes: &[usize]) -> Self {
        let n = Over::new("mean", self, Some(axes), false).folded(&self.dims());
        self.sum_axes(axes).mul_scalar(1.0 / n as f64)
    }
    /// Means over axes, leaving them at size 1.
    #[track_caller]
    fn mean_keep(&self, axes: &[usize]) -> Self {
        let n = Over::new("mean", self, Some(axes), false).folded(&self.dims());
        self.sum_keep(axes).mul_scalar(1.0 / n as f64)
    }
    /// The largest element, NaN if one is; equal ones share the gradient equally.
    ///
    /// # Panics
    /// Without elements.
    #[track_caller]
    fn max(&self) -> Self {
        extreme(self, true, None, false)
    }
    /// The largest elements over axes.
    #[track_caller]
    fn max_axes(&self, axes: &[usize]) -> Self {
        extreme(self, true, Some(axes), false)
    }
    /// The largest elements over axes, leaving these at size 1.
    #[track_caller]
    fn max_keep(&self, axes: &[usize]) -> Self {
        extreme(self, true, Some(axes), true)
    }
    /// The smallest element, NaN if one is; equal ones share the gradient equally.
    ///
    /// # Panics
    /// Without elements.
    #[track_caller]
    fn min(&self) -> Self {
        extreme(self, false, None, false)
    }
    /// The smallest elements over axes.
    #[track_caller]
    fn min_axes(&self, axes: &[usize]) -> Self {
        extreme(self, false, Some(axes), false)
    }
    /// The smallest elements over axes, leaving these at size 1.
    #[track_caller]
    fn min_keep(&self, axes: &[usize]) -> Self {
        extreme(self, false, Some(axes), true)
    }
    /// The product of all elements; of none, 1.
    #[track_caller]
    fn prod(&self) -> Self {
        Self::apply(ProdLast, &[&self.reshape(&[self.dims().count()])])
    }
    /// Products over axes.
    #[track_caller]
    fn prod_axes(&self, axes: &[usize]) -> Self {
        Self::apply(ProdLast, &[&folded_last("prod", self, axes)])
    }
    /// The variance over axes: the mean square distance from the mean, with n − correction in the denominator (0 for a
    /// population, 1 for a sample).
    #[track_caller]
    fn var_axes(&self, axes: &[usize], correction: usize) -> Self {
        let n = Over::new("var", self, Some(axes), false).folded(&self.dims());
        let distance = self.clone() - &self.mean_keep(axes);
        let sum = distance.square().sum_axes(axes);
        sum.mul_scalar(1.0 / (n as f64 - correction as f64).max(0.0))
    }
    /// The standard deviation over axes: the root of [`var_axes`](Reductions::var_axes). Where it is 0 its gradient is 0.
    #[track_caller]
    fn std_axes(&self, axes: &[usize], correction: usize) -> Self {
        self.var_axes(axes, correction).sqrt_or_zero()
    }
    /// ln Σ eˣ over axes, without overflow. −∞ where all elements are, +∞ where one is.
    #[track_caller]
    fn logsumexp_axes(&self, axes: &[usize]) -> Self {
        Self::apply(LogSumExpLast, &[&folded_last("logsumexp", self, axes)])
    }
    /// The Euclidean norm of all elements. Its gradient at 0 is 0.
    #[track_caller]
    fn norm(&self) -> Self {
        self.square().sum().sqrt_or_zero()
    }
    /// Euclidean norms over axes. The gradient at 0 is 0.
    #[track_caller]
    fn norm_axes(&self, axes: &[usize]) -> Self {
        self.square().sum_axes(axes).sqrt_or_zero()
    }
    /// Running sums along an axis.
    #[track_caller]
    fn cumsum(&self, axis: usize) -> Self {
        let last = last_of(self, "cumsum", axis);
        let turned = self.swap_axes(axis, last);
        let rule = CumsumLast { reverse: false };
        Self::apply(rule, &[&turned]).swap_axes(axis, last)
    }
    /// The index of the largest element along an axis: the first of equal ones, the first NaN if there is one. No
    /// gradient.
    ///
    /// # Panics
    /// If the axis has size 0.
    #[track_caller]
    fn argmax(&self, axis: usize) -> Indices {
        let x = self.tensor();
        let last = last_of(self, "argmax", axis);
        let turned = x.swap_axes(axis, last).contiguous();
        let n = turned.shape()[last];
        assert!(n > 0, "argmax of shape {:?}: the axis is empty", x.shape());
        let rows = turned.as_slice().unwrap_or_default().chunks_exact(n);
        let found: Vec<u32> = rows.map(first_largest).collect();
        Indices::new(&turned.shape()[..last], &found)
    }
}
impl<V: Value> Reductions for V {}

fn first_largest<T: Real>(row: &[T]) -> u32 {
    let mut best = 0;
    for (i, x) in row.iter().enumerate() {
        if *x > row[best] || x.is_nan() && !row[best].is_nan() {
            best = i;
        }
    }
    best as u32
}

/// The last axis of a value that has the axis asked for.
#[track_caller]
pub(super) fn last_of<V: Value>(x: &V, what: &str, axis: usize) -> usize {
    let dims = x.dims();
    assert!(
        axis < dims.len(),
        "{what} of shape {dims:?}: it has no axis {axis}"
    );
    dims.len() - 1
}

#[track_caller]
fn extreme<V: Value>(x: &V, max: bool, axes: Option<&[usize]>, keep: bool) -> V {
    let over = Over::new(if max { "max" } else { "min" }, x, axes, keep);
    V::apply(Extreme { over, max }, &[x])
}

/// The axes moved to the end and merged into one.
#[track_caller]
fn folded_last<V: Value>(what: &str, x: &V, axes: &[usize]) -> V {
    let over = Over::new(what, x, Some(axes), false);
    let dims = x.dims();
    let mut order = [0; MAX_RANK];
    let (mut shape, mut next) = (Dims::default(), 0);
    for folded in [false, true] {
        for axis in (0..dims.len()).filter(|a| over.axes.has(*a) == folded) {
            order[next] = axis;
            next += 1;
            if !folded {
                shape.push(dims[axis]);
            }
        }
    }
    shape.push(over.folded(&dims));
    x.permute(&order[..next]).reshape(&shape)
}

pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const CUBE: Draw = Draw::NORMAL.shape(&[2, 3, 4]);
    const APART: Draw = CUBE.apart();
    Vec::from(cases! {
        "sum", order 2, [CUBE] => |x| x[0].square().sum();
        "sum of axes 0 and 2", order 2, [CUBE] => |x| x[0].sum_axes(&[0, 2]).square();
        "sum of axis 0, kept", order 2, [CUBE] => |x| x[0].clone() * &x[0].sum_keep(&[0]);
        "sum_to", order 2, [CUBE] => |x| x[0].sum_to(&[3, 1]).square();
        "mean", order 2, [CUBE] => |x| x[0].square().mean();
        "mean of axis 1", order 2, [CUBE] => |x| x[0].mean_axes(&[1]).square();
        "max", order 1, [APART] => |x| x[0].max();
        "max of axis 1", order 1, [APART] => |x| x[0].max_axes(&[1]);
        "min of axes 0 and 2", order 1, [APART] => |x| x[0].min_axes(&[0, 2]);
        "prod of axis 1", order 2, [CUBE] => |x| x[0].prod_axes(&[1]);
        "prod", order 2, [Draw::NORMAL.shape(&[5])] => |x| x[0].prod();
        "var", order 2, [CUBE] => |x| x[0].var_axes(&[0, 2], 0);
        "std with correction", order 2, [APART] => |x| x[0].std_axes(&[2], 1);
        "logsumexp of axis 1", order 2, [CUBE] => |x| x[0].logsumexp_axes(&[1]);
        "logsumexp of axes 0 and 2", order 2, [CUBE] => |x| x[0].logsumexp_axes(&[0, 2]);
        "norm", order 2, [APART] => |x| x[0].norm();
        "norm of axis 0", order 2, [APART] => |x| x[0].norm_axes(&[0]);
        "cumsum of axis 1", order 2, [CUBE] => |x| x[0].cumsum(1).square();
    })
}
