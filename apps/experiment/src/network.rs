//! The layers of a model, as its config describes them.

use autograd::{Activation, Real};
use nn::layers::{Autoencoder, Cnn, Mlp, Sequential};
use nn::{Init, ParamsBuilder};
use serde::{Deserialize, Serialize};
use settings::{Architecture, AutoencoderSizes, ModelFlags, Widths};

use crate::error::AppError;
use crate::parameter_count::{self, CONVOLUTIONS};

/// The head of outputs that are pixels.
pub const PIXELS: &str = "pixels";
/// The head of outputs whose sigmoids are pixels.
pub const PIXEL_LOGITS: &str = "pixel-logits";

/// The layers of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkConfig {
    /// The kind of network.
    pub model: Architecture,
    /// Numbers a row.
    pub inputs: usize,
    /// Channels of each block of convolutions; none without convolutions.
    pub channels: Vec<usize>,
    /// Widths of the hidden layers, after the convolutions if there are some. Of an autoencoder the one in the middle is
    /// the code's, which has no activation.
    pub hidden: Vec<usize>,
    /// Numbers that come out.
    pub outputs: usize,
    /// The function after each hidden layer.
    pub activation: String,
    /// Whether hidden layers are normalised over the batch; not after convolutions, which always are.
    pub batch_norm: bool,
    /// The share of hidden units silenced in a training step.
    pub dropout: f64,
    /// The distribution of the first weights.
    pub init: String,
    /// `"softmax"` or `"sigmoid"` for classes, `"linear"` for values, `"pixels"` or `"pixel-logits"` for the inputs
    /// themselves.
    pub head: String,
}

impl NetworkConfig {
    /// The network that the flags ask for, for rows of this shape from the data set `data`.
    ///
    /// # Errors
    /// If it is one for pictures, and the rows are none or too small.
    pub fn new(
        flags: &ModelFlags,
        row: &[usize],
        data: &str,
        outputs: usize,
        head: &str,
    ) -> Result<Self, AppError> {
        let inputs = row.iter().product();
        Ok(Self {
            model: flags.model,
            inputs,
            channels: match flags.model {
                Architecture::Mlp | Architecture::Autoencoder => Vec::new(),
                Architecture::Cnn => blocks(flags.channels.as_ref(), row, data)?,
            },
            hidden: match flags.autoencoder {
                Some(AutoencoderSizes { latent, depth }) => {
                    Autoencoder::new(inputs, latent, depth, flags.activation, flags.init).hidden()
                }
                None => flags.hidden.0.clone(),
            },
            outputs,
            activation: flags.activation.name().to_owned(),
            batch_norm: flags.batch_norm && flags.model == Architecture::Mlp,
            dropout: flags.dropout,
            init: flags.init.to_string(),
            head: head.to_owned(),
        })
    }

    /// In words: `64 → 64 relu → 32 relu → 10`, or `784 → 2×16 conv, pool → 2×32 conv, pool → 128 relu → 10`, or for an
    /// autoencoder `64 → 16 relu → 4 → 16 relu → 64`.
    pub fn words(&self) -> String {
        let mut words = self.inputs.to_string();
        for channels in &self.channels {
            words.push_str(&format!(" → {CONVOLUTIONS}×{channels} conv, pool"));
        }
        for (i, width) in self.hidden.iter().enumerate() {
            words.push_str(&match self.code() {
                Some(code) if code == i => format!(" → {width}"),
                _ => format!(" → {width} {}", self.activation),
            });
        }
        let mut extras = Vec::new();
        if self.batch_norm {
            extras.push("batch norm".to_owned());
        }
        if self.dropout > 0.0 {
            extras.push(format!("dropout {}", self.dropout));
        }
        if !extras.is_empty() && !self.hidden.is_empty() {
            words.push_str(&format!(" ({})", extras.join(", ")));
        }
        format!("{words} → {}", self.outputs)
    }

    /// How many parameters it has for rows of this shape, but for those of normalisations.
    pub fn parameters(&self, row: &[usize]) -> u128 {
        let (channels, features) = match *row {
            [channels, ..] => (channels, self.features(row)),
            [] => (0, None),
        };
        let inputs = features.unwrap_or(usize::MAX);
        parameter_count::convolutions(channels, &self.channels)
            .saturating_add(parameter_count::dense(inputs, &self.hidden, self.outputs))
    }

    /// What a config read from a file must be for a network to be made of it, for rows of this shape.
    pub(crate) fn check(&self, row: &[usize]) -> Result<(), &'static str> {
        let is_cnn = self.model == Architecture::Cnn;
        let there_and_back = || self.hidden.iter().eq(self.hidden.iter().rev());
        let is_plain = !self.batch_norm && self.dropout == 0.0;
        match () {
            _ if (self.model == Architecture::Autoencoder) != self.rebuilds() => {
                Err("its head is not one of its network")
            }
            _ if self.rebuilds()
                && !(self.hidden.len() % 2 == 1 && there_and_back() && is_plain) =>
            {
                Err("its decoder is not its encoder turned round")
            }
            _ if self.hidden.contains(&0) => Err("a hidden layer has no units"),
            _ if !(0.0..1.0).contains(&self.dropout) => Err("dropout is no share below 1"),
            _ if self.channels.contains(&0) => Err("a convolution has no channels"),
            _ if is_cnn && row.len() != 3 => Err("its convolutions have no pictures"),
            _ if !is_cnn && !self.channels.is_empty() => Err("it has channels of no convolutions"),
            _ if is_cnn && self.channels.len() > halvings(row) => {
                Err("its pictures are too small for its convolutions")
            }
            _ if self.features(row).is_none() => Err("its convolutions are too large"),
            _ => Ok(()),
        }
    }

    /// Declares its parameters, for rows of this shape, and returns its layers.
    ///
    /// # Errors
    /// If a name in the config is not known.
    pub(crate) fn declare<T: Real>(
        &self,
        row: &[usize],
        params: &mut ParamsBuilder,
    ) -> Result<Sequential<T>, AppError> {
        let (activation, init) = self.named()?;
        if let Some(autoencoder) = self.halves(activation, init) {
            return Ok(autoencoder.declare(params));
        }
        let (hidden, outputs, dropout) = (self.hidden.clone(), self.outputs, self.dropout);
        Ok(match (self.model, row) {
            (Architecture::Cnn, &[channels, height, width]) => Cnn {
                picture: [channels, height, width],
                blocks: self.channels.clone(),
                convolutions: CONVOLUTIONS,
                hidden,
                outputs,
                activation,
                dropout,
                init,
            }
            .declare(params),
            _ => Mlp {
                inputs: self.inputs,
                hidden,
                outputs,
                activation,
                batch_norm: self.batch_norm,
                dropout,
                init,
            }
            .declare(params),
        })
    }

    /// The autoencoder that this is, with its halves.
    ///
    /// # Errors
    /// If it is another network, or a name in the config is not known.
    pub fn autoencoder(&self) -> Result<Autoencoder, AppError> {
        let (activation, init) = self.named()?;
        self.halves(activation, init).ok_or_else(|| {
            AppError::Failure(format!("the model is no autoencoder but a {}", self.model))
        })
    }

    /// Whether it is to say what it was given.
    pub fn rebuilds(&self) -> bool {
        [PIXELS, PIXEL_LOGITS].contains(&self.head.as_str())
    }

    /// The place of the code among the hidden layers of an autoencoder.
    fn code(&self) -> Option<usize> {
        (self.model == Architecture::Autoencoder).then_some(self.hidden.len() / 2)
    }

    fn halves(&self, activation: Activation, init: Init) -> Option<Autoencoder> {
        let there = &self.hidden[..=self.code()?];
        let widths = std::iter::once(self.inputs).chain(there.iter().copied());
        Some(Autoencoder {
            widths: widths.collect(),
            activation,
            init,
        })
    }

    /// What the names of the activation and of the initialiser stand for.
    fn named(&self) -> Result<(Activation, Init), AppError> {
        let unknown = |what: &str, name: &str| {
            AppError::Failure(format!("the model has an unknown {what} \"{name}\""))
        };
        let activation = Activation::parse(&self.activation)
            .ok_or_else(|| unknown("activation", &self.activation))?;
        let init = self.init.parse();
        let init = init.map_err(|_| unknown("initialiser", &self.init))?;
        Ok((activation, init))
    }

    /// Numbers that the first linear layer takes, unless there are more than can be counted.
    fn features(&self, row: &[usize]) -> Option<usize> {
        match (self.channels.last(), row) {
            (Some(channels), [_, height, width]) => {
                let blocks = u32::try_from(self.channels.len()).ok()?;
                let half = |side: &usize| side.checked_shr(blocks);
                channels
                    .checked_mul(half(height)?)?
                    .checked_mul(half(width)?)
            }
            _ => Some(self.inputs),
        }
    }
}

/// How often pictures of this shape can be halved.
fn halvings(row: &[usize]) -> usize {
    match *row {
        [_, height, width] => height.min(width).checked_ilog2().unwrap_or(0) as usize,
        _ => 0,
    }
}

/// The channels of each block: those asked for, or what suits the size of the pictures.
fn blocks(asked: Option<&Widths>, row: &[usize], data: &str) -> Result<Vec<usize>, AppError> {
    let &[channels, height, width] = row else {
        return Err(AppError::Failure(format!(
            "--model cnn takes pictures, and {data} is a table; --model mlp takes it"
        )));
    };
    match (halvings(row), asked) {
        (0, _) => Err(AppError::Failure(format!(
            "--model cnn takes pictures of 2 by 2 and larger, and those of {data} are {height} by {width}"
        ))),
        (most, Some(asked)) if asked.0.len() > most => Err(AppError::Failure(format!(
            "--channels {asked} halves pictures {} times, and those of {data} are {height} by {width}; give at most {most}",
            asked.0.len()
        ))),
        (_, Some(asked)) => Ok(asked.0.clone()),
        (_, None) => Ok(Cnn::new([channels, height, width], 1).blocks),
    }
}
