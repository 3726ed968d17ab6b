//! What a classifier's outputs are worth.

use autograd::Real;
use nn::Evaluation;
use nn::metrics::{Confusion, roc_auc_one_vs_rest};

use crate::json::Number;
use crate::records::{Classification, PerClass};

/// The figures of a classifier on some rows with these true classes.
pub fn classification<T: Real>(
    found: &Evaluation<T>,
    truth: &[u32],
    class_names: &[String],
) -> Classification {
    let predicted = found.classes();
    let confusion = Confusion::new(truth, &predicted, class_names.len());
    let mean = confusion.macro_average();
    let number = |x: Option<f64>| x.map(Number);
    let per_class = class_names.iter().zip(confusion.per_class());
    Classification {
        loss: (!truth.is_empty()).then_some(Number(found.loss)),
        penalty: None,
        accuracy: number(confusion.accuracy()),
        macro_precision: number(mean.map(|m| m.precision)),
        macro_recall: number(mean.map(|m| m.recall)),
        macro_f1: number(mean.map(|m| m.f1)),
        per_class: per_class
            .map(|(label, score)| PerClass {
                label: label.clone(),
                precision: Some(Number(score.precision)),
                recall: Some(Number(score.recall)),
                f1: Some(Number(score.f1)),
                support: score.support,
            })
            .collect(),
        confusion: confusion.rows().map(<[u64]>::to_vec).collect(),
        roc_auc: number(roc_auc_one_vs_rest(
            truth,
            &found.probabilities(),
            class_names.len(),
        )),
    }
}
