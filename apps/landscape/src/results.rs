//! Contents of `landscape.json`, `path.json`, `hessian.json` and `compare.json`.

use std::collections::BTreeMap;

use records::Number;
use serde::{Deserialize, Serialize};

/// A slice of the loss surface: `landscape.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Landscape {
    /// Steps along the first direction.
    pub(crate) x: Vec<f64>,
    /// Steps along the second direction; `None` for a 1-D slice.
    pub(crate) y: Option<Vec<f64>>,
    /// The mean loss, data term alone.
    pub(crate) loss: Grid,
    /// Accuracy, for classes.
    pub(crate) accuracy: Option<Grid>,
    /// Norm of the gradient with respect to the trained parameters, if requested.
    pub(crate) gradient_norm: Option<Grid>,
    /// Evaluation time of the points in seconds.
    pub(crate) seconds: Number,
    /// Number of points.
    pub(crate) points: usize,
    /// Number of samples that the loss is a mean over.
    pub(crate) samples: usize,
    /// Split of the samples: `train`, `validation` or `test`.
    pub(crate) split: String,
    /// Directions of the slice.
    pub(crate) directions: Directions,
    /// The model itself, on the grid or not.
    #[serde(rename = "centre")]
    pub(crate) center: Center,
    /// Training trajectory, projected on the slice.
    pub(crate) trajectory: Option<Trajectory>,
    /// The folder of the run.
    pub(crate) run: String,
    /// The version of the program.
    pub(crate) version: String,
}

/// Values at the points of a slice: a list, or a list for each step along the second direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Grid {
    /// Along a line: `[j]` belongs to `x[j]`.
    Line(Vec<Number>),
    /// On a plane: `[i][j]` belongs to `y[i]` and `x[j]`.
    Plane(Vec<Vec<Number>>),
}

/// Kind of a slice's directions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Directions {
    /// `random`, `pca`, `eigen` or `towards`.
    pub(crate) kind: String,
    /// `filter`, `layer`, `weight` or `none`.
    #[serde(rename = "normalise")]
    pub(crate) normalize: String,
    /// The seed of random directions.
    pub(crate) seed: u64,
}

/// The model at the center of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Center {
    /// Its loss.
    pub(crate) loss: Number,
}

/// The training trajectory, projected on a slice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trajectory {
    /// Epochs of the snapshots.
    pub(crate) epoch: Vec<u64>,
    /// Coordinates along the first direction.
    pub(crate) x: Vec<f64>,
    /// Coordinates along the second direction; zeros for a 1-D slice.
    pub(crate) y: Vec<f64>,
    /// Explained variance ratio of the first and the second direction.
    pub(crate) explained: [f64; 2],
}

/// The loss on the linear path between two models: `path.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Path {
    /// Interpolation coefficient: 0 is the first model, 1 the second.
    pub(crate) t: Vec<f64>,
    /// The mean loss there.
    pub(crate) loss: Vec<Number>,
    /// Accuracy, for classes.
    pub(crate) accuracy: Option<Vec<Number>>,
    /// The folders of both runs.
    pub(crate) runs: [String; 2],
    /// The version of the program.
    pub(crate) version: String,
}

/// The Hessian of the loss at a model: `hessian.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hessian {
    /// The largest eigenvalues, the largest first.
    pub(crate) top: Vec<Number>,
    /// The smallest eigenvalues, the smallest first.
    pub(crate) bottom: Vec<Number>,
    /// Estimated trace.
    pub(crate) trace: Trace,
    /// Spectral density.
    pub(crate) density: Density,
    /// The same for the diagonal block of each layer, by the layer's name.
    pub(crate) per_layer: BTreeMap<String, Block>,
    /// Sharpness: the largest growth of the loss in a ball around the model, if requested.
    pub(crate) sharpness: Option<Sharpness>,
    /// Number of Hessian-vector products.
    pub(crate) matvecs: usize,
    /// Number of samples that the loss is a mean over.
    pub(crate) samples: usize,
    /// The version of the program.
    pub(crate) version: String,
}

/// An estimated trace.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trace {
    /// The mean over random vectors.
    pub(crate) mean: Number,
    /// Its standard error.
    pub(crate) standard_error: Number,
}

/// The density of eigenvalues, smoothed; it integrates to 1.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Density {
    /// Eigenvalues of the grid.
    pub(crate) grid: Vec<f64>,
    /// The density there.
    pub(crate) values: Vec<Number>,
}

/// The diagonal block of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Block {
    /// Its largest eigenvalues, the largest first.
    pub(crate) top: Vec<Number>,
    /// Its smallest eigenvalues, the smallest first.
    pub(crate) bottom: Vec<Number>,
    /// Its trace, estimated.
    pub(crate) trace: Trace,
}

/// The largest loss in a ball around the model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Sharpness {
    /// The ball's radius ε.
    pub(crate) radius: f64,
    /// Largest loss found in it, minus the loss at the center.
    pub(crate) growth: Number,
}

/// Comparison of two runs: `compare.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Comparison {
    /// Both runs, in the given order.
    pub(crate) runs: Vec<Compared>,
    /// The version of the program.
    pub(crate) version: String,
}

/// One of two compared runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Compared {
    /// The folder of the run.
    pub(crate) run: String,
    /// Metrics on the training set.
    pub(crate) train: Judged,
    /// Metrics on the test set.
    pub(crate) test: Judged,
    /// The slice.
    pub(crate) landscape: Landscape,
    /// The curvature.
    pub(crate) hessian: Hessian,
}

/// Metrics of a model on a split.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The mean loss, data term alone.
    pub(crate) loss: Number,
    /// Accuracy, for classes.
    pub(crate) accuracy: Option<Number>,
}
