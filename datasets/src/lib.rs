//! Data sets for small networks: in memory, in the program, made, downloaded, or from your own files.
//!
//! ```
//! use datasets::{Scaler, TestSplit};
//!
//! let wine = datasets::wine()?;                       // 178 wines, 13 measures, 3 cultivars
//! let (train, test) = wine.split(0.2, 0)?;            // a fifth to test on, stratified by class; seed 0
//! let map = Scaler::Standardize.fit(train.view().inputs, train.rows());
//! let (train, test) = (train.scaled(map.clone()), test.scaled(map));
//!
//! assert_eq!((train.len(), test.len()), (142, 36));
//! let batch = train.inputs::<f32>();                  // a tensor; a training step gathers a few rows of it
//! assert_eq!(batch.shape(), [142, 13]);
//! # Ok::<(), datasets::DataError>(())
//! ```
//!
//! Rows stay in memory as they came: images as bytes, tables as `f32` or `f64`. A batch is a list of row indices; its
//! cells become elements, and are scaled, while they are copied. So a part of a data set is an index list, never a second
//! copy, and images of bytes take a quarter of the memory that floats would.
//!
//! # Where to go on
//!
//! - Your own numbers: [`Rows`] and [`Targets`] make [`Samples`]. Your own files: `by_name("csv:FILE")`, `parquet:FILE`,
//!   `npz:FILE` and `images:FOLDER` (see [`Custom`]).
//! - A published set: [`by_name`]; [`load`] with a [`Request`] and a [`Resolver`] where targets, sizes or folders have to
//!   be said. It arrives as a [`Dataset`]: all its rows once, and the ranges that its publishers call training and test
//!   part.
//! - Tables with missing cells, categories and dates: [`read`] gives [`RawData`], which is split first and then encoded as
//!   fitted on its training rows; the [`Encoder`] reads later files.
//! - Parts: [`Dataset::split`], [`Samples::split`], [`split::folds`]. Every part is a list of row indices.
//! - Columns on one scale: [`Scaler`], fitted on training rows alone.
//! - Changed images at every step of training: [`augment`].
//! - A network that learns from them: the crate `gradus-nn`.
//!
//! | name | rows | predicts | where it is |
//! |---|---|---|---|
//! | `digits` | 1797 images, 8×8 | one of 10 digits | in the program |
//! | `iris`, `wine`, `breast-cancer` | 150, 178, 569 | one of 3, 3, 2 classes | in the program |
//! | `diabetes`, `boston`, `auto-mpg` | 442, 506, 392 | a number | in the program |
//! | `mnist`, `fashion-mnist` | 70000 images, 28×28 | one of 10 classes | found or downloaded |
//! | `cifar10` | 60000 images, 32×32, coloured | one of 10 classes | found or downloaded |
//! | `california` | 20640 | a number | found or downloaded |
//! | `wine-quality-red`, `wine-quality-white` | 1599, 4898 | a score, as number or class | found or downloaded |
//! | `energy` | 768 | two numbers | found |
//! | `concrete` | 1030 | a number | found or downloaded |
//! | `runge`, `line` | as many as wanted | a number | made |
//! | `blobs`, `xor`, `spirals`, `circles`, `moons` | as many as wanted | a class | made |
//! | `csv:FILE`, `parquet:FILE`, `npz:FILE`, `images:FOLDER` | your own | numbers or classes | where you say |
//!
//! Source and licence of each are in its [`Source`], and in the provenance of what is loaded. Of the tables in the program,
//! diabetes is the raw, unscaled form; boston has a column derived from race; auto-mpg leaves out cars of unknown
//! horsepower and their names, and has the origin one-hot.
//!
//! Without the feature `sets`, which is on by default, the crate is [`Rows`], [`Targets`], [`Samples`], splits, scalers and
//! augmentation: no readers, no network. The feature `parquet`, which is off by default, adds the reader of Parquet files.

mod affine;
pub mod augment;
mod kind;
mod rows;
mod samples;
mod scale;
mod shuffle;
pub mod split;
mod targets;

pub use affine::Affine;
pub use kind::{InputKind, Task};
pub use rows::Rows;
pub use samples::{BatchTargets, DataView, Part, Samples};
pub use scale::{NoScaler, Scaler, unscale};
pub use shuffle::shuffle;
pub use split::{Division, Split, TestSplit};
pub use targets::{Targets, WeightedTargets};

#[cfg(feature = "sets")]
mod archive;
#[cfg(feature = "sets")]
mod classes;
#[cfg(feature = "sets")]
mod custom;
#[cfg(feature = "sets")]
mod dataset;
#[cfg(feature = "sets")]
pub mod download;
#[cfg(feature = "sets")]
pub mod drawing;
#[cfg(feature = "sets")]
mod error;
#[cfg(feature = "sets")]
mod fingerprint;
#[cfg(feature = "sets")]
pub mod idx;
#[cfg(feature = "sets")]
pub mod image;
#[cfg(feature = "sets")]
mod image_folder;
#[cfg(feature = "sets")]
mod named;
#[cfg(feature = "sets")]
mod npy;
#[cfg(feature = "sets")]
mod packed;
#[cfg(feature = "sets")]
mod place;
#[cfg(feature = "sets")]
mod raw;
#[cfg(feature = "sets")]
mod reading;
#[cfg(feature = "sets")]
mod request;
#[cfg(feature = "sets")]
mod resolver;
#[cfg(feature = "sets")]
mod sets;
#[cfg(feature = "sets")]
mod source;
#[cfg(feature = "sets")]
mod spec;
#[cfg(feature = "sets")]
mod table;

#[cfg(feature = "sets")]
pub use archive::ArchiveError;
#[cfg(feature = "sets")]
pub use classes::{ClassesError, MOST_CLASSES};
#[cfg(feature = "sets")]
pub use custom::{Custom, read_inputs};
#[cfg(feature = "sets")]
pub use dataset::Dataset;
#[cfg(feature = "sets")]
pub use error::DataError;
#[cfg(feature = "sets")]
pub use fingerprint::{ColumnFingerprint, Fingerprint};
#[cfg(feature = "sets")]
pub use image_folder::ImageFolderError;
#[cfg(feature = "sets")]
pub use named::{auto_mpg, boston, breast_cancer, by_name, diabetes, digits, iris, wine};
#[cfg(feature = "sets")]
pub use npy::NpyError;
#[cfg(feature = "sets")]
pub use place::Place;
#[cfg(feature = "sets")]
pub use raw::{Origin, RawData};
#[cfg(feature = "sets")]
pub use reading::{Missing, NoChoice, Pixels, ReadOptions, Unseen, split_names};
#[cfg(feature = "sets")]
pub use request::{MOST_ROWS, Request, RequestError, load, read};
#[cfg(feature = "sets")]
pub use resolver::Resolver;
#[cfg(feature = "sets")]
pub use sets::{CifarError, Places, Synthetic, list, sources, synthetic};
#[cfg(feature = "sets")]
pub use source::{Contents, DataFile, Found, Layout, Source};
#[cfg(feature = "sets")]
pub use spec::{Spec, UnknownData};
#[cfg(feature = "sets")]
pub use table::{
    ColumnDescription, ColumnKind, Description, Encoded, EncodedColumn, EncodedNumber, Encoder,
    MOST_COLUMNS, MOST_TEXTS, RowError, Table, TableError, TableText, listed,
};
