//! Command-line flags, and the file of settings that takes the same names.
//!
//! A flag is declared once, as a field of a group (`model.rs`, `training.rs`, `groups.rs`): its name, help, default and
//! check stand together, and the key in `config.toml` is the flag's name. Adding one is adding a field.
//!
//! An app flattens the groups it needs into one struct `S` (with [`Session`] among them), turns the command line into
//! matches with [`parse`], and those into values with [`resolve`]. Flags win over the file, the file over what suits
//! the data set, that over the declared defaults.

mod choices;
mod file;
mod groups;
mod model;
mod resolve;
mod suited;
mod sweep;
mod training;
mod usage;
pub mod values;

pub use choices::{Architecture, Head, PixelLoss};
pub use groups::{ClassFlags, DataFlags, DegreeFlags, FolderFlags, LookFlags, Session};
pub use model::{Coder, CoderFlags, ModelFlags};
pub use resolve::{Suited, parse, resolve, resolve_with, to_toml};
pub use suited::{suits_data, suits_model};
pub use sweep::{Axis, Change, Point, SweepFlags};
pub use training::TrainingFlags;
pub use values::{Augmentation, Names, Widths};
