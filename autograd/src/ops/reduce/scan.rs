//! Products, running sums and sums of exponentials, along the last axis.

use super::Reductions;
use super::fold::{Over, Product};
use crate::algebra::{Algebra, Cmp, Pointwise};
use crate::ops::arithmetic::Arithmetic;
use crate::ops::elementwise::Elementwise;
use crate::ops::elementwise::functions;
use crate::ops::join::Joining;
use crate::ops::shape::Shaping;
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value};
use crate::tensor::Tensor;

/// Product over the last axis. Its gradient is the product of all others, so zeros are no exception.
pub(super) struct ProdLast;
impl<T: Real> Rule<T> for ProdLast {
    fn name(&self) -> &'static str {
        "prod"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let last = x[0].rank() - 1;
        Over::axes("prod", x[0], &[last], false).apply(Product, x[0])
    }
    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let last = x[0].dims().len() - 1;
        out.add(0, || {
            let others = before(x[0], last) * &before(&x[0].flip(&[last]), last).flip(&[last]);
            g.unsqueeze(last).times_or_zero(&others)
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
pub(super) struct LogSumExpLast;

/// The share of each element in the sum: eˣ⁻ʸ. Where y is infinite, equal elements count as 1 at +∞ and 0 at −∞.
#[derive(Clone, Copy)]
struct Share;
impl Pointwise<2> for Share {
    #[inline(always)]
    fn eval<E: Algebra>(&self, [x, y]: [E; 2]) -> E {
        use functions::Functions as _;
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
            let share = V::pointwise(&Share, [x[0], &y.unsqueeze(last)]);
            g.unsqueeze(last).times_or_zero(&share)
        });
    }
}

/// Running sums along the last axis, from the front or from the back.
pub(super) struct CumsumLast {
    pub(super) reverse: bool,
}
impl<T: Real> Rule<T> for CumsumLast {
    const LINEARITY: Linearity = Linearity::Linear;

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
