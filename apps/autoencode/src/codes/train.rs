//! Autoencoders trained in memory, without a run folder.

use std::ops::ControlFlow;

use autograd::Real;
use common::data::Data;
use common::flags::{CoderFlags, TrainingFlags};
use common::run::{self, Rebuilt, Task};
use common::{AppError, interrupt, memory};
use datasets::Targets;
use nn::layers::Autoencoder;
use nn::{
    DataView, LossFunction, Model, ParamsBuilder, StopReason, TrainConfig, Trainer, on_epoch,
    on_step,
};

use super::Coder;

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
    pub fn coder(&self) -> Coder<'_, T> {
        Coder::new(&self.model, self.halves.clone(), self.loss)
    }
}

/// Trains one in memory on the training rows of some data, to the last epoch: the weights that a run with these flags
/// ends with. `None` after Ctrl-C.
///
/// # Errors
/// If the data are no pictures, or the network does not fit in memory.
pub fn train<T: Real>(
    data: &Data,
    coder: &CoderFlags,
    training: &TrainingFlags,
) -> Result<Option<Trained<T>>, AppError> {
    let task = Rebuilt::of(data, coder)?;
    let inputs = &data.set.part.inputs;
    let targets = Targets::Values(inputs.clone().flattened());
    let halves = Autoencoder::new(
        task.pixels,
        coder.latent,
        coder.depth,
        coder.activation,
        coder.init,
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
    let go_on = || match interrupt::requested() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let examples = DataView {
        inputs,
        targets: &targets,
    };
    let train = examples.samples(&data.train);
    let mut watch = (on_step(|_, _| go_on()), on_epoch(|_, _| go_on()));
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
