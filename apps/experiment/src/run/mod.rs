//! A run: from a plan to a finished folder, the same for classes, for values and for autoencoders.
//!
//! [`train`](train()) loads and prepares the data, trains, and evaluates every part; what it returns is
//! [finished](TrainedRun::finish) with the figures of baselines and a report. [`FinishedRun`] is read from a run's
//! folder. What differs between tasks is a [`Task`]: [`Classes`], [`Values`] and [`ReconstructionTask`]. [`start`] and
//! [`trial`] are the part of it without a folder.

mod augment;
mod classes;
mod finished;
mod folds;
mod input_rows;
mod plan;
pub mod predictions;
mod prepared;
mod reconstruction;
mod resume;
mod steps;
mod task;
mod train;
mod trial;
mod values;

pub use augment::{add_noise, changes};
pub use classes::{ClassAnswer, Classes};
pub use finished::FinishedRun;
pub use folds::{Fold, folds};
pub use input_rows::{FileRows, Input, rows_of};
pub use plan::{Plan, check, class_weighted, class_weights};
pub use prepared::Prepared;
pub use reconstruction::ReconstructionTask;
pub use resume::nothing_left;
pub use task::{Answering, Task};
pub use train::{Finished, TrainedRun, train};
pub use trial::{Started, Trial, start, trial};
pub use values::{Simple, ValueAnswer, Values};
