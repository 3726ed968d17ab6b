//! Which data set is meant.

mod error;

use std::fmt;
use std::str::FromStr;

use crate::custom::Custom;
use crate::kind::Task;
use crate::sets::{Synthetic, sources, synthetic};
use crate::source::Source;
use crate::split::TestSplit;
pub use error::UnknownData;

/// A data set as it is named (`--data`).
#[derive(Clone)]
#[non_exhaustive]
pub enum Spec {
    /// One that has been published under a name.
    Named(&'static Source),
    /// One that is made.
    Synthetic(&'static Synthetic),
    /// One of your own.
    Custom(Custom),
}

impl Spec {
    /// Tasks: what can be predicted, the usual first; there is always one.
    pub fn tasks(&self) -> &'static [Task] {
        match self {
            Self::Named(source) => source.tasks,
            Self::Synthetic(set) => set.tasks(),
            Self::Custom(custom) => custom.tasks(),
        }
    }

    /// A short name, fit for a folder: for a file of your own, its name without its folder and ending.
    pub fn short_name(&self) -> String {
        match self {
            Self::Custom(custom) => custom.short_name(),
            _ => self.to_string(),
        }
    }

    /// Choice of the test rows unless somebody says otherwise. Data of your own is looked into for a test part.
    pub fn default_split(&self) -> TestSplit {
        match self {
            Self::Named(source) => source.split,
            Self::Synthetic(_) => TestSplit::Fraction(0.2),
            Self::Custom(custom) => custom.default_split(),
        }
    }

    /// The names of the targets, if they are known before anything is read.
    pub(crate) fn known_targets(&self) -> Option<&'static [&'static str]> {
        match self {
            Self::Named(source) => Some(source.targets),
            Self::Synthetic(set) => Some(set.targets()),
            Self::Custom(custom) => custom.known_targets(),
        }
    }
}

/// The names of the sets that have one.
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
        let custom = Custom::parse(text).map(Self::Custom);
        custom.ok_or_else(|| UnknownData {
            name: text.into(),
            known: names(),
        })
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(source) => f.write_str(source.name),
            Self::Synthetic(set) => f.write_str(set.name),
            Self::Custom(custom) => custom.fmt(f),
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
            format!(
                "there is no data set \"emnist\"; there are {}, and csv:FILE, parquet:FILE, npz:FILE, images:FOLDER for your own",
                names()
            )
        );
        assert!(names().contains("digits, iris") && names().ends_with("circles, moons"));
    }

    #[test]
    fn files_of_your_own_are_read_and_written() {
        for (text, short) in [
            ("csv:a/b.c.csv", "b.c"),
            ("parquet:x.parquet", "x"),
            ("npz:x.npz", "x"),
            ("images:flowers/", "flowers"),
        ] {
            let spec: Spec = text.parse().unwrap();
            assert_eq!(
                (spec.to_string(), spec.short_name()),
                (text.into(), short.into())
            );
        }
        for wrong in ["csv:", "a.csv", "tsv:a", "npz:"] {
            let error = wrong.parse::<Spec>().unwrap_err();
            assert_eq!((error.name, error.known), (wrong.into(), names()));
        }
    }
}
