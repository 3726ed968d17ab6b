//! What answers are worth.

use autograd::Real;
use nn::metrics::{Regression as Errors, RowWeights, calibration_error};
use records::{Classification, Number, PerClass, PerTarget, Regression};

/// The bins of calibration curves, as many as in Guo et al., 2017.
pub const CALIBRATION_BINS: usize = 15;

/// What a classifier says of some rows.
#[derive(Clone, Copy, Debug)]
pub struct Answers<'a, T> {
    /// The class of each row.
    pub classes: &'a [u32],
    /// The probability of each class, `[rows, classes]` row-major.
    pub probabilities: &'a [T],
    /// The mean cross-entropy; `None` where it is not defined.
    pub loss: Option<f64>,
    /// How much each row counts; `None` where all count the same.
    pub weights: Option<&'a [f64]>,
}

/// The figures of a classifier on some rows with these true classes.
pub fn classification<T: Real>(
    found: &Answers<'_, T>,
    truth: &[u32],
    class_names: &[String],
) -> Classification {
    let (weights, classes) = (RowWeights::from(found.weights), class_names.len());
    let confusion = weights.confusion(truth, found.classes, classes);
    let mean = confusion.macro_average();
    let number = |x: Option<f64>| x.map(Number);
    // A share of nothing is undefined, though means over classes count it as 0.
    let of = |share: f64, weight: f64| (weight > 0.0).then_some(Number(share));
    let per_class = class_names.iter().zip(confusion.per_class()).enumerate();
    Classification {
        loss: number(found.loss.filter(|_| !truth.is_empty())),
        penalty: None,
        accuracy: number(confusion.accuracy()),
        macro_precision: number(mean.map(|m| m.precision)),
        macro_recall: number(mean.map(|m| m.recall)),
        macro_f1: number(mean.map(|m| m.f1)),
        per_class: per_class
            .map(|(class, (label, score))| {
                let (own, said) = (confusion.of_truth(class), confusion.predicted(class));
                PerClass {
                    label: label.clone(),
                    precision: of(score.precision, said),
                    recall: of(score.recall, own),
                    f1: of(score.f1, said + own),
                    support: score.support,
                }
            })
            .collect(),
        confusion: confusion.rows().map(<[u64]>::to_vec).collect(),
        weighted_confusion: found.weights.map(|_| {
            let numbers = |row: &[f64]| row.iter().copied().map(Number).collect();
            confusion.weights().map(numbers).collect()
        }),
        roc_auc: number(weights.roc_auc_one_vs_rest(truth, found.probabilities, classes)),
        average_precision: number(weights.average_precision_one_vs_rest(
            truth,
            found.probabilities,
            classes,
        )),
        calibration_error: number(calibration_error_of(found, truth, classes)),
        threshold: None,
        temperature: None,
        uncalibrated: None,
    }
}

/// The expected calibration error of what a classifier says of some rows.
pub(crate) fn calibration_error_of<T: Real>(
    found: &Answers<'_, T>,
    truth: &[u32],
    classes: usize,
) -> Option<f64> {
    let weights = RowWeights::from(found.weights);
    let bins = weights.calibration_curve(truth, found.probabilities, classes, CALIBRATION_BINS);
    calibration_error(&bins)
}

/// The figures of predicted values, `[rows, targets]` row-major like the true ones, and like those without noise where
/// they are known; `weights` says how much each row counts.
pub fn regression(
    said: &[f64],
    truth: &[f64],
    noiseless: Option<&[f64]>,
    targets: usize,
    weights: Option<&[f64]>,
) -> Regression {
    let weights = RowWeights::from(weights);
    let column = |of: &[f64], target: usize| -> Vec<f64> {
        of.iter().skip(target).step_by(targets).copied().collect()
    };
    let errors = |truth: &[f64]| -> Vec<Option<Errors>> {
        (0..targets)
            .map(|target| weights.regression(&column(truth, target), &column(said, target)))
            .collect()
    };
    let against_truth = errors(truth);
    Regression {
        mse: per_target(&against_truth, |e| Some(e.mse)),
        rmse: per_target(&against_truth, |e| Some(e.rmse)),
        mae: per_target(&against_truth, |e| Some(e.mae)),
        r2: per_target(&against_truth, |e| e.r2),
        mse_true: noiseless.map(|truth| per_target(&errors(truth), |e| Some(e.mse))),
        penalty: None,
    }
}

/// A figure of each target; of one target the figure itself.
fn per_target(errors: &[Option<Errors>], figure: impl Fn(&Errors) -> Option<f64>) -> PerTarget {
    let figures = errors
        .iter()
        .map(|e| e.as_ref().and_then(&figure).map(Number));
    match errors {
        [_] => PerTarget::One(figures.flatten().next()),
        _ => PerTarget::Many(figures.collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_targets_have_lists_and_one_a_number() {
        let number = |x: f64| Some(Number(x));
        let one = regression(&[1.0, 2.0], &[1.0, 4.0], Some(&[1.0, 2.0]), 1, None);
        assert_eq!(one.mse, PerTarget::One(number(2.0)));
        assert_eq!(one.mse_true, Some(PerTarget::One(number(0.0))));
        let two = regression(&[1.0, 5.0, 2.0, 5.0], &[1.0, 4.0, 4.0, 4.0], None, 2, None);
        assert_eq!(two.mse, PerTarget::Many(vec![number(2.0), number(1.0)]));
        assert_eq!(two.mse_true, None);
        assert_eq!(
            regression(&[], &[], None, 1, None).mse,
            PerTarget::One(None)
        );
        assert_eq!(
            regression(&[1.0], &[2.0], None, 1, None).r2,
            PerTarget::One(None)
        );
    }
}
