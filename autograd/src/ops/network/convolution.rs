//! Convolution of images (in truth a correlation: kernels are not flipped, as everywhere in networks).
//!
//! Three rules that are each other's gradients: the convolution is linear in the image and in the weight, and the
//! gradients with respect to these are linear again in what is left. So all orders come from the same three kernels.

use super::window::Conv2dParams;
#[cfg(feature = "testing")]
use crate::catalogue::{Case, InputSampler, cases};
use crate::kernel::{Correlation, correlate, correlate_weight, partials};
use crate::layout::Dims;
use crate::ops::reduce::Reductions;
use crate::ops::shape::Shaping;
use crate::real::Real;
use crate::rule::{Linearity, Rule, Sink, Value, bilinear};
use crate::tensor::Tensor;

/// The sizes of a convolution of `image`, `[n, c, h, w]`, with kernels of `[o, c, kh, kw]`.
fn sizes(
    params: &Conv2dParams,
    image: &[usize],
    weight: &[usize],
    output: [usize; 2],
) -> Correlation {
    Correlation {
        images: image[0],
        channels: weight[1],
        outputs: weight[0],
        input: [image[2], image[3]],
        kernel: [weight[2], weight[3]],
        output,
        stride: params.stride,
        dilation: params.dilation,
        before: params.padding.map(|p| p as isize),
        spread: [1; 2],
    }
}

/// Σ weight·image over the windows of an image, plus a bias.
struct Conv2d {
    params: Conv2dParams,
}

impl Conv2d {
    fn output<T: Real>(&self, x: &[&Tensor<T>]) -> Result<[usize; 2], String> {
        let (image, weight) = (x[0].shape(), x[1].shape());
        if image.len() != 4 || weight.len() != 4 {
            return Err("images are [images, channels, height, width], kernels [out, channels, height, width]".into());
        }
        if image[1] != weight[1] {
            return Err(format!(
                "images of {} channels meet kernels for {}",
                image[1], weight[1]
            ));
        }
        match x.get(2) {
            Some(b) if b.shape() != &weight[..1] => {
                Err(format!("the bias is not of shape {:?}", &weight[..1]))
            }
            _ => self
                .params
                .windows([image[2], image[3]], [weight[2], weight[3]]),
        }
    }
}

impl<T: Real> Rule<T> for Conv2d {
    fn name(&self) -> &'static str {
        "conv2d"
    }

    fn check(&self, x: &[&Tensor<T>]) -> Result<(), String> {
        self.output(x).map(|_| ())
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let output = self.output(x).expect("the shapes were checked");
        let shape = sizes(&self.params, x[0].shape(), x[1].shape(), output);
        let (image, weight) = (x[0].contiguous(), x[1].contiguous());
        let bias = x.get(2).map(|b| b.contiguous());
        let dims = Dims::new(&[shape.images, shape.outputs, output[0], output[1]]);
        Tensor::written(dims, |out| {
            let bias = bias.as_ref().and_then(|b| b.as_slice());
            correlate(&shape, image.elements(), weight.elements(), bias, out);
        })
    }

    /// A product, and the tangent of the bias added to it.
    fn jvp(
        &self,
        x: &[&Tensor<T>],
        y: &Tensor<T>,
        tangents: &[Option<&Tensor<T>>],
    ) -> Option<Tensor<T>> {
        let product = bilinear(|factors| self.forward(&factors), x, y, tangents);
        Some(match tangents.get(2).copied().flatten() {
            Some(bias) => product + bias.reshape(&[1, bias.len(), 1, 1]),
            None => product,
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, g: &V, out: &mut Sink<'_, V>) {
        let (image, weight) = (x[0].dims(), x[1].dims());
        if x.len() > 2 {
            out.add(2, || g.sum_axes(&[2, 3]).sum_axes(&[0]));
        }
        out.add(1, || {
            let rule = Conv2dWeight {
                params: self.params,
                kernel: [weight[2], weight[3]],
            };
            V::apply(rule, &[x[0], g])
        });
        out.add(0, || {
            let rule = Conv2dInput {
                params: self.params,
                image: [image[2], image[3]],
            };
            V::apply(rule, &[g, x[1]])
        });
    }
}

/// The gradient of [`Conv2d`] with respect to the image: inputs are the cotangent and the weight.
struct Conv2dInput {
    params: Conv2dParams,
    image: [usize; 2],
}

impl<T: Real> Rule<T> for Conv2dInput {
    const LINEARITY: Linearity = Linearity::Bilinear;

    fn name(&self) -> &'static str {
        "conv2d_input"
    }

    /// The convolution of the cotangent, with stride − 1 zeros between its elements, with flipped kernels.
    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (g, weight) = (x[0].contiguous(), x[1]);
        let w = weight.shape();
        let before = |a: usize| {
            ((w[2 + a] - 1) * self.params.dilation[a]) as isize - self.params.padding[a] as isize
        };
        let shape = Correlation {
            images: g.shape()[0],
            channels: w[0],
            outputs: w[1],
            input: [g.shape()[2], g.shape()[3]],
            kernel: [w[2], w[3]],
            output: self.image,
            stride: [1; 2],
            dilation: self.params.dilation,
            before: [before(0), before(1)],
            spread: self.params.stride,
        };
        let flipped = weight.flip(&[2, 3]).swap_axes(0, 1).contiguous();
        let dims = Dims::new(&[shape.images, w[1], self.image[0], self.image[1]]);
        Tensor::written(dims, |out| {
            correlate(&shape, g.elements(), flipped.elements(), None, out)
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, u: &V, out: &mut Sink<'_, V>) {
        let (params, weight) = (self.params, x[1].dims());
        out.add(0, || V::apply(Conv2d { params }, &[u, x[1]]));
        out.add(1, || {
            let kernel = [weight[2], weight[3]];
            V::apply(Conv2dWeight { params, kernel }, &[u, x[0]])
        });
    }
}

/// The gradient of [`Conv2d`] with respect to the weight: inputs are the image and the cotangent.
struct Conv2dWeight {
    params: Conv2dParams,
    kernel: [usize; 2],
}

impl<T: Real> Rule<T> for Conv2dWeight {
    const LINEARITY: Linearity = Linearity::Bilinear;

    fn name(&self) -> &'static str {
        "conv2d_weight"
    }

    fn forward(&self, x: &[&Tensor<T>]) -> Tensor<T> {
        let (image, g) = (x[0].contiguous(), x[1].contiguous());
        let dims = Dims::new(&[
            g.shape()[1],
            image.shape()[1],
            self.kernel[0],
            self.kernel[1],
        ]);
        let shape = sizes(
            &self.params,
            image.shape(),
            &dims,
            [g.shape()[2], g.shape()[3]],
        );
        let parts = Dims::new(&[partials(shape.images), dims.count()]);
        Tensor::written(dims, |out| {
            Tensor::written(parts, |partial| {
                correlate_weight(&shape, image.elements(), g.elements(), out, partial);
            });
        })
    }

    fn vjp<V: Value<T = T>>(&self, x: &[&V], _y: &V, u: &V, out: &mut Sink<'_, V>) {
        let (params, image) = (self.params, x[0].dims());
        out.add(0, || {
            let image = [image[2], image[3]];
            V::apply(Conv2dInput { params, image }, &[x[1], u])
        });
        out.add(1, || V::apply(Conv2d { params }, &[x[0], u]));
    }
}

/// Convolutions.
pub trait Convolutions: Value {
    /// The convolution of images `[n, channels, height, width]` with kernels `[out, channels, height, width]`, plus a
    /// bias `[out]`: `[n, out, …]` with a place for each [window](Conv2dParams::windows). Padding is 0. Kernels are not flipped.
    ///
    /// # Panics
    /// If the shapes do not fit.
    #[track_caller]
    fn conv2d(&self, weight: &Self, bias: Option<&Self>, params: Conv2dParams) -> Self {
        match bias {
            Some(b) => Self::apply(Conv2d { params }, &[self, weight, b]),
            None => Self::apply(Conv2d { params }, &[self, weight]),
        }
    }
}
impl<V: Value> Convolutions for V {}

#[cfg(feature = "testing")]
pub(crate) fn catalogue<T: Real>() -> Vec<Case<T>> {
    const X: InputSampler = InputSampler::REAL_LINE.shape(&[2, 2, 5, 4]);
    const W: InputSampler = InputSampler::between(-1.0, 1.0).shape(&[3, 2, 3, 2]);
    const B: InputSampler = InputSampler::REAL_LINE.shape(&[3]);
    const UNEVEN: Conv2dParams = Conv2dParams {
        stride: [2, 3],
        padding: [1, 2],
        dilation: [1, 2],
    };
    Vec::from(cases! {
        "conv2d", order 2, [X, W, B] => |x| x[0].conv2d(&x[1], Some(&x[2]), Conv2dParams::default());
        "conv2d without bias, padded", order 2, [X, W] => |x| x[0].conv2d(&x[1], None, Conv2dParams::default().padding(1));
        "conv2d with a stride that does not divide", order 2, [X, W, B] => |x| x[0].conv2d(&x[1], Some(&x[2]), Conv2dParams::default().stride(2));
        "conv2d with different steps along the axes", order 2, [X, W, B] => |x| x[0].conv2d(&x[1], Some(&x[2]), UNEVEN);
        "conv2d of one place", order 2, [X, InputSampler::REAL_LINE.shape(&[2, 2, 5, 4])] => |x| x[0].conv2d(&x[1], None, Conv2dParams::default());
        "conv2d padded beyond its kernel", order 2, [X, InputSampler::REAL_LINE.shape(&[2, 2, 1, 1])] => |x| x[0].conv2d(&x[1], None, Conv2dParams::default().padding(1));
    })
}
