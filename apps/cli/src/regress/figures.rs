//! What the report draws.

use autograd::Real;
use baselines::LinearModel;
use datasets::InputKind;
use datasets::{Rows, Targets};
use experiment::data::Data;
use experiment::run::{TrainedRun, Values};
use nn::{DataView, evaluate};
use report::{FittedCurve, Places, TargetRows};

/// Points of a fitted curve.
const POINTS: usize = 400;
/// Names of columns that say where a row lies, in lower case: to the right, and up.
const EASTWARD: [&str; 4] = ["longitude", "long", "lon", "lng"];
const NORTHWARD: [&str; 2] = ["latitude", "lat"];

/// Each target on the test rows.
pub(super) fn targets<T: Real>(learned: &TrainedRun<Values, T>) -> Vec<TargetRows> {
    let truth = Values::true_values(&learned.data, &learned.data.data.test);
    let said = learned.task.said(&learned.on_test);
    let count = learned.task.names.len();
    let column = |of: &[f64], target| of.iter().skip(target).step_by(count).copied().collect();
    let names = learned.task.names.iter().enumerate();
    names
        .map(|(target, name)| TargetRows {
            name: name.clone(),
            truth: column(&truth, target),
            said: column(&said, target),
        })
        .collect()
}

/// The curve that was fitted, if rows have one column and one target.
pub(super) fn curve<T: Real>(
    learned: &TrainedRun<Values, T>,
    ols: &LinearModel,
) -> Option<FittedCurve> {
    let set = &learned.data.data.set;
    let (InputKind::Table { columns }, [_]) = (&set.input, learned.task.names.as_slice()) else {
        return None;
    };
    let ([x], Targets::Values(values)) = (columns.as_slice(), set.part.targets.unweighted()) else {
        return None;
    };
    let inputs = &set.part.inputs;
    let at = |row: usize| inputs.row(row)[0];
    let all = || (0..inputs.len()).map(at);
    let (low, high) = (all().reduce(f64::min)?, all().reduce(f64::max)?);
    let step = (high - low) / (POINTS - 1) as f64;
    let xs: Vec<f64> = (0..POINTS).map(|i| low + step * i as f64).collect();

    let grid = Rows::reals64(&[1], xs.clone());
    let every: Vec<u32> = (0..POINTS as u32).collect();
    let scaled = grid.clone().scaled(learned.config.rows.affine());
    // The loss is not looked at; any targets do.
    let targets = Targets::Values(Rows::reals64(&[1], vec![0.0; POINTS]));
    let examples = DataView {
        inputs: &scaled,
        targets: &targets,
    };
    let found = evaluate(&learned.model, examples, &every, nn::LossFunction::Mse);
    let along = |ys: Vec<f64>| xs.iter().copied().zip(ys).collect();

    let mut truth: Vec<(f64, f64)> = match &set.noiseless {
        Some(Targets::Values(exact)) => (0..inputs.len())
            .map(|row| (at(row), exact.row(row)[0]))
            .collect(),
        _ => Vec::new(),
    };
    truth.sort_by(|a, b| a.0.total_cmp(&b.0));
    let train = learned.data.data.train.iter().map(|row| *row as usize);
    Some(FittedCurve {
        x: x.clone(),
        data: train.map(|row| (at(row), values.row(row)[0])).collect(),
        truth,
        network: along(learned.task.said(&found)),
        ols: along(ols.predict(&grid, &every)),
    })
}

/// Where the test rows lie, if two columns say so.
pub(super) fn places(data: &Data) -> Option<Places> {
    let InputKind::Table { columns } = &data.set.input else {
        return None;
    };
    let one_of = |names: &[&str]| {
        let is_one = |column: &String| names.contains(&column.to_lowercase().as_str());
        columns.iter().position(is_one)
    };
    let (x, y) = (one_of(&EASTWARD)?, one_of(&NORTHWARD)?);
    let place = |row: &u32| {
        let row = data.set.part.inputs.row(*row as usize);
        (row[x], row[y])
    };
    Some(Places {
        x: columns[x].clone(),
        y: columns[y].clone(),
        points: data.test.iter().map(place).collect(),
    })
}
