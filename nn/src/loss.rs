//! Losses, and the targets of a batch in the form that they take.

use datasets::{Rows, Targets};
use autograd::prelude::*;
use autograd::{Algebra, Cmp, Keeps, Lane, Real, Tensor, Unary};
use serde::Serialize;

use crate::evaluate::predicted;

/// Rows with what is to be predicted from them.
#[derive(Clone, Copy, Debug)]
pub struct Examples<'a> {
    /// What a model is given.
    pub inputs: &'a Rows,
    /// What it is to say, a row each.
    pub targets: &'a Targets,
}

/// What training minimises: a mean over the rows of a batch, and over the outputs of a row where they are values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Softmax and cross-entropy of logits, one a class. `smoothing` moves that share of the target to all classes.
    CrossEntropy {
        /// From 0 to 1, usually 0.
        smoothing: f64,
    },
    /// Sigmoid and binary cross-entropy of one logit, with classes 0 and 1 as targets.
    BinaryCrossEntropy,
    /// Sigmoid and binary cross-entropy of each output, with values from 0 to 1 as targets, such as pixels. Where a target
    /// is neither 0 nor 1 the least loss is not 0 but the target's entropy.
    PixelCrossEntropy,
    /// Squared differences.
    Mse,
    /// Absolute differences.
    Mae,
    /// See [`huber`].
    Huber {
        /// Where the square ends.
        delta: f64,
    },
}

/// The targets of a batch.
#[derive(Clone, Debug)]
pub enum BatchTargets<T: Real> {
    /// A class a row.
    Classes(Indices),
    /// Values of the outputs' shape.
    Values(Tensor<T>),
}

impl Loss {
    /// The targets of some rows in the form that this loss takes.
    ///
    /// # Panics
    /// If the loss takes classes and the targets are values, or the other way round.
    #[track_caller]
    pub fn targets<T: Real>(self, targets: &Targets, rows: &[u32]) -> BatchTargets<T> {
        let classes = || Indices::written(rows.len(), |out| targets.labels_into(rows, out));
        match self {
            Self::CrossEntropy { .. } => BatchTargets::Classes(classes()),
            Self::BinaryCrossEntropy => {
                let classes = classes();
                let number = |i: usize| T::from_f64(f64::from(classes.as_slice()[i]));
                BatchTargets::Values(Tensor::from_fn(&[rows.len(), 1], number))
            }
            Self::PixelCrossEntropy | Self::Mse | Self::Mae | Self::Huber { .. } => match targets {
                Targets::Values(values) => BatchTargets::Values(values.gather(rows)),
                Targets::Classes { .. } => panic!("{self:?} takes values as targets, not classes"),
            },
        }
    }

    /// The loss of a model's outputs, of shape `[]`.
    ///
    /// # Panics
    /// If the targets are not of the form that [`targets`](Loss::targets) makes, or of another shape than the outputs.
    #[track_caller]
    pub fn of<V: Value>(self, outputs: &V, targets: &BatchTargets<V::T>) -> V {
        match (self, targets) {
            (Self::CrossEntropy { smoothing }, BatchTargets::Classes(labels)) => {
                outputs.cross_entropy(labels, smoothing)
            }
            (_, BatchTargets::Values(values)) => {
                assert_eq!(
                    outputs.dims()[..],
                    *values.shape(),
                    "the targets do not have the shape of the outputs"
                );
                let values = outputs.constant(values.clone());
                match self {
                    Self::BinaryCrossEntropy | Self::PixelCrossEntropy => {
                        outputs.bce_with_logits(&values).mean()
                    }
                    Self::Mae => mae(outputs, &values),
                    Self::Huber { delta } => huber(outputs, &values, delta),
                    _ => mse(outputs, &values),
                }
            }
            _ => panic!("{self:?} takes values as targets, not classes"),
        }
    }
}

impl Loss {
    /// What outputs say in the targets' own terms: the sigmoid of each where the loss takes logits of pixels, else what
    /// they are.
    pub fn said<T: Real>(self, outputs: &Tensor<T>) -> Tensor<T> {
        match self {
            Self::PixelCrossEntropy => outputs.sigmoid(),
            _ => outputs.clone(),
        }
    }

    /// The sum over rows of the metric that goes with this loss: 1 for a right class, or the mean squared error of what a
    /// row of values [says](Loss::said).
    pub fn metric<T: Real>(self, outputs: &Tensor<T>, targets: &BatchTargets<T>) -> f64 {
        let outputs = self.said(outputs).contiguous();
        let width = outputs.len() / outputs.shape()[0].max(1);
        let y = outputs.as_slice().unwrap_or_default();
        match targets {
            BatchTargets::Classes(labels) => {
                let rows = y.chunks_exact(width.max(1)).zip(labels.as_slice());
                rows.filter(|(row, label)| is_right(row, **label)).count() as f64
            }
            BatchTargets::Values(values) => {
                let t = values.contiguous();
                let t = t.as_slice().unwrap_or_default();
                if self == Self::BinaryCrossEntropy {
                    let positive = |x: &T| x.to_f64() > 0.5;
                    let pairs = predicted(y, width).zip(t);
                    return pairs.filter(|(p, t)| (*p == 1) == positive(t)).count() as f64;
                }
                let squares = y
                    .iter()
                    .zip(t)
                    .map(|(y, t)| (y.to_f64() - t.to_f64()).powi(2));
                squares.sum::<f64>() / width.max(1) as f64
            }
        }
    }
}

/// Whether [`predicted`] says this class. Mostly one look at each output tells: another is greater than that of the label,
/// or all others are less. Only ties and NaN are left to ask for.
#[inline]
fn is_right<T: Real>(row: &[T], label: u32) -> bool {
    let score = row.get(label as usize).copied().unwrap_or(T::NAN);
    let (mut greater, mut less) = (0, 0);
    for x in row {
        greater += u32::from(*x > score);
        less += u32::from(*x < score);
    }
    if row.len() > 1 && greater > 0 {
        return false;
    }
    if row.len() > 1 && less as usize + 1 == row.len() {
        return true;
    }
    predicted(row, row.len()).next() == Some(label)
}

/// The mean squared difference.
#[track_caller]
pub fn mse<V: Value>(outputs: &V, targets: &V) -> V {
    outputs.mse(targets)
}

/// The mean absolute difference.
#[track_caller]
pub fn mae<V: Value>(outputs: &V, targets: &V) -> V {
    (outputs.clone() - targets).abs().mean()
}

/// The mean of d²/2 where |d| is at most δ, and of δ·(|d| − δ/2) elsewhere (Huber, 1964).
#[track_caller]
pub fn huber<V: Value>(outputs: &V, targets: &V, delta: f64) -> V {
    let difference = outputs.clone() - targets;
    difference.map(HuberOf { delta }).mean()
}

/// The Huber function of a difference.
#[derive(Clone, Copy)]
struct HuberOf {
    delta: f64,
}

impl Unary for HuberOf {
    const NAME: &'static str = "huber";
    const KEEPS: Keeps = Keeps::Input;
    #[inline(always)]
    fn value<L: Lane>(self, d: L) -> L {
        let (delta, half, size) = (d.lift(self.delta), d.lift(0.5), Lane::abs(d));
        let linear = delta * (size - half * delta);
        size.select(Cmp::Le, delta, half * d * d, linear)
    }
    #[inline(always)]
    fn derivative<E: Algebra>(self, d: E, _y: E) -> E {
        let (delta, low) = (d.lift(self.delta), d.lift(-self.delta));
        let above = d.select(Cmp::Gt, delta, delta, d);
        d.select(Cmp::Lt, low, low, above)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_is_what_is_predicted() {
        let nan = f32::NAN;
        let rows: [&[f32]; 9] = [
            &[1.0, 2.0, 0.0],
            &[2.0, 2.0, 0.0],
            &[0.0, 2.0, 2.0],
            &[nan, 2.0, 3.0],
            &[1.0, nan, 3.0],
            &[nan, nan, nan],
            &[f32::NEG_INFINITY; 3],
            &[0.5],
            &[-0.5],
        ];
        for row in rows {
            let said = predicted(row, row.len()).next();
            for label in 0..4 {
                assert_eq!(is_right(row, label), said == Some(label), "{row:?} {label}");
            }
        }
    }
}
