//! How a data set is declared.

use std::ops::Range;
use std::path::PathBuf;

use crate::dataset::{Dataset, InputKind, Part, Task};
use crate::download::Remote;
use crate::error::DataError;
use crate::finder::{Finder, Place};
use crate::split::TestSplit;

/// A data set with a name: everything that is known about it before it is read, and how to read it.
pub struct Source {
    /// What it is called on the command line.
    pub name: &'static str,
    /// A few words for a list: rows, shape, classes.
    pub summary: &'static str,
    /// What is to be predicted.
    pub task: Task,
    /// Who made it, and where it was published.
    pub origin: &'static str,
    /// The terms it may be used under.
    pub licence: &'static str,
    /// How test rows are chosen unless somebody says otherwise.
    pub split: TestSplit,
    /// The files it may be read from. The first layout of which a place holds every file is taken; none at all if it is
    /// embedded.
    pub layouts: &'static [Layout],
    /// What is downloaded if no place holds it. Together these files make up a layout.
    pub downloads: &'static [Remote],
    /// Reads it from the files found.
    pub read: fn(&Found) -> Result<Contents, DataError>,
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
    /// What an input row is.
    pub input: InputKind,
    /// The names of the classes; empty for regression.
    pub class_names: Vec<String>,
    /// The names of the targets.
    pub target_names: Vec<String>,
}

impl Source {
    /// Finds it, downloads it if need be, and reads it.
    ///
    /// # Errors
    /// If it cannot be found, downloaded or understood.
    pub fn load(&self, finder: &Finder) -> Result<Dataset, DataError> {
        let found = finder.find(self)?;
        let contents = (self.read)(&found)?;
        // `Rows` holds no more rows than a `u32` index can count.
        let rows = contents.part.inputs.len() as u32;
        let train_end = contents.official_test.as_ref().map_or(rows, |t| t.start);
        Ok(Dataset {
            name: self.name.into(),
            part: contents.part,
            official_train: 0..train_end,
            official_test: contents.official_test,
            input: contents.input,
            class_names: contents.class_names,
            target_names: contents.target_names,
            provenance: format!(
                "{}: {}; licence: {}; {}",
                self.name,
                self.origin,
                self.licence,
                found.describe()
            ),
        })
    }
}
