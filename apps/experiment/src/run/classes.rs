//! Learning classes.

mod answer;

use std::collections::BTreeMap;

use autograd::Real;
use baselines::{Guesses, Logistic, NotConverged};
use datasets::InputKind;
use datasets::Targets;
use nn::metrics::RowWeights;
use nn::{Evaluation, LossFunction, Model, evaluate};
use records::{Classification, Number, Score, Uncalibrated};
use settings::{Decision, Head, Objective, Threshold};

use super::prepared::Prepared;
use super::task::{Task, another_kind};
use crate::averages;
use crate::data::Data;
use crate::decision::Decided;
use crate::error::AppError;
use crate::interrupt;
use crate::metrics::{self, Answers, calibration_error_of};
use crate::model_config::{self, ModelConfig, OutputConfig};

pub use answer::ClassAnswer;

/// Cells of all rows together up to which baselines are evaluated unasked: they take seconds then.
const FEW_CELLS: usize = 1 << 20;

/// A class for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// What turns outputs into probabilities.
    pub head: Head,
    /// The names of the classes; none where a row has any number of labels.
    pub names: Vec<String>,
    /// What is to be made of outputs.
    pub decision: Decision,
    /// What that has come to.
    pub decided: Decided,
}

impl Classes {
    /// The classes of a data set.
    ///
    /// # Errors
    /// If there are fewer than two, or the head is not for so many.
    pub fn of(data: &Data, head: Head) -> Result<Self, AppError> {
        let (name, names) = (&data.set.name, data.set.class_names.clone());
        if names.len() < 2 {
            return Err(AppError::Failure(format!(
                "{name} has {} class, and a classifier tells at least two apart",
                names.len()
            )));
        }
        if head == Head::Sigmoid && names.len() != 2 {
            return Err(AppError::Usage(format!(
                "--head sigmoid is for two classes, and {name} has {}",
                names.len()
            )));
        }
        Ok(Self {
            head,
            names,
            decision: Decision::default(),
            decided: Decided::default(),
        })
    }

    /// Any number of labels for each row: targets are values of 0 and 1, a column a label. It is trained like any other; what
    /// judges or answers row by row takes one class a row.
    pub fn labels() -> Self {
        Self {
            head: Head::Sigmoid,
            names: Vec::new(),
            decision: Decision::default(),
            decided: Decided::default(),
        }
    }

    /// The same with this to be made of outputs.
    ///
    /// # Errors
    /// If it is a threshold, and there are not two classes.
    pub fn deciding(self, decision: Decision) -> Result<Self, AppError> {
        if decision.threshold.is_some() && self.names.len() != 2 {
            return Err(AppError::Usage(format!(
                "--threshold is for two classes, and there are {}",
                self.names.len()
            )));
        }
        Ok(Self {
            decision,
            decided: Decided::given(&decision),
            ..self
        })
    }

    /// What baselines reach on the test rows: chance, the commonest class of the training rows, and logistic
    /// regression on the columns as the network sees them, with a warning where its fit is not exact. It is left out for many
    /// rows of images, unless `always`. Rows count as they weigh; `class_weights` weigh the classes of the logistic regression
    /// besides.
    pub fn simple(
        &self,
        data: &Prepared,
        class_weights: Option<&[f64]>,
        seed: u64,
        always: bool,
    ) -> (BTreeMap<String, Classification>, Option<NotConverged>) {
        let set = &data.data.set;
        let is_table = matches!(set.input, InputKind::Table { .. });
        let cells = set.len().saturating_mul(set.part.inputs.row_len());
        let (train, test) = (&data.data.train, &data.data.test);
        let (labels, truth) = (data.classes(train), data.classes(test));
        let count = self.names.len();
        let (own, on_test) = (data.weights(train), data.weights(test));
        let judged = |guesses: Guesses| {
            let answers = Answers {
                classes: &guesses.classes,
                probabilities: &guesses.probabilities,
                loss: guesses.loss,
                weights: on_test.as_deref(),
            };
            metrics::classification(&answers, &truth, &self.names)
        };
        let mut found = BTreeMap::from([
            (
                "random".to_owned(),
                judged(baselines::random(test.len(), count, seed)),
            ),
            (
                "majority".to_owned(),
                judged(baselines::majority(
                    &labels,
                    own.as_deref(),
                    test.len(),
                    count,
                )),
            ),
        ]);
        if !always && !is_table && cells > FEW_CELLS {
            return (found, None);
        }
        let inputs = data.examples().inputs;
        let stop = interrupt::requested;
        let weights = fitting_weights(&labels, own, class_weights);
        let (logistic, warning) =
            Logistic::fit(inputs, train, &labels, weights.as_deref(), count, stop);
        let probabilities = logistic.probabilities(inputs, test);
        let logistic = Guesses {
            classes: likeliest(&probabilities, count),
            loss: RowWeights::from(on_test.as_deref()).log_loss(&truth, &probabilities, count),
            probabilities,
        };
        found.insert("logistic".to_owned(), judged(logistic));
        (found, warning.filter(|_| !stop()))
    }
}

/// What each training row counts in a fit: its own weight times that of its class, of the mean 1.
fn fitting_weights(
    labels: &[u32],
    own: Option<Vec<f64>>,
    of_classes: Option<&[f64]>,
) -> Option<Vec<f64>> {
    if own.is_none() && of_classes.is_none() {
        return None;
    }
    let mut weights = own.unwrap_or_else(|| vec![1.0; labels.len()]);
    if let Some(of_classes) = of_classes {
        for (weight, class) in weights.iter_mut().zip(labels) {
            *weight *= of_classes[*class as usize];
        }
    }
    let mean = weights.iter().sum::<f64>() / weights.len() as f64;
    weights.iter_mut().for_each(|weight| *weight /= mean);
    Some(weights)
}

/// The likeliest class of each row, the first among equals.
fn likeliest(probabilities: &[f64], classes: usize) -> Vec<u32> {
    let best = |row: &[f64]| {
        let mut best = 0;
        for (class, p) in row.iter().enumerate() {
            if *p > row[best] {
                best = class;
            }
        }
        best as u32
    };
    probabilities.chunks_exact(classes).map(best).collect()
}

impl Task for Classes {
    type Figures = Classification;
    const KIND: records::Task = records::Task::Classification;
    const SCORE: &'static str = "accuracy";

    fn of_config(config: &ModelConfig) -> Result<Self, AppError> {
        let Objective::Classification { head } = config.experiment.objective else {
            return Err(another_kind(config, "classes"));
        };
        Ok(Self {
            head,
            names: config.rows.classes.clone(),
            decision: config.experiment.decision,
            decided: config.decided,
        })
    }

    fn fitted_to(&self, _data: &Data) -> Self {
        self.clone()
    }

    fn loss(&self) -> LossFunction {
        model_config::loss(Objective::Classification { head: self.head })
    }

    fn meaning(&self) -> Option<&OutputConfig> {
        None
    }

    fn fits(&self, data: &Data) -> bool {
        matches!(data.set.part.targets.unweighted(), Targets::Classes { .. })
            && data.set.class_names == self.names
    }

    fn score(&self, metric: f64) -> Score {
        Score::Accuracy(Number(metric))
    }

    fn evaluate<T: Real>(
        &self,
        data: &Prepared,
        rows: &[u32],
        found: &Evaluation<T>,
        penalty: Option<Number>,
    ) -> Classification {
        let (truth, weights) = (data.classes(rows), data.weights(rows));
        let probabilities = self.decided.probabilities(found);
        let answers = Answers {
            classes: &self.decided.classes(found, &probabilities),
            probabilities: &probabilities,
            loss: Some(self.decided.loss(self.loss(), found)),
            weights: weights.as_deref(),
        };
        let uncalibrated = self.decided.temperature.map(|_| {
            let outputs = found.probabilities();
            let before = Answers {
                probabilities: &outputs,
                ..answers
            };
            Uncalibrated {
                loss: (!truth.is_empty()).then_some(Number(found.loss)),
                calibration_error: calibration_error_of(&before, &truth, self.names.len())
                    .map(Number),
            }
        });
        Classification {
            penalty,
            threshold: self.decided.threshold.map(Number),
            temperature: self.decided.temperature.map(Number),
            uncalibrated,
            ..metrics::classification(&answers, &truth, &self.names)
        }
    }

    fn decide<T: Real>(&mut self, model: &Model<T>, data: &Prepared) -> Vec<String> {
        if self.decision.by_validation().is_none() {
            return Vec::new();
        }
        let rows = &data.data.validation;
        let found = evaluate(model, data.examples(), rows, self.loss());
        let (decided, warnings) = Decided::found(&self.decision, &found, &self.names);
        self.decided = decided;
        warnings
    }

    fn decided(&self) -> Decided {
        self.decided
    }

    fn decision_in_words(
        &self,
        validation: Option<&Classification>,
        test: &Classification,
    ) -> Vec<String> {
        let mut said = Vec::new();
        if let (Some(threshold), [_, second]) = (self.decided.threshold, self.names.as_slice()) {
            let chosen = match self.decision.threshold {
                Some(Threshold::Auto) => format!(
                    ", the threshold of the best {} on the validation samples",
                    self.decision.metric
                ),
                _ => String::new(),
            };
            said.push(format!(
                "{second} is predicted from a probability of {threshold:.4} up{chosen}"
            ));
        }
        if let Some(temperature) = self.decided.temperature {
            let parts = [("validation", validation), ("test", Some(test))];
            let parts = parts.into_iter().filter_map(|(name, figures)| {
                let figures = figures?;
                let before = figures.uncalibrated.as_ref()?;
                Some(format!(
                    "{name} loss {} to {}, calibration error {} to {}",
                    shown(before.loss),
                    shown(figures.loss),
                    shown(before.calibration_error),
                    shown(figures.calibration_error)
                ))
            });
            said.push(format!(
                "probabilities at the temperature {temperature:.4}: {}",
                parts.collect::<Vec<_>>().join("; ")
            ));
        }
        said
    }

    /// The accuracy. A network whose outputs are not finite has none, though what it says may be right now and then.
    fn main_score(figures: &Classification) -> Option<f64> {
        let diverged = figures.loss.is_some_and(|loss| !loss.0.is_finite());
        figures.accuracy.map(|x| x.0).filter(|_| !diverged)
    }

    /// The cross-entropy.
    fn tie_breaker(figures: &Classification) -> Option<f64> {
        figures.loss.map(|x| x.0)
    }

    fn mean(of: &[Classification]) -> Classification {
        averages::classification(of)
    }

    fn main_figures(&self, of: &Classification) -> Vec<(String, String)> {
        let figures = [
            ("accuracy", of.accuracy),
            ("loss", of.loss),
            ("macro F1", of.macro_f1),
            ("ROC AUC", of.roc_auc),
        ];
        let decided = [("threshold", of.threshold), ("temperature", of.temperature)];
        let decided = decided.into_iter().filter(|(_, value)| value.is_some());
        figures
            .into_iter()
            .chain(decided)
            .map(|(name, value)| (name.to_owned(), shown(value)))
            .collect()
    }
}

/// A figure with four decimals; a dash where it is undefined.
fn shown(x: Option<Number>) -> String {
    x.map_or("-".to_owned(), |n| format!("{:.4}", n.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where most samples are of the first class, a network that says NaN is right by chance.
    #[test]
    fn a_network_that_has_diverged_has_no_score() {
        let of = |loss: f64| Classification {
            loss: Some(Number(loss)),
            accuracy: Some(Number(0.9)),
            ..Classification::default()
        };
        assert_eq!(Classes::main_score(&of(0.3)), Some(0.9));
        assert_eq!(Classes::main_score(&of(f64::NAN)), None);
        assert_eq!(Classes::main_score(&of(f64::INFINITY)), None);
        let baseline = Classification {
            accuracy: Some(Number(0.5)),
            ..Classification::default()
        };
        assert_eq!(Classes::main_score(&baseline), Some(0.5));
    }
}
