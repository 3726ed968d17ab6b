use datasets::{Rows, Targets};
use experiment::data::Data;

use crate::parts::gain::gained;
use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 4] = ["C, SGD", "C, Adam", "E, SGD", "E, Adam"];

/// Report C: all samples in a step, as its algorithm goes, for 1000 epochs. Report E: batches of 32 for 256 epochs. A third of
/// the samples goes, with the third cloud.
fn setup(report: &str, optimizer: &str) -> Setup {
    let setup = Setup::on("blobs")
        .rows(300)
        .noise(0.2)
        .optimizer(&optimizer.to_lowercase())
        .lr(0.01)
        .validation(0.0)
        .decision_map();
    match report {
        "C" => setup.full_batch().epochs(1000),
        _ => setup.batch(32).epochs(256),
    }
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("report"), context.factor("optimizer"));
    let data = two_clouds(context.data(&setup)?);
    let found = context.train_on::<f32>(&setup, data)?.outcome;
    let tenth = gained(&found, "train_loss", 100);
    let half = gained(&found, "train_loss", 500);
    Ok(found
        .number("gain_by_100", tenth)
        .number("gain_by_500", half))
}

/// The first two of three clouds.
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

fn study() -> Study {
    let case = |name: &str| {
        let (report, optimizer) = name.split_once(", ").unwrap_or((name, ""));
        Case::own(name, trial)
            .trains(&setup(report, optimizer))
            .factor("report", report)
            .factor("optimizer", optimizer)
            .trials(if report == "C" { 100 } else { 25 })
    };
    let separates = |name: &'static str| {
        Claim::new(
            &name[..1],
            format!(
                "{name}: even the worst trial separates the classes (test accuracy of 0.95 or more)"
            ),
            "median and worst model separate the two classes",
            minimum(name, "test_accuracy").at_least(0.95),
        )
    };
    let falls = |name: &str| {
        let by = |number, share| at_least(name, number, share);
        Claim::new(
            "C",
            format!(
                "{name}: half of the fall in loss comes in the first tenth of the epochs, nine tenths in the first half"
            ),
            "decreases rapidly in the first epochs and then plateaus",
            all([by("gain_by_100", 0.5), by("gain_by_500", 0.9)]),
        )
    };
    let certain = |name: &str| {
        Claim::new(
            "E",
            format!("{name}: test accuracy of nearly 100 % (0.99 or more)"),
            "nearly 100 %",
            at_least(name, "test_accuracy", 0.99),
        )
    };
    let [c_sgd, c_adam, e_sgd, e_adam] = CASES;
    let claims = CASES.map(separates).into_iter();
    let claims = claims.chain([falls(c_sgd), falls(c_adam), certain(e_sgd), certain(e_adam)]);
    let study = Study::new(
        "linear-classification-trials",
        "C, E",
        "A linear layer and softmax separate two clouds, whatever they start from",
    )
    .data("blobs")
    .minutes(0.1)
    .trials(100)
    .cases(CASES.map(case))
    .draw(FigureSpec::curves("Training loss", ["train_loss"]))
    .draw(FigureSpec::curves("Training accuracy", ["train_accuracy"]))
    .draw(FigureSpec::decision("C, SGD"))
    .draw(FigureSpec::decision("C, Adam"))
    .draw(FigureSpec::decision("E, SGD"))
    .draw(FigureSpec::decision("E, Adam"))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "gain_by_100", "gain_by_500"],
    ))
    .note("⚠ Report C says 100 trials and, elsewhere, 15 runs; we run 100. Report E has 25.")
    .note("No report names the optimizer: plain SGD and Adam are both run.")
    .note("Report C's algorithm has no batches, so all samples make a step there; report E has batches of 32.")
    .note("No report gives its points: ours are two round clouds of 100 samples each, 1.73 apart with a standard deviation of 0.2, drawn anew in every trial.");
    claims.fold(study, Study::claim)
}
