//! The layers, a file each.

mod activate;
mod autoencoder;
mod batch_norm;
mod builder;
mod cnn;
mod convolution;
mod dropout;
mod flatten;
mod input;
mod layer_norm;
mod linear;
mod mlp;
mod pooling;
mod sequential;

pub use activate::Activate;
pub use autoencoder::Autoencoder;
pub use batch_norm::{BatchNorm1d, BatchNorm2d};
pub use builder::{BuildError, SequentialBuilder};
pub use cnn::Cnn;
pub use convolution::Conv2d;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use input::Input;
pub use layer_norm::LayerNorm;
pub use linear::Linear;
pub use mlp::Mlp;
pub use pooling::{AvgPool2d, MaxPool2d};
pub use sequential::Sequential;
