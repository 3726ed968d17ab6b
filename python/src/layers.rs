//! The operations that networks are made of, by name: convolutions, pooling, normalization, losses, and elements by index.

use autograd::prelude::*;
use autograd::{Conv2dParams, Pool2dParams, Value};

use crate::operations::{Operation, numbered, sizes};

impl Operation<'_> {
    /// Applies it; `None` if there is none of that name for so many inputs and constants.
    ///
    /// # Panics
    /// If it refuses the shapes.
    pub(crate) fn of_networks<V: Value<T = f64>>(&self, x: &[&V]) -> Option<V> {
        let numbers = self.numbers;
        Some(match (self.name, x, numbers) {
            ("conv2d", &[x, weight], _) => x.conv2d(weight, None, self.convolution()?),
            ("conv2d", &[x, weight, bias], _) => x.conv2d(weight, Some(bias), self.convolution()?),
            ("max_pool2d", &[x], _) => {
                let (kernel, params) = self.pooling()?;
                x.max_pool2d(kernel, params)
            }
            ("avg_pool2d", &[x], &[padding_counts]) => {
                let (kernel, params) = self.pooling()?;
                x.avg_pool2d(kernel, params, padding_counts != 0.0)
            }
            ("batch_norm", &[x, scale, shift], &[eps]) => x.batch_norm(scale, shift, eps),
            ("normalize", &[x, mean, variance, scale, shift], &[eps]) => {
                x.normalize(mean, variance, scale, shift, eps)
            }
            ("layer_norm", &[x, scale, shift], &[eps]) => x.layer_norm(scale, shift, eps),
            ("cross_entropy", &[x], &[smoothing]) => {
                x.cross_entropy(&numbered(&[self.axes.len()], self.axes)?, smoothing)
            }
            ("bce_with_logits", &[x, targets], _) => x.bce_with_logits(targets),
            ("mse", &[x, targets], _) => x.mse(targets),
            ("gather", &[x], _) => {
                let (axis, rest) = self.axes.split_first()?;
                let (shape, index) = rest.split_at_checked(x.dims().len())?;
                x.gather(*axis, &numbered(&sizes(shape)?, index)?)
            }
            ("scatter_add", &[x, source], _) => {
                let (axis, index) = self.axes.split_first()?;
                x.scatter_add(*axis, &numbered(&source.dims(), index)?, source)
            }
            _ => return None,
        })
    }

    /// Stride, padding and dilation along both axes of an image.
    fn convolution(&self) -> Option<Conv2dParams> {
        let &[a, b, c, d, e, f] = sizes(self.axes)?.as_slice() else {
            return None;
        };
        Some(Conv2dParams {
            stride: [a, b],
            padding: [c, d],
            dilation: [e, f],
        })
    }

    /// The kernel of a pooling, and stride, padding and dilation along both axes of an image.
    fn pooling(&self) -> Option<([usize; 2], Pool2dParams)> {
        let &[height, width, a, b, c, d, e, f] = sizes(self.axes)?.as_slice() else {
            return None;
        };
        let params = Pool2dParams {
            stride: [a, b],
            padding: [c, d],
            dilation: [e, f],
        };
        Some(([height, width], params))
    }
}
