//! Folding axes, and which ones.

pub(super) use crate::kernel::Sum;
use crate::kernel::{Fold, Lane, columns, rows};
use crate::layout::{AxisSet, Dims, MAX_RANK};
use crate::ops::arithmetic::larger;
use crate::ops::shape::Shaping;
use crate::real::Real;
use crate::rule::Value;
use crate::signed::{Axes, Signed};
use crate::tensor::Tensor;

#[derive(Clone, Copy)]
pub(super) struct Product;
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
pub(super) struct Max;
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
pub(super) struct Min;
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
pub(super) fn fold<T: Real, F: Fold>(_: F, x: &Tensor<T>, axes: AxisSet, out: &mut [T]) {
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
    let elements = x.elements();
    if inner == 1 {
        rows::<T, F>(elements, n, out);
    } else if inner > 0 {
        for (outer, part) in out.chunks_exact_mut(inner).enumerate() {
            columns::<T, F>(&elements[outer * n * inner..][..n * inner], n, part);
        }
    }
}

/// Which axes a reduction folds.
#[derive(Clone, Copy)]
pub(super) struct Over {
    pub(super) axes: AxisSet,
    pub(super) keep: bool,
}

impl Over {
    /// All axes, which are dropped.
    pub(super) fn all<V: Value>(x: &V) -> Self {
        Self {
            axes: AxisSet::all(x.dims().len()),
            keep: false,
        }
    }

    /// The axes named.
    #[track_caller]
    pub(super) fn axes<V: Value>(what: &str, x: &V, axes: &[impl Signed], keep: bool) -> Self {
        let dims = x.dims();
        match AxisSet::new(&Axes::new(what, &dims, axes), dims.len()) {
            Ok(axes) => Self { axes, keep },
            Err(why) => panic!("{what} of shape {dims:?}: {why}"),
        }
    }

    pub(super) fn apply<T: Real, F: Fold>(self, f: F, x: &Tensor<T>) -> Tensor<T> {
        Tensor::written(x.dims().reduced(&self.axes, self.keep), |out| {
            fold(f, x, self.axes, out);
        })
    }

    /// A result of the reduction of `x`, with the folded axes back at size 1.
    pub(super) fn kept<V: Value>(self, x: &V, result: &V) -> V {
        if self.keep {
            result.clone()
        } else {
            result.reshape(&x.dims().reduced(&self.axes, true))
        }
    }

    pub(super) fn folded(self, dims: &Dims) -> usize {
        let folded = dims.iter().enumerate().filter(|(a, _)| self.axes.has(*a));
        folded.map(|(_, n)| n).product()
    }
}
