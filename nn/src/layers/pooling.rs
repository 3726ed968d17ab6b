//! Pooling layers.

use autograd::Real;
use autograd::prelude::*;

use super::convolution::pair;
use crate::layer::{Carrier, ForwardContext, Layer, LayerKind, Operation};

/// The largest element of each window of every channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxPool2d {
    /// The size of a window.
    pub kernel: [usize; 2],
    /// Its stride, padding and dilation.
    pub window: Pool2dParams,
}

/// The mean of each window of every channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvgPool2d {
    /// The size of a window.
    pub kernel: [usize; 2],
    /// Its stride, padding and dilation.
    pub window: Pool2dParams,
    /// Padding counts as zeros (PyTorch's `count_include_pad`, by default true).
    pub padding_counts: bool,
}

/// Windows side by side.
fn apart(size: usize) -> ([usize; 2], Pool2dParams) {
    ([size; 2], Pool2dParams::default().stride(size))
}

impl MaxPool2d {
    /// Square windows side by side.
    pub fn new(size: usize) -> Self {
        let (kernel, window) = apart(size);
        Self { kernel, window }
    }
}

impl AvgPool2d {
    /// Square windows side by side.
    pub fn new(size: usize) -> Self {
        let (kernel, window) = apart(size);
        Self {
            kernel,
            window,
            padding_counts: true,
        }
    }
}

/// The shape of a row after pooling.
fn pooled(row: &[usize], kernel: [usize; 2], window: Pool2dParams) -> Result<Vec<usize>, String> {
    match *row {
        [channels, height, width] => {
            let [height, width] = window.windows([height, width], kernel)?;
            Ok(vec![channels, height, width])
        }
        _ => Err("it takes images of shape [channels, height, width]".to_owned()),
    }
}

/// The settings as PyTorch prints them.
fn settings(kernel: [usize; 2], window: Pool2dParams) -> String {
    let [kernel, stride, padding] = [kernel, window.stride, window.padding].map(pair);
    format!("kernel_size={kernel}, stride={stride}, padding={padding}")
}

impl<T: Real> Layer<T> for MaxPool2d {
    fn forward<V: Carrier<T = T>>(&self, _ctx: &ForwardContext<'_, V>, x: &V) -> V {
        x.max_pool2d(self.kernel, self.window)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        pooled(row, self.kernel, self.window)
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Fixed
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::MaxPool2d {
            kernel: self.kernel,
            window: self.window,
        })
    }

    fn describe(&self) -> String {
        format!("MaxPool2d({})", settings(self.kernel, self.window))
    }
}

impl<T: Real> Layer<T> for AvgPool2d {
    fn forward<V: Carrier<T = T>>(&self, _ctx: &ForwardContext<'_, V>, x: &V) -> V {
        x.avg_pool2d(self.kernel, self.window, self.padding_counts)
    }

    fn output_shape(&self, row: &[usize]) -> Result<Vec<usize>, String> {
        pooled(row, self.kernel, self.window)
    }

    fn kind(&self) -> LayerKind {
        LayerKind::Fixed
    }

    fn operation(&self) -> Option<Operation> {
        Some(Operation::AvgPool2d {
            kernel: self.kernel,
            window: self.window,
            padding_counts: self.padding_counts,
        })
    }

    fn describe(&self) -> String {
        format!("AvgPool2d({})", settings(self.kernel, self.window))
    }
}
