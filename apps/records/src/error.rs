//! File errors as one sentence.

use std::error::Error;
use std::fmt;
use std::path::Path;

/// A failed file operation and its cause: `cannot write runs/a/metrics.json: no space left on device`; or why a folder is
/// not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError(pub(crate) String);

impl FileError {
    /// Creates the error from the operation (`write`, `read`), the file, and the cause with its own causes.
    pub fn new(doing: &str, path: &Path, cause: &dyn Error) -> Self {
        Self(format!(
            "cannot {doing} {}: {}",
            path.display(),
            chain(cause)
        ))
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for FileError {}

/// Formats an error and its causes on one line. A cause that its effect already quotes is not repeated.
pub fn chain(error: &dyn Error) -> String {
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
