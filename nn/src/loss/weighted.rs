//! Losses in which classes weigh differently.

use autograd::prelude::*;
use autograd::{Real, Tensor};
use datasets::{BatchTargets, Targets};

use super::{Loss, LossFunction};

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

    /// The weights that give every class the same sum over samples with these labels: n / (k·nₖ), scikit-learn's
    /// `balanced`; 1 for a class without a sample.
    pub fn balanced(labels: &[u32], classes: usize) -> Vec<f64> {
        let mut counts = vec![0_u64; classes];
        for label in labels {
            counts[*label as usize] += 1;
        }
        let weight = |count: &u64| match count {
            0 => 1.0,
            count => labels.len() as f64 / (classes as f64 * *count as f64),
        };
        counts.iter().map(weight).collect()
    }

    /// Weights in the same proportion whose mean over samples with these labels is 1.
    ///
    /// # Panics
    /// If there are no samples.
    #[track_caller]
    pub fn normalized(weights: &[f64], labels: &[u32]) -> Vec<f64> {
        assert!(!labels.is_empty(), "class weights: no samples");
        let sum: f64 = labels.iter().map(|label| weights[*label as usize]).sum();
        let mean = sum / labels.len() as f64;
        weights.iter().map(|weight| weight / mean).collect()
    }
}

impl Loss for ClassWeighted {
    #[track_caller]
    fn value<V: Value>(&self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        let BatchTargets::Classes(labels) = targets else {
            panic!("class weights are for classes as targets, not values")
        };
        let labels = labels.as_slice();
        let share = |row: usize| self.weights[labels[row] as usize] / labels.len() as f64;
        match self.loss {
            LossFunction::CrossEntropy { smoothing } => {
                let classes = self.weights.len();
                let spread = smoothing / classes as f64;
                let target = |i: usize| {
                    let (row, class) = (i / classes, i % classes);
                    let own = labels[row] as usize == class;
                    let share = share(row) * (spread + if own { 1.0 - smoothing } else { 0.0 });
                    V::T::from_f64(-share)
                };
                let target = Tensor::from_fn(&[labels.len(), classes], target);
                (outputs.log_softmax(-1) * &outputs.constant(target)).sum()
            }
            _ => {
                let column = |number: &dyn Fn(usize) -> f64| {
                    let cell = |row: usize| V::T::from_f64(number(row));
                    outputs.constant(Tensor::from_fn(&[labels.len(), 1], cell))
                };
                let truth = column(&|row| f64::from(labels[row]));
                (outputs.bce_with_logits(&truth) * &column(&share)).sum()
            }
        }
    }

    fn predictions<V: Value>(&self, outputs: &V) -> V {
        Loss::predictions(&self.loss, outputs)
    }

    fn check(&self, targets: &Targets, outputs: &[usize]) -> Result<(), String> {
        match targets {
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
