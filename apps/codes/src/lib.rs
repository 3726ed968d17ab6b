//! Analysis of autoencoders and their latent codes.
//!
//! [`ReconstructionTask`] is what a run of an autoencoder learns. An [`AutoencoderModel`] is the encoder and decoder of a
//! run, or of a network [trained](train()) in memory. Its latent codes are [`Points`]. [`nearest`] finds neighbors among them, [`knn_predict`] and [`knn_metrics`] classify them,
//! [`tsne`] embeds them in two dimensions, [`centroids`] and [`interpolation_grid`] interpolate between classes,
//! [`denoising_metrics`] evaluates noisy images, and [`linear`] the baselines. The same seed gives the same bits for any
//! number of threads.

mod autoencoder;
mod classifier;
mod denoising;
mod interpolation;
mod knn;
mod linear;
mod nearest;
mod points;
mod reconstruction;
mod train;
mod tsne;

pub use autoencoder::AutoencoderModel;
pub use classifier::Classifier;
pub use denoising::{denoising_metrics, with_noise};
pub use interpolation::{centroids, interpolation_grid};
pub use knn::{knn_metrics, knn_predict};
pub use linear::linear;
pub use nearest::{Neighbor, nearest};
pub use points::Points;
pub use reconstruction::ReconstructionTask;
pub use train::{Trained, train};
pub use tsne::{EPOCHS, Embedding, tsne};
