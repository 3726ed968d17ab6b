//! Confidence and prediction intervals from few trials, chosen by their coverage (tested in `coverage.rs`).
//!
//! - A median, also of differences or ratios within trials: order statistics, interpolated between two of them (Hettmansperger
//!   and Sheather 1986). They assume nothing about the distribution. With fewer trials than the level needs (five for 95 %
//!   reach 93.75 %), the range is stretched about the median in proportion to Student's quantiles.
//! - A sum or difference of independent medians: from the intervals of its terms (Zou and Donner 2008), each shortened by
//!   Welch's degrees of freedom, as the widths of several intervals are seldom all too small.
//! - A ratio of independent medians that are positive, or of such ratios: the same on logarithms.
//! - The spread between the quartiles: order statistics about each quartile, which assume nothing about the distribution, and
//!   their difference (Zou and Donner 2008) with the correlation that two quartiles have, 1/3 of any distribution. From 15
//!   trials on; wide, as quartiles of few trials are known to no more than that.
//! - Ratios of standard deviations: Bonett (2006), who corrects for the tails by the kurtosis. Of a single standard deviation
//!   his interval covers 75 % (lognormal) to 90 % (exponential) with 15 to 50 trials, so there is none.
//! - One more trial: Student's prediction interval or the range of the trials, whichever reaches further; from 39 trials on, order
//!   statistics.
//!
//! The percentile bootstrap was tried and put aside: of differences of medians over 15 paired trials its 95 % intervals
//! cover 98.6 %, over 5 trials 93.4 %, and of ratios of quartile ranges nearly all.

use inspection::distribution::{fair_coin_at_most, student_quantile};
use nn::metrics::Quartiles;

/// Trials that an interval of the spread between quartiles needs: with fewer, the quartiles' own may have no ends.
pub(crate) const LEAST_FOR_SPREAD: usize = 15;

/// Trials of each case that an interval of a ratio of standard deviations needs.
pub(crate) const LEAST_FOR_DEVIATIONS: usize = 5;

/// Trials that a prediction interval needs: with fewer, skewed distributions leave it too often.
pub(crate) const LEAST_FOR_PREDICTION: usize = 15;

/// How far ends lie towards the inner order statistic, as a share of Hettmansperger's and Sheather's interpolation. Theirs
/// is exact for distributions between the normal and the uniform; from 6 to 14 skewed trials its ends miss in up to 3.4 %,
/// and with this in 2.6 %.
const INWARDS: f64 = 0.85;

/// Degrees of freedom of the width of a median's interval: it rests on two order statistics, and varies as an estimate of
/// the standard deviation from about half as many trials does. With `n - 1` of them, differences of 15 trials are covered in
/// 97.3 %. Half of them are 2 at 5 trials, which covers too little: with 2.9, they are covered in 96.4 %.
fn freedom_of_width(trials: usize) -> f64 {
    let all = (trials - 1) as f64;
    (0.5 * all).max(2.9).min(all)
}

/// Degrees of freedom of Student's quantiles by which the range of few trials is stretched. With `n - 1` of them the ends miss
/// half as often again as they should at 98.3 %, which a comparison with three others needs; with these in 1.08 times (5 to
/// 7 normal trials), and at 95 % in 5.0 % of 5 trials.
fn freedom_of_range(trials: usize) -> f64 {
    (trials as f64 - 2.5).max(1.0)
}

/// An estimate and the ends of its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ends {
    pub(crate) value: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

impl Ends {
    pub(crate) fn exact(value: f64) -> Self {
        Self {
            value,
            low: value,
            high: value,
        }
    }

    pub(crate) fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self {
            value: f(self.value),
            low: f(self.low),
            high: f(self.high),
        }
    }
}

/// A term of a sum of independent estimates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Term {
    pub(crate) factor: f64,
    pub(crate) ends: Ends,
    /// Trials behind it; 1 where nothing is random.
    pub(crate) trials: usize,
}

/// The median of independent values with an interval of level `1 - alpha`.
///
/// # Panics
/// Without values.
pub(crate) fn of_median(values: &[f64], alpha: f64) -> Ends {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let median = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
    if n == 1 {
        return Ends::exact(median);
    }
    // The chance that the median lies below the k-th smallest value, counted from 1.
    let miss = |k: usize| fair_coin_at_most(k - 1, n);
    let wanted = 0.5 * alpha;
    if miss(1) > wanted {
        let nu = freedom_of_range(n);
        let stretch = student_quantile(1.0 - wanted, nu) / student_quantile(1.0 - miss(1), nu);
        let from = |end: f64| {
            if end == median {
                end
            } else {
                median + stretch * (end - median)
            }
        };
        return Ends {
            value: median,
            low: from(sorted[0]),
            high: from(sorted[n - 1]),
        };
    }
    let k = (1..=n / 2)
        .take_while(|k| miss(*k) <= wanted)
        .last()
        .unwrap_or(1);
    let (outer, inner) = (1.0 - 2.0 * miss(k), 1.0 - 2.0 * miss(k + 1));
    let share = (outer - (1.0 - alpha)) / (outer - inner);
    let (k_, n_) = (k as f64, n as f64);
    let inwards = INWARDS * (n_ - k_) * share / (k_ + (n_ - 2.0 * k_) * share);
    let between = |outer: f64, inner: f64| match outer == inner {
        true => outer,
        false => outer + inwards * (inner - outer),
    };
    Ends {
        value: median,
        low: between(sorted[k - 1], sorted[k]),
        high: between(sorted[n - k], sorted[n - k - 1]),
    }
}

/// A sum of independent estimates with an interval of the same level as its terms'.
pub(crate) fn of_sum(terms: &[Term], alpha: f64) -> Ends {
    let value = terms.iter().map(|t| t.factor * t.ends.value).sum::<f64>();
    let reach = |towards_low: bool| {
        let widths: Vec<(f64, f64)> = terms
            .iter()
            .filter(|t| t.trials > 1)
            .map(|t| {
                let below = (t.factor > 0.0) == towards_low;
                let width = if below {
                    t.ends.value - t.ends.low
                } else {
                    t.ends.high - t.ends.value
                };
                ((t.factor * width).abs(), freedom_of_width(t.trials))
            })
            .filter(|(width, _)| *width > 0.0)
            .collect();
        let squares: f64 = widths.iter().map(|(w, _)| w * w).sum();
        if squares == 0.0 || !squares.is_finite() {
            return squares;
        }
        let nu = squares * squares / widths.iter().map(|(w, nu)| w.powi(4) / nu).sum::<f64>();
        let together = student_quantile(1.0 - 0.5 * alpha, nu);
        let shortened = widths
            .iter()
            .map(|(w, nu)| (w * together / student_quantile(1.0 - 0.5 * alpha, *nu)).powi(2));
        shortened.sum::<f64>().sqrt()
    };
    Ends {
        value,
        low: value - reach(true),
        high: value + reach(false),
    }
}

/// The sum of fourth powers about a trimmed mean, of squares about the mean, and the variance.
fn moments(values: &[f64]) -> (f64, f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = sorted.len();
    let share = 0.5 / (n.saturating_sub(4).max(1) as f64).sqrt();
    let cut = ((share * n as f64) as usize).min((n - 1) / 2);
    let kept = &sorted[cut..n - cut];
    let trimmed = kept.iter().sum::<f64>() / kept.len() as f64;
    let mean = sorted.iter().sum::<f64>() / n as f64;
    let fourth = sorted.iter().map(|x| (x - trimmed).powi(4)).sum();
    let squares: f64 = sorted.iter().map(|x| (x - mean).powi(2)).sum();
    (fourth, squares, squares / (n - 1) as f64)
}

/// Bonett's small-sample factor of a variance; the same in both terms of a ratio cancels.
fn correction(n: f64, alpha: f64) -> f64 {
    // The normal quantile is Student's with many degrees of freedom.
    n / (n - student_quantile(1.0 - 0.5 * alpha, 1e6))
}

/// The chance of at most `k` successes in `n` trials of probability `p`, strictly between 0 and 1.
fn successes_at_most(k: usize, n: usize, p: f64) -> f64 {
    let odds = (p / (1.0 - p)).ln();
    let mut term = n as f64 * (1.0 - p).ln();
    let mut sum = term.exp();
    for i in 1..=k.min(n) {
        term += ((n - i + 1) as f64 / i as f64).ln() + odds;
        sum += term.exp();
    }
    sum.min(1.0)
}

/// Order statistics, counted from 0, between which the `p`-quantile lies with at least the level `1 - alpha`, each end missing
/// in at most half of `alpha`. `None` where so few values have none.
fn ranks_about_quantile(n: usize, p: f64, alpha: f64) -> Option<(usize, usize)> {
    // The k-th smallest of n, from 0, lies above the quantile if at most k values lie below it.
    let low = (0..n).take_while(|k| successes_at_most(*k, n, p) <= 0.5 * alpha);
    let high = (0..n).take_while(|k| successes_at_most(*k, n, 1.0 - p) <= 0.5 * alpha);
    Some((low.last()?, n - 1 - high.last()?))
}

/// The correlation of the first and the third quartile over samples of any continuous distribution:
/// √(¼·¼ / (¾·¾)).
const OF_QUARTILES: f64 = 1.0 / 3.0;

/// The spread between the quartiles with its interval. `None` with fewer than [`LEAST_FOR_SPREAD`], or than the level needs.
pub(crate) fn of_spread(values: &[f64], alpha: f64) -> Option<Ends> {
    let n = values.len();
    if n < LEAST_FOR_SPREAD {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quartiles = Quartiles::new(values)?;
    let about = |p: f64, value: f64| {
        let (low, high) = ranks_about_quantile(n, p, alpha)?;
        Some((value - sorted[low], sorted[high] - value))
    };
    let (below_first, above_first) = about(0.25, quartiles.q1)?;
    let (below_third, above_third) = about(0.75, quartiles.q3)?;
    let together = |a: f64, b: f64| (a * a + b * b - 2.0 * OF_QUARTILES * a * b).sqrt();
    let value = quartiles.q3 - quartiles.q1;
    Some(Ends {
        value,
        low: (value - together(below_third, above_first)).max(0.0),
        high: value + together(above_third, below_first),
    })
}

/// The ratio of the standard deviations of two sets of trials. Where they are paired and agree, it is wider than it need
/// be. `None` with fewer than 5 trials, or where those of one do not vary: that a few trials agree is no proof that all do.
pub(crate) fn of_deviations(a: &[f64], b: &[f64], alpha: f64) -> Option<Ends> {
    if a.len().min(b.len()) < LEAST_FOR_DEVIATIONS {
        return None;
    }
    let ((fourth_a, squares_a, a_), (fourth_b, squares_b, b_)) = (moments(a), moments(b));
    if squares_a == 0.0 || squares_b == 0.0 {
        return None;
    }
    let value = (a_ / b_).sqrt();
    let (n, m) = (a.len() as f64, b.len() as f64);
    let kurtosis = (n + m) * (fourth_a + fourth_b) / (squares_a + squares_b).powi(2);
    let part = |n: f64| (kurtosis - (n - 3.0) / n).max(0.0) / (n - 1.0);
    let reach = student_quantile(1.0 - 0.5 * alpha, n + m - 2.0) * (part(n) + part(m)).sqrt();
    let (c, d) = (correction(n, alpha), correction(m, alpha));
    // At levels so high that the factor of few trials is undefined, both are left out.
    let centre = (a_ / b_).ln()
        + if c > 0.0 && d > 0.0 {
            (c / d).ln()
        } else {
            0.0
        };
    let at = |shift: f64| (0.5 * (centre + shift)).exp();
    Some(Ends {
        value,
        low: at(-reach),
        high: at(reach),
    })
}

/// An interval for one more trial, with the median of those there are. `None` with fewer than
/// [`LEAST_FOR_PREDICTION`].
pub(crate) fn of_one_more(values: &[f64], alpha: f64) -> Option<Ends> {
    let n = values.len();
    if n < LEAST_FOR_PREDICTION {
        return None;
    }
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let value = 0.5 * (sorted[(n - 1) / 2] + sorted[n / 2]);
    let rank = ((n + 1) as f64 * 0.5 * alpha) as usize;
    if rank >= 1 {
        return Some(Ends {
            value,
            low: sorted[rank - 1],
            high: sorted[n - rank],
        });
    }
    let (_, _, variance) = moments(values);
    let mean = values.iter().sum::<f64>() / n as f64;
    let reach = student_quantile(1.0 - 0.5 * alpha, (n - 1) as f64)
        * (variance * (1.0 + 1.0 / n as f64)).sqrt();
    Some(Ends {
        value,
        low: sorted[0].min(mean - reach),
        high: sorted[n - 1].max(mean + reach),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_are_those_of_the_binomial_distribution() {
        // SciPy's binom.cdf.
        for (k, n, p, expected) in [
            (0, 15, 0.25, 0.013_363_461_010_158_062),
            (7, 15, 0.25, 0.982_700_161_635_875_7),
            (7, 50, 0.25, 0.045_255_846_490_164_45),
            (2450, 10_000, 0.25, 0.126_362_306_615_746),
        ] {
            let found = successes_at_most(k, n, p);
            assert!((found / expected - 1.0).abs() < 1e-8, "{k} of {n}: {found}");
        }
        assert_eq!(successes_at_most(5, 5, 0.25), 1.0);
        assert_eq!(ranks_about_quantile(15, 0.25, 0.05), Some((0, 7)));
        assert_eq!(ranks_about_quantile(12, 0.25, 0.05), None);
    }

    #[test]
    fn spreads_of_no_trials_or_of_equal_ones_are_none() {
        let varied: Vec<f64> = (0..15).map(f64::from).collect();
        assert_eq!(of_spread(&varied[..14], 0.05), None);
        let found = of_spread(&varied, 0.05).unwrap();
        assert!(found.low > 0.0 && found.low < found.value && found.value < found.high);
        assert_eq!(found.value, 7.0);
        // Of a stricter level than 15 trials have.
        assert_eq!(of_spread(&varied, 0.02), None);
    }

    #[test]
    fn trials_that_agree_are_no_proof_of_no_spread() {
        let varied = [1.0, 2.0, 3.0, 4.0, 5.0];
        for (a, b) in [([1.0; 5], varied), (varied, [1.0; 5]), ([1.0; 5], [1.0; 5])] {
            assert_eq!(of_deviations(&a, &b, 0.05), None);
        }
        assert!(of_deviations(&varied, &varied, 0.05).is_some());
    }
}
