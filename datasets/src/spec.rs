//! Which data set is meant.

use std::fmt;
use std::str::FromStr;

use crate::dataset::Task;
use crate::sets::{Synthetic, sources, synthetic};
use crate::source::Source;
use crate::split::TestSplit;

/// A data set as it is named (`--data`).
#[derive(Clone)]
#[non_exhaustive]
pub enum Spec {
    /// One that has been published under a name.
    Named(&'static Source),
    /// One that is made.
    Synthetic(&'static Synthetic),
}

impl Spec {
    /// What can be predicted, the usual first; there is always one.
    pub fn tasks(&self) -> &'static [Task] {
        match self {
            Self::Named(source) => source.tasks,
            Self::Synthetic(set) => set.tasks(),
        }
    }

    /// How test rows are chosen unless somebody says otherwise.
    pub fn default_split(&self) -> TestSplit {
        match self {
            Self::Named(source) => source.split,
            Self::Synthetic(_) => TestSplit::Fraction(0.2),
        }
    }

    /// The names of the targets, if they are known before anything is read.
    pub(crate) fn known_targets(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::Named(source) => Some(source.targets),
            Self::Synthetic(set) => Some(set.targets()),
        }
    }
}

/// A data set of that name is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no data set \"{0}\"; there are {names}", names = names())]
pub struct UnknownData(pub String);

fn names() -> String {
    let named = sources().iter().map(|source| source.name);
    let made = synthetic().iter().map(|set| set.name);
    let names: Vec<&str> = named.chain(made).collect();
    names.join(", ")
}

impl FromStr for Spec {
    type Err = UnknownData;
    fn from_str(text: &str) -> Result<Self, UnknownData> {
        if let Some(source) = sources().iter().find(|source| source.name == text) {
            return Ok(Self::Named(source));
        }
        if let Some(set) = synthetic().iter().find(|set| set.name == text) {
            return Ok(Self::Synthetic(set));
        }
        Err(UnknownData(text.into()))
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(source) => f.write_str(source.name),
            Self::Synthetic(set) => f.write_str(set.name),
        }
    }
}

impl fmt::Debug for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spec({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written() {
        let named = sources().iter().map(|source| source.name);
        for name in named.chain(synthetic().iter().map(|set| set.name)) {
            assert_eq!(name.parse::<Spec>().unwrap().to_string(), name);
        }
        let wrong = "emnist".parse::<Spec>().unwrap_err().to_string();
        assert_eq!(
            wrong,
            format!("there is no data set \"emnist\"; there are {}", names())
        );
        assert!(wrong.contains("digits, iris") && wrong.ends_with("circles, moons"));
    }
}
