//! The experiments of five reports on small networks, each a declaration of cases, figures and claims.
//!
//! [`studies`] holds one file per study and explains how to add another. [`runner`] runs trials, one per core, and stores each as
//! it finishes. What a study is and how one of its trials runs is in [`study_core`], the verdicts on its claims are those of
//! [`claims`], and [`study_report`] writes its pages.

pub mod list;
mod parts;
pub mod registry;
pub mod runner;
pub mod simple;
pub mod studies;
mod trials;

#[doc(hidden)]
pub use inventory;

/// What a file of [`studies`] needs.
pub mod prelude {
    pub use crate::simple::simple;
    pub use claims::outcome::{Grid, Outcome};
    pub use claims::*;
    pub use experiment::AppError;
    pub use nn::{L1Form, L2Form, LossFunction};
    pub use study_core::context::Context;
    pub use study_core::figure_spec::{Drawn, FigureSpec, Places};
    pub use study_core::setup::{DataSeed, Setup};
    pub use study_core::study::{Case, Study};
    pub use study_core::train::{Learned, Trained, of_classes, of_values, predictions};
}
