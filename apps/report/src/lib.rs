//! `report.html`: one page that needs nothing but itself. Nothing is fetched; light and dark as the reader prefers, and
//! readable on paper. There are no scripts but one that an app may bring for a section of its own.
//!
//! A [`Report`] is a title and sections. [`classification`] makes that of a classifier, [`regression`] that of a
//! regressor, [`autoencoder`] that of an autoencoder, [`comparison`] that of several runs, each from plain data. What they share is a [`RunFacts`].

mod autoencoder;
mod blocks;
mod chapter;
mod classification;
mod comparison;
mod format;
mod page;
mod parts;
mod regression;
mod run_facts;

pub use autoencoder::{Autoencoded, autoencoder};
pub use blocks::{Align, Column, KeyFigure, Mistake};
pub use chapter::{Chapter, Tone};
pub use classification::{ClassLines, Classifier, classification};
pub use comparison::{Compared, ComparedCurves, comparison};
pub use format::{concise, share, significant};
pub use page::Report;
pub use parts::settings;
pub use regression::{FittedCurve, Places, Regressor, TargetRows, regression};
pub use run_facts::{LayerRow, RunFacts};
