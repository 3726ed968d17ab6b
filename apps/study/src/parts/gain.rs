//! How soon a training gets where it gets.

use claims::outcome::Outcome;

/// The share of a series' change, from its first value to its last, that is there after so many epochs; NaN for a series
/// that is not there or does not change. A series that is over sooner has all of it.
pub(crate) fn gained(outcome: &Outcome, series: &str, epochs: usize) -> f64 {
    let values = outcome.series.get(series).map_or(&[][..], Vec::as_slice);
    let (Some(first), Some(last)) = (values.first(), values.last()) else {
        return f64::NAN;
    };
    let then = values[epochs.clamp(1, values.len()) - 1];
    (then.0 - first.0) / (last.0 - first.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gain_is_a_share_of_the_whole_change() {
        let outcome = Outcome::new().series("loss", [5.0, 2.0, 1.5, 1.0]);
        let of = |epochs| gained(&outcome, "loss", epochs);
        assert_eq!([of(1), of(2), of(4), of(9)], [0.0, 0.75, 1.0, 1.0]);
        assert!(gained(&outcome, "accuracy", 2).is_nan());
    }
}
