//! Contents of `landscape.json`, `path.json`, `hessian.json` and `compare.json`.

use records::Number;
use serde::{Deserialize, Serialize};

/// A slice of the loss surface: `landscape.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Landscape {
    /// Steps along the first direction.
    pub x: Vec<f64>,
    /// Steps along the second direction; `None` for a 1-D slice.
    pub y: Option<Vec<f64>>,
    /// The mean loss, data term alone.
    pub loss: Grid,
    /// Accuracy of the likelier class, for classes.
    pub accuracy: Option<Grid>,
    /// Norm of the gradient with respect to the trained parameters, if requested.
    pub gradient_norm: Option<Grid>,
    /// Evaluation time of the points in seconds.
    pub seconds: Number,
    /// Number of points.
    pub points: usize,
    /// Samples that the loss is a mean over.
    #[serde(flatten)]
    pub samples: Samples,
    /// Directions of the slice.
    pub directions: Directions,
    /// The model itself, on the grid or not.
    #[serde(rename = "centre")]
    pub center: Center,
    /// Training trajectory, projected on the slice.
    pub trajectory: Option<Trajectory>,
    /// The folder of the run.
    pub run: String,
    /// The version of the program.
    pub version: String,
}

/// Values at the points of a slice: a list, or a list for each step along the second direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Grid {
    /// Along a line: `[j]` belongs to `x[j]`.
    Line(Vec<Number>),
    /// On a plane: `[i][j]` belongs to `y[i]` and `x[j]`.
    Plane(Vec<Vec<Number>>),
}

/// Samples that a loss is a mean over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    /// Name of the data.
    pub data: String,
    /// Split of the samples: `train`, `validation` or `test`.
    pub split: String,
    /// Number of samples.
    pub samples: usize,
    /// Number of samples of the split.
    pub available: usize,
    /// Seed that drew the samples from the split; `None` if they are all of it.
    pub sample_seed: Option<u64>,
    /// True if they were drawn class by class, in proportion to the classes of the split.
    pub by_class: bool,
    /// How samples and classes weigh in the loss, as in training; `None` where all count the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighting: Option<String>,
}

impl Samples {
    /// The samples for a title: `30 test samples of iris`, `2000 of 60000 training samples of mnist`.
    pub fn in_words(&self) -> String {
        let split = match self.split.as_str() {
            "train" => "training",
            split => split,
        };
        let count = match self.samples == self.available {
            true => self.samples.to_string(),
            false => format!("{} of {}", self.samples, self.available),
        };
        format!("{count} {split} samples of {}", self.data)
    }

    /// How they were drawn; `None` if they are all of the split.
    pub fn drawn(&self) -> Option<String> {
        let classes = match self.by_class {
            true => ", in proportion to their classes",
            false => "",
        };
        let seed = self.sample_seed?;
        Some(format!("drawn by seed {seed}{classes}"))
    }

    /// The samples, how they were drawn, and how they weigh.
    pub fn in_full(&self) -> String {
        let samples = match self.drawn() {
            None => format!("all {}", self.in_words()),
            Some(drawn) => format!("{}, {drawn}", self.in_words()),
        };
        match &self.weighting {
            None => samples,
            Some(weighting) => format!("{samples}, as in training: {weighting}"),
        }
    }
}

/// Kind of a slice's directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Directions {
    /// `random`, `pca`, `eigen` or `towards`.
    pub kind: String,
    /// `filter`, `layer`, `weight` or `none`.
    #[serde(rename = "normalise")]
    pub normalize: String,
    /// The seed of random directions.
    pub seed: u64,
    /// The run that the first direction leads to, for `towards`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<OtherRun>,
}

/// The run that a direction leads to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherRun {
    /// The folder of the run.
    pub run: String,
    /// Its step along the first direction; `None` where it does not lie on the slice, or that is not known.
    pub at: Option<f64>,
}

/// The model at the center of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Center {
    /// Its loss.
    pub loss: Number,
}

/// The training trajectory, projected on a slice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trajectory {
    /// Epochs of the snapshots.
    pub epoch: Vec<u64>,
    /// Coordinates along the first direction.
    pub x: Vec<f64>,
    /// Coordinates along the second direction; zeros for a 1-D slice.
    pub y: Vec<f64>,
    /// Explained variance ratio of the first and the second direction.
    pub explained: [f64; 2],
}

/// The loss on the linear path between two models: `path.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Path {
    /// Interpolation coefficient: 0 is the first model, 1 the second.
    pub t: Vec<f64>,
    /// The mean loss there.
    pub loss: Vec<Number>,
    /// Accuracy, for classes.
    pub accuracy: Option<Vec<Number>>,
    /// The barrier between both models; `None` if `t` does not contain both 0 and 1.
    pub barrier: Option<Barrier>,
    /// Samples that the loss is a mean over.
    #[serde(flatten)]
    pub samples: Samples,
    /// The folders of both runs.
    pub runs: [String; 2],
    /// The version of the program.
    pub version: String,
}

/// The barrier on the path between two models, at the values of t from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Barrier {
    /// Losses of both models.
    pub ends: [Number; 2],
    /// Largest rise of the loss above the straight line between the losses of both models.
    pub above_line: Rise,
    /// Rise of the largest loss above the larger loss of both models.
    pub above_larger_end: Rise,
}

/// A rise of the loss on a path.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rise {
    /// The rise: 0 if there is none, infinite if the loss is not finite, NaN if that of one of the models is not.
    pub value: Number,
    /// Where it is; for 0 an end of the path, for NaN that whose loss is not finite.
    pub t: f64,
    /// The loss there.
    pub loss: Number,
}

/// The Hessian of the loss at a model: `hessian.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hessian {
    /// The largest eigenvalues, the largest first.
    pub top: Vec<Number>,
    /// The smallest eigenvalues, the smallest first.
    pub bottom: Vec<Number>,
    /// Estimated trace.
    pub trace: Trace,
    /// Spectral density.
    pub density: Density,
    /// The same for the diagonal block of each layer, in the order of the model file.
    pub per_layer: Vec<Block>,
    /// Sharpness: the largest growth of the loss in a ball around the model, if requested.
    pub sharpness: Option<Sharpness>,
    /// Number of Hessian-vector products.
    pub matvecs: usize,
    /// Samples that the loss is a mean over.
    #[serde(flatten)]
    pub samples: Samples,
    /// The folder of the run.
    pub run: String,
    /// The version of the program.
    pub version: String,
}

/// An estimated trace.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// The mean over random vectors.
    pub mean: Number,
    /// Its standard error.
    pub standard_error: Number,
}

/// The density of eigenvalues, smoothed; it integrates to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Density {
    /// Eigenvalues of the grid.
    pub grid: Vec<f64>,
    /// The density there.
    pub values: Vec<Number>,
}

/// The diagonal block of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// Names of the layer's parameters in the model file: `0.weight`, `0.bias`.
    pub parameters: Vec<String>,
    /// What the layer is: `Linear(64, 32) + relu`.
    pub layer: String,
    /// Its largest eigenvalues, the largest first.
    pub top: Vec<Number>,
    /// Its smallest eigenvalues, the smallest first.
    pub bottom: Vec<Number>,
    /// Its trace, estimated.
    pub trace: Trace,
}

impl Block {
    /// Names of the layer's parameters in the model file.
    pub fn name(&self) -> String {
        self.parameters.join(", ")
    }
}

/// The largest loss in a ball around the model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sharpness {
    /// The ball's radius ε.
    pub radius: f64,
    /// Largest loss found in it, minus the loss at the center.
    pub growth: Number,
}

/// Comparison of two runs: `compare.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// Both runs, in the given order.
    pub runs: Vec<Compared>,
    /// Settings that differ between the runs, in the order of the table of settings.
    pub differences: Vec<Difference>,
    /// The version of the program.
    pub version: String,
}

/// A setting that differs between two runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The flag that sets it: `--lr`.
    pub setting: String,
    /// Its values in both runs, in the given order.
    pub values: [String; 2],
}

/// One of two compared runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// The folder of the run.
    pub run: String,
    /// Metrics on the training set.
    pub train: Evaluated,
    /// Metrics on the test set.
    pub test: Evaluated,
    /// The slice.
    pub landscape: Landscape,
    /// The curvature.
    pub hessian: Hessian,
}

/// Metrics of a model on a split, samples weighed as in training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluated {
    /// The mean loss, data term alone.
    pub loss: Number,
    /// Accuracy, for classes.
    pub accuracy: Option<Number>,
}
