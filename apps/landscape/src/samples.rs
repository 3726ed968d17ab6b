//! The samples that a loss is a mean over: a split of a run's data, or some of it.

use std::fmt;
use std::str::FromStr;

use clap::{Args, ValueEnum};
use settings::values::count;

/// Samples that curvature is computed on unless a number is given: some thousand Hessian-vector products on them take
/// about a minute for a small network, where those on all of MNIST take half an hour or more.
pub(crate) const USUAL: usize = 2000;

/// Help of `--samples` where [`USUAL`] are taken.
pub(crate) const USUAL_HELP: &str = "Number of its samples that curvature is computed on, drawn by --seed in proportion \
     to their classes, or all [default: 2000, or all where there are fewer]";

/// A split of a run's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    /// Training samples.
    Train,
    /// Validation samples.
    Validation,
    /// Test samples.
    Test,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}

/// How many samples of a split are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Amount {
    /// All of them.
    All,
    /// So many.
    Exactly(usize),
    /// So many, or all where there are fewer.
    AtMost(usize),
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "all" => Ok(Self::All),
            text => count(text)
                .map(Self::Exactly)
                .map_err(|e| format!("{e}; or all")),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Folders of earlier slices have these words.
            Self::All => f.write_str("every row"),
            Self::Exactly(n) => n.fmt(f),
            Self::AtMost(n) => write!(f, "at most {n}"),
        }
    }
}

/// Samples that the loss is a mean over.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "Samples")]
pub(crate) struct RowFlags {
    /// Split of the run's data
    #[arg(long, value_name = "PART", default_value = "test")]
    pub(crate) split: Split,

    /// Number of its samples, drawn by --seed in proportion to their classes, or all [default: all]
    #[arg(long, value_name = "N")]
    pub(crate) samples: Option<Amount>,
}

impl RowFlags {
    /// How many samples are taken.
    pub(crate) fn amount(&self) -> Amount {
        self.samples.unwrap_or(Amount::All)
    }

    /// The same flags with at most [`USUAL`] samples, unless a number is given.
    pub(crate) fn or_usual(&self) -> Self {
        Self {
            samples: Some(self.samples.unwrap_or(Amount::AtMost(USUAL))),
            ..self.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_the_usual_number() {
        assert!(USUAL_HELP.contains(&format!("[default: {USUAL},")));
    }

    #[test]
    fn an_amount_is_a_number_or_all() {
        assert_eq!("all".parse(), Ok(Amount::All));
        assert_eq!("20".parse(), Ok(Amount::Exactly(20)));
        for wrong in ["0", "-1", "some", "", "1.5"] {
            wrong.parse::<Amount>().unwrap_err();
        }
    }
}
