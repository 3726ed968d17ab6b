//! Two round clouds of points, which a line separates.

use datasets::{Rows, Targets};
use experiment::data::Data;
use nn::Kind;
use study_core::context::Context;
use study_core::setup::Setup;

use crate::prelude::*;

/// Points of both clouds together.
const POINTS: usize = 200;
/// Clouds of the data set that ours are taken from.
const CLOUDS: usize = 3;

/// A linear layer and softmax on two clouds of points. A third of the samples goes, with the third cloud.
pub(crate) fn linear(optimizer: &str, lr: f64) -> Setup {
    Setup::on("blobs")
        .rows(POINTS / 2 * CLOUDS)
        .noise(0.2)
        .optimizer(optimizer)
        .lr(lr)
        .validation(0.0)
        .decision_map()
}

/// Trains on the first two of three clouds.
///
/// # Errors
/// As [`Context::train`].
pub(crate) fn trained(context: &Context<'_>, setup: &Setup) -> Result<Trained<f32>, AppError> {
    context.train_on(setup, two_clouds(context.data(setup)?))
}

fn two_clouds(mut data: Data) -> Data {
    let part = &mut data.set.part;
    let Targets::Classes { labels, .. } = &part.targets else {
        return data;
    };
    let all = 0..labels.len() as u32;
    let kept: Vec<u32> = all.filter(|row| labels[*row as usize] < 2).collect();
    let place = |row: &u32| kept.binary_search(row).ok().map(|at| at as u32);
    for rows in [&mut data.train, &mut data.validation, &mut data.test] {
        *rows = rows.iter().filter_map(place).collect();
    }
    let cells = kept.iter().flat_map(|row| part.inputs.row(*row as usize));
    let inputs = Rows::reals64(&[2], cells.collect::<Vec<_>>());
    let labels: Vec<u32> = kept.iter().map(|row| labels[*row as usize]).collect();
    part.inputs = inputs;
    part.targets = Targets::classes(labels, 2);
    data.set.official_train = 0..kept.len() as u32;
    data.set.class_names.truncate(2);
    data
}

/// The angle in degrees between the direction in which a linear classifier of two classes looks and that from the middle of
/// one cloud to the middle of the other: 0 for the best boundary between two round clouds of one size.
pub(crate) fn angle(trained: &Trained<f32>) -> f64 {
    let params = &trained.model.params;
    let weights = params.iter().find(|(_, s, _)| s.kind == Kind::Weight);
    let Some((_, _, [x0, x1, y0, y1])) = weights else {
        return f64::NAN;
    };
    let looks = [f64::from(x1 - x0), f64::from(y1 - y0)];
    let part = &trained.data.data.set.part;
    let Targets::Classes { labels, .. } = &part.targets else {
        return f64::NAN;
    };
    let middle = |class: u32| {
        let rows = (0..labels.len()).filter(|row| labels[*row] == class);
        let (mut sum, mut count) = ([0.0; 2], 0.0);
        for row in rows {
            for (sum, x) in sum.iter_mut().zip(part.inputs.row(row)) {
                *sum += x;
            }
            count += 1.0;
        }
        sum.map(|x| x / count)
    };
    let (a, b) = (middle(0), middle(1));
    let across = [b[0] - a[0], b[1] - a[1]];
    let turn = looks[0] * across[1] - looks[1] * across[0];
    let along = looks[0] * across[0] + looks[1] * across[1];
    turn.atan2(along).abs().to_degrees()
}
