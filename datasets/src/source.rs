//! How a data set is declared.

use std::ops::Range;
use std::path::PathBuf;

use crate::{Rows, Targets};

use crate::dataset::Dataset;
use crate::download::Remote;
use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::resolver::{Place, Resolver};
use crate::samples::Part;
use crate::split::TestSplit;
use crate::table::Description;

/// A data set with a name: everything that is known about it before it is read, and how to read it.
pub struct Source {
    /// What it is called on the command line.
    pub name: &'static str,
    /// A few words for a list: rows, shape, classes.
    pub summary: &'static str,
    /// What can be predicted, the usual first.
    pub tasks: &'static [Task],
    /// The names of the targets: of the one that has the classes, or of the numbers.
    pub targets: &'static [&'static str],
    /// Who made it, and where it was published.
    pub origin: &'static str,
    /// The terms it may be used under.
    pub license: &'static str,
    /// How test rows are chosen unless somebody says otherwise.
    pub split: TestSplit,
    /// The files it may be read from. The first layout of which a place holds every file is taken; none at all if it is
    /// embedded.
    pub layouts: &'static [Layout],
    /// What is downloaded if no place holds it. Together these files make up a layout.
    pub downloads: &'static [Remote],
    /// Reads it from the files found, for one of its tasks.
    pub read: fn(&Found, Task) -> Result<Contents, DataError>,
}

/// Files that make up a data set together.
pub struct Layout {
    /// Every one of them is needed.
    pub files: &'static [DataFile],
}

/// One file, under the names it is known by.
pub struct DataFile {
    /// Paths below the data folder, separated by `/`; the first that exists is taken.
    pub names: &'static [&'static str],
}

/// The files of a data set, found in one place.
#[derive(Debug)]
pub struct Found {
    /// Where they are.
    pub place: Place,
    /// Which of the layouts it is.
    pub layout: usize,
    /// The name each file has there, in the layout's order.
    pub names: Vec<&'static str>,
    /// Where they have just been downloaded from; empty if they were there.
    pub downloaded_from: Vec<String>,
}

impl Found {
    /// The path of the layout's file `i`.
    pub fn path(&self, i: usize) -> PathBuf {
        self.place.folder().join(self.names[i])
    }

    fn describe(&self) -> String {
        if self.names.is_empty() {
            return "embedded in the program".into();
        }
        let read = format!("read from {}: {}", self.place, self.names.join(", "));
        if self.downloaded_from.is_empty() {
            return read;
        }
        format!(
            "{read}; downloaded from {}",
            self.downloaded_from.join(", ")
        )
    }
}

/// What reading a data set gives.
pub struct Contents {
    /// All rows, those of the official parts one after the other.
    pub part: Part,
    /// The rows of the official test part.
    pub official_test: Option<Range<u32>>,
    /// The rows of an official validation part, just before the test part.
    pub official_validation: Option<Range<u32>>,
    /// What an input row is.
    pub input: InputKind,
    /// The names of the classes; empty for regression.
    pub class_names: Vec<String>,
    /// What its user should know, a sentence each.
    pub notes: Vec<String>,
    /// What the columns of a file were taken for.
    pub description: Option<Description>,
}

impl Contents {
    /// Rows without an official test part, names of classes or notes.
    pub fn new(part: Part, input: InputKind) -> Self {
        Self {
            part,
            official_test: None,
            official_validation: None,
            input,
            class_names: Vec::new(),
            notes: Vec::new(),
            description: None,
        }
    }

    /// The data set of that name, with these targets.
    pub(crate) fn into_dataset(
        self,
        name: String,
        target_names: Vec<String>,
        provenance: String,
    ) -> Dataset {
        // `Rows` holds no more rows than a `u32` index can count.
        let rows = self.part.inputs.len() as u32;
        let train_end = self.official_test.as_ref().map_or(rows, |t| t.start);
        Dataset {
            name,
            part: self.part,
            noiseless: None,
            official_train: 0..train_end,
            official_test: self.official_test,
            official_validation: self.official_validation,
            input: self.input,
            class_names: self.class_names,
            target_names,
            provenance,
            notes: self.notes,
            description: self.description,
        }
    }
}

impl Source {
    /// Finds it, downloads it if need be, and reads it for one of its tasks.
    ///
    /// Of several numbers to predict, those named in `targets` are kept, in that order; all of them if none is named.
    ///
    /// # Errors
    /// If it cannot be found, downloaded or understood.
    ///
    /// # Panics
    /// If it has no such task or target.
    pub fn load(
        &self,
        task: Task,
        targets: &[String],
        resolver: &Resolver,
    ) -> Result<Dataset, DataError> {
        assert!(
            self.tasks.contains(&task),
            "{} is not for {task}",
            self.name
        );
        let found = resolver.find(self)?;
        let mut contents = (self.read)(&found, task)?;
        let mut target_names: Vec<String> = self.targets.iter().map(|t| t.to_string()).collect();
        if !targets.is_empty() {
            let place = |target: &String| {
                let place = target_names.iter().position(|name| name == target);
                place.unwrap_or_else(|| panic!("{} has no target {target}", self.name))
            };
            let places: Vec<usize> = targets.iter().map(place).collect();
            if let Targets::Values(values) = &contents.part.targets {
                contents.part.targets = Targets::Values(columns(values, &places));
            }
            target_names = targets.to_vec();
        }
        let provenance = format!(
            "{}: {}; licence: {}; {}",
            self.name,
            self.origin,
            self.license,
            found.describe()
        );
        Ok(contents.into_dataset(self.name.into(), target_names, provenance))
    }
}

/// The chosen columns of rows without a map.
fn columns(rows: &Rows, places: &[usize]) -> Rows {
    let cells: Vec<f64> = (0..rows.len())
        .flat_map(|i| {
            let row = rows.row(i);
            places.iter().map(move |&j| row[j])
        })
        .collect();
    Rows::reals64(&[places.len()], cells)
}
