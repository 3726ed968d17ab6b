//! Samples that a model or a loss cannot take.

use thiserror::Error;

/// A layer that does not take the rows it is given.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("layer {name}, {layer}, does not take rows of shape {found:?}: {reason}")]
pub struct ShapeError {
    /// The name of the layer, which is its position unless it has another.
    pub name: String,
    /// Its description.
    pub layer: String,
    /// The shape of the rows it is given.
    pub found: Vec<usize>,
    /// Reason.
    pub reason: String,
}

/// Reason why a model cannot be trained or evaluated on some samples.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FitError {
    /// There are no samples.
    #[error("there are no samples")]
    NoSamples,
    /// Early stopping without validation samples.
    #[error("early stopping needs validation samples")]
    NoValidation,
    /// The rows do not fit the model.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A setting that makes no sense with an optimizer that looks at the objective over all training samples.
    #[error("{0}")]
    FullBatch(String),
    /// The targets do not fit the loss.
    #[error("the targets do not fit the loss: {0}")]
    Targets(String),
}
