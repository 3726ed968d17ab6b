//! The probability from which a row is called positive.

use std::cmp::Ordering;

use autograd::Real;

use super::RowWeights;

/// Criterion by which a threshold is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// The share of rows that is right.
    Accuracy,
    /// The mean of the recalls of both classes.
    BalancedAccuracy,
    /// The harmonic mean of precision and recall of the positive class.
    F1,
}

impl Criterion {
    /// The score of a decision by the weights of the positive rows that are called so, of the negative ones that are called
    /// positive, and of all rows of both kinds; `None` where it is not defined.
    fn score(self, hits: f64, alarms: f64, positive: f64, negative: f64) -> Option<f64> {
        let share = |part: f64, of: f64| (of > 0.0).then(|| part / of);
        match self {
            Self::Accuracy => share(hits + negative - alarms, positive + negative),
            Self::BalancedAccuracy => {
                Some(0.5 * (share(hits, positive)? + share(negative - alarms, negative)?))
            }
            Self::F1 => share(2.0 * hits, hits + alarms + positive),
        }
    }
}

/// Scores this near to each other are as good: sums of weights differ in their last digits by the order of their terms.
const ROUNDING: f64 = 1e-12;

/// The threshold of a probability with the best score where rows from it up are called positive, and that score. Tried is one
/// threshold between every two neighbours of the probabilities that occur, in the middle, and one below and above all of
/// them, in the middle to 0 and 1; of several that are as good, the one nearest to ½, the lower one of two that are as near.
/// `None` if the score is not defined, or a probability is NaN.
///
/// # Panics
/// If the slices differ in length.
#[track_caller]
pub fn best_threshold<T: Real>(
    positive: &[bool],
    probabilities: &[T],
    criterion: Criterion,
    weights: RowWeights<'_>,
) -> Option<(f64, f64)> {
    let cuts = super::ranking::cuts(positive, probabilities, weights)?;
    let last = cuts.last()?;
    let mut best: Option<(f64, f64)> = None;
    for (i, cut) in cuts.iter().enumerate() {
        // Called positive is everything from the cut's own probability up; of the first cut nothing is.
        let above = if i == 0 { 1.0 } else { cut.threshold };
        let below = cuts.get(i + 1).map_or(0.0, |next| next.threshold);
        let threshold = 0.5 * (above + below);
        // Rows with a probability of 1, or of neighbours so near that there is nothing between, cannot be told apart. Nor
        // are 0 and 1 thresholds.
        if threshold <= below && below > 0.0 || threshold <= 0.0 || threshold >= 1.0 {
            continue;
        }
        let score = criterion.score(cut.hits, cut.alarms, last.hits, last.alarms)?;
        let nearer = |other: f64| {
            let off = |x: f64| (x - 0.5).abs();
            let order = off(threshold).partial_cmp(&off(other));
            match order {
                Some(Ordering::Less) => true,
                Some(Ordering::Equal) => threshold < other,
                _ => false,
            }
        };
        let better = match best {
            None => true,
            Some((other, most)) => {
                score > most + ROUNDING || score > most - ROUNDING && nearer(other)
            }
        };
        if better {
            // The best of those that are as good, so that many small differences do not add up.
            best = Some((threshold, best.map_or(score, |(_, most)| most.max(score))));
        }
    }
    best
}
