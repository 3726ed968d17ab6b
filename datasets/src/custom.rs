//! Data of your own: a table, arrays, a folder of pictures.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Rows;

use crate::dataset::Dataset;
use crate::error::DataError;
use crate::kind::Task;
use crate::npy::{self, read_npz};
use crate::pictures::{self, read_pictures};
use crate::split::TestSplit;
use crate::table::read_csv;

/// Data of your own.
///
/// | written | holds |
/// |---|---|
/// | `csv:FILE` | a table, its columns named in the first line; separated by commas, semicolons or tabs |
/// | `npz:FILE` | NumPy's arrays `x` and `y`, or `x_train`, `y_train`, `x_test` and `y_test` |
/// | `images:FOLDER` | a folder of PNG or JPEG files for each class; or `train` and `test` with such folders |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custom {
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Csv,
    Npz,
    Images,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Npz => "npz",
            Self::Images => "images",
        }
    }
}

impl Custom {
    /// From `KIND:PATH`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, path) = text.split_once(':')?;
        let kinds = [Kind::Csv, Kind::Npz, Kind::Images];
        let kind = kinds.into_iter().find(|kind| kind.name() == name)?;
        let path = PathBuf::from(path);
        (!path.as_os_str().is_empty()).then_some(Self { kind, path })
    }

    /// The file or folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn tasks(&self) -> &'static [Task] {
        match self.kind {
            Kind::Csv | Kind::Npz => &[Task::Classification, Task::Regression],
            Kind::Images => &[Task::Classification],
        }
    }

    pub(crate) fn known_targets(&self) -> Option<&'static [&'static str]> {
        match self.kind {
            Kind::Csv | Kind::Npz => None,
            Kind::Images => Some(&["class"]),
        }
    }

    pub(crate) fn short_name(&self) -> String {
        let name = match self.kind {
            Kind::Csv | Kind::Npz => self.path.file_stem(),
            Kind::Images => self.path.file_name(),
        };
        match name {
            Some(name) => name.to_string_lossy().into_owned(),
            None => self.kind.name().into(),
        }
    }

    pub(crate) fn default_split(&self) -> TestSplit {
        match self.kind {
            Kind::Csv => TestSplit::Fraction(0.2),
            Kind::Npz => npy::default_split(&self.path),
            Kind::Images => pictures::default_split(&self.path),
        }
    }

    pub(crate) fn load(&self, task: Task, targets: &[String]) -> Result<Dataset, DataError> {
        let (contents, names) = match self.kind {
            Kind::Csv => read_csv(&self.path)?.contents(task, targets)?,
            Kind::Npz => read_npz(&self.path, task, targets)?,
            Kind::Images => (read_pictures(&self.path)?, vec!["class".into()]),
        };
        let mut provenance = format!("read from {}", self.path.display());
        if self.kind == Kind::Csv {
            let chosen = if targets.is_empty() {
                ", the last column"
            } else {
                ""
            };
            provenance += &format!("; predicts {}{chosen}", names.join(", "));
        }
        Ok(contents.into_dataset(self.to_string(), names, provenance))
    }
}

impl fmt::Display for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.path.display())
    }
}

/// The rows of a CSV file as a model reads them that was trained on `columns`: the names in
/// [`InputKind::Table`](crate::InputKind::Table). Other columns are left out, so that targets may be there or not.
///
/// # Errors
/// If the file is no table, one of the columns is not there, or a column of text has one that the model does not know.
pub fn read_inputs(path: &Path, columns: &[String]) -> Result<Rows, DataError> {
    read_csv(path)?.inputs_for(columns)
}
