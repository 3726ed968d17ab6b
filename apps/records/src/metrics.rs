//! What a run leaves in `metrics.json`. The keys are promised; scripts rely on them.

use serde::{Deserialize, Serialize};

use crate::autoencoder::Codes;
use crate::finite_number::Number;

/// The content of `metrics.json`. `E` is [`Classification`], [`Regression`] or [`Reconstruction`](crate::Reconstruction).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics<E> {
    /// What was learned.
    pub task: Task,
    /// The data's name, as `--data` takes it.
    pub data: String,
    /// How many rows each part has.
    pub rows: RowCounts,
    /// Moves everything but the split.
    pub seed: u64,
    /// Moves the split.
    pub split_seed: u64,
    /// Epochs run.
    pub epochs: u64,
    /// Which weights the figures belong to.
    pub weights: Weights,
    /// Number of parameters.
    pub parameters: u64,
    /// Seconds of training steps alone, without loading, validation and drawing.
    pub train_seconds: Number,
    /// Seconds from start to end.
    pub total_seconds: Number,
    /// On the rows trained on.
    pub train: E,
    /// On the validation rows.
    pub validation: Option<E>,
    /// On the test rows.
    pub test: E,
    /// What simple models reach on the test rows, by name; empty where they were not run.
    pub baselines: std::collections::BTreeMap<String, E>,
    /// What is found in the codes of an autoencoder; absent for all else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<Codes>,
    /// The test figures of each fold, with `--folds`.
    pub folds: Option<Vec<E>>,
    /// The version that wrote this.
    pub version: String,
}

/// What a model learns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// A class for each row.
    Classification,
    /// One or more numbers for each row.
    Regression,
    /// Each row itself, through a code.
    Reconstruction,
}

/// Rows in each part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Trained on.
    pub train: u64,
    /// Held out of training to watch it.
    pub validation: u64,
    /// Held out for the final figures.
    pub test: u64,
}

/// Which weights were judged and saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weights {
    /// Those that did best on the validation rows.
    Best,
    /// Those after the last epoch.
    Last,
}

impl Weights {
    /// The word in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Last => "last",
        }
    }
}

/// How well a classifier does on some rows. `None` stands for a figure that is undefined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Mean cross-entropy, the data term alone; undefined for a baseline that gives no probabilities.
    pub loss: Option<Number>,
    /// What penalties on the parameters add; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Number>,
    /// Share of rows classified rightly.
    pub accuracy: Option<Number>,
    /// Mean over the classes.
    pub macro_precision: Option<Number>,
    /// Mean over the classes.
    pub macro_recall: Option<Number>,
    /// Mean over the classes.
    pub macro_f1: Option<Number>,
    /// One entry a class.
    pub per_class: Vec<PerClass>,
    /// Counts: rows are true classes, columns predicted ones.
    pub confusion: Vec<Vec<u64>>,
    /// Area under the ROC curve, the macro mean of one-vs-rest for more than two classes.
    pub roc_auc: Option<Number>,
}

/// How well a classifier does on one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerClass {
    /// The class's name.
    pub label: String,
    /// Right among those predicted as this class.
    pub precision: Option<Number>,
    /// Right among those of this class.
    pub recall: Option<Number>,
    /// Harmonic mean of both.
    pub f1: Option<Number>,
    /// Rows of this class.
    pub support: u64,
}

/// How well a regressor does on some rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// Mean squared error.
    pub mse: PerTarget,
    /// Its square root.
    pub rmse: PerTarget,
    /// Mean absolute error.
    pub mae: PerTarget,
    /// Share of the variance explained.
    pub r2: PerTarget,
    /// Mean squared error against the function without noise; synthetic data only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mse_true: Option<PerTarget>,
    /// What penalties on the parameters add to the loss; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Number>,
}

/// A figure for one target, or a list in the order of the targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PerTarget {
    /// Several targets.
    Many(Vec<Option<Number>>),
    /// One target.
    One(Option<Number>),
}

impl PerTarget {
    /// The figure of each target.
    pub fn list(&self) -> &[Option<Number>] {
        match self {
            Self::Many(list) => list,
            Self::One(figure) => std::slice::from_ref(figure),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regression_has_a_number_or_a_list() {
        let one = Some(Number(1.0));
        let figures = Regression {
            mse: PerTarget::One(one),
            rmse: PerTarget::Many(vec![one, None]),
            mae: PerTarget::One(one),
            r2: PerTarget::One(None),
            mse_true: None,
            penalty: None,
        };
        let text = serde_json::to_string(&figures).unwrap();
        assert_eq!(text, r#"{"mse":1.0,"rmse":[1.0,null],"mae":1.0,"r2":null}"#);
        assert_eq!(serde_json::from_str::<Regression>(&text).unwrap(), figures);
    }
}
