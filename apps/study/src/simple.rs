//! Baselines on the rows of a setup, to hold a network against.

use baselines::Polynomial;
use claims::outcome::Outcome;
use cli::app;
use datasets::{Rows, Targets};
use experiment::data::Data;
use experiment::model_config::InputConfig;
use experiment::run::{Classes, Prepared};
use experiment::{AppError, metrics};
use settings::Head;

use study_core::context::Context;
use study_core::setup::Setup;
use study_core::train::{of_classes, of_values};

/// What a simple model reaches on the rows that a network of this setup is trained and tested on: `test_…`, named as a
/// network's figures are. For values `mean`, `ols`, `ridge`, `lasso`, on monomials of the columns up to `degree` (penalties
/// by cross-validation on the training rows); for classes `random`, `majority`, `logistic`.
///
/// # Errors
/// If the data cannot be had, or there is no such model for it.
pub fn simple(
    context: &Context<'_>,
    setup: &Setup,
    model: &str,
    degree: usize,
) -> Result<Outcome, AppError> {
    simple_on(context, &context.data(setup)?, model, degree)
}

/// [`simple`] on data that is divided otherwise than a setup says.
///
/// # Errors
/// As [`simple`].
pub fn simple_on(
    context: &Context<'_>,
    data: &Data,
    model: &str,
    degree: usize,
) -> Result<Outcome, AppError> {
    let found = match data.set.part.targets.unweighted() {
        Targets::Values(targets) => values(data, targets, model, degree, context.seed)?,
        _ => classes(data, model, context.seed)?,
    };
    found.ok_or_else(|| {
        AppError::Failure(format!("there is no model {model} for {}", data.set.name))
    })
}

fn values(
    data: &Data,
    targets: &Rows,
    model: &str,
    degree: usize,
    seed: u64,
) -> Result<Option<Outcome>, AppError> {
    let (inputs, train, test) = (&data.set.part.inputs, &data.train, &data.test);
    let terms = Polynomial::new(inputs.row_len(), degree).map_err(AppError::failure)?;
    let predicted = match model {
        "mean" => baselines::mean(targets, train, None, test.len()),
        "ols" => baselines::ols(&terms, inputs, targets, train, None).predict(inputs, test),
        "ridge" => {
            baselines::ridge(&terms, inputs, targets, train, None, seed).predict(inputs, test)
        }
        "lasso" => {
            let lasso = baselines::lasso(&terms, inputs, targets, train, None, seed);
            if !lasso.exact() {
                app::warn(format_args!(
                    "{}: the LASSO has not converged; its figures are those of its last sweep",
                    data.set.name
                ));
            }
            lasso.predict(inputs, test)
        }
        _ => return Ok(None),
    };
    let of = |rows: &Rows| -> Vec<f64> {
        let all = test.iter().flat_map(|row| rows.row(*row as usize));
        all.collect()
    };
    let noiseless = match &data.set.noiseless {
        Some(Targets::Values(values)) => Some(of(values)),
        _ => None,
    };
    let width = targets.row_len();
    let figures = metrics::regression(&predicted, &of(targets), noiseless.as_deref(), width, None);
    Ok(Some(of_values("test", &figures, &data.set.target_names)))
}

fn classes(data: &Data, model: &str, seed: u64) -> Result<Option<Outcome>, AppError> {
    let task = Classes::of(data, Head::Softmax)?;
    let rows = InputConfig::of(data, true);
    let prepared = Prepared::new(data.clone(), &rows, None);
    let (count, test) = (task.names.len(), data.test.len());
    let guesses = match model {
        "random" => baselines::random(test, count, seed),
        "majority" => baselines::majority(&prepared.classes(&data.train), None, test, count),
        // Its fit may take long, so it is not made for the others.
        _ => {
            let (figures, warning) = task.simple(&prepared, None, seed, true);
            if let Some(warning) = warning {
                app::warn(warning);
            }
            return Ok(figures
                .get(model)
                .map(|figures| of_classes("test", figures)));
        }
    };
    let answers = metrics::Answers {
        classes: &guesses.classes,
        probabilities: &guesses.probabilities,
        loss: guesses.loss,
        weights: None,
    };
    let figures = metrics::classification(&answers, &prepared.classes(&data.test), &task.names);
    Ok(Some(of_classes("test", &figures)))
}
