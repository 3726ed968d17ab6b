//! Why an app stops before its work is done, and the exit code that says so.

use std::error::Error;
use std::fmt;

/// Why an app stops. [`crate::app::main`] prints it and turns it into the exit code.
///
/// The messages are one sentence each: what was wrong, where, and what to do. They do not start with `error:` and do
/// not end with a full stop.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// The process's exit code.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::OutputClosed => 0,
            Self::Failure(_) => 1,
            Self::Usage(_) => 2,
            Self::Interrupted(_) => 130,
        }
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

/// The error and its causes on one line. A cause that its effect already quotes is not said twice.
fn chain(error: &dyn Error) -> String {
    let mut text = one_line(&error.to_string());
    let mut cause = error.source();
    while let Some(next) = cause {
        let more = one_line(&next.to_string());
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = next.source();
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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

    #[test]
    fn exit_codes_are_those_promised() {
        let codes = [
            AppError::OutputClosed.exit_code(),
            AppError::Failure(String::new()).exit_code(),
            AppError::usage("").exit_code(),
            AppError::Interrupted(String::new()).exit_code(),
        ];
        assert_eq!(codes, [0, 1, 2, 130]);
    }
}
