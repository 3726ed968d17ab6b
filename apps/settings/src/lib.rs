//! The definition of an experiment, and everything else that a program can be told.
//!
//! An [`Experiment`] is one typed tree: data, model, training. [`Settings`] are an experiment and how it is run. Each setting
//! is a row of the [table of fields](fields()): its name, documentation, check and place stand together. Flags,
//! `config.toml` ([`read`](file::read), [`to_toml`]), the metadata of a model file (serde) and the axes of a sweep are made
//! from the table, so a new setting is a row of it, and what acts on it in `nn`.
//!
//! ```
//! use settings::{Kind, settle};
//!
//! let settings = settle(Kind::Classification, &[])?;
//! assert_eq!(settings.experiment.data.name, "digits");
//! let json = serde_json::to_string(&settings.experiment)?;
//! assert_eq!(serde_json::from_str::<settings::Experiment>(&json)?, settings.experiment);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod check;
mod class_weights;
mod error;
mod experiment;
mod field;
mod fields;
pub mod file;
mod full_batch;
pub mod map;
mod model;
mod options;
mod place;
mod presets;
mod resolve;
mod search;
mod shown;
mod sweep;
pub mod text_file;
pub mod values;
mod words;

pub use error::{SettingsError, WrongUsage};
pub use experiment::{
    DataSettings, Decision, Experiment, Kind, Objective, Partition, PixelNoise, Training,
};
pub use field::{Field, Scope, Section};
pub use fields::{fields, table};
pub use file::to_toml;
pub use model::{Architecture, ModelSettings};
pub use options::{Options, Settings};
pub use place::{Part, Place};
pub use resolve::{Given, Origin, changed, field, settle, settle_with};
pub use search::{Bounds, Scale, Search, drawn};
pub use shown::Shown;
pub use sweep::{Axis, Point, points, points_with};
pub use values::{
    Activations, Augmentation, ClassWeights, Head, PixelLoss, Threshold, ThresholdMetric, Widths,
};
