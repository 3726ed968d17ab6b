//! What a run leaves in `history.jsonl`. The keys are promised; scripts rely on them.

use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::FileError;
use crate::finite_number::Number;

/// One line of `history.jsonl`: one epoch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochRecord {
    /// Epochs done, from 1.
    pub epoch: u64,
    /// Optimizer steps done.
    pub step: u64,
    /// Step size of the epoch's last step.
    pub lr: Number,
    /// Seconds this epoch took.
    pub seconds: Number,
    /// Mean over the epoch's batches, in training mode.
    pub train: EpochFigures,
    /// On the validation rows, in evaluation mode; `null` where there are none.
    pub validation: Option<EpochFigures>,
}

/// How well the network does at some point of training.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EpochFigures {
    /// The data term alone.
    pub loss: Number,
    /// Accuracy of a classifier, mean squared error of a regressor.
    #[serde(flatten)]
    pub score: Score,
    /// What penalties on the parameters add to the loss; 0 where there are none.
    pub penalty: Number,
}

/// The figure that stands beside the loss; its key in the file is its name.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Score {
    /// Share of rows classified rightly.
    Accuracy(Number),
    /// Mean squared error.
    Mse(Number),
}

impl Score {
    /// The key in the file, and the word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accuracy(_) => "accuracy",
            Self::Mse(_) => "mse",
        }
    }

    /// The figure.
    pub fn value(self) -> f64 {
        match self {
            Self::Accuracy(x) | Self::Mse(x) => x.0,
        }
    }
}

/// The whole lines at the start of a history, at most so many.
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
