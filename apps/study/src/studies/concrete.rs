use crate::parts::folds::{REGRESSORS, cross_validated, names};
use crate::prelude::*;

crate::register!(study);

fn setup() -> Setup {
    Setup::on("concrete")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(2e-3)
        .batch(32)
        .epochs(400)
        .early_stopping(40)
}

fn study() -> Study {
    Study::new(
        "concrete",
        "D",
        "The strength of concrete is no linear function of its mixture and age, and a network learns it",
    )
    .data("concrete")
    .minutes(0.2)
    .trials(15)
    .cases(REGRESSORS.map(|(name, model)| {
        Case::own(name, |context| cross_validated(context, &setup()))
            .factor("model", model)
            .trains(&setup())
    }))
    .draw(Drawn::table(
        "Held-out rows, means over 5 folds",
        ["test_mse", "test_rmse", "test_mae", "test_r2"],
    ))
    .draw(Drawn::boxes("R² on held-out rows", "test_r2"))
    .claim(Claim::new(
        "D",
        "the network's R² is above that of linear regression",
        "relationships that linear regression might miss",
        higher("MLP", "OLS", "test_r2"),
    ))
    .claim(Claim::new(
        "D",
        "the network has the least mean squared error of all five models",
        "how much the network improves over simple baselines",
        least_of("MLP", names(REGRESSORS), "test_mse"),
    ))
    .note("A trial is a 5-fold cross-validation with folds of its own; features and targets are standardised on the training rows of each fold alone, and a tenth of them is kept for early stopping.")
    .note("The report names no architecture for tables; ours is 64-32 ReLU with Adam, not tuned.")
    .note("Some mixtures occur several times, with other ages or other samples, so rows of other folds tell more of a row than those of a new mixture would.")
}
