//! Losses in which rows or classes weigh differently.

use autograd::prelude::*;
use autograd::{Real, Tensor};
use datasets::{BatchTargets, Targets};

use super::functions::{HuberOf, probabilities};
use super::{Loss, LossFunction};

/// Σ wᵢlᵢ / n over the n rows of a batch that have these weights.
///
/// # Panics
/// If the targets are not of the kind that the loss takes, or of another shape than the outputs.
#[track_caller]
pub(super) fn weighted<V: Value>(
    loss: LossFunction,
    outputs: &V,
    targets: &BatchTargets<V::T>,
    weights: &[f64],
) -> V {
    let shape = outputs.dims();
    let width = shape[1..].iter().product::<usize>().max(1);
    // What an output of a row counts in a mean over rows and outputs.
    let share = |i: usize| weights[i / width] / (weights.len() * width) as f64;
    let shares = || outputs.constant(Tensor::from_fn(&shape, |i| V::T::from_f64(share(i))));
    let errors = || outputs.clone() - &targets.beside(outputs);
    match loss {
        LossFunction::CrossEntropy { smoothing } => {
            let labels = targets.classes().as_slice();
            let spread = smoothing / width as f64;
            let target = |i: usize| {
                let (row, class) = (i / width, i % width);
                let own = labels[row] as usize == class;
                let part = spread + if own { 1.0 - smoothing } else { 0.0 };
                V::T::from_f64(-(weights[row] / weights.len() as f64 * part))
            };
            let target = Tensor::from_fn(&shape, target);
            // −∞ at a class that is not the label counts nothing.
            let target = outputs.constant(target);
            target.times_or_zero(&outputs.log_softmax(-1)).sum()
        }
        LossFunction::BceWithLogits => {
            let truth = probabilities(outputs, targets);
            (outputs.bce_with_logits(&truth) * &shares()).sum()
        }
        LossFunction::Mse => (errors().square() * &shares()).sum(),
        LossFunction::Mae => (errors().abs() * &shares()).sum(),
        LossFunction::Huber { delta } => (errors().map(HuberOf { delta }) * &shares()).sum(),
    }
}

/// A loss of classes in which a sample counts as much as its class weighs: the mean of wᵢlᵢ over the samples i of a batch.
///
/// With weights whose mean over the training samples is 1, such as [`balanced`](Self::balanced) and
/// [`normalized`](Self::normalized) ones, that is Σ wᵢlᵢ / Σ wᵢ over all of them, as PyTorch's
/// `CrossEntropyLoss(weight=…)` and scikit-learn's `class_weight` have it. PyTorch divides by the sum of a batch's weights;
/// here batches add up to the whole, so that a mean over batches is the mean over samples.
///
/// ```
/// use nn::{BatchTargets, ClassWeighted, Loss, LossFunction};
///
/// let plain = LossFunction::CrossEntropy { smoothing: 0.0 };
/// let loss = ClassWeighted::new(plain, [1.0, 3.0]);
/// let outputs = autograd::Tensor::from([[2.0, 0.0], [2.0, 0.0]]);
/// let targets = BatchTargets::Classes([0, 1].into());
/// let value: f64 = loss.value(&outputs, &targets).item();
/// assert!((value - ((1.0 + (-2f64).exp()).ln() + 3.0 * (1.0 + 2f64.exp()).ln()) / 2.0).abs() < 1e-12);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ClassWeighted {
    loss: LossFunction,
    weights: Vec<f64>,
}

impl ClassWeighted {
    /// The loss with a weight a class, in the order of the classes.
    ///
    /// # Panics
    /// If the loss is none of classes, or a weight is not finite and above 0.
    #[track_caller]
    pub fn new(loss: LossFunction, weights: impl Into<Vec<f64>>) -> Self {
        let weights = weights.into();
        assert!(
            matches!(
                loss,
                LossFunction::CrossEntropy { .. } | LossFunction::BceWithLogits
            ),
            "class weights are for losses of classes, not for {loss}"
        );
        assert!(
            weights.iter().all(|w| w.is_finite() && *w > 0.0),
            "class weights are finite and above 0, not {weights:?}"
        );
        Self { loss, weights }
    }

    /// The weights that give every class the same sum over some rows: n / (k·nₖ), scikit-learn's `balanced`, where n and nₖ
    /// are sums of weights for rows that have [weights](Targets::weighted); 1 for a class without a row.
    ///
    /// # Panics
    /// If the targets are values, or a row does not exist.
    #[track_caller]
    pub fn balanced(targets: &Targets, rows: &[u32]) -> Vec<f64> {
        let (labels, classes) = classes(targets);
        let mut sums = vec![0.0; classes];
        for row in rows {
            let row = *row as usize;
            sums[labels[row] as usize] += targets.weights().map_or(1.0, |weights| weights[row]);
        }
        let all: f64 = sums.iter().sum();
        let weight = |sum: &f64| match *sum {
            0.0 => 1.0,
            sum => all / (sums.len() as f64 * sum),
        };
        sums.iter().map(weight).collect()
    }

    /// Weights in the same proportion whose mean over some rows is 1; with [weights](Targets::weighted) of rows, those whose
    /// products with these add up to their sum.
    ///
    /// # Panics
    /// If the targets are values, there is not a weight for each class, a row does not exist, or the rows weigh nothing.
    #[track_caller]
    pub fn normalized(weights: &[f64], targets: &Targets, rows: &[u32]) -> Vec<f64> {
        let all = targets.total_weight(rows);
        assert!(all > 0.0, "class weights: the samples weigh nothing");
        let (labels, classes) = classes(targets);
        assert!(
            weights.len() == classes,
            "class weights: {} weights for {classes} classes",
            weights.len()
        );
        let own = |row: usize| targets.weights().map_or(1.0, |weights| weights[row]);
        let rows = rows.iter().map(|row| *row as usize);
        let sum: f64 = rows
            .map(|row| own(row) * weights[labels[row] as usize])
            .sum();
        let mean = sum / all;
        weights.iter().map(|weight| weight / mean).collect()
    }
}

/// The class of each row, and the number of classes.
#[track_caller]
fn classes(targets: &Targets) -> (&[u32], usize) {
    match targets.unweighted() {
        Targets::Classes { labels, classes } => (labels, *classes),
        _ => panic!("class weights are for classes as targets, not values"),
    }
}

impl Loss for ClassWeighted {
    #[track_caller]
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        let (targets, own) = targets.parts();
        let BatchTargets::Classes(labels) = targets else {
            panic!("class weights are for classes as targets, not values")
        };
        let weight = |(row, label): (usize, &u32)| {
            self.weights[*label as usize] * own.map_or(1.0, |own| own[row])
        };
        let weights: Vec<f64> = labels.as_slice().iter().enumerate().map(weight).collect();
        weighted(self.loss, outputs, targets, &weights)
    }

    fn takes_weights(&self) -> bool {
        true
    }

    fn predictions<V: Value>(&self, outputs: &V) -> V {
        Loss::predictions(&self.loss, outputs)
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        match targets.unweighted() {
            Targets::Classes { classes, .. } if *classes != self.weights.len() => Err(format!(
                "there are {} class weights, and {classes} classes",
                self.weights.len()
            )),
            _ => Loss::check(&self.loss, targets, outputs),
        }
    }

    fn describe(&self) -> String {
        format!("{} with class weights {:?}", self.loss, self.weights)
    }
}
