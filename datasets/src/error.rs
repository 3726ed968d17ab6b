//! What can go wrong between a name and its rows.

use std::io;
use std::path::{Path, PathBuf};

use crate::archive::ArchiveError;
use crate::download::DownloadError;
use crate::idx::IdxError;
use crate::image_folder::ImageFolderError;
use crate::npy::NpyError;
use crate::request::RequestError;
use crate::sets::CifarError;
use crate::spec::UnknownData;
use crate::split::SplitError;
use crate::table::TableError;

/// Reason why a data set cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// There is none of that name.
    #[error(transparent)]
    Unknown(#[from] UnknownData),
    /// It cannot be asked for so.
    #[error(transparent)]
    Request(#[from] RequestError),
    /// A file or folder cannot be read.
    #[error("cannot read {path}: {source}", path = path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No place holds it, and it may not or cannot be downloaded.
    #[error("{name} was not found: looked for {files} in {places}; {remedy}")]
    Missing {
        /// The data set.
        name: &'static str,
        /// The files that were looked for.
        files: String,
        /// The places that were searched.
        places: String,
        /// How to get them.
        remedy: String,
    },
    /// A place holds some of its files and not all.
    #[error(
        "{place} holds {present} of {name} but not {missing}; add what is missing, or take the rest away"
    )]
    Incomplete {
        /// The data set.
        name: &'static str,
        /// Where.
        place: String,
        /// The files that are there.
        present: String,
        /// Those that are not.
        missing: String,
    },
    /// It cannot be downloaded.
    #[error(transparent)]
    Download(#[from] DownloadError),
    /// A file is no IDX file, or not the one it should be.
    #[error("{path} {source}", path = path.display())]
    Idx {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: IdxError,
    },
    /// A file is no table, or not one to learn from.
    #[error("{path} {source}", path = path.display())]
    Table {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: TableError,
    },
    /// A file holds no arrays, or not those to learn from.
    #[error("{path} {source}", path = path.display())]
    Npy {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: NpyError,
    },
    /// A folder or file holds no images, or not such as belong together.
    #[error("{path} {source}", path = path.display())]
    Image {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageFolderError,
    },
    /// An archive cannot be unpacked, or lacks a file.
    #[error("{path} {source}", path = path.display())]
    Archive {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: ArchiveError,
    },
    /// A file is not one of CIFAR-10.
    #[error("{path} {source}", path = path.display())]
    Cifar {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        source: CifarError,
    },
    /// The data embedded in the program cannot be unpacked.
    #[error("the embedded data of {name} is damaged; install the program again")]
    Embedded {
        /// The data set.
        name: &'static str,
    },
    /// A test file has a class that no sample of the training file has.
    #[error("{path} has the class \"{class}\" in {unit} {at}, which no sample of {training} has", path = path.display(), training = training.display())]
    TestClass {
        /// The test file.
        path: PathBuf,
        /// The class.
        class: String,
        /// What is counted: lines or samples.
        unit: &'static str,
        /// Where the first of them is, from 1.
        at: u64,
        /// The training file.
        training: PathBuf,
    },
    /// The rows cannot be divided as asked.
    #[error("{name} cannot be split: {source}")]
    Split {
        /// The data set.
        name: String,
        /// Why.
        source: SplitError,
    },
}

impl DataError {
    /// A file or folder that the system does not let read.
    pub(crate) fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }
}
