//! The definition of an experiment: one typed tree.

use datasets::{Places, ReadOptions, Request, Spec, Task, TestSplit};
use nn::optim::{Method, Optimizer};
use nn::{EarlyStopping, TrainConfig};

use std::sync::Arc;

use autograd::Real;

use crate::error::WrongUsage;
use crate::model::{Architecture, ModelSettings};
use crate::values::{Augmentation, ClassWeights, Head, PixelLoss, Threshold, ThresholdMetric};

/// Everything that decides about a trained model: equal experiments give equal bits.
///
/// Flags, `config.toml`, the metadata of a model file, a case of a study and a point of a sweep are views of it, by the
/// [table of fields](crate::fields()).
#[derive(Clone, Debug, PartialEq)]
pub struct Experiment {
    /// What is learned.
    pub objective: Objective,
    /// From which samples.
    pub data: DataSettings,
    /// The network.
    pub model: ModelSettings,
    /// How it is trained.
    pub training: Training,
    /// What is made of its outputs once it is trained.
    pub decision: Decision,
}

/// What is learned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Objective {
    /// A class for each sample.
    Classification {
        /// What turns outputs into probabilities.
        head: Head,
    },
    /// One or more numbers for each sample, by the mean squared error.
    Regression {
        /// Whether targets are brought to mean 0 and standard deviation 1 over the training samples.
        standardize_targets: bool,
    },
    /// The input itself.
    Reconstruction {
        /// What training minimizes.
        loss: PixelLoss,
        /// What is added to inputs in training, to be removed.
        noise: PixelNoise,
    },
}

/// Gaussian noise on pixels, which are from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PixelNoise {
    /// Its standard deviation; 0 for none.
    pub deviation: f64,
    /// Whether noisy pixels are clipped to the range from 0 to 1, as an image is that is stored.
    pub clipped: bool,
}

impl PixelNoise {
    /// Noise of this standard deviation, not clipped.
    pub fn new(deviation: f64) -> Self {
        Self {
            deviation,
            clipped: false,
        }
    }

    /// Noise of this standard deviation, clipped.
    pub fn clipped(deviation: f64) -> Self {
        Self {
            deviation,
            clipped: true,
        }
    }
}

/// The kinds of [`Objective`], each with a program of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `classify`.
    Classification,
    /// `regress`.
    Regression,
    /// `autoencode`.
    Reconstruction,
}

/// The samples: which, how they are scaled, and what each is for.
#[derive(Clone, Debug, PartialEq)]
pub struct DataSettings {
    /// The name of the data set, as `--data` takes it.
    pub name: String,
    /// The columns to predict; empty for the usual ones of the set.
    pub target: Vec<String>,
    /// The number of samples of a synthetic set; `None` for the usual one.
    pub n: Option<usize>,
    /// The standard deviation of the noise of a synthetic set; `None` for the usual one.
    pub noise: Option<f64>,
    /// Where the x of a synthetic function lie; `None` for at random.
    pub places: Option<Places>,
    /// The seed of a synthetic set; `None` for that of the experiment.
    pub seed: Option<u64>,
    /// Where the test samples come from; `None` for what is usual for the set.
    pub split: Option<TestSplit>,
    /// The seed of the split.
    pub split_seed: u64,
    /// The share of the training samples held out for validation.
    pub val_fraction: f64,
    /// How many of the training samples are trained on; `None` for all.
    pub train_samples: Option<usize>,
    /// Whether features are brought to mean 0 and standard deviation 1 over the training samples; `None` for what is
    /// usual for the kind of data: tables are, images are not.
    pub standardize: Option<bool>,
    /// How a file of one's own is read.
    pub reading: ReadOptions,
}

/// Which samples are for what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partition {
    /// Where the test samples come from.
    pub split: TestSplit,
    /// The seed of the split.
    pub split_seed: u64,
    /// The share of the training samples that is held out for validation.
    pub val_fraction: f64,
    /// How many of the training samples are trained on; `None` for all.
    pub train_samples: Option<usize>,
}

/// What is made of the outputs of a classifier once it is trained, by its validation samples.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Decision {
    /// The probability of the second of two classes from which it is predicted; `None` where the likelier class is.
    pub threshold: Option<Threshold>,
    /// What the threshold is chosen for.
    pub metric: ThresholdMetric,
    /// Whether probabilities are calibrated by a temperature.
    pub calibrate: bool,
}

/// How the network is trained.
#[derive(Clone, Debug, PartialEq)]
pub struct Training {
    /// The optimizer's rule.
    pub optimizer: Method,
    /// The learning rate.
    pub lr: f64,
    /// The weight decay.
    pub weight_decay: f64,
    /// The number of epochs.
    pub epochs: u64,
    /// How much the samples of each class count.
    pub class_weight: ClassWeights,
    /// The augmentation of training images.
    pub augment: Augmentation,
    /// Double precision.
    pub f64: bool,
    /// All else that a trainer is told. Its seed is the experiment's.
    pub config: TrainConfig,
}

impl Objective {
    /// Its kind.
    pub fn kind(self) -> Kind {
        match self {
            Self::Classification { .. } => Kind::Classification,
            Self::Regression { .. } => Kind::Regression,
            Self::Reconstruction { .. } => Kind::Reconstruction,
        }
    }
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Classification, Self::Regression, Self::Reconstruction];

    /// The word for it in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Classification => "classification",
            Self::Regression => "regression",
            Self::Reconstruction => "reconstruction",
        }
    }

    /// The program that trains it.
    pub fn program(self) -> &'static str {
        match self {
            Self::Classification => "classify",
            Self::Regression => "regress",
            Self::Reconstruction => "autoencode",
        }
    }

    /// The objective of this kind, with its defaults.
    pub fn objective(self) -> Objective {
        match self {
            Self::Classification => Objective::Classification {
                head: Head::Softmax,
            },
            Self::Regression => Objective::Regression {
                standardize_targets: true,
            },
            Self::Reconstruction => Objective::Reconstruction {
                loss: PixelLoss::Mse,
                noise: PixelNoise::default(),
            },
        }
    }

    /// What data is asked to hold. Images are sorted into classes, though only what looks at codes asks for them.
    pub fn task(self) -> Task {
        match self {
            Self::Classification | Self::Reconstruction => Task::Classification,
            Self::Regression => Task::Regression,
        }
    }
}

impl Experiment {
    /// The defaults of a kind, before anything is known of the data.
    pub fn new(kind: Kind) -> Self {
        Self {
            objective: kind.objective(),
            data: DataSettings {
                name: match kind {
                    Kind::Regression => "runge",
                    _ => "digits",
                }
                .to_owned(),
                target: Vec::new(),
                n: None,
                noise: None,
                places: None,
                seed: None,
                split: None,
                split_seed: 0,
                val_fraction: 0.1,
                train_samples: None,
                standardize: None,
                reading: ReadOptions::default(),
            },
            model: ModelSettings::new(match kind {
                Kind::Reconstruction => Architecture::autoencoder(),
                _ => Architecture::mlp(),
            }),
            training: Training {
                optimizer: Method::default(),
                lr: 1e-3,
                weight_decay: 0.0,
                epochs: 50,
                class_weight: ClassWeights::default(),
                augment: Augmentation::default(),
                f64: false,
                config: TrainConfig {
                    batch_size: 32,
                    ..TrainConfig::default()
                },
            },
            decision: Decision::default(),
        }
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.objective.kind()
    }

    /// The seed of initialization, shuffling, dropout, augmentation and, unless it has its own, of synthetic data.
    pub fn seed(&self) -> u64 {
        self.training.config.seed
    }

    /// The data set.
    ///
    /// # Errors
    /// Wrong usage if there is none of that name.
    pub fn spec(&self) -> Result<Spec, WrongUsage> {
        let name = &self.data.name;
        name.parse()
            .map_err(|e| WrongUsage(format!("--data {name}: {e}")))
    }

    /// The data that is asked for.
    ///
    /// # Errors
    /// Wrong usage if there is no such data set, or it cannot be asked for so.
    pub fn request(&self) -> Result<Request, WrongUsage> {
        let request = Request {
            targets: self.data.target.clone(),
            n: self.data.n,
            noise: self.data.noise,
            places: self.data.places,
            seed: self.data.seed.unwrap_or(self.seed()),
            options: self.data.reading.clone(),
            ..Request::new(self.spec()?, self.kind().task())
        };
        request.check().map_err(WrongUsage::new)?;
        Ok(request)
    }

    /// Where the test samples come from unless somebody says otherwise: the file of `--test` is an official part.
    ///
    /// # Errors
    /// Wrong usage if there is no such data set.
    pub fn usual_split(&self) -> Result<TestSplit, WrongUsage> {
        match self.data.reading.test {
            Some(_) => Ok(TestSplit::Official),
            None => Ok(self.spec()?.default_split()),
        }
    }

    /// Which samples are for what: as it says, else as is usual for the data set.
    ///
    /// # Errors
    /// Wrong usage if there is no such data set.
    pub fn partition(&self) -> Result<Partition, WrongUsage> {
        let usual = || self.usual_split();
        Ok(Partition {
            split: self.data.split.map_or_else(usual, Ok)?,
            split_seed: self.data.split_seed,
            val_fraction: self.data.val_fraction,
            train_samples: self.data.train_samples,
        })
    }
}

impl Decision {
    /// The flag by which something is chosen on validation samples, if there is one.
    pub fn by_validation(&self) -> Option<&'static str> {
        match (self.threshold, self.calibrate) {
            (Some(Threshold::Auto), _) => Some("--threshold auto"),
            (_, true) => Some("--calibrate"),
            _ => None,
        }
    }
}

impl Training {
    /// The optimizer.
    pub fn optimizer<T: Real>(&self) -> Arc<dyn Optimizer<T>> {
        self.optimizer.optimizer(self.lr, self.weight_decay)
    }

    /// Stops after so many epochs without a better validation loss; `None` for never.
    pub fn set_patience(&mut self, patience: Option<u64>) {
        self.config.early_stopping = patience.map(|patience| EarlyStopping {
            patience,
            min_delta: 0.0,
        });
    }
}
