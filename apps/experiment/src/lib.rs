//! Experiments carried out: training, going on, folds, evaluation; and the run folder that is filled.
//!
//! [`run::train`] is the one path from a [`run::Plan`] to a folder, [`run::trial`] one without a folder, and
//! [`run::FinishedRun`] takes a folder up again; what is asked of it then is the crate `inspection`. What defines a model
//! stands in its file as a [`ModelConfig`](model_config::ModelConfig). What is learned is a [`run::Task`], which other
//! crates implement, too. Nothing here prints: who wants to be told implements [`Progress`](progress::Progress).

pub mod alike;
pub mod averages;
pub mod data;
pub mod decision;
pub mod error;
pub mod interrupt;
pub mod memory;
pub mod metrics;
pub mod model_config;
pub mod network;
pub mod probe;
pub mod progress;
pub mod run;
pub mod same_data;
pub mod snapshots;
pub mod threads;

pub use error::AppError;
