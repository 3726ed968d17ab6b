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

/// What is wrong with settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SettingsError {
    /// Wrong usage, knowable from the command line alone.
    Usage(WrongUsage),
    /// A file that cannot be read, or is wrong: with its name, line and column.
    File(String),
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(usage) => usage.fmt(f),
            Self::File(text) => f.write_str(text),
        }
    }
}

impl Error for SettingsError {}

impl From<WrongUsage> for SettingsError {
    fn from(usage: WrongUsage) -> Self {
        Self::Usage(usage)
    }
}
