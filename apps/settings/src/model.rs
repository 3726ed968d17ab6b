//! The network of an experiment.

use autograd::Activation;
use nn::Init;

use crate::error::WrongUsage;
use crate::values::{Activations, Widths};

/// A network, up to the shape of its input and the number of its outputs, which the data decides.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSettings {
    /// Its kind, with what only that has.
    pub architecture: Architecture,
    /// The function after each hidden layer.
    pub activation: Activations,
    /// The weight initialization.
    pub init: Init,
    /// What biases start at.
    pub bias_init: f64,
}

/// A kind of network with its sizes.
#[derive(Clone, Debug, PartialEq)]
pub enum Architecture {
    /// Linear layers.
    Mlp {
        /// The widths of the hidden layers.
        hidden: Widths,
        /// Whether each hidden layer is normalized over the batch.
        batch_norm: bool,
        /// The dropout probability of hidden units.
        dropout: f64,
    },
    /// Blocks of two convolutions with batch normalization and a pooling, then linear layers; for images.
    Cnn {
        /// The channels of each block; `None` for what suits the size of the images.
        channels: Option<Widths>,
        /// The widths of the hidden linear layers.
        hidden: Widths,
        /// The dropout probability of hidden linear units.
        dropout: f64,
    },
    /// Linear layers to a code and back.
    Autoencoder {
        /// The dimension of the code.
        latent: usize,
        /// Layers from the input to the code, and as many back.
        depth: usize,
    },
}

impl ModelSettings {
    /// This kind with ReLU, He's normal initialization and biases of 0.
    pub fn new(architecture: Architecture) -> Self {
        Self {
            architecture,
            activation: Activations(vec![Activation::Relu]),
            init: Init::HE_NORMAL,
            bias_init: 0.0,
        }
    }
}

impl Architecture {
    /// The kinds that `--model` takes.
    pub const NAMES: [&'static str; 2] = ["mlp", "cnn"];

    /// A perceptron with two hidden layers.
    pub fn mlp() -> Self {
        Self::Mlp {
            hidden: Widths(vec![64, 32]),
            batch_norm: false,
            dropout: 0.0,
        }
    }

    /// A convolutional network. Most of its weights stand in its first linear layer, so there is one, with dropout.
    pub fn cnn() -> Self {
        Self::Cnn {
            channels: None,
            hidden: Widths(vec![128]),
            dropout: 0.3,
        }
    }

    /// An autoencoder.
    pub fn autoencoder() -> Self {
        Self::Autoencoder {
            latent: 32,
            depth: 3,
        }
    }

    /// The word for it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Mlp { .. } => "mlp",
            Self::Cnn { .. } => "cnn",
            Self::Autoencoder { .. } => "autoencoder",
        }
    }

    /// The kind of this name with its defaults.
    ///
    /// # Errors
    /// If there is none.
    pub fn named(name: &str) -> Result<Self, String> {
        match name {
            "mlp" => Ok(Self::mlp()),
            "cnn" => Ok(Self::cnn()),
            "autoencoder" => Ok(Self::autoencoder()),
            _ => Err("it takes mlp or cnn".to_owned()),
        }
    }

    /// The widths of the hidden linear layers, where they are given.
    pub fn hidden(&self) -> Option<&Widths> {
        match self {
            Self::Mlp { hidden, .. } | Self::Cnn { hidden, .. } => Some(hidden),
            Self::Autoencoder { .. } => None,
        }
    }

    /// [`hidden`](Self::hidden), to be changed.
    pub fn hidden_mut(&mut self) -> Option<&mut Widths> {
        match self {
            Self::Mlp { hidden, .. } | Self::Cnn { hidden, .. } => Some(hidden),
            Self::Autoencoder { .. } => None,
        }
    }

    /// The dropout probability; 0 where there is no dropout.
    pub fn dropout(&self) -> f64 {
        match self {
            Self::Mlp { dropout, .. } | Self::Cnn { dropout, .. } => *dropout,
            Self::Autoencoder { .. } => 0.0,
        }
    }

    /// Sets the dropout probability.
    ///
    /// # Errors
    /// If the network has none.
    pub fn set_dropout(&mut self, share: f64) -> Result<(), WrongUsage> {
        match self {
            Self::Mlp { dropout, .. } | Self::Cnn { dropout, .. } => *dropout = share,
            Self::Autoencoder { .. } => {
                return Err(WrongUsage::new("an autoencoder has no dropout"));
            }
        }
        Ok(())
    }

    /// Whether the hidden layers of a perceptron are normalized.
    pub fn batch_norm(&self) -> bool {
        matches!(
            self,
            Self::Mlp {
                batch_norm: true,
                ..
            }
        )
    }

    /// Switches batch normalization.
    ///
    /// # Errors
    /// If the network has no choice.
    pub fn set_batch_norm(&mut self, on: bool) -> Result<(), WrongUsage> {
        match self {
            Self::Mlp { batch_norm, .. } => *batch_norm = on,
            Self::Cnn { .. } if on => {
                return Err(WrongUsage::new(
                    "a cnn has it after every convolution, and not after its linear layers",
                ));
            }
            Self::Autoencoder { .. } if on => {
                return Err(WrongUsage::new("an autoencoder has no batch normalization"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Sets the channels of convolutions.
    ///
    /// # Errors
    /// If the network has none.
    pub fn set_channels(&mut self, widths: Widths) -> Result<(), WrongUsage> {
        match self {
            Self::Cnn { channels, .. } => *channels = Some(widths),
            other => {
                return Err(WrongUsage(format!(
                    "it is about convolutions, which --model {} does not have; --model cnn has them",
                    other.name()
                )));
            }
        }
        Ok(())
    }

    /// The flags that say how large the network is.
    pub fn sizes(&self) -> String {
        match self {
            Self::Autoencoder { latent, depth } => format!("--latent {latent} --depth {depth}"),
            Self::Cnn {
                channels: Some(channels),
                hidden,
                ..
            } => format!("--channels {channels} --hidden {hidden}"),
            Self::Mlp { hidden, .. } | Self::Cnn { hidden, .. } => format!("--hidden {hidden}"),
        }
    }
}
