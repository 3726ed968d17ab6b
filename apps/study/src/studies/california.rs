use datasets::InputKind;
use experiment::run::Values;
use nn::evaluate;

use crate::parts::folds::{REGRESSORS, cross_validated, watched};
use crate::parts::tables;
use crate::prelude::*;

crate::register!(study);

/// Places on the map of errors: more would hide each other.
const PLACES: usize = 3000;
/// An error as large as this, in 100 000 dollars, has a color of its own.
const LARGE: f64 = 0.5;

fn setup() -> Setup {
    Setup::on("california")
        .hidden([64, 64])
        .activation("relu")
        .optimizer("adam")
        .lr(2e-3)
        .batch(128)
        .epochs(100)
        .early_stopping(15)
}

/// The network and its residual map: longitude, latitude and a class of each place.
fn network(context: &Context<'_>) -> Result<Outcome, AppError> {
    let mut places = Vec::new();
    let outcome = watched(context, &setup(), |fold| places.extend(errors(fold)))?;
    // Folds come one after the other, each in the order of the table; every so many give a fair share of all.
    let step = places.len().div_ceil(PLACES).max(1);
    let shown: Vec<[f64; 3]> = places.into_iter().step_by(step).collect();
    let along = |axis: usize| shown.iter().map(|p| p[axis]).collect::<Vec<_>>();
    // Only the first trial is drawn.
    Ok(match context.trial == 0 && !shown.is_empty() {
        true => outcome
            .grid("errors", Grid::new([along(0), along(1), along(2)]))
            .word("classes", "far too little|near|far too much"),
        false => outcome,
    })
}

/// Coordinates of a fold's held-out samples, with 0 for a large negative residual, 2 for a large positive one, else 1;
/// none for data without coordinates.
fn errors(fold: &Trained<f32>) -> Vec<[f64; 3]> {
    let set = &fold.data.data.set;
    let (InputKind::Table { columns }, Learned::Values(task)) = (&set.input, &fold.task) else {
        return Vec::new();
    };
    let place = |name: &str| columns.iter().position(|column| column == name);
    let (Some(x), Some(y)) = (place("Longitude"), place("Latitude")) else {
        return Vec::new();
    };
    let test = &fold.data.data.test;
    let predicted = task.said(&evaluate(
        &fold.model,
        fold.data.examples(),
        test,
        fold.loss,
    ));
    let truth = Values::true_values(&fold.data, test);
    let class = |off: f64| match off {
        _ if off < -LARGE => 0.0,
        _ if off > LARGE => 2.0,
        _ => 1.0,
    };
    let each = test.iter().zip(predicted.iter().zip(&truth));
    each.map(|(row, (predicted, truth))| {
        let row = set.part.inputs.row(*row as usize);
        [row[x], row[y], class(predicted - truth)]
    })
    .collect()
}

fn study() -> Study {
    Study::new(
        "california",
        "D",
        "House values in California from 8 measures of a block group, and where a network is wrong",
    )
    .data("california")
    .minutes(0.2)
    .cases(REGRESSORS.map(|(name, model)| {
        let work: fn(&Context<'_>) -> Result<Outcome, AppError> = match model {
            "network" => network,
            _ => |context| cross_validated(context, &setup()),
        };
        Case::own(name, work)
            .factor("model", model)
            .paired("folds")
            .trains(&setup())
    }))
    .with(tables::one_target("California"))
    .question(tables::against_linear("California"))
    .draw(FigureSpec::scatter(
        "Longitude, latitude and errors of 50 000 dollars or more",
        "MLP",
        "errors",
    ).at("D", "Regression data"))
    .note(tables::FOLDS)
    .note("Values are in 100 000 dollars and end at 5.00001: dearer houses are all listed at that.")
    .note("Far too little on the map is 50 000 dollars or more below the value, far too much as much above. The map shows held-out samples, 3000 of them; `regress --data california` draws one with a scale of colors.")
    .note("The report names no architecture for tables; ours is 64-64 ReLU with Adam, not tuned.")
}
