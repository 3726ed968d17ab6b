//! Which data set is meant.

use std::fmt;
use std::str::FromStr;

use crate::dataset::{Dataset, Task};
use crate::error::DataError;
use crate::finder::Finder;
use crate::sets::sources;
use crate::source::Source;
use crate::split::TestSplit;

/// A data set as it is asked for (`--data`).
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Spec {
    /// One that has a name.
    Named(&'static Source),
}

impl Spec {
    /// What is to be predicted.
    pub fn task(&self) -> Task {
        match self {
            Self::Named(source) => source.task,
        }
    }

    /// How test rows are chosen unless somebody says otherwise.
    pub fn default_split(&self) -> TestSplit {
        match self {
            Self::Named(source) => source.split,
        }
    }
}

/// A data set of that name is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no data set \"{0}\"; there are {names}", names = names())]
pub struct UnknownData(pub String);

fn names() -> String {
    let names: Vec<&str> = sources().iter().map(|source| source.name).collect();
    names.join(", ")
}

impl FromStr for Spec {
    type Err = UnknownData;
    fn from_str(text: &str) -> Result<Self, UnknownData> {
        let named = sources().iter().find(|source| source.name == text);
        named
            .map(|source| Self::Named(source))
            .ok_or_else(|| UnknownData(text.into()))
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(source) => f.write_str(source.name),
        }
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({self})")
    }
}

/// Finds a data set, downloads it if need be, and reads it.
///
/// # Errors
/// If it cannot be found, downloaded or understood.
pub fn load(spec: &Spec, finder: &Finder) -> Result<Dataset, DataError> {
    match spec {
        Spec::Named(source) => source.load(finder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        for source in sources() {
            assert_eq!(
                source.name.parse::<Spec>().unwrap().to_string(),
                source.name
            );
        }
        let wrong = "emnist".parse::<Spec>().unwrap_err().to_string();
        assert_eq!(
            wrong,
            "there is no data set \"emnist\"; there are digits, mnist, fashion-mnist"
        );
    }
}
