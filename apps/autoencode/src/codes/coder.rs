//! An autoencoder with its halves apart.

use std::ops::ControlFlow;

use autograd::data::{Rows, Targets};
use autograd::{Real, Tensor};
use common::card::Card;
use common::data::Data;
use common::flags::{CoderFlags, TrainingFlags};
use common::run::{self, Rebuilt, Task};
use common::{AppError, interrupt, memory};
use nn::layers::Autoencoder;
use nn::{Examples, Fit, Loss, Mode, Model, ParamsBuilder, Pass, Stopped, Trainer, fit};

use super::Points;

/// Rows that go through at a time.
const ROWS: usize = 128;

/// A trained autoencoder.
pub struct Coder<T: Real> {
    model: Model<T>,
    halves: Autoencoder,
    loss: Loss,
}

impl<T: Real> Coder<T> {
    /// The autoencoder of a run.
    ///
    /// # Errors
    /// If the card is that of another network.
    pub fn new(model: Model<T>, card: &Card) -> Result<Self, AppError> {
        Ok(Self {
            model,
            halves: card.network.coder()?,
            loss: card.loss()?,
        })
    }

    /// Trains one in memory on the training rows of some data, to the last epoch: the weights that a run with these flags
    /// ends with. `None` after Ctrl-C.
    ///
    /// # Errors
    /// If the data are no pictures, or the network does not fit in memory.
    pub fn train(
        data: &Data,
        coder: &CoderFlags,
        training: &TrainingFlags,
    ) -> Result<Option<Self>, AppError> {
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
        let mut trainer = Trainer::new(
            Model { layers, params },
            training.rule()?,
            training.settings(loss),
        );
        if let Some(changes) = run::changes(&training.augment, task.noise) {
            trainer = trainer.with_augment(changes);
        }
        let go_on = || match interrupt::requested() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        let plan = Fit {
            train: &data.train,
            validation: &[],
            epochs: training.epochs as u64,
            early_stopping: None,
        };
        let examples = Examples {
            inputs,
            targets: &targets,
        };
        let outcome = fit(&mut trainer, examples, plan, |_, _| go_on(), |_, _| go_on());
        Ok((outcome.stopped != Stopped::Interrupted).then(|| Self {
            model: trainer.into_model(),
            halves,
            loss,
        }))
    }

    /// How many numbers a code has.
    pub fn latent(&self) -> usize {
        self.halves.latent()
    }

    /// How many layers lead to the code.
    pub fn depth(&self) -> usize {
        self.halves.widths.len() - 1
    }

    /// The codes of some pictures.
    ///
    /// # Panics
    /// If the pictures are not of the size that the autoencoder is for, or a row does not exist.
    pub fn encode(&self, pictures: &Rows, rows: &[u32]) -> Points {
        let mut values = Vec::with_capacity(rows.len() * self.latent());
        for batch in rows.chunks(ROWS) {
            let x = pictures.gather(batch);
            let codes = self.halves.encode(&self.model.layers, &self.pass(), &x);
            values.extend(codes.to_vec().iter().map(|x| x.to_f64() as f32));
        }
        Points::new(self.latent(), values)
    }

    /// The pictures of some codes, `[rows, pixels]`.
    ///
    /// # Panics
    /// If the codes have another number of numbers.
    pub fn decode(&self, codes: &Points) -> Tensor<T> {
        let number = |i: usize| T::from_f64(f64::from(codes.values()[i]));
        let codes = Tensor::from_fn(&[codes.len(), codes.width()], number);
        let outputs = self.halves.decode(&self.model.layers, &self.pass(), &codes);
        self.loss.said(&outputs)
    }

    /// What becomes of a batch of pictures `[rows, …]` on the way through the code, `[rows, pixels]`.
    ///
    /// # Panics
    /// If the pictures are not of the size that the autoencoder is for.
    pub fn rebuild(&self, pictures: &Tensor<T>) -> Tensor<T> {
        self.loss.said(&self.model.evaluate(pictures))
    }

    /// The model as it was trained.
    pub fn model(&self) -> &Model<T> {
        &self.model
    }

    fn pass(&self) -> Pass<'_, Tensor<T>> {
        Pass {
            weights: &self.model.params,
            mode: Mode::Evaluate,
        }
    }
}
