//! How a data set is declared.

mod load;

use std::ops::Range;
use std::path::PathBuf;

use crate::dataset::Dataset;
use crate::download::Remote;
use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::place::Place;
use crate::samples::Part;
use crate::split::TestSplit;
use crate::table::Description;

/// A data set with a name: everything that is known about it before it is read, and how to read it.
pub struct Source {
    /// Name on the command line.
    pub name: &'static str,
    /// A few words for a list: rows, shape, classes.
    pub summary: &'static str,
    /// Tasks: what can be predicted, the usual first.
    pub tasks: &'static [Task],
    /// The names of the targets: of the one that has the classes, or of the numbers.
    pub targets: &'static [&'static str],
    /// Who made it, and where it was published.
    pub origin: &'static str,
    /// The terms it may be used under.
    pub license: &'static str,
    /// Choice of the test rows unless somebody says otherwise.
    pub split: TestSplit,
    /// The files it may be read from. The first layout of which a place holds every file is taken; none at all if it is
    /// embedded.
    pub layouts: &'static [Layout],
    /// Files to download if no place holds it. Together these files make up a layout.
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
    /// Place where they are.
    pub place: Place,
    /// Number of its layout.
    pub layout: usize,
    /// The name each file has there, in the layout's order.
    pub names: Vec<&'static str>,
    /// Addresses that they have just been downloaded from; empty if they were there.
    pub downloaded_from: Vec<String>,
}

impl Found {
    /// The path of the layout's file `i`.
    pub fn path(&self, i: usize) -> PathBuf {
        self.place.folder().join(self.names[i])
    }

    /// Says where they were read from and downloaded from.
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

/// Result of reading a data set.
pub struct Contents {
    /// All rows, those of the official parts one after the other.
    pub part: Part,
    /// The rows of the official test part.
    pub official_test: Option<Range<u32>>,
    /// The rows of an official validation part, just before the test part.
    pub official_validation: Option<Range<u32>>,
    /// Kind of an input row.
    pub input: InputKind,
    /// The names of the classes; empty for regression.
    pub class_names: Vec<String>,
    /// Notes for its user, a sentence each.
    pub notes: Vec<String>,
    /// Kinds of the columns of a file.
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
