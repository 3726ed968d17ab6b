//! Softmax, its logarithm, and the losses that are stable only when fused with them.

use super::arithmetic::Arithmetic;
use super::elementwise::Elementwise;
use super::index::Indices;
use super::reduce::{Reductions, axis_and_last};
use super::shape::Shaping;
use super::zero::{OverOrZero, TimesOrZero};
use crate::algebra::{Algebra, Binary, Cmp};
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::{self, Lane};
use crate::real::Real;
use crate::rule::{FusedOp, Rule, Sink, Value, refusal};
use crate::signed::Signed;
use crate::tensor::Tensor;

/// eˣ / Σ eˣ over the last axis.
struct SoftmaxLast;

impl<T: Real> Rule<T> for SoftmaxLast {
    fn name(&self) -> &'static str {
        "softmax"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        by_rows(x[0], kernel::softmax)
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        let last = [y.dims().len() - 1];
        out.add(0, || {
            let projection = g.times_or_zero(y).sum_keep(&last);
            (g.clone() - &projection).times_or_zero(y)
        });
    }
}

/// x − ln Σ eˣ over the last axis.
struct LogSoftmaxLast;

impl<T: Real> Rule<T> for LogSoftmaxLast {
    fn name(&self) -> &'static str {
        "log_softmax"
    }
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        by_rows(x[0], kernel::log_softmax)
    }
    fn vjp<V: Value<T = T>>(&self, _x: &[&V], y: &V, g: &V, out: &mut Sink<'_, V>) {
        let last = [y.dims().len() - 1];
        out.add(0, || g.clone() - &g.sum_keep(&last).times_or_zero(&y.exp()));
    }
}

/// Computed on all rows into a new tensor of the same shape.
fn by_rows<T: Real>(x: &Tensor<T>, f: fn(&[T], usize, &mut [T])) -> Tensor<T> {
    let x = x.contiguous();
    let n = x.shape().last().copied().unwrap_or(0).max(1);
    Tensor::written(x.dims(), |out| f(x.elements(), n, out))
}

/// The mean over rows of −Σ q·ln softmax(x), with q = 1 − ε at the label plus ε/c everywhere (Szegedy and others, 2016).
struct CrossEntropy {
    labels: Indices,
    smoothing: f64,
}

impl<T: Real> Rule<T> for CrossEntropy {
    fn name(&self) -> &'static str {
        "cross_entropy"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let shape = x[0].shape();
        if shape.len() != 2 || shape[0] != self.labels.len() {
            return Err(format!(
                "it takes logits [rows, classes] and a label a row, there are {} labels",
                self.labels.len()
            ));
        }
        self.labels.below(shape[1])
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let labels = self.labels.as_slice();
        let total = match x[0].column_major() {
            Some(columns) => kernel::cross_entropy_column_major(columns, labels, self.smoothing),
            None => kernel::cross_entropy(x[0].contiguous().elements(), labels, self.smoothing),
        };
        Tensor::scalar(T::from_f64(total / labels.len() as f64))
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let gradient = CrossEntropyGradient {
                labels: &self.labels,
                smoothing: self.smoothing,
            };
            V::fused(&gradient, &[x[0], g])
        });
    }
}

/// g/rows·(softmax(x) − q).
struct CrossEntropyGradient<'a> {
    labels: &'a Indices,
    smoothing: f64,
}

impl<T: Real> FusedOp<T> for CrossEntropyGradient<'_> {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let logits = x[0].contiguous();
        let elements = logits.elements();
        let scale = x[1].item().to_f64() / self.labels.len() as f64;
        if scale == 0.0 {
            return Tensor::zeros(&logits.dims());
        }
        Tensor::written(logits.dims(), |out| {
            kernel::cross_entropy_with_gradient(
                elements,
                self.labels.as_slice(),
                self.smoothing,
                T::from_f64(scale),
                out,
            );
        })
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let dims = x[0].dims();
        let (rows, classes) = (dims[0], dims[1]);
        let target = self.labels.one_hot::<T>(classes) * T::from_f64(1.0 - self.smoothing)
            + T::from_f64(self.smoothing / classes as f64);
        let distance = x[0].softmax(1) - &x[0].constant(target);
        x[1].mul_scalar(1.0 / rows as f64).times_or_zero(&distance)
    }
}

/// −t·ln σ(x) − (1 − t)·ln(1 − σ(x)), stable for every logit x.
#[derive(Clone, Copy)]
struct BceWithLogits;
impl Binary for BceWithLogits {
    const NAME: &'static str = "bce_with_logits";
    #[inline(always)]
    fn value<L: Lane>(self, x: L, t: L) -> L {
        let zero = x.lift(0.0);
        x.select(Cmp::Le, zero, zero, x) - x * t + (-x.abs()).exp().ln_1p()
    }
    #[inline(always)]
    fn left<E: Algebra>(self, g: E, x: E, t: E, _y: E) -> E {
        use super::elementwise::functions::Functions as _;
        g.binary(TimesOrZero, x.sigmoid() - t)
    }
    #[inline(always)]
    fn right<E: Algebra>(self, g: E, x: E, _t: E, _y: E) -> E {
        -g.binary(TimesOrZero, x)
    }
}

/// x·ln y, and 0 where x is 0, whatever y is.
#[derive(Clone, Copy)]
struct XLogY;
impl Binary for XLogY {
    const NAME: &'static str = "xlogy";
    #[inline(always)]
    fn value<L: Lane>(self, x: L, y: L) -> L {
        let zero = x.lift(0.0);
        x.select(Cmp::Eq, zero, zero, x * y.ln())
    }
    #[inline(always)]
    fn left<E: Algebra>(self, g: E, _x: E, y: E, _z: E) -> E {
        use super::elementwise::functions::Functions as _;
        g.binary(TimesOrZero, y.ln())
    }
    #[inline(always)]
    fn right<E: Algebra>(self, g: E, x: E, y: E, _z: E) -> E {
        g.binary(TimesOrZero, x).binary(OverOrZero, y)
    }
}

/// Distributions over classes and their losses.
pub trait Distributions: Value {
    /// eˣ / Σ eˣ along an axis, without overflow. A row of −∞ alone gives NaN, as there is no distribution.
    #[track_caller]
    fn softmax(&self, axis: impl Signed) -> Self {
        let (axis, last) = axis_and_last(self, "softmax", axis);
        let transposed = self.swap_axes(axis, last);
        Self::apply(SoftmaxLast, &[&transposed]).swap_axes(axis, last)
    }
    /// The logarithm of [`softmax`](Distributions::softmax), exact where that is tiny.
    #[track_caller]
    fn log_softmax(&self, axis: impl Signed) -> Self {
        let (axis, last) = axis_and_last(self, "log_softmax", axis);
        let transposed = self.swap_axes(axis, last);
        Self::apply(LogSoftmaxLast, &[&transposed]).swap_axes(axis, last)
    }
    /// The mean cross-entropy of logits `[rows, classes]` with the label of each row, of shape `[]`. `smoothing` ε moves
    /// that share of the target from the label to all classes equally.
    ///
    /// # Panics
    /// If there is not a label for each row, or a label is not below the number of classes.
    #[track_caller]
    fn cross_entropy(&self, labels: &Indices, smoothing: f64) -> Self {
        let labels = labels.clone();
        Self::apply(CrossEntropy { labels, smoothing }, &[self])
    }
    /// The binary cross-entropy of logits with targets in [0, 1], element by element.
    #[track_caller]
    fn bce_with_logits(&self, targets: &Self) -> Self {
        self.zip_with(targets, BceWithLogits)
    }
    /// `self`·ln `y`, and 0 where `self` is 0.
    #[track_caller]
    fn xlogy(&self, y: &Self) -> Self {
        self.zip_with(y, XLogY)
    }
}
impl<V: Value> Distributions for V {}

impl<T: Real> Tensor<T> {
    /// The value of [`cross_entropy`](Distributions::cross_entropy) and its gradient with respect to the logits, with one
    /// exponential for each of up to 32 classes, and two beyond: a cotangent for [`Tape::vjp_into`](crate::Tape::vjp_into).
    /// Both have the bits that a tape gives.
    ///
    /// # Panics
    /// As [`cross_entropy`](Distributions::cross_entropy).
    #[track_caller]
    pub fn cross_entropy_with_gradient(&self, labels: &Indices, smoothing: f64) -> (T, Self) {
        let rule = CrossEntropy {
            labels: labels.clone(),
            smoothing,
        };
        if let Err(why) = rule.check(&[self]) {
            panic!("{}", refusal("cross_entropy", &[self], &why));
        }
        let logits = self.contiguous();
        let rows = labels.len() as f64;
        let mut total = 0.0;
        let gradient = Self::written(logits.dims(), |out| {
            total = kernel::cross_entropy_with_gradient(
                logits.elements(),
                labels.as_slice(),
                smoothing,
                T::from_f64(1.0 / rows),
                out,
            );
        });
        (T::from_f64(total / rows), gradient)
    }
}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const CUBE: InputSampler = InputSampler::REAL_LINE.shape(&[2, 3, 4]);
    const LOGITS: InputSampler = InputSampler::REAL_LINE.shape(&[5, 3]);
    Vec::from(cases! {
        "softmax of axis 1", order 2, [CUBE] => |x| x[0].softmax(1);
        "softmax of the last axis", order 2, [CUBE] => |x| x[0].softmax(2);
        "log_softmax of axis 0", order 2, [CUBE] => |x| x[0].log_softmax(0);
        "cross_entropy", order 2, [LOGITS] => |x| x[0].cross_entropy(&Indices::from([2, 0, 1, 1, 0]), 0.0);
        "cross_entropy with smoothing", order 2, [LOGITS] => |x| x[0].cross_entropy(&Indices::from([2, 0, 1, 1, 0]), 0.1);
        "cross_entropy by its parts", order 2, [LOGITS] => |x| x[0].log_softmax(1).pick(&Indices::from([2, 0, 1, 1, 0])).mean();
        "bce_with_logits", order 2, [CUBE, InputSampler::between(0.0, 1.0).shape(&[3, 4])] => |x| x[0].bce_with_logits(&x[1]);
        "xlogy", order 2, [LOGITS, InputSampler::between(0.3, 2.0).shape(&[5, 3])] => |x| x[0].xlogy(&x[1]);
    })
}
