//! Encoder and decoder of a trained autoencoder.

use autograd::{Real, Tensor};
use datasets::Rows;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use nn::layers::Autoencoder;
use nn::{ForwardContext, Loss, LossFunction, Mode, Model};

use super::Points;

/// Batch size of inference.
const ROWS: usize = 128;

/// A trained autoencoder.
pub struct AutoencoderModel<'m, T: Real> {
    model: &'m Model<T>,
    halves: Autoencoder,
    loss: LossFunction,
}

impl<'m, T: Real> AutoencoderModel<'m, T> {
    /// Splits a model into the encoder and decoder it was declared with; `loss` is its training loss.
    pub fn new(model: &'m Model<T>, halves: Autoencoder, loss: LossFunction) -> Self {
        Self {
            model,
            halves,
            loss,
        }
    }

    /// Splits the model of a run.
    ///
    /// # Errors
    /// If the network is not an autoencoder.
    pub fn of_run(model: &'m Model<T>, config: &ModelConfig) -> Result<Self, AppError> {
        Ok(Self::new(
            model,
            config.network.autoencoder()?,
            config.loss(),
        ))
    }

    /// Latent dimension.
    pub fn latent(&self) -> usize {
        self.halves.latent()
    }

    /// Number of encoder layers.
    pub fn depth(&self) -> usize {
        self.halves.widths.len() - 1
    }

    /// Encodes images to latent codes.
    ///
    /// # Panics
    /// If the images do not have the network's input size, or a row does not exist.
    pub fn encode(&self, images: &Rows, rows: &[u32]) -> Points {
        let mut values = Vec::with_capacity(rows.len() * self.latent());
        for batch in rows.chunks(ROWS) {
            let x = images.gather(batch);
            let codes = self.halves.encode(&self.model.layers, &self.pass(), &x);
            values.extend(codes.to_vec().iter().map(|x| x.to_f64() as f32));
        }
        Points::new(self.latent(), values)
    }

    /// Decodes latent codes to images `[rows, pixels]`.
    ///
    /// # Panics
    /// If the codes do not have the latent dimension.
    pub fn decode(&self, codes: &Points) -> Tensor<T> {
        let number = |i: usize| T::from_f64(f64::from(codes.values()[i]));
        let codes = Tensor::from_fn(&[codes.len(), codes.width()], number);
        let outputs = self.halves.decode(&self.model.layers, &self.pass(), &codes);
        Loss::predictions(&self.loss, &outputs)
    }

    /// Reconstructs a batch of images `[rows, …]` as `[rows, pixels]`.
    ///
    /// # Panics
    /// If the images do not have the network's input size.
    pub fn reconstruct(&self, images: &Tensor<T>) -> Tensor<T> {
        Loss::predictions(&self.loss, &self.model.forward(images))
    }

    fn pass(&self) -> ForwardContext<'_, Tensor<T>> {
        ForwardContext::new(&self.model.params, Mode::Evaluate)
    }
}
