//! Autoencoders trained in memory, without a run folder.

use autograd::Real;
use datasets::Targets;
use experiment::data::Data;
use experiment::run::{self, ReconstructionTask, Task};
use experiment::{AppError, interrupt, memory};
use nn::layers::Autoencoder;
use nn::{
    DataView, LossFunction, Model, ParamsBuilder, StopReason, TrainConfig, Trainer, on_epoch,
    on_step,
};
use settings::{AutoencoderFlags, TrainingFlags};

use super::AutoencoderModel;

/// An autoencoder that was trained in memory.
pub struct Trained<T: Real> {
    /// The network.
    pub model: Model<T>,
    /// Its halves.
    pub halves: Autoencoder,
    /// What it was trained with.
    pub loss: LossFunction,
}

impl<T: Real> Trained<T> {
    /// The network to be asked.
    pub fn autoencoder(&self) -> AutoencoderModel<'_, T> {
        AutoencoderModel::new(&self.model, self.halves.clone(), self.loss)
    }
}

/// Trains one in memory on the training rows of some data, to the last epoch: the weights that a run with these flags
/// ends with. `None` after Ctrl-C.
///
/// # Errors
/// If the data are no pictures, or the network does not fit in memory.
pub fn train<T: Real>(
    data: &Data,
    autoencoder: &AutoencoderFlags,
    training: &TrainingFlags,
) -> Result<Option<Trained<T>>, AppError> {
    let task = ReconstructionTask::of(data, autoencoder)?;
    let inputs = &data.set.part.inputs;
    let targets = Targets::Values(inputs.clone().flattened());
    let halves = Autoencoder::new(
        task.pixels,
        autoencoder.latent,
        autoencoder.depth,
        autoencoder.activation,
        autoencoder.init,
    );
    let mut builder = ParamsBuilder::new();
    let layers = halves.declare(&mut builder);
    let params = builder
        .build(training.seed, memory::limit())
        .map_err(AppError::failure)?;
    let loss = task.loss();
    let mut trainer =
        Trainer::new(Model { layers, params }, training.rule()?, loss).with_config(TrainConfig {
            early_stopping: None,
            ..training.settings()
        });
    if let Some(changes) = run::changes(&training.augment, task.noise) {
        trainer = trainer.augment(changes);
    }
    let examples = DataView {
        inputs,
        targets: &targets,
    };
    let train = examples.samples(&data.train);
    let mut watch = (
        on_step(|_, _| interrupt::flow()),
        on_epoch(|_, _| interrupt::flow()),
    );
    let outcome = trainer
        .fit_observed(&train, training.epochs as u64, &mut watch)
        .map_err(AppError::failure)?;
    Ok(
        (outcome.reason != StopReason::Interrupted).then(|| Trained {
            model: trainer.into_model(),
            halves,
            loss,
        }),
    )
}
