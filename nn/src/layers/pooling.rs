//! Pooling layers.

use autograd::Real;
use autograd::prelude::*;

use super::convolution::pair;
use crate::layer::{Carrier, Layer, Part, Pass};

/// The largest element of each window of every channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaxPool2d {
    /// The size of a window.
    pub kernel: [usize; 2],
    /// How it moves.
    pub steps: Steps,
}

/// The mean of each window of every channel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AvgPool2d {
    /// The size of a window.
    pub kernel: [usize; 2],
    /// How it moves.
    pub steps: Steps,
    /// Padding counts as zeros (PyTorch's `count_include_pad`, by default true).
    pub padding_counts: bool,
}

/// Windows side by side.
fn apart(size: usize) -> ([usize; 2], Steps) {
    ([size; 2], Steps::default().stride(size))
}

impl MaxPool2d {
    /// Square windows side by side.
    pub fn new(size: usize) -> Self {
        let (kernel, steps) = apart(size);
        Self { kernel, steps }
    }
}

impl AvgPool2d {
    /// Square windows side by side.
    pub fn new(size: usize) -> Self {
        let (kernel, steps) = apart(size);
        Self {
            kernel,
            steps,
            padding_counts: true,
        }
    }
}

/// The settings as PyTorch prints them.
fn settings(kernel: [usize; 2], steps: Steps) -> String {
    let [kernel, stride, padding] = [kernel, steps.stride, steps.padding].map(pair);
    format!("kernel_size={kernel}, stride={stride}, padding={padding}")
}

impl<T: Real> Layer<T> for MaxPool2d {
    fn forward<V: Carrier<T = T>>(&self, _pass: &Pass<'_, V>, x: &V) -> V {
        x.max_pool2d(self.kernel, self.steps)
    }

    fn part(&self) -> Part {
        Part::Fixed
    }

    fn describe(&self) -> String {
        format!("MaxPool2d({})", settings(self.kernel, self.steps))
    }
}

impl<T: Real> Layer<T> for AvgPool2d {
    fn forward<V: Carrier<T = T>>(&self, _pass: &Pass<'_, V>, x: &V) -> V {
        x.avg_pool2d(self.kernel, self.steps, self.padding_counts)
    }

    fn part(&self) -> Part {
        Part::Fixed
    }

    fn describe(&self) -> String {
        format!("AvgPool2d({})", settings(self.kernel, self.steps))
    }
}
