use datasets::Task;

use crate::parts::folds::{CLASSIFIERS, REGRESSORS, cross_validated};
use crate::parts::tables;
use crate::prelude::*;

crate::register!(study);

const COLORS: [&str; 2] = ["red", "white"];

/// The score is a number, or each of its values a class.
fn setup(color: &str, score: &str) -> Setup {
    let task = match score {
        "number" => Task::Regression,
        _ => Task::Classification,
    };
    Setup::on(&format!("wine-quality-{color}"))
        .task(task)
        .hidden([64, 32])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(64)
        .epochs(200)
        .early_stopping(20)
}

fn cases() -> impl Iterator<Item = Case> {
    let regressors = REGRESSORS.map(|found| ("number", found));
    let classifiers = CLASSIFIERS.map(|found| ("class", found));
    COLORS.into_iter().flat_map(move |color| {
        let both = regressors.into_iter().chain(classifiers);
        both.map(move |(score, (name, model))| {
            Case::own(format!("{color}, {score}, {name}"), |context| {
                let setup = setup(context.factor("wine"), context.factor("score as"));
                cross_validated(context, &setup)
            })
            .factor("wine", color)
            .factor("score as", score)
            .factor("model", model)
            .paired(format!("folds of {color} wine, {score}"))
            .trains(&setup(color, score))
        })
    })
}

/// Claims about each color, with the names of cases put before those of models.
fn claims() -> impl Iterator<Item = Claim> {
    COLORS.into_iter().flat_map(|color| {
        let case = |score: &str, name: &str| format!("{color}, {score}, {name}");
        let network = case("class", "MLP");
        let others = ["random", "majority", "logistic"].map(|name| case("class", name));
        let ahead = |number: &str| best_of(&network, others.iter().map(String::as_str), number);
        [
            Claim::at("D", "Regression data", format!("{color} wine, score as a number: the network's R² is above that of linear regression"), "checking if the network can capture relationships that linear regression might miss").holds_if(higher(&case("number", "MLP"), &case("number", "OLS"), "test_r2")),
            Claim::at("D", "Classification data", format!("{color} wine, score as classes: the network is ahead of guessing, the majority and logistic regression, in accuracy and macro F1"), "Wine Quality (where the task could be cast as classification of wine quality scores into categories)").holds_if(all([ahead("test_accuracy"), ahead("test_macro_f1")])),
        ]
    })
}

fn study() -> Study {
    let of = |score: &'static str, names: Vec<&'static str>| -> Vec<String> {
        let names = names.into_iter();
        names
            .flat_map(|name| COLORS.map(|color| format!("{color}, {score}, {name}")))
            .collect()
    };
    let numbers = of("number", REGRESSORS.map(|(name, _)| name).to_vec());
    let classes = of("class", CLASSIFIERS.map(|(name, _)| name).to_vec());
    let study = Study::new(
        "wine-quality",
        "D",
        "The score of a wine from 11 measures, as a number and as a class",
    )
    .data("wine-quality-red")
    .data("wine-quality-white")
    .minutes(2.7)
    .trials(50)
    .cases(cases())
    .draw(
        FigureSpec::table(
            "The score as a number, held-out samples, means over 5 folds",
            ["test_mse", "test_mae", "test_r2"],
        )
        .of(numbers.iter().map(String::as_str)),
    )
    .draw(
        FigureSpec::table(
            "The score as a class, held-out samples, means over 5 folds",
            ["test_accuracy", "test_macro_f1", "test_roc_auc"],
        )
        .of(classes.iter().map(String::as_str)),
    )
    .draw(tables::curves("train_mse", "validation_mse").of(["red, number, MLP", "white, number, MLP"]).at("D", "Evaluation"))
    .draw(tables::curves("train_loss", "validation_loss").of(["red, class, MLP", "white, class, MLP"]))
    .draw(FigureSpec::confusion("red, class, MLP").at("D", "Classification data"))
    .draw(FigureSpec::confusion("white, class, MLP"))
    .note(tables::FOLDS)
    .note("Each score is a class of its own: 6 of red wine, 7 of white; the extreme ones have a handful of samples, which macro F1 counts as much as the others.")
    .note("The report names no architecture for tables; ours is 64-32 ReLU with Adam, not tuned.");
    claims().fold(study, Study::claim)
}
