//! The run that is sliced where none is named: a small network, trained on the handwritten digits as `classify` does, with
//! snapshots.

use std::path::PathBuf;

use classify::Classify;
use common::AppError;
use common::training::{self, Settings};

use crate::settings::SliceFlags;

/// What differs from the defaults.
const LINE: [&str; 3] = ["--hidden=64,32", "--epochs=30", "--snapshots=1"];

/// Trains the network and returns its folder, `runs/classify-digits-N`.
///
/// # Errors
/// If the folder cannot be written to, or training is interrupted.
pub(crate) fn run(slice: &SliceFlags) -> Result<PathBuf, AppError> {
    let mut line: Vec<String> = LINE.map(str::to_owned).into();
    line.push(format!("--seed={}", slice.plane.seed));
    if let Some(threads) = slice.look.threads {
        line.push(format!("--threads={threads}"));
    }
    if slice.look.quiet {
        line.push("--quiet".to_owned());
    }
    let settings = Settings::<Classify>::of(line)?;
    let folder = training::train(&settings)?;
    Ok(folder.expect("no run is gone on with here"))
}
