//! Quantiles of plain numbers.

use std::cmp::Ordering;

/// The quarter points of some values.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Quartiles {
    pub(crate) q1: f64,
    pub(crate) median: f64,
    pub(crate) q3: f64,
}

impl Quartiles {
    /// The quarter points; `None` without values.
    pub(crate) fn new(values: &[f64]) -> Option<Self> {
        Some(Self {
            q1: quantile(values, 0.25)?,
            median: quantile(values, 0.5)?,
            q3: quantile(values, 0.75)?,
        })
    }
}

/// The `q`-quantile by linear interpolation between the order statistics around (n − 1)·q (type 7 of Hyndman and Fan
/// 1996); `None` without values.
pub(crate) fn quantile(values: &[f64], q: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    // What is no number comes last.
    sorted.sort_by(|a, b| {
        let by_number = || a.partial_cmp(b).unwrap_or(Ordering::Equal);
        a.is_nan().cmp(&b.is_nan()).then_with(by_number)
    });
    let last = sorted.len().checked_sub(1)?;
    let at = last as f64 * q;
    let below = at.floor();
    let low = sorted[below as usize];
    let high = sorted[last.min(below as usize + 1)];
    let part = at - below;
    // Where an infinite neighbor has no share, it must not turn the result into NaN.
    if part == 0.0 || low == high {
        return Some(low);
    }
    Some(low + (high - low) * part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_lie_between_order_statistics() {
        let values = [3.0, 1.0, 2.0, 4.0];
        assert_eq!(quantile(&values, 0.25), Some(1.75));
        assert_eq!(quantile(&values, 1.0), Some(4.0));
        assert_eq!(quantile(&[f64::NEG_INFINITY, 5.0, 7.0], 0.5), Some(5.0));
        assert_eq!(quantile(&[], 0.5), None);
        assert_eq!(Quartiles::new(&values).map(|q| q.median), Some(2.5));
    }
}
