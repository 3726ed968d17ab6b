//! The network of an experiment, once the shape of a sample and the number of outputs are known.

use autograd::{Activation, Real};
use nn::layers::{Autoencoder, Cnn, Mlp, Sequential};
use nn::{Model, ParamsBuilder};
use settings::{Architecture, ModelSettings, Widths};

use crate::error::AppError;
use crate::memory;

/// Convolutions in a block.
const CONVOLUTIONS: usize = 2;

/// A network for samples of a shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Its settings; the channels of convolutions are settled.
    model: ModelSettings,
    /// The shape of a sample.
    shape: Vec<usize>,
    /// The number of inputs: what the shape multiplies to.
    pub inputs: usize,
    /// The number of outputs.
    pub outputs: usize,
}

impl Network {
    /// The network of some settings, for samples of this shape from the data set `data`.
    ///
    /// # Errors
    /// If it is one for images, and the samples are none or too small, or it has activations for other layers than it has.
    pub fn new(
        model: &ModelSettings,
        shape: &[usize],
        data: &str,
        outputs: usize,
    ) -> Result<Self, AppError> {
        let mut model = model.clone();
        if let Architecture::Cnn { channels, .. } = &mut model.architecture {
            *channels = Some(Widths(blocks(channels.as_ref(), shape, data)?));
        }
        let network = Self {
            inputs: shape.iter().product(),
            shape: shape.to_vec(),
            outputs,
            model,
        };
        network.check_activations()?;
        Ok(network)
    }

    /// The settings, with nothing left open that the shape of a sample decides.
    pub fn settled(&self) -> &ModelSettings {
        &self.model
    }

    /// One activation goes with all layers; else there is one for each hidden layer of a perceptron.
    fn check_activations(&self) -> Result<(), AppError> {
        let given = self.model.activation.0.len();
        match &self.model.architecture {
            _ if given == 1 => Ok(()),
            Architecture::Mlp { hidden, .. } if hidden.0.len() == given => Ok(()),
            Architecture::Mlp { hidden, .. } => Err(AppError::Usage(format!(
                "--activation {} names {given} activations, and there are {} hidden layers; give one, or one for each",
                self.model.activation,
                hidden.0.len()
            ))),
            other => Err(AppError::Usage(format!(
                "--activation {}: the layers of --model {} share one activation",
                self.model.activation,
                other.name()
            ))),
        }
    }

    /// In words: `64 → 64 relu → 32 relu → 10`, or `784 → 2×16 conv, pool → 2×32 conv, pool → 128 relu → 10`, or for an
    /// autoencoder `64 → 16 relu → 4 → 16 relu → 64`.
    pub fn words(&self) -> String {
        let mut words = self.inputs.to_string();
        for channels in self.channels() {
            words.push_str(&format!(" → {CONVOLUTIONS}×{channels} conv, pool"));
        }
        let hidden = self.hidden();
        for (i, width) in hidden.iter().enumerate() {
            words.push_str(&match self.code() {
                Some(code) if code == i => format!(" → {width}"),
                _ => format!(" → {width} {}", self.activation(i).name()),
            });
        }
        let mut extras = Vec::new();
        if self.model.architecture.batch_norm() {
            extras.push("batch norm".to_owned());
        }
        let dropout = self.model.architecture.dropout();
        if dropout > 0.0 {
            extras.push(format!("dropout {dropout}"));
        }
        if !extras.is_empty() && !hidden.is_empty() {
            words.push_str(&format!(" ({})", extras.join(", ")));
        }
        format!("{words} → {}", self.outputs)
    }

    /// The number of its parameters, running statistics of normalizations included. Widths that are refused later do not
    /// overflow here.
    ///
    /// # Errors
    /// If it has more inputs than can be counted.
    pub fn parameters(&self) -> Result<u128, AppError> {
        let mut builder = ParamsBuilder::new();
        self.declare::<f32>(&mut builder)?;
        Ok(builder.count())
    }

    /// Declares its parameters, and returns its layers.
    ///
    /// # Errors
    /// If it has more inputs than can be counted.
    fn declare<T: Real>(&self, params: &mut ParamsBuilder) -> Result<Sequential<T>, AppError> {
        if self.features().is_none() {
            return Err(AppError::Usage(format!(
                "{} asks for more weights than can be counted",
                self.model.architecture.sizes()
            )));
        }
        if let Some(autoencoder) = self.halves() {
            return Ok(autoencoder.declare(params));
        }
        let (hidden, outputs, init) = (self.hidden(), self.outputs, self.model.init);
        let dropout = self.model.architecture.dropout();
        Ok(match (&self.model.architecture, self.shape.as_slice()) {
            (Architecture::Cnn { .. }, &[channels, height, width]) => Cnn {
                image: [channels, height, width],
                blocks: self.channels().to_vec(),
                convolutions: CONVOLUTIONS,
                hidden,
                outputs,
                activation: self.activation(0),
                dropout,
                init,
            }
            .declare(params),
            _ => {
                let activations: Vec<Activation> =
                    (0..hidden.len()).map(|i| self.activation(i)).collect();
                Mlp {
                    inputs: self.inputs,
                    hidden,
                    outputs,
                    activation: self.activation(0),
                    batch_norm: self.model.architecture.batch_norm(),
                    dropout,
                    init,
                }
                .declare_with(&activations, params)
            }
        })
    }

    /// A model of it with its first weights.
    ///
    /// # Errors
    /// If the machine has no memory for it.
    pub fn model<T: Real>(&self, seed: u64) -> Result<Model<T>, AppError> {
        let mut builder = ParamsBuilder::new();
        let layers = self.declare(&mut builder)?;
        let params = builder
            .build(seed, memory::limit())
            .map_err(AppError::failure)?;
        Ok(Model { layers, params })
    }

    /// The autoencoder that this is, with its halves.
    ///
    /// # Errors
    /// If it is another network.
    pub fn autoencoder(&self) -> Result<Autoencoder, AppError> {
        self.halves().ok_or_else(|| {
            AppError::Failure(format!(
                "the model is no autoencoder but a {}",
                self.model.architecture.name()
            ))
        })
    }

    /// The activation of a hidden layer.
    fn activation(&self, layer: usize) -> Activation {
        let given = &self.model.activation.0;
        given[layer.min(given.len() - 1)]
    }

    /// The channels of each block of convolutions.
    fn channels(&self) -> &[usize] {
        match &self.model.architecture {
            Architecture::Cnn {
                channels: Some(channels),
                ..
            } => &channels.0,
            _ => &[],
        }
    }

    /// The widths of the hidden linear layers; of an autoencoder all between input and output, the code's in the middle.
    fn hidden(&self) -> Vec<usize> {
        match (&self.model.architecture, self.halves()) {
            (_, Some(autoencoder)) => autoencoder.hidden(),
            (architecture, None) => architecture
                .hidden()
                .map_or_else(Vec::new, |widths| widths.0.clone()),
        }
    }

    /// The place of the code among the hidden layers of an autoencoder.
    fn code(&self) -> Option<usize> {
        Some(self.halves()?.hidden().len() / 2)
    }

    fn halves(&self) -> Option<Autoencoder> {
        let Architecture::Autoencoder { latent, depth } = self.model.architecture else {
            return None;
        };
        let (activation, init) = (self.activation(0), self.model.init);
        Some(Autoencoder::new(
            self.inputs,
            latent,
            depth,
            activation,
            init,
        ))
    }

    /// Numbers that the first linear layer takes, unless there are more than can be counted.
    fn features(&self) -> Option<usize> {
        match (self.channels().last(), self.shape.as_slice()) {
            (Some(channels), [_, height, width]) => {
                let blocks = u32::try_from(self.channels().len()).ok()?;
                let half = |side: &usize| side.checked_shr(blocks);
                channels
                    .checked_mul(half(height)?)?
                    .checked_mul(half(width)?)
            }
            _ => Some(self.inputs),
        }
    }
}

/// The number of parameters that a network has for any data: that for samples as small as it takes.
///
/// # Errors
/// If it has activations for other layers than it has, or more weights than can be counted.
pub fn least_parameters(model: &ModelSettings) -> Result<u128, AppError> {
    let side = match &model.architecture {
        Architecture::Cnn { channels, .. } => {
            let blocks = channels.as_ref().map_or(1, |channels| channels.0.len());
            let side = u32::try_from(blocks)
                .ok()
                .and_then(|n| 1_usize.checked_shl(n));
            side.filter(|side| *side < 1 << 30).ok_or_else(|| {
                AppError::usage(format_args!(
                    "{} halves images {blocks} times; no image is so large",
                    model.architecture.sizes()
                ))
            })?
        }
        _ => return Network::new(model, &[1], "samples", 1)?.parameters(),
    };
    Network::new(model, &[1, side, side], "images", 1)?.parameters()
}

/// The channels of each block: those asked for, or what suits the size of the images.
fn blocks(asked: Option<&Widths>, shape: &[usize], data: &str) -> Result<Vec<usize>, AppError> {
    let &[channels, height, width] = shape else {
        return Err(AppError::Failure(format!(
            "--model cnn takes images, and {data} is a table; --model mlp takes it"
        )));
    };
    let halvings = height.min(width).checked_ilog2().unwrap_or(0) as usize;
    match (halvings, asked) {
        (0, _) => Err(AppError::Failure(format!(
            "--model cnn takes images of 2 by 2 and larger, and those of {data} are {height} by {width}"
        ))),
        (most, Some(asked)) if asked.0.len() > most => Err(AppError::Failure(format!(
            "--channels {asked} halves images {} times, and those of {data} are {height} by {width}; give at most {most}",
            asked.0.len()
        ))),
        (_, Some(asked)) => Ok(asked.0.clone()),
        (_, None) => Ok(Cnn::new([channels, height, width], 1).blocks),
    }
}

#[cfg(test)]
mod tests {
    use settings::Activations;

    use super::*;

    fn mlp(hidden: &[usize]) -> ModelSettings {
        ModelSettings::new(Architecture::Mlp {
            hidden: Widths(hidden.to_vec()),
            batch_norm: false,
            dropout: 0.0,
        })
    }

    #[test]
    fn parameters_are_weights_and_biases() {
        let of = |model: &ModelSettings, shape: &[usize]| {
            Network::new(model, shape, "data", 10).unwrap()
        };
        let network = of(&mlp(&[64, 32]), &[784]);
        let parameters = 785 * 64 + 65 * 32 + 33 * 10;
        assert_eq!(network.parameters().unwrap(), parameters);
        assert_eq!(network.words(), "784 → 64 relu → 32 relu → 10");
        let built = network.model::<f32>(0).unwrap();
        assert_eq!(built.params.len() as u128, parameters);
        let cnn = of(&ModelSettings::new(Architecture::cnn()), &[1, 8, 8]);
        let built = cnn.model::<f32>(0).unwrap();
        assert_eq!(built.params.len() as u128, cnn.parameters().unwrap());
    }

    #[test]
    fn widths_beyond_reason_do_not_overflow() {
        let wide = least_parameters(&mlp(&[usize::MAX, usize::MAX])).unwrap();
        assert!(wide > 1 << 127);
        let channels = |widths: Vec<usize>| {
            ModelSettings::new(Architecture::Cnn {
                channels: Some(Widths(widths)),
                hidden: Widths(vec![8]),
                dropout: 0.0,
            })
        };
        assert!(least_parameters(&channels(vec![usize::MAX; 2])).unwrap() > 1 << 100);
        let deep = least_parameters(&channels(vec![1; 70])).unwrap_err();
        assert!(
            deep.to_string().contains("halves images 70 times"),
            "{deep}"
        );
    }

    #[test]
    fn activations_are_one_or_as_many_as_layers() {
        let mut model = mlp(&[8, 8]);
        model.activation = Activations(vec![Activation::Relu, Activation::Tanh]);
        let network = Network::new(&model, &[4], "data", 2).unwrap();
        assert_eq!(network.words(), "4 → 8 relu → 8 tanh → 2");
        model.activation.0.push(Activation::Relu);
        let error = Network::new(&model, &[4], "data", 2).unwrap_err();
        assert!(
            error.to_string().contains("there are 2 hidden layers"),
            "{error}"
        );
    }
}
