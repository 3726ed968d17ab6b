//! Report B's sparse set: 18 noisy points of Runge's function, 4 of them to test on, and new points beside them.

use autograd::random::{below, stream};
use claims::outcome::Outcome;
use datasets::{Places, Rows, Targets};
use experiment::AppError;
use experiment::data::Data;
use nn::evaluate;
use study_core::context::Context;
use study_core::setup::Setup;
use study_core::train::Trained;

use crate::parts::own::{factor, with_logs};

/// Points that are known.
const KNOWN: u32 = 18;
/// Of those, points to test on.
const TEST: u32 = 4;
/// Points that nobody has seen.
const NEW: u32 = 100;

/// What settings with all these points mean.
pub(crate) const NOTE: &str = "Settings name 118 samples: the 18 points that are known, 4 of them to test on, and 100 new ones.";

/// Errors that are given as log₁₀, as the report does.
const ERRORS: [&str; 5] = [
    "train_mse",
    "test_mse",
    "best_test_mse",
    "new_mse",
    "new_mse_true",
];

/// Where the known points lie, which the report leaves open: "uniformly distributed".
pub(crate) const POINTS: [&str; 2] = ["random points", "even points"];

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

/// The setup with known points as one of [`POINTS`] says.
pub(crate) fn at(points: &str, setup: Setup) -> Setup {
    if points == POINTS[1] {
        setup.even()
    } else {
        setup
    }
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

/// The known points, 4 of them to test on, and as the other rows of the set the new points, which are drawn at random.
/// Known points at random are drawn independently, so the last 4 are like any others. Where they are to be even, they are
/// moved to equal distances with the errors that they have, and 4 of them are drawn.
///
/// # Errors
/// If the data cannot be made.
pub(crate) fn data(context: &Context<'_>, setup: &Setup) -> Result<Data, AppError> {
    let even = setup.experiment().data.places == Some(Places::Even);
    let drawn = setup.clone().with(|e| e.data.places = None);
    let mut data = context.data(&drawn)?;
    data.validation = Vec::new();
    if !even {
        data.train = (0..KNOWN - TEST).collect();
        data.test = (KNOWN - TEST..KNOWN).collect();
        return Ok(data);
    }
    let set = &mut data.set;
    let (Targets::Values(noisy), Some(Targets::Values(exact))) =
        (&set.part.targets, &set.noiseless)
    else {
        return Err(AppError::Failure("there are no values to fit".to_owned()));
    };
    let row = |values: &Rows, i: usize| values.row(i)[0];
    let known = KNOWN as usize;
    let x = |i: usize| match i < known {
        true => 2.0 * i as f64 / (known - 1) as f64 - 1.0,
        false => row(&set.part.inputs, i),
    };
    let all = 0..set.part.inputs.len();
    let xs: Vec<f64> = all.clone().map(x).collect();
    let truth: Vec<f64> = xs.iter().map(|x| super::runge::runge(*x)).collect();
    let values: Vec<f64> = all
        .map(|i| truth[i] + row(noisy, i) - row(exact, i))
        .collect();
    set.part.inputs = Rows::reals64(&[1], xs);
    set.part.targets = Targets::Values(Rows::reals64(&[1], values));
    set.noiseless = Some(Targets::Values(Rows::reals64(&[1], truth)));
    // The same for all cases of a study, as the data is.
    let mut order: Vec<u32> = (0..KNOWN).collect();
    let mut rng = stream(context.data_seed(), "study/sparse-test", 0, 0);
    for i in (1..order.len()).rev() {
        order.swap(i, below(&mut rng, i + 1));
    }
    let (test, train) = order.split_at(TEST as usize);
    (data.test, data.train) = (test.to_vec(), train.to_vec());
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
