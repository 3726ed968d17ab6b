//! The convolution layer.

use autograd::Real;
use autograd::prelude::*;

use crate::init::Init;
use crate::layer::{Carrier, ForwardContext, Layer, Operation};
use crate::params::{Kind, ParamId, ParamsBuilder};

/// A convolution of images `[rows, in, height, width]` with kernels `[out, in, height, width]`, and a bias `[out]`.
#[derive(Clone, Debug)]
pub struct Conv2d {
    weight: ParamId,
    bias: Option<ParamId>,
    channels: [usize; 2],
    kernel: [usize; 2],
    window: Conv2dParams,
}

impl Conv2d {
    /// Declares `NAME.weight`, drawn by `init`, and `NAME.bias`, which starts as [biases](ParamsBuilder::biases)
    /// do, if there is to be one: before a normalization it would do nothing. `channels` are those that come in and those
    /// that go out.
    pub fn new(
        params: &mut ParamsBuilder,
        name: &str,
        channels: [usize; 2],
        kernel: [usize; 2],
        window: Conv2dParams,
        bias: bool,
        init: Init,
    ) -> Self {
        let [inputs, outputs] = channels;
        let shape = [outputs, inputs, kernel[0], kernel[1]];
        let weight = params.add(&format!("{name}.weight"), Kind::Weight, &shape, init);
        let declare = || params.add_bias(&format!("{name}.bias"), outputs);
        Self {
            weight,
            bias: bias.then(declare),
            channels,
            kernel,
            window,
        }
    }
}

impl<T: Real> Layer<T> for Conv2d {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        let weight = ctx.param(self.weight);
        let bias = self.bias.map(|b| ctx.param(b));
        x.conv2d(&weight, bias.as_ref(), self.window)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        let [inputs, outputs] = self.channels;
        match *row {
            [channels, height, width] if channels == inputs => {
                let [height, width] = self.window.windows([height, width], self.kernel)?;
                Ok(vec![outputs, height, width])
            }
            _ => Err(images(inputs)),
        }
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Conv2d {
            weight: self.weight,
            bias: self.bias,
            window: self.window,
        })
    }

    fn describe(&self) -> String {
        let [inputs, outputs] = self.channels;
        let mut text = format!(
            "Conv2d({inputs}, {outputs}, kernel_size={}",
            pair(self.kernel)
        );
        let default = Conv2dParams::default();
        for (name, value, usual) in [
            ("stride", self.window.stride, default.stride),
            ("padding", self.window.padding, default.padding),
            ("dilation", self.window.dilation, default.dilation),
        ] {
            if value != usual {
                text.push_str(&format!(", {name}={}", pair(value)));
            }
        }
        if self.bias.is_none() {
            text.push_str(", bias=False");
        }
        text + ")"
    }
}

/// Why a layer of so many channels does not take other rows.
pub(super) fn images(channels: usize) -> String {
    format!("it takes images of shape [{channels}, height, width]")
}

/// Sizes along both axes, as Python prints them.
pub(super) fn pair([a, b]: [usize; 2]) -> String {
    format!("({a}, {b})")
}
