//! A run: from a plan to a finished folder, the same for classes, for values and for autoencoders.
//!
//! [`train`](train()) loads and prepares the data, trains, and evaluates every part; what it returns is
//! [finished](TrainedRun::finish) with the figures of baselines and a report. [`FinishedRun`] is read from a run's
//! folder. What differs between tasks is a [`Task`]: [`Classes`] and [`Values`] here, and what others
//! implement it for. [`start`] and [`trial`] are the part of it without a folder.

mod augment;
mod classes;
mod finished;
mod folds;
mod plan;
mod predictions;
mod prepared;
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
pub use plan::{Plan, check, class_weighted, class_weights};
pub use prepared::Prepared;
pub use resume::nothing_left;
pub use task::{Answering, Task, another_kind};
pub use train::{Finished, TrainedRun, train};
pub use trial::{Started, Trial, group_size, start, train_together, trial};
pub use values::{Simple, ValueAnswer, Values};
