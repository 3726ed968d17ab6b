//! Figures made of a series.

use claims::outcome::Outcome;

/// The values of a series; none if there is no such series.
pub(crate) fn values(outcome: &Outcome, series: &str) -> Vec<f64> {
    let found = outcome.series.get(series);
    found.map_or_else(Vec::new, |all| all.iter().map(|x| x.0).collect())
}

/// The first value: of what is looked at before training, that; NaN if there is none.
pub(crate) fn first(outcome: &Outcome, series: &str) -> f64 {
    values(outcome, series).first().copied().unwrap_or(f64::NAN)
}

/// The mean: under a curve that rises to the same height, the larger the sooner it rises. NaN without values.
pub(crate) fn mean(outcome: &Outcome, series: &str) -> f64 {
    let all = values(outcome, series);
    all.iter().sum::<f64>() / all.len() as f64
}

/// The first epoch, from 1, after which a series is at least this; one more than there are epochs if it never is.
pub(crate) fn epochs_to(outcome: &Outcome, series: &str, level: f64) -> f64 {
    let all = values(outcome, series);
    let found = all.iter().position(|x| *x >= level);
    (found.unwrap_or(all.len()) + 1) as f64
}

/// The value after so many epochs; NaN if the series is shorter.
pub(crate) fn after(outcome: &Outcome, series: &str, epochs: usize) -> f64 {
    let all = values(outcome, series);
    let value = epochs.checked_sub(1).and_then(|i| all.get(i));
    value.copied().unwrap_or(f64::NAN)
}

/// In which share of steps from one value to the next a curve does not fall; a value that is no number has not fallen.
/// NaN with fewer than two values.
pub(crate) fn share_of_rises(curve: &[f64]) -> f64 {
    let steps = curve.windows(2);
    let count = steps.len() as f64;
    steps.filter(|pair| !falls(pair[0], pair[1])).count() as f64 / count
}

fn falls(from: f64, to: f64) -> bool {
    to < from
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rises_are_counted_and_so_is_what_is_no_number() {
        assert_eq!(share_of_rises(&[3.0, 2.0, 2.5, 1.0, 0.5]), 0.25);
        assert_eq!(share_of_rises(&[3.0, 2.0, 1.0]), 0.0);
        assert_eq!(share_of_rises(&[1.0, f64::NAN, f64::NAN]), 1.0);
        assert!(share_of_rises(&[1.0]).is_nan());
    }

    #[test]
    fn start_and_mean_are_those_of_the_series() {
        let outcome = Outcome::new().series("a", [1.0, 2.0, 6.0]);
        assert_eq!(
            [1.0, 1.5, 7.0].map(|x| epochs_to(&outcome, "a", x)),
            [1.0, 2.0, 4.0]
        );
        assert_eq!(
            (after(&outcome, "a", 1), after(&outcome, "a", 3)),
            (1.0, 6.0)
        );
        assert!(after(&outcome, "a", 0).is_nan() && after(&outcome, "a", 4).is_nan());
        assert_eq!((first(&outcome, "a"), mean(&outcome, "a")), (1.0, 3.0));
        assert!(first(&outcome, "b").is_nan() && mean(&outcome, "b").is_nan());
    }
}
