use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 6] = ["8", "16", "32", "64", "128", "256"];

/// The network of `mnist-64-32` with other batches.
fn study() -> Study {
    let setup = |batch| {
        Setup::on("mnist")
            .hidden([64, 32])
            .activation("relu")
            .optimizer("adam")
            .lr(1e-3)
            .batch(batch)
            .epochs(50)
    };
    let cases = [8, 16, 32, 64, 128, 256]
        .map(|batch| Case::train(batch.to_string(), setup(batch)).factor("batch", batch));
    let figure = |name: &str| median(name, "test_accuracy");
    let worse = Measure::smallest(["64", "128"].map(figure));
    let others = Measure::largest(["8", "16", "32", "256"].map(figure));
    Study::new(
        "mnist-batch-sizes",
        "C, E",
        "Batches of a medium size end with the best and the steadiest accuracy",
    )
    .data("mnist")
    .minutes(8.0)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
    .draw(FigureSpec::line("Test accuracy", "test_accuracy", "batch"))
    .draw(FigureSpec::curves("Validation accuracy", ["validation_accuracy"]))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "best_epoch", "seconds"],
    ))
    .claim(Claim::new(
        "C, E",
        "64 and 128 are both ahead of all others",
        "medium sizes (64–128) achieve the best performance",
        worse.minus(others).above(0.0),
    ))
    .claim(Claim::new(
        "C, E",
        "64 has the highest median",
        "64 yields the highest median accuracy",
        best_of("64", CASES, "test_accuracy"),
    ))
    .claim(Claim::new(
        "C, E",
        "64 varies more than 128 (distance of the quartiles)",
        "though with higher variance than 128",
        lower_variance("128", "64", "test_accuracy"),
    ))
    .claim(Claim::new(
        "E",
        "8 and 16 vary more than 128 (distance of the quartiles)",
        "smaller batches (8–16) show higher variance",
        all([
            lower_variance("128", "8", "test_accuracy"),
            lower_variance("128", "16", "test_accuracy"),
        ]),
    ))
    .claim(Claim::new(
        "E",
        "256 is behind 128",
        "very large batches (256) slightly reduce accuracy",
        lower("256", "128", "test_accuracy"),
    ))
    .note("The learning rate is 0.001 for all sizes, as in the reports, so a small batch takes many more steps of the same size.")
    .note("The reports' second layer is taken to apply ReLU as the first does.")
}
