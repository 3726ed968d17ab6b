//! Rows divided into parts, always as lists of row indices.
//!
//! Where the targets are classes, every part gets its share of each class. What is drawn depends on the seed, the
//! purpose and the rows alone. The indices of a part stay in the order in which they were given. Rows that follow each
//! other in time, or belong together in groups, are divided by a [`Division`].

mod apportion;
mod division;

use std::fmt;
use std::str::FromStr;

use crate::Targets;
use autograd::random::{Stream, stream};

use crate::shuffle::shuffle;
use apportion::apportion;
pub use division::Division;

/// Rows in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// The rows to learn from.
    pub train: Vec<u32>,
    /// The rows kept aside: to test, or to validate.
    pub test: Vec<u32>,
}

/// Reason why rows cannot be divided as asked.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SplitError {
    /// There is no official test part.
    #[error("it has no official test part; give the fraction of rows to hold out")]
    NoOfficialTest,
    /// Not a share.
    #[error("{0} is no fraction of the rows; it must be at least 0 and below 1")]
    Fraction(f64),
    /// Fewer than two rows.
    #[error("two parts need two rows, and there are {0}")]
    TooFewRows(usize),
    /// No class has two rows.
    #[error("each of its {0} classes has a single row, so none can be on both sides")]
    SingleRows(usize),
    /// Fewer than two groups.
    #[error("two parts need two groups of rows, and there are {0}")]
    TooFewGroups(usize),
    /// Not that many folds one after the other.
    #[error("{rows} rows in their order make 2 to {} folds with rows before each, not {folds}", rows.saturating_sub(1))]
    Blocks {
        /// How many folds were asked for.
        folds: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// Not that many folds of groups.
    #[error("{groups} groups of rows make 2 to {groups} folds, not {folds}")]
    FoldsOfGroups {
        /// How many folds were asked for.
        folds: usize,
        /// How many groups there are.
        groups: usize,
    },
    /// Not that many folds.
    #[error("{rows} rows make 2 to {rows} folds, not {folds}")]
    Folds {
        /// How many folds were asked for.
        folds: usize,
        /// How many rows there are.
        rows: usize,
    },
}

/// Choice of the rows to test on (`--split`).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TestSplit {
    /// The part that the publishers test on.
    Official,
    /// This share of all rows, official training and test part together; above 0 and below 1.
    Fraction(f64),
    /// The last rows in their order, this share of all; [`USUAL_FRACTION`] where none is given.
    Ordered(Option<f64>),
}

/// The share of rows to test on where nobody says another.
pub const USUAL_FRACTION: f64 = 0.2;

impl TestSplit {
    /// The share of all rows that is held out; `None` for an official part.
    pub fn fraction(self) -> Option<f64> {
        match self {
            Self::Official => None,
            Self::Fraction(fraction) => Some(fraction),
            Self::Ordered(fraction) => Some(fraction.unwrap_or(USUAL_FRACTION)),
        }
    }

    /// Checks whether rows stay in their order.
    pub fn is_ordered(self) -> bool {
        matches!(self, Self::Ordered(_))
    }
}

impl From<f64> for TestSplit {
    fn from(fraction: f64) -> Self {
        Self::Fraction(fraction)
    }
}

/// Neither `official`, `ordered` nor a fraction.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is none of official, ordered, ordered:X, X, where X is a fraction above 0 and below 1"
)]
pub struct NoTestSplit(pub String);

impl FromStr for TestSplit {
    type Err = NoTestSplit;
    fn from_str(text: &str) -> Result<Self, NoTestSplit> {
        let fraction = |share: &str| match share.parse::<f64>() {
            Ok(fraction) if fraction > 0.0 && fraction < 1.0 => Ok(fraction),
            _ => Err(NoTestSplit(text.into())),
        };
        match (text, text.strip_prefix("ordered:")) {
            ("official", _) => Ok(Self::Official),
            ("ordered", _) => Ok(Self::Ordered(None)),
            (_, Some(share)) => Ok(Self::Ordered(Some(fraction(share)?))),
            (share, None) => Ok(Self::Fraction(fraction(share)?)),
        }
    }
}

impl fmt::Display for TestSplit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Official => f.write_str("official"),
            Self::Fraction(fraction) => fraction.fmt(f),
            Self::Ordered(None) => f.write_str("ordered"),
            Self::Ordered(Some(fraction)) => write!(f, "ordered:{fraction}"),
        }
    }
}

/// Holds out a share of `rows`.
///
/// With n rows, `n·fraction` of them are held out, rounded to the nearest whole number (halves up), but at least one and
/// not all; a fraction of 0 holds out none. Values are drawn at random. Classes get of that number what is proportional
/// to their rows, rounded down, and what is left goes to the largest remainders (the lower class among equals). A class
/// keeps a row on the side that learns: one with a single row is never held out, and fewer rows are held out than asked
/// if there are only such left. Where as many rows are held out as there are classes with two rows or more, each of these
/// has a row on both sides.
///
/// `purpose` tells apart draws with the same seed.
///
/// # Errors
/// If the fraction is not in `0.0..1.0`, there are fewer than two rows, or no class has two.
///
/// # Panics
/// If a row has no target.
#[track_caller]
pub fn split(
    targets: &Targets,
    rows: &[u32],
    fraction: f64,
    seed: u64,
    purpose: &str,
) -> Result<Split, SplitError> {
    let total = held_out(rows.len(), fraction)?;
    if total == 0 {
        return Ok(Split {
            train: rows.to_vec(),
            test: Vec::new(),
        });
    }
    let held = drawn(targets, rows, (total, 1), seed, purpose);
    if !held.contains(&true) {
        return Err(SplitError::SingleRows(rows.len()));
    }
    Ok(divide(rows, |position| held[position]))
}

/// How many of n are held out: none for a fraction of 0, else at least one and not all.
fn held_out(n: usize, fraction: f64) -> Result<usize, SplitError> {
    match fraction {
        0.0 => Ok(0),
        _ if !(0.0..1.0).contains(&fraction) => Err(SplitError::Fraction(fraction)),
        _ if n < 2 => Err(SplitError::TooFewRows(n)),
        _ => Ok(((n as f64 * fraction).round() as usize).clamp(1, n - 1)),
    }
}

/// Draws `n` of the rows, in their order, classes in proportion by largest remainders; all of them where there are no more.
/// A class with two rows or more has one among them where there is room.
///
/// `purpose` tells apart draws with the same seed.
///
/// # Panics
/// If a row has no target.
#[track_caller]
pub fn sample(targets: &Targets, rows: &[u32], n: usize, seed: u64, purpose: &str) -> Vec<u32> {
    if n >= rows.len() {
        return rows.to_vec();
    }
    let held = drawn(targets, rows, (n, 0), seed, purpose);
    divide(rows, |position| held[position]).test
}

/// Which of the rows are drawn: `total` of them, classes in proportion, each of which keeps some.
#[track_caller]
fn drawn(
    targets: &Targets,
    rows: &[u32],
    (total, kept): (usize, usize),
    seed: u64,
    purpose: &str,
) -> Vec<bool> {
    let mut groups = groups(targets, rows);
    let shares = match targets.unweighted() {
        Targets::Classes { .. } => {
            let counts: Vec<usize> = groups.iter().map(Vec::len).collect();
            apportion(&counts, total, kept)
        }
        _ => vec![total],
    };
    let mut held = vec![false; rows.len()];
    for (class, (group, share)) in groups.iter_mut().zip(shares).enumerate() {
        shuffle(group, &mut draws(seed, purpose, class));
        for &position in &group[..share] {
            held[position] = true;
        }
    }
    held
}

/// Divides `rows` into `k` folds; each is held out once.
///
/// The rows of a class are shuffled and dealt one by one to the folds, going on where the class before ended: no two folds
/// differ by more than one row, nor by more than one of any class. A class with fewer rows than folds is missing from
/// some.
///
/// # Errors
/// If `k` is below 2 or above the number of rows.
///
/// # Panics
/// If a row has no target.
#[track_caller]
pub fn folds(
    targets: &Targets,
    rows: &[u32],
    k: usize,
    seed: u64,
    purpose: &str,
) -> Result<Vec<Split>, SplitError> {
    if k < 2 || k > rows.len() {
        return Err(SplitError::Folds {
            folds: k,
            rows: rows.len(),
        });
    }
    let mut fold_of = vec![0; rows.len()];
    let mut dealt = 0;
    for (class, mut group) in groups(targets, rows).into_iter().enumerate() {
        shuffle(&mut group, &mut draws(seed, purpose, class));
        for position in group {
            fold_of[position] = dealt % k;
            dealt += 1;
        }
    }
    Ok((0..k)
        .map(|fold| divide(rows, |position| fold_of[position] == fold))
        .collect())
}

/// The stream that shuffles a class. Splits have streams of their own: no other purpose begins with `split/`.
fn draws(seed: u64, purpose: &str, class: usize) -> Stream {
    stream(seed, &format!("split/{purpose}"), 0, class as u64)
}

/// The positions of the rows of each class in the list of rows; values are one group.
#[track_caller]
fn groups(targets: &Targets, rows: &[u32]) -> Vec<Vec<usize>> {
    for &row in rows {
        assert!(
            (row as usize) < targets.len(),
            "split: row {row} of {} rows",
            targets.len()
        );
    }
    let Targets::Classes { labels, classes } = targets.unweighted() else {
        return vec![(0..rows.len()).collect()];
    };
    let mut groups = vec![Vec::new(); *classes];
    for (position, &row) in rows.iter().enumerate() {
        groups[labels[row as usize] as usize].push(position);
    }
    groups
}

fn divide(rows: &[u32], held: impl Fn(usize) -> bool) -> Split {
    let mut split = Split {
        train: Vec::new(),
        test: Vec::new(),
    };
    for (position, &row) in rows.iter().enumerate() {
        if held(position) {
            split.test.push(row);
        } else {
            split.train.push(row);
        }
    }
    split
}

#[cfg(test)]
mod tests;
