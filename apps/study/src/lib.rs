//! The experiments of five reports on small networks, each a declaration of cases, figures and claims.
//!
//! [`studies`] holds one file per study and explains how to add another. [`runner`] runs trials, one per core, and stores each as
//! it finishes; [`claims`] evaluates the claims of the reports on the finished trials.

pub mod commit;
pub mod context;
pub(crate) mod data_table;
pub mod exports;
pub mod figure_spec;
pub mod folder;
pub mod list;
mod parts;
pub mod quick;
pub mod registry;
pub mod report;
pub mod reports;
pub mod runner;
pub mod setup;
pub mod simple;
pub mod studies;
pub mod study;
pub mod study_file;
pub mod train;

#[doc(hidden)]
pub use inventory;

/// What a file of [`studies`] needs.
pub mod prelude {
    pub use crate::context::Context;
    pub use crate::figure_spec::{Drawn, FigureSpec, Places};
    pub use crate::setup::{DataSeed, Setup};
    pub use crate::simple::simple;
    pub use crate::study::{Case, Study};
    pub use crate::train::{Learned, Trained, of_classes, of_values, predictions};
    pub use claims::outcome::{Grid, Outcome};
    pub use claims::*;
    pub use experiment::AppError;
    pub use nn::{L1Form, L2Form, LossFunction};
}
