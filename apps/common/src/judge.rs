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
    // A share of nothing is undefined, though means over classes count it as 0.
    let of = |share: f64, rows: u64| (rows > 0).then_some(Number(share));
    let per_class = class_names.iter().zip(confusion.per_class()).enumerate();
    Classification {
        loss: (!truth.is_empty()).then_some(Number(found.loss)),
        penalty: None,
        accuracy: number(confusion.accuracy()),
        macro_precision: number(mean.map(|m| m.precision)),
        macro_recall: number(mean.map(|m| m.recall)),
        macro_f1: number(mean.map(|m| m.f1)),
        per_class: per_class
            .map(|(class, (label, score))| {
                let said: u64 = confusion.rows().map(|row| row[class]).sum();
                PerClass {
                    label: label.clone(),
                    precision: of(score.precision, said),
                    recall: of(score.recall, score.support),
                    f1: of(score.f1, said + score.support),
                    support: score.support,
                }
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
