//! A model's outputs on many rows, and what they are worth.

use std::ops::Deref;

use autograd::prelude::*;
use autograd::{Real, Tensor};
use datasets::{BatchTargets, DataView, Rows, Samples, Targets};

use crate::error::FitError;
use crate::loss::{BceWithLogits, CrossEntropy, DynLoss, Mse};
use crate::metrics::{Confusion, RowWeights, predicted, squared_error};
use crate::model::Model;

/// Rows evaluated at a time: fixed, so that results do not depend on the machine, and few, so that they stay in the cache.
pub(crate) const ROWS: usize = 128;

/// A model's outputs on some rows, without targets.
#[derive(Clone, Debug)]
pub struct Predictions<T: Real> {
    /// The outputs, `[rows, outputs]`.
    pub outputs: Tensor<T>,
}

/// A model's outputs on some rows, with its loss and the metrics of the targets. What [`Predictions`] tell it tells, too.
///
/// Metrics of classes ask for targets that are classes, those of values for values; the other kind panics. Means are weighted
/// where the rows have [weights](Targets::weighted), over the sum of the weights.
#[derive(Clone, Debug)]
pub struct Evaluation<T: Real> {
    /// The mean loss over the rows; NaN without rows.
    pub loss: f64,
    outputs: Predictions<T>,
    /// The outputs in the targets' own terms, `[rows, outputs]`.
    values: Tensor<T>,
    targets: BatchTargets<T>,
    weights: Option<Vec<f64>>,
}

impl<T: Real> Deref for Evaluation<T> {
    type Target = Predictions<T>;

    fn deref(&self) -> &Predictions<T> {
        &self.outputs
    }
}

impl<T: Real> Model<T> {
    /// The outputs for all rows of some inputs, in evaluation mode.
    ///
    /// # Errors
    /// If the rows do not fit a layer.
    #[inline(never)]
    pub fn predict(&self, inputs: &Rows) -> Result<Predictions<T>, FitError> {
        self.layers.shape_after(inputs.row_shape())?;
        Ok(Predictions {
            outputs: outputs(self, inputs),
        })
    }

    /// The outputs and metrics on some samples, in evaluation mode. The loss is the usual one of the targets: cross-entropy
    /// for classes, binary cross-entropy where a single output tells two classes apart, the mean squared error for
    /// values. [`evaluate_with`](Self::evaluate_with) takes another.
    ///
    /// # Errors
    /// If there are no samples, or they do not fit the model.
    pub fn evaluate(&self, samples: &Samples) -> Result<Evaluation<T>, FitError> {
        let outputs = self.layers.shape_after(samples.view().inputs.row_shape())?;
        match samples.view().targets.unweighted() {
            Targets::Classes { .. } if outputs == [1] => self.evaluate_with(samples, BceWithLogits),
            Targets::Classes { .. } => self.evaluate_with(samples, CrossEntropy::new()),
            _ => self.evaluate_with(samples, Mse),
        }
    }

    /// The outputs, this loss and metrics on some samples, in evaluation mode.
    ///
    /// # Errors
    /// If there are no samples, or they do not fit the model and the loss.
    #[inline(never)]
    pub fn evaluate_with(
        &self,
        samples: &Samples,
        loss: impl DynLoss<T>,
    ) -> Result<Evaluation<T>, FitError> {
        self.check(samples, &loss)?;
        Ok(evaluate(self, samples.view(), samples.rows(), loss))
    }

    /// Refuses samples that do not fit the model and the loss.
    pub(crate) fn check(&self, samples: &Samples, loss: &impl DynLoss<T>) -> Result<(), FitError> {
        if samples.is_empty() {
            return Err(FitError::NoSamples);
        }
        let data = samples.view();
        let outputs = self.layers.shape_after(data.inputs.row_shape())?;
        if data.targets.weights().is_some() && !loss.takes_weights() {
            let loss = loss.describe();
            return Err(FitError::Targets(format!(
                "the loss {loss} does not know of weights, which the samples have"
            )));
        }
        loss.check(data.targets, &outputs)
            .map_err(FitError::Targets)
    }
}

/// The outputs of a model for all rows of some inputs, in evaluation mode, batch by batch.
///
/// # Panics
/// If the rows do not fit the model.
#[track_caller]
fn outputs<T: Real>(model: &Model<T>, inputs: &Rows) -> Tensor<T> {
    // `Rows` holds no more rows than a `u32` index can count.
    let rows: Vec<u32> = (0..inputs.len() as u32).collect();
    let mut all = Collected::new(rows.len());
    for batch in rows.chunks(ROWS) {
        all.push(&model.forward(&inputs.gather(batch)));
    }
    all.into_tensor()
}

/// Evaluates a model on some rows of the data, in evaluation mode, batch by batch.
///
/// # Panics
/// If the rows or targets do not fit the model and the loss.
#[track_caller]
#[inline(never)]
pub fn evaluate<T: Real>(
    model: &Model<T>,
    data: DataView<'_>,
    rows: &[u32],
    loss: impl DynLoss<T>,
) -> Evaluation<T> {
    let mut all = Collected::new(rows.len());
    let mean = evaluate_each(model, data, rows, &loss as &dyn DynLoss<T>, |y, _| {
        all.push(y)
    });
    let outputs = all.into_tensor();
    let weights = data.targets.weights();
    Evaluation {
        loss: mean,
        values: loss.predictions(&outputs),
        targets: BatchTargets::of(data.targets.unweighted(), rows),
        weights: weights.map(|all| rows.iter().map(|row| all[*row as usize]).collect()),
        outputs: Predictions { outputs },
    }
}

/// The loss of [`evaluate`], to the bit, where the outputs are too many to be kept: `see` is shown those of each batch with
/// their targets, in order.
///
/// # Panics
/// As [`evaluate`].
#[track_caller]
#[inline(never)]
pub fn evaluate_each<T: Real>(
    model: &Model<T>,
    data: DataView<'_>,
    rows: &[u32],
    loss: impl DynLoss<T>,
    mut see: impl FnMut(&Tensor<T>, &BatchTargets<T>),
) -> f64 {
    let mut total = 0.0;
    for batch in rows.chunks(ROWS) {
        let x = data.inputs.gather(batch);
        let y = model.forward(&x);
        let targets = BatchTargets::of(data.targets, batch);
        total += loss.on_tensor(&y, &targets).item().to_f64() * batch.len() as f64;
        see(&y, &targets);
    }
    total / data.targets.total_weight(rows)
}

/// Outputs as they come, batch after batch.
struct Collected<T> {
    rows: usize,
    width: usize,
    elements: Vec<T>,
}

impl<T: Real> Collected<T> {
    fn new(rows: usize) -> Self {
        Self {
            rows,
            width: 0,
            elements: Vec::new(),
        }
    }

    fn push(&mut self, y: &Tensor<T>) {
        self.width = y.shape()[1..].iter().product();
        let all = self.rows * self.width;
        self.elements.reserve_exact(all - self.elements.len());
        self.elements.extend_from_slice(y.contiguous().elements());
    }

    fn into_tensor(self) -> Tensor<T> {
        Tensor::new(&[self.rows, self.width], &self.elements)
    }
}

impl<T: Real> Predictions<T> {
    /// The number of rows.
    pub fn len(&self) -> usize {
        self.outputs.shape()[0]
    }

    /// Checks whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The predicted class of each row: the largest logit, or for a single logit whether it is positive.
    pub fn classes(&self) -> Vec<u32> {
        let width = self.outputs.shape()[1..].iter().product();
        predicted(self.outputs.contiguous().elements(), width).collect()
    }

    /// The probability of each class, `[rows, classes]` row-major: softmax of the logits, or for a single logit the
    /// sigmoid and its complement.
    pub fn probabilities(&self) -> Vec<T> {
        if self.outputs.shape()[1] == 1 {
            let one = self.outputs.sigmoid();
            let zero = (-&self.outputs).sigmoid();
            return Tensor::concat(&[&zero, &one], 1).to_vec();
        }
        self.outputs.softmax(1).to_vec()
    }
}

impl<T: Real> Evaluation<T> {
    /// The targets of the rows, without their weights.
    pub fn targets(&self) -> &BatchTargets<T> {
        &self.targets
    }

    /// The mean loss over the rows.
    pub fn loss(&self) -> f64 {
        self.loss
    }

    /// The predicted values, `[rows, outputs]`: the outputs, or their sigmoids where the loss takes logits.
    pub fn predictions(&self) -> &Tensor<T> {
        &self.values
    }

    /// The share of rows whose class is predicted; NaN without rows.
    ///
    /// # Panics
    /// If the targets are values.
    #[track_caller]
    pub fn accuracy(&self) -> f64 {
        let (truth, classes) = (self.targets.classes().as_slice(), self.classes());
        let right = (0..truth.len()).filter(|row| truth[*row] == classes[*row]);
        right.map(|row| self.weight(row)).sum::<f64>() / self.total_weight()
    }

    /// The weight of each row; `None` where all count the same.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    fn weight(&self, row: usize) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[row])
    }

    fn total_weight(&self) -> f64 {
        match &self.weights {
            Some(weights) => weights.iter().sum(),
            None => self.len() as f64,
        }
    }

    /// The metric of [`Scores`](crate::Scores): the accuracy for classes, the mean squared error for values.
    pub fn metric(&self) -> f64 {
        match &self.targets {
            BatchTargets::Classes(_) => self.accuracy(),
            targets => {
                squared_error(&self.values, targets.values(), self.weights()) / self.total_weight()
            }
        }
    }

    /// The counts of rows by true and predicted class.
    ///
    /// # Panics
    /// If the targets are values.
    #[track_caller]
    pub fn confusion(&self) -> Confusion {
        let width: usize = self.outputs.outputs.shape()[1..].iter().product();
        let truth = self.targets.classes().as_slice();
        RowWeights::from(self.weights()).confusion(truth, &self.classes(), width.max(2))
    }

    /// The mean squared error over rows and outputs; NaN without rows.
    ///
    /// # Panics
    /// If the targets are classes.
    #[track_caller]
    pub fn mse(&self) -> f64 {
        self.mean_of_errors(|error| error * error)
    }

    /// The root of the mean squared error.
    ///
    /// # Panics
    /// If the targets are classes.
    #[track_caller]
    pub fn rmse(&self) -> f64 {
        self.mse().sqrt()
    }

    /// The mean absolute error over rows and outputs; NaN without rows.
    ///
    /// # Panics
    /// If the targets are classes.
    #[track_caller]
    pub fn mae(&self) -> f64 {
        self.mean_of_errors(f64::abs)
    }

    /// The coefficient of determination R², the mean of those of the outputs; NaN where one is undefined.
    ///
    /// # Panics
    /// If the targets are classes.
    #[track_caller]
    pub fn r2(&self) -> f64 {
        let (truth, guess) = (self.targets.values().to_vec(), self.values.to_vec());
        let width: usize = self.outputs.outputs.shape()[1..].iter().product();
        let column = |of: &[T], j: usize| -> Vec<f64> {
            of[j..].iter().step_by(width).map(|x| x.to_f64()).collect()
        };
        let r2 = (0..width).map(|j| {
            let weights = RowWeights::from(self.weights());
            let of = weights.regression(&column(&truth, j), &column(&guess, j));
            of.and_then(|of| of.r2).unwrap_or(f64::NAN)
        });
        r2.sum::<f64>() / width as f64
    }

    #[track_caller]
    fn mean_of_errors(&self, of: impl Fn(f64) -> f64) -> f64 {
        let (truth, guess) = (self.targets.values().contiguous(), self.values.contiguous());
        let width = (truth.len() / self.len().max(1)).max(1);
        let pairs = guess.elements().iter().zip(truth.elements()).enumerate();
        let errors = pairs.map(|(i, (y, t))| self.weight(i / width) * of(y.to_f64() - t.to_f64()));
        errors.sum::<f64>() / (self.total_weight() * width as f64)
    }
}
