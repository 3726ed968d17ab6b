//! The settings of an experiment: which data, which network, how it is trained, where the run is written, what is swept.
//!
//! A setting is declared once, as a field of a group: its name, documentation, default and check stand together. The field
//! is the flag (through clap's `Args`, which no other library below the command line knows), its key in `config.toml` and
//! in a model's file (through serde), and, for networks and training, what a sweep may vary. Adding one is adding a field.

mod choices;
mod data;
mod error;
mod groups;
mod model;
pub mod preset;
mod sweep;
mod training;
pub mod values;

pub use choices::{Architecture, Head, PixelLoss};
pub use data::{Partition, spec};
pub use error::WrongUsage;
pub use groups::{ClassFlags, DataFlags, DegreeFlags, FolderFlags};
pub use model::{AutoencoderFlags, AutoencoderSizes, ModelFlags};
pub use preset::Preset;
pub use sweep::{Axis, Change, Point, SweepFlags};
pub use training::TrainingFlags;
pub use values::{Augmentation, Names, Widths};

/// A group of settings as it is where nothing is given: its declared defaults.
///
/// # Panics
/// If a setting of the group has no default and is required.
pub fn defaults<G: clap::Args>() -> G {
    let command = G::augment_args(clap::Command::new("defaults").no_binary_name(true));
    let nothing: [&str; 0] = [];
    let matches = command.try_get_matches_from(nothing);
    match matches.and_then(|matches| G::from_arg_matches(&matches)) {
        Ok(group) => group,
        Err(e) => panic!("a group of settings has no defaults: {e}"),
    }
}
