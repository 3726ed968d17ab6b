//! Report B's sparse set: 18 noisy points of Runge's function, 4 of them to test on, and new points beside them.

use experiment::AppError;
use experiment::data::Data;
use nn::evaluate;

use crate::context::Context;
use crate::outcome::Outcome;
use crate::parts::own::{factor, with_logs};
use crate::setup::Setup;
use crate::train::Trained;

/// Points that are known.
const KNOWN: u32 = 18;
/// Of those, points to test on.
const TEST: u32 = 4;
/// Points that nobody has seen.
const NEW: u32 = 100;

/// Errors that are given as log₁₀, as the report does.
const ERRORS: [&str; 5] = [
    "train_mse",
    "test_mse",
    "best_test_mse",
    "new_mse",
    "new_mse_true",
];

/// Training on the known points: x standardized, the report's own RMSprop with its rate of 0.1. Where an epoch is chosen
/// in the report's way, the test curve is asked for.
pub(crate) fn setup() -> Setup {
    Setup::on("runge")
        .rows((KNOWN + NEW) as usize)
        .noise(0.1)
        .standardize(true)
        .validation(0.0)
        .init("xavier-uniform")
        .optimizer("rmsprop-eps-inside")
        .lr(0.1)
        .epochs(1000)
}

/// `layers` hidden layers of `nodes` each.
pub(crate) fn rectangle(layers: usize, nodes: usize) -> Vec<usize> {
    vec![nodes; layers]
}

/// The hidden layers that the factors `layers` and `nodes` of the case say.
///
/// # Errors
/// If they are no numbers.
pub(crate) fn hidden(context: &Context<'_>) -> Result<Vec<usize>, AppError> {
    Ok(rectangle(
        factor(context, "layers")?,
        factor(context, "nodes")?,
    ))
}

/// The known points, the last 4 of them to test on. Points are drawn independently, so the last are like any others. The
/// new points are the other rows of the set.
///
/// # Errors
/// If the data cannot be made.
pub(crate) fn data(context: &Context<'_>, setup: &Setup) -> Result<Data, AppError> {
    let mut data = context.data(setup)?;
    data.train = (0..KNOWN - TEST).collect();
    data.validation = Vec::new();
    data.test = (KNOWN - TEST..KNOWN).collect();
    Ok(data)
}

/// The points that nobody has seen.
pub(crate) fn new_rows() -> Vec<u32> {
    (KNOWN..KNOWN + NEW).collect()
}

/// Trains on the known points.
///
/// # Errors
/// As [`Context::train`].
pub(crate) fn train(context: &Context<'_>, setup: &Setup) -> Result<Trained<f32>, AppError> {
    let data = data(context, setup)?;
    context.train_on(setup, data)
}

/// The outcome of a training on the known points: with `new_…` of the new ones, and the logarithms of all errors.
pub(crate) fn evaluated(trained: Trained<f32>) -> Outcome {
    let rows = new_rows();
    let found = evaluate(&trained.model, trained.data.examples(), &rows, trained.loss);
    let (new, _) = trained.task.evaluated("new", &trained.data, &rows, &found);
    with_logs(trained.outcome.with("", new), ERRORS)
}
