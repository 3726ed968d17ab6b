//! Files of a run as plain data: metrics and histories with the keys that scripts rely on, numbers that
//! JSON can store, tables as CSV, and atomic file writes.
//!
//! [`Metrics`] is the content of `metrics.json`, [`EpochRecord`] a line of `history.jsonl`. [`write_atomically`] writes a
//! file atomically, [`JsonLines`] appends line by line.

mod atomic_write;
mod autoencoder;
mod csv;
mod error;
mod finite_number;
mod history;
mod jsonl;
mod metrics;
mod text;

pub use self::atomic_write::write_atomically;
pub use ::atomic_write::ASIDE;
pub use autoencoder::{Codes, Denoised, Map, Neighbors, OneAgainstRest, Reconstruction};
pub use csv::csv_line;
pub use error::{FileError, chain};
pub use finite_number::Number;
pub use history::{
    ActivationRecord, EpochFigures, EpochRecord, GradientRecord, ProbeRecord, Score, read_history,
};
pub use jsonl::{Contents, JsonLines};
pub use metrics::{
    Classification, Metrics, PerClass, PerTarget, Regression, RowCounts, Task, Uncalibrated,
    Weights,
};
pub use text::visible;
