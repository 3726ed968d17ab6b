//! The shape of input rows.

use autograd::Real;
use autograd::prelude::*;

use crate::layer::{Carrier, ForwardContext, Layer, LayerKind, Operation, Packing};

/// Rows brought to a shape: a view of rows with as many numbers, such as of images as rows of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    shape: Vec<usize>,
}

impl Input {
    /// Rows of this shape.
    pub fn new(shape: impl Into<Vec<usize>>) -> Self {
        Self {
            shape: shape.into(),
        }
    }

    fn len(&self) -> usize {
        self.shape.iter().product()
    }
}

impl<T: Real> Layer<T> for Input {
    fn forward<V: Carrier<T = T>>(&self, _ctx: &ForwardContext<'_, V>, x: &V) -> V {
        let dims = x.dims();
        if dims[1..] == self.shape {
            return x.clone();
        }
        assert!(
            dims[1..].iter().product::<usize>() == self.len(),
            "the model takes rows of shape {:?}, and the batch is of shape {dims:?}",
            self.shape
        );
        // On the stack: a training step allocates nothing.
        let mut batch = [dims[0]; autograd::MAX_RANK];
        let axes = 1 + self.shape.len();
        batch[1..axes].copy_from_slice(&self.shape);
        x.reshape(&batch[..axes])
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        match row.iter().product::<usize>() == self.len() {
            true => Ok(self.shape.clone()),
            false => Err(format!("it takes rows of {} numbers", self.len())),
        }
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Fixed
    }

    fn packing(&self) -> Packing {
        Packing::Rows
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::Reshape(self.shape.clone()))
    }

    fn describe(&self) -> String {
        let sizes: Vec<_> = self.shape.iter().map(usize::to_string).collect();
        format!("Input({})", sizes.join(", "))
    }
}
