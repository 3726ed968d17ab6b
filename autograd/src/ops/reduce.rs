//! Reductions over axes.

use super::arithmetic::larger;
use super::compare::Compare;
use super::elementwise::Elementwise;
use super::index::Indices;
use super::join::Joining;
use super::shape::Shaping;
use crate::algebra::{Algebra, Cmp, Pointwise};
use crate::catalogue::{Case, Draw, cases};
use crate::kernel::{Fold, Lane, Sum, columns, rows};
use crate::layout::{AxisSet, Dims, MAX_RANK};
use crate::pointwise;
use crate::real::Real;
use crate::rule::{Rule, Sink};
use crate::tensor::Tensor;
use crate::value::Value;

#[derive(Clone, Copy)]
struct Product;
impl Fold for Product {
    fn start<T: Real>() -> T {
        T::ONE
    }
    #[inline(always)]
    fn step<L: Lane>(product: L, x: L) -> L {
        product * x
    }
}

#[derive(Clone, Copy)]
struct Max;
impl Fold for Max {
    fn start<T: Real>() -> T {
        -T::INFINITY
    }
    #[inline(always)]
    fn step<L: Lane>(max: L, x: L) -> L {
        larger(max, x)
    }
}

#[derive(Clone, Copy)]
struct Min;
impl Fold for Min {
    fn start<T: Real>() -> T {
        T::INFINITY
    }
    #[inline(always)]
    fn step<L: Lane>(min: L, x: L) -> L {
        -larger(-min, -x)
    }
}

/// Folds the axes of `x` into a contiguous slice of the kept ones.
fn fold<T: Real, F: Fold>(f: F, x: &Tensor<T>, axes: AxisSet, out: &mut [T]) {
    let x = x.contiguous();
    let shape = x.dims();
    // Neighbouring axes are one axis of [outer, n, inner]; others are brought together first.
    let named = |axis: &usize| axes.has(*axis) && shape[*axis] != 1;
    let first = (0..shape.len()).find(named).unwrap_or(0);
    let end = (0..shape.len()).rfind(named).map_or(first, |a| a + 1);
    let together = (first..end).all(|a| axes.has(a) || shape[a] == 1);
    let (x, n, inner) = if together {
        let n = shape[first..end].iter().product();
        (x, n, shape[end..].iter().product::<usize>())
    } else {
        let mut order = [0; MAX_RANK];
        let order = &mut order[..shape.len()];
        let all = || 0..shape.len();
        let sorted = all()
            .filter(|a| !axes.has(*a))
            .chain(all().filter(|a| axes.has(*a)));
        for (place, axis) in order.iter_mut().zip(sorted) {
            *place = axis;
        }
        let n = all().filter(|a| axes.has(*a)).map(|a| shape[a]).product();
        (x.view(x.layout().permute(order)).contiguous(), n, 1)
    };
    let elements = x.as_slice().unwrap_or_default();
    if inner == 1 {
        rows(f, elements, n, out);
    } else if inner > 0 {
        for (outer, part) in out.chunks_exact_mut(inner).enumerate() {
            columns(f, &elements[outer * n * inner..][..n * inner], n, part);
        }
    }
}

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
        pointwise::accumulate(out, dims, &sum);
    } else {
        fold(Sum, x, axes, out);
    }
}

/// Sums to a smaller shape that broadcasts to the input's: the adjoint of broadcasting.
struct SumTo {
    dims: Dims,
}

impl<T: Real> Rule<T> for SumTo {
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

/// Which axes a reduction folds.
#[derive(Clone, Copy)]
struct Over {
    axes: AxisSet,
    keep: bool,
}

impl Over {
    #[track_caller]
    fn new<V: Value>(what: &str, x: &V, axes: Option<&[usize]>, keep: bool) -> Self {
        let dims = x.dims();
        let set = match axes {
            None => Ok(AxisSet::all(dims.len())),
            Some(axes) => AxisSet::new(axes, dims.len()),
        };
        Self {
            axes: set.unwrap_or_else(|why| panic!("{what} of shape {dims:?}: {why}")),
            keep,
        }
    }

    fn apply<T: Real, F: Fold>(self, f: F, x: &Tensor<T>) -> Tensor<T> {
        Tensor::written(x.dims().reduced(&self.axes, self.keep), |out| {
            fold(f, x, self.axes, out);
        })
    }

    /// A result of the reduction of `x`, with the folded axes back at size 1.
    fn kept<V: Value>(self, x: &V, result: &V) -> V {
        if self.keep {
            result.clone()
        } else {
            result.reshape(&x.dims().reduced(&self.axes, true))
        }
    }

    fn folded(self, dims: &Dims) -> usize {
        let folded = dims.iter().enumerate().filter(|(a, _)| self.axes.has(*a));
        folded.map(|(_, n)| n).product()
    }
}

struct SumRule(Over);
impl<T: Real> Rule<T> for SumRule {
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
struct Extreme {
    over: Over,
    max: bool,
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
            mask * &(self.over.kept(x[0], g) / ties)
        });
    }
}

/// Product over the last axis. Its gradient is the product of all others, so zeros are no exception.
struct ProdLast;
impl<T: Real> Rule<T> for ProdLast {
    fn name(&self) -> &'static str {
        "prod"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let last = x[0].rank() - 1;
        Over::new("prod", x[0], Some(&[last]), false).apply(Product, x[0])
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let last = x[0].dims().len() - 1;
        out.add(0, || {
            let others = before(x[0], last) * &before(&x[0].flip(&[last]), last).flip(&[last]);
            others * &g.unsqueeze(last)
        });
    }
}

/// Element i is the product of the elements before i: a scan in log₂ n steps, each a product of shifted copies.
fn before<V: Value>(x: &V, axis: usize) -> V {
    let dims = x.dims();
    let n = dims[axis];
    if n == 0 {
        return x.clone();
    }
    let one = x.constant(Tensor::ones(&dims.with(axis, 1)));
    let mut scan = V::concat(&[&one, &x.narrow(axis, 0, n - 1)], axis);
    let mut step = 1;
    while step < n {
        let head = scan.narrow(axis, 0, step);
        let tail = scan.narrow(axis, step, n - step) * &scan.narrow(axis, 0, n - step);
        scan = V::concat(&[&head, &tail], axis);
        step *= 2;
    }
    scan
}

/// ln Σ eˣ over the last axis.
struct LogSumExpLast;

/// The share of each element in the sum: eˣ⁻ʸ. Where y is infinite, equal elements count as 1 at +∞ and 0 at −∞.
#[derive(Clone, Copy)]
struct Share;
impl Pointwise<2> for Share {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, y]: [E; 2]) -> E {
        use super::elementwise::functions::Functions as _;
        let (zero, one) = (x.lift(0.0), x.lift(1.0));
        let at_infinity = x.select(Cmp::Eq, y, y.select(Cmp::Gt, zero, one, zero), zero);
        // y·0 is 0 unless y is infinite or NaN.
        (y * zero).select(Cmp::Eq, zero, (x - y).exp(), at_infinity)
    }
}

#[derive(Clone, Copy)]
struct FiniteOrZero;
impl Pointwise<1> for FiniteOrZero {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x]: [E; 1]) -> E {
        let zero = x.lift(0.0);
        (x * zero).select(Cmp::Eq, zero, x, zero)
    }
}

impl<T: Real> Rule<T> for LogSumExpLast {
    fn name(&self) -> &'static str {
        "logsumexp"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let last = [x[0].rank() - 1];
        if x[0].shape()[last[0]] == 0 {
            return x[0].sum_axes(&last) - T::INFINITY;
        }
        let max = x[0].max_keep(&last);
        // Infinite maxima are not subtracted, they would cancel to NaN.
        let finite = Tensor::pointwise(&FiniteOrZero, [&max]);
        let sum = (x[0] - &finite).exp().sum_keep(&last);
        (sum.ln() + finite).squeeze(last[0])
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        let last = x[0].dims().len() - 1;
        out.add(0, || {
            V::pointwise(&Share, [x[0], &y.unsqueeze(last)]) * &g.unsqueeze(last)
        });
    }
}

/// Running sums along the last axis, from the front or from the back.
struct CumsumLast {
    reverse: bool,
}
impl<T: Real> Rule<T> for CumsumLast {
    fn name(&self) -> &'static str {
        "cumsum"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let mut y = x[0].contiguous();
        let n = y.shape().last().copied().unwrap_or(0).max(1);
        for row in y.as_mut_slice().chunks_exact_mut(n) {
            let mut sum = T::ZERO;
            let mut next = |v: &mut T| {
                sum += *v;
                *v = sum;
            };
            if self.reverse {
                row.iter_mut().rev().for_each(&mut next);
            } else {
                row.iter_mut().for_each(&mut next);
            }
        }
        y
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            V::apply(
                Self {
                    reverse: !self.reverse,
                },
                &[g],
            )
        });
    }
}

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
            "sum_to: shape {dims:?} does not broadcast to {:?}",
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
        let last = self.dims().len().wrapping_sub(1);
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
        let last = x.rank().wrapping_sub(1);
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
    Vec::from(cases! {
        "sum", order 2, [CUBE] => |x| x[0].square().sum();
        "sum of axes 0 and 2", order 2, [CUBE] => |x| x[0].sum_axes(&[0, 2]).square();
        "sum of axis 0, kept", order 2, [CUBE] => |x| x[0].clone() * &x[0].sum_keep(&[0]);
        "sum_to", order 2, [CUBE] => |x| x[0].sum_to(&[3, 1]).square();
        "mean", order 2, [CUBE] => |x| x[0].square().mean();
        "mean of axis 1", order 2, [CUBE] => |x| x[0].mean_axes(&[1]).square();
        "max", order 1, [CUBE] => |x| x[0].max();
        "max of axis 1", order 1, [CUBE] => |x| x[0].max_axes(&[1]);
        "min of axes 0 and 2", order 1, [CUBE] => |x| x[0].min_axes(&[0, 2]);
        "prod of axis 1", order 2, [CUBE] => |x| x[0].prod_axes(&[1]);
        "prod", order 2, [Draw::NORMAL.shape(&[5])] => |x| x[0].prod();
        "var", order 2, [CUBE] => |x| x[0].var_axes(&[0, 2], 0);
        "std with correction", order 2, [CUBE] => |x| x[0].std_axes(&[2], 1);
        "logsumexp of axis 1", order 2, [CUBE] => |x| x[0].logsumexp_axes(&[1]);
        "logsumexp of axes 0 and 2", order 2, [CUBE] => |x| x[0].logsumexp_axes(&[0, 2]);
        "norm", order 2, [CUBE] => |x| x[0].norm();
        "norm of axis 0", order 2, [CUBE] => |x| x[0].norm_axes(&[0]);
        "cumsum of axis 1", order 2, [CUBE] => |x| x[0].cumsum(1).square();
    })
}
