//! The metric of a batch: accuracy for classes, the mean squared error for values.

use autograd::{Real, Tensor};
use datasets::BatchTargets;

use crate::loss::DynLoss;

/// The predicted class of each row of outputs: the largest logit, the first among equals, or the sign of a single one.
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

/// The sum over rows of the metric that goes with the targets, times the weights of rows that have some: 1 for a class that is
/// predicted, or the mean squared error of a row of the loss's [predictions](crate::Loss::predictions).
pub fn metric_sum<T: Real>(
    loss: &dyn DynLoss<T>,
    outputs: &Tensor<T>,
    targets: &BatchTargets<T>,
) -> f64 {
    let width = outputs.len() / outputs.shape()[0].max(1);
    let (targets, weights) = targets.parts();
    match targets {
        BatchTargets::Classes(labels) => {
            let outputs = outputs.contiguous();
            let rows = outputs.elements().chunks_exact(width.max(1));
            let rows = rows.zip(labels.as_slice());
            match weights {
                None => rows.filter(|(row, label)| is_right(row, **label)).count() as f64,
                Some(weights) => rows
                    .zip(weights)
                    .filter(|((row, label), _)| is_right(row, **label))
                    .map(|(_, weight)| weight)
                    .sum(),
            }
        }
        targets => squared_error(&loss.predictions(outputs), targets.values(), weights),
    }
}

/// The sum over rows of the mean squared error of a row, times the weights of rows that have some.
pub(crate) fn squared_error<T: Real>(
    predictions: &Tensor<T>,
    values: &Tensor<T>,
    weights: Option<&[f64]>,
) -> f64 {
    let width = (predictions.len() / predictions.shape()[0].max(1)).max(1);
    let (y, t) = (predictions.contiguous(), values.contiguous());
    let pairs = y.elements().iter().zip(t.elements());
    let squares = pairs.map(|(y, t)| (y.to_f64() - t.to_f64()).powi(2));
    let sum: f64 = match weights {
        None => squares.sum(),
        Some(weights) => squares
            .enumerate()
            .map(|(i, square)| weights[i / width] * square)
            .sum(),
    };
    sum / width as f64
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
