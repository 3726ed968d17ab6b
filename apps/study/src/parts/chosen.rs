//! Settings that validation samples choose, trial by trial.

use claims::outcome::Outcome;
use experiment::AppError;

use study_core::context::Context;
use study_core::setup::Setup;
use study_core::train::Trained;

/// Trains at each of these learning rates, from the same weights and on the same batches, and keeps the training at whose end
/// `by` is least. Its outcome has the `rate`; `see` is shown its network.
///
/// # Errors
/// As [`Context::train`].
pub(crate) fn best_of_rates(
    context: &Context<'_>,
    setup: &Setup,
    rates: &[f64],
    by: &str,
    mut see: impl FnMut(&Trained<f32>),
) -> Result<Outcome, AppError> {
    let each = rates.iter().map(|rate| (*rate, setup.clone().lr(*rate)));
    let (rate, outcome) = best_of(context, each, by, &mut see)?;
    Ok(outcome.number("rate", rate))
}

/// Trains each of these setups, from the same weights and on the same batches, and keeps the training at whose end `by` is
/// least, with the value that stands beside its setup. A value that is no number is chosen only where there is no other.
///
/// # Errors
/// As [`Context::train`].
///
/// # Panics
/// If there are no setups.
pub(crate) fn best_of(
    context: &Context<'_>,
    setups: impl IntoIterator<Item = (f64, Setup)>,
    by: &str,
    see: &mut dyn FnMut(&Trained<f32>),
) -> Result<(f64, Outcome), AppError> {
    let mut best: Option<(f64, f64, Outcome)> = None;
    for (value, setup) in setups {
        context.go_on()?;
        let trained = context.train::<f32>(&setup)?;
        let loss = trained.outcome.get(by).unwrap_or(f64::INFINITY);
        if best.as_ref().is_none_or(|(least, ..)| loss < *least) {
            see(&trained);
            best = Some((loss, value, trained.outcome));
        }
    }
    let (_, value, outcome) = best.expect("there are setups to choose from");
    Ok((value, outcome))
}
