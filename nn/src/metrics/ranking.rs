//! Scores of ranked or probabilistic predictions.

use std::cmp::Ordering;

use autograd::Real;

use super::RowWeights;

/// The share of rows whose true class is among the `k` with the highest scores (`scores` row-major, a column a class);
/// `None` without rows. Of classes with equal scores the first counts as higher, as in argmax; a NaN counts as higher
/// than every number, and a row whose true class has it is wrong.
///
/// # Panics
/// If `scores` is not rows × `classes`, or a label is not below `classes`.
#[track_caller]
pub fn top_k_accuracy<T: Real>(
    truth: &[u32],
    scores: &[T],
    classes: usize,
    k: usize,
) -> Option<f64> {
    check(truth, scores, classes);
    let found = |t: usize, row: &[T]| {
        let own = row[t];
        let ahead =
            |(c, s): (usize, &T)| c != t && (s.is_nan() || *s > own || (*s == own && c < t));
        !own.is_nan() && row.iter().enumerate().filter(|x| ahead(*x)).count() < k
    };
    let rows = truth.iter().zip(scores.chunks_exact(classes.max(1)));
    let right = rows.filter(|(t, row)| found(**t as usize, row)).count();
    (!truth.is_empty()).then(|| right as f64 / truth.len() as f64)
}

/// The mean of −ln p over rows, where p is the probability given to the true class (`probabilities` row-major, a column
/// a class); `None` without rows. Probabilities are clipped to [ε, 1 − ε] with ε of `f64`.
///
/// # Panics
/// If `probabilities` is not rows × `classes`, or a label is not below `classes`.
#[track_caller]
pub fn log_loss<T: Real>(truth: &[u32], probabilities: &[T], classes: usize) -> Option<f64> {
    RowWeights::equal().log_loss(truth, probabilities, classes)
}

/// The rates of a score's thresholds, from the highest to the lowest.
#[derive(Clone, Debug, PartialEq)]
pub struct RocCurve {
    /// The share of negative rows at or above each threshold.
    pub false_positive: Vec<f64>,
    /// The share of positive rows at or above each threshold.
    pub true_positive: Vec<f64>,
    /// Every distinct score, after an infinite one at which nothing is called positive.
    pub thresholds: Vec<f64>,
}

/// The receiver operating characteristic, with a point for every distinct score; `None` unless both classes occur and no
/// score is NaN.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn roc_curve<T: Real>(positive: &[bool], scores: &[T]) -> Option<RocCurve> {
    RowWeights::equal().roc_curve(positive, scores)
}

/// The area under the ROC curve: the chance that a positive row scores above a negative one, ties counted half. `None`
/// as for [`roc_curve`].
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn roc_auc<T: Real>(positive: &[bool], scores: &[T]) -> Option<f64> {
    RowWeights::equal().roc_auc(positive, scores)
}

/// The mean over classes of each one's area against all others; `scores` are row-major, a column a class. For two
/// classes this is the area of the second. `None` unless every class occurs among several, and no score is NaN.
///
/// # Panics
/// If `scores` is not rows × `classes`, or a label is not below `classes`.
#[track_caller]
pub fn roc_auc_one_vs_rest<T: Real>(truth: &[u32], scores: &[T], classes: usize) -> Option<f64> {
    RowWeights::equal().roc_auc_one_vs_rest(truth, scores, classes)
}

/// The precision at each threshold, weighted by the recall gained there; `None` if no row is positive or a score is NaN.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn average_precision<T: Real>(positive: &[bool], scores: &[T]) -> Option<f64> {
    RowWeights::equal().average_precision(positive, scores)
}

/// The mean over classes of each one's average precision against all others; `scores` are row-major, a column a class. For
/// two classes this is that of the second. `None` unless every class occurs among several, and no score is NaN.
///
/// # Panics
/// If `scores` is not rows × `classes`, or a label is not below `classes`.
#[track_caller]
pub fn average_precision_one_vs_rest<T: Real>(
    truth: &[u32],
    scores: &[T],
    classes: usize,
) -> Option<f64> {
    RowWeights::equal().average_precision_one_vs_rest(truth, scores, classes)
}

/// Precision and recall of a score's thresholds, from the highest to the lowest.
#[derive(Clone, Debug, PartialEq)]
pub struct PrecisionRecallCurve {
    /// Of the rows at or above each threshold, the share that is positive.
    pub precision: Vec<f64>,
    /// Of the positive rows, the share at or above each threshold.
    pub recall: Vec<f64>,
    /// Every distinct score.
    pub thresholds: Vec<f64>,
}

/// Precision against recall, with a point for every distinct score; `None` if no row is positive or a score is NaN.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn precision_recall_curve<T: Real>(
    positive: &[bool],
    scores: &[T],
) -> Option<PrecisionRecallCurve> {
    RowWeights::equal().precision_recall_curve(positive, scores)
}

impl RowWeights<'_> {
    /// [`log_loss`]; `None` where no row counts.
    ///
    /// # Panics
    /// As [`log_loss`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn log_loss<T: Real>(
        self,
        truth: &[u32],
        probabilities: &[T],
        classes: usize,
    ) -> Option<f64> {
        check(truth, probabilities, classes);
        self.check(truth.len());
        let rows = truth.iter().zip(probabilities.chunks_exact(classes.max(1)));
        let sum: f64 = rows
            .enumerate()
            .map(|(i, (t, row))| {
                let p = row[*t as usize].to_f64();
                -p.clamp(f64::EPSILON, 1.0 - f64::EPSILON).ln() * self.row(i)
            })
            .sum();
        let total = self.total(truth.len());
        (total > 0.0).then(|| sum / total)
    }

    /// [`roc_curve`]; rows of weight 0 have no point.
    ///
    /// # Panics
    /// As [`roc_curve`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn roc_curve<T: Real>(self, positive: &[bool], scores: &[T]) -> Option<RocCurve> {
        let cuts = cuts(positive, scores, self)?;
        let last = cuts.last().filter(|c| c.hits > 0.0 && c.alarms > 0.0)?;
        Some(RocCurve {
            false_positive: cuts.iter().map(|c| c.alarms / last.alarms).collect(),
            true_positive: cuts.iter().map(|c| c.hits / last.hits).collect(),
            thresholds: cuts.iter().map(|c| c.threshold).collect(),
        })
    }

    /// [`roc_auc`].
    ///
    /// # Panics
    /// As [`roc_auc`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn roc_auc<T: Real>(self, positive: &[bool], scores: &[T]) -> Option<f64> {
        let cuts = cuts(positive, scores, self)?;
        let last = cuts.last().filter(|c| c.hits > 0.0 && c.alarms > 0.0)?;
        // Twice the area of each trapezoid; without weights in counts, whose sums are exact up to 10⁸ rows.
        let twice: f64 = cuts
            .windows(2)
            .map(|w| (w[1].alarms - w[0].alarms) * (w[0].hits + w[1].hits))
            .sum();
        Some(twice / (2.0 * last.alarms * last.hits))
    }

    /// [`roc_auc_one_vs_rest`].
    ///
    /// # Panics
    /// As [`roc_auc_one_vs_rest`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn roc_auc_one_vs_rest<T: Real>(
        self,
        truth: &[u32],
        scores: &[T],
        classes: usize,
    ) -> Option<f64> {
        one_vs_rest(truth, scores, classes, |p, s| self.roc_auc(p, s))
    }

    /// [`average_precision`].
    ///
    /// # Panics
    /// As [`average_precision`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn average_precision<T: Real>(self, positive: &[bool], scores: &[T]) -> Option<f64> {
        let cuts = cuts(positive, scores, self)?;
        let last = cuts.last().filter(|c| c.hits > 0.0)?;
        let sum: f64 = cuts
            .windows(2)
            .map(|w| (w[1].hits - w[0].hits) * w[1].hits / (w[1].hits + w[1].alarms))
            .sum();
        Some(sum / last.hits)
    }

    /// [`average_precision_one_vs_rest`].
    ///
    /// # Panics
    /// As [`average_precision_one_vs_rest`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn average_precision_one_vs_rest<T: Real>(
        self,
        truth: &[u32],
        scores: &[T],
        classes: usize,
    ) -> Option<f64> {
        one_vs_rest(truth, scores, classes, |p, s| self.average_precision(p, s))
    }

    /// [`precision_recall_curve`]; rows of weight 0 have no point.
    ///
    /// # Panics
    /// As [`precision_recall_curve`], and if there are not as many weights as rows.
    #[track_caller]
    pub fn precision_recall_curve<T: Real>(
        self,
        positive: &[bool],
        scores: &[T],
    ) -> Option<PrecisionRecallCurve> {
        let cuts = cuts(positive, scores, self)?;
        let all = cuts.last().filter(|c| c.hits > 0.0)?.hits;
        // At the infinite threshold nothing is called positive.
        let called = &cuts[1..];
        Some(PrecisionRecallCurve {
            precision: called
                .iter()
                .map(|c| c.hits / (c.hits + c.alarms))
                .collect(),
            recall: called.iter().map(|c| c.hits / all).collect(),
            thresholds: called.iter().map(|c| c.threshold).collect(),
        })
    }
}

/// The mean over classes of a score of each against all others; of two classes that of the second.
#[track_caller]
fn one_vs_rest<T: Real>(
    truth: &[u32],
    scores: &[T],
    classes: usize,
    score: impl Fn(&[bool], &[T]) -> Option<f64>,
) -> Option<f64> {
    check(truth, scores, classes);
    let one = |c: usize| {
        let positive: Vec<bool> = truth.iter().map(|t| *t as usize == c).collect();
        let column: Vec<T> = scores.iter().skip(c).step_by(classes).copied().collect();
        score(&positive, &column)
    };
    match classes {
        0 | 1 => None,
        2 => one(1),
        _ => {
            let sum: Option<f64> = (0..classes).map(one).sum();
            sum.map(|s| s / classes as f64)
        }
    }
}

/// What is called positive when everything from `threshold` up is.
pub(super) struct Cut {
    pub(super) threshold: f64,
    /// The weight of the positive rows called so.
    pub(super) hits: f64,
    /// The weight of the negative rows called so.
    pub(super) alarms: f64,
}

/// The cut at infinity and at every distinct score of rows that count, downwards; `None` if a score is NaN.
#[track_caller]
pub(super) fn cuts<T: Real>(
    positive: &[bool],
    scores: &[T],
    weights: RowWeights<'_>,
) -> Option<Vec<Cut>> {
    super::classification::same_length(positive.len(), scores.len());
    weights.check(scores.len());
    if scores.iter().any(|s| s.is_nan()) {
        return None;
    }
    let mut rows: Vec<(f64, bool, f64)> = (0..scores.len())
        .map(|i| (scores[i].to_f64(), positive[i], weights.row(i)))
        .filter(|(_, _, weight)| *weight > 0.0)
        .collect();
    rows.sort_by(|a, b| b.0.partial_cmp(&a.0).unwrap_or(Ordering::Equal));
    let mut cuts = vec![Cut {
        threshold: f64::INFINITY,
        hits: 0.0,
        alarms: 0.0,
    }];
    let (mut hits, mut alarms) = (0.0, 0.0);
    for tied in rows.chunk_by(|a, b| a.0 == b.0) {
        for (_, positive, weight) in tied {
            match positive {
                true => hits += weight,
                false => alarms += weight,
            }
        }
        cuts.push(Cut {
            threshold: tied[0].0,
            hits,
            alarms,
        });
    }
    Some(cuts)
}

/// Checks a table of scores against its labels.
#[track_caller]
pub(super) fn check<T>(truth: &[u32], scores: &[T], classes: usize) {
    assert!(
        truth.len().checked_mul(classes) == Some(scores.len()),
        "{} scores for {} rows of {classes} classes",
        scores.len(),
        truth.len()
    );
    if let Some(t) = truth.iter().find(|t| **t as usize >= classes) {
        panic!("class {t} of {classes}");
    }
}
