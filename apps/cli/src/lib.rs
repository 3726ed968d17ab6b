//! The command line: flags and their file to an experiment, progress, errors and exit codes, interrupts.
//!
//! An app's `main` is one line around [`app::main`]. Those that train are one program, [`training`], for a
//! [`TrainingApp`](training::TrainingApp): [`Classify`], [`Regress`], and the one of `autoencode`.

pub mod app;
mod classify;
mod compare;
mod console;
mod eval;
mod export;
pub mod flags;
mod importance;
mod interrupt;
mod merge;
mod refit;
mod regress;
mod terminal;
pub mod training;

pub use classify::Classify;
pub use compare::CompareFlags;
pub use console::{Console, Pieces};
pub use eval::{EvalFlags, PredictFlags};
pub use experiment::AppError;
pub use export::{ExportFlags, run as export};
pub use importance::ImportanceFlags;
pub use regress::Regress;
