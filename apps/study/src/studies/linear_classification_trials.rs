use crate::parts::clouds::{angle, linear, trained};
use crate::parts::descents::{DESCENTS, Descent, in_form, names, rate, trials, with_readings};
use crate::parts::gain::gained;
use crate::prelude::*;

crate::register!(study);

fn setup(report: &str, optimizer: &str, summed: bool) -> Setup {
    in_form(linear(optimizer, rate(report, summed)), report)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let summed = context.factor("gradient") == "sum";
    let setup = setup(
        context.factor("report"),
        context.factor("optimizer"),
        summed,
    );
    let trained = trained(context, &setup)?;
    let angle = angle(&trained);
    let found = trained.outcome;
    let epochs = setup.experiment().training.epochs as usize;
    let tenth = gained(&found, "train_loss", epochs / 10);
    let half = gained(&found, "train_loss", epochs / 2);
    Ok(found
        .number("gain_by_tenth", tenth)
        .number("gain_by_half", half)
        .number("angle", angle))
}

fn claims() -> [Claim; 8] {
    let most = || {
        Bar::ours(
            0.5,
            "a loss that decreases rapidly has most of its fall in the first tenth",
        )
    };
    let plateau = || Bar::ours(0.9, "on a plateau a tenth of the fall or less is left");
    let apart = || {
        Bar::ours(
            0.95,
            "one point in twenty on the wrong side is still a boundary between the clouds",
        )
    };
    let of_c = |sentence: &str, words: &str, holds: &dyn Fn(&str) -> Predicate| {
        with_readings(Claim::at("C", "Fig. 2", sentence, words), holds)
    };
    let of_e = |sentence: &str, words: &str, holds: &dyn Fn(&str) -> Predicate| {
        with_readings(Claim::at("E", "Fig. 3", sentence, words), holds)
    };
    let falls = |case: &str| {
        all([
            at_least(case, "gain_by_tenth", most()),
            at_least(case, "gain_by_half", plateau()),
        ])
    };
    let separates = |case: &str| in_every_trial(figure(case, "test_accuracy")).at_least(apart());
    let turned = |case: &str| {
        in_some_trial(figure(case, "angle")).at_least(Bar::ours(
            10.0,
            "ten degrees off the best boundary is seen in a figure",
        ))
    };
    [
        of_c(
            "half of the fall in loss comes in the first tenth of the epochs, nine tenths in the first half",
            "decreases rapidly in the first epochs and then plateaus",
            &falls,
        ),
        of_c(
            "most runs achieve a similar performance",
            "most runs achieve similar performance, with low variance",
            &|case| {
                spread(case, "train_loss").at_most(Bar::ours(
                    0.05,
                    "a twentieth of a nat is a narrow band in a figure whose losses start at 0.7",
                ))
            },
        ),
        of_c(
            "even the worst trial separates the two classes",
            "Both models successfully separate the two classes",
            &separates,
        ),
        of_c(
            "in some trial the boundary is ten degrees or more off the best orientation",
            "with a less optimal orientation",
            &turned,
        ),
        of_e(
            "half of the fall in loss comes in the first tenth of the epochs",
            "Loss quickly decreases",
            &|case| at_least(case, "gain_by_tenth", most()),
        ),
        of_e(
            "test accuracy is nearly 100 %",
            "accuracy reaches nearly 100%",
            &|case| {
                at_least(
                    case,
                    "test_accuracy",
                    Bar::ours(0.99, "nearly 100 % is at most one error in a hundred"),
                )
            },
        ),
        of_e(
            "even the worst trial separates the two classes",
            "Both successfully separate the two classes",
            &separates,
        ),
        of_e(
            "in some trial the boundary is ten degrees or more off the best orientation",
            "the worst model's boundary has a suboptimal orientation",
            &turned,
        ),
    ]
}

fn study() -> Study {
    let case = |(name, report, optimizer, summed): Descent| {
        Case::own(name, trial)
            .trains(&setup(report, optimizer, summed))
            .factor("report", report)
            .factor("optimizer", optimizer)
            .factor("gradient", if summed { "sum" } else { "mean" })
            .trials(trials(report))
    };
    let [c, e] = names();
    let study = Study::new(
        "linear-classification-trials",
        "C, E",
        "A linear layer and softmax separate two clouds, whatever they start from",
    )
    .data("blobs")
    .minutes(0.1)
    .trials(100)
    .cases(DESCENTS.map(case))
    .draw(
        FigureSpec::curves("Training loss, 1000 epochs of all samples", ["train_loss"])
            .of(c)
            .at("C", "Fig. 2"),
    )
    .draw(
        FigureSpec::curves("Training loss, 256 epochs in batches of 32", ["train_loss"])
            .of(e)
            .at("E", "Fig. 3"),
    )
    .draw(
        FigureSpec::curves(
            "Training accuracy, 256 epochs in batches of 32",
            ["train_accuracy"],
        )
        .of(e)
        .at("E", "Fig. 3"),
    );
    let study = [(c, "C", "Fig. 2"), (e, "E", "Fig. 3")]
        .into_iter()
        .flat_map(|(cases, report, place)| {
            cases.map(|case| FigureSpec::decision(case).at(report, place))
        })
        .fold(study, Study::draw);
    let study = study
        .draw(FigureSpec::table(
            "On the test set",
            ["test_accuracy", "test_loss", "gain_by_tenth", "gain_by_half", "angle"],
        ))
        .note("⚠ Report C says 100 trials and, elsewhere, 15 runs; we run 100. Report E has 25; we run 50.")
        .note("⚠ Report C's loss has 1/n, and its algorithm takes the gradient ŷ − y summed over the samples without it: 0.01 is then a rate of 0.01·n on the mean. Report E prints the loss of one sample; its algorithm has no 1/n either. Both are run; plain SGD with a rate of n times 0.01 is the same as a sum, as all steps have as many samples.")
        .note("No report names the optimizer of its figure; report C's algorithm is plain gradient descent, so Adam stands beside it there.")
        .note("Report C's algorithm has no batches, so all samples make a step there; report E has batches of 32.")
        .note("angle is that between the direction in which the trained layer looks and that from the middle of one cloud to the middle of the other, in degrees. The trial of the largest angle need not be the one of the least accuracy, which the reports call the worst model.")
        .note("Report E does not say on which samples the accuracy of its figure is; the claim on it is judged on test samples, and the figure here shows the accuracy on training samples.")
        .note("No report gives its points: ours are two round clouds of 100 samples each (of the three that settings count as 300 samples), 1.73 apart with a standard deviation of 0.2, drawn anew in every trial; a fifth of them tests.");
    claims().into_iter().fold(study, Study::claim)
}
