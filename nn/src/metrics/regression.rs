//! Scores of predicted values.

use super::RowWeights;
use super::classification::same_length;

/// The errors of predictions of one target.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regression {
    /// The mean squared error.
    pub mse: f64,
    /// Its root.
    pub rmse: f64,
    /// The mean absolute error.
    pub mae: f64,
    /// The coefficient of determination, 1 − Σ(y − ŷ)² / Σ(y − ȳ)². Where all true values are equal it is 1 for exact
    /// predictions and 0 for others, as in scikit-learn; `None` for fewer than two rows.
    pub r2: Option<f64>,
    /// The largest absolute error; NaN if any error is.
    pub max_error: f64,
}

impl Regression {
    /// The errors of these predictions; `None` without rows.
    ///
    /// # Panics
    /// If the slices differ in length.
    #[track_caller]
    pub fn new(truth: &[f64], predicted: &[f64]) -> Option<Self> {
        RowWeights::equal().regression(truth, predicted)
    }
}

impl RowWeights<'_> {
    /// [`Regression::new`]; `None` where no row counts. The largest error is that of any row, whatever it weighs.
    ///
    /// # Panics
    /// If the slices differ in length, or there are not as many weights.
    #[track_caller]
    pub fn regression(self, truth: &[f64], predicted: &[f64]) -> Option<Regression> {
        same_length(truth.len(), predicted.len());
        self.check(truth.len());
        let n = self.total(truth.len());
        if n <= 0.0 {
            return None;
        }
        // The mean of equal values need not be these values.
        let mut counted = (0..truth.len()).filter(|i| self.row(*i) > 0.0);
        let first = counted.next().map(|i| truth[i]);
        let is_constant = counted.all(|i| Some(truth[i]) == first);
        let mean = (0..truth.len())
            .map(|i| self.row(i) * truth[i])
            .sum::<f64>()
            / n;
        let (mut squares, mut absolutes, mut spread, mut max_error) = (0.0, 0.0, 0.0, 0.0);
        for (i, (y, guess)) in truth.iter().zip(predicted).enumerate() {
            let (error, weight) = ((y - guess).abs(), self.row(i));
            squares += weight * (error * error);
            absolutes += weight * error;
            spread += weight * ((y - mean) * (y - mean));
            if error > max_error || error.is_nan() {
                max_error = error;
            }
        }
        let r2 = match (truth.len(), squares == 0.0, spread == 0.0 || is_constant) {
            (1, ..) => None,
            (_, true, true) => Some(1.0),
            (_, false, true) => Some(0.0),
            _ => Some(1.0 - squares / spread),
        };
        Some(Regression {
            mse: squares / n,
            rmse: (squares / n).sqrt(),
            mae: absolutes / n,
            r2,
            max_error,
        })
    }
}
