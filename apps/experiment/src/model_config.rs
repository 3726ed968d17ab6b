//! What defines a trained model. It stands in the model's file, so that the file can be used alone.
//!
//! Equal training gives equal configs: no paths, threads, names or times are in it.

use std::path::Path;

use autograd::Real;
use datasets::Affine;
use datasets::TestSplit;
use nn::{L1, L2, LossFunction, Model, Params, ParamsBuilder, Penalties};
use records::Number;
use serde::{Deserialize, Serialize};
use settings::{Partition, TrainingFlags};

use crate::error::AppError;
use crate::memory;
use crate::network::{NetworkConfig, PIXEL_LOGITS, PIXELS};

/// The key of the noise among what training was told.
const NOISE: &str = "denoise";

/// The definition of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelConfig {
    /// The version of this layout.
    pub format: u32,
    /// `"f32"` or `"f64"`.
    pub precision: String,
    /// What it was trained on.
    pub data: DataConfig,
    /// What a row is, and what comes out.
    pub rows: InputConfig,
    /// What outputs mean, for a regressor.
    pub outputs: Option<OutputConfig>,
    /// The layers.
    pub network: NetworkConfig,
    /// How it was trained: the flags' names and values.
    pub training: serde_json::Value,
}

/// The data of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataConfig {
    /// The name of the set, or for a file what kind it is: where a file lies is no part of a model.
    pub name: String,
    /// The columns to predict, if they were named.
    pub target: Vec<String>,
    /// The rows of a synthetic set.
    pub n: Option<usize>,
    /// The noise of a synthetic set.
    pub noise: Option<f64>,
    /// `"official"`, or the share of rows held out for test.
    pub split: String,
    /// The seed of the split.
    pub split_seed: u64,
    /// The share of the training rows held out for validation.
    pub val_fraction: f64,
}

/// The rows of a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputConfig {
    /// `[channels, height, width]` for pictures, `[columns]` for tables.
    pub shape: Vec<usize>,
    /// The names of the columns of a table.
    pub columns: Vec<String>,
    /// What every stored cell is multiplied by on the way into the network.
    pub scale: Each,
    /// What is added then.
    pub shift: Each,
    /// The names of the classes; empty for regression.
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
    pub const FORMAT: u32 = 3;

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
        let config: Self = serde_json::from_value(json).map_err(|e| {
            AppError::while_doing(format_args!("cannot understand {}", file.display()), e)
        })?;
        config.check().map_err(|problem| {
            AppError::Failure(format!("{} is damaged: {problem}", file.display()))
        })?;
        Ok(config)
    }

    /// What a config read from a file must be for a model to be made of it.
    fn check(&self) -> Result<(), &'static str> {
        let (network, rows) = (&self.network, &self.rows);
        let cells = rows
            .shape
            .iter()
            .try_fold(1_usize, |n, d| n.checked_mul(*d));
        let outputs = match network.head.as_str() {
            _ if network.rebuilds() => network.inputs,
            "sigmoid" => 1,
            "linear" => rows.targets.len(),
            _ => rows.classes.len(),
        };
        let tells_classes = network.head != "linear" && !network.rebuilds();
        let few_classes = tells_classes && rows.classes.len() < 2;
        let scaled = |outputs: &OutputConfig| {
            let numbers = outputs.scale.iter().chain(&outputs.shift);
            [outputs.scale.len(), outputs.shift.len()] == [network.outputs; 2]
                && numbers.copied().all(f64::is_finite)
        };
        match () {
            _ if !["f32", "f64"].contains(&self.precision.as_str()) => Err("unknown precision"),
            _ if network.inputs == 0 || cells != Some(network.inputs) => {
                Err("its rows do not fit its inputs")
            }
            _ if few_classes || outputs == 0 || network.outputs != outputs => {
                Err("its classes do not fit its outputs")
            }
            _ if !rows.scale.fits(network.inputs) || !rows.shift.fits(network.inputs) => {
                Err("the scale of its rows is no number")
            }
            _ if (network.head == "linear") != self.outputs.is_some() => {
                Err("its outputs have no scale, or one that they do not need")
            }
            _ if !self.outputs.as_ref().is_none_or(scaled) => {
                Err("the scale of its outputs is no number")
            }
            _ => network.check(&rows.shape),
        }
    }

    /// The model with its first weights.
    ///
    /// # Errors
    /// If the machine has no memory for it, or a name in the config is not known.
    pub fn fresh<T: Real>(&self, seed: u64) -> Result<Model<T>, AppError> {
        let mut builder = ParamsBuilder::new();
        let layers = self.network.declare(&self.rows.shape, &mut builder)?;
        let params = builder
            .build(seed, memory::limit())
            .map_err(AppError::failure)?;
        Ok(Model { layers, params })
    }

    /// The model of a finished run, in the precision it was trained in or a wider one.
    ///
    /// # Errors
    /// If the file does not hold the weights that the config describes.
    pub fn trained<T: Real>(&self, run: &Path) -> Result<Model<T>, AppError> {
        let mut model = self.fresh(0)?;
        let file = run.join("model.safetensors");
        if self.precision == T::NAME {
            nn::safetensors::load(&file, &mut model.params).map_err(AppError::failure)?;
        } else {
            let mut narrow = self.fresh::<f32>(0)?.params;
            nn::safetensors::load(&file, &mut narrow).map_err(AppError::failure)?;
            let wide = model.params.values_mut().iter_mut().zip(narrow.values());
            wide.for_each(|(wide, narrow)| *wide = T::from_f64(f64::from(*narrow)));
        }
        Ok(model)
    }

    /// What weights cost that were trained on so many rows; `None` where no penalty was asked for.
    pub fn penalty<T: Real>(&self, params: &Params<T>, rows: usize) -> Option<Number> {
        let strength = |key: &str| self.training[key].as_f64().filter(|x| *x > 0.0);
        let form = |key: &str| self.training[key].as_str().unwrap_or_default().to_owned();
        let l1 = strength("l1").map(|strength| L1 {
            strength,
            form: form("l1-form").parse().unwrap_or_default(),
        });
        let l2 = strength("l2").map(|strength| L2 {
            strength,
            form: form("l2-form").parse().unwrap_or_default(),
        });
        if l1.is_none() && l2.is_none() {
            return None;
        }
        Some(Number(
            Penalties::new(l1, l2, params).value(params.values(), rows),
        ))
    }

    /// What training minimised.
    ///
    /// # Errors
    /// If the head in the config is not known.
    pub fn loss(&self) -> Result<LossFunction, AppError> {
        match self.network.head.as_str() {
            "softmax" => Ok(LossFunction::CrossEntropy { smoothing: 0.0 }),
            "sigmoid" => Ok(LossFunction::BceWithLogits),
            "linear" | PIXELS => Ok(LossFunction::Mse),
            PIXEL_LOGITS => Ok(LossFunction::BceWithLogits),
            other => Err(AppError::Failure(format!(
                "the model has an unknown head \"{other}\""
            ))),
        }
    }

    /// The deviation of the noise that was added to inputs in training, to be removed; 0 for none.
    pub fn noise(&self) -> f64 {
        self.training[NOISE].as_f64().unwrap_or(0.0)
    }

    /// Which rows of the data set were for what.
    ///
    /// # Errors
    /// If the split in the config is not one.
    pub fn partition(&self) -> Result<Partition, AppError> {
        let split: TestSplit = self
            .data
            .split
            .parse()
            .map_err(|e| AppError::Failure(format!("the model's split is damaged: {e}")))?;
        Ok(Partition {
            split,
            split_seed: self.data.split_seed,
            val_fraction: self.data.val_fraction,
        })
    }

    /// The config as sorted JSON.
    ///
    /// # Errors
    /// None that a config can cause.
    pub fn to_json(&self) -> Result<serde_json::Value, AppError> {
        serde_json::to_value(self).map_err(|e| AppError::while_doing("cannot write the model", e))
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

/// The training flags as they stand in a config: what changes the weights, and nothing else. `noise` is the deviation of what
/// was added to inputs, 0 for none.
///
/// # Errors
/// None that flags can cause.
pub fn training_config(flags: &TrainingFlags, noise: f64) -> Result<serde_json::Value, AppError> {
    let mut json = serde_json::to_value(flags)
        .map_err(|e| AppError::while_doing("cannot write the model", e))?;
    if let Some(map) = json.as_object_mut() {
        map.remove("threads");
        if noise > 0.0 {
            map.insert(NOISE.to_owned(), noise.into());
        }
    }
    Ok(json)
}
