//! The flags, in groups that apps combine.

use std::path::PathBuf;
use std::sync::Arc;

use autograd::{Activation, Real};
use clap::Args;
use datasets::TestSplit;
use nn::optim::Rule;
use nn::{Clip, Init, L1, L1Form, L2, L2Form, Loss, Schedule};
use serde::Serialize;

use super::choices::{
    Architecture, Head, Initialisers, PixelLoss, activation, form, optimizer, write_activation,
};
use super::values::{
    Augmentation, Names, Widths, count, depth, folder_name, folds, not_negative, positive, seed,
    share, threads, write_shown, write_split,
};
use crate::error::AppError;
use crate::memory;

/// Which data, and how it is split.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Data")]
#[serde(rename_all = "kebab-case")]
pub struct DataFlags {
    /// Data set to learn from
    #[arg(long, value_name = "NAME", default_value = "digits")]
    pub data: String,

    /// Only folder to look in for data [default: $GRADUS_DATA, then the cache folder]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Never download
    #[arg(long)]
    pub offline: bool,

    /// Test rows: official, or drawn anew as a share of all [default: official if there are some, else 0.2]
    #[arg(long, value_name = "WHICH")]
    #[serde(serialize_with = "write_split")]
    pub split: Option<TestSplit>,

    /// Moves the split, and nothing else
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    pub split_seed: u64,

    /// Share of the training rows held out for validation
    #[arg(long, value_name = "X", value_parser = share, default_value = "0.1")]
    pub val_fraction: f64,

    /// Judge by K-fold cross-validation: each fold of the training rows by a network trained on the others [default: off]
    #[arg(long, value_name = "K", value_parser = folds)]
    pub folds: Option<usize>,

    /// Columns to predict, by name [default: the usual ones of the data set]
    #[arg(long, value_name = "NAMES")]
    pub target: Option<Names>,

    /// Rows of a synthetic set
    #[arg(long, value_name = "N", value_parser = count)]
    pub n: Option<usize>,

    /// Standard deviation of the noise of a synthetic set
    #[arg(long, value_name = "S", value_parser = not_negative)]
    pub noise: Option<f64>,

    /// Bring columns to mean 0 and deviation 1 over the training rows [default: for tables]
    #[arg(long, overrides_with = "no_standardise")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub standardise: bool,

    /// Leave columns as they are [default: for pictures]
    #[arg(long, overrides_with = "standardise")]
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub no_standardise: bool,
}

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

    /// Normalise each hidden layer of an mlp over the batch; a cnn's convolutions always are
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

    /// The sizes of an autoencoder, which have flags of their own: [`CoderFlags`].
    #[arg(skip)]
    #[serde(skip)]
    pub coder: Option<Coder>,
}

/// The sizes of an autoencoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Coder {
    /// Numbers of a code.
    pub latent: usize,
    /// Layers from the inputs to the code, and as many back.
    pub depth: usize,
}

/// What an autoencoder looks like, and what it learns.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Model")]
#[serde(rename_all = "kebab-case")]
pub struct CoderFlags {
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

impl CoderFlags {
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
            coder: Some(Coder {
                latent: self.latent,
                depth: self.depth,
            }),
        }
    }
}

/// What only classifiers have.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Classes")]
#[serde(rename_all = "kebab-case")]
pub struct ClassFlags {
    /// Outputs to probabilities; sigmoid is for two classes
    #[arg(long, value_name = "NAME", default_value = "softmax")]
    pub head: Head,

    /// Judge simple models also where that takes long; tables and embedded data always have them
    #[arg(long)]
    pub baselines: bool,
}

/// What only regressors have.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Simple models")]
#[serde(rename_all = "kebab-case")]
pub struct DegreeFlags {
    /// Degree of the polynomials that OLS, Ridge and LASSO fit
    #[arg(long, value_name = "D", value_parser = count, default_value = "1")]
    pub degree: usize,
}

/// How the network is trained.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Training")]
#[serde(rename_all = "kebab-case")]
pub struct TrainingFlags {
    /// Rule that turns gradients into steps
    #[arg(long, value_name = "NAME", value_parser = optimizer(), default_value = "adam")]
    pub optimizer: String,

    /// Step size
    #[arg(long, value_name = "X", value_parser = positive, default_value = "0.001")]
    pub lr: f64,

    /// How the step size goes: constant, step:K,G, exponential:G, cosine, one-cycle, plateau:K,G
    #[arg(long, value_name = "COURSE", default_value = "constant")]
    pub schedule: Schedule,

    /// Epochs over which the step size rises before that
    #[arg(long, value_name = "E", default_value = "0")]
    pub warmup: u64,

    /// Momentum of sgd, nesterov and rmsprop [default: 0.9 for nesterov, else 0]
    #[arg(long, value_name = "M", value_parser = share)]
    pub momentum: Option<f64>,

    /// Weight decay
    #[arg(long, value_name = "X", value_parser = not_negative, default_value = "0")]
    pub weight_decay: f64,

    /// Penalty on absolute weights, 0 for none
    #[arg(long, value_name = "X", value_parser = not_negative, default_value = "0")]
    pub l1: f64,

    /// What --l1 means
    #[arg(long, value_name = "FORM", value_parser = form::<L1Form>(L1Form::NAMES), default_value = "l1")]
    pub l1_form: L1Form,

    /// Penalty on squared weights, 0 for none
    #[arg(long, value_name = "X", value_parser = not_negative, default_value = "0")]
    pub l2: f64,

    /// What --l2 means
    #[arg(long, value_name = "FORM", value_parser = form::<L2Form>(L2Form::NAMES), default_value = "l2")]
    pub l2_form: L2Form,

    /// Largest norm of the weights into a unit [default: off]
    #[arg(long, value_name = "X", value_parser = positive)]
    pub max_norm: Option<f64>,

    /// Rows in a training step
    #[arg(long, value_name = "N", value_parser = count, default_value = "32")]
    pub batch_size: usize,

    /// Times through the training rows
    #[arg(long, value_name = "N", value_parser = count, default_value = "50")]
    pub epochs: usize,

    /// Change pictures at random in training: some of shift, rotate, flip, crop, elastic, noise:S
    #[arg(long, value_name = "LIST", default_value = "none")]
    #[serde(serialize_with = "write_shown")]
    pub augment: Augmentation,

    /// Scale a gradient of greater norm down to it [default: off]
    #[arg(long, value_name = "X", value_parser = positive)]
    pub clip_norm: Option<f64>,

    /// Stop after K epochs without a better validation loss, and keep the best weights [default: off]
    #[arg(long, value_name = "K", value_parser = count)]
    pub early_stopping: Option<usize>,

    /// Moves everything but the split
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    pub seed: u64,

    /// Threads, 1 to 1024; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,

    /// Compute in double precision
    #[arg(long)]
    pub f64: bool,
}

/// Where the run is written.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Run folder")]
#[serde(rename_all = "kebab-case")]
pub struct FolderFlags {
    /// Keep the parameters of every K-th epoch [default: off]
    #[arg(long, value_name = "K", value_parser = count)]
    pub snapshots: Option<usize>,

    /// Folder to write to [default: runs/APP-DATA-N]
    #[arg(long, value_name = "DIR", conflicts_with = "name")]
    #[serde(skip)]
    pub out: Option<PathBuf>,

    /// Write to runs/S
    #[arg(long, value_name = "S", value_parser = folder_name)]
    #[serde(skip)]
    pub name: Option<String>,

    /// Write to a folder that is not empty, and remove the run in it
    #[arg(long)]
    #[serde(skip)]
    pub force: bool,

    /// Go on with the run in DIR, under its settings; a greater --epochs makes it longer
    #[arg(long, value_name = "DIR")]
    #[serde(skip)]
    pub resume: Option<PathBuf>,
}

/// How a finished run is looked at.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct LookFlags {
    /// Only folder to look in for data [default: $GRADUS_DATA, then the cache folder]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Never download
    #[arg(long)]
    pub offline: bool,

    /// Threads, 1 to 1024; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,

    /// Say nothing but results, warnings and errors
    #[arg(long, short)]
    pub quiet: bool,

    /// Print results as JSON
    #[arg(long)]
    pub json: bool,
}

/// How the app takes its settings and talks about its work.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Settings and messages")]
pub struct Session {
    /// Take settings from a file; flags win over it. RUN/config.toml repeats RUN
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Print the settings that would be used, and stop
    #[arg(long)]
    #[serde(skip)]
    pub print_config: bool,

    /// Say nothing but warnings and errors
    #[arg(long, short)]
    #[serde(skip)]
    pub quiet: bool,

    /// Print the content of metrics.json at the end
    #[arg(long)]
    #[serde(skip)]
    pub json: bool,
}

impl ModelFlags {
    /// Checks that no one flag can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub fn check(&self, training: &TrainingFlags) -> Result<(), AppError> {
        match self.model {
            Architecture::Mlp if self.channels.is_some() => Err(AppError::usage(
                "--channels is about convolutions, which --model mlp does not have; --model cnn has them",
            )),
            Architecture::Mlp if self.batch_norm && training.batch_size == 1 => {
                Err(AppError::usage(
                    "--batch-norm compares the rows of a batch, and --batch-size 1 leaves nothing to compare",
                ))
            }
            _ => Ok(()),
        }
    }

    /// The parameters that there are for any data.
    pub fn least_parameters(&self) -> u128 {
        if let Some(coder) = self.coder {
            return memory::dense_parameters(1, &[coder.latent], 1);
        }
        let blocks = self.channels.as_ref().map_or(&[][..], |blocks| &blocks.0);
        let inputs = blocks.last().copied().unwrap_or(1);
        memory::convolution_parameters(1, blocks).saturating_add(memory::dense_parameters(
            inputs,
            &self.hidden.0,
            1,
        ))
    }

    /// The flags that say how large the network is, as they were given.
    pub fn sizes(&self) -> String {
        match (&self.channels, self.coder) {
            (_, Some(coder)) => format!("--latent {} --depth {}", coder.latent, coder.depth),
            (Some(channels), _) => format!("--channels {channels} --hidden {}", self.hidden),
            (None, _) => format!("--hidden {}", self.hidden),
        }
    }
}

impl TrainingFlags {
    /// The optimiser that is asked for.
    ///
    /// # Errors
    /// Wrong usage if it does not take the momentum.
    pub fn rule<T: Real>(&self) -> Result<Arc<dyn Rule<T>>, AppError> {
        nn::optim::by_name(&self.optimizer, self.momentum)
            .map_err(|e| AppError::Usage(format!("--momentum: {e}")))
    }

    /// Checks that no one flag can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub fn check(&self, data: &DataFlags) -> Result<(), AppError> {
        if self.early_stopping.is_some() && data.val_fraction == 0.0 {
            return Err(AppError::usage(
                "--early-stopping needs validation rows, and --val-fraction 0 leaves none",
            ));
        }
        if self.warmup >= self.epochs as u64 && self.warmup > 0 {
            return Err(AppError::Usage(format!(
                "--warmup {} leaves none of --epochs {} to the schedule",
                self.warmup, self.epochs
            )));
        }
        self.rule::<f64>().map(drop)
    }

    /// How a model is stepped.
    pub fn settings(&self, loss: Loss) -> nn::Settings {
        nn::Settings {
            lr: self.lr,
            schedule: self.schedule,
            warmup: self.warmup,
            batch_size: self.batch_size,
            seed: self.seed,
            weight_decay: self.weight_decay,
            l1: (self.l1 > 0.0).then_some(L1 {
                strength: self.l1,
                form: self.l1_form,
            }),
            l2: (self.l2 > 0.0).then_some(L2 {
                strength: self.l2,
                form: self.l2_form,
            }),
            clip: self.clip_norm.map(Clip::Norm),
            max_norm: self.max_norm,
            ..nn::Settings::new(loss)
        }
    }

    /// Refuses a network that cannot fit in memory; `sizes` are the flags that ask for so many `parameters`.
    ///
    /// # Errors
    /// Wrong usage, with what is needed and what there is.
    pub fn check_memory(&self, parameters: u128, sizes: &str) -> Result<(), AppError> {
        // The parameters, their gradient, what the optimiser keeps, and the best weights so far.
        let kept = self.rule::<f64>()?.state().len();
        let copies = 2 + kept + usize::from(self.early_stopping.is_some());
        let bytes = if self.f64 { 8 } else { 4 };
        memory::check_fits(parameters, bytes, copies, sizes)
    }
}
