//! Whether probabilities mean what they say.

use autograd::Real;

/// The rows whose confidence lies between two bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CalibrationBin {
    /// Their mean confidence, from 0 to 1.
    pub confidence: f64,
    /// The share of them that is right.
    pub accuracy: f64,
    /// How many there are, at least 1.
    pub rows: usize,
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
    super::ranking::check(truth, probabilities, classes);
    assert!(bins > 0, "calibration_curve: no bins");
    let mut sums = vec![(0.0, 0_usize, 0_usize); bins];
    let rows = probabilities.chunks_exact(classes.max(1));
    for (class, row) in truth.iter().zip(rows) {
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
        let (sum, right, count) = &mut sums[bin - usize::from(on_bound)];
        *sum += confidence;
        *right += usize::from(best == *class as usize);
        *count += 1;
    }
    let filled = sums.into_iter().filter(|(_, _, count)| *count > 0);
    filled
        .map(|(sum, right, rows)| CalibrationBin {
            confidence: sum / rows as f64,
            accuracy: right as f64 / rows as f64,
            rows,
        })
        .collect()
}

/// The expected calibration error: the mean over rows of |confidence − accuracy| of their bin (Guo et al., *On calibration of
/// modern neural networks*, ICML 2017, equation 3). `None` without rows.
pub fn calibration_error(curve: &[CalibrationBin]) -> Option<f64> {
    let rows: usize = curve.iter().map(|bin| bin.rows).sum();
    let gaps = curve
        .iter()
        .map(|bin| bin.rows as f64 * (bin.confidence - bin.accuracy).abs());
    (rows > 0).then(|| gaps.sum::<f64>() / rows as f64)
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
        };
        assert_eq!(bins, [bin(0.5, 1.0), bin(0.75, 1.0), bin(1.0, 0.0)]);
        assert_eq!(calibration_error(&bins), Some((0.5 + 0.25 + 1.0) / 3.0));
        assert_eq!(calibration_error(&[]), None);
    }
}
