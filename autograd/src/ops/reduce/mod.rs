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
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::layout::{Dims, MAX_RANK};
use crate::real::Real;
use crate::rule::Value;
use crate::signed::{Signed, axis_of};

/// Reductions. Without axes they fold all; `_axes` folds the named ones and drops them, `_keep` leaves them at size 1.
/// Axes are named by [`Signed`] integers: −1 is the last.
pub trait Reductions: Value {
    /// The sum of all elements.
    #[track_caller]
    fn sum(&self) -> Self {
        Self::apply(SumRule(Over::all(self)), &[self])
    }
    /// Sums over axes. The sum of nothing is 0.
    #[track_caller]
    fn sum_axes(&self, axes: &[impl Signed]) -> Self {
        Self::apply(SumRule(Over::axes("sum", self, axes, false)), &[self])
    }
    /// Sums over axes, leaving them at size 1.
    #[track_caller]
    fn sum_keep(&self, axes: &[impl Signed]) -> Self {
        Self::apply(SumRule(Over::axes("sum", self, axes, true)), &[self])
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
    fn mean_axes(&self, axes: &[impl Signed]) -> Self {
        let n = Over::axes("mean", self, axes, false).folded(&self.dims());
        self.sum_axes(axes).mul_scalar(1.0 / n as f64)
    }
    /// Means over axes, leaving them at size 1.
    #[track_caller]
    fn mean_keep(&self, axes: &[impl Signed]) -> Self {
        let n = Over::axes("mean", self, axes, false).folded(&self.dims());
        self.sum_keep(axes).mul_scalar(1.0 / n as f64)
    }
    /// The largest element, NaN if one is; equal ones share the gradient equally.
    ///
    /// # Panics
    /// Without elements.
    #[track_caller]
    fn max(&self) -> Self {
        extreme(self, true, Over::all(self))
    }
    /// The largest elements over axes.
    #[track_caller]
    fn max_axes(&self, axes: &[impl Signed]) -> Self {
        extreme(self, true, Over::axes("max", self, axes, false))
    }
    /// The largest elements over axes, leaving these at size 1.
    #[track_caller]
    fn max_keep(&self, axes: &[impl Signed]) -> Self {
        extreme(self, true, Over::axes("max", self, axes, true))
    }
    /// The smallest element, NaN if one is; equal ones share the gradient equally.
    ///
    /// # Panics
    /// Without elements.
    #[track_caller]
    fn min(&self) -> Self {
        extreme(self, false, Over::all(self))
    }
    /// The smallest elements over axes.
    #[track_caller]
    fn min_axes(&self, axes: &[impl Signed]) -> Self {
        extreme(self, false, Over::axes("min", self, axes, false))
    }
    /// The smallest elements over axes, leaving these at size 1.
    #[track_caller]
    fn min_keep(&self, axes: &[impl Signed]) -> Self {
        extreme(self, false, Over::axes("min", self, axes, true))
    }
    /// The product of all elements; of none, 1.
    #[track_caller]
    fn prod(&self) -> Self {
        Self::apply(ProdLast, &[&self.reshape(&[self.dims().count()])])
    }
    /// Products over axes.
    #[track_caller]
    fn prod_axes(&self, axes: &[impl Signed]) -> Self {
        Self::apply(ProdLast, &[&folded_last("prod", self, axes)])
    }
    /// The variance over axes: the mean square distance from the mean, with n − correction in the denominator (0 for a
    /// population, 1 for a sample).
    #[track_caller]
    fn var_axes(&self, axes: &[impl Signed], correction: usize) -> Self {
        let n = Over::axes("var", self, axes, false).folded(&self.dims());
        let sum = centred(self, axes).square().sum_axes(axes);
        sum.mul_scalar(1.0 / (n as f64 - correction as f64).max(0.0))
    }
    /// The standard deviation over axes: the root of [`var_axes`](Reductions::var_axes). Where it is 0 its gradient is 0,
    /// as in PyTorch; JAX has NaN.
    #[track_caller]
    fn std_axes(&self, axes: &[impl Signed], correction: usize) -> Self {
        self.var_axes(axes, correction).sqrt_or_zero()
    }
    /// ln Σ eˣ over axes, without overflow. −∞ where all elements are, with gradient 0 (PyTorch and JAX have NaN); +∞ where
    /// one is, with gradient 1 at each such element.
    #[track_caller]
    fn logsumexp_axes(&self, axes: &[impl Signed]) -> Self {
        Self::apply(LogSumExpLast, &[&folded_last("logsumexp", self, axes)])
    }
    /// The Euclidean norm of all elements. Its gradient at 0 is 0, as in PyTorch; JAX has NaN.
    #[track_caller]
    fn norm(&self) -> Self {
        self.square().sum().sqrt_or_zero()
    }
    /// Euclidean norms over axes. The gradient at 0 is 0.
    #[track_caller]
    fn norm_axes(&self, axes: &[impl Signed]) -> Self {
        self.square().sum_axes(axes).sqrt_or_zero()
    }
    /// Running sums along an axis.
    #[track_caller]
    fn cumsum(&self, axis: impl Signed) -> Self {
        let (axis, last) = axis_and_last(self, "cumsum", axis);
        let transposed = self.swap_axes(axis, last);
        let rule = CumsumLast { reverse: false };
        Self::apply(rule, &[&transposed]).swap_axes(axis, last)
    }
    /// The index of the largest element along an axis: the first of equal ones, the first NaN if there is one. No
    /// gradient.
    ///
    /// # Panics
    /// If the axis has size 0.
    #[track_caller]
    fn argmax(&self, axis: impl Signed) -> Indices {
        let x = self.tensor();
        let (axis, last) = axis_and_last(self, "argmax", axis);
        let transposed = x.swap_axes(axis, last).contiguous();
        let n = transposed.shape()[last];
        assert!(n > 0, "argmax of shape {:?}: the axis is empty", x.shape());
        let rows = transposed.elements().chunks_exact(n);
        let found: Vec<u32> = rows.map(first_largest).collect();
        Indices::new(&transposed.shape()[..last], &found)
    }
}
impl<V: Value> Reductions for V {}

/// Distances from the mean over axes.
///
/// The mean of large numbers that lie close together is off by its rounding, and all distances with it. What is left of
/// their mean is taken out, as a constant: without rounding it is 0 whatever x is, and so are its derivatives (the
/// corrected two-pass algorithm: Chan, Golub and LeVeque, 1983).
#[track_caller]
pub(crate) fn centred<V: Value>(x: &V, axes: &[impl Signed]) -> V {
    let distance = x.clone() - &x.mean_keep(axes);
    let rest = distance.tensor().mean_keep(axes);
    distance - &x.constant(rest)
}

fn first_largest<T: Real>(row: &[T]) -> u32 {
    let mut best = 0;
    for (i, x) in row.iter().enumerate() {
        if *x > row[best] || x.is_nan() && !row[best].is_nan() {
            best = i;
        }
    }
    best as u32
}

/// The axis asked for, and the last.
#[track_caller]
pub(super) fn axis_and_last<V: Value>(x: &V, what: &str, axis: impl Signed) -> (usize, usize) {
    let dims = x.dims();
    let axis = axis_of(what, &dims, axis);
    assert!(
        axis < dims.len(),
        "{what} of shape {dims:?}: it has no axis {axis}"
    );
    (axis, dims.len() - 1)
}

#[track_caller]
fn extreme<V: Value>(x: &V, max: bool, over: Over) -> V {
    V::apply(Extreme { over, max }, &[x])
}

/// The axes moved to the end and merged into one.
#[track_caller]
fn folded_last<V: Value>(what: &str, x: &V, axes: &[impl Signed]) -> V {
    let over = Over::axes(what, x, axes, false);
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

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const CUBE: InputSampler = InputSampler::REAL_LINE.shape(&[2, 3, 4]);
    const APART: InputSampler = CUBE.apart();
    Vec::from(cases! {
        "sum", order 2, [CUBE] => |x| x[0].square().sum();
        "sum of axes 0 and 2", order 2, [CUBE] => |x| x[0].sum_axes(&[0, 2]).square();
        "sum of axis 0, kept", order 2, [CUBE] => |x| x[0].clone() * &x[0].sum_keep(&[0]);
        "sum_to", order 2, [CUBE] => |x| x[0].sum_to(&[3, 1]).square();
        "sum of axes -1 and 0", order 2, [CUBE] => |x| x[0].sum_axes(&[-1, 0]).square();
        "mean", order 2, [CUBE] => |x| x[0].square().mean();
        "mean of axis 1", order 2, [CUBE] => |x| x[0].mean_axes(&[1]).square();
        "max", order 1, [APART] => |x| x[0].max();
        "max of axis 1", order 1, [APART] => |x| x[0].max_axes(&[1]);
        "min of axes 0 and 2", order 1, [APART] => |x| x[0].min_axes(&[0, 2]);
        "prod of axis 1", order 2, [CUBE] => |x| x[0].prod_axes(&[1]);
        "prod", order 2, [InputSampler::REAL_LINE.shape(&[5])] => |x| x[0].prod();
        "var", order 2, [CUBE] => |x| x[0].var_axes(&[0, 2], 0);
        "std with correction", order 2, [APART] => |x| x[0].std_axes(&[2], 1);
        "logsumexp of axis 1", order 2, [CUBE] => |x| x[0].logsumexp_axes(&[1]);
        "logsumexp of axes 0 and 2", order 2, [CUBE] => |x| x[0].logsumexp_axes(&[0, 2]);
        "norm", order 2, [APART] => |x| x[0].norm();
        "norm of axis 0", order 2, [APART] => |x| x[0].norm_axes(&[0]);
        "cumsum of axis 1", order 2, [CUBE] => |x| x[0].cumsum(1).square();
    })
}
