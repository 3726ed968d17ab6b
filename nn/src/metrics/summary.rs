//! Summaries over repeated trials.
//!
//! NaN (a run that diverged) counts as larger than every number.

use std::cmp::Ordering;

use autograd::random::{Stream, below};

/// The quarter points of a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quartiles {
    /// The first quartile.
    pub q1: f64,
    /// The median.
    pub median: f64,
    /// The third quartile.
    pub q3: f64,
}

impl Quartiles {
    /// The quarter points, interpolated as in [`quantile`]; `None` without values.
    pub fn new(values: &[f64]) -> Option<Self> {
        let sorted = sorted(values);
        Some(Self {
            q1: interpolated(&sorted, 0.25)?,
            median: interpolated(&sorted, 0.5)?,
            q3: interpolated(&sorted, 0.75)?,
        })
    }
}

/// The `q`-quantile by linear interpolation between the order statistics around (n − 1)·q (type 7 of Hyndman and Fan 1996,
/// NumPy's default); `None` without values.
///
/// # Panics
/// If `q` is not in [0, 1].
#[track_caller]
pub fn quantile(values: &[f64], q: f64) -> Option<f64> {
    assert!((0.0..=1.0).contains(&q), "a quantile at {q}");
    interpolated(&sorted(values), q)
}

/// The interquartile mean: the mean of what is left when a quarter of the values, rounded down, is taken off each end
/// (SciPy's `trim_mean` at 0.25); `None` without values.
pub fn interquartile_mean(values: &[f64]) -> Option<f64> {
    let sorted = sorted(values);
    let cut = sorted.len() / 4;
    let middle = &sorted[cut..sorted.len() - cut];
    (!middle.is_empty()).then(|| middle.iter().sum::<f64>() / middle.len() as f64)
}

/// The percentile bootstrap interval of a statistic (Efron 1979): between the quantiles (1 − `confidence`)/2 and
/// (1 + `confidence`)/2 of its values on `resamples` samples drawn with replacement. `None` without values or resamples.
///
/// # Panics
/// If `confidence` is not in [0, 1].
#[track_caller]
pub fn bootstrap_interval(
    values: &[f64],
    statistic: impl Fn(&[f64]) -> f64,
    resamples: usize,
    confidence: f64,
    rng: &mut Stream,
) -> Option<(f64, f64)> {
    assert!(
        (0.0..=1.0).contains(&confidence),
        "a confidence of {confidence}"
    );
    if values.is_empty() {
        return None;
    }
    let mut sample = vec![0.0; values.len()];
    let mut statistics = Vec::with_capacity(resamples);
    for _ in 0..resamples {
        sample.fill_with(|| values[below(rng, values.len())]);
        statistics.push(statistic(&sample));
    }
    let statistics = sorted(&statistics);
    let low = interpolated(&statistics, (1.0 - confidence) / 2.0)?;
    let high = interpolated(&statistics, (1.0 + confidence) / 2.0)?;
    Some((low, high))
}

/// The values upwards, NaN last.
fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| {
        let by_number = || a.partial_cmp(b).unwrap_or(Ordering::Equal);
        a.is_nan().cmp(&b.is_nan()).then_with(by_number)
    });
    sorted
}

/// The `q`-quantile of sorted values.
fn interpolated(sorted: &[f64], q: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let at = last as f64 * q;
    let below = at.floor();
    let low = sorted[below as usize];
    let high = sorted[last.min(below as usize + 1)];
    let part = at - below;
    // An infinite neighbour must not spoil a value it has no share in, and −∞ stays.
    Some(if part == 0.0 || low == high || low.is_infinite() {
        low
    } else {
        low + (high - low) * part
    })
}
