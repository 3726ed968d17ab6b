//! What a network learns from: data sets that come with the program or are downloaded.
//!
//! A data set is named by a [`Spec`], looked for by a [`Finder`] and loaded with [`load`]. It arrives as a [`Dataset`]:
//! all its rows once, and the ranges that its publishers call training and test part. Every split is lists of row
//! indices into it: see [`split`](mod@split).
//!
//! ```
//! use datasets::{Finder, Spec, load};
//!
//! let digits = load(&"digits".parse::<Spec>()?, &Finder::default())?;
//! assert_eq!(digits.part.inputs.len(), 1797);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod dataset;
pub mod download;
mod error;
mod finder;
pub mod idx;
mod sets;
mod shuffle;
mod source;
mod spec;
pub mod split;

pub use dataset::{Dataset, InputKind, Part, Task};
pub use error::DataError;
pub use finder::{Finder, Place};
pub use sets::{list, sources};
pub use source::{Contents, DataFile, Found, Layout, Source};
pub use spec::{Spec, UnknownData, load};
pub use split::{Split, TestSplit};
