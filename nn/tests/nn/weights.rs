//! Rows that do not all count the same: losses and metrics.
//!
//! Values are those of scikit-learn 1.9.1, SciPy 1.17.1 and PyTorch 2.15.0 on the same numbers, with `sample_weight`.

use autograd::Tensor;
use autograd::prelude::*;
use datasets::{Rows, Scaler};
use nn::metrics::{Criterion, RowWeights, best_threshold, calibration_error, temperature};
use nn::{BatchTargets, Loss, LossFunction};

use crate::golden::close;

pub(super) const N: usize = 12;
pub(super) const WEIGHTS: [f64; N] = [1.0, 0.5, 2.0, 0.0, 3.0, 1.0, 0.25, 1.5, 2.5, 1.0, 0.75, 4.0];

pub(super) fn truth() -> Vec<u32> {
    (0..N as u32).map(|k| (k * 5 + k / 3) % 3).collect()
}

pub(super) fn logits() -> Vec<f64> {
    let cell = |k: usize, c: usize| {
        let own = truth()[k] as usize == c;
        2.0 * (1.3 * (k + 1) as f64 + 0.7 * c as f64).sin() + if own { 1.1 } else { 0.0 }
    };
    (0..3 * N).map(|i| cell(i / 3, i % 3)).collect()
}

fn probabilities() -> Vec<f64> {
    Tensor::new(&[N, 3], &logits()).softmax(1).to_vec()
}

/// Whether the class is 1, and a logit that says something of it.
fn second() -> (Vec<bool>, Vec<f64>) {
    let positive: Vec<bool> = truth().iter().map(|t| *t == 1).collect();
    let logit = |k: usize| 2.0 * (2.3 * (k + 1) as f64).sin() + if positive[k] { 1.5 } else { 0.0 };
    (positive.clone(), (0..N).map(logit).collect())
}

pub(super) fn values() -> (Vec<f64>, Vec<f64>) {
    let truth = |k: usize| (0.9 * (k + 1) as f64).sin() * 3.0;
    let said = |k: usize| truth(k) + (2.1 * (k + 1) as f64).cos() * 0.8;
    ((0..N).map(truth).collect(), (0..N).map(said).collect())
}

pub(super) fn batch(of: BatchTargets<f64>) -> BatchTargets<f64> {
    BatchTargets::Weighted {
        of: Box::new(of),
        weights: WEIGHTS.into(),
    }
}

#[test]
fn metrics_of_classes_are_those_of_scikit_learn() {
    let (weights, truth, p) = (RowWeights::of(&WEIGHTS), truth(), probabilities());
    let predicted: Vec<u32> = p
        .chunks(3)
        .map(|row| (0..3).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap() as u32)
        .collect();
    let near = |got: Option<f64>, want: f64, what: &str| close(got.unwrap(), want, 1e-13, what);
    near(
        weights.accuracy(&truth, &predicted),
        0.3142857142857143,
        "accuracy",
    );
    let confusion = weights.confusion(&truth, &predicted, 3);
    near(confusion.accuracy(), 0.3142857142857143, "accuracy");
    assert_eq!(
        confusion.weights().collect::<Vec<_>>(),
        [[2.0, 0.0, 5.5], [4.0, 3.5, 0.0], [2.5, 0.0, 0.0]]
    );
    assert_eq!(confusion.total(), N as u64);
    let average = |of: Option<nn::metrics::Average>| of.map(|of| of.f1);
    near(
        average(confusion.macro_average()),
        0.29545454545454547,
        "macro F1",
    );
    near(
        average(confusion.weighted_average()),
        0.37987012987012986,
        "weighted F1",
    );
    let score = confusion.class(0);
    close(score.precision, 0.23529411764705882, 1e-13, "precision");
    close(score.recall, 0.26666666666666666, 1e-13, "recall");
    near(
        weights.log_loss(&truth, &p, 3),
        1.1283831388866559,
        "log loss",
    );
    near(
        weights.roc_auc_one_vs_rest(&truth, &p, 3),
        0.5422222222222222,
        "ROC AUC",
    );
    for (class, want) in [0.4557111733582322, 1.0, 0.1457919621749409]
        .into_iter()
        .enumerate()
    {
        let positive: Vec<bool> = truth.iter().map(|t| *t as usize == class).collect();
        let scores: Vec<f64> = p.iter().skip(class).step_by(3).copied().collect();
        near(
            weights.average_precision(&positive, &scores),
            want,
            "average precision",
        );
        let curve = weights.precision_recall_curve(&positive, &scores).unwrap();
        close(*curve.recall.last().unwrap(), 1.0, 1e-13, "recall");
        assert_eq!(
            curve.thresholds.len(),
            N - 1,
            "a row of weight 0 has no point"
        );
    }
    // NumPy's sums over `digitize`.
    let bins = weights.calibration_curve(&truth, &p, 3, 5);
    near(
        calibration_error(&bins),
        0.2823495718795009,
        "calibration error",
    );
}

#[test]
fn metrics_of_values_are_those_of_scikit_learn() {
    let (truth, said) = values();
    let found = RowWeights::of(&WEIGHTS).regression(&truth, &said).unwrap();
    close(found.mse, 0.4156648606583194, 1e-13, "MSE");
    close(found.mae, 0.6111966052352519, 1e-13, "MAE");
    close(found.r2.unwrap(), 0.9337565404387596, 1e-13, "R²");
    assert_eq!(
        RowWeights::of(&[0.0, 0.0]).regression(&[1.0, 2.0], &[1.0, 3.0]),
        None
    );
}

/// Whole weights are numbers of rows.
#[test]
fn metrics_of_weighted_rows_are_those_of_repeated_ones() {
    let whole: Vec<usize> = (0..N).map(|k| (k * 5 + 3) % 4).collect();
    let weights: Vec<f64> = whole.iter().map(|w| *w as f64).collect();
    let weights = RowWeights::of(&weights);
    let repeated = |i: usize| std::iter::repeat_n(i, whole[i]);
    let rows: Vec<usize> = (0..N).flat_map(repeated).collect();
    let (truth, p) = (truth(), probabilities());
    let truths: Vec<u32> = rows.iter().map(|i| truth[*i]).collect();
    let ps: Vec<f64> = rows
        .iter()
        .flat_map(|i| p[3 * i..3 * i + 3].to_vec())
        .collect();
    let equal = RowWeights::equal();
    let near = |a: Option<f64>, b: Option<f64>| close(a.unwrap(), b.unwrap(), 1e-13, "repeated");
    near(
        weights.log_loss(&truth, &p, 3),
        equal.log_loss(&truths, &ps, 3),
    );
    near(
        weights.roc_auc_one_vs_rest(&truth, &p, 3),
        equal.roc_auc_one_vs_rest(&truths, &ps, 3),
    );
    near(
        weights.average_precision_one_vs_rest(&truth, &p, 3),
        equal.average_precision_one_vs_rest(&truths, &ps, 3),
    );
    near(
        calibration_error(&weights.calibration_curve(&truth, &p, 3, 15)),
        calibration_error(&equal.calibration_curve(&truths, &ps, 3, 15)),
    );
    let logits = logits();
    let repeated: Vec<f64> = rows
        .iter()
        .flat_map(|i| logits[3 * i..3 * i + 3].to_vec())
        .collect();
    near(
        temperature(&truth, &logits, 3, weights),
        temperature(&truths, &repeated, 3, equal),
    );
}

#[test]
fn the_temperature_is_that_of_scipy_and_scikit_learn() {
    let (truth, logits) = (truth(), logits());
    let found = |weights| temperature(&truth, &logits, 3, weights).unwrap();
    // SciPy's `brentq` on the slope; scikit-learn's own search, in the logarithm of 1/T, ends some digits earlier.
    for (weights, scipy, scikit_learn) in [
        (
            RowWeights::of(&WEIGHTS),
            2.647702286215618,
            2.647702354852295,
        ),
        (RowWeights::equal(), 4.137683603014422, 4.137683464925098),
    ] {
        close(found(weights), scipy, 1e-11, "temperature of SciPy");
        close(
            found(weights),
            scikit_learn,
            1e-7,
            "temperature of scikit-learn",
        );
    }
    let (positive, z) = second();
    let labels: Vec<u32> = positive.iter().map(|p| u32::from(*p)).collect();
    let two: Vec<f64> = z.iter().flat_map(|z| [0.0, *z]).collect();
    let found = temperature(&labels, &two, 2, RowWeights::of(&WEIGHTS)).unwrap();
    close(
        found,
        1.955979211853957,
        1e-11,
        "temperature of a single logit",
    );
}

#[test]
pub(super) fn logits_that_are_all_right_or_that_mislead_have_no_temperature() {
    let find = |truth: &[u32], logits: &[f64]| temperature(truth, logits, 2, RowWeights::equal());
    assert_eq!(find(&[0, 1], &[2.0, 0.0, 0.0, 1.0]), None);
    assert_eq!(find(&[1, 0], &[2.0, 0.0, 0.0, 1.0]), None);
    assert_eq!(find(&[0, 1], &[3.0, 3.0, 5.0, 5.0]), None);
    assert_eq!(find(&[], &[]), None);
    assert_eq!(find(&[0, 1], &[f64::NAN, 0.0, 0.0, 1.0]), None);
    // Large logits are no trouble: T·z has the temperature T.
    let z = [2.0, 0.0, 0.0, 1.0, 0.5, 0.0];
    let one = find(&[0, 1, 1], &z).unwrap();
    let large = find(&[0, 1, 1], &z.map(|z| z * 1e4)).unwrap();
    close(large, one * 1e4, 1e-10, "scaled logits");
}

#[test]
fn a_threshold_is_the_best_that_trying_all_finds() {
    let (positive, z) = second();
    let p: Vec<f64> = z.iter().map(|z| 1.0 / (1.0 + (-z).exp())).collect();
    let best = |criterion| best_threshold(&positive, &p, criterion, RowWeights::of(&WEIGHTS));
    // All midpoints of rows that count tried with scikit-learn's scores.
    for (criterion, score) in [
        (Criterion::F1, 0.8888888888888888),
        (Criterion::Accuracy, 0.9142857142857143),
        (Criterion::BalancedAccuracy, 0.9),
    ] {
        let (threshold, found) = best(criterion).unwrap();
        close(threshold, 0.9034145216629662, 1e-13, "threshold");
        close(found, score, 1e-13, "score");
    }
    let equal = |positive: &[bool], p: &[f64], criterion| {
        best_threshold(positive, p, criterion, RowWeights::equal())
    };
    // Of thresholds that are as good, the one nearest to a half.
    let (threshold, score) = equal(&[false, true], &[0.1, 0.6], Criterion::F1).unwrap();
    assert_eq!((threshold, score), (0.35, 1.0));
    // Equal weights change nothing, though sums of them are rounded.
    let (truth, p) = ([true, false, true], [0.25, 0.5, 0.75]);
    let tenths = RowWeights::of(&[0.1; 3]);
    let (threshold, _) = best_threshold(&truth, &p, Criterion::Accuracy, tenths).unwrap();
    assert_eq!(threshold, equal(&truth, &p, Criterion::Accuracy).unwrap().0);
    // Nothing is called positive where that is best.
    let (threshold, score) = equal(&[false, true], &[0.5, 0.1], Criterion::Accuracy).unwrap();
    assert_eq!((threshold, score), (0.75, 0.5));
    assert_eq!(
        equal(&[true, true], &[0.5, 0.1], Criterion::BalancedAccuracy),
        None
    );
    assert_eq!(equal(&[true], &[f64::NAN], Criterion::F1), None);
    assert_eq!(equal(&[], &[], Criterion::F1), None);
}

#[test]
fn losses_are_those_of_pytorch() {
    let check = |loss: LossFunction, outputs: Tensor<f64>, targets, want, at: usize, g: &[f64]| {
        let (value, found) = autograd::functional::value_and_grad(
            |y| loss.value(&y, &batch(BatchTargets::clone(&targets))),
            &outputs,
        );
        close(value.item(), want, 1e-13, "weighted loss");
        for (got, want) in found.to_vec()[at..].iter().zip(g) {
            close(*got, *want, 1e-13, "its gradient");
        }
    };
    let outputs = Tensor::new(&[N, 3], &logits());
    let classes = BatchTargets::Classes(truth().as_slice().into());
    let smoothed = LossFunction::CrossEntropy { smoothing: 0.1 };
    let third = [0.04377877605954498, -0.075175142207379, 0.03139636614783404];
    check(smoothed, outputs, classes, 1.664656177547294, 6, &third);
    let (truth, said) = values();
    let pair = |a: &[f64], b: &dyn Fn(f64) -> f64| {
        let rows: Vec<f64> = a.iter().flat_map(|x| [*x, b(*x)]).collect();
        Tensor::new(&[N, 2], &rows)
    };
    let outputs = pair(&said, &|y| y * 0.5 + 0.1);
    let targets = BatchTargets::Values(pair(&truth, &|t| t * 0.4));
    let errors = |loss, want, fifth: &[f64]| {
        check(loss, outputs.clone(), targets.clone(), want, 8, fifth);
    };
    errors(
        LossFunction::Mse,
        0.43401346502147625,
        &[-0.09510738559919851, -0.09586845162448149],
    );
    errors(LossFunction::Mae, 0.7008811403062501, &[-0.125, -0.125]);
    errors(
        LossFunction::Huber { delta: 0.3 },
        0.14889794371829315,
        &[-0.0375, -0.0375],
    );
    let (positive, z) = second();
    let labels: Vec<u32> = positive.iter().map(|p| u32::from(*p)).collect();
    check(
        LossFunction::BceWithLogits,
        Tensor::new(&[N, 1], &z),
        BatchTargets::Classes(labels.as_slice().into()),
        0.9464799401101183,
        0,
        &[
            0.06802415626552107,
            0.005022254536274369,
            -0.010927709561014038,
        ],
    );
}

#[test]
fn the_scale_of_columns_is_that_of_scikit_learn() {
    let rows = Rows::reals64(&[3], logits());
    let all: Vec<u32> = (0..N as u32).collect();
    let map = Scaler::Standardize.fit_weighted(&rows, &all, &WEIGHTS);
    let means = [0.4730304467416772, 0.3784612240797167, 0.013330283245081783];
    let deviations = [1.354598365176982, 1.033208484943231, 1.6169260061178239];
    for (column, (mean, deviation)) in means.into_iter().zip(deviations).enumerate() {
        let (scale, shift) = map.column(column);
        close(scale, 1.0 / deviation, 1e-13, "scale");
        close(shift, -mean / deviation, 1e-12, "shift");
    }
}
