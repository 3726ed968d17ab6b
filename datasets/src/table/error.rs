//! What can be wrong with a table.

use crate::classes::ClassesError;

use super::{MOST_COLUMNS, MOST_TEXTS};

/// What is wrong with a table; each reads on after the file's name. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// It has no bytes.
    #[error("is empty; a table begins with a line of column names")]
    Empty,
    /// It has a header and no rows.
    #[error("has a line of column names and no rows")]
    NoRows,
    /// Its first line does not end.
    #[error("has a first line of more than {0} bytes, which cannot be a line of column names")]
    Header(usize),
    /// It has too many columns.
    #[error("has {0} columns in line 1; at most {MOST_COLUMNS} are read")]
    Columns(usize),
    /// A column has no name.
    #[error("has no name for column {0} in line 1; every column needs one")]
    NoName(usize),
    /// Two columns have one name.
    #[error("has the name \"{name}\" twice in line 1, for columns {first} and {second}")]
    SameName {
        /// The name.
        name: String,
        /// The first column of that name.
        first: usize,
        /// The second.
        second: usize,
    },
    /// A row has more or fewer cells than the header.
    #[error("has {found} cells in line {line} where {expected} are expected")]
    Ragged {
        /// Where.
        line: u64,
        /// How many cells the row has.
        found: usize,
        /// How many columns there are.
        expected: usize,
    },
    /// It is no text.
    #[error("is not UTF-8 text in line {line}, column {column}; save it as UTF-8")]
    NotUtf8 {
        /// Where.
        line: u64,
        /// The number of the column.
        column: usize,
    },
    /// A cell is missing.
    #[error(
        "has no value in line {line}, column \"{column}\" (it says \"{word}\"); fill it in, or leave out the row or the column"
    )]
    Missing {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        word: String,
    },
    /// A cell is no finite number.
    #[error("has an infinite number in line {line}, column \"{column}\"")]
    Infinite {
        /// Where.
        line: u64,
        /// The column.
        column: String,
    },
    /// A column has text and numbers.
    #[error(
        "has the text \"{text}\" in line {line}, column \"{column}\", and the number {number} in line {other}; a column holds one or the other"
    )]
    Mixed {
        /// The column.
        column: String,
        /// Where the text stands.
        line: u64,
        /// The text.
        text: String,
        /// Where a number stands.
        other: u64,
        /// The number.
        number: f64,
    },
    /// A column has too many different texts.
    #[error(
        "has more than {MOST_TEXTS} different texts in column \"{column}\" up to line {line}; a name that hardly repeats tells a network nothing: leave the column out"
    )]
    Texts {
        /// Where the first text too many stands.
        line: u64,
        /// The column.
        column: String,
    },
    /// Text makes too many columns.
    #[error("makes {0} columns once its text is one-hot; at most {MOST_COLUMNS} are read")]
    Wide(usize),
    /// It is no spreadsheet.
    #[error("is no spreadsheet that can be read: {0}")]
    Sheet(String),
    /// It is another table than it should be.
    #[error("has the columns {found} instead of {expected}")]
    Names {
        /// The names that are there.
        found: String,
        /// Those that should be.
        expected: String,
    },
    /// A column that should hold numbers holds text.
    #[error("has text in column \"{0}\", which should hold numbers")]
    NotNumbers(String),
    /// A target is not there.
    #[error("has no column \"{target}\" to predict; it has {names}")]
    Target {
        /// The target asked for.
        target: String,
        /// The names of the columns that are there.
        names: String,
    },
    /// A column that a model reads is not there.
    #[error("has no column \"{column}\", which the model reads; it has {names}")]
    Input {
        /// The column.
        column: String,
        /// The names of the columns that are there.
        names: String,
    },
    /// A text is not among those a model knows.
    #[error(
        "has the text \"{text}\" in line {line}, column \"{column}\", which the model has never seen"
    )]
    Unseen {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// The text.
        text: String,
    },
    /// Nothing is left to predict from.
    #[error("has no column left to predict {0} from")]
    NoInputs(String),
    /// Text is to be predicted as a number.
    #[error("has text in column \"{0}\", which is to be predicted as a number")]
    TextTarget(String),
    /// The values of the target are no classes.
    #[error("cannot be classified by column \"{column}\": {source}")]
    Classes {
        /// The column.
        column: String,
        /// Why not.
        source: ClassesError,
    },
    /// It has more rows than can be counted.
    #[error("has {0} rows, more than can be counted")]
    Rows(usize),
    /// There is no room for it.
    #[error("does not fit into memory; there was no room left at line {0}")]
    Memory(u64),
}
