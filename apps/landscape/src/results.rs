//! What is written: `landscape.json`, `path.json` and `hessian.json`.

use std::collections::BTreeMap;

use records::Number;
use serde::{Deserialize, Serialize};

/// A slice of the loss surface: `landscape.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Landscape {
    /// The steps along the first direction.
    pub(crate) x: Vec<f64>,
    /// The steps along the second direction; `None` for a slice along a line.
    pub(crate) y: Option<Vec<f64>>,
    /// The mean loss, data term alone.
    pub(crate) loss: Grid,
    /// The share of rows judged rightly, for classes.
    pub(crate) accuracy: Option<Grid>,
    /// The norm of the loss's gradient with respect to what is trained, where it was asked for.
    pub(crate) gradient_norm: Option<Grid>,
    /// The time that the points took, in seconds.
    pub(crate) seconds: Number,
    /// How many points there are.
    pub(crate) points: usize,
    /// How many rows the loss is a mean over.
    pub(crate) samples: usize,
    /// Which part of the data these rows are from: `train`, `validation` or `test`.
    pub(crate) split: String,
    /// Where the slice lies.
    pub(crate) directions: Directions,
    /// The model itself, on the grid or not.
    #[serde(rename = "centre")]
    pub(crate) center: Center,
    /// Where the run passed on its way, projected on the slice.
    pub(crate) trajectory: Option<Trajectory>,
    /// The folder of the run.
    pub(crate) run: String,
    /// The version of the program.
    pub(crate) version: String,
}

/// Numbers at the points of a slice: a list, or a list for each step along the second direction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Grid {
    /// Along a line: `[j]` belongs to `x[j]`.
    Line(Vec<Number>),
    /// On a plane: `[i][j]` belongs to `y[i]` and `x[j]`.
    Plane(Vec<Vec<Number>>),
}

/// How the directions of a slice were made.
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

/// The path of training, projected on a slice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Trajectory {
    /// The epochs after which the parameters were kept.
    pub(crate) epoch: Vec<u64>,
    /// Where they lie along the first direction.
    pub(crate) x: Vec<f64>,
    /// Where they lie along the second direction; zeros for a slice along a line.
    pub(crate) y: Vec<f64>,
    /// The share of the path's variance along the first and the second direction.
    pub(crate) explained: [f64; 2],
}

/// The loss on the straight line between two models: `path.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Path {
    /// Where on the line: 0 is the first model, 1 the second.
    pub(crate) t: Vec<f64>,
    /// The mean loss there.
    pub(crate) loss: Vec<Number>,
    /// The share of rows judged rightly, for classes.
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
    /// The sum of all eigenvalues, estimated.
    pub(crate) trace: Trace,
    /// How eigenvalues are spread.
    pub(crate) density: Density,
    /// The same for the diagonal block of each layer, by the layer's name.
    pub(crate) per_layer: BTreeMap<String, Block>,
    /// The largest growth of the loss in a ball around the model, if it was asked for.
    pub(crate) sharpness: Option<Sharpness>,
    /// How many products of the Hessian with a vector it took.
    pub(crate) matvecs: usize,
    /// How many rows the loss is a mean over.
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
    /// Where it is given.
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
    /// The largest loss that was found in it, less the loss at the center.
    pub(crate) growth: Number,
}

/// Two solutions side by side: `compare.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Comparison {
    /// Both of them, in the order they were given.
    pub(crate) runs: Vec<Compared>,
    /// The version of the program.
    pub(crate) version: String,
}

/// One of two solutions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Compared {
    /// The folder of the run.
    pub(crate) run: String,
    /// On the training rows.
    pub(crate) train: Judged,
    /// On the test rows.
    pub(crate) test: Judged,
    /// The slice.
    pub(crate) landscape: Landscape,
    /// The curvature.
    pub(crate) hessian: Hessian,
}

/// How good a model is on some rows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Judged {
    /// The mean loss, data term alone.
    pub(crate) loss: Number,
    /// The share of rows judged rightly, for classes.
    pub(crate) accuracy: Option<Number>,
}
