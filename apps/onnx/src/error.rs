//! Why a model cannot be written as a graph.

use thiserror::Error;

/// Why a model cannot be written as a graph.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ExportError {
    /// A layer is of no kind that ONNX has.
    #[error("the layer {0} has no operation in ONNX")]
    Layer(String),
    /// Windows with gaps, of which opset 17 knows no means.
    #[error("the layer {0} averages windows with gaps, which ONNX has from opset 19 on")]
    Gaps(String),
    /// A layer does not take rows of this shape.
    #[error(transparent)]
    Shape(#[from] nn::ShapeError),
    /// A number does not fit in single precision.
    #[error("{0} has a number that is too large for single precision")]
    Overflow(String),
    /// The format ends at 2 GB.
    #[error("the model takes {0} bytes, and a file of ONNX holds at most 2147483647")]
    Large(usize),
}
