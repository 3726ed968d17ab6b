//! Scores of predicted classes.

use super::RowWeights;

/// The share of rows whose class is predicted; `None` without rows.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn accuracy(truth: &[u32], predicted: &[u32]) -> Option<f64> {
    RowWeights::equal().accuracy(truth, predicted)
}

impl RowWeights<'_> {
    /// [`accuracy`].
    ///
    /// # Panics
    /// If the slices differ in length, or there are not as many weights.
    #[track_caller]
    pub fn accuracy(self, truth: &[u32], predicted: &[u32]) -> Option<f64> {
        same_length(truth.len(), predicted.len());
        self.check(truth.len());
        let right = (0..truth.len()).filter(|row| truth[*row] == predicted[*row]);
        share(
            right.map(|row| self.row(row)).sum(),
            self.total(truth.len()),
        )
    }

    /// Counts pairs of true and predicted classes; scores are of the sums of weights.
    ///
    /// # Panics
    /// As [`Confusion::new`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn confusion(self, truth: &[u32], predicted: &[u32], classes: usize) -> Confusion {
        same_length(truth.len(), predicted.len());
        self.check(truth.len());
        let mut counts = vec![0; classes * classes];
        let mut sums = vec![0.0; classes * classes];
        for (row, (t, p)) in truth.iter().zip(predicted).enumerate() {
            let (t, p) = (*t as usize, *p as usize);
            assert!(
                t < classes && p < classes,
                "confusion: classes {t} and {p} of {classes}"
            );
            counts[t * classes + p] += 1;
            sums[t * classes + p] += self.row(row);
        }
        Confusion {
            classes,
            counts,
            sums,
        }
    }
}

/// Counts of rows by true and predicted class.
#[derive(Clone, Debug, PartialEq)]
pub struct Confusion {
    classes: usize,
    /// Row-major: rows true, columns predicted.
    counts: Vec<u64>,
    /// The sums of the weights of these rows.
    sums: Vec<f64>,
}

/// Scores of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassScore {
    /// Of the rows predicted as this class, the share that are of it; 0 if none is predicted.
    pub precision: f64,
    /// Of the rows of this class, the share that is predicted as it; 0 if there is none.
    pub recall: f64,
    /// The harmonic mean of precision and recall, 2·tp / (2·tp + fp + fn); 0 if the class does not occur.
    pub f1: f64,
    /// The rows of this class.
    pub support: u64,
}

/// Scores averaged over classes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Average {
    /// The average precision of the classes.
    pub precision: f64,
    /// The average recall of the classes.
    pub recall: f64,
    /// The average F1 of the classes.
    pub f1: f64,
}

impl Confusion {
    /// Counts pairs of true and predicted classes.
    ///
    /// # Panics
    /// If the slices differ in length, or a label is not below `classes`.
    #[track_caller]
    pub fn new(truth: &[u32], predicted: &[u32], classes: usize) -> Self {
        RowWeights::equal().confusion(truth, predicted, classes)
    }

    /// The number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Rows of class `truth` predicted as class `predicted`.
    ///
    /// # Panics
    /// If there is no such class.
    #[track_caller]
    pub fn count(&self, truth: usize, predicted: usize) -> u64 {
        assert!(
            truth < self.classes && predicted < self.classes,
            "count: class {truth} predicted as {predicted}, of {} classes",
            self.classes
        );
        self.counts[truth * self.classes + predicted]
    }

    /// The counts of each true class by predicted class.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.classes.max(1))
    }

    /// The sums of weights of each true class by predicted class: the counts, where all rows count the same.
    pub fn weights(&self) -> impl Iterator<Item = &[f64]> {
        self.sums.chunks_exact(self.classes.max(1))
    }

    /// All rows counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The share of rows on the diagonal; `None` without rows.
    pub fn accuracy(&self) -> Option<f64> {
        let right = (0..self.classes).map(|c| self.sum(c, c)).sum();
        share(right, self.sums.iter().sum())
    }

    /// Scores of class `c`.
    ///
    /// # Panics
    /// If there is no such class.
    #[track_caller]
    pub fn class(&self, c: usize) -> ClassScore {
        assert!(c < self.classes, "confusion: class {c} of {}", self.classes);
        let hits = self.sum(c, c);
        let own = self.of_truth(c);
        let predicted = self.predicted(c);
        ClassScore {
            precision: share(hits, predicted).unwrap_or(0.0),
            recall: share(hits, own).unwrap_or(0.0),
            f1: share(2.0 * hits, own + predicted).unwrap_or(0.0),
            support: (0..self.classes).map(|p| self.count(c, p)).sum(),
        }
    }

    /// Scores of each class, in order.
    pub fn per_class(&self) -> Vec<ClassScore> {
        (0..self.classes).map(|c| self.class(c)).collect()
    }

    /// The plain mean over the classes that occur, as truth or as prediction; `None` without rows.
    pub fn macro_average(&self) -> Option<Average> {
        let occurs = |c| self.of_truth(c) + self.predicted(c) > 0.0;
        self.average(|c| f64::from(u8::from(occurs(c))))
    }

    /// The mean over classes weighted by their rows; `None` without rows.
    pub fn weighted_average(&self) -> Option<Average> {
        self.average(|c| self.of_truth(c))
    }

    /// The scores of all decisions pooled. With one class a row all three are the accuracy; `None` without rows.
    pub fn micro_average(&self) -> Option<Average> {
        self.accuracy().map(|a| Average {
            precision: a,
            recall: a,
            f1: a,
        })
    }

    /// The mean over classes under these weights.
    fn average(&self, weight: impl Fn(usize) -> f64) -> Option<Average> {
        let mut total = 0.0;
        let mut sum = Average {
            precision: 0.0,
            recall: 0.0,
            f1: 0.0,
        };
        for c in 0..self.classes {
            let (w, score) = (weight(c), self.class(c));
            total += w;
            sum.precision += w * score.precision;
            sum.recall += w * score.recall;
            sum.f1 += w * score.f1;
        }
        (total > 0.0).then(|| Average {
            precision: sum.precision / total,
            recall: sum.recall / total,
            f1: sum.f1 / total,
        })
    }

    fn sum(&self, truth: usize, predicted: usize) -> f64 {
        self.sums[truth * self.classes + predicted]
    }

    /// The weight of the rows of class `c`.
    pub fn of_truth(&self, c: usize) -> f64 {
        (0..self.classes).map(|p| self.sum(c, p)).sum()
    }

    /// The weight of the rows predicted as class `c`.
    pub fn predicted(&self, c: usize) -> f64 {
        (0..self.classes).map(|t| self.sum(t, c)).sum()
    }
}

/// `part / whole`, unless the whole is 0.
fn share(part: f64, whole: f64) -> Option<f64> {
    (whole > 0.0).then(|| part / whole)
}

#[track_caller]
pub(super) fn same_length(truth: usize, predicted: usize) {
    assert!(
        truth == predicted,
        "{truth} true values and {predicted} predictions"
    );
}
