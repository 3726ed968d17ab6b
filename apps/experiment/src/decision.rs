//! What is made of a classifier's outputs, as it was found on validation samples.

use autograd::{Real, prelude::*};
use nn::metrics::{Criterion, RowWeights, best_threshold, temperature};
use nn::{BatchTargets, Evaluation, Loss, LossFunction, Predictions};
use serde::{Deserialize, Serialize};
use settings::{Decision, Threshold, ThresholdMetric};

use crate::data::Data;
use crate::error::AppError;

/// What was found, kept with the model.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Decided {
    /// The probability of the second of two classes from which it is predicted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threshold: Option<f64>,
    /// What outputs are divided by before they become probabilities.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temperature: Option<f64>,
}

impl Decided {
    /// What needs no samples to be found.
    pub fn given(decision: &Decision) -> Self {
        Self {
            threshold: match decision.threshold {
                Some(Threshold::Fixed(x)) => Some(x),
                Some(Threshold::Auto) | None => None,
            },
            temperature: None,
        }
    }

    /// Whether outputs are taken as they are.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Whether the numbers can be what they stand for.
    pub(crate) fn is_sound(&self) -> bool {
        self.threshold.is_none_or(|x| 0.0 < x && x < 1.0)
            && self.temperature.is_none_or(|t| t > 0.0 && t.is_finite())
    }

    /// Refuses validation samples that cannot decide what they are asked to.
    ///
    /// # Errors
    /// A sentence about them.
    pub(crate) fn check(decision: &Decision, data: &Data) -> Result<(), AppError> {
        let Some(flag) = decision.by_validation() else {
            return Ok(());
        };
        let rows = &data.validation;
        if rows.is_empty() {
            return Err(AppError::Failure(format!(
                "{flag} needs validation samples, and there are none; a greater --val-fraction would hold some out"
            )));
        }
        let wanted: &[u32] = match (decision.threshold, decision.metric) {
            (Some(Threshold::Auto), ThresholdMetric::F1) => &[1],
            (Some(Threshold::Auto), ThresholdMetric::BalancedAccuracy) => &[0, 1],
            _ => &[],
        };
        let targets = &data.set.part.targets;
        let mut labels = vec![0; rows.len()];
        if !wanted.is_empty() {
            targets.labels_into(rows, &mut labels);
        }
        let weights = targets.weights();
        let counts = |row: &u32| weights.is_none_or(|weights| weights[*row as usize] > 0.0);
        for class in wanted {
            let mut of_class = rows
                .iter()
                .zip(&labels)
                .filter(|(_, label)| *label == class);
            if !of_class.any(|(row, _)| counts(row)) {
                let weighted = match weights {
                    Some(_) => " with a weight above 0",
                    None => "",
                };
                return Err(AppError::Failure(format!(
                    "--threshold auto: {} is not defined, since none of the {} validation samples is of class {}{weighted}; a \
                     greater --val-fraction holds out more",
                    decision.metric,
                    rows.len(),
                    data.set.class_names[*class as usize]
                )));
            }
        }
        Ok(())
    }

    /// Finds what is asked for on the validation samples that were evaluated, whose classes have these names. Returns
    /// sentences on what could not be found: a network that diverged decides nothing, and is worse than any other.
    pub(crate) fn found<T: Real>(
        decision: &Decision,
        on_validation: &Evaluation<T>,
        names: &[String],
    ) -> (Self, Vec<String>) {
        let (mut decided, mut warnings) = (Self::given(decision), Vec::new());
        let truth = on_validation.targets().classes().as_slice();
        let weights = RowWeights::from(on_validation.weights());
        if decision.calibrate {
            let logits = logits(on_validation);
            decided.temperature = temperature(truth, &logits, names.len(), weights);
            if decided.temperature.is_none() {
                let why = match logits.iter().all(|z| z.is_finite()) {
                    false => "the network's outputs are not finite",
                    true => "the validation loss falls however small or large it is made",
                };
                warnings.push(format!(
                    "--calibrate: there is no best temperature, because {why}; probabilities stay as they are"
                ));
            }
        }
        if let Some(Threshold::Auto) = decision.threshold {
            let probabilities = decided.scaled(on_validation).probabilities();
            let second: Vec<T> = probabilities.iter().skip(1).step_by(2).copied().collect();
            let positive: Vec<bool> = truth.iter().map(|class| *class == 1).collect();
            let found = best_threshold(&positive, &second, criterion(decision.metric), weights);
            decided.threshold = found.map(|(threshold, _)| threshold);
            if found.is_none() {
                warnings.push(format!(
                    "--threshold auto: {} is not defined for the network's outputs on the validation samples; the likelier \
                     class is predicted",
                    decision.metric
                ));
            }
        }
        (decided, warnings)
    }

    /// The outputs over the temperature.
    pub fn scaled<T: Real>(&self, of: &Predictions<T>) -> Predictions<T> {
        match self.temperature {
            Some(t) => Predictions {
                outputs: of.outputs.mul_scalar(t.recip()),
            },
            None => of.clone(),
        }
    }

    /// The probability of each class, `[rows, classes]` row-major.
    pub fn probabilities<T: Real>(&self, of: &Predictions<T>) -> Vec<T> {
        self.scaled(of).probabilities()
    }

    /// The class of each row, by its [probabilities](Self::probabilities).
    pub fn classes<T: Real>(&self, of: &Predictions<T>, probabilities: &[T]) -> Vec<u32> {
        match self.threshold {
            Some(threshold) => {
                let second = probabilities.iter().skip(1).step_by(2);
                second.map(|p| u32::from(p.to_f64() >= threshold)).collect()
            }
            None => of.classes(),
        }
    }

    /// The mean loss of the outputs over the temperature.
    pub(crate) fn loss<T: Real>(&self, loss: LossFunction, of: &Evaluation<T>) -> f64 {
        if self.temperature.is_none() {
            return of.loss;
        }
        let scaled = self.scaled(of).outputs;
        let rows = of.len() as f64;
        match of.weights() {
            None => loss.value(&scaled, of.targets()).item().to_f64(),
            Some(weights) => {
                let targets = BatchTargets::Weighted {
                    of: Box::new(of.targets().clone()),
                    weights: weights.into(),
                };
                let value = loss.value(&scaled, &targets).item().to_f64();
                value * rows / weights.iter().sum::<f64>()
            }
        }
    }
}

/// A logit for each class: of a single output, those of 0 and itself.
fn logits<T: Real>(of: &Predictions<T>) -> Vec<f64> {
    let outputs = of.outputs.to_vec();
    match of.outputs.shape()[1] {
        1 => outputs.iter().flat_map(|z| [0.0, z.to_f64()]).collect(),
        _ => outputs.iter().map(|z| z.to_f64()).collect(),
    }
}

/// What a threshold is chosen for, as metrics have it.
fn criterion(metric: ThresholdMetric) -> Criterion {
    match metric {
        ThresholdMetric::F1 => Criterion::F1,
        ThresholdMetric::Accuracy => Criterion::Accuracy,
        ThresholdMetric::BalancedAccuracy => Criterion::BalancedAccuracy,
    }
}
