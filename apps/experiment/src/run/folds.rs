//! Cross-validation: the rows that may be learned from, divided into folds, each held out once.
//!
//! For each fold a fresh network is trained on the others; where samples stay in their order, on those before it. Scales are
//! fitted to what is trained on alone.

use std::ops::ControlFlow;

use autograd::Real;
use datasets::split;
use nn::Schedule;
use settings::Experiment;

use super::plan::Plan;
use super::task::Task;
use super::trial::trial;
use crate::data::Data;
use crate::decision::Decided;
use crate::error::AppError;
use crate::threads::{available, each_on_a_core};

/// A fold, and what is trained for it.
pub struct Fold {
    /// The data with the rows of all other folds to train on. Validation rows are held out of those where training looks
    /// at them.
    pub data: Data,
    /// The rows of the fold.
    pub test: Vec<u32>,
}

/// The folds that the flags ask for, if they do. They divide training and validation rows together.
///
/// # Errors
/// If there are fewer rows than folds, or too few to hold some out of a fold's others for validation.
pub fn folds(
    experiment: &Experiment,
    count: Option<usize>,
    data: &Data,
) -> Result<Option<Vec<Fold>>, AppError> {
    let Some(count) = count else {
        return Ok(None);
    };
    let cannot = |e| AppError::while_doing(format_args!("--folds {count}"), e);
    let (targets, division) = (&data.set.part.targets, &data.division);
    let seed = experiment.data.split_seed;
    let mut rows = [data.train.as_slice(), &data.validation].concat();
    rows.sort_unstable();
    let parts = division
        .folds(targets, &rows, count, seed, "folds")
        .map_err(cannot)?;
    // Rows that nothing looks at, in training or after it, are better trained on.
    let training = &experiment.training.config;
    let decides = experiment.decision.by_validation().is_some();
    let share = match (training.early_stopping, training.schedule) {
        (Some(_), _) | (_, Schedule::Plateau { .. }) => experiment.data.val_fraction,
        _ if decides => experiment.data.val_fraction,
        _ => 0.0,
    };
    let fold = |part: split::Split| {
        let inner = division
            .split(targets, &part.train, share, seed, "validation")
            .map_err(cannot)?;
        let data = data.with_samples(inner.train, inner.test)?;
        Decided::check(&experiment.decision, &data)
            .map_err(|e| AppError::Failure(format!("--folds {count}: of one of the folds, {e}")))?;
        Ok(Fold {
            data,
            test: part.test,
        })
    };
    parts
        .into_iter()
        .map(fold)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// The figures of each fold. Networks are trained side by side; what they come to does not depend on it. `None` after
/// Ctrl-C.
///
/// # Errors
/// If a network does not go with the data.
pub(super) fn evaluated<K: Task, T: Real>(
    plan: &Plan<'_>,
    task: &K,
    folds: &[Fold],
) -> Result<Option<Vec<K::Figures>>, AppError> {
    let mut figures = vec![None; folds.len()];
    let mut failed = None;
    each_on_a_core(
        folds.len(),
        plan.options.threads.unwrap_or_else(available),
        |i| {
            let fold = &folds[i];
            let trial = trial::<K, T>(plan.experiment, task, fold.data.clone())?;
            Ok(trial.map(|trial| {
                for warning in &trial.warnings {
                    let number = i + 1;
                    plan.progress.warn(&format!("fold {number}: {warning}"));
                }
                trial.evaluate(&fold.test)
            }))
        },
        |i, found| match found {
            Ok(Some(found)) => {
                figures[i] = Some(found);
                ControlFlow::Continue(())
            }
            Ok(None) => ControlFlow::Break(()),
            Err(e) => {
                failed = Some(e);
                ControlFlow::Break(())
            }
        },
    );
    match failed {
        Some(e) => Err(e),
        None => Ok(figures.into_iter().collect()),
    }
}

/// Scores of folds in words: `5 folds: accuracy 0.9533 ± 0.0123`, the standard deviation over the folds.
pub(super) fn in_words(name: &str, scores: &[Option<f64>]) -> String {
    let count = scores.len();
    let defined: Option<Vec<f64>> = scores.iter().copied().collect();
    match defined {
        Some(scores) => {
            let mean = scores.iter().sum::<f64>() / count as f64;
            let squares = scores.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>();
            let deviation = (squares / (count - 1).max(1) as f64).sqrt();
            format!("{count} folds: {name} {mean:.4} ± {deviation:.4}")
        }
        None => format!("{count} folds: {name} is undefined on some of them"),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn a_line_has_mean_and_deviation() {
        assert_eq!(
            in_words("accuracy", &[Some(0.5), Some(0.7)]),
            "2 folds: accuracy 0.6000 ± 0.1414"
        );
        assert_eq!(
            in_words("R²", &[Some(0.5), None]),
            "2 folds: R² is undefined on some of them"
        );
    }
}
