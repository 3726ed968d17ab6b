use nn::Reduction;

use crate::prelude::*;

crate::register!(study);

/// What report A's theory has and its results do not name: where biases start, when training ends, and whether the loss
/// of a batch is a mean or a sum.
const REGRESSION: [(&str, f64, Option<f64>); 3] = [
    ("biases from 0", 0.0, None),
    ("biases from 0.01", 0.01, None),
    ("until a cost of 0.012", 0.0, Some(0.012)),
];
/// Reduction of the binary cross-entropy over a batch of 32, and the rate.
const BINARY: [(&str, Reduction, f64); 3] = [
    ("mean, lr 0.01", Reduction::Mean, 0.01),
    ("sum, lr 0.01", Reduction::Sum, 0.01),
    ("mean, lr 0.32", Reduction::Mean, 0.32),
];

fn regression(bias: f64, stop: Option<f64>) -> Setup {
    let setup = Setup::on("runge")
        .rows(1000)
        .noise(0.1)
        .hidden([50, 50])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(32)
        .epochs(300)
        .validation(0.0)
        .biases(bias);
    match stop {
        Some(loss) => setup.stop_at_loss(loss),
        None => setup,
    }
}

fn binary(reduction: Reduction, lr: f64) -> Setup {
    Setup::on("moons")
        .rows(500)
        .hidden([16])
        .activation("tanh")
        .init("xavier-uniform")
        .one_logit()
        .optimizer("sgd")
        .lr(lr)
        .reduction(reduction)
        .batch(32)
        .epochs(100)
        .validation(0.0)
}

fn study() -> Study {
    let against = |a: &str, b: &str, number: &str| median(a, number).minus(median(b, number));
    let losses = BINARY.map(|(name, ..)| name);
    Study::new(
        "training-choices",
        "A",
        "Where biases start, when training ends, and sums against means of a loss",
    )
    .data("runge")
    .data("moons")
    .minutes(0.2)
    .trials(50)
    .cases(REGRESSION.map(|(name, bias, stop)| Case::train(name, regression(bias, stop)).factor("choice", name)))
    .cases(BINARY.map(|(name, reduction, lr)| Case::train(name, binary(reduction, lr)).factor("choice", name)))
    .draw(FigureSpec::curves("Binary cross-entropy, mean over samples", ["train_loss"]).of(losses))
    .draw(FigureSpec::table(
        "Regression",
        ["test_mse", "test_mse_true", "train_loss", "epochs"],
    ).of(REGRESSION.map(|(name, ..)| name)))
    .draw(FigureSpec::table("Classification", ["test_accuracy", "test_loss", "diverged"]).of(losses))
    .question(
        Question::new(
            "A",
            "Do biases that start at 0.01 change the fit? (mse_true less that with biases from 0)",
            [against("biases from 0.01", "biases from 0", "test_mse_true")],
        )
        .at("Section 3.1"),
    )
    .question(
        Question::new(
            "A",
            "After how many of 300 epochs is the cost at 0.012, and what does stopping there change? (epochs; mse_true less that after all)",
            [
                median("until a cost of 0.012", "epochs"),
                against("until a cost of 0.012", "biases from 0", "test_mse_true"),
            ],
        )
        .at("Section 3.1"),
    )
    .question(
        Question::new(
            "A",
            "Is a summed cross-entropy a mean with a rate that is larger by the rows of a batch? (test accuracy with the sum at 0.01, less that with the mean at 0.01, and at 0.32)",
            [
                against("sum, lr 0.01", "mean, lr 0.01", "test_accuracy"),
                against("sum, lr 0.01", "mean, lr 0.32", "test_accuracy"),
            ],
        )
        .at("Section 2.6"),
    )
    .note("The report says of its method that biases start at 0 or 0.01, that training ends when the cost is small enough, and that the binary cross-entropy is a sum; of its results it says none of these.")
    .note("The last batch of an epoch has fewer rows, so a sum weighs its samples as it does all others, and a mean more.")
}
