//! Run folders and their files as plain data: metrics and histories with the keys that scripts rely on, numbers that
//! JSON can store, tables as CSV, and atomic file writes.
//!
//! A [`RunFolder`] has one writer at a time, and [`same_settings`] says whether work in it may go on. [`Metrics`] is the
//! content of `metrics.json`, [`EpochRecord`] a line of `history.jsonl`. [`write_atomically`] writes a file atomically,
//! [`JsonLines`] appends line by line, [`Events`] are epochs for TensorBoard, [`csv_table`] writes tables. A [`Shard`] is the
//! part of shared work that one process does.

mod atomic_write;
mod autoencoder;
mod csv;
mod error;
mod events;
mod finite_number;
mod history;
mod jsonl;
mod metrics;
mod run_folder;
pub mod same_settings;
mod shard;
mod text;

pub use self::atomic_write::write_atomically;
pub use ::atomic_write::ASIDE;
pub use autoencoder::{Codes, Denoised, Map, Neighbors, OneAgainstRest, Reconstruction};
pub use csv::{csv_line, csv_table};
pub use error::{FileError, chain};
pub use events::Events;
pub use finite_number::Number;
pub use history::{
    ActivationRecord, EpochFigures, EpochRecord, GradientRecord, ProbeRecord, Score, read_history,
};
pub use jsonl::{Contents, JsonLines};
pub use metrics::{
    Classification, Metrics, PerClass, PerTarget, Regression, RowCounts, Task, Uncalibrated,
    Weights,
};
pub use run_folder::{
    Destination, FolderLock, Leavings, RunFolder, lock_folder, refuse_others, stranger,
};
pub use shard::{SHARDS, Shard, missing_pieces, shard_folders, whole_of};
pub use text::visible;
