//! What a network learns from: data sets that come with the program, are made, or are downloaded.
//!
//! A data set is named by a [`Spec`], asked for by a [`Request`], looked for by a [`Finder`] and loaded with [`load`]. It
//! arrives as a [`Dataset`]: all its rows once, and the ranges that its publishers call training and test part. Every
//! split is lists of row indices into it: see [`split`](mod@split).
//!
//! ```
//! use datasets::{Finder, Request, Spec, Task, load};
//!
//! let digits = Request::new("digits".parse::<Spec>()?, Task::Classification);
//! let digits = load(&digits, &Finder::default())?;
//! assert_eq!(digits.part.inputs.len(), 1797);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod classes;
mod dataset;
pub mod download;
mod error;
mod finder;
pub mod idx;
mod npy;
mod own;
mod pictures;
mod request;
mod sets;
mod shuffle;
mod source;
mod spec;
pub mod split;
mod table;

pub use classes::{ClassesError, MOST_CLASSES};
pub use dataset::{Dataset, InputKind, Part, Task};
pub use error::DataError;
pub use finder::{Finder, Place};
pub use npy::NpyError;
pub use own::{Own, read_inputs};
pub use pictures::PictureError;
pub use request::{MOST_ROWS, Request, RequestError, load};
pub use sets::{Synthetic, list, sources, synthetic};
pub use source::{Contents, DataFile, Found, Layout, Source};
pub use spec::{Spec, UnknownData};
pub use split::{Split, TestSplit};
pub use table::{MOST_COLUMNS, MOST_TEXTS, TableError};
