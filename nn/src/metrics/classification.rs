//! Scores of predicted classes.

/// The share of rows whose class is predicted; `None` without rows.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn accuracy(truth: &[u32], predicted: &[u32]) -> Option<f64> {
    same_length(truth.len(), predicted.len());
    let right = truth.iter().zip(predicted).filter(|(t, p)| t == p).count();
    share(right as u64, truth.len() as u64)
}

/// Counts of rows by true and predicted class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confusion {
    classes: usize,
    /// Row-major: rows true, columns predicted.
    counts: Vec<u64>,
}

/// How well one class is found.
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
        same_length(truth.len(), predicted.len());
        let mut counts = vec![0; classes * classes];
        for (t, p) in truth.iter().zip(predicted) {
            let (t, p) = (*t as usize, *p as usize);
            assert!(
                t < classes && p < classes,
                "confusion: classes {t} and {p} of {classes}"
            );
            counts[t * classes + p] += 1;
        }
        Self { classes, counts }
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
        assert!(truth < self.classes && predicted < self.classes);
        self.counts[truth * self.classes + predicted]
    }

    /// The counts of each true class by predicted class.
    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        self.counts.chunks_exact(self.classes.max(1))
    }

    /// All rows counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The share of rows on the diagonal; `None` without rows.
    pub fn accuracy(&self) -> Option<f64> {
        let right = (0..self.classes).map(|c| self.count(c, c)).sum();
        share(right, self.total())
    }

    /// How well class `c` is found.
    ///
    /// # Panics
    /// If there is no such class.
    #[track_caller]
    pub fn class(&self, c: usize) -> ClassScore {
        let hits = self.count(c, c);
        let support = self.support(c);
        let predicted = self.predicted(c);
        ClassScore {
            precision: share(hits, predicted).unwrap_or(0.0),
            recall: share(hits, support).unwrap_or(0.0),
            f1: share(2 * hits, support + predicted).unwrap_or(0.0),
            support,
        }
    }

    /// How well each class is found, in order.
    pub fn per_class(&self) -> Vec<ClassScore> {
        (0..self.classes).map(|c| self.class(c)).collect()
    }

    /// The plain mean over the classes that occur, as truth or as prediction; `None` without rows.
    pub fn macro_average(&self) -> Option<Average> {
        self.average(|c| u64::from(self.support(c) + self.predicted(c) > 0))
    }

    /// The mean over classes weighted by their rows; `None` without rows.
    pub fn weighted_average(&self) -> Option<Average> {
        self.average(|c| self.support(c))
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
    fn average(&self, weight: impl Fn(usize) -> u64) -> Option<Average> {
        let mut total = 0.0;
        let mut sum = Average {
            precision: 0.0,
            recall: 0.0,
            f1: 0.0,
        };
        for c in 0..self.classes {
            let (w, score) = (weight(c) as f64, self.class(c));
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

    /// Rows of class `c`.
    fn support(&self, c: usize) -> u64 {
        (0..self.classes).map(|p| self.count(c, p)).sum()
    }

    /// Rows predicted as class `c`.
    fn predicted(&self, c: usize) -> u64 {
        (0..self.classes).map(|t| self.count(t, c)).sum()
    }
}

/// `part / whole`, unless the whole is 0.
fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[track_caller]
pub(super) fn same_length(truth: usize, predicted: usize) {
    assert!(
        truth == predicted,
        "{truth} true values and {predicted} predictions"
    );
}
