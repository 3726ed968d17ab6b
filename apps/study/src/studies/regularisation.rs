use autograd::random::unit;
use datasets::InputKind;
use datasets::Rows;
use experiment::data::Data;
use nn::Kind;

use crate::prelude::*;

crate::register!(study);

/// Regularization methods.
const MEANS: [&str; 7] = [
    "none",
    "L1",
    "L1 by subgradient",
    "L2",
    "dropout",
    "early stopping",
    "augmentation",
];
/// Images to train on, and epochs, so that steps are about as many.
const SMALL: (usize, u64) = (1000, 200);
const LARGE: (usize, u64) = (54_000, 10);
/// Columns of noise that a table is given besides its own.
const NOISE: usize = 40;

fn with(setup: Setup, means: &str) -> Setup {
    match means {
        "L1" => setup.l1(2e-4, L1Form::Proximal),
        "L1 by subgradient" => setup.l1(2e-4, L1Form::Subgradient),
        "L2" => setup.l2(2e-3, L2Form::Half),
        "dropout" => setup.dropout(0.5),
        "early stopping" => setup.early_stopping(10),
        "augmentation" => setup.augment("shift,rotate"),
        _ => setup,
    }
}

fn pictures(means: &str, (rows, epochs): (usize, u64)) -> Setup {
    let setup = Setup::on("mnist")
        .train_rows(rows)
        .hidden([128, 128])
        .activation("relu")
        .momentum(0.9)
        .lr(0.02)
        .batch(64)
        .epochs(epochs)
        .probes(epochs);
    with(setup, means)
}

/// Strengths of the penalties on a table, of which the least validation loss chooses: what a penalty does depends on it.
const STRENGTHS: [f64; 7] = [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0];

fn table(means: &str, strength: f64) -> Setup {
    let setup = Setup::on("diabetes")
        .hidden([16])
        .activation("relu")
        .momentum(0.9)
        .lr(0.01)
        .batch(32)
        .epochs(300)
        .validation(0.25)
        .split_per_trial();
    match means {
        "L1" => setup.l1(strength, L1Form::Proximal),
        "L1 by subgradient" => setup.l1(strength, L1Form::Subgradient),
        "L2" => setup.l2(strength, L2Form::Half),
        _ => setup,
    }
}

/// Penalties, dropout, stopping early and changed images on little and on much data; and a table with useless columns.
fn study() -> Study {
    let of_size = |size: &'static str, rows: (usize, u64)| {
        MEANS.map(|means| {
            Case::train(format!("{size}, {means}"), pictures(means, rows))
                .factor("data", size)
                .factor("means", means)
        })
    };
    let tables = &MEANS[..4];
    let of_table = tables.iter().map(|means| {
        let case = Case::own(format!("table, {means}"), among_noise)
            .factor("data", "table")
            .factor("means", means)
            .trains(&table("none", 0.0));
        match *means {
            "none" => case,
            _ => case.factor("strength", format!("best on validation of {STRENGTHS:?}")),
        }
    });
    let all_of = |size: &str| -> Vec<String> {
        MEANS
            .iter()
            .map(|means| format!("{size}, {means}"))
            .collect()
    };
    let table_names: Vec<String> = tables
        .iter()
        .map(|means| format!("table, {means}"))
        .collect();
    let of = |names: &[String], figure: FigureSpec| figure.of(names.iter().map(String::as_str));
    let on_pictures = [
        "train_loss",
        "validation_loss",
        "test_loss",
        "train_accuracy",
        "test_accuracy",
        "weight_std",
        "zero_weights",
        "epochs",
    ];
    let on_tables = [
        "strength",
        "train_mse",
        "test_mse",
        "test_r2",
        "zero_weights",
        "noise_columns_removed",
        "own_columns_removed",
    ];
    let mut study = Study::new(
        "regularisation",
        "D",
        "What penalties, dropout, early stopping and augmentation do to gap, weights and inputs, on little and much data",
    )
    .data("mnist")
    .data("diabetes")
    .minutes(4.0)
    .trials(5)
    .cases(of_size("small", SMALL))
    .cases(of_size("large", LARGE))
    .cases(of_table);
    for size in ["small", "large"] {
        let title = |what: &str| format!("{what}, {size} data");
        study = study
            .draw(of(
                &all_of(size),
                FigureSpec::curves(&title("Training loss"), ["train_loss"]),
            ))
            .draw(of(
                &all_of(size),
                FigureSpec::curves(&title("Validation loss"), ["validation_loss"]),
            ))
            .draw(of(
                &all_of(size),
                FigureSpec::table(&title("At the end"), on_pictures),
            ));
    }
    study = ["none", "L2", "L1"]
        .into_iter()
        .fold(study, |study, means| {
            study.draw(FigureSpec::histograms(
                &format!("small, {means}"),
                "weights",
            ))
        });
    study = study.draw(of(
        &table_names,
        FigureSpec::table("A table of 10 columns and 40 of noise", on_tables),
    ));
    claims()
        .into_iter()
        .fold(study, Study::claim)
        .note("L2 is the report's l2, λ/2·Σw². Its L1 is λ·Σ|w| by a subgradient (l1-subgradient); beside it stands ours, l1, by a proximal step, which is what makes weights exactly 0.")
        .note("The report names no network and no strengths; ours are 128 and 128 ReLU units under SGD with momentum 0.9 at a rate of 0.02 with batches of 64, λ of 0.0002 (L1) and 0.002 (L2), dropout of 0.5, patience of 10 epochs, shifts by 2 pixels and turns by 10 degrees.")
        .note("Little data is 1000 samples of MNIST for 200 epochs, much is 54 000 for 10. Losses and accuracies at the end are evaluated without dropout and without changed images, those of curves on the training set as they were trained on.")
        .note("The table is diabetes, 10 columns, with 40 columns of noise beside them, standardized; a quarter of the training samples chooses λ, of 0.02, 0.05, 0.1, 0.2, 0.5, 1 and 2. A column is removed where all weights that lead out of it are exactly 0.")
}

fn claims() -> Vec<Claim> {
    let gap = |case: &str| median(case, "train_accuracy").minus(median(case, "test_accuracy"));
    let narrows = |means: &str| {
        gap("small, none")
            .minus(gap(&format!("small, {means}")))
            .above(0.0)
    };
    let helps = |means: &str| lower(&format!("small, {means}"), "small, none", "test_loss");
    let gains = |size: &str, means: &str| {
        median(&format!("{size}, {means}"), "test_accuracy")
            .minus(median(&format!("{size}, none"), "test_accuracy"))
    };
    vec![
        Claim::new(
            "D",
            "L2 and dropout reduce the gap between training and test accuracy on little data",
            "reduced the gap",
            all([narrows("L2"), narrows("dropout")]),
        ),
        Claim::new(
            "D",
            "dropout raises the training loss, on little and on much data, even evaluated without it",
            "dropout increases training loss",
            all([
                higher("small, dropout", "small, none", "train_loss"),
                higher("large, dropout", "large, none", "train_loss"),
            ]),
        ),
        Claim::new(
            "D",
            "and lowers the validation loss where the network overfits, on little data",
            "leading to lower validation loss",
            lower("small, dropout", "small, none", "validation_loss"),
        ),
        Claim::new(
            "D",
            "on much data dropout gives no great advantage (half a point of test accuracy or less)",
            "might not give a significant advantage",
            gains("large", "dropout").at_most(0.005),
        ),
        Claim::new(
            "D",
            "every means lowers the test loss on little data",
            "achieve better generalization",
            all(["L1", "L2", "dropout", "early stopping", "augmentation"].map(helps)),
        ),
        Claim::new(
            "D",
            "regularization gains more where data is limited: the largest gain in test accuracy on little data is above that on much",
            "especially in presence of limited data",
            {
                let most = |size: &str| {
                    Measure::largest(
                        ["L1", "L2", "dropout", "early stopping", "augmentation"]
                            .map(|means| gains(size, means)),
                    )
                };
                most("small").minus(most("large")).above(0.0)
            },
        ),
        Claim::new(
            "D",
            "weights are narrower under L2, on little and on much data",
            "weights distribution has smaller variance",
            all([
                lower("small, L2", "small, none", "weight_std"),
                lower("large, L2", "large, none", "weight_std"),
            ]),
        ),
        Claim::new(
            "D",
            "but none becomes exactly 0 under L2",
            "does not force weights exactly to zero",
            all(["small, L2", "large, L2", "table, L2"]
                .map(|case| exactly(case, "zero_weights", 0.0))),
        ),
        Claim::new(
            "D",
            "under L1 by the report's subgradient some weights become exactly 0 (one in a hundred or more)",
            "some weights become exactly 0",
            at_least("small, L1 by subgradient", "zero_weights", 0.01),
        ),
        Claim::new(
            "D",
            "under L1 by a proximal step they do: half of all or more",
            "drive many weights to exact zero",
            at_least("small, L1", "zero_weights", 0.5),
        ),
        Claim::new(
            "D",
            "on a table with many features L1 removes useless inputs: half of the noise or more, and a larger share of it than of the table's own columns",
            "zeroing out useless inputs",
            all([
                at_least("table, L1", "noise_columns_removed", 0.5),
                median("table, L1", "noise_columns_removed")
                    .minus(median("table, L1", "own_columns_removed"))
                    .above(0.0),
            ]),
        ),
        Claim::new(
            "D",
            "there it generalizes better than no penalty",
            "simpler models generalize better",
            lower("table, L1", "table, none", "test_mse"),
        ),
    ]
}

/// A network on the table with noise, under the strength of its penalty that has the least validation loss.
fn among_noise(context: &Context<'_>) -> Result<Outcome, AppError> {
    let means = context.factor("means");
    let strengths = match means {
        "none" => &[0.0][..],
        _ => &STRENGTHS[..],
    };
    let mut best: Option<(f64, Outcome)> = None;
    for &strength in strengths {
        context.go_on()?;
        let outcome = under(context, &table(means, strength))?;
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
        .number("noise_columns_removed", noise))
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
