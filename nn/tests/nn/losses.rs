//! The losses of [`nn::loss`] and their gradients against PyTorch's.

use crate::golden::{self, close};
use autograd::Tensor;
use autograd::prelude::*;
use datasets::{Rows, Targets};
use nn::{BatchTargets, Loss, LossFunction};
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
