//! The metrics against scikit-learn, SciPy and NumPy.

use crate::golden::{self, Array, close};
use autograd::random::stream;
use nn::metrics::*;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Case {
    Multiclass {
        classes: usize,
        truth: Vec<u32>,
        predicted: Vec<u32>,
        accuracy: f64,
        confusion_rows_true: Vec<Vec<u64>>,
        precision_macro: f64,
        precision_micro: f64,
        precision_weighted: f64,
        recall_macro: f64,
        recall_micro: f64,
        recall_weighted: f64,
        f1_macro: f64,
        f1_micro: f64,
        f1_weighted: f64,
        f1_per_class: Vec<f64>,
    },
    BinaryScoresWithTies {
        truth: Vec<u8>,
        scores: Vec<f64>,
        roc_auc: f64,
        average_precision: f64,
        fpr: Vec<f64>,
        tpr: Vec<f64>,
        precision: Vec<f64>,
        recall: Vec<f64>,
    },
    MulticlassProbabilities {
        truth: Vec<u32>,
        probabilities: Array,
        roc_auc_ovr_macro: f64,
        log_loss: f64,
        top2_accuracy: f64,
        average_precision_macro: f64,
        calibration_accuracy: Vec<f64>,
        calibration_confidence: Vec<f64>,
        calibration_error: f64,
    },
    Regression {
        truth: Vec<f64>,
        predicted: Vec<f64>,
        mse: f64,
        rmse: f64,
        mae: f64,
        r2: f64,
        max_error: f64,
    },
    InterquartileMeanOfTrials {
        values: Vec<f64>,
        iqm_trim_mean_25: f64,
        q1: f64,
        median: f64,
        q3: f64,
    },
}

#[track_caller]
fn near(got: Option<f64>, want: f64, what: &str) {
    close(got.unwrap_or(f64::NAN), want, 1e-9, what);
}

fn all_near(got: &[f64], want: &[f64], what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (i, (got, want)) in got.iter().zip(want).enumerate() {
        near(Some(*got), *want, &format!("{what} {i}"));
    }
}

#[test]
fn the_goldens() {
    let cases = golden::read::<Case>("metrics.json");
    assert_eq!(cases.len(), 5);
    for case in cases {
        match case {
            Case::Multiclass {
                classes,
                truth,
                predicted,
                accuracy: want,
                confusion_rows_true,
                precision_macro,
                precision_micro,
                precision_weighted,
                recall_macro,
                recall_micro,
                recall_weighted,
                f1_macro,
                f1_micro,
                f1_weighted,
                f1_per_class,
            } => {
                let c = Confusion::new(&truth, &predicted, classes);
                near(accuracy(&truth, &predicted), want, "accuracy");
                near(c.accuracy(), want, "accuracy of the matrix");
                assert!(c.rows().eq(confusion_rows_true.iter().map(Vec::as_slice)));
                let check = |got: Option<Average>, p, r, f, what: &str| {
                    near(got.map(|a| a.precision), p, &format!("{what} precision"));
                    near(got.map(|a| a.recall), r, &format!("{what} recall"));
                    near(got.map(|a| a.f1), f, &format!("{what} F1"));
                };
                check(
                    c.macro_average(),
                    precision_macro,
                    recall_macro,
                    f1_macro,
                    "macro",
                );
                check(
                    c.micro_average(),
                    precision_micro,
                    recall_micro,
                    f1_micro,
                    "micro",
                );
                let weighted = c.weighted_average();
                check(
                    weighted,
                    precision_weighted,
                    recall_weighted,
                    f1_weighted,
                    "weighted",
                );
                assert_eq!(f1_per_class.len(), classes);
                for (score, want) in c.per_class().iter().zip(f1_per_class) {
                    near(Some(score.f1), want, "F1 of a class");
                }
            }
            Case::BinaryScoresWithTies {
                truth,
                scores,
                roc_auc: area,
                average_precision: mean_precision,
                fpr,
                tpr,
                precision,
                recall,
            } => {
                let positive: Vec<bool> = truth.iter().map(|t| *t == 1).collect();
                near(roc_auc(&positive, &scores), area, "AUC");
                near(
                    average_precision(&positive, &scores),
                    mean_precision,
                    "average precision",
                );
                let curve = precision_recall_curve(&positive, &scores).unwrap();
                all_near(&curve.precision, &precision, "precision");
                all_near(&curve.recall, &recall, "recall");
                let curve = roc_curve(&positive, &scores).unwrap();
                assert_eq!(curve.false_positive.len(), fpr.len());
                assert_eq!(curve.thresholds.len(), fpr.len());
                for (i, (x, y)) in fpr.iter().zip(&tpr).enumerate() {
                    near(
                        Some(curve.false_positive[i]),
                        *x,
                        &format!("false positives {i}"),
                    );
                    near(
                        Some(curve.true_positive[i]),
                        *y,
                        &format!("true positives {i}"),
                    );
                }
                // The same as a table of two classes.
                let labels: Vec<u32> = truth.iter().map(|t| u32::from(*t)).collect();
                let table: Vec<f64> = scores.iter().flat_map(|s| [-s, *s]).collect();
                near(
                    roc_auc_one_vs_rest(&labels, &table, 2),
                    area,
                    "AUC of two classes",
                );
            }
            Case::MulticlassProbabilities {
                truth,
                probabilities,
                roc_auc_ovr_macro,
                log_loss: loss,
                top2_accuracy,
                average_precision_macro,
                calibration_accuracy,
                calibration_confidence,
                calibration_error: calibration,
            } => {
                let p = &probabilities.data;
                let classes = p.len() / truth.len();
                let area = roc_auc_one_vs_rest(&truth, p, classes);
                near(area, roc_auc_ovr_macro, "AUC, one against the rest");
                near(log_loss(&truth, p, classes), loss, "log loss");
                near(
                    average_precision_one_vs_rest(&truth, p, classes),
                    average_precision_macro,
                    "average precision, one against the rest",
                );
                let bins = calibration_curve(&truth, p, classes, 15);
                let of = |f: fn(&CalibrationBin) -> f64| bins.iter().map(f).collect::<Vec<_>>();
                all_near(
                    &of(|b| b.accuracy),
                    &calibration_accuracy,
                    "accuracy of bins",
                );
                all_near(
                    &of(|b| b.confidence),
                    &calibration_confidence,
                    "confidence of bins",
                );
                assert_eq!(bins.iter().map(|b| b.rows).sum::<usize>(), truth.len());
                near(calibration_error(&bins), calibration, "calibration error");
                near(
                    top_k_accuracy(&truth, p, classes, 2),
                    top2_accuracy,
                    "top 2",
                );
            }
            Case::Regression {
                truth,
                predicted,
                mse,
                rmse,
                mae,
                r2,
                max_error,
            } => {
                let r = Regression::new(&truth, &predicted).unwrap();
                near(Some(r.mse), mse, "MSE");
                near(Some(r.rmse), rmse, "RMSE");
                near(Some(r.mae), mae, "MAE");
                near(r.r2, r2, "R²");
                near(Some(r.max_error), max_error, "largest error");
            }
            Case::InterquartileMeanOfTrials {
                values,
                iqm_trim_mean_25,
                q1,
                median,
                q3,
            } => {
                near(interquartile_mean(&values), iqm_trim_mean_25, "IQM");
                let q = Quartiles::new(&values).unwrap();
                near(Some(q.q1), q1, "first quartile");
                near(Some(q.median), median, "median");
                near(Some(q.q3), q3, "third quartile");
                near(quantile(&values, 0.25), q1, "quantile");
            }
        }
    }
}

#[test]
fn a_class_that_is_never_predicted_scores_zero_and_one_that_never_occurs_does_not_count() {
    // Class 2 is never predicted, class 3 neither occurs nor is predicted.
    let c = Confusion::new(&[0, 0, 1, 2], &[0, 1, 1, 0], 4);
    let two = c.class(2);
    assert_eq!(
        (two.precision, two.recall, two.f1, two.support),
        (0.0, 0.0, 0.0, 1)
    );
    assert_eq!(c.class(3).support, 0);
    // scikit-learn: precision_recall_fscore_support(..., average="macro", zero_division=0).
    let m = c.macro_average().unwrap();
    assert_eq!(
        (m.precision, m.recall),
        ((0.5 + 0.5) / 3.0, (0.5 + 1.0) / 3.0)
    );
    assert_eq!(c.total(), 4);
}

#[test]
fn nothing_gives_nothing() {
    let c = Confusion::new(&[], &[], 3);
    assert_eq!(accuracy(&[], &[]), None);
    assert_eq!(c.accuracy(), None);
    assert_eq!(c.macro_average(), None);
    assert_eq!(c.weighted_average(), None);
    assert_eq!(log_loss::<f64>(&[], &[], 3), None);
    assert_eq!(top_k_accuracy::<f64>(&[], &[], 3, 1), None);
    assert_eq!(roc_auc::<f64>(&[], &[]), None);
    assert_eq!(Regression::new(&[], &[]), None);
    assert_eq!(interquartile_mean(&[]), None);
    assert_eq!(Quartiles::new(&[]), None);
}

#[test]
fn ranking_where_it_is_undefined_or_tied() {
    assert_eq!(roc_auc(&[true, true], &[0.1, 0.2]), None);
    assert_eq!(roc_curve(&[false, false], &[0.1, 0.2]), None);
    assert_eq!(roc_auc(&[true, false], &[f64::NAN, 0.2]), None);
    assert_eq!(roc_auc(&[true, false], &[0.5, 0.5]), Some(0.5));
    assert_eq!(roc_auc(&[true, false], &[0.0, -0.0]), Some(0.5));
    assert_eq!(roc_auc_one_vs_rest(&[0, 1], &[0.2; 6], 3), None);
    // Equal scores: the first class is the prediction.
    assert_eq!(
        top_k_accuracy(&[0, 1], &[0.5, 0.5, 0.5, 0.5], 2, 1),
        Some(0.5)
    );
    assert_eq!(
        top_k_accuracy(&[0, 1], &[f64::NAN, 0.5, f64::NAN, 0.5], 2, 1),
        Some(0.0)
    );
    // A probability of 0 costs −ln ε, not infinity.
    let loss = log_loss(&[0], &[0f32, 1.0], 2).unwrap();
    close(loss, -f64::EPSILON.ln(), 1e-12, "clipped log loss");
}

#[test]
fn regression_without_spread() {
    let r2 = |truth: &[f64], predicted: &[f64]| Regression::new(truth, predicted).unwrap().r2;
    assert_eq!(r2(&[1.0], &[1.0]), None);
    assert_eq!(r2(&[1.0, 1.0], &[1.0, 1.0]), Some(1.0));
    assert_eq!(r2(&[1.0, 1.0], &[1.0, 2.0]), Some(0.0));
    // Their mean is another number than they are.
    assert_eq!(r2(&[0.1; 3], &[0.2; 3]), Some(0.0));
    assert_eq!(r2(&[0.1; 3], &[0.1; 3]), Some(1.0));
    let weighted = RowWeights::of(&[2.0, 0.0, 1.0]).regression(&[0.7, 5.0, 0.7], &[0.8, 5.0, 0.7]);
    assert_eq!(weighted.unwrap().r2, Some(0.0));
    let r = Regression::new(&[1.0, 2.0, 3.0], &[1.0, f64::NAN, 4.0]).unwrap();
    assert!(r.mse.is_nan() && r.max_error.is_nan());
}

#[test]
fn a_diverged_trial_is_the_worst() {
    let values = [3.0, -f64::NAN, 1.0, 2.0];
    assert_eq!(interquartile_mean(&values), Some(2.5));
    assert_eq!(quantile(&values, 0.0), Some(1.0));
    assert!(quantile(&values, 1.0).unwrap().is_nan());
    assert_eq!(quantile(&[1.0, 2.0, f64::INFINITY], 0.5), Some(2.0));
}

#[test]
fn the_bootstrap_covers_the_mean() {
    let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
    let values: Vec<f64> = (0..100).map(f64::from).collect();
    let interval = |seed| {
        let mut rng = stream(seed, "bootstrap", 0, 0);
        bootstrap_interval(&values, mean, 2000, 0.95, &mut rng).unwrap()
    };
    let (low, high) = interval(1);
    // The mean is 49.5 with a standard error of 2.887: ±1.96 of them is 5.66.
    assert!((low - (49.5 - 5.66)).abs() < 0.5, "{low}");
    assert!((high - (49.5 + 5.66)).abs() < 0.5, "{high}");
    assert_eq!(interval(1), (low, high));
    assert_ne!(interval(2), (low, high));
    let mut rng = stream(1, "bootstrap", 0, 0);
    assert_eq!(
        bootstrap_interval(&[2.0], mean, 10, 0.9, &mut rng),
        Some((2.0, 2.0))
    );
    assert_eq!(bootstrap_interval(&[], mean, 10, 0.9, &mut rng), None);
}
