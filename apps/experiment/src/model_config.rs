//! The definition of a trained model. It stands in the model's file, so that the file can be used alone: the experiment,
//! and what was fitted to its training samples.
//!
//! Equal training gives equal configs: no paths, threads, names or times are in it.

use std::path::Path;

use autograd::Real;
use datasets::{Affine, Encoder, Fingerprint, Spec};
use nn::{LossFunction, Model, Params, Penalties, RowCounts};
use records::Number;
use serde::{Deserialize, Serialize};
use settings::{Experiment, Head, Objective, PixelLoss, PixelNoise};

use crate::decision::Decided;
use crate::error::AppError;
use crate::network::Network;

/// The definition of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelConfig {
    /// What it was trained by. Of a file only the kind is in it: where a file lies is no part of a model.
    pub experiment: Experiment,
    /// What a sample is, and how it was scaled.
    pub rows: InputConfig,
    /// What outputs mean, for a regressor.
    pub outputs: Option<OutputConfig>,
    /// How the cells of a table of one's own became numbers.
    pub encoder: Option<Encoder>,
    /// Hashes of the content of a file of one's own, by which it is noticed when that changes.
    pub fingerprint: Option<Fingerprint>,
    /// What is made of a classifier's outputs.
    pub decided: Decided,
    /// The network that follows from them.
    pub network: Network,
}

/// A config as it stands in a file.
#[derive(Serialize, Deserialize)]
struct Stored {
    format: u32,
    experiment: Experiment,
    rows: InputConfig,
    outputs: Option<OutputConfig>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    encoder: Option<Encoder>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<Fingerprint>,
    #[serde(default, skip_serializing_if = "Decided::is_none")]
    decided: Decided,
}

/// The samples of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputConfig {
    /// `[channels, height, width]` for images, `[columns]` for tables.
    pub shape: Vec<usize>,
    /// The names of the columns of a table.
    pub columns: Vec<String>,
    /// What every stored cell is multiplied by on the way into the network.
    pub scale: Each,
    /// What is added then.
    pub shift: Each,
    /// The names of the classes; empty for regression, and where a sample has any number of labels, each a target.
    pub classes: Vec<String>,
    /// The names of what is predicted.
    pub targets: Vec<String>,
}

/// What a regressor's outputs mean: an output times `scale` plus `shift` is a value in the target's own unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutputConfig {
    /// A factor for each target.
    pub scale: Vec<f64>,
    /// What is added then, for each target.
    pub shift: Vec<f64>,
}

/// A number for all columns, or one for each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Each {
    /// The same for all.
    All(f64),
    /// One for each.
    Own(Vec<f64>),
}

impl Each {
    fn fits(&self, columns: usize) -> bool {
        match self {
            Self::All(x) => x.is_finite(),
            Self::Own(list) => list.len() == columns && list.iter().all(|x| x.is_finite()),
        }
    }

    fn at(&self, column: usize) -> f64 {
        match self {
            Self::All(x) => *x,
            Self::Own(list) => list[column],
        }
    }
}

impl ModelConfig {
    /// The layout written by this version.
    pub const FORMAT: u32 = 4;

    /// The config of an experiment on samples like these.
    ///
    /// # Errors
    /// If the network does not go with the samples.
    pub fn new(
        experiment: &Experiment,
        rows: InputConfig,
        outputs: Option<OutputConfig>,
        data: &str,
    ) -> Result<Self, AppError> {
        let count = match experiment.objective {
            Objective::Classification {
                head: Head::Softmax,
            } => rows.classes.len(),
            Objective::Classification {
                head: Head::Sigmoid,
            } => match rows.classes.is_empty() {
                true => rows.targets.len(),
                false => 1,
            },
            Objective::Regression { .. } => rows.targets.len(),
            Objective::Reconstruction { .. } => rows.shape.iter().product(),
        };
        let network = Network::new(&experiment.model, &rows.shape, data, count)?;
        let mut experiment = experiment.clone();
        experiment.model = network.settled().clone();
        experiment.data.name = portable_name(&experiment)?;
        if let Some(test) = &mut experiment.data.reading.test {
            *test = experiment.data.name.clone().into();
        }
        Ok(Self {
            experiment,
            rows,
            outputs,
            encoder: None,
            fingerprint: None,
            decided: Decided::default(),
            network,
        })
    }

    /// The config in the file of a finished run.
    ///
    /// # Errors
    /// If the run is not finished, or the file is not one of ours.
    pub fn read(run: &Path) -> Result<Self, AppError> {
        if !run.is_dir() {
            return Err(AppError::Failure(format!(
                "{} is not a folder; give the folder of a finished run",
                run.display()
            )));
        }
        if !run.join("metrics.json").is_file() {
            return Err(AppError::Failure(format!(
                "{} holds no finished run: it has no metrics.json",
                run.display()
            )));
        }
        let file = run.join("model.safetensors");
        let json = nn::safetensors::metadata(&file).map_err(AppError::failure)?;
        // Another layout may lack what this one has, so its number comes first.
        let layout = json["format"].as_u64();
        if let Some(layout) = layout.filter(|l| *l != u64::from(Self::FORMAT)) {
            return Err(AppError::Failure(format!(
                "{} has layout {layout}, this version reads layout {}",
                file.display(),
                Self::FORMAT
            )));
        }
        let stored: Stored = serde_json::from_value(json).map_err(|e| {
            AppError::while_doing(format_args!("cannot understand {}", file.display()), e)
        })?;
        let damaged = |problem: &dyn std::fmt::Display| {
            AppError::Failure(format!("{} is damaged: {problem}", file.display()))
        };
        stored.check().map_err(|problem| damaged(&problem))?;
        let config = Self::new(&stored.experiment, stored.rows, stored.outputs, "its data");
        let config = config.map_err(|e| damaged(&e))?;
        config.network.parameters().map_err(|e| damaged(&e))?;
        Ok(Self {
            encoder: stored.encoder,
            fingerprint: stored.fingerprint,
            decided: stored.decided,
            ..config
        })
    }

    /// Whether it was trained in double precision.
    pub fn is_f64(&self) -> bool {
        self.experiment.training.f64
    }

    /// Whether a sample has any number of labels, each with a sigmoid output of its own.
    pub fn is_multilabel(&self) -> bool {
        let classifies = matches!(self.experiment.objective, Objective::Classification { .. });
        classifies && self.rows.classes.is_empty()
    }

    /// Whether outputs are compared with the inputs.
    pub fn reconstructs(&self) -> bool {
        matches!(self.experiment.objective, Objective::Reconstruction { .. })
    }

    /// The model with its first weights.
    ///
    /// # Errors
    /// If the machine has no memory for it.
    pub fn fresh<T: Real>(&self, seed: u64) -> Result<Model<T>, AppError> {
        self.network.model(seed)
    }

    /// The model of a finished run, in the precision it was trained in or a wider one.
    ///
    /// # Errors
    /// If the file does not hold the weights that the config describes.
    pub fn trained<T: Real>(&self, run: &Path) -> Result<Model<T>, AppError> {
        let mut model = self.fresh(0)?;
        let file = run.join("model.safetensors");
        let own = if self.is_f64() { f64::NAME } else { f32::NAME };
        if own == T::NAME {
            nn::safetensors::load(&file, &mut model.params).map_err(AppError::failure)?;
        } else {
            let mut narrow = self.fresh::<f32>(0)?.params;
            nn::safetensors::load(&file, &mut narrow).map_err(AppError::failure)?;
            let wide = model.params.values_mut().iter_mut().zip(narrow.values());
            wide.for_each(|(wide, narrow)| *wide = T::from_f64(f64::from(*narrow)));
        }
        Ok(model)
    }

    /// The penalty of weights that were trained on so many samples, in whole batches; `None` where none was asked for.
    pub fn penalty<T: Real>(&self, params: &Params<T>, rows: usize) -> Option<Number> {
        let training = &self.experiment.training.config;
        let l1 = training.l1.filter(|l1| l1.strength > 0.0);
        let l2 = training.l2.filter(|l2| l2.strength > 0.0);
        if l1.is_none() && l2.is_none() {
            return None;
        }
        let rows = RowCounts::new(rows, training.batch_size);
        Some(Number(
            Penalties::new(l1, l2, params).value(params.values(), rows),
        ))
    }

    /// What training minimized.
    pub fn loss(&self) -> LossFunction {
        loss(self.experiment.objective)
    }

    /// The noise that is added to inputs in training, to be removed.
    pub fn noise(&self) -> PixelNoise {
        match self.experiment.objective {
            Objective::Reconstruction { noise, .. } => noise,
            _ => PixelNoise::default(),
        }
    }

    /// The config as sorted JSON.
    ///
    /// # Errors
    /// If a setting is a number that JSON cannot hold.
    pub fn to_json(&self) -> Result<serde_json::Value, AppError> {
        let stored = Stored {
            format: Self::FORMAT,
            experiment: self.experiment.clone(),
            rows: self.rows.clone(),
            outputs: self.outputs.clone(),
            encoder: self.encoder.clone(),
            fingerprint: self.fingerprint.clone(),
            decided: self.decided,
        };
        serde_json::to_value(&stored)
            .map_err(|e| AppError::while_doing("cannot write the model", e))
    }
}

/// What training minimizes.
pub fn loss(objective: Objective) -> LossFunction {
    match objective {
        Objective::Classification {
            head: Head::Softmax,
        } => LossFunction::CrossEntropy { smoothing: 0.0 },
        Objective::Regression { .. }
        | Objective::Reconstruction {
            loss: PixelLoss::Mse,
            ..
        } => LossFunction::Mse,
        Objective::Classification {
            head: Head::Sigmoid,
        }
        | Objective::Reconstruction {
            loss: PixelLoss::CrossEntropy,
            ..
        } => LossFunction::BceWithLogits,
    }
}

/// The name of the data without where it lies.
fn portable_name(experiment: &Experiment) -> Result<String, AppError> {
    let name = &experiment.data.name;
    Ok(match (experiment.spec(), name.split_once(':')) {
        (Ok(Spec::Custom(_)), Some((kind, _))) => kind.to_owned(),
        _ => name.clone(),
    })
}

impl Stored {
    /// What a config read from a file must be for a model to be made of it.
    fn check(&self) -> Result<(), &'static str> {
        let rows = &self.rows;
        let cells = rows
            .shape
            .iter()
            .try_fold(1_usize, |n, d| n.checked_mul(*d));
        let Some(inputs) = cells.filter(|n| *n > 0) else {
            return Err("its samples have no size");
        };
        let classifies = matches!(self.experiment.objective, Objective::Classification { .. });
        let regresses = matches!(self.experiment.objective, Objective::Regression { .. });
        let scaled = |outputs: &OutputConfig| {
            let numbers = outputs.scale.iter().chain(&outputs.shift);
            [outputs.scale.len(), outputs.shift.len()] == [rows.targets.len(); 2]
                && numbers.copied().all(f64::is_finite)
        };
        match () {
            _ if classifies && rows.classes.len() < 2 => Err("it has fewer than two classes"),
            _ if regresses && rows.targets.is_empty() => Err("it has no targets"),
            _ if !rows.scale.fits(inputs) || !rows.shift.fits(inputs) => {
                Err("the scale of its samples is no number")
            }
            _ if regresses != self.outputs.is_some() => {
                Err("its outputs have no scale, or one that they do not need")
            }
            _ if self.encoder.as_ref().is_some_and(|e| e.width() != inputs) => {
                Err("its encoder makes other columns than it takes")
            }
            _ if !self.decided.is_sound() => Err("its threshold or temperature is no such number"),
            _ if self.decided.threshold.is_some() && rows.classes.len() != 2 => {
                Err("it has a threshold, which is for two classes")
            }
            _ if !self.outputs.as_ref().is_none_or(scaled) => {
                Err("the scale of its outputs is no number")
            }
            _ => Ok(()),
        }
    }
}

impl InputConfig {
    /// The map of stored cells as a config has it.
    pub fn scaling(affine: &Affine, columns: usize) -> (Each, Each) {
        match affine {
            Affine::Identity => (Each::All(1.0), Each::All(0.0)),
            Affine::Uniform { scale, shift } => (Each::All(*scale), Each::All(*shift)),
            Affine::PerColumn { .. } => {
                let (scale, shift) = (0..columns).map(|j| affine.column(j)).unzip();
                (Each::Own(scale), Each::Own(shift))
            }
        }
    }

    /// What is done to a stored cell on the way into the network.
    pub fn affine(&self) -> Affine {
        match (&self.scale, &self.shift) {
            (Each::All(scale), Each::All(shift)) => Affine::Uniform {
                scale: *scale,
                shift: *shift,
            },
            (scale, shift) => {
                let columns: usize = self.shape.iter().product();
                let own = |each: &Each| (0..columns).map(|j| each.at(j)).collect::<Vec<_>>();
                Affine::per_column(own(scale), own(shift))
            }
        }
    }
}

impl OutputConfig {
    /// Outputs, a row after the other, in the targets' own units.
    pub fn in_own_units<T: Real>(&self, outputs: &[T]) -> Vec<f64> {
        let columns = self.scale.len();
        let own =
            |(i, y): (usize, &T)| y.to_f64() * self.scale[i % columns] + self.shift[i % columns];
        outputs.iter().enumerate().map(own).collect()
    }
}
