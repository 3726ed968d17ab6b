//! A run: from the flags to a finished folder, the same for classes, for values and for autoencoders.
//!
//! [`learn`] loads and prepares the data, trains, and judges every part; what it returns is [finished](Learned::finish)
//! with the figures of simple models and a report. [`judge_again`] and [`predict`] start from a run's folder. What differs
//! between them is a [`Task`]: [`Classes`], [`Values`] and [`Rebuilt`].

mod again;
mod classes;
mod folds;
mod learn;
mod pictures;
mod prepared;
mod rebuilt;
mod resume;
mod steps;
mod table;
mod task;
mod trial;
mod values;

pub use again::{JudgeFlags, PredictFlags, TakenUp, judge_again, predict, take_up};
pub use classes::{ClassAnswer, Classes};
pub(crate) use folds::folds;
pub use learn::{Learned, Plan, available, learn, on_threads};
pub use pictures::{add_noise, changes};
pub use prepared::Prepared;
pub use rebuilt::Rebuilt;
pub use resume::nothing_left;
pub use table::rows_of;
pub use task::{Answering, Task};
pub use trial::each_on_a_core;
pub(crate) use trial::{check, trial};
pub use values::{Simple, ValueAnswer, Values};
