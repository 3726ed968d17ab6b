//! Learning classes.

use std::collections::BTreeMap;
use std::fmt;

use autograd::Real;
use baselines::{Guesses, Logistic, NotConverged};
use datasets::InputKind;
use datasets::Targets;
use nn::metrics::log_loss;
use nn::{Evaluation, LossFunction};
use records::{Classification, Number, Score};
use serde::Serialize;
use settings::{Head, Objective};

use super::prepared::Prepared;
use super::task::{Answering, Task, another_kind};
use crate::averages;
use crate::data::Data;
use crate::error::AppError;
use crate::interrupt;
use crate::metrics::{self, Answers};
use crate::model_config::{self, ModelConfig, OutputConfig};

/// Cells of all rows together up to which baselines are evaluated unasked: they take seconds then.
const FEW_CELLS: usize = 1 << 20;

/// A class for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Classes {
    /// What turns outputs into probabilities.
    pub head: Head,
    /// The names of the classes.
    pub names: Vec<String>,
}

/// What a row is taken for.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClassAnswer {
    /// The name of the class.
    pub label: String,
    /// The probability given to it.
    pub probability: Number,
    /// The probability given to each class.
    pub probabilities: Vec<Number>,
}

impl fmt::Display for ClassAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:.1}%)", self.label, 100.0 * self.probability.0)
    }
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
        Ok(Self { head, names })
    }

    /// What baselines reach on the test rows: chance, the commonest class of the training rows, and logistic
    /// regression on the columns as the network sees them, with a warning where its fit is not exact. It is left out for many
    /// rows of images, unless `always`.
    pub fn simple(
        &self,
        data: &Prepared,
        seed: u64,
        always: bool,
    ) -> (BTreeMap<String, Classification>, Option<NotConverged>) {
        let set = &data.data.set;
        let is_table = matches!(set.input, InputKind::Table { .. });
        let cells = set.len().saturating_mul(set.part.inputs.row_len());
        let (train, test) = (&data.data.train, &data.data.test);
        let (labels, truth) = (data.classes(train), data.classes(test));
        let count = self.names.len();
        let judged = |guesses: Guesses| {
            let answers = Answers {
                classes: &guesses.classes,
                probabilities: &guesses.probabilities,
                loss: guesses.loss,
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
                judged(baselines::majority(&labels, test.len(), count)),
            ),
        ]);
        if !always && !is_table && cells > FEW_CELLS {
            return (found, None);
        }
        let inputs = data.examples().inputs;
        let stop = interrupt::requested;
        let (logistic, warning) = Logistic::fit(inputs, train, &labels, count, stop);
        let probabilities = logistic.probabilities(inputs, test);
        let logistic = Guesses {
            classes: likeliest(&probabilities, count),
            loss: log_loss(&truth, &probabilities, count),
            probabilities,
        };
        found.insert("logistic".to_owned(), judged(logistic));
        (found, warning.filter(|_| !stop()))
    }
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
        matches!(data.set.part.targets, Targets::Classes { .. })
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
        let answers = Answers {
            classes: &found.classes(),
            probabilities: &found.probabilities(),
            loss: Some(found.loss),
        };
        Classification {
            penalty,
            ..metrics::classification(&answers, &data.classes(rows), &self.names)
        }
    }

    fn main_score(figures: &Classification) -> Option<f64> {
        figures.accuracy.map(|x| x.0)
    }

    /// The cross-entropy.
    fn tie_breaker(figures: &Classification) -> Option<f64> {
        figures.loss.map(|x| x.0)
    }

    fn mean(of: &[Classification]) -> Classification {
        averages::classification(of)
    }

    fn main_figures(&self, of: &Classification) -> Vec<(String, String)> {
        let shown = |x: Option<Number>| x.map_or("-".to_owned(), |n| format!("{:.4}", n.0));
        [
            ("accuracy", of.accuracy),
            ("loss", of.loss),
            ("macro F1", of.macro_f1),
            ("ROC AUC", of.roc_auc),
        ]
        .map(|(name, value)| (name.to_owned(), shown(value)))
        .into()
    }
}

impl Answering for Classes {
    type Answer = ClassAnswer;

    fn answers<T: Real>(&self, found: &Evaluation<T>) -> Vec<ClassAnswer> {
        let probabilities = found.probabilities();
        let rows = probabilities.chunks(self.names.len());
        let answer = |(class, p): (u32, &[T])| ClassAnswer {
            label: self.names[class as usize].clone(),
            probability: Number(p[class as usize].to_f64()),
            probabilities: p.iter().map(|p| Number(p.to_f64())).collect(),
        };
        found.classes().into_iter().zip(rows).map(answer).collect()
    }
    fn headings(&self) -> Vec<String> {
        let probabilities = self.names.iter().map(|name| format!("p({name})"));
        std::iter::once("predicted".to_owned())
            .chain(probabilities)
            .collect()
    }

    fn cells(&self, answer: &ClassAnswer) -> Vec<String> {
        let probabilities = answer.probabilities.iter().map(|p| p.0.to_string());
        std::iter::once(answer.label.clone())
            .chain(probabilities)
            .collect()
    }

    fn numbers(&self, answer: &ClassAnswer) -> Vec<f64> {
        answer.probabilities.iter().map(|p| p.0).collect()
    }

    fn truth_headings(&self) -> Vec<String> {
        vec!["true".to_owned()]
    }

    fn truth(&self, data: &Prepared, rows: &[u32]) -> Vec<Vec<String>> {
        let classes = data.classes(rows).into_iter();
        classes
            .map(|class| vec![self.names[class as usize].clone()])
            .collect()
    }
}
