//! An autoencoder with its halves apart.

use autograd::{Real, Tensor};
use datasets::Rows;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use nn::layers::Autoencoder;
use nn::{ForwardContext, Loss, LossFunction, Mode, Model};

use super::Points;

/// Rows that go through at a time.
const ROWS: usize = 128;

/// A trained autoencoder.
pub struct AutoencoderModel<'m, T: Real> {
    model: &'m Model<T>,
    halves: Autoencoder,
    loss: LossFunction,
}

impl<'m, T: Real> AutoencoderModel<'m, T> {
    /// The model with the halves that it was declared with, and the loss that it was trained with.
    pub fn new(model: &'m Model<T>, halves: Autoencoder, loss: LossFunction) -> Self {
        Self {
            model,
            halves,
            loss,
        }
    }

    /// The model of a run.
    ///
    /// # Errors
    /// If the config is that of another network than an autoencoder.
    pub fn of_run(model: &'m Model<T>, config: &ModelConfig) -> Result<Self, AppError> {
        Ok(Self::new(
            model,
            config.network.autoencoder()?,
            config.loss(),
        ))
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
        Loss::predictions(&self.loss, &outputs)
    }

    /// What becomes of a batch of pictures `[rows, …]` on the way through the code, `[rows, pixels]`.
    ///
    /// # Panics
    /// If the pictures are not of the size that the autoencoder is for.
    pub fn rebuild(&self, pictures: &Tensor<T>) -> Tensor<T> {
        Loss::predictions(&self.loss, &self.model.forward(pictures))
    }

    fn pass(&self) -> ForwardContext<'_, Tensor<T>> {
        ForwardContext::new(&self.model.params, Mode::Evaluate)
    }
}
