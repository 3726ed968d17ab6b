//! Autoencoders trained in memory, without a run folder.

use autograd::Real;
use experiment::AppError;
use experiment::data::Data;
use experiment::run::{Trial, trial};
use settings::{Experiment, Objective};

use super::ReconstructionTask;

/// An autoencoder that was trained in memory.
pub type Trained<T> = Trial<ReconstructionTask, T>;

/// Trains the autoencoder of an experiment in memory, on the training samples of some data. `None` after Ctrl-C.
///
/// # Errors
/// If the data has no images, or the network does not fit in memory.
///
/// # Panics
/// If the experiment is about something else.
pub fn train<T: Real>(
    data: &Data,
    experiment: &Experiment,
) -> Result<Option<Trained<T>>, AppError> {
    let Objective::Reconstruction { loss, noise } = experiment.objective else {
        panic!(
            "an autoencoder was told to learn {:?}",
            experiment.objective
        );
    };
    let task = ReconstructionTask::of(data, loss, noise)?;
    trial(experiment, &task, data.clone())
}
