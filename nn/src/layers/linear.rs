//! The affine layer.

use autograd::Real;
use autograd::prelude::*;

use crate::init::Init;
use crate::layer::{Carrier, ForwardContext, Layer, LayerKind, LinearParams, Operation, Packing};
use crate::params::{ParamId, ParamsBuilder};

/// `activation(x·W + b)` for rows `[rows, in]`: W is `[in, out]`, b is `[out]`.
#[derive(Clone, Debug)]
pub struct Linear {
    weight: ParamId,
    bias: ParamId,
    inputs: usize,
    outputs: usize,
    activation: Activation,
}

impl Linear {
    /// Declares `NAME.weight`, drawn by `init`, and `NAME.bias`, which starts as [biases](ParamsBuilder::biases) do.
    pub fn new(
        params: &mut ParamsBuilder,
        name: &str,
        inputs: usize,
        outputs: usize,
        activation: Activation,
        init: Init,
    ) -> Self {
        let weight = params.add_transposed(&format!("{name}.weight"), [inputs, outputs], init);
        let bias = params.add_bias(&format!("{name}.bias"), outputs);
        Self {
            weight,
            bias,
            inputs,
            outputs,
            activation,
        }
    }

    fn params(&self) -> LinearParams {
        LinearParams {
            weight: self.weight,
            bias: self.bias,
            activation: self.activation,
        }
    }
}

impl<T: Real> Layer<T> for Linear {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        let weight = ctx.param(self.weight);
        let bias = ctx.param(self.bias);
        x.linear(&weight, Some(&bias), self.activation)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        match row {
            [inputs] if *inputs == self.inputs => Ok(vec![self.outputs]),
            _ => Err(format!("it takes rows of {} numbers", self.inputs)),
        }
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Linear(self.params())
    }

    fn packing(&self) -> Packing {
        Packing::Networks
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Linear(self.params()))
    }

    fn activation(&self) -> Option<Activation> {
        (self.activation != Activation::Identity).then_some(self.activation)
    }

    fn describe(&self) -> String {
        let linear = format!("Linear({}, {})", self.inputs, self.outputs);
        match self.activation {
            Activation::Identity => linear,
            a => format!("{linear} + {}", a.name()),
        }
    }
}
