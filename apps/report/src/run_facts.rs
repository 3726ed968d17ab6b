//! What the pages of all runs tell.

use records::{EpochRecord, Metrics};

/// A run whose figures are of the kind `E`.
#[derive(Clone, Debug)]
pub struct RunFacts<'a, E> {
    /// Where the data is from, in one line.
    pub provenance: &'a str,
    /// The layers in words: `64 → 64 relu → 32 relu → 10`.
    pub architecture: String,
    /// The layers one by one.
    pub layers: Vec<LayerRow>,
    /// The run's `config.toml`.
    pub config: &'a str,
    /// The run's history.
    pub history: &'a [EpochRecord],
    /// The run's figures.
    pub metrics: &'a Metrics<E>,
}

/// A layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LayerRow {
    /// Its name with its sizes: `Linear(784, 64)`.
    pub layer: String,
    /// The shape of what comes out for a row.
    pub output: Vec<usize>,
    /// How many parameters it has.
    pub parameters: usize,
}
