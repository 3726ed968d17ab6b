//! The default run: a small network trained on handwritten digits as `classify` does, with snapshots.

use std::path::PathBuf;

use cli::Classify;
use cli::training;
use experiment::AppError;
use settings::{Architecture, Kind};

use crate::flags::SliceFlags;

/// Trains the network and returns its folder, `runs/classify-digits-N`.
///
/// # Errors
/// If the folder cannot be written to, or training is interrupted.
pub(crate) fn run(slice: &SliceFlags) -> Result<PathBuf, AppError> {
    let settings = settings::changed(Kind::Classification, |settings| {
        let training = &mut settings.experiment.training;
        training.epochs = 30;
        training.config.seed = slice.plane.seed;
        settings.experiment.model.architecture = Architecture::mlp();
        settings.options.threads = slice.look.threads;
        settings.options.snapshots = Some(1);
        settings.options.quiet = slice.look.quiet;
    })?;
    let folder = training::train::<Classify>(&settings)?;
    Ok(folder.expect("a new run has a folder"))
}
