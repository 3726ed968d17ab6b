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

/// The report's words on what a network is held against.
pub(crate) const BASELINES: &str = "for regression, baseline could be predicting the mean value … how much the neural network is improving over trivial solutions";

/// Figures, claims and questions of a table with one target, by the name of its data.
pub(crate) fn one_target(data: &'static str) -> impl FnOnce(Study) -> Study {
    move |study| {
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
                    "Evaluation",
                    format!("{data}: the network's mean squared error is below that of predicting the mean"),
                    BASELINES,
                )
                .reading("below that of predicting the mean", lower("MLP", "mean", "test_mse"))
                .beside(
                    "the least of all five models",
                    least_of("MLP", names(REGRESSORS), "test_mse"),
                ),
            )
            .claim(
                Claim::at(
                    "D",
                    "Evaluation",
                    format!("{data}: predicting the mean has an R² of 0 (within 0.02 on held-out samples)"),
                    "predicting the mean value (for which R²=0 by definition)",
                )
                .holds_if(median("mean", "test_r2").near(
                    0.0,
                    Bar::ours(0.02, "the mean of the training samples is a little off that of the held-out ones"),
                )),
            )
            .question(
                Question::new(
                    "D",
                    format!("{data}: how much does the network's R² depend on how the folds are dealt? Interquartile range over trials:"),
                    [spread("MLP", "test_r2")],
                )
                .at("Evaluation"),
            )
    }
}

/// The question by how much a network is ahead of linear regression. The report expects a lead for the Boston data alone.
pub(crate) fn against_linear(data: &str) -> Question {
    Question::new(
        "D",
        format!("{data}: by how much is the network's R² above that of linear regression?"),
        [median("MLP", "test_r2").minus(median("OLS", "test_r2"))],
    )
    .at("Regression data")
}
