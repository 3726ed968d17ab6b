use crate::parts::folds::{REGRESSORS, cross_validated, names};
use crate::parts::tables;
use crate::prelude::*;

crate::register!(study);

const HEATING: &str = "test_r2/heating_load";
const COOLING: &str = "test_r2/cooling_load";
/// Squared errors of both.
const ERRORS: [&str; 2] = ["test_mse/heating_load", "test_mse/cooling_load"];

fn setup() -> Setup {
    Setup::on("energy")
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(2e-3)
        .batch(32)
        .epochs(500)
        .early_stopping(50)
}

/// One network with two outputs; the linear models fit each target by itself, which is the same for them.
fn study() -> Study {
    Study::new(
        "energy",
        "D",
        "One network predicts the heating and the cooling load of buildings from their shape",
    )
    .data("energy")
    .minutes(0.3)
    .trials(50)
    .cases(REGRESSORS.map(|(name, model)| {
        Case::own(name, |context| cross_validated(context, &setup()))
            .factor("model", model)
            .paired("folds")
            .trains(&setup())
    }))
    .draw(FigureSpec::table(
        "Heating load on held-out samples, means over 5 folds",
        ["test_mse/heating_load", "test_mae/heating_load", HEATING],
    ))
    .draw(FigureSpec::table(
        "Cooling load on held-out samples, means over 5 folds",
        ["test_mse/cooling_load", "test_mae/cooling_load", COOLING],
    ))
    .draw(tables::curves("train_mse", "validation_mse").at("D", "Evaluation"))
    .draw(FigureSpec::boxes("R² of the heating load", HEATING))
    .draw(FigureSpec::boxes("R² of the cooling load", COOLING))
    .claim(
        Claim::at(
            "D",
            "Evaluation",
            "Energy: the network's mean squared error is below that of predicting the mean, for both loads",
            tables::BASELINES,
        )
        .reading(
            "below that of predicting the mean",
            all(ERRORS.map(|number| lower("MLP", "mean", number))),
        )
        .beside(
            "the least of all five models",
            all(ERRORS.map(|number| least_of("MLP", names(REGRESSORS), number))),
        ),
    )
    .question(
        Question::new(
            "D",
            "Energy: by how much is the network's R² above that of linear regression, for the heating and the cooling load?",
            [HEATING, COOLING].map(|number| median("MLP", number).minus(median("OLS", number))),
        )
        .at("Regression data"),
    )
    .note(tables::FOLDS)
    .note("The report names no architecture for tables; ours is 64-32 ReLU with Adam, not tuned.")
    .note("The 768 buildings are simulated from 12 shapes: a network is evaluated on other orientations and glazing of shapes that it has seen.")
    .note("Of the data sets that the report names for regression, Air Quality has no study here.")
}
