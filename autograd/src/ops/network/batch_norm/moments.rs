//! Means and variances of channels.

use crate::kernel::{self, Channels, Distances};
use crate::layout::Dims;
use crate::real::Real;
use crate::tensor::Tensor;

/// The sizes of `[n, channels, …]`.
pub(super) fn channels(dims: &[usize]) -> Channels {
    Channels {
        n: dims[0],
        channels: dims[1],
        inner: dims[2..].iter().product(),
    }
}

/// Mean and variance of each channel, and what rounding left of the mean of the distances from the mean:
/// `[3, channels]`. The variance is summed around the mean and corrected by it (Chan, Golub and LeVeque, 1983).
pub(super) fn moments<T: Real>(x: &Tensor<T>) -> Tensor<T> {
    let x = x.contiguous();
    let shape = channels(x.shape());
    let c = shape.channels;
    if shape.inner > 1 && shape.n > 0 {
        return Tensor::written(Dims::new(&[3, c]), |out| {
            kernel::channel_moments(shape, x.elements(), out);
        });
    }
    let count = T::from_f64(shape.count() as f64);
    let sums = |centre: &[T]| {
        Tensor::written(Dims::new(&[2, c]), |out| {
            let (x, of) = (x.elements(), [centre; 3]);
            kernel::channel_sums::<T, Distances>(shape, x, x, of, out);
        })
    };
    let mut first = sums(Tensor::zeros(&[c]).elements());
    let mean = &mut first.as_mut_slice()[..c];
    mean.iter_mut().for_each(|m| *m = *m / count);
    let second = sums(mean);
    let (off, square) = second.elements().split_at(c);
    Tensor::written(Dims::new(&[3, c]), |out| {
        let (means, others) = out.split_at_mut(c);
        let (variances, rests) = others.split_at_mut(c);
        means.copy_from_slice(mean);
        for (((v, r), d), s) in variances.iter_mut().zip(rests).zip(off).zip(square) {
            *r = *d / count;
            let spread = *s - *d * *r;
            // Rounding may leave less than nothing of a constant channel.
            *v = if spread < T::ZERO {
                T::ZERO
            } else {
                spread / count
            };
        }
    })
}

/// A row of [`moments`], a number for each channel.
pub(super) fn row<T: Real>(moments: &Tensor<T>, row: usize) -> Tensor<T> {
    let c = moments.shape()[1];
    moments.segment(row * c, &[c])
}

/// 1/√(variance + eps) of each channel.
pub(super) fn inverse_deviations<T: Real>(moments: &Tensor<T>, eps: f64) -> Tensor<T> {
    let variances = row(moments, 1);
    Tensor::written(variances.dims(), |out| {
        for (o, v) in out.iter_mut().zip(variances.elements()) {
            *o = T::ONE / (*v + T::from_f64(eps)).sqrt();
        }
    })
}
