//! Why work stops before it is done.

use std::error::Error;
use std::fmt;

use ranks::Disagreement;
use records::{FileError, chain};
use serde::{Deserialize, Serialize};
use settings::{SettingsError, WrongUsage};

/// Why an app stops. The command line prints it and turns it into the exit code.
///
/// The messages are one sentence each: what was wrong, where, and what to do. They do not start with `error:` and do
/// not end with a full stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AppError {
    /// Wrong usage, knowable from the command line alone: exit code 2.
    Usage(String),
    /// What was asked cannot be done with this data, file or machine: exit code 1.
    Failure(String),
    /// Stopped by Ctrl-C; the text says how to go on: exit code 130.
    Interrupted(String),
    /// Whoever read the results has closed the pipe. Nothing went wrong: exit code 0, and nothing is printed.
    OutputClosed,
}

impl AppError {
    /// Wrong usage of a flag, a file of settings or an environment variable.
    pub fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// An error from data, files or the machine, with its chain of causes in the same sentence.
    pub fn failure(error: impl Error) -> Self {
        Self::Failure(chain(&error))
    }

    /// As [`AppError::failure`], after what was being done: `cannot write runs/a/config.toml`.
    pub fn while_doing(what: impl fmt::Display, error: impl Error) -> Self {
        Self::Failure(format!("{what}: {}", chain(&error)))
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Failure(text) | Self::Interrupted(text) => f.write_str(text),
            Self::OutputClosed => f.write_str("standard output was closed"),
        }
    }
}

impl Error for AppError {}

impl From<FileError> for AppError {
    fn from(error: FileError) -> Self {
        Self::Failure(error.to_string())
    }
}

impl From<Disagreement> for AppError {
    fn from(error: Disagreement) -> Self {
        Self::Failure(error.to_string())
    }
}

impl From<WrongUsage> for AppError {
    fn from(error: WrongUsage) -> Self {
        Self::Usage(error.0)
    }
}

impl From<SettingsError> for AppError {
    fn from(error: SettingsError) -> Self {
        match error {
            SettingsError::Usage(usage) => usage.into(),
            SettingsError::File(text) => Self::Failure(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("the header of {file} is wrong")]
    struct Outer {
        file: &'static str,
        source: std::io::Error,
    }

    #[test]
    fn causes_follow_in_one_sentence() {
        let error = Outer {
            file: "a.gz",
            source: std::io::Error::other("bad\n magic"),
        };
        assert_eq!(
            AppError::failure(error).to_string(),
            "the header of a.gz is wrong: bad magic"
        );
    }

    #[test]
    fn a_cause_is_not_repeated() {
        #[derive(Debug, thiserror::Error)]
        #[error("cannot read: {0}")]
        struct Quoting(#[source] std::io::Error);
        let error = AppError::failure(Quoting(std::io::Error::other("no disk")));
        assert_eq!(error.to_string(), "cannot read: no disk");
    }
}
