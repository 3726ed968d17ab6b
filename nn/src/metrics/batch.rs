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
            let labels = labels.as_slice();
            if let Some(columns) = outputs.column_major() {
                return weight_of(right_by_columns(columns, labels).into_iter(), weights);
            }
            let outputs = outputs.contiguous();
            let rows = outputs.elements().chunks_exact(width.max(1));
            let right = rows.zip(labels).map(|(row, label)| is_right(row, *label));
            weight_of(right, weights)
        }
        targets => squared_error(&loss.predictions(outputs), targets.values(), weights),
    }
}

/// How many rows are right, or what these weigh.
fn weight_of(right: impl Iterator<Item = bool>, weights: Option<&[f64]>) -> f64 {
    match weights {
        None => right.filter(|right| *right).count() as f64,
        Some(weights) => right
            .zip(weights)
            .filter(|(right, _)| *right)
            .map(|(_, weight)| weight)
            .sum(),
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

/// Rows looked at together.
const TOGETHER: usize = 32;

/// [`is_right`] of each row of a matrix of two classes or more that lies column by column: many rows at a time, class by class.
fn right_by_columns<T: Real>(columns: &[T], labels: &[u32]) -> Vec<bool> {
    let rows = labels.len();
    let classes = columns.len() / rows;
    let mut right = vec![false; rows];
    for (first, labels) in (0..rows).step_by(TOGETHER).zip(labels.chunks(TOGETHER)) {
        let at = |class: usize, i: usize| columns[class * rows + first + i];
        let mut scores = [T::NAN; TOGETHER];
        for (i, (score, label)) in scores.iter_mut().zip(labels).enumerate() {
            if (*label as usize) < classes {
                *score = at(*label as usize, i);
            }
        }
        let (mut greater, mut less) = ([0_u32; TOGETHER], [0_u32; TOGETHER]);
        for class in 0..classes {
            let column = &columns[class * rows + first..][..labels.len()];
            let counts = greater.iter_mut().zip(&mut less);
            for ((x, score), (greater, less)) in column.iter().zip(&scores).zip(counts) {
                *greater += u32::from(x > score);
                *less += u32::from(x < score);
            }
        }
        for (i, label) in labels.iter().enumerate() {
            right[first + i] = match (greater[i], less[i] as usize + 1) {
                (0, others) if others == classes => true,
                (0, _) => {
                    let row: Vec<T> = (0..classes).map(|class| at(class, i)).collect();
                    is_right(&row, *label)
                }
                _ => false,
            };
        }
    }
    right
}

#[cfg(test)]
mod tests {
    use autograd::prelude::*;

    use super::*;

    #[test]
    fn the_order_in_storage_does_not_matter() {
        // Ties, NaN, and labels that are none among them; more rows than are taken together.
        let rows = 2 * TOGETHER + 3;
        let scores = [0.0, 1.0, 2.0, f32::NAN, 1.0, -1.0, f32::INFINITY];
        let cell = |i: usize| scores[(i * i / 3 + i) % scores.len()];
        let by_rows = Tensor::<f32>::from_fn(&[rows, 3], cell);
        let by_columns = by_rows.transpose().contiguous().transpose();
        let columns = by_columns.column_major().unwrap();
        let labels: Vec<u32> = (0..rows as u32).map(|i| i % 4).collect();
        let each = by_rows.elements().chunks(3).zip(&labels);
        let expected: Vec<bool> = each.map(|(row, label)| is_right(row, *label)).collect();
        assert!(expected.iter().filter(|right| **right).count() > 9);
        assert_eq!(right_by_columns(columns, &labels), expected);
    }

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
