//! Content of `metrics.json`. The keys are stable; scripts rely on them.

use serde::{Deserialize, Serialize};

use crate::autoencoder::Codes;
use crate::finite_number::Number;

/// The content of `metrics.json`. `E` is [`Classification`], [`Regression`] or [`Reconstruction`](crate::Reconstruction).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metrics<E> {
    /// Task.
    pub task: Task,
    /// Name of the data, as `--data` takes it.
    pub data: String,
    /// File or folder of the test samples, as `--test` takes it; absent where they are a part of the data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub test_data: Option<String>,
    /// Number of samples of each split.
    pub rows: RowCounts,
    /// Random seed of everything but the split.
    pub seed: u64,
    /// Random seed of the split.
    pub split_seed: u64,
    /// Number of epochs run.
    pub epochs: u64,
    /// Weights that the metrics belong to.
    pub weights: Weights,
    /// Number of parameters.
    pub parameters: u64,
    /// Training time in seconds: steps alone, without loading, validation and plotting.
    pub train_seconds: Number,
    /// Total time in seconds.
    pub total_seconds: Number,
    /// Metrics on the training set.
    pub train: E,
    /// Metrics on the validation set.
    pub validation: Option<E>,
    /// Metrics on the test set.
    pub test: E,
    /// Baselines on the test set, by name; empty where they were not run.
    pub baselines: std::collections::BTreeMap<String, E>,
    /// Diagnostics of an autoencoder's latent codes; absent for other tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub codes: Option<Codes>,
    /// Metrics of each fold, with `--folds`.
    pub folds: Option<Vec<E>>,
    /// Version of the program.
    pub version: String,
}

/// Task of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Classification: a class per sample.
    Classification,
    /// Regression: one or more numbers per sample.
    Regression,
    /// Reconstruction: the sample itself, through a latent code.
    Reconstruction,
}

/// Number of samples of each split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCounts {
    /// Training samples.
    pub train: u64,
    /// Validation samples.
    pub validation: u64,
    /// Test samples.
    pub test: u64,
}

/// Weights that were evaluated and saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Weights {
    /// Best on the validation set.
    Best,
    /// After the last epoch.
    Last,
}

impl Weights {
    /// Name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Best => "best",
            Self::Last => "last",
        }
    }
}

/// Classification metrics. `None` stands for an undefined metric. Where samples do not all count the same, metrics are of
/// their weights; counts are of samples nevertheless.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Classification {
    /// Mean cross-entropy, the data term alone; undefined for a baseline that gives no probabilities.
    pub loss: Option<Number>,
    /// Penalty terms; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Number>,
    /// Accuracy.
    pub accuracy: Option<Number>,
    /// Macro average.
    pub macro_precision: Option<Number>,
    /// Macro average.
    pub macro_recall: Option<Number>,
    /// Macro average.
    pub macro_f1: Option<Number>,
    /// One entry per class.
    pub per_class: Vec<PerClass>,
    /// Counts: rows are true classes, columns predicted ones.
    pub confusion: Vec<Vec<u64>>,
    /// The sums of the samples' weights in place of their counts; absent where all count the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weighted_confusion: Option<Vec<Vec<Number>>>,
    /// Area under the ROC curve, macro-averaged one-vs-rest for more than two classes.
    pub roc_auc: Option<Number>,
    /// Average precision, the area under the precision-recall curve, macro-averaged like the ROC AUC.
    #[serde(default)]
    pub average_precision: Option<Number>,
    /// Expected calibration error of the predicted classes, in 15 bins of confidence.
    #[serde(default)]
    pub calibration_error: Option<Number>,
    /// Probability of the second class from which it is predicted; absent where the likelier class is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Number>,
    /// Temperature that the outputs are divided by; absent where they are taken as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<Number>,
    /// What the outputs come to without the temperature; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uncalibrated: Option<Uncalibrated>,
}

/// Metrics of probabilities that are not calibrated.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Uncalibrated {
    /// Mean cross-entropy.
    pub loss: Option<Number>,
    /// Expected calibration error of the predicted classes, in 15 bins of confidence.
    pub calibration_error: Option<Number>,
}

/// Metrics of one class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PerClass {
    /// Class name.
    pub label: String,
    /// Precision.
    pub precision: Option<Number>,
    /// Recall.
    pub recall: Option<Number>,
    /// F1 score.
    pub f1: Option<Number>,
    /// Support: samples of this class.
    pub support: u64,
}

/// Regression metrics.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Regression {
    /// Mean squared error.
    pub mse: PerTarget,
    /// Root mean squared error.
    pub rmse: PerTarget,
    /// Mean absolute error.
    pub mae: PerTarget,
    /// Coefficient of determination R².
    pub r2: PerTarget,
    /// Mean squared error to the noiseless function; synthetic data only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mse_true: Option<PerTarget>,
    /// Penalty terms; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub penalty: Option<Number>,
}

/// A metric of one target, or a list in the order of the targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum PerTarget {
    /// Several targets.
    Many(Vec<Option<Number>>),
    /// One target.
    One(Option<Number>),
}

impl PerTarget {
    /// Value of each target.
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
