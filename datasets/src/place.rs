//! Folders that data is looked for in.

use std::fmt;
use std::path::{Path, PathBuf};

/// A folder that data is looked for in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The data folder that was given.
    DataDir(PathBuf),
    /// The folder that `GRADUS_DATA` names.
    GradusData(PathBuf),
    /// The user's cache.
    Cache(PathBuf),
    /// The program itself.
    Embedded,
}

impl Place {
    /// The folder; an empty path for the program itself.
    pub fn folder(&self) -> &Path {
        match self {
            Self::DataDir(path) | Self::GradusData(path) | Self::Cache(path) => path,
            Self::Embedded => Path::new(""),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let folder = self.folder().display();
        match self {
            Self::DataDir(_) => write!(f, "the data folder {folder}"),
            Self::GradusData(_) => write!(f, "GRADUS_DATA {folder}"),
            Self::Cache(_) => write!(f, "the cache {folder}"),
            Self::Embedded => f.write_str("the program"),
        }
    }
}
