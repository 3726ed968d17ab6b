use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 4] = ["C, SGD", "C, Adam", "E, SGD", "E, Adam"];

/// Report C: 1000 epochs, the optimizer not named. Report E: 8 sigmoid units, 256 epochs, batch 32.
fn study() -> Study {
    let setup = |report: &str, optimizer: &str| {
        let epochs = if report == "C" { 1000 } else { 256 };
        Setup::on("xor")
            .rows(200)
            .hidden([8])
            .activation("sigmoid")
            .init("xavier-uniform")
            .optimizer(optimizer)
            .lr(0.01)
            .batch(32)
            .epochs(epochs)
            .decision_map()
    };
    let case = |name: &str| {
        let (report, optimizer) = name.split_once(", ").unwrap_or((name, ""));
        let trials = if report == "C" { 100 } else { 25 };
        Case::train(name, setup(report, &optimizer.to_lowercase()))
            .factor("report", report)
            .factor("optimizer", optimizer)
            .trials(trials)
    };
    let solved = 0.95;
    let claims = CASES.into_iter().flat_map(|name| {
        let report = if name.starts_with('C') { "C" } else { "E" };
        [
            Claim::new(
                report,
                format!("{name}: the median trial solves XOR (test accuracy of {solved} or more)"),
                "solves XOR",
                at_least(name, "test_accuracy", solved),
            ),
            Claim::new(
                report,
                format!("{name}: the worst trial errs in part (below {solved}, above chance)"),
                "errs in part",
                minimum(name, "test_accuracy").within(0.5, solved),
            ),
        ]
    });
    let study = Study::new(
        "xor-trials",
        "C, E",
        "A hidden layer learns XOR in most trials and fails in part in some",
    )
    .data("xor")
    .minutes(0.5)
    .trials(100)
    .cases(CASES.map(case))
    .draw(FigureSpec::curves("Training loss", ["train_loss"]))
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
    .draw(FigureSpec::decision("C, SGD"))
    .draw(FigureSpec::decision("C, Adam"))
    .note("⚠ Report C says 100 trials and, elsewhere, 15 runs; we run 100.")
    .note("No report names the optimizer: plain SGD and Adam are both run.")
    .note("Report C does not say how many samples make a step; ours has report E's batches of 32.")
    .note(
        "Report C does not say how wide its hidden layer is; ours has report E's 8 sigmoid units.",
    );
    claims.fold(study, Study::claim)
}
