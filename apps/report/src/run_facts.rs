//! Content that the pages of all runs share.

use records::{EpochRecord, Metrics};

/// A run whose figures are of the kind `E`.
#[derive(Clone, Debug)]
pub struct RunFacts<'a, E> {
    /// Origin of the data, in one line.
    pub provenance: &'a str,
    /// Layers in words: `64 → 64 relu → 32 relu → 10`.
    pub architecture: String,
    /// Layers one by one.
    pub layers: Vec<LayerRow>,
    /// The run's `config.toml`.
    pub config: &'a str,
    /// Whether folds were evaluated by networks that were trained on the samples before them.
    pub forward_chained: bool,
    /// The run's history.
    pub history: &'a [EpochRecord],
    /// The run's metrics.
    pub metrics: &'a Metrics<E>,
    /// What is to be known of the figures, a sentence each.
    pub notes: Vec<String>,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRow {
    /// Name with its sizes: `Linear(784, 64)`.
    pub layer: String,
    /// Output shape of a sample.
    pub output: Vec<usize>,
    /// Number of parameters.
    pub parameters: usize,
}
