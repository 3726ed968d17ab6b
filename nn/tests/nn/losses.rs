//! The losses of [`nn::loss`] and their gradients against PyTorch's.

use crate::golden::{self, close};
use autograd::Tensor;
use autograd::prelude::*;
use datasets::{Rows, Targets};
use nn::{BatchTargets, ClassWeighted, Loss, LossFunction};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    op: String,
    attrs: Attrs,
    inputs: Vec<Shaped>,
    output: Shaped,
    cotangent: Shaped,
    grads: Vec<Shaped>,
}

#[derive(Deserialize)]
struct Attrs {
    labels: Option<Vec<u32>>,
    targets: Option<Shaped>,
}

#[derive(Deserialize)]
struct Shaped {
    shape: Vec<usize>,
    data: Vec<f64>,
}

#[test]
fn the_goldens() {
    let cases = golden::read::<Case>("losses.json");
    assert_eq!(cases.len(), 9);
    for case in cases {
        let (loss, sums) = match case.op.as_str() {
            "cross_entropy_mean" => (LossFunction::CrossEntropy { smoothing: 0.0 }, false),
            "cross_entropy_sum" => (LossFunction::CrossEntropy { smoothing: 0.0 }, true),
            "cross_entropy_mean_label_smoothing_0.1" => {
                (LossFunction::CrossEntropy { smoothing: 0.1 }, false)
            }
            "bce_with_logits_mean" => (LossFunction::BceWithLogits, false),
            "mse_mean" => (LossFunction::Mse, false),
            "mae_mean" => (LossFunction::Mae, false),
            "huber_mean_delta_1" => (LossFunction::Huber { delta: 1.0 }, false),
            other => panic!("{other}"),
        };
        let [outputs] = case.inputs.as_slice() else {
            panic!("{} has one input", case.op)
        };
        let rows = outputs.shape[0];
        let targets = match (case.attrs.labels, case.attrs.targets) {
            (Some(labels), _) => Targets::classes(labels, outputs.shape[1]),
            (_, Some(t)) if loss == LossFunction::BceWithLogits => {
                Targets::classes(t.data.iter().map(|x| *x as u32).collect::<Vec<_>>(), 2)
            }
            (_, Some(t)) => Targets::Values(Rows::reals64(&t.shape[1..], t.data)),
            _ => panic!("{} has targets", case.op),
        };
        let all: Vec<u32> = (0..rows as u32).collect();
        let targets = BatchTargets::<f64>::of(&targets, &all);
        let scale = if sums { rows as f64 } else { 1.0 } * case.cotangent.data[0];
        let outputs = Tensor::new(&outputs.shape, &outputs.data);
        let (found, gradient) = autograd::functional::value_and_grad(
            |y| loss.value(&y, &targets).mul_scalar(scale),
            &outputs,
        );
        let want = case.output.data[0] * case.cotangent.data[0];
        close(found.item(), want, 1e-9, &case.op);
        for (got, want) in gradient.to_vec().iter().zip(&case.grads[0].data) {
            close(*got, *want, 1e-9, &format!("gradient of {}", case.op));
        }
    }
}

/// Against `cross_entropy(weight=…)` and `binary_cross_entropy_with_logits` of PyTorch 2.15, over the sum of weights.
#[test]
fn class_weights_are_those_of_pytorch() {
    let labels = [0, 2, 1, 0, 2];
    let outputs = Tensor::from([
        [0.3, -1.2, 0.5],
        [1.5, 0.2, -0.7],
        [-0.4, 0.9, 0.1],
        [0.0, 0.6, 2.0],
        [1.1, -0.3, 0.4],
    ]);
    let targets = BatchTargets::<f64>::Classes(labels.into());
    let check = |loss: &ClassWeighted, outputs, targets, want, from: usize, gradient: &[f64]| {
        let (value, found) =
            autograd::functional::value_and_grad(|y| loss.value(&y, targets), outputs);
        close(value.item(), want, 1e-12, "weighted loss");
        for (got, want) in found.to_vec()[from..].iter().zip(gradient) {
            close(*got, *want, 1e-12, "its gradient");
        }
    };
    let weights = ClassWeighted::normalized(
        &[1.0, 2.5, 0.5],
        &Targets::classes(labels, 3),
        &[0, 1, 2, 3, 4],
    );
    for (smoothing, want, second) in [
        (
            0.0,
            1.1756282538199552,
            [
                0.06571733824647945,
                0.017910064025735736,
                -0.08362740227221518,
            ],
        ),
        (
            0.1,
            1.1901737083654103,
            [
                0.06268703521617641,
                0.014879760995432706,
                -0.07756679621160913,
            ],
        ),
    ] {
        let loss = ClassWeighted::new(LossFunction::CrossEntropy { smoothing }, weights.clone());
        check(&loss, &outputs, &targets, want, 3, &second);
    }
    let labels = [1, 0, 0, 1];
    let weights =
        ClassWeighted::normalized(&[1.0, 4.0], &Targets::classes(labels, 2), &[0, 1, 2, 3]);
    check(
        &ClassWeighted::new(LossFunction::BceWithLogits, weights),
        &Tensor::from([[0.3], [-1.2], [2.0], [0.1]]),
        &BatchTargets::Classes(labels.into()),
        0.7185218096549396,
        0,
        &[
            -0.1702229932753364,
            0.02314752165009824,
            0.08807970779778823,
            -0.19000832500842402,
        ],
    );
    // Every class has the same sum: 6 / (2·4) and 6 / (2·2).
    let targets = Targets::classes([0, 1, 0, 0, 1, 0], 2);
    let rows = [0, 1, 2, 3, 4, 5];
    assert_eq!(ClassWeighted::balanced(&targets, &rows), [0.75, 1.5]);
    // scikit-learn 1.9.1: compute_class_weight("balanced", …, sample_weight=…).
    let targets = targets.weighted([1.0, 3.0, 0.5, 2.0, 0.0, 1.5]);
    assert_eq!(ClassWeighted::balanced(&targets, &rows), [0.8, 8.0 / 6.0]);
    // The products of both have the mean of the rows' weights: 2·5 + 1·3 is 13/8 of 5 + 3.
    let normalized = ClassWeighted::normalized(&[2.0, 1.0], &targets, &rows);
    assert_eq!(normalized, [16.0 / 13.0, 8.0 / 13.0]);
}

/// A class that is ruled out by a logit of −∞ is no matter where it is not the label.
#[test]
fn weighted_classes_may_be_ruled_out() {
    let plain = LossFunction::CrossEntropy { smoothing: 0.0 };
    let logits = Tensor::from([[0.0, f64::NEG_INFINITY], [1.0, 2.0]]);
    let targets = BatchTargets::Classes([0, 1].into());
    let wanted: f64 = plain.value(&logits, &targets).item();
    assert!(wanted.is_finite());
    let equal = ClassWeighted::new(plain, [1.0, 1.0]);
    let found: f64 = equal.value(&logits, &targets).item();
    assert!((found - wanted).abs() < 1e-15, "{found} {wanted}");
    let tape = autograd::Tape::new();
    let x = tape.leaf(logits);
    let gradient = tape.backward(equal.value(&x, &targets)).wrt(x);
    assert!(
        gradient.to_vec().iter().all(|g| g.is_finite()),
        "{gradient:?}"
    );
    assert_eq!(gradient.at(&[0, 1]), 0.0);
}

#[test]
fn equal_class_weights_change_nothing() {
    let targets = BatchTargets::<f64>::Classes([1, 0].into());
    let outputs = Tensor::from([[0.25, -1.5], [2.0, 0.5]]);
    let plain = LossFunction::CrossEntropy { smoothing: 0.0 };
    let weighted = ClassWeighted::new(plain, [1.0, 1.0]);
    let want = plain.value(&outputs, &targets).item();
    close(
        weighted.value(&outputs, &targets).item(),
        want,
        1e-14,
        "equal weights",
    );
}
