//! Learning values: one or more numbers for each row.
//!
//! The network learns targets brought to mean 0 and standard deviation 1 over the training rows; every figure is in the targets'
//! own units. `loss` in the history is in the network's units. `mse` beside it is in the target's own; with several
//! targets, whose units may differ, it is the mean over targets in units of their variances, which is the loss.

use std::collections::BTreeMap;
use std::fmt;

use autograd::Real;
use baselines::{LinearModel, Polynomial};
use datasets::{Rows, Targets};
use nn::{Evaluation, LossFunction, Predictions};
use records::{Number, PerTarget, Regression, Score};
use report::{share, significant};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use settings::Objective;

use super::prepared::Prepared;
use super::task::{Answering, Task, another_kind};
use crate::averages;
use crate::data::Data;
use crate::error::AppError;
use crate::metrics;
use crate::model_config::{self, ModelConfig, OutputConfig};

/// Numbers for each row.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// The names of the targets.
    pub names: Vec<String>,
    /// What outputs mean in the targets' units.
    pub meaning: OutputConfig,
    /// Whether the targets were standardized.
    pub standardized: bool,
}

/// What is said of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueAnswer {
    /// The name and value of each target, in order.
    pub values: Vec<(String, Number)>,
}

/// `{"values":{NAME:VALUE}}`.
impl Serialize for ValueAnswer {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        struct Values<'a>(&'a [(String, Number)]);
        impl Serialize for Values<'_> {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
            }
        }
        let mut answer = to.serialize_struct("ValueAnswer", 1)?;
        answer.serialize_field("values", &Values(&self.values))?;
        answer.end()
    }
}

/// The value, with the digits that tell it from any other; of several targets each with its name.
impl fmt::Display for ValueAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values.as_slice() {
            [(_, value)] => value.0.fmt(f),
            values => {
                let words = values.iter().map(|(name, x)| format!("{name} {}", x.0));
                f.write_str(&words.collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Baselines of values, and what they reach on the test rows.
pub struct Simple {
    /// Figures on the test rows, by name.
    pub figures: BTreeMap<String, Regression>,
    /// Ordinary least squares.
    pub ols: LinearModel,
    /// Whether the LASSO has converged; else its figures are those of the last sweep over its weights.
    pub lasso_is_exact: bool,
}

impl Values {
    /// The targets of a data set, standardized over its training samples or as they are.
    ///
    /// # Errors
    /// If they are classes.
    pub fn of(data: &Data, standardized: bool) -> Result<Self, AppError> {
        let Targets::Values(values) = data.set.part.targets.unweighted() else {
            return Err(AppError::Failure(format!(
                "{} has classes, not values; classify learns it",
                data.set.name
            )));
        };
        Ok(Self {
            names: data.set.target_names.clone(),
            meaning: OutputConfig::of(
                values,
                &data.train,
                data.set.part.targets.weights(),
                standardized,
            ),
            standardized,
        })
    }

    /// Means, OLS, Ridge and LASSO on terms of the columns as they were read, fitted to the training rows and evaluated on
    /// the test rows. `seed` deals the folds of cross-validation. Rows count as they weigh.
    pub fn simple(&self, data: &Prepared, terms: &Polynomial, seed: u64) -> Simple {
        let part = &data.data.set.part;
        let Targets::Values(targets) = part.targets.unweighted() else {
            unreachable!("values are learned from values");
        };
        let (inputs, train, test) = (&part.inputs, &data.data.train, &data.data.test);
        // Of the mean 1 over the training rows, as the network has them.
        let weights = data.examples().targets.weights();
        let ols = baselines::ols(terms, inputs, targets, train, weights);
        let ridge = baselines::ridge(terms, inputs, targets, train, weights, seed);
        let lasso = baselines::lasso(terms, inputs, targets, train, weights, seed);
        let judged = |said: &[f64]| self.figures(data, test, said);
        let mut figures = BTreeMap::new();
        let mean = baselines::mean(targets, train, weights, test.len());
        figures.insert("mean".to_owned(), judged(&mean));
        for (name, model) in [("ols", &ols), ("ridge", &ridge), ("lasso", &lasso)] {
            figures.insert(name.to_owned(), judged(&model.predict(inputs, test)));
        }
        Simple {
            figures,
            ols,
            lasso_is_exact: lasso.exact(),
        }
    }

    /// What outputs say, `[rows, targets]` row-major, in the targets' own units.
    pub fn said<T: Real>(&self, found: &Predictions<T>) -> Vec<f64> {
        self.meaning.in_own_units(&found.outputs.to_vec())
    }

    /// The true values of some rows, `[rows, targets]` row-major.
    pub fn true_values(data: &Prepared, rows: &[u32]) -> Vec<f64> {
        values_of(&data.data.set.part.targets, rows).expect("values are learned from values")
    }

    /// The figures of predictions.
    fn figures(&self, data: &Prepared, rows: &[u32], said: &[f64]) -> Regression {
        let noiseless = data.data.set.noiseless.as_ref();
        metrics::regression(
            said,
            &Self::true_values(data, rows),
            noiseless
                .and_then(|targets| values_of(targets, rows))
                .as_deref(),
            self.names.len(),
            data.weights(rows).as_deref(),
        )
    }
}

/// The values of some rows, `[rows, targets]` row-major; `None` for classes.
fn values_of(targets: &Targets, rows: &[u32]) -> Option<Vec<f64>> {
    let of = |values: &Rows| {
        rows.iter()
            .flat_map(|row| values.row(*row as usize))
            .collect()
    };
    match targets.unweighted() {
        Targets::Values(values) => Some(of(values)),
        _ => None,
    }
}

impl Task for Values {
    type Figures = Regression;
    const KIND: records::Task = records::Task::Regression;
    const SCORE: &'static str = "R²";

    fn of_config(config: &ModelConfig) -> Result<Self, AppError> {
        match (config.experiment.objective, &config.outputs) {
            (
                Objective::Regression {
                    standardize_targets,
                },
                Some(meaning),
            ) => Ok(Self {
                names: config.rows.targets.clone(),
                meaning: meaning.clone(),
                standardized: standardize_targets,
            }),
            _ => Err(another_kind(config, "values")),
        }
    }

    fn fitted_to(&self, data: &Data) -> Self {
        let targets = &data.set.part.targets;
        let meaning = match targets.unweighted() {
            Targets::Values(values) => {
                OutputConfig::of(values, &data.train, targets.weights(), self.standardized)
            }
            _ => unreachable!("values are learned from values"),
        };
        Self {
            meaning,
            ..self.clone()
        }
    }

    fn loss(&self) -> LossFunction {
        model_config::loss(Objective::Regression {
            standardize_targets: self.standardized,
        })
    }

    fn meaning(&self) -> Option<&OutputConfig> {
        Some(&self.meaning)
    }

    fn fits(&self, data: &Data) -> bool {
        matches!(data.set.part.targets.unweighted(), Targets::Values(_))
            && data.set.target_names == self.names
    }

    fn score(&self, metric: f64) -> Score {
        Score::Mse(Number(match self.meaning.scale.as_slice() {
            [scale] => metric * scale * scale,
            _ => metric,
        }))
    }

    fn evaluate<T: Real>(
        &self,
        data: &Prepared,
        rows: &[u32],
        found: &Evaluation<T>,
        penalty: Option<Number>,
    ) -> Regression {
        Regression {
            penalty,
            ..self.figures(data, rows, &self.said(found))
        }
    }

    /// Of several targets the mean.
    fn main_score(figures: &Regression) -> Option<f64> {
        let targets = figures.r2.list();
        let sum: f64 = targets.iter().map(|x| x.map(|x| x.0)).sum::<Option<_>>()?;
        Some(sum / targets.len() as f64)
    }

    fn tie_breaker(_figures: &Regression) -> Option<f64> {
        None
    }

    fn mean(of: &[Regression]) -> Regression {
        averages::regression(of)
    }

    fn main_figures(&self, of: &Regression) -> Vec<(String, String)> {
        let mut figures = vec![
            ("R²", shown(&of.r2, share)),
            ("RMSE", shown(&of.rmse, significant)),
            ("MAE", shown(&of.mae, significant)),
            ("MSE", shown(&of.mse, significant)),
        ];
        if let Some(mse_true) = &of.mse_true {
            figures.push(("MSE, true", shown(mse_true, significant)));
        }
        let named = figures.into_iter();
        named
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    }
}

impl Answering for Values {
    type Answer = ValueAnswer;

    fn answers<T: Real>(&self, found: &Evaluation<T>) -> Vec<ValueAnswer> {
        let said = self.said(found);
        let rows = said.chunks_exact(self.names.len());
        let answer = |row: &[f64]| {
            let values = self
                .names
                .iter()
                .cloned()
                .zip(row.iter().copied().map(Number));
            ValueAnswer {
                values: values.collect(),
            }
        };
        rows.map(answer).collect()
    }

    fn headings(&self) -> Vec<String> {
        self.named("predicted")
    }

    fn cells(&self, answer: &ValueAnswer) -> Vec<String> {
        let values = answer.values.iter();
        values.map(|(_, value)| value.0.to_string()).collect()
    }

    fn numbers(&self, answer: &ValueAnswer) -> Vec<f64> {
        answer.values.iter().map(|(_, value)| value.0).collect()
    }

    fn truth_headings(&self) -> Vec<String> {
        self.named("true")
    }

    fn truth(&self, data: &Prepared, rows: &[u32]) -> Vec<Vec<String>> {
        let values = Self::true_values(data, rows);
        let rows = values.chunks_exact(self.names.len());
        rows.map(|row| row.iter().map(f64::to_string).collect())
            .collect()
    }
}

impl Values {
    /// A heading a target: the word alone for a single one.
    fn named(&self, word: &str) -> Vec<String> {
        match self.names.as_slice() {
            [_] => vec![word.to_owned()],
            names => names.iter().map(|name| format!("{word}({name})")).collect(),
        }
    }
}

/// A figure of each target, apart by blanks.
fn shown(figure: &PerTarget, how: impl Fn(f64) -> String) -> String {
    let one = |x: &Option<Number>| x.map_or_else(|| "-".to_owned(), |x| how(x.0));
    match figure {
        PerTarget::One(x) => one(x),
        PerTarget::Many(list) => list.iter().map(one).collect::<Vec<_>>().join(" "),
    }
}
