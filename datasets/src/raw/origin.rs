//! Where samples stand in what they were read from.

use std::fmt;
use std::path::Path;

/// Place of a sample in what it was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A line of the file, counted from 1.
    Line(u64),
    /// A file of its own.
    File(&'a Path),
    /// The so manyth sample, counted from 1.
    Sample(u64),
}

impl Origin<'_> {
    /// The word for what is counted or named.
    pub fn unit(&self) -> &'static str {
        match self {
            Self::Line(_) => "line",
            Self::File(_) => "file",
            Self::Sample(_) => "sample",
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number) | Self::Sample(number) => number.fmt(f),
            Self::File(path) => path.display().fmt(f),
        }
    }
}
