//! The kinds of inputs and of tasks.

use std::fmt;

/// The kind of an input row.
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

/// The kind of prediction.
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
