//! Pooling: each window of an image folded to one number.

use super::window::Pool2dParams;
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::{self, Pool};
use crate::layout::Dims;
use crate::ops::index::Indices;
use crate::real::Real;
use crate::rule::{FusedOp, Linearity, Rule, Sink, Value};
use crate::tensor::Tensor;

/// A kernel and its movement.
#[derive(Clone, Copy)]
struct Windows {
    kernel: [usize; 2],
    params: Pool2dParams,
}

impl Windows {
    /// The sizes for images of this shape.
    fn pool(&self, image: &[usize]) -> Result<Pool, String> {
        let &[_, _, height, width] = image else {
            return Err("images are [images, channels, height, width]".into());
        };
        let output = self.params.windows([height, width], self.kernel)?;
        let pool = Pool {
            input: [height, width],
            output,
            kernel: self.kernel,
            stride: self.params.stride,
            padding: self.params.padding,
            dilation: self.params.dilation,
        };
        if pool.has_empty_window() {
            return Err(format!(
                "with padding {:?} a window lies beyond the edge of an image of {:?} as a whole",
                self.params.padding, pool.input
            ));
        }
        Ok(pool)
    }
}

/// The shape with other sizes of images.
fn resized(dims: Dims, [height, width]: [usize; 2]) -> Dims {
    dims.with(2, height).with(3, width)
}

/// The largest element of each window. The first of equal ones gets the gradient, as in PyTorch.
struct MaxPool(Windows);

impl<T: Real> Rule<T> for MaxPool {
    fn name(&self) -> &'static str {
        "max_pool2d"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        let pool = self.0.pool(x[0].shape())?;
        match u32::try_from(pool.input[0].saturating_mul(pool.input[1])) {
            Ok(_) => Ok(()),
            Err(_) => Err("an image has more elements than can be numbered".into()),
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        let pool = self.0.pool(x.shape()).expect("the shapes were checked");
        Tensor::written(resized(x.dims(), pool.output), |out| {
            kernel::max_pool(&pool, x.elements(), out);
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let pool = self.0.pool(&x[0].dims());
            let pool = pool.expect("the shapes were checked");
            V::fused(&MaxPoolInput { pool }, &[x[0], g])
        });
    }
}

/// The gradient of [`MaxPool`]. Inputs: the images and the cotangent.
struct MaxPoolInput {
    pool: Pool,
}

impl<T: Real> FusedOp<T> for MaxPoolInput {
    fn kernel(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        if !self.pool.is_halving() {
            return self.definition(x);
        }
        let (image, g) = (x[0].contiguous(), x[1].contiguous());
        Tensor::written(image.dims(), |out| {
            kernel::halving_max_gradient(&self.pool, image.elements(), g.elements(), out);
        })
    }

    fn definition<V: Value<T = T>>(&self, x: &[&V]) -> V {
        let (pool, image) = (self.pool, x[0].tensor().contiguous());
        let places = Indices::written(x[1].dims().count(), |places| {
            kernel::max_places(&pool, image.elements(), places);
        });
        V::apply(Scatter { pool, places }, &[x[1]])
    }
}

/// The elements at some places of each plane.
struct Take {
    pool: Pool,
    places: Indices,
}

impl<T: Real> Rule<T> for Take {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "max_pool2d_take"
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        Tensor::written(resized(x.dims(), self.pool.output), |out| {
            kernel::take(&self.pool, x.elements(), self.places.as_slice(), out);
        })
    }

    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let (pool, places) = (self.pool, self.places.clone());
            V::apply(Scatter { pool, places }, &[g])
        });
    }
}

/// Numbers added at their places in planes of zeros: the adjoint of [`Take`].
struct Scatter {
    pool: Pool,
    places: Indices,
}

impl<T: Real> Rule<T> for Scatter {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "max_pool2d_input"
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let g = x[0].contiguous();
        Tensor::written(resized(g.dims(), self.pool.input), |out| {
            kernel::scatter(&self.pool, g.elements(), self.places.as_slice(), out);
        })
    }

    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, u: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let (pool, places) = (self.pool, self.places.clone());
            V::apply(Take { pool, places }, &[u])
        });
    }
}

/// The mean of each window.
struct AveragePool {
    windows: Windows,
    padding_counts: bool,
}

impl<T: Real> Rule<T> for AveragePool {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "avg_pool2d"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        self.windows.pool(x[0].shape())?;
        match self.windows.params.dilation {
            [1, 1] => Ok(()),
            other => Err(format!(
                "a mean has no dilation, and {other:?} was asked for"
            )),
        }
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let x = x[0].contiguous();
        let pool = self
            .windows
            .pool(x.shape())
            .expect("the shapes were checked");
        Tensor::written(resized(x.dims(), pool.output), |out| {
            kernel::average(&pool, self.padding_counts, x.elements(), out);
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let pool = self
                .windows
                .pool(&x[0].dims())
                .expect("the shapes were checked");
            let (windows, padding_counts) = (self.windows, self.padding_counts);
            let rule = SpreadAverage {
                windows,
                padding_counts,
                pool,
            };
            V::apply(rule, &[g])
        });
    }
}

/// Each number's share added to the elements of its window: the adjoint of [`AveragePool`].
struct SpreadAverage {
    windows: Windows,
    padding_counts: bool,
    pool: Pool,
}

impl<T: Real> Rule<T> for SpreadAverage {
    const LINEARITY: Linearity = Linearity::Linear;

    fn name(&self) -> &'static str {
        "avg_pool2d_input"
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let g = x[0].contiguous();
        Tensor::written(resized(g.dims(), self.pool.input), |out| {
            kernel::spread_average(&self.pool, self.padding_counts, g.elements(), out);
        })
    }

    fn vjp<V: Value<T = T>>(&self, _x: &[&V], _y: &V, u: &V, out: &mut Sink<'_, V>) {
        out.add(0, || {
            let (windows, padding_counts) = (self.windows, self.padding_counts);
            V::apply(
                AveragePool {
                    windows,
                    padding_counts,
                },
                &[u],
            )
        });
    }
}

/// Pooling of images `[n, channels, height, width]`.
pub trait Pooling: Value {
    /// The largest element of each [window](Pool2dParams::windows); NaN if one is. Padding is never the largest. Of equal
    /// elements the first gets the gradient, as in PyTorch, unlike in [`max`](crate::prelude::Reductions::max), where they share.
    ///
    /// # Panics
    /// If a window does not fit, or one holds nothing but padding.
    #[track_caller]
    fn max_pool2d(&self, kernel: [usize; 2], params: Pool2dParams) -> Self {
        Self::apply(MaxPool(Windows { kernel, params }), &[self])
    }

    /// The mean of each [window](Pool2dParams::windows). Padding counts as zeros if `padding_counts` (PyTorch's default,
    /// `count_include_pad`), else the mean is over what lies inside.
    ///
    /// # Panics
    /// If a window does not fit, one holds nothing but padding, or they have a dilation.
    #[track_caller]
    fn avg_pool2d(&self, kernel: [usize; 2], params: Pool2dParams, padding_counts: bool) -> Self {
        let windows = Windows { kernel, params };
        Self::apply(
            AveragePool {
                windows,
                padding_counts,
            },
            &[self],
        )
    }
}
impl<V: Value> Pooling for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const X: InputSampler = InputSampler::REAL_LINE.shape(&[2, 2, 5, 4]);
    const UNEVEN: Pool2dParams = Pool2dParams {
        stride: [1, 2],
        padding: [1, 0],
        dilation: [2, 1],
    };
    const PADDED: Pool2dParams = Pool2dParams {
        stride: [2, 1],
        padding: [1, 1],
        dilation: [1, 1],
    };
    Vec::from(cases! {
        "max_pool2d", order 1, [X.apart()] => |x| x[0].max_pool2d([2, 2], Pool2dParams::default().stride(2));
        "max_pool2d of squares", order 1, [X.apart()] => |x| x[0].square().max_pool2d([2, 2], Pool2dParams::default().stride(2)).square();
        "max_pool2d of overlapping windows", order 1, [X.apart()] => |x| x[0].max_pool2d([3, 2], Pool2dParams::default().padding(1));
        "max_pool2d with different steps along the axes", order 1, [X.apart()] => |x| x[0].max_pool2d([2, 3], UNEVEN);
        "avg_pool2d", order 2, [X] => |x| x[0].avg_pool2d([2, 2], Pool2dParams::default().stride(2), true).square();
        "avg_pool2d with padding that counts", order 2, [X] => |x| x[0].avg_pool2d([3, 2], PADDED, true).square();
        "avg_pool2d with padding that does not count", order 2, [X] => |x| x[0].avg_pool2d([3, 2], PADDED, false).square();
    })
}
