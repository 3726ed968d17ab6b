//! Layer normalization.

use autograd::Real;
use autograd::prelude::*;

use crate::init::Init;
use crate::layer::{Carrier, ForwardContext, Layer, Operation};
use crate::params::{Kind, ParamId, ParamsBuilder};

/// Every row brought to mean 0 and variance 1, then scaled and shifted element by element.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    scale: ParamId,
    shift: ParamId,
    shape: Vec<usize>,
}

impl LayerNorm {
    /// Number added to variances, as PyTorch has it.
    pub const EPS: f64 = 1e-5;

    /// Declares `NAME.weight`, which starts at 1, and `NAME.bias`, which starts at 0, of the shape of a row: the last
    /// axes of what comes in.
    pub fn new(params: &mut ParamsBuilder, name: &str, shape: &[usize]) -> Self {
        let mut declare =
            |what, init| params.add(&format!("{name}.{what}"), Kind::Norm, shape, init);
        Self {
            scale: declare("weight", Init::Constant(1.0)),
            shift: declare("bias", Init::Zeros),
            shape: shape.to_vec(),
        }
    }
}

impl<T: Real> Layer<T> for LayerNorm {
    fn forward<V: Carrier<T = T>>(&self, ctx: &ForwardContext<'_, V>, x: &V) -> V {
        let [scale, shift] = [self.scale, self.shift].map(|id| ctx.param(id));
        x.layer_norm(&scale, &shift, Self::EPS)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        match row.ends_with(&self.shape) {
            true => Ok(row.to_vec()),
            false => Err(format!(
                "it takes rows whose last axes are {:?}",
                self.shape
            )),
        }
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::LayerNorm {
            scale: self.scale,
            shift: self.shift,
            eps: Self::EPS,
        })
    }

    fn describe(&self) -> String {
        let sizes: Vec<_> = self.shape.iter().map(usize::to_string).collect();
        format!("LayerNorm(({}))", sizes.join(", "))
    }
}
