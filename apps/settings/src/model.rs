//! The settings of networks.

use autograd::Activation;
use clap::Args;
use nn::Init;
use serde::Serialize;

use crate::choices::{Architecture, Initialisers, PixelLoss, activation, write_activation};
use crate::error::WrongUsage;
use crate::training::TrainingFlags;
use crate::values::{Widths, count, depth, not_negative, share, write_shown};

/// What the network looks like.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Model")]
#[serde(rename_all = "kebab-case")]
pub struct ModelFlags {
    /// Kind of network; a cnn has convolutions with batch normalisation and pooling, and takes pictures
    #[arg(long, value_name = "KIND", default_value = "mlp")]
    pub model: Architecture,

    /// Channels of each block of two convolutions of a cnn [default: by the size of the pictures]
    #[arg(long, value_name = "WIDTHS")]
    pub channels: Option<Widths>,

    /// Widths of the hidden layers, of a cnn those after the convolutions
    #[arg(long, value_name = "WIDTHS", default_value = "64,32")]
    pub hidden: Widths,

    /// Function after each hidden layer
    #[arg(long, value_name = "NAME", value_parser = activation(), default_value = "relu")]
    #[serde(serialize_with = "write_activation")]
    pub activation: Activation,

    /// Distribution of the first weights; its number may follow, as in normal:0.01
    #[arg(long, value_name = "NAME", value_parser = Initialisers, default_value = "he-normal")]
    #[serde(serialize_with = "write_shown")]
    pub init: Init,

    /// Normalize each hidden layer of an mlp over the batch; a cnn's convolutions always are
    #[arg(long, overrides_with = "no_batch_norm")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub batch_norm: bool,

    /// Do not, where the data set's defaults would
    #[arg(long, overrides_with = "batch_norm")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_batch_norm: bool,

    /// Share of hidden units silenced in a training step
    #[arg(long, value_name = "P", value_parser = share, default_value = "0")]
    pub dropout: f64,

    /// The sizes of an autoencoder, which have flags of their own: [`AutoencoderFlags`].
    #[arg(skip)]
    #[serde(skip)]
    pub autoencoder: Option<AutoencoderSizes>,
}

/// The sizes of an autoencoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AutoencoderSizes {
    /// Numbers of a code.
    pub latent: usize,
    /// Layers from the inputs to the code, and as many back.
    pub depth: usize,
}

/// What an autoencoder looks like, and what it learns.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Model")]
#[serde(rename_all = "kebab-case")]
pub struct AutoencoderFlags {
    /// Numbers of a code
    #[arg(long, value_name = "N", value_parser = count, default_value = "32")]
    pub latent: usize,

    /// Layers from the pixels to the code, whose widths fall by the same factor each, and as many back
    #[arg(long, value_name = "N", value_parser = depth, default_value = "3")]
    pub depth: usize,

    /// Function after each layer but those of the code and of the pixels
    #[arg(long, value_name = "NAME", value_parser = activation(), default_value = "relu")]
    #[serde(serialize_with = "write_activation")]
    pub activation: Activation,

    /// Distribution of the first weights; its number may follow, as in normal:0.01
    #[arg(long, value_name = "NAME", value_parser = Initialisers, default_value = "he-normal")]
    #[serde(serialize_with = "write_shown")]
    pub init: Init,

    /// What is minimised: the squared difference of pixels, or their binary cross-entropy from logits
    #[arg(long, value_name = "NAME", default_value = "mse")]
    pub loss: PixelLoss,

    /// Standard deviation of the noise that is added to pixels in training, to be removed; 0 for none
    #[arg(long, value_name = "S", value_parser = not_negative, default_value = "0")]
    pub denoise: f64,
}

impl AutoencoderFlags {
    /// The network that they ask for.
    pub fn model(&self) -> ModelFlags {
        ModelFlags {
            model: Architecture::Autoencoder,
            channels: None,
            hidden: Widths(Vec::new()),
            activation: self.activation,
            init: self.init,
            batch_norm: false,
            no_batch_norm: false,
            dropout: 0.0,
            autoencoder: Some(AutoencoderSizes {
                latent: self.latent,
                depth: self.depth,
            }),
        }
    }
}

impl ModelFlags {
    /// Checks that no one flag can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub fn check(&self, training: &TrainingFlags) -> Result<(), WrongUsage> {
        match self.model {
            Architecture::Mlp if self.channels.is_some() => Err(WrongUsage::new(
                "--channels is about convolutions, which --model mlp does not have; --model cnn has them",
            )),
            Architecture::Mlp if self.batch_norm && training.batch_size == 1 => {
                Err(WrongUsage::new(
                    "--batch-norm compares the rows of a batch, and --batch-size 1 leaves nothing to compare",
                ))
            }
            _ => Ok(()),
        }
    }

    /// The flags that say how large the network is, as they were given.
    pub fn sizes(&self) -> String {
        match (&self.channels, self.autoencoder) {
            (_, Some(autoencoder)) => format!(
                "--latent {} --depth {}",
                autoencoder.latent, autoencoder.depth
            ),
            (Some(channels), _) => format!("--channels {channels} --hidden {}", self.hidden),
            (None, _) => format!("--hidden {}", self.hidden),
        }
    }
}
