//! Data of your own: a table, arrays, a folder of images.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Rows;

use crate::error::DataError;
use crate::image_folder::{self, read_images};
use crate::kind::Task;
use crate::npy::{self, read_npz};
use crate::raw::{RawData, RawTable};
use crate::reading::{Missing, ReadOptions};
use crate::split::TestSplit;
use crate::table::{
    Needed, Predicted, Table, TableError, TableText, parse, read_csv, read_parquet,
};

/// Data of your own.
///
/// | written | holds |
/// |---|---|
/// | `csv:FILE` | a table, its columns named in the first line; separated by commas, semicolons, tabs or `\|`; packed with gzip or not |
/// | `parquet:FILE` | a table as Parquet, read as the CSV file of the same table would be; with the feature `parquet` |
/// | `npz:FILE` | NumPy's arrays `x` and `y`, or `x_train`, `y_train`, `x_test` and `y_test` |
/// | `images:FOLDER` | a folder of PNG or JPEG files for each class; or `train`, `test` and perhaps `val` with such folders |
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Custom {
    kind: Kind,
    path: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Csv,
    Parquet,
    Npz,
    Images,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
            Self::Npz => "npz",
            Self::Images => "images",
        }
    }
}

impl Custom {
    /// From `KIND:PATH`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (name, path) = text.split_once(':')?;
        let kinds = [Kind::Csv, Kind::Parquet, Kind::Npz, Kind::Images];
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
            Kind::Csv | Kind::Parquet | Kind::Npz => &[Task::Classification, Task::Regression],
            Kind::Images => &[Task::Classification],
        }
    }

    pub(crate) fn known_targets(&self) -> Option<&'static [&'static str]> {
        match self.kind {
            Kind::Csv | Kind::Parquet | Kind::Npz => None,
            Kind::Images => Some(&["class"]),
        }
    }

    pub(crate) fn short_name(&self) -> String {
        let name = match self.kind {
            Kind::Csv | Kind::Parquet | Kind::Npz => self.path.file_stem(),
            Kind::Images => self.path.file_name(),
        };
        match name {
            Some(name) => name.to_string_lossy().into_owned(),
            None => self.kind.name().into(),
        }
    }

    pub(crate) fn default_split(&self) -> TestSplit {
        match self.kind {
            Kind::Csv | Kind::Parquet => TestSplit::Fraction(0.2),
            Kind::Npz => npy::default_split(&self.path),
            Kind::Images => image_folder::default_split(&self.path),
        }
    }

    /// Whether it is a folder of images.
    pub(crate) fn is_images(&self) -> bool {
        self.kind == Kind::Images
    }

    /// Whether it is a table, whose columns have names that may hold commas.
    pub(crate) fn is_table(&self) -> bool {
        matches!(self.kind, Kind::Csv | Kind::Parquet)
    }

    pub(crate) fn read(
        &self,
        task: Task,
        targets: &[String],
        options: &ReadOptions,
    ) -> Result<RawData, DataError> {
        let mut provenance = format!("read from {}", self.path.display());
        if let Some(test) = &options.test {
            provenance += &format!("; test samples read from {}", test.display());
        }
        let (contents, names) = match self.kind {
            Kind::Csv | Kind::Parquet => {
                return self.read_table(task, targets, options, provenance);
            }
            Kind::Npz => read_npz(&self.path, task, targets, options)?,
            Kind::Images => {
                let test = options.test.as_deref();
                let images = read_images(&self.path, options.image_size, test)?;
                return Ok(RawData::of_images(self.to_string(), provenance, images));
            }
        };
        let raw = RawData::from(contents.into_dataset(self.to_string(), names, provenance));
        Ok(raw.with_test_file(options.test.is_some()))
    }

    fn read_table(
        &self,
        task: Task,
        targets: &[String],
        options: &ReadOptions,
        mut provenance: String,
    ) -> Result<RawData, DataError> {
        let mut table = match self.kind {
            Kind::Parquet => read_parquet(&self.path, options)?,
            _ => read_csv(&self.path, options)?,
        };
        let mut notes = Vec::new();
        let roles = table.roles(targets, options)?;
        if options.missing == Missing::Drop {
            let rows = table.len();
            let dropped = table.without_missing(&table.used_places(&roles.no_inputs()));
            if table.is_empty() {
                return Err(table.wrong(TableError::AllMissing));
            }
            if dropped > 0 {
                notes.push(format!(
                    "{dropped} of {rows} rows lack a value and are left out"
                ));
            }
        }
        let mut predicted = table.predicted(task, targets, options)?;
        let chosen = match (targets.is_empty(), roles.weight.or(roles.group)) {
            (true, None) => ", the last column",
            (true, Some(_)) => ", the last of the other columns",
            (false, _) => "",
        };
        provenance += &format!("; predicts {}{chosen}", predicted.names.join(", "));
        if let Some(weight) = &options.sample_weight {
            provenance += &format!("; samples weigh by {weight}");
        }
        // What the file is taken for, it is taken for without the test file.
        notes.extend(table.remarks(&roles.no_inputs()));
        let description = table.describe(&predicted, task == Task::Classification);
        if let Some(test) = &options.test {
            let complete: Vec<usize> = roles.targets.iter().copied().chain(roles.weight).collect();
            let used: Vec<usize> = table
                .used_places(&complete)
                .into_iter()
                .filter(|place| Some(*place) != roles.group)
                .collect();
            let needed = Needed {
                complete: &complete,
                used: &used,
            };
            notes.extend(table.append(test, &needed, options)?);
            predicted = table.predicted(task, targets, options)?;
            self.check_test_classes(&predicted, &table, test)?;
        }
        let groups = roles.group.map(|place| table.groups(place)).transpose()?;
        if let (Some(groups), Some(name)) = (&groups, &options.group) {
            notes.extend(table.shared_groups(name, groups));
        }
        let name = self.to_string();
        Ok(RawData::of_table(RawTable {
            name,
            table,
            predicted,
            description,
            provenance,
            notes,
            options: options.clone(),
            groups,
        }))
    }

    /// Refuses a class of a test file that the training file does not have.
    fn check_test_classes(
        &self,
        predicted: &Predicted,
        table: &Table,
        test: &Path,
    ) -> Result<(), DataError> {
        let later = table.later_rows();
        let new = predicted.targets.new_class(later.start..later.end);
        match new {
            None => Ok(()),
            Some((row, class)) => Err(DataError::TestClass {
                path: test.to_owned(),
                class: predicted.class_names[class as usize].clone(),
                unit: "line",
                at: table.lines()[row],
                training: self.path.clone(),
            }),
        }
    }
}

impl fmt::Display for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind.name(), self.path.display())
    }
}

/// The rows of a CSV file as a model reads them that was trained on `columns`: the names in
/// [`InputKind::Table`](crate::InputKind::Table); and the line in which each begins. Other columns are left out, so that
/// targets may be there or not.
///
/// # Errors
/// If the file is no table, one of the columns is not there, or a column of text has one that the model does not know.
pub fn read_inputs(text: &TableText, columns: &[String]) -> Result<(Rows, Vec<u64>), DataError> {
    let table = parse(text, &ReadOptions::default())?;
    Ok((table.inputs_for(columns)?, table.lines().to_vec()))
}
