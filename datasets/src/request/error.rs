//! What cannot be asked for.

use crate::kind::Task;

/// The most rows a synthetic set is made with.
pub const MOST_ROWS: usize = 10_000_000;

/// Requests that cannot be fulfilled, whatever the files hold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The data set is for another task.
    #[error("{name} is for {known}, not for {asked}")]
    Task {
        /// The data set.
        name: String,
        /// What it is for.
        known: Task,
        /// What was asked for.
        asked: Task,
    },
    /// A flag of synthetic data with a set that is not.
    #[error("{flag} is for synthetic data ({synthetic}), and {name} is not made but read")]
    NotSynthetic {
        /// The flag.
        flag: &'static str,
        /// The data set.
        name: String,
        /// The names of the synthetic sets.
        synthetic: String,
    },
    /// Places on a line for a set that is no function.
    #[error("--points is for functions ({functions}), and {name} is none")]
    NoFunction {
        /// The data set.
        name: String,
        /// The names of those that are.
        functions: String,
    },
    /// Too few or too many rows.
    #[error("--n {0}: a synthetic set has 1 to {MOST_ROWS} rows")]
    Rows(usize),
    /// No standard deviation.
    #[error("--noise {0}: noise is a standard deviation, at least 0 and finite")]
    Noise(f64),
    /// The data set has no such target.
    #[error("--target {target}: {name} has no such target; it has {known}")]
    Target {
        /// The data set.
        name: String,
        /// The target asked for.
        target: String,
        /// Those it has.
        known: String,
    },
    /// Rows are to be weighed that have no further columns.
    #[error("--sample-weight {column} names a column of a CSV file, and {name} is none")]
    SampleWeight {
        /// The data set.
        name: String,
        /// The column asked for.
        column: String,
    },
    /// A target is named more than once.
    #[error("--target names {0} twice")]
    Twice(String),
    /// A test file beside data that is not one's own.
    #[error(
        "--test {test}: {name} is no csv:FILE, parquet:FILE, npz:FILE or images:DIR, beside which there could be another"
    )]
    NoTestFile {
        /// The file.
        test: String,
        /// The data set.
        name: String,
    },
    /// A test file beside data that has a test part.
    #[error("--test {test}: {name} has a test part of its own")]
    TwoTestParts {
        /// The file.
        test: String,
        /// The data set.
        name: String,
    },
    /// Groups of data that is no table of one's own.
    #[error(
        "--group {group}: {name} is no csv:FILE or parquet:FILE, whose columns could name groups"
    )]
    NoGroups {
        /// The column.
        group: String,
        /// The data set.
        name: String,
    },
    /// An option of reading for data that is not read in that way.
    #[error("{flag} is for {kind}, and {name} is none")]
    OfOtherData {
        /// The flag.
        flag: &'static str,
        /// What it is for.
        kind: &'static str,
        /// The data set.
        name: String,
    },
    /// The column of groups is to be predicted.
    #[error("--group {0}: the column is to be predicted; name another with --target")]
    GroupIsTarget(String),
    /// More than one target for classification.
    #[error("--target {0}: classification has one target")]
    OneTarget(String),
}
