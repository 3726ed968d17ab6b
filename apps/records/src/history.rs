//! Records of `history.jsonl`. The keys are stable; scripts rely on them.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::FileError;
use crate::finite_number::Number;

/// One line of `history.jsonl`, for one epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Epoch, from 1.
    pub epoch: u64,
    /// Optimizer steps so far.
    pub step: u64,
    /// Learning rate of the epoch's last step.
    pub lr: Number,
    /// Duration in seconds.
    pub seconds: Number,
    /// Training metrics: means over the epoch's batches, in training mode.
    pub train: EpochFigures,
    /// Validation metrics, in evaluation mode; `null` without validation samples.
    pub validation: Option<EpochFigures>,
    /// What was seen in the layers after the epoch, with `--probe`; absent without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probe: Option<ProbeRecord>,
}

/// What was seen in the layers on some training samples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeRecord {
    /// Number of samples.
    pub samples: u64,
    /// Outputs of each layer with an activation, from the input on.
    pub activations: Vec<ActivationRecord>,
    /// Gradient of each weight, that of the loss without penalties.
    pub gradients: Vec<GradientRecord>,
}

/// Outputs of a layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationRecord {
    /// The layer in words: `Linear(64, 32) + relu`.
    pub layer: String,
    /// Mean.
    pub mean: Number,
    /// Standard deviation of the population.
    pub std: Number,
    /// Share of outputs that are exactly 0.
    pub zeros: Number,
}

/// Gradient of a weight.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientRecord {
    /// Name of the parameter.
    pub weight: String,
    /// Euclidean norm.
    pub norm: Number,
    /// Root of the mean square of its elements, by which layers of different sizes can be compared.
    pub rms: Number,
}

/// Loss and score at some point of training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochFigures {
    /// Loss, the data term alone.
    pub loss: Number,
    /// Accuracy of a classifier, or mean squared error of a regressor.
    #[serde(flatten)]
    pub score: Score,
    /// Penalty terms; 0 where there are none.
    pub penalty: Number,
}

/// The score next to the loss; its key in the file is its name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Score {
    /// Accuracy.
    Accuracy(Number),
    /// Mean squared error.
    Mse(Number),
}

impl Score {
    /// Key in the file, and name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy(_) => "accuracy",
            Self::Mse(_) => "mse",
        }
    }

    /// Value.
    pub fn value(self) -> f64 {
        match self {
            Self::Accuracy(x) | Self::Mse(x) => x.0,
        }
    }
}

/// Reads the complete lines at the start of a history, at most `most`.
///
/// # Errors
/// If the file cannot be read.
pub fn read_history(path: &Path, most: usize) -> Result<Vec<EpochRecord>, FileError> {
    let text = fs::read_to_string(path).map_err(|e| FileError::new("read", path, &e))?;
    let lines = text.lines();
    let records = lines.map_while(|line| serde_json::from_str(line).ok());
    Ok(records.take(most).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_history_has_the_promised_keys() {
        let line = EpochRecord {
            epoch: 1,
            step: 24,
            lr: Number(1e-3),
            seconds: Number(0.25),
            train: EpochFigures {
                loss: Number(1.5),
                score: Score::Accuracy(Number(0.75)),
                penalty: Number(0.0),
            },
            validation: None,
            probe: None,
        };
        let text = serde_json::to_string(&line).unwrap();
        assert_eq!(
            text,
            r#"{"epoch":1,"step":24,"lr":0.001,"seconds":0.25,"train":{"loss":1.5,"accuracy":0.75,"penalty":0.0},"validation":null}"#
        );
        assert_eq!(serde_json::from_str::<EpochRecord>(&text).unwrap(), line);
    }

    #[test]
    fn a_diverged_epoch_can_be_written_and_read() {
        let figures = EpochFigures {
            loss: Number(f64::INFINITY),
            score: Score::Mse(Number(f64::INFINITY)),
            penalty: Number(0.0),
        };
        let text = serde_json::to_string(&figures).unwrap();
        assert_eq!(
            text,
            r#"{"loss":"Infinity","mse":"Infinity","penalty":0.0}"#
        );
        assert_eq!(
            serde_json::from_str::<EpochFigures>(&text).unwrap(),
            figures
        );
    }
}
