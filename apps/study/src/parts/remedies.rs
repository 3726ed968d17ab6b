//! Remedies against overfitting, tried on little and much data, in a large and a small network, and on a table with useless
//! columns.

use autograd::random::unit;
use datasets::InputKind;
use datasets::Rows;
use experiment::data::Data;
use nn::Kind;

use crate::parts::chosen::best_of;
use crate::prelude::*;

/// What is done against overfitting, and its strengths, of which the least validation loss chooses; one strength is none to
/// choose from.
pub(crate) const MEANS: [(&str, &[f64]); 8] = [
    ("none", &[0.0]),
    ("L1", &[3e-5, 1e-4, 3e-4, 1e-3]),
    ("L1 by subgradient", &[3e-5, 1e-4, 3e-4, 1e-3]),
    ("L2", &[3e-4, 1e-3, 3e-3, 1e-2]),
    ("dropout", &[0.1, 0.2, 0.35]),
    ("dropout of 0.5", &[0.5]),
    ("early stopping", &[0.0]),
    ("augmentation", &[0.0]),
];
/// Images to train on, and epochs.
pub(crate) const SIZES: [(&str, usize, u64); 2] =
    [("little data", 1000, 100), ("much data", 54_000, 10)];
/// Widths of the hidden layers. On the small network dropout alone is tried.
const LARGE: [usize; 2] = [128, 128];
const SMALL: [usize; 2] = [16, 16];
/// Columns of noise that a table is given besides its own.
const NOISE: usize = 40;
/// Strengths of the penalties on a table.
const STRENGTHS: &[f64] = &[0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0];

fn with(setup: Setup, means: &str, strength: f64) -> Setup {
    match means {
        "L1" => setup.l1(strength, L1Form::Proximal),
        "L1 by subgradient" => setup.l1(strength, L1Form::Subgradient),
        "L2" => setup.l2(strength, L2Form::Half),
        "dropout" | "dropout of 0.5" => setup.dropout(strength),
        "early stopping" => setup.early_stopping(10),
        "augmentation" => setup.augment("shift,rotate"),
        _ => setup,
    }
}

fn pictures(size: &str, widths: [usize; 2]) -> Setup {
    let found = SIZES.into_iter().find(|(name, ..)| *name == size);
    let (_, rows, epochs) = found.unwrap_or(SIZES[0]);
    Setup::on("mnist")
        .train_rows(rows)
        .hidden(widths)
        .activation("relu")
        .momentum(0.9)
        .lr(0.02)
        .batch(64)
        .epochs(epochs)
        .probes(epochs)
}

fn table() -> Setup {
    Setup::on("diabetes")
        .hidden([16])
        .activation("relu")
        .momentum(0.9)
        .lr(0.01)
        .batch(32)
        .epochs(300)
        .validation(0.25)
        .split_per_trial()
}

fn widths(network: &str) -> [usize; 2] {
    if network == "small" { SMALL } else { LARGE }
}

fn strengths(means: &str) -> Result<&'static [f64], AppError> {
    let found = MEANS.iter().find(|(name, _)| *name == means);
    found
        .map(|(_, strengths)| *strengths)
        .ok_or_else(|| AppError::Failure(format!("there is no remedy {means:?}")))
}

/// A network on images, under the strength that has the least validation loss at the end.
fn on_images(context: &Context<'_>) -> Result<Outcome, AppError> {
    let means = context.factor("means");
    let plain = pictures(context.factor("data"), widths(context.factor("network")));
    let each = strengths(means)?
        .iter()
        .map(|strength| (*strength, with(plain.clone(), means, *strength)));
    let (strength, outcome) = best_of(context, each, "validation_loss", &mut |_| {})?;
    let of = |name: &str| outcome.get(name).unwrap_or(f64::NAN);
    let gap = of("train_accuracy") - of("test_accuracy");
    Ok(outcome
        .number("strength", strength)
        .number("accuracy_gap", gap))
}

/// A network on the table with noise, under the strength of its penalty that has the least validation loss.
fn among_noise(context: &Context<'_>) -> Result<Outcome, AppError> {
    let means = context.factor("means");
    let strengths = if means == "none" { &[0.0] } else { STRENGTHS };
    let mut best: Option<(f64, Outcome)> = None;
    for &strength in strengths {
        context.go_on()?;
        let outcome = under(context, &with(table(), means, strength))?;
        // A loss that is not a number is chosen only where there is no other.
        let loss = outcome.get("validation_loss").unwrap_or(f64::INFINITY);
        if best.as_ref().is_none_or(|(least, _)| loss < *least) {
            best = Some((loss, outcome.number("strength", strength)));
        }
    }
    let (_, outcome) = best.expect("there are strengths");
    Ok(outcome)
}

fn under(context: &Context<'_>, setup: &Setup) -> Result<Outcome, AppError> {
    let (data, own) = with_noise(context, context.data(setup)?);
    let trained = context.train_on::<f32>(setup, data)?;
    let params = &trained.model.params;
    let first = params.iter().find(|(_, s, _)| s.kind == Kind::Weight);
    let removed: Vec<bool> = first.map_or_else(Vec::new, |(_, segment, weights)| {
        let rows = weights.chunks_exact(segment.shape[1]);
        rows.map(|row| row.iter().all(|w| *w == 0.0)).collect()
    });
    let share = |columns: &[bool]| {
        columns.iter().filter(|gone| **gone).count() as f64 / columns.len() as f64
    };
    let (mine, noise) = removed.split_at(own);
    let (mine, noise) = (share(mine), share(noise));
    Ok(trained
        .outcome
        .number("own_columns_removed", mine)
        .number("noise_columns_removed", noise)
        .number("removed_more_noise", noise - mine))
}

/// The data with columns of noise after its own, of which there are so many. All cases see the same in the same trial.
fn with_noise(context: &Context<'_>, mut data: Data) -> (Data, usize) {
    let inputs = &data.set.part.inputs;
    let own = inputs.row_len();
    let mut rng = autograd::random::stream(context.data_seed(), "study/noise", 0, 0);
    let mut cells = Vec::with_capacity(inputs.len() * (own + NOISE));
    for row in 0..inputs.len() {
        cells.extend(inputs.row(row));
        cells.extend((0..NOISE).map(|_| 2.0 * unit(&mut rng) - 1.0));
    }
    data.set.part.inputs = Rows::reals64(&[own + NOISE], cells);
    if let InputKind::Table { columns } = &mut data.set.input {
        columns.extend((1..=NOISE).map(|i| format!("noise {i}")));
    }
    (data, own)
}

/// The name of a case: network, data and remedy.
pub(crate) fn name(network: &str, size: &str, means: &str) -> String {
    match network {
        "small" => format!("small network, {size}, {means}"),
        _ => format!("{size}, {means}"),
    }
}

pub(crate) fn cases() -> impl Iterator<Item = Case> {
    let large = SIZES
        .into_iter()
        .flat_map(|(size, ..)| MEANS.map(|(means, _)| ("large", size, means)));
    let small = SIZES.into_iter().flat_map(|(size, ..)| {
        ["none", "dropout", "dropout of 0.5"].map(|means| ("small", size, means))
    });
    let images = large.chain(small).map(|(network, size, means)| {
        let strengths = MEANS
            .iter()
            .find(|row| row.0 == means)
            .map_or(&[][..], |row| row.1);
        let case = Case::own(name(network, size, means), on_images)
            .factor("network", network)
            .factor("data", size)
            .factor("means", means)
            .trains(&with(pictures(size, widths(network)), means, strengths[0]));
        match strengths {
            [_] => case,
            _ => case.factor("strength", format!("best on validation of {strengths:?}")),
        }
    });
    let tables = MEANS[..4].iter().map(|(means, _)| {
        let case = Case::own(format!("table, {means}"), among_noise)
            .factor("data", "table")
            .factor("means", means)
            .trains(&table());
        match *means {
            "none" => case,
            _ => case.factor("strength", format!("best on validation of {STRENGTHS:?}")),
        }
    });
    images.chain(tables)
}
