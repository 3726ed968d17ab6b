//! From the command line, the file of settings and what suits the data to one set of values.
//!
//! An app flattens the groups of [`settings`] it needs into one struct `S` (with [`Session`] among them), turns the command
//! line into matches with [`parse`], and those into values with [`resolve`]. Flags win over the file, the file over the
//! preset of the data set, that over the declared defaults.

mod file;
mod groups;
mod resolve;
mod usage;

pub use groups::{LookFlags, Session};
pub(crate) use resolve::with_preset;
pub use resolve::{parse, resolve, resolve_with, to_toml};
