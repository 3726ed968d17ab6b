//! The usual figures of a training.
//!
//! Numbers are `train_…`, `validation_…` and `test_…` of `loss`, and for classes of `accuracy`, `macro_precision`,
//! `macro_recall`, `macro_f1`, `roc_auc`, for values of `mse`, `rmse`, `mae`, `r2`, and `mse_true` where the noiseless
//! function is known. Of several targets they are means, and each has its own as `test_mse/NAME`. Besides there are
//! `epochs`, `best_epoch` (least validation loss, or training loss without validation rows), `parameters`, `penalty`,
//! `running_train_loss` (the mean over the batches of the last epoch as they were trained on: with dropout, augmentation and
//! the statistics of batches, which `train_loss` is without), `best_validation_loss`, `loss_gap` (`test_loss` minus
//! `train_loss`), `zero_weights` (the share of weights that are exactly 0), `weight_std`, and `diverged`: 1 where the last training loss
//! is no finite number, else 0. Of classes there is the grid `confusion`, rows true and columns predicted, on the test
//! rows, where samples weigh `weighted_confusion` beside it, the sums of their weights, and the word `classes`, their names
//! with bars between. A classifier's figures are of its outputs at the threshold and temperature that are given or that the
//! validation rows decide; what they could not decide is the word `warnings`. A test curve knows those alone that are given.
//!
//! Series are `train_loss` and `train_accuracy` or `train_mse` (means over the epoch's batches, in training mode),
//! `validation_…` alike, and with a test curve `test_…`, also `test_mse_true`.

use autograd::Real;
use claims::outcome::{Grid, Outcome};
use experiment::run::{Prepared, Task};
use nn::probe::Spread;
use nn::{EpochRecord, Kind, LossFunction, Trainer, evaluate};
use records::Number;
use records::{Classification, Regression};
use settings::Experiment;

use super::probes::Probes;
use super::{Learned, Trained};
use crate::setup::Diagnostics;

/// What is gathered while training goes on.
pub(super) struct Curves {
    test: Option<Vec<Outcome>>,
    probes: Option<Probes>,
}

impl Curves {
    pub(super) fn new(diagnostics: &Diagnostics, experiment: &Experiment) -> Self {
        Self {
            test: diagnostics.test_curve.then(Vec::new),
            probes: diagnostics
                .probes
                .map(|every| Probes::new(every, experiment)),
        }
    }

    /// Looks into the layers, if that is due.
    pub(super) fn look<T: Real>(&mut self, trainer: &Trainer<T>, data: &Prepared) {
        if let Some(probes) = &mut self.probes {
            probes.look(trainer, data);
        }
    }

    pub(super) fn after_epoch<T: Real>(
        &mut self,
        trainer: &Trainer<T>,
        data: &Prepared,
        task: &Learned,
        loss: LossFunction,
    ) {
        self.look(trainer, data);
        if let Some(test) = &mut self.test {
            let rows = &data.data.test;
            let found = evaluate(trainer.model(), data.examples(), rows, loss);
            let (figures, _) = task.evaluated("test", data, rows, &found);
            test.push(figures);
        }
    }

    /// The series.
    fn finish(self, mut outcome: Outcome) -> Outcome {
        if let Some(epochs) = self.test {
            let names = ["test_loss", "test_accuracy", "test_mse", "test_mse_true"];
            for name in names {
                let curve: Option<Vec<Number>> = epochs
                    .iter()
                    .map(|figures| figures.numbers.get(name).copied())
                    .collect();
                let Some(curve) = curve.filter(|curve| !curve.is_empty()) else {
                    continue;
                };
                let better = match name {
                    "test_accuracy" => f64::max,
                    _ => f64::min,
                };
                // NaN is neither the larger nor the smaller of two numbers, so it is passed over.
                let best = curve.iter().map(|x| x.0).fold(f64::NAN, better);
                outcome = outcome.number(format!("best_{name}"), best);
                outcome.series.insert(name.to_owned(), curve);
            }
        }
        match self.probes {
            Some(probes) => probes.finish(outcome),
            None => outcome,
        }
    }
}

/// The figures of a trained network.
pub(super) fn all<T: Real>(
    trained: &Trained<T>,
    curves: Curves,
    penalty: f64,
    restored: Option<u64>,
) -> Outcome {
    let data = &trained.data;
    let mut outcome = Outcome::new();
    for (part, rows) in [
        ("train", &data.data.train),
        ("validation", &data.data.validation),
        ("test", &data.data.test),
    ] {
        if rows.is_empty() {
            continue;
        }
        let found = evaluate(&trained.model, data.examples(), rows, trained.loss);
        let (figures, confusions) = trained.task.evaluated(part, data, rows, &found);
        outcome = outcome.with("", figures);
        for (name, grid) in confusions.into_iter().filter(|_| part == "test") {
            outcome = outcome.grid(name, grid);
        }
    }
    let history = &trained.history;
    let watched = |r: &EpochRecord| r.validation.unwrap_or(r.train).loss;
    let best = history
        .iter()
        .filter(|r| !watched(r).is_nan())
        .min_by(|a, b| watched(a).total_cmp(&watched(b)));
    if let Some(last) = history.last() {
        outcome = outcome.number("running_train_loss", last.train.loss);
    }
    if let Some(best) = best.and_then(|record| record.validation) {
        outcome = outcome.number("best_validation_loss", best.loss);
    }
    if let (Some(test), Some(train)) = (outcome.get("test_loss"), outcome.get("train_loss")) {
        outcome = outcome.number("loss_gap", test - train);
    }
    let diverged = history.last().is_some_and(|r| !r.train.loss.is_finite());
    let params = &trained.model.params;
    let weights: Vec<T> = params
        .iter()
        .filter(|(_, segment, _)| segment.kind == Kind::Weight)
        .flat_map(|(.., values)| values.iter().copied())
        .collect();
    let spread = Spread::new(&weights);
    outcome = outcome
        .number("epochs", history.len() as f64)
        .number(
            "best_epoch",
            restored
                .or(best.map(|r| r.epoch))
                .map_or(f64::NAN, |e| e as f64),
        )
        .number("parameters", params.trained() as f64)
        .number("penalty", penalty)
        .number("zero_weights", spread.zeros)
        .number("weight_std", spread.std)
        .number("diverged", f64::from(u8::from(diverged)));
    if let Learned::Classes(task) = &trained.task {
        outcome = outcome.word("classes", task.names.join("|"));
    }
    curves.finish(with_history(outcome, history, &trained.task))
}

/// The series that every training has.
fn with_history(outcome: Outcome, history: &[EpochRecord], task: &Learned) -> Outcome {
    let metric = |x: f64| task.metric(x);
    let name = match task {
        Learned::Classes(_) => "accuracy",
        Learned::Values(_) => "mse",
    };
    let outcome = outcome
        .series("train_loss", history.iter().map(|r| r.train.loss))
        .series(
            format!("train_{name}"),
            history.iter().map(|r| metric(r.train.metric)),
        );
    if !history.iter().all(|r| r.validation.is_some()) {
        return outcome;
    }
    let validation = || history.iter().filter_map(|r| r.validation);
    outcome
        .series("validation_loss", validation().map(|s| s.loss))
        .series(
            format!("validation_{name}"),
            validation().map(|s| metric(s.metric)),
        )
}

impl Learned {
    /// The figure beside the loss of an epoch, in the target's own unit.
    fn metric(&self, metric: f64) -> f64 {
        match self {
            Self::Classes(_) => metric,
            Self::Values(task) => task.score(metric).value(),
        }
    }

    /// The figures of some rows, and for classes the confusion matrices: of counts, and of weights where rows have some.
    pub fn evaluated<T: Real>(
        &self,
        part: &str,
        data: &Prepared,
        rows: &[u32],
        found: &nn::Evaluation<T>,
    ) -> (Outcome, Vec<(&'static str, Grid)>) {
        let with_loss = |loss: f64| Outcome::new().number(format!("{part}_loss"), loss);
        match self {
            Self::Classes(task) => {
                let figures = task.evaluate(data, rows, found, None);
                let counts = figures.confusion.iter().map(|row| {
                    let row: Vec<f64> = row.iter().map(|n| *n as f64).collect();
                    row
                });
                let mut confusions = vec![("confusion", Grid::new(counts))];
                if let Some(weights) = &figures.weighted_confusion {
                    let sums = weights.iter().map(|row| {
                        let row: Vec<f64> = row.iter().map(|x| x.0).collect();
                        row
                    });
                    confusions.push(("weighted_confusion", Grid::new(sums)));
                }
                // That of the outputs over the temperature, where there is one.
                let loss = with_loss(figures.loss.map_or(found.loss, |loss| loss.0));
                (loss.with("", of_classes(part, &figures)), confusions)
            }
            Self::Values(task) => {
                let figures = task.evaluate(data, rows, found, None);
                let loss = with_loss(found.loss);
                (
                    loss.with("", of_values(part, &figures, &task.names)),
                    Vec::new(),
                )
            }
        }
    }
}

/// The figures of a classifier under their names; undefined ones are left out.
pub fn of_classes(part: &str, figures: &Classification) -> Outcome {
    let named = [
        ("accuracy", figures.accuracy),
        ("macro_precision", figures.macro_precision),
        ("macro_recall", figures.macro_recall),
        ("macro_f1", figures.macro_f1),
        ("roc_auc", figures.roc_auc),
    ];
    named
        .into_iter()
        .fold(Outcome::new(), |o, (name, x)| match x {
            Some(x) => o.number(format!("{part}_{name}"), x.0),
            None => o,
        })
}

/// The figures of a regressor under their names; undefined ones are left out.
pub fn of_values(part: &str, figures: &Regression, targets: &[String]) -> Outcome {
    let named = [
        ("mse", Some(&figures.mse)),
        ("rmse", Some(&figures.rmse)),
        ("mae", Some(&figures.mae)),
        ("r2", Some(&figures.r2)),
        ("mse_true", figures.mse_true.as_ref()),
    ];
    let mut outcome = Outcome::new();
    for (name, figure) in named {
        let Some(values) =
            figure.and_then(|f| f.list().iter().copied().collect::<Option<Vec<_>>>())
        else {
            continue;
        };
        let mean = values.iter().map(|x| x.0).sum::<f64>() / values.len() as f64;
        outcome = outcome.number(format!("{part}_{name}"), mean);
        if values.len() > 1 {
            for (target, x) in targets.iter().zip(&values) {
                outcome = outcome.number(format!("{part}_{name}/{target}"), x.0);
            }
        }
    }
    outcome
}
