//! Settings that are wrong in themselves.

use std::error::Error;
use std::fmt;

/// Wrong usage, knowable from the settings alone, as a sentence that names the flags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongUsage(pub String);

impl WrongUsage {
    /// What is wrong.
    pub fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl fmt::Display for WrongUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for WrongUsage {}
