//! Values, gradients and second derivatives of losses, as PyTorch has them; logits of ±10⁴ are among the cases.

use super::Array;
use super::case::Case;
use autograd::prelude::*;
use autograd::{Indices, Tensor};
use serde::Deserialize;

/// What a loss compares with.
#[derive(Deserialize)]
struct Targets {
    #[serde(default)]
    labels: Vec<u32>,
    targets: Option<Array>,
}

/// The loss under the name that it has in the file. Those of regression are written in operations: the engine has none
/// of its own for them.
fn call<V: Value<T = f64>>(op: &str, attributes: &Targets, x: &V) -> V {
    let labels = || Indices::from(&attributes.labels[..]);
    let targets = || {
        let array = attributes.targets.as_ref();
        x.constant(array.expect("this loss has targets").tensor())
    };
    let distance = || x.clone() - &targets();
    match op {
        "cross_entropy_mean" => x.cross_entropy(&labels(), 0.0),
        "cross_entropy_sum" => x.cross_entropy(&labels(), 0.0) * labels().len() as f64,
        "cross_entropy_mean_label_smoothing_0.1" => x.cross_entropy(&labels(), 0.1),
        "bce_with_logits_mean" => x.bce_with_logits(&targets()).mean(),
        "mse_mean" => distance().square().mean(),
        "mae_mean" => distance().abs().mean(),
        "huber_mean_delta_1" => {
            let size = distance().abs();
            let one = x.scalar(1.0);
            let near = distance().square() * 0.5;
            Compare::select(&size.le(&one), &near, &(size.clone() - 0.5)).mean()
        }
        _ => panic!("no loss is called {op}"),
    }
}

#[test]
fn losses() {
    let cases = super::read::<Case<Targets>>("losses.json");
    for case in &cases {
        case.compare(
            |x| call(&case.op, &case.attrs, &x[0]),
            |x| call(&case.op, &case.attrs, &x[0]),
        );
    }
    assert_eq!(cases.len(), 9);
}

/// The loss by its definition, −Σ q·log_softmax(x), has the same answers as the fused one.
#[test]
fn cross_entropy_by_its_definition() {
    fn defined<V: Value<T = f64>>(x: &V, labels: &[u32], smoothing: f64) -> V {
        let classes = x.dims()[1];
        let one_hot: Tensor<f64> = Indices::from(labels).one_hot(classes);
        let q = one_hot * (1.0 - smoothing) + smoothing / classes as f64;
        -(x.log_softmax(1) * &x.constant(q)).sum() / labels.len() as f64
    }
    let mut tried = 0;
    for case in super::read::<Case<Targets>>("losses.json") {
        let smoothing = match case.op.as_str() {
            "cross_entropy_mean" => 0.0,
            "cross_entropy_mean_label_smoothing_0.1" => 0.1,
            _ => continue,
        };
        let labels = &case.attrs.labels;
        case.compare(
            |x| defined(&x[0], labels, smoothing),
            |x| defined(&x[0], labels, smoothing),
        );
        tried += 1;
    }
    assert_eq!(tried, 3);
}
