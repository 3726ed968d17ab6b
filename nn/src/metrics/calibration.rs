//! Whether probabilities mean what they say.

use autograd::Real;

use super::RowWeights;

/// The rows whose confidence lies between two bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// Their mean confidence, from 0 to 1.
    pub confidence: f64,
    /// The share of them that is right.
    pub accuracy: f64,
    /// Their number, at least 1.
    pub rows: usize,
    /// The sum of their weights: their number, where all count the same.
    pub weight: f64,
}

/// The confidence of predictions against the share of them that is right, in `bins` bins of equal width from 0 to 1; bins
/// without a row are left out. The confidence of a row is the largest of its probabilities (`probabilities` row-major, a
/// column a class). A confidence on a bound belongs to the bin below, as in scikit-learn.
///
/// # Panics
/// If `probabilities` is not rows × `classes`, there are no bins, or a label is not below `classes`.
#[track_caller]
pub fn calibration_curve<T: Real>(
    truth: &[u32],
    probabilities: &[T],
    classes: usize,
    bins: usize,
) -> Vec<CalibrationBin> {
    RowWeights::equal().calibration_curve(truth, probabilities, classes, bins)
}

impl RowWeights<'_> {
    /// [`calibration_curve`]; bins whose rows do not count are left out.
    ///
    /// # Panics
    /// As [`calibration_curve`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn calibration_curve<T: Real>(
        self,
        truth: &[u32],
        probabilities: &[T],
        classes: usize,
        bins: usize,
    ) -> Vec<CalibrationBin> {
        super::ranking::check(truth, probabilities, classes);
        self.check(truth.len());
        assert!(bins > 0, "calibration_curve: no bins");
        let mut sums = vec![(0.0, 0.0, 0.0, 0_usize); bins];
        let rows = probabilities.chunks_exact(classes.max(1));
        for (i, (class, row)) in truth.iter().zip(rows).enumerate() {
            let mut best = 0;
            for (i, p) in row.iter().enumerate() {
                if *p > row[best] {
                    best = i;
                }
            }
            let confidence = row[best].to_f64();
            // Bounds below it; so the last bin has the confidence 1, and a NaN is in the first.
            let bounds = 1..bins;
            let bin = bounds
                .filter(|b| *b as f64 / bins as f64 <= confidence)
                .count();
            let on_bound = bin > 0 && bin as f64 / bins as f64 == confidence;
            let (sum, right, weight, count) = &mut sums[bin - usize::from(on_bound)];
            let own = self.row(i);
            *sum += own * confidence;
            *right += own * f64::from(u8::from(best == *class as usize));
            *weight += own;
            *count += 1;
        }
        let filled = sums.into_iter().filter(|(_, _, weight, _)| *weight > 0.0);
        filled
            .map(|(sum, right, weight, rows)| CalibrationBin {
                confidence: sum / weight,
                accuracy: right / weight,
                rows,
                weight,
            })
            .collect()
    }
}

/// The expected calibration error: the mean over rows of |confidence − accuracy| of their bin (Guo et al., *On calibration of
/// modern neural networks*, ICML 2017, equation 3). `None` without rows.
pub fn calibration_error(curve: &[CalibrationBin]) -> Option<f64> {
    let weight: f64 = curve.iter().map(|bin| bin.weight).sum();
    let gaps = curve
        .iter()
        .map(|bin| bin.weight * (bin.confidence - bin.accuracy).abs());
    (weight > 0.0).then(|| gaps.sum::<f64>() / weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confidence_on_a_bound_belongs_to_the_bin_below() {
        let bins = calibration_curve(&[0, 1, 1], &[0.5, 0.5, 0.25, 0.75, 1.0, 0.0], 2, 4);
        let bin = |confidence, accuracy| CalibrationBin {
            confidence,
            accuracy,
            rows: 1,
            weight: 1.0,
        };
        assert_eq!(bins, [bin(0.5, 1.0), bin(0.75, 1.0), bin(1.0, 0.0)]);
        assert_eq!(calibration_error(&bins), Some((0.5 + 0.25 + 1.0) / 3.0));
        assert_eq!(calibration_error(&[]), None);
    }
}
