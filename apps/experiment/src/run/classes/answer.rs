//! What new rows are taken for.

use std::fmt;

use autograd::Real;
use nn::Evaluation;
use records::Number;
use serde::Serialize;

use super::Classes;
use crate::run::prepared::Prepared;
use crate::run::task::Answering;

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

impl Answering for Classes {
    type Answer = ClassAnswer;

    fn answers<T: Real>(&self, found: &Evaluation<T>) -> Vec<ClassAnswer> {
        let probabilities = self.decided.probabilities(found);
        let classes = self.decided.classes(found, &probabilities);
        let rows = probabilities.chunks(self.names.len());
        let answer = |(class, p): (u32, &[T])| ClassAnswer {
            label: self.names[class as usize].clone(),
            probability: Number(p[class as usize].to_f64()),
            probabilities: p.iter().map(|p| Number(p.to_f64())).collect(),
        };
        classes.into_iter().zip(rows).map(answer).collect()
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
