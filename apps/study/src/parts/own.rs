//! Small help for cases with work of their own.

use std::str::FromStr;

use claims::outcome::Outcome;
use experiment::AppError;
use records::Number;

use study_core::context::Context;

/// A factor of the case as a number, or whatever else can be read from text.
///
/// # Errors
/// If it cannot be read so.
///
/// # Panics
/// If the case has no factor of that name.
#[track_caller]
pub(crate) fn factor<V: FromStr>(context: &Context<'_>, name: &str) -> Result<V, AppError> {
    let text = context.factor(name);
    text.parse().map_err(|_| {
        AppError::Failure(format!(
            "the case {:?} has {name} {text:?}, which is no number",
            context.case
        ))
    })
}

/// The outcome without its series: a study of many small trainings would keep millions of numbers that nobody looks at.
pub(crate) fn without_series(mut outcome: Outcome) -> Outcome {
    outcome.series.clear();
    outcome
}

/// The outcome with every so many-th number of its series, and with `epoch`, which says of which epochs they are. Series
/// of other lengths than the losses' stay whole.
pub(crate) fn thinned(mut outcome: Outcome, every: usize) -> Outcome {
    let all = outcome.series.get("train_loss").map_or(0, Vec::len);
    let kept = |i: usize| i.is_multiple_of(every) || i + 1 == all;
    for values in outcome.series.values_mut().filter(|v| v.len() == all) {
        let mut i = 0;
        values.retain(|_| {
            i += 1;
            kept(i - 1)
        });
    }
    let epochs = (0..all).filter(|i| kept(*i)).map(|i| (i + 1) as f64);
    outcome.series("epoch", epochs)
}

/// The outcome with `log10_NAME` of figures that are there.
pub(crate) fn with_logs<'a>(outcome: Outcome, names: impl IntoIterator<Item = &'a str>) -> Outcome {
    names.into_iter().fold(outcome, |outcome, name| {
        match outcome.get(name).map(f64::log10) {
            Some(log) => outcome.number(format!("log10_{name}"), log),
            None => outcome,
        }
    })
}

/// The epoch, from 1, at which a series is least; `None` where it has no number.
pub(crate) fn least_epoch(outcome: &Outcome, series: &str) -> Option<u64> {
    let values: &[Number] = outcome.series.get(series)?;
    let numbers = (1..).zip(values).filter(|(_, x)| !x.0.is_nan());
    let least = numbers.min_by(|(_, a), (_, b)| a.0.total_cmp(&b.0));
    least.map(|(epoch, _)| epoch)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinned_series_keep_the_first_and_the_last_epoch() {
        let losses = (0..8).map(f64::from);
        let outcome = Outcome::new()
            .series("train_loss", losses)
            .series("looks", [1.0, 2.0]);
        let thin = thinned(outcome, 3);
        let of = |name: &str| thin.series[name].iter().map(|x| x.0).collect::<Vec<_>>();
        assert_eq!(of("train_loss"), [0.0, 3.0, 6.0, 7.0]);
        assert_eq!(of("epoch"), [1.0, 4.0, 7.0, 8.0]);
        assert_eq!(of("looks"), [1.0, 2.0]);
    }

    #[test]
    fn the_least_epoch_counts_from_1_and_passes_over_what_is_undefined() {
        let outcome = Outcome::new().series("test_mse", [f64::NAN, 3.0, 1.0, 1.0]);
        assert_eq!(least_epoch(&outcome, "test_mse"), Some(3));
        assert_eq!(least_epoch(&outcome, "train_mse"), None);
    }

    #[test]
    fn logarithms_stand_beside_their_figures() {
        let outcome = with_logs(Outcome::new().number("mse", 0.01), ["mse", "absent"]);
        assert_eq!(outcome.get("log10_mse"), Some(-2.0));
        assert_eq!(outcome.numbers.len(), 2);
    }
}
