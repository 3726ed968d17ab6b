//! What is done with an experiment: train, go on, folds, evaluate, predict; and the run folder that it fills.
//!
//! [`run::train`] is the one path from a [`run::Plan`] to a folder, [`run::trial`] one without a folder,
//! [`run::FinishedRun`] takes a folder up again, [`compare`](mod@compare) puts several side by side. What defines a model
//! stands in its file as a
//! [`ModelConfig`](model_config::ModelConfig). Nothing here prints: who wants to be told implements
//! [`Progress`](progress::Progress).

pub mod averages;
pub mod compare;
pub mod data;
pub mod decision;
pub mod distribution;
pub mod error;
pub mod eval;
pub mod importance;
pub mod interrupt;
pub mod memory;
pub mod metrics;
pub mod model_config;
pub mod network;
pub mod partial_dependence;
pub mod probe;
pub mod progress;
pub mod run;
pub mod run_folder;
pub mod same_data;
pub mod same_settings;
pub mod threads;

pub use error::AppError;
