//! What can be wrong with a table.

use crate::classes::ClassesError;

use super::limits::{MOST_COLUMNS, MOST_TEXTS};

/// Faults of a table; each reads on after the file's name. Lines and columns count from 1.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TableError {
    /// It has no bytes.
    #[error("is empty; a table begins with a line of column names")]
    Empty,
    /// Every row lacks a value.
    #[error("has a missing value in every row")]
    AllMissing,
    /// It has a header and no rows.
    #[error("has a line of column names and no rows")]
    NoRows,
    /// Its first line does not end.
    #[error("has a first line of more than {0} bytes, which cannot be a line of column names")]
    Header(usize),
    /// It has too many columns.
    #[error("has {0} columns; at most {MOST_COLUMNS} are read")]
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
    /// It is packed, and cannot be unpacked.
    #[error("is compressed with gzip and cannot be unpacked: {0}")]
    Gzip(String),
    /// A line has more cells than a table may have columns.
    #[error("has {count} cells in line {line}; at most {MOST_COLUMNS} are read")]
    Cells {
        /// The line.
        line: u64,
        /// About how many cells: those in quotes count by their separators.
        count: usize,
    },
    /// It unpacks to far more than it is.
    #[error(
        "unpacks from {packed} bytes to more than {most}, 16 times as many and 16 MB; if that is so, unpack it"
    )]
    Bomb {
        /// Its packed size.
        packed: u64,
        /// What it may unpack to.
        most: u64,
    },
    /// It is something else than text.
    #[error("is {what}; {remedy}")]
    Foreign {
        /// What it is.
        what: &'static str,
        /// What to do.
        remedy: &'static str,
    },
    /// A quote is never closed.
    #[error(
        "has a quote in line {line} that is never closed, so that all rows after it are one cell"
    )]
    OpenQuote {
        /// Where the quoted cell begins.
        line: u64,
    },
    /// A quote that was closed in a later line has text behind.
    #[error(
        "has a quote in line {begun} that is not closed there; the next one, in line {line}, is followed by more text"
    )]
    AfterQuote {
        /// Where the next quote is.
        line: u64,
        /// Where the quoted cell begins.
        begun: u64,
    },
    /// Numbers with decimal points and decimal commas.
    #[error(
        "has {point} in line {point_line} and {comma} in line {comma_line} of column \"{column}\"; write all its numbers \
         with a decimal point"
    )]
    BothMarks {
        /// The column.
        column: String,
        /// A number with a decimal point.
        point: String,
        /// Where it stands.
        point_line: u64,
        /// A number with a decimal comma.
        comma: String,
        /// Where it stands.
        comma_line: u64,
    },
    /// A number that has two readings.
    #[error(
        "has {text} in line {line}, column \"{column}\", whose mark may stand between thousands or be the decimal one; \
         write it without the first, or with a decimal point and other digits"
    )]
    OpenMarks {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// Numbers in several units.
    #[error(
        "has a number with {unit} in line {line} and one with {other} in line {other_line}, column \"{column}\"; \
         bring them to one unit"
    )]
    MixedUnits {
        /// The column.
        column: String,
        /// The one.
        unit: String,
        /// Where it stands.
        line: u64,
        /// The other.
        other: String,
        /// Where that stands.
        other_line: u64,
    },
    /// Dates that have two readings.
    #[error(
        "has dates such as {text} in line {line}, column \"{column}\", in which the day or the month may come first; \
         write them as 2020-12-31, or leave the column out"
    )]
    AmbiguousDates {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A column that should hold numbers has another text.
    #[error("has \"{text}\" in line {line}, column \"{column}\", which is to be taken for numbers")]
    NotNumber {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A cell is not of the kind that its column had in training.
    #[error(
        "has \"{text}\" in line {line}, column \"{column}\", which is not written as in training"
    )]
    NotAsTrained {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// A column holds something else than in training.
    #[error("has {found} in column \"{column}\", which had {expected} in training")]
    OtherKind {
        /// The column.
        column: String,
        /// What it holds.
        found: &'static str,
        /// What it held.
        expected: &'static str,
    },
    /// A column that was named is not there.
    #[error("has no column \"{column}\" {what}; it has {names}")]
    Choice {
        /// What was to be done with it.
        what: &'static str,
        /// The column.
        column: String,
        /// The names of the columns that are there.
        names: String,
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
        "has the text \"{text}\" in line {line}, column \"{column}\", and the number {number} in line {other}; a column holds one or the other, unless it is named as categorical"
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
        "has {count} different texts in column \"{column}\", and at most {MOST_TEXTS} become one-hot; a name that hardly \
         repeats tells a network nothing: leave the column out"
    )]
    Texts {
        /// The column.
        column: String,
        /// How many it has.
        count: usize,
    },
    /// Text makes too many columns.
    #[error("makes {0} columns once its text is one-hot; at most {MOST_COLUMNS} are read")]
    Wide(usize),
    /// It is no Parquet file that is known.
    #[error("cannot be read as Parquet: {0}")]
    Parquet(String),
    /// It is a Parquet file, and no reader was built for them.
    #[error(
        "is a Parquet file, and this program was built without their reader: build it with --features parquet, or save the \
         file as CSV"
    )]
    NoParquet,
    /// A column of a Parquet file holds something else than cells.
    #[error("has {what} in column \"{column}\", which become no numbers; leave the column out")]
    Unread {
        /// The column.
        column: String,
        /// What it holds.
        what: &'static str,
    },
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
    #[error("has no column left to predict {target} from{}", separators(one))]
    NoInputs {
        /// What is to be predicted.
        target: String,
        /// The only column's name, if it looks as if it were several.
        one: String,
    },
    /// Text or dates are to be predicted as a number.
    #[error("has {kind} in column \"{column}\", which is to be predicted as a number")]
    TextTarget {
        /// The column.
        column: String,
        /// What it holds.
        kind: &'static str,
    },
    /// A weight is no weight.
    #[error(
        "has {text} in line {line}, column \"{column}\", which is to weigh the rows; weights are finite and not below 0"
    )]
    Weight {
        /// Where.
        line: u64,
        /// The column.
        column: String,
        /// What stands there.
        text: String,
    },
    /// Rows are to be weighed by something else than numbers.
    #[error("has {kind} in column \"{column}\", which is to weigh the rows; weights are numbers")]
    WeightKind {
        /// The column.
        column: String,
        /// What it holds.
        kind: &'static str,
    },
    /// Rows are to be weighed by what is predicted.
    #[error("is to predict column \"{0}\", which cannot weigh the rows as well")]
    WeightTarget(String),
    /// No row counts.
    #[error("has 0 in every row of column \"{0}\", which is to weigh the rows")]
    NoWeight(String),
    /// Dates are to be predicted as classes.
    #[error(
        "has dates in column \"{0}\", which are no classes; name it as categorical if they are"
    )]
    DateTarget(String),
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

fn separators(one: &str) -> String {
    if one.is_empty() {
        return String::new();
    }
    format!(
        "; columns are separated by commas, semicolons, tabs or |, and it has one column, {one}"
    )
}
