//! Which samples are for training, which for validation and test.

use std::sync::Arc;

use datasets::RawData;
use datasets::split::Division;
use settings::Partition;

use super::Data;
use crate::error::AppError;

/// Divides the samples of a data set, and fits what is made of them to the training samples.
///
/// # Errors
/// If there are too few for that, or nothing to learn from.
pub fn divide(raw: Arc<RawData>, partition: Partition) -> Result<Data, AppError> {
    let seed = partition.split_seed;
    let parts = raw
        .partition(partition.split, seed)
        .map_err(AppError::failure)?;
    let division = raw.division(partition.split);
    let inner = division
        .split(
            raw.targets(),
            &parts.train,
            partition.val_fraction,
            seed,
            "validation",
        )
        .map_err(|e| AppError::while_doing("cannot hold out samples for validation", e))?;
    let train = match partition.train_samples {
        Some(count) => fewer(&raw, &division, inner.train, count, seed)?,
        None => inner.train,
    };
    Data::fitted(raw, division, [train, inner.test, parts.test])
}

/// So many of some training samples, drawn by a seed, classes in proportion; of those in order the last ones. Of a group
/// some may be left out, which parts none from others that are judged.
pub(super) fn fewer(
    raw: &RawData,
    division: &Division,
    mut train: Vec<u32>,
    count: usize,
    seed: u64,
) -> Result<Vec<u32>, AppError> {
    let all = train.len();
    if count == all {
        return Ok(train);
    }
    if count > all {
        return Err(AppError::Failure(format!(
            "--train-samples {count} asks for more than the {all} training samples"
        )));
    }
    if *division == Division::Ordered {
        return Ok(train.split_off(all - count));
    }
    let share = count as f64 / all as f64;
    // The purpose under which studies have drawn them, so that their bits stay.
    let drawn = datasets::split::split(raw.targets(), &train, share, seed, "study");
    let drawn = drawn.map_err(|e| AppError::while_doing("--train-samples", e))?;
    if drawn.test.len() == count {
        return Ok(drawn.test);
    }
    // Each class has kept a sample back there, which so large a share does not allow.
    let exactly = datasets::split::sample(raw.targets(), &train, count, seed, "study");
    Ok(exactly)
}

/// Refuses parts that nothing can be said of because their samples weigh nothing, and weights that cannot be computed with.
pub(super) fn check_weights(
    raw: &RawData,
    [train, validation, test]: [&[u32]; 3],
) -> Result<(), AppError> {
    let Some(weights) = raw.targets().weights() else {
        return Ok(());
    };
    let parts = [
        ("training", train),
        ("validation", validation),
        ("test", test),
    ];
    for (name, rows) in parts {
        if !rows.is_empty() && rows.iter().all(|row| weights[*row as usize] == 0.0) {
            return Err(AppError::Failure(format!(
                "--sample-weight: all {} {name} samples weigh 0, so that nothing can be said of them",
                rows.len()
            )));
        }
    }
    let mean = raw.targets().total_weight(train) / train.len() as f64;
    // Single precision has to hold their shares.
    let held = |weight: &f64| *weight / mean <= f64::from(f32::MAX);
    match mean.is_finite() && weights.iter().all(held) {
        true => Ok(()),
        false => Err(AppError::Failure(
            "--sample-weight: the weights are too far apart or too large to be computed with"
                .to_owned(),
        )),
    }
}
