//! Tables of few rows, evaluated by cross-validation: every row is held out once, and a trial's figures are means over folds.
//! Each trial deals the folds anew; the cases of a study have the same folds in the same trial.

use std::collections::BTreeMap;

use claims::outcome::{Grid, Outcome};
use datasets::split;
use experiment::AppError;
use experiment::data::Data;
use records::Number;
use study_core::context::Context;
use study_core::setup::Setup;
use study_core::train::Trained;

use crate::simple::simple_on;

/// Into how many parts the rows are dealt.
pub(crate) const FOLDS: usize = 5;
/// The share of a fold's training rows that early stopping watches.
const WATCHED: f64 = 0.1;

/// What values are predicted with: the names of the cases, and their factor `model`.
pub(crate) const REGRESSORS: [(&str, &str); 5] = [
    ("MLP", "network"),
    ("mean", "mean"),
    ("OLS", "ols"),
    ("Ridge", "ridge"),
    ("LASSO", "lasso"),
];

/// What classes are predicted with.
pub(crate) const CLASSIFIERS: [(&str, &str); 4] = [
    ("MLP", "network"),
    ("random", "random"),
    ("majority", "majority"),
    ("logistic", "logistic"),
];

/// The names of such cases.
pub(crate) fn names<const N: usize>(of: [(&'static str, &str); N]) -> [&'static str; N] {
    of.map(|(name, _)| name)
}

/// What the case's factor `model` reaches on rows held out, on average over folds: a network of the setup, or a simple
/// model. Scales are fitted to the training rows of each fold alone. The confusion matrix is over all rows.
pub(crate) fn cross_validated(context: &Context<'_>, setup: &Setup) -> Result<Outcome, AppError> {
    watched(context, setup, |_| {})
}

/// The same; `see` is shown each fold's network.
pub(crate) fn watched(
    context: &Context<'_>,
    setup: &Setup,
    mut see: impl FnMut(&Trained<f32>),
) -> Result<Outcome, AppError> {
    let model = context.factor("model");
    let mut found = Vec::new();
    for (i, fold) in folds(context, setup)?.into_iter().enumerate() {
        context.go_on()?;
        let part = context.part(&format!("fold {i}"));
        found.push(match model {
            "network" => {
                let trained = part.train_on::<f32>(setup, with_validation(&part, setup, fold)?)?;
                see(&trained);
                trained.outcome
            }
            simple => simple_on(&part, &fold, simple, 1)?,
        });
    }
    Ok(together(&found))
}

/// All rows, dealt to folds: each fold's rows to test on, the others to train on.
fn folds(context: &Context<'_>, setup: &Setup) -> Result<Vec<Data>, AppError> {
    let data = context.data(setup)?;
    let mut rows = [data.train.as_slice(), &data.validation, &data.test].concat();
    rows.sort_unstable();
    let seed = context.data_seed();
    let parts = split::folds(&data.set.part.targets, &rows, FOLDS, seed, "folds");
    let parts = parts.map_err(|e| AppError::while_doing("cannot deal the rows to folds", e))?;
    let fold = |part: split::Split| {
        Ok(Data {
            test: part.test,
            ..data.with_samples(part.train, Vec::new())?
        })
    };
    parts.into_iter().map(fold).collect()
}

/// With validation rows, if early stopping asks for them: rows that nothing looks at are better trained on.
fn with_validation(context: &Context<'_>, setup: &Setup, fold: Data) -> Result<Data, AppError> {
    if setup.experiment().training.config.early_stopping.is_none() {
        return Ok(fold);
    }
    let targets = &fold.set.part.targets;
    let inner = split::split(targets, &fold.train, WATCHED, context.seed, "validation")
        .map_err(|e| AppError::while_doing("cannot hold out rows for validation", e))?;
    Ok(Data {
        train: inner.train,
        validation: inner.test,
        ..fold
    })
}

/// Means of the figures that every fold has, those of single folds as series, the curves of the first fold, the sum of
/// confusion matrices, and words, in which folds do not differ.
fn together(folds: &[Outcome]) -> Outcome {
    let mut all: BTreeMap<&str, Vec<Number>> = BTreeMap::new();
    for (name, x) in folds.iter().flat_map(|fold| &fold.numbers) {
        all.entry(name).or_default().push(*x);
    }
    let mut outcome = Outcome::new();
    if let Some(first) = folds.first() {
        outcome.words = first.words.clone();
        outcome.series = first.series.clone();
    }
    for (name, values) in all {
        if values.len() < folds.len() {
            continue;
        }
        let mean = values.iter().map(|x| x.0).sum::<f64>() / values.len() as f64;
        outcome = outcome.number(name, mean);
        if name.starts_with("test_") {
            outcome = outcome.series(format!("folds/{name}"), values.iter().map(|x| x.0));
        }
    }
    let matrices = || folds.iter().filter_map(|fold| fold.grids.get("confusion"));
    match matrices().next() {
        Some(first) => outcome.grid("confusion", matrices().skip(1).fold(first.clone(), added)),
        None => outcome,
    }
}

/// The sum of two matrices of counts.
fn added(mut sum: Grid, other: &Grid) -> Grid {
    for (row, more) in sum.rows.iter_mut().zip(&other.rows) {
        for (cell, more) in row.iter_mut().zip(more) {
            *cell = cell.zip(*more).map(|(a, b)| a + b);
        }
    }
    sum
}
