//! The default run: a small network trained on handwritten digits as `classify` does, with snapshots.

use std::path::PathBuf;

use cli::Classify;
use cli::training::{self, Settings};
use experiment::AppError;
use settings::Widths;

use crate::flags::SliceFlags;

/// Trains the network and returns its folder, `runs/classify-digits-N`.
///
/// # Errors
/// If the folder cannot be written to, or training is interrupted.
pub(crate) fn run(slice: &SliceFlags) -> Result<PathBuf, AppError> {
    let settings = Settings::<Classify>::changed(|settings| {
        settings.network.hidden = Widths(vec![64, 32]);
        settings.training.epochs = 30;
        settings.training.seed = slice.plane.seed;
        settings.training.threads = slice.look.threads;
        settings.folder.snapshots = Some(1);
        settings.session.quiet = slice.look.quiet;
    })?;
    let folder = training::train(&settings)?;
    Ok(folder.expect("a new run has a folder"))
}
