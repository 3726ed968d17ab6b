//! Batch normalization (Ioffe and Szegedy, 2015).
//!
//! The rule is fused: moments, normalization and gradients are passes over the batch, channel by channel. Its moments are
//! an input, since the running statistics of a layer want them too, but a constant one: the derivative knows that they
//! come from the batch. Second orders go through definitions in which everything is computed from the batch.

mod maps;
mod moments;

#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::{self, Companions, PositiveCompanions};
use crate::layout::{Dims, MAX_RANK};
use crate::ops::elementwise::{Elementwise, Relu, Vjp};
use crate::ops::join::Joining;
use crate::ops::reduce::{Reductions, centred};
use crate::ops::shape::Shaping;
use crate::real::Real;
use crate::rule::{FusedOp, Rule, Sink, Value};
use crate::tensor::Tensor;
use maps::{Gradient, GradientIn, Normalized, NormalizedIn, RectifiedGradientIn, RectifiedIn};
use moments::{channels, inverse_deviations, moments, row};

/// The shape with which numbers of channels broadcast: `[channels, 1, …]`.
fn column(dims: &[usize]) -> Dims {
    let mut column = [1; MAX_RANK];
    column[0] = dims[1];
    Dims::new(&column[..dims.len() - 1])
}

/// All axes but the second.
fn others(dims: &[usize]) -> ([usize; MAX_RANK], usize) {
    let mut axes = [0; MAX_RANK];
    for (i, axis) in axes.iter_mut().enumerate().skip(1) {
        *axis = i + 1;
    }
    (axes, dims.len() - 1)
}

/// (x − mean)/√(variance + eps)·scale + shift, and what follows on it. Inputs: x, scale, shift, and the moments of x.
#[derive(Clone, Copy)]
struct BatchNorm {
    eps: f64,
    /// A rectifier, max(y, 0), comes after it. Of channels that are stretches alone.
    rectified: bool,
}

impl<T: Real> Rule<T> for BatchNorm {
    fn name(&self) -> &'static str {
        "batch_norm"
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        normalized(x[0], x[3], x[1], x[2], *self)
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let (value, scale, shift, moments) = (x[0], x[1], x[2], x[3]);
        let sums = V::fused(&Sums(*self), &[value, scale, shift, moments, g]);
        out.add(2, || sums.select_index(0, 0));
        out.add(1, || sums.select_index(0, 1));
        out.add(0, || {
            let inputs = [value, scale, shift, moments, g, &sums];
            V::fused(&InputGradient(*self), &inputs)
        });
    }
}

/// What brings an element of a channel to its place: its centre, slope and shift, one number a channel each. The shift is
/// that of the mean which rounding left, too.
fn affine<T: Real>(
    moments: &Tensor<T>,
    scale: &Tensor<T>,
    shift: &Tensor<T>,
    eps: f64,
) -> [Tensor<T>; 3] {
    let slope = inverse_deviations(moments, eps) * scale;
    let shift = shift - &(row(moments, 2) * &slope);
    [row(moments, 0), slope, shift]
}

/// [`BatchNorm`]'s value.
fn normalized<T: Real>(
    x: &Tensor<T>,
    moments: &Tensor<T>,
    scale: &Tensor<T>,
    shift: &Tensor<T>,
    BatchNorm { eps, rectified }: BatchNorm,
) -> Tensor<T> {
    let (x, moments) = (x.contiguous(), moments.contiguous());
    let shape = channels(x.shape());
    let of = affine(&moments, scale, shift, eps);
    if shape.inner == 1 {
        let [mean, slope, shift] = of.map(|c| c.reshape(&column(x.shape())));
        return Tensor::pointwise(&Normalized, [&x, &mean, &slope, &shift]);
    }
    let [mean, slope, shift] = of.each_ref().map(Tensor::elements);
    let at = |c: usize| NormalizedIn([mean[c], slope[c], shift[c]].map(T::to_f64));
    Tensor::written(x.dims(), |out| match rectified {
        true => kernel::map_channels(shape, [x.elements()], |c| RectifiedIn(at(c)), out),
        false => kernel::map_channels(shape, [x.elements()], at, out),
    })
}

/// Distances from the mean of the channel, and what they are divided by, both recorded.
fn recorded<V: Value>(x: &V, eps: f64) -> (V, V) {
    let dims = x.dims();
    let (axes, n) = others(&dims);
    let distance = centred(x, &axes[..n]);
    let variance = distance.square().mean_keep(&axes[..n]);
    (distance, variance.add_scalar(eps).sqrt())
}

/// The cotangent of the normalized numbers, recorded: where a rectifier follows, nothing comes back from those that it
/// made 0.
fn before_rectifier<V: Value>(x: &[&V], of: BatchNorm) -> V {
    let (value, scale, shift, g) = (x[0], x[1], x[2], x[4]);
    if !of.rectified {
        return g.clone();
    }
    let (distance, deviation) = recorded(value, of.eps);
    let column = column(&value.dims());
    let y = distance / &deviation * &scale.reshape(&column) + &shift.reshape(&column);
    V::pointwise(&Vjp(Relu {}), [&y, &y, g])
}

/// Σg and Σg·x̂ of each channel, the gradients of shift and scale: `[2, channels]`. Inputs: x, scale, shift, moments, g.
struct Sums(BatchNorm);

impl<T: Real> FusedOp<T> for Sums {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let BatchNorm { eps, rectified } = self.0;
        let (values, moments, g) = (x[0].contiguous(), x[3].contiguous(), x[4].contiguous());
        let shape = channels(values.shape());
        let c = shape.channels;
        if shape.count() == 0 {
            // Sums of nothing, though its mean and variance are NaN.
            return Tensor::zeros(&[2, c]);
        }
        let inverse = inverse_deviations(&moments, eps);
        let of = affine(&moments, x[1], x[2], eps);
        let of = of.each_ref().map(Tensor::elements);
        Tensor::written(Dims::new(&[2, c]), |out| {
            let (values, g) = (values.elements(), g.elements());
            match rectified {
                true => kernel::channel_sums::<T, PositiveCompanions>(shape, values, g, of, out),
                false => kernel::channel_sums::<T, Companions>(shape, values, g, of, out),
            }
            // Σg·(x − mean) less what rounding left of the mean.
            let rest = row(&moments, 2);
            let (sums, products) = out.split_at_mut(c);
            let numbers = sums.iter().zip(rest.elements()).zip(inverse.elements());
            for (o, ((sum, rest), r)) in products.iter_mut().zip(numbers) {
                *o = (*o - *sum * *rest) * *r;
            }
        })
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let (distance, deviation) = recorded(x[0], self.0.eps);
        let (axes, n) = others(&x[0].dims());
        let g = before_rectifier(x, self.0);
        let sums = [
            g.sum_axes(&axes[..n]),
            (distance / &deviation * &g).sum_axes(&axes[..n]),
        ];
        V::stack(&[&sums[0], &sums[1]], 0)
    }
}

/// scale/deviation·(g − Σg/m − x̂·Σg·x̂/m), m elements in a channel. Inputs: x, scale, shift, moments, g, the sums.
struct InputGradient(BatchNorm);

impl<T: Real> FusedOp<T> for InputGradient {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let BatchNorm { eps, rectified } = self.0;
        let (values, g) = (x[0].contiguous(), x[4].contiguous());
        let (moments, sums) = (x[3].contiguous(), x[5].contiguous());
        let shape = channels(values.shape());
        let c = shape.channels;
        let part = T::from_f64(-1.0 / shape.count() as f64);
        let inverse = inverse_deviations(&moments, eps);
        let [mean, direct, offset] = affine(&moments, x[1], x[2], eps);
        let slope = direct.clone() * &inverse * &sums.segment(c, &[c]) * part;
        let shift = direct.clone() * &sums.segment(0, &[c]) * part - &(row(&moments, 2) * &slope);
        if shape.inner == 1 {
            let column = column(values.shape());
            let [mean, direct, slope, shift] =
                [mean, direct, slope, shift].map(|c| c.reshape(&column));
            return Tensor::pointwise(&Gradient, [&values, &g, &mean, &direct, &slope, &shift]);
        }
        let all = [&mean, &direct, &slope, &shift, &offset].map(Tensor::elements);
        let [mean, direct, slope, shift, offset] = all;
        let gradient =
            |c: usize| GradientIn([mean[c], direct[c], slope[c], shift[c]].map(T::to_f64));
        let normalized = |c: usize| NormalizedIn([mean[c], direct[c], offset[c]].map(T::to_f64));
        let inputs = [values.elements(), g.elements()];
        Tensor::written(values.dims(), |out| match rectified {
            true => {
                let at = |c: usize| RectifiedGradientIn(normalized(c), gradient(c));
                kernel::map_channels(shape, inputs, at, out);
            }
            false => kernel::map_channels(shape, inputs, gradient, out),
        })
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let dims = x[0].dims();
        let (distance, deviation) = recorded(x[0], self.0.eps);
        let column = column(&dims);
        let part = -1.0 / channels(&dims).count() as f64;
        let share = |row: usize| x[5].select_index(0, row).reshape(&column).mul_scalar(part);
        let normal = distance / &deviation;
        let inner = normal * &share(1) + &share(0) + &before_rectifier(x, self.0);
        inner * &(x[1].reshape(&column) / &deviation)
    }
}

/// (x − mean)/√(variance + eps)·scale + shift for given numbers. Inputs: x, mean, variance, scale, shift.
struct Given {
    eps: f64,
}

impl<T: Real> FusedOp<T> for Given {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let moments = Tensor::stack(&[x[1], x[2], &Tensor::zeros(x[1].shape())], 0);
        let of = BatchNorm {
            eps: self.eps,
            rectified: false,
        };
        normalized(x[0], &moments, x[3], x[4], of)
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let column = column(&x[0].dims());
        let along = |i: usize| x[i].reshape(&column);
        let slope = along(3) / &along(2).add_scalar(self.eps).sqrt();
        (x[0].clone() - &along(1)) * &slope + &along(4)
    }
}

#[track_caller]
fn expect_channels<V: Value>(what: &str, x: &V, others: &[&V]) {
    let dims = x.dims();
    assert!(
        dims.len() >= 2,
        "{what} of shape {dims:?}: it takes [n, channels, …]"
    );
    for other in others {
        assert!(
            other.dims()[..] == dims[1..2],
            "{what} of shape {dims:?}: a number for each of {} channels is not of shape {:?}",
            dims[1],
            other.dims()
        );
    }
}

/// The normalized images, and means and variances of their channels: `[2, channels]`.
#[track_caller]
fn with_moments<V: Value>(x: &V, scale: &V, shift: &V, rule: BatchNorm) -> (V, Tensor<V::T>) {
    expect_channels("batch_norm", x, &[scale, shift]);
    let found = moments(&x.tensor());
    let c = x.dims()[1];
    let told = Tensor::written(Dims::new(&[2, c]), |out| {
        let (moments, rests) = found.elements().split_at(2 * c);
        out.copy_from_slice(moments);
        for (mean, rest) in out.iter_mut().zip(rests) {
            *mean += *rest;
        }
    });
    let inputs = [x, scale, shift, &x.constant(found)];
    (V::apply(rule, &inputs), told)
}

/// Normalization of channels, the second axis of `[n, channels, …]`.
pub trait BatchNormalization: Value {
    /// Each channel brought to mean 0 and variance 1 (with the number of elements in the denominator, plus `eps`) over
    /// all other axes, then scaled and shifted by a number each.
    ///
    /// # Panics
    /// If there are fewer than two axes, or not a scale and a shift for each channel.
    #[track_caller]
    fn batch_norm(&self, scale: &Self, shift: &Self, eps: f64) -> Self {
        self.batch_norm_and_moments(scale, shift, eps).0
    }

    /// [`batch_norm`](BatchNormalization::batch_norm), and the means and variances that it found: `[2, channels]`.
    #[track_caller]
    fn batch_norm_and_moments(
        &self,
        scale: &Self,
        shift: &Self,
        eps: f64,
    ) -> (Self, Tensor<Self::T>) {
        let rectified = false;
        with_moments(self, scale, shift, BatchNorm { eps, rectified })
    }

    /// [`relu`](crate::prelude::Elementwise::relu) of [`batch_norm`](BatchNormalization::batch_norm), and the means and variances
    /// that this found, `[2, channels]`: the same bits in fewer passes over the numbers.
    ///
    /// # Panics
    /// As [`batch_norm`](BatchNormalization::batch_norm).
    #[track_caller]
    fn batch_norm_relu_and_moments(
        &self,
        scale: &Self,
        shift: &Self,
        eps: f64,
    ) -> (Self, Tensor<Self::T>) {
        let dims = self.dims();
        if dims.len() > 2 && channels(&dims).inner > 1 {
            let rectified = true;
            return with_moments(self, scale, shift, BatchNorm { eps, rectified });
        }
        let (normal, moments) = self.batch_norm_and_moments(scale, shift, eps);
        (normal.relu(), moments)
    }

    /// (self − mean)/√(variance + eps)·scale + shift with given numbers for each channel: what a trained network does.
    ///
    /// # Panics
    /// If there are fewer than two axes, or not a number for each channel.
    #[track_caller]
    fn normalize(
        &self,
        mean: &Self,
        variance: &Self,
        scale: &Self,
        shift: &Self,
        eps: f64,
    ) -> Self {
        expect_channels("normalize", self, &[mean, variance, scale, shift]);
        Self::fused(&Given { eps }, &[self, mean, variance, scale, shift])
    }
}
impl<V: Value> BatchNormalization for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const C: InputSampler = InputSampler::REAL_LINE.shape(&[3]);
    const FLAT: InputSampler = InputSampler::REAL_LINE.shape(&[6, 3]);
    const CUBE: InputSampler = InputSampler::REAL_LINE.shape(&[2, 3, 4]);
    // Where all of a channel is one number, the shift alone says on which side of the rectifier's corner it lies.
    const APART: InputSampler = C.avoiding(&[0.0]);
    const VARIANCE: InputSampler = InputSampler::between(0.5, 2.0).shape(&[3]);
    Vec::from(cases! {
        "batch_norm", order 2, [FLAT, C, C] => |x| x[0].batch_norm(&x[1], &x[2], 1e-2);
        "batch_norm of planes", order 2, [CUBE, C, C] => |x| x[0].batch_norm(&x[1], &x[2], 1e-2);
        "batch_norm of images", order 2, [InputSampler::REAL_LINE.shape(&[3, 2, 2, 2]), InputSampler::REAL_LINE.shape(&[2]), InputSampler::REAL_LINE.shape(&[2])] => |x| x[0].batch_norm(&x[1], &x[2], 1e-2);
        "batch_norm of planes with a rectifier", order 2, [CUBE, APART, APART] => |x| x[0].batch_norm_relu_and_moments(&x[1], &x[2], 1e-2).0;
        "normalize", order 2, [FLAT, C, VARIANCE, C, C] => |x| x[0].normalize(&x[1], &x[2], &x[3], &x[4], 1e-2);
        "normalize of planes", order 2, [CUBE, C, VARIANCE, C, C] => |x| x[0].normalize(&x[1], &x[2], &x[3], &x[4], 1e-2);
    })
}
