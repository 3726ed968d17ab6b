use crate::prelude::*;

crate::register!(study);

/// Report C: a learning rate of 0.001 for all. Report E: 0.01 without Adam. Adam's runs are the same in both.
fn study() -> Study {
    let case = |rule: &str, lr: f64, reports: &str| {
        let setup = Setup::on("mnist")
            .hidden([64, 32])
            .activation("relu")
            .lr(lr)
            .batch(128)
            .epochs(50);
        let setup = match rule {
            "Adam" => setup.optimizer("adam"),
            "momentum" => setup.optimizer("sgd").momentum(0.9),
            _ => setup.optimizer("sgd"),
        };
        Case::train(format!("{rule} {lr}"), setup)
            .factor("optimizer", rule)
            .factor("lr", lr)
            .factor("report", reports)
    };
    let ranked = |report, claimed, sgd, momentum| {
        Claim::new(
            report,
            format!("Adam is ahead of momentum, and momentum of plain SGD ({momentum}, {sgd})"),
            claimed,
            ordered(["Adam 0.001", momentum, sgd], "test_accuracy"),
        )
    };
    let steady = |report, claimed, sgd, momentum| {
        Claim::new(
            report,
            format!("Adam varies least (distance of the quartiles; {momentum}, {sgd})"),
            claimed,
            all([momentum, sgd].map(|other| lower_variance("Adam 0.001", other, "test_accuracy"))),
        )
    };
    Study::new(
        "mnist-optimisers",
        "C, E",
        "Adam is ahead of momentum, and momentum of plain gradient descent, at these learning rates",
    )
    .data("mnist")
    .minutes(6.0)
    .trials(15)
    .cases([
        case("SGD", 0.001, "C"),
        case("momentum", 0.001, "C"),
        case("SGD", 0.01, "E"),
        case("momentum", 0.01, "E"),
        case("Adam", 0.001, "C, E"),
    ])
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
    .draw(
        FigureSpec::boxes("Test accuracy at report E's learning rates", "test_accuracy")
            .of(["SGD 0.01", "momentum 0.01", "Adam 0.001"]),
    )
    .draw(FigureSpec::curves("Training loss", ["train_loss"]))
    .draw(FigureSpec::curves("Validation accuracy", ["validation_accuracy"]))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "train_accuracy", "best_epoch", "seconds"],
    ))
    .claim(ranked("C", "Adam > momentum > SGD", "SGD 0.001", "momentum 0.001"))
    .claim(steady("C", "consistently better", "SGD 0.001", "momentum 0.001"))
    .claim(ranked("E", "Adam > momentum > SGD", "SGD 0.01", "momentum 0.01"))
    .claim(steady("E", "reduced variance in Adam's results", "SGD 0.01", "momentum 0.01"))
    .note("The reports do not say how much momentum: ours is 0.9.")
    .note("After 50 epochs at a learning rate of 0.001 plain SGD is far from done: report C compares speed as much as quality.")
}
