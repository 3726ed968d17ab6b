//! Rows of any shape as rows of numbers.

use autograd::Real;
use autograd::prelude::*;

use crate::layer::{Carrier, ForwardContext, Layer, LayerKind, Operation, Packing};

/// `[rows, a, b, …]` as `[rows, a·b·…]`. A view: nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct Flatten;

impl<T: Real> Layer<T> for Flatten {
    fn forward<V: Carrier<T = T>>(&self, _ctx: &ForwardContext<'_, V>, x: &V) -> V {
        let dims = x.dims();
        x.reshape(&[dims[0], dims[1..].iter().product()])
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        Ok(vec![row.iter().product()])
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Fixed
    }

    fn packing(&self) -> Packing {
        Packing::Rows
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Flatten)
    }

    fn describe(&self) -> String {
        "Flatten()".to_owned()
    }
}
