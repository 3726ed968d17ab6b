use crate::parts::gain::gained;
use crate::prelude::*;

crate::register!(study);

/// The same network in reports C and E.
fn setup() -> Setup {
    Setup::on("mnist")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(128)
        .epochs(50)
        .test_curve()
        .gallery(24)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let found = context.train::<f32>(&setup())?.outcome;
    let gain = gained(&found, "test_accuracy", 10);
    Ok(found.number("gain_by_10", gain))
}

fn study() -> Study {
    Study::new(
        "mnist-64-32",
        "C, E",
        "Two small hidden layers read digits, most of it learned within a few epochs",
    )
    .data("mnist")
    .minutes(1.0)
    .trials(15)
    .case(Case::own("64-32", trial).trains(&setup()))
    .draw(FigureSpec::curves("Loss", ["train_loss", "validation_loss"]))
    .draw(FigureSpec::curves(
        "Accuracy",
        ["train_accuracy", "validation_accuracy"],
    ))
    .draw(FigureSpec::confusion("64-32"))
    .draw(FigureSpec::gallery("64-32"))
    .claim(Claim::new(
        "C",
        "test accuracy of about 96 % (0.955 or more)",
        "≈ 96 %",
        at_least("64-32", "test_accuracy", 0.955),
    ))
    .claim(Claim::new(
        "C",
        "the validation loss stops improving after about 5 epochs (its least at epoch 3 to 8)",
        "after 5 epochs",
        median("64-32", "best_epoch").within(3.0, 8.0),
    ))
    .claim(Claim::new(
        "E",
        "test accuracy of 97 % or more",
        "97 %",
        at_least("64-32", "test_accuracy", 0.97),
    ))
    .claim(Claim::new(
        "E",
        "most of what test accuracy gains after the first epoch is there after 10 of 50 (two thirds)",
        "most improvement in the first 5–10 epochs",
        at_least("64-32", "gain_by_10", 2.0 / 3.0),
    ))
}
