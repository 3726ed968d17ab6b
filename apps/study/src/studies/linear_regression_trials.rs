use nn::Kind;

use crate::parts::curves::values;
use crate::parts::gain::gained;
use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 4] = ["C, SGD", "C, Adam", "E, SGD", "E, Adam"];
/// The deviation of the noise on the targets, and the slope of the line.
const NOISE: f64 = 0.1;
const SLOPE: f64 = 2.0;

/// Report C: all samples in a step, as its algorithm goes, for 1000 epochs. Report E: batches of 32 for 200 epochs.
fn setup(report: &str, optimizer: &str) -> Setup {
    let setup = Setup::on("line")
        .rows(200)
        .noise(NOISE)
        .optimizer(&optimizer.to_lowercase())
        .lr(0.01)
        .validation(0.0)
        .fitted_curve();
    match report {
        "C" => setup.full_batch().epochs(1000),
        _ => setup.batch(32).epochs(200),
    }
}

/// Whether a loss rises by more than roundings of single precision make, as they do where it no longer falls.
fn rises(from: f64, to: f64) -> bool {
    to > from * (1.0 + 1e-5)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let (report, optimizer) = (context.factor("report"), context.factor("optimizer"));
    let trained = context.train::<f32>(&setup(report, optimizer))?;
    let params = &trained.model.params;
    let weights = params.iter().find(|(_, s, _)| s.kind == Kind::Weight);
    let slope = weights.map_or(f64::NAN, |(.., values)| f64::from(values[0]));
    let found = trained.outcome;
    let early = if report == "C" { 200 } else { 100 };
    let gain = gained(&found, "train_loss", early);
    let losses = values(&found, "train_loss");
    let rises = losses.windows(2).filter(|pair| rises(pair[0], pair[1]));
    let rises = rises.count() as f64 / (losses.len() - 1) as f64;
    Ok(found
        .number("early_gain", gain)
        .number("rises", rises)
        .number("slope", slope))
}

fn name_of(report: &str, optimizer: &str) -> String {
    format!("{report}, {optimizer}")
}

/// Claims on both figures, under each optimizer. Report C's algorithm is plain gradient descent; report E leaves it to an
/// optimizer that it does not name.
fn claims() -> [Claim; 8] {
    // Lines whose slopes differ by less cannot be told apart in a figure.
    let apart = 0.01 * SLOPE;
    let slight = || "lines whose slopes differ by less than one in a hundred cannot be told apart in a figure";
    let [c_sgd, c_adam, e_sgd, e_adam] = CASES;
    let most = || Bar::ours(0.5, "most is more than half");
    let nearly_all = || Bar::ours(0.9, "gains are minimal if a tenth or less is left to them");
    let noise = || {
        Bar::ours(
            NOISE * NOISE,
            "the variance of the noise: a line further off would not run through the points",
        )
    };
    let tight = || {
        Bar::ours(
            0.9,
            "points that lie this tight leave a tenth of the variance",
        )
    };
    let gained = |case: &str, bar| at_least(case, "early_gain", bar);
    let captures = |case: &str| in_every_trial(figure(case, "test_mse_true")).at_most(noise());
    let of_c = |sentence: &str, words: &str, holds: &dyn Fn(&str) -> Predicate| {
        Claim::at("C", "Fig. 1", sentence, words)
            .reading(
                "gradient descent, as the algorithm is printed",
                holds(c_sgd),
            )
            .beside("Adam", holds(c_adam))
    };
    let of_e = |sentence: &str, words: &str, holds: &dyn Fn(&str) -> Predicate| {
        Claim::at("E", "Fig. 2", sentence, words)
            .reading("SGD", holds(e_sgd))
            .reading("Adam", holds(e_adam))
    };
    [
        of_c(
            "most of the fall in loss comes within 200 of 1000 epochs",
            "Within 200 epochs, most improvement occurs",
            &|case| gained(case, most()),
        ).main(),
        of_c(
            "after 200 epochs there is little left to gain: a tenth of the fall or less",
            "with minimal gains thereafter",
            &|case| gained(case, nearly_all()),
        ),
        of_c(
            "the loss rises in no epoch of any trial, roundings aside",
            "The smooth convergence indicates proper gradient computation",
            &|case| exactly(case, "rises", Bar::sign(0.0)),
        ),
        of_c(
            "even the worst trial captures the line",
            "Both capture linear relationships",
            &captures,
        ),
        of_c(
            "slopes differ from trial to trial by one in a hundred or more",
            "but with different slopes",
            &|case| spread(case, "slope").above(Bar::ours(apart, slight())),
        )
        .reading(
            "gradient descent, the worst trial: in some trial the slope is off by one in a hundred or more",
            any([
                in_some_trial(figure(c_sgd, "slope")).at_most(Bar::ours(SLOPE - apart, slight())),
                in_some_trial(figure(c_sgd, "slope")).at_least(Bar::ours(SLOPE + apart, slight())),
            ]),
        ),
        of_c(
            "points cluster tightly around the line, of the worst trial, too",
            "The data points cluster tightly around both lines",
            &|case| in_every_trial(figure(case, "test_r2")).at_least(tight()),
        ),
        of_e(
            "the loss falls fast at first and then converges: nine tenths of the fall come in the first half",
            "rapid initial decrease followed by convergence",
            &|case| gained(case, nearly_all()),
        ),
        of_e(
            "even the worst trial captures the line",
            "both capturing the underlying linear pattern",
            &captures,
        ),
    ]
}

fn study() -> Study {
    let case = |name: &str| {
        let (report, optimizer) = name.split_once(", ").unwrap_or((name, ""));
        Case::own(name_of(report, optimizer), trial)
            .trains(&setup(report, optimizer))
            .factor("report", report)
            .factor("optimizer", optimizer)
            .trials(if report == "C" { 100 } else { 50 })
    };
    let study = Study::new(
        "linear-regression-trials",
        "C, E",
        "A linear layer finds a line, whatever it starts from",
    )
    .data("line")
    .minutes(0.1)
    .trials(100)
    .cases(CASES.map(case))
    .draw(
        FigureSpec::curves("Training loss, 1000 epochs of all samples", ["train_loss"])
            .of([CASES[0], CASES[1]])
            .at("C", "Fig. 1"),
    )
    .draw(FigureSpec::fit(CASES[0]).at("C", "Fig. 1"))
    .draw(FigureSpec::fit(CASES[1]))
    .draw(
        FigureSpec::curves("Training loss, 200 epochs in batches of 32", ["train_loss"])
            .of([CASES[2], CASES[3]])
            .at("E", "Fig. 2"),
    )
    .draw(FigureSpec::fit(CASES[2]).at("E", "Fig. 2"))
    .draw(FigureSpec::fit(CASES[3]).at("E", "Fig. 2"))
    .draw(FigureSpec::table(
        "Errors on the test set",
        ["test_mse", "test_mse_true", "test_r2", "early_gain", "slope"],
    ))
    .note("Judged on mse_true, against the line itself: with noise of 0.1 no model's mse gets below 0.01.")
    .note("⚠ Report C says 100 trials and, in the same caption, 15 runs; we run 100. Report E has 25; we run 50.")
    .note("Report C's algorithm is plain gradient descent over all samples. Report E has batches of 32 and an optimizer that it does not name: plain SGD and Adam are both run.")
    .note("No report says which line: ours is y = 2x + 1 on [-1, 1] with noise of 0.1, drawn anew in every trial; a fifth of the 200 samples tests.");
    claims().into_iter().fold(study, Study::claim)
}
