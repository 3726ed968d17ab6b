//! What the studies of tables have in common: claims, figures and a note.

use crate::parts::folds::{REGRESSORS, names};
use crate::prelude::*;

/// How rows are held out, as a note.
pub(crate) const FOLDS: &str = "A trial is a 5-fold cross-validation with folds of its own; features, and targets that are numbers, are standardized on the training rows of each fold alone, and a tenth of them is kept for early stopping.";

/// Curves of the network's training, on the training samples and on those kept for early stopping.
pub(crate) fn curves(train: &str, validation: &str) -> FigureSpec {
    FigureSpec::curves(
        "Training and validation, first fold of each trial",
        [train, validation],
    )
    .of(["MLP"])
}

/// Figures and claims of a table with one target.
pub(crate) fn one_target(study: Study) -> Study {
    study
        .draw(
            FigureSpec::table(
                "Held-out samples, means over 5 folds",
                ["test_mse", "test_rmse", "test_mae", "test_r2"],
            )
            .at("D", "Regression data")
            .at("D", "Evaluation"),
        )
        .draw(FigureSpec::boxes("R² on held-out samples", "test_r2"))
        .draw(curves("train_mse", "validation_mse").at("D", "Evaluation"))
        .claim(
            Claim::at(
                "D",
                "Regression data",
                "the network's R² is above that of linear regression",
                "checking if the network can capture relationships that linear regression might miss",
            )
            .holds_if(higher("MLP", "OLS", "test_r2")),
        )
        .claim(
            Claim::at(
                "D",
                "Evaluation",
                "the network has the least mean squared error of all five models",
                "how much the neural network is improving over trivial solutions",
            )
            .holds_if(least_of("MLP", names(REGRESSORS), "test_mse")),
        )
        .claim(
            Claim::at(
                "D",
                "Evaluation",
                "predicting the mean has an R² of 0, on held-out samples to a fiftieth",
                "predicting the mean value (for which R²=0 by definition)",
            )
            .holds_if(median("mean", "test_r2").near(
                0.0,
                Bar::ours(0.02, "the mean of the training samples is a little off that of the held-out ones"),
            )),
        )
}
