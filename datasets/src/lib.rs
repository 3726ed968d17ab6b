//! What a network learns from: data sets that come with the program, are made, are downloaded, or are your own.
//!
//! A data set is named by a [`Spec`], asked for by a [`Request`], looked for by a [`Finder`] and loaded with [`load`]. It
//! arrives as a [`Dataset`]: all its rows once, and the ranges that its publishers call training and test part. Every
//! split is lists of row indices into it: see [`split`](mod@split). A [`Scaler`] is fitted on the rows of such a list;
//! [`augment`] changes training pictures at every step.
//!
//! ```
//! use datasets::{Finder, Request, Scaler, Spec, Task, TestSplit, load};
//!
//! let wine = Request::new("wine".parse::<Spec>()?, Task::Classification);
//! let wine = load(&wine, &Finder::default())?;
//! let parts = wine.partition(TestSplit::Fraction(0.2), 0)?;
//! let map = Scaler::Standardise.fit(&wine.part.inputs, &parts.rest);
//! let inputs = wine.part.inputs.scaled(map);
//! assert_eq!((inputs.len(), parts.held_out.len()), (178, 36));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | name | rows | predicts | where it is |
//! |---|---|---|---|
//! | `digits` | 1797 pictures, 8×8 | one of 10 digits | in the program |
//! | `iris`, `wine`, `breast-cancer` | 150, 178, 569 | one of 3, 3, 2 classes | in the program |
//! | `diabetes`, `boston`, `auto-mpg` | 442, 506, 392 | a number | in the program |
//! | `mnist`, `fashion-mnist` | 70000 pictures, 28×28 | one of 10 classes | found or downloaded |
//! | `cifar10` | 60000 pictures, 32×32, coloured | one of 10 classes | found or downloaded |
//! | `california` | 20640 | a number | found or downloaded |
//! | `wine-quality-red`, `wine-quality-white` | 1599, 4898 | a score, as number or class | found or downloaded |
//! | `energy` | 768 | two numbers | found |
//! | `concrete` | 1030 | a number | found or downloaded |
//! | `runge`, `line` | as many as wanted | a number | made |
//! | `blobs`, `xor`, `spirals`, `circles`, `moons` | as many as wanted | a class | made |
//! | `csv:FILE`, `npz:FILE`, `images:FOLDER` | your own | numbers or classes | where you say |
//!
//! Source and licence of each are in its [`Source`], and in the provenance of what is loaded. Of the tables in the program,
//! diabetes is the raw, unscaled form; boston has a column derived from race; auto-mpg leaves out cars of unknown
//! horsepower and their names, and has the origin one-hot.

mod archive;
pub mod augment;
mod classes;
mod dataset;
pub mod download;
mod error;
mod finder;
pub mod idx;
mod npy;
mod own;
pub mod picture;
mod pictures;
mod request;
mod scale;
mod sets;
mod shuffle;
mod source;
mod spec;
pub mod split;
mod table;

pub use archive::ArchiveError;
pub use classes::{ClassesError, MOST_CLASSES};
pub use dataset::{Dataset, InputKind, Part, Task};
pub use error::DataError;
pub use finder::{Finder, Place};
pub use npy::NpyError;
pub use own::{Own, read_inputs};
pub use pictures::PictureError;
pub use request::{MOST_ROWS, Request, RequestError, load};
pub use scale::{NoScaler, Scaler, unscale};
pub use sets::{CifarError, Synthetic, list, sources, synthetic};
pub use source::{Contents, DataFile, Found, Layout, Source};
pub use spec::{Spec, UnknownData};
pub use split::{Split, TestSplit};
pub use table::{MOST_COLUMNS, MOST_TEXTS, TableError};
