//! A loaded data set.

use std::fmt;
use std::ops::Range;

use autograd::data::{Rows, Targets};

use crate::error::DataError;
use crate::split::{Split, SplitError, TestSplit, split};

/// Rows that belong together: what goes in and what should come out, row by row.
#[derive(Clone, Debug)]
pub struct Part {
    /// What the network sees.
    pub inputs: Rows,
    /// What it should say.
    pub targets: Targets,
}

/// What an input row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputKind {
    /// An image. A row has the shape `[channels, height, width]`.
    Image {
        /// Pixels from top to bottom.
        height: usize,
        /// Pixels from left to right.
        width: usize,
        /// 1 for grey, 3 for red, green and blue.
        channels: usize,
    },
    /// A row of a table. It has the shape `[columns]`.
    Table {
        /// The names of the columns.
        columns: Vec<String>,
    },
}

/// What is to be predicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// One of several classes.
    Classification,
    /// One or more numbers.
    Regression,
}

impl fmt::Display for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
        })
    }
}

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
    /// What an input row is.
    pub input: InputKind,
    /// The names of the classes; empty for regression.
    pub class_names: Vec<String>,
    /// The names of the targets.
    pub target_names: Vec<String>,
    /// One line: source, licence and where it was read from.
    pub provenance: String,
    /// What its user should know, a sentence each.
    pub notes: Vec<String>,
}

impl Dataset {
    /// What is to be predicted.
    pub fn task(&self) -> Task {
        match self.part.targets {
            Targets::Classes { .. } => Task::Classification,
            Targets::Values(_) => Task::Regression,
        }
    }

    /// How many rows there are in all.
    pub fn len(&self) -> usize {
        self.part.inputs.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows to train on and, held out, those to test on. A fraction pools all rows and holds out that share,
    /// stratified for classes; the seed moves which.
    ///
    /// # Errors
    /// If there is no official test part, or the rows cannot be divided so.
    pub fn partition(&self, by: TestSplit, seed: u64) -> Result<Split, DataError> {
        match by {
            TestSplit::Official => match &self.official_test {
                Some(test) => Ok(Split {
                    rest: self.official_train.clone().collect(),
                    held_out: test.clone().collect(),
                }),
                None => Err(self.cannot_split(SplitError::NoOfficialTest)),
            },
            TestSplit::Fraction(fraction) => {
                // As many rows as fit into a `u32` index: `Rows` holds no more.
                let all: Vec<u32> = (0..self.len() as u32).collect();
                split(&self.part.targets, &all, fraction, seed, "test")
                    .map_err(|e| self.cannot_split(e))
            }
        }
    }

    fn cannot_split(&self, source: SplitError) -> DataError {
        DataError::Split {
            name: self.name.clone(),
            source,
        }
    }
}
