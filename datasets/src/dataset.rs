//! A loaded data set.

use std::ops::Range;

use crate::samples::{Part, Samples};
use crate::targets::Targets;

use crate::error::DataError;
use crate::kind::{InputKind, Task};
use crate::split::{Division, Split, SplitError, TestSplit};
use crate::table::Description;

/// A data set: all its rows, and what is known about them.
#[derive(Clone, Debug)]
pub struct Dataset {
    /// The name it was asked for by.
    pub name: String,
    /// All rows, those of the official parts one after the other.
    pub part: Part,
    /// The targets without their noise, where they are known: see [`Synthetic`](crate::Synthetic).
    pub noiseless: Option<Targets>,
    /// The rows that the publishers train on; all of them where there is no official test part.
    pub official_train: Range<u32>,
    /// The rows that the publishers test on.
    pub official_test: Option<Range<u32>>,
    /// The rows that the publishers validate on: some of [`official_train`](Self::official_train).
    pub official_validation: Option<Range<u32>>,
    /// Kind of an input row.
    pub input: InputKind,
    /// The names of the classes; empty for regression.
    pub class_names: Vec<String>,
    /// The names of the targets.
    pub target_names: Vec<String>,
    /// One line: source, licence and where it was read from.
    pub provenance: String,
    /// Notes for its user, a sentence each.
    pub notes: Vec<String>,
    /// Kinds of the columns of a file.
    pub description: Option<Description>,
}

impl Dataset {
    /// Task: what is to be predicted.
    pub fn task(&self) -> Task {
        match self.part.targets.unweighted() {
            Targets::Classes { .. } => Task::Classification,
            _ => Task::Regression,
        }
    }

    /// Number of rows in all.
    pub fn len(&self) -> usize {
        self.part.inputs.len()
    }

    /// Checks whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows to train on and, held out, those to test on. A fraction pools all rows and holds out that share,
    /// stratified for classes; the seed moves which. In order, the last rows of all are held out.
    ///
    /// # Errors
    /// If there is no official test part, or the rows cannot be divided so.
    pub fn partition(&self, by: TestSplit, seed: u64) -> Result<Split, DataError> {
        let official = self
            .official_test
            .as_ref()
            .map(|test| (&self.official_train, test));
        partition(
            &self.name,
            &self.part.targets,
            official,
            by,
            &by.into(),
            seed,
        )
    }

    /// All rows as samples.
    pub fn samples(&self) -> Samples {
        Samples::new(self.part.inputs.clone(), self.part.targets.clone())
    }

    /// The training and the test samples of [`partition`](Self::partition): `split(0.2, seed)` tests on a fifth of all
    /// rows, `split(TestSplit::Official, seed)` on the official part.
    ///
    /// # Errors
    /// As [`partition`](Self::partition).
    pub fn split(
        &self,
        by: impl Into<TestSplit>,
        seed: u64,
    ) -> Result<(Samples, Samples), DataError> {
        let Split { train, test } = self.partition(by.into(), seed)?;
        let all = self.samples();
        Ok((all.with_rows(train), all.with_rows(test)))
    }
}

/// The training and the test rows among those that have `targets`; the official ones are given.
pub(crate) fn partition(
    name: &str,
    targets: &Targets,
    official: Option<(&Range<u32>, &Range<u32>)>,
    by: TestSplit,
    division: &Division,
    seed: u64,
) -> Result<Split, DataError> {
    let cannot = |source| DataError::Split {
        name: name.to_owned(),
        source,
    };
    match by.fraction() {
        None => match official {
            Some((train, test)) => Ok(Split {
                train: train.clone().collect(),
                test: test.clone().collect(),
            }),
            None => Err(cannot(SplitError::NoOfficialTest)),
        },
        Some(fraction) => {
            // As many rows as fit into a `u32` index: `Rows` holds no more.
            let all: Vec<u32> = (0..targets.len() as u32).collect();
            let parts = division.split(targets, &all, fraction, seed, "test");
            parts.map_err(cannot)
        }
    }
}
