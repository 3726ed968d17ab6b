//! A data set as it was read, before anything is fitted.

mod origin;

use std::ops::Range;
use std::sync::Arc;

use crate::dataset::{Dataset, partition};
use crate::error::DataError;
use crate::fingerprint::Fingerprint;
use crate::image_folder::RawImages;
use crate::kind::InputKind;
use crate::reading::ReadOptions;
use crate::samples::Part;
use crate::source::Contents;
use crate::split::{Division, Split, TestSplit};
use crate::table::{Description, Encoder, Predicted, Table};
use crate::targets::Targets;

pub use origin::Origin;

/// A data set as it was read, with missing cells and categories. It is split first, and then encoded as fitted on its
/// training rows alone.
///
/// ```
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("a.csv");
/// # std::fs::write(&path, "age,city,y\n22,Oslo,1\n,Bergen,2\n30,Oslo,3\n26,,4\n")?;
/// use datasets::{Request, Resolver, Task};
///
/// let request = Request::new(format!("csv:{}", path.display()).parse()?, Task::Regression);
/// let raw = datasets::read(&request, &Resolver::default())?;
/// let parts = raw.partition(0.25.into(), 0)?;                    // a part of the rows to test on
/// let (set, encoder) = raw.encode(&[0, 1, 2])?;                  // fitted on the training rows
/// assert_eq!(encoder.unwrap().names(), ["age", "age (missing)", "city=Bergen", "city=Oslo"]);
/// assert_eq!(set.part.inputs.row(1), [26.0, 1.0, 1.0, 0.0]);     // 26 is the median of 22 and 30
/// assert_eq!(parts.test.len(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct RawData {
    set: Set,
    /// Whether the official test part of an encoded set is a file of its own.
    test_file: bool,
}

#[derive(Clone, Debug)]
enum Set {
    /// Nothing in it has to be fitted.
    Encoded(Box<Dataset>),
    Table(Box<RawTable>),
    Images(Box<ImageFolder>),
}

/// A folder of images.
#[derive(Clone, Debug)]
struct ImageFolder {
    name: String,
    provenance: String,
    images: RawImages,
}

/// A table with its targets.
#[derive(Clone, Debug)]
pub(crate) struct RawTable {
    pub(crate) name: String,
    /// Its rows, those of a test file behind them.
    pub(crate) table: Table,
    pub(crate) predicted: Predicted,
    pub(crate) description: Description,
    pub(crate) provenance: String,
    pub(crate) notes: Vec<String>,
    pub(crate) options: ReadOptions,
    /// The group of each row, where rows belong together.
    pub(crate) groups: Option<Arc<[u32]>>,
}

impl From<Dataset> for RawData {
    fn from(set: Dataset) -> Self {
        Self {
            set: Set::Encoded(Box::new(set)),
            test_file: false,
        }
    }
}

impl RawData {
    pub(crate) fn of_table(table: RawTable) -> Self {
        Self {
            set: Set::Table(Box::new(table)),
            test_file: false,
        }
    }

    pub(crate) fn of_images(name: String, provenance: String, images: RawImages) -> Self {
        let folder = ImageFolder {
            name,
            provenance,
            images,
        };
        Self {
            set: Set::Images(Box::new(folder)),
            test_file: false,
        }
    }

    /// The same, its official test part a file of its own or not.
    pub(crate) fn with_test_file(self, test_file: bool) -> Self {
        Self { test_file, ..self }
    }

    /// The first row of a test file.
    fn first_of_test_file(&self, set: &Dataset) -> Option<u32> {
        let test = set.official_test.as_ref().filter(|_| self.test_file);
        test.map(|test| test.start)
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.targets().len()
    }

    /// Checks whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A target for each row.
    pub fn targets(&self) -> &Targets {
        match &self.set {
            Set::Encoded(set) => &set.part.targets,
            Set::Table(raw) => &raw.predicted.targets,
            Set::Images(folder) => &folder.images.targets,
        }
    }

    /// The column that weighs the rows, if one does.
    pub fn sample_weight(&self) -> Option<&str> {
        match &self.set {
            Set::Table(raw) => raw.options.sample_weight.as_deref(),
            Set::Encoded(_) | Set::Images(_) => None,
        }
    }

    /// The rows that the publishers train on.
    pub fn official_train(&self) -> Range<u32> {
        match &self.set {
            Set::Encoded(set) => set.official_train.clone(),
            // `Rows` holds no more rows than a `u32` index can count, and a table neither.
            Set::Table(raw) => 0..raw.table.later_rows().start as u32,
            Set::Images(folder) => folder.official_train(),
        }
    }

    /// Checks whether the test rows come from a file of their own.
    pub fn has_test_file(&self) -> bool {
        match &self.set {
            Set::Encoded(_) => self.test_file,
            Set::Table(raw) => raw.official_test().is_some(),
            Set::Images(folder) => folder.images.fingerprint().test.is_some(),
        }
    }

    /// The training and test rows: see [`Dataset::partition`]; a test file has the test rows however they are asked for.
    ///
    /// # Errors
    /// If there is no official test part, or the rows cannot be divided so.
    pub fn partition(&self, by: TestSplit, seed: u64) -> Result<Split, DataError> {
        // What is left to say beside a test file is how validation samples are chosen.
        let by = if self.has_test_file() {
            TestSplit::Official
        } else {
            by
        };
        match &self.set {
            Set::Encoded(set) => set.partition(by, seed),
            Set::Table(raw) => {
                let (train, test) = (self.official_train(), raw.official_test());
                let official = test.as_ref().map(|test| (&train, test));
                let division = self.division(by);
                partition(
                    &raw.name,
                    &raw.predicted.targets,
                    official,
                    by,
                    &division,
                    seed,
                )
            }
            Set::Images(folder) => {
                let train = folder.official_train();
                let test = folder.images.official_test.as_ref();
                let official = test.map(|test| (&train, test));
                let (name, targets) = (&folder.name, &folder.images.targets);
                partition(name, targets, official, by, &self.division(by), seed)
            }
        }
    }

    /// Division of its rows into parts: in their order, by groups that stay together, or at random.
    pub fn division(&self, by: TestSplit) -> Division {
        match &self.set {
            Set::Table(raw) if !by.is_ordered() => match &raw.groups {
                Some(groups) => Division::Grouped(Arc::clone(groups)),
                None => Division::Stratified,
            },
            _ => by.into(),
        }
    }

    /// The column whose equal cells are groups, where rows belong together.
    pub fn group(&self) -> Option<&str> {
        match &self.set {
            Set::Table(raw) => raw.options.group.as_deref(),
            Set::Encoded(_) | Set::Images(_) => None,
        }
    }

    /// Checks whether what is made of it is learnt from training rows: medians and categories of tables, sizes of images.
    pub fn is_fitted(&self) -> bool {
        !matches!(self.set, Set::Encoded(_))
    }

    /// Kinds of the columns of a table; `None` for data of other kinds.
    pub fn description(&self) -> Option<&Description> {
        match &self.set {
            Set::Encoded(set) => set.description.as_ref(),
            Set::Table(raw) => Some(&raw.description),
            Set::Images(_) => None,
        }
    }

    /// Sentences that its user should know.
    pub fn notes(&self) -> &[String] {
        match &self.set {
            Set::Encoded(set) => &set.notes,
            Set::Table(raw) => &raw.notes,
            Set::Images(folder) => &folder.images.notes,
        }
    }

    /// One line: source, licence and where it was read from.
    pub fn provenance(&self) -> &str {
        match &self.set {
            Set::Encoded(set) => &set.provenance,
            Set::Table(raw) => &raw.provenance,
            Set::Images(folder) => &folder.provenance,
        }
    }

    /// Puts the columns of a table that have these names first, in their order, so that they become the same numbers as in
    /// a file that has them so. Data of other kinds is as it was.
    pub fn arrange(&mut self, columns: &[&str]) {
        if let Set::Table(raw) = &mut self.set {
            let now = raw.table.arrange(columns);
            let predicted = &mut raw.predicted;
            let roles = &mut predicted.roles;
            let others = [&mut roles.weight, &mut roles.group];
            for place in roles.targets.iter_mut().chain(others.into_iter().flatten()) {
                *place = now[*place];
            }
        }
    }

    /// Place of a sample in what it was read from.
    ///
    /// # Panics
    /// If there is no such row.
    pub fn origin(&self, row: u32) -> Origin<'_> {
        match &self.set {
            Set::Encoded(set) => {
                let first = self.first_of_test_file(set);
                let before = first.filter(|first| row >= *first).unwrap_or(0);
                Origin::Sample(u64::from(row - before) + 1)
            }
            Set::Table(raw) => Origin::Line(raw.table.lines()[row as usize]),
            Set::Images(folder) => Origin::File(&folder.images.files[row as usize].0),
        }
    }

    /// The typed columns of a table; `None` for data of other kinds.
    pub fn table(&self) -> Option<&Table> {
        match &self.set {
            Set::Table(raw) => Some(&raw.table),
            Set::Encoded(_) | Set::Images(_) => None,
        }
    }

    /// Hashes of the content, to notice later that it has changed.
    pub fn fingerprint(&self) -> Fingerprint {
        match &self.set {
            Set::Encoded(set) => match self.first_of_test_file(set) {
                None => set.fingerprint(),
                Some(first) => Fingerprint {
                    test: Some(Box::new(set.fingerprint_of(first..set.len() as u32))),
                    ..set.fingerprint_of(0..first)
                },
            },
            Set::Table(raw) => raw.table.fingerprint(),
            Set::Images(folder) => folder.images.fingerprint(),
        }
    }

    /// The data as numbers, with all its rows, and the encoder of a table, which belongs into the file of a model. What
    /// is learnt for that (medians, categories, the size of images) is learnt from the rows `train`; the notes of the set
    /// say what was made of others.
    ///
    /// # Errors
    /// If nothing is left to predict from, or a row cannot be encoded.
    ///
    /// # Panics
    /// If a row of `train` does not exist.
    pub fn encode(&self, train: &[u32]) -> Result<(Dataset, Option<Encoder>), DataError> {
        match &self.set {
            Set::Encoded(set) => Ok(((**set).clone(), None)),
            Set::Table(raw) => {
                let (set, encoder) = raw.encode(Some(train))?;
                Ok((set, Some(encoder)))
            }
            Set::Images(folder) => Ok((folder.encode(train)?, None)),
        }
    }

    /// The data as numbers where no rows are set apart for training: missing cells are refused.
    pub(crate) fn whole(self) -> Result<Dataset, DataError> {
        match self.set {
            Set::Encoded(set) => Ok(*set),
            Set::Table(raw) => Ok(raw.encode(None)?.0),
            Set::Images(folder) => {
                let train: Vec<u32> = folder.official_train().collect();
                folder.encode(&train)
            }
        }
    }
}

impl ImageFolder {
    fn official_train(&self) -> Range<u32> {
        let images = &self.images;
        let all = images.files.len() as u32;
        0..images.official_test.as_ref().map_or(all, |test| test.start)
    }

    fn encode(&self, train: &[u32]) -> Result<Dataset, DataError> {
        let (name, provenance) = (self.name.clone(), self.provenance.clone());
        self.images.encode(train, name, provenance)
    }
}

impl RawTable {
    /// The rows of a test file.
    fn official_test(&self) -> Option<Range<u32>> {
        let later = self.table.later_rows();
        (!later.is_empty()).then_some(later.start as u32..later.end as u32)
    }

    fn encode(&self, train: Option<&[u32]>) -> Result<(Dataset, Encoder), DataError> {
        let fitted = self.table.encoded(&self.predicted, train, &self.options)?;
        let part = Part {
            inputs: fitted.inputs,
            targets: self.predicted.targets.clone(),
        };
        let mut notes = self.notes.clone();
        notes.extend(fitted.warnings);
        let (columns, encoder) = (fitted.columns, fitted.encoder);
        let contents = Contents {
            class_names: self.predicted.class_names.clone(),
            description: Some(self.description.clone()),
            official_test: self.official_test(),
            notes,
            ..Contents::new(part, InputKind::Table { columns })
        };
        let (names, provenance) = (self.predicted.names.clone(), self.provenance.clone());
        Ok((
            contents.into_dataset(self.name.clone(), names, provenance),
            encoder,
        ))
    }
}
