//! What the apps share: flags and their file, errors and exit codes, the run folder, progress, plots, the report,
//! and pictures turned into a network's input.
//!
//! An app's `main` is one line around [`app::main`]; its settings are the groups of [`flags`], resolved by
//! [`flags::resolve`]; what it writes goes through [`run_folder::RunFolder`].

pub mod app;
pub mod averages;
pub mod baselines;
pub mod card;
pub mod data;
pub mod error;
pub mod files;
pub mod flags;
pub mod grid;
pub mod interrupt;
pub mod json;
pub mod judge;
pub mod lines;
pub mod memory;
pub mod network;
pub mod picture;
pub mod plot;
pub mod progress;
pub mod records;
pub mod report;
pub mod run;
pub mod run_folder;
pub mod settings;
pub mod training;

pub use error::AppError;
