//! A model's outputs and loss on many rows.

use autograd::{Real, Tensor};

use crate::loss::{BatchTargets, Examples, Loss};
use crate::model::Model;

/// Rows evaluated at a time: fixed, so that results do not depend on the machine, and few, so that they stay in the cache.
pub(crate) const ROWS: usize = 128;

/// What a model makes of some rows.
#[derive(Clone, Debug)]
pub struct Evaluation<T: Real> {
    /// The mean loss over the rows; NaN without rows.
    pub loss: f64,
    /// The outputs, `[rows, outputs]`.
    pub outputs: Tensor<T>,
}

/// Evaluates a model on some rows of the data, in evaluation mode, batch by batch.
///
/// # Panics
/// If the rows or targets do not fit the model and the loss.
#[track_caller]
pub fn evaluate<T: Real>(
    model: &Model<T>,
    data: Examples<'_>,
    rows: &[u32],
    loss: Loss,
) -> Evaluation<T> {
    let mut outputs = Vec::new();
    let mut width = 0;
    let loss = evaluate_each(model, data, rows, loss, |y, _| {
        width = y.shape()[1..].iter().product();
        outputs.reserve_exact(rows.len() * width - outputs.len());
        outputs.extend_from_slice(y.contiguous().as_slice().unwrap_or_default());
    });
    Evaluation {
        loss,
        outputs: Tensor::new(&[rows.len(), width], &outputs),
    }
}

/// The loss of [`evaluate`], to the bit, where the outputs are too many to be kept: `see` is shown those of each batch with
/// their targets, in order.
///
/// # Panics
/// As [`evaluate`].
#[track_caller]
pub fn evaluate_each<T: Real>(
    model: &Model<T>,
    data: Examples<'_>,
    rows: &[u32],
    loss: Loss,
    mut see: impl FnMut(&Tensor<T>, &BatchTargets<T>),
) -> f64 {
    let mut total = 0.0;
    for batch in rows.chunks(ROWS) {
        let x = data.inputs.gather(batch);
        let y = model.evaluate(&x);
        let targets = loss.targets(data.targets, batch);
        total += loss.of(&y, &targets).item().to_f64() * batch.len() as f64;
        see(&y, &targets);
    }
    total / rows.len() as f64
}

/// The class that each row of outputs says: the largest logit, or the sign of a single one.
pub(crate) fn predicted<T: Real>(outputs: &[T], width: usize) -> impl Iterator<Item = u32> {
    outputs.chunks_exact(width.max(1)).map(|row| match row {
        [logit] => u32::from(*logit > T::ZERO),
        _ => {
            let mut best = 0;
            for (i, x) in row.iter().enumerate() {
                if *x > row[best] {
                    best = i;
                }
            }
            best as u32
        }
    })
}

impl<T: Real> Evaluation<T> {
    /// The predicted class of each row: the largest logit, or for a single logit whether it is positive.
    pub fn classes(&self) -> Vec<u32> {
        let outputs = self.outputs.contiguous();
        predicted(outputs.as_slice().unwrap_or_default(), outputs.shape()[1]).collect()
    }

    /// The probability of each class, `[rows, classes]` row-major: softmax of the logits, or for a single logit the
    /// sigmoid and its complement.
    pub fn probabilities(&self) -> Vec<T> {
        use autograd::prelude::*;
        if self.outputs.shape()[1] == 1 {
            let one = self.outputs.sigmoid();
            let zero = (-&self.outputs).sigmoid();
            return Tensor::concat(&[&zero, &one], 1).to_vec();
        }
        self.outputs.softmax(1).to_vec()
    }
}
