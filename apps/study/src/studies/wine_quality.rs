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
        let case = |name: &str| format!("{color}, class, {name}");
        let [network, random, majority] = ["MLP", "random", "majority"].map(case);
        let ahead_of = |names: &[&str]| {
            let others: Vec<String> = names.iter().copied().map(case).collect();
            let others = || others.iter().map(String::as_str);
            all(["test_accuracy", "test_macro_f1"].map(|number| best_of(&network, others(), number)))
        };
        [
            Claim::at(
                "D",
                "Evaluation",
                format!("{color} wine, score as a class: the network is ahead of guessing, the majority class and logistic regression, in accuracy and macro F1"),
                "for classification, a baseline could be random guessing … or a simple logistic regression … how much the neural network is improving over trivial solutions",
            )
            .holds_if(ahead_of(&["random", "majority", "logistic"]))
            .why_under("against guessing and the majority class alone", ahead_of(&["random", "majority"])),
            Claim::at(
                "D",
                "Evaluation",
                format!("{color} wine, score as a class: accuracy misleads, as always predicting the majority class has a higher accuracy than guessing, and a lower macro F1"),
                "Accuracy is intuitive but can be misleading if classes are imbalanced",
            )
            .holds_if(all([
                higher(&majority, &random, "test_accuracy"),
                lower(&majority, &random, "test_macro_f1"),
            ])),
        ]
    })
}

/// What the report does not claim of wine.
fn questions() -> impl Iterator<Item = Question> {
    COLORS.into_iter().map(|color| {
        let [network, linear] = ["MLP", "OLS"].map(|name| median(&format!("{color}, number, {name}"), "test_r2"));
        let text = format!("Of {color} wine, the score as a number: by how much is the network's R² above that of linear regression?");
        Question::new("D", text, [network.minus(linear)]).at("Regression data")
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
    .minutes(0.8)
    .trials(50)
    .cases(cases())
    .draw(
        FigureSpec::table(
            "The score as a number, held-out samples, means over 5 folds",
            ["test_mse", "test_mae", "test_r2"],
        )
        .of(numbers.iter().map(String::as_str))
        .at("D", "Regression data"),
    )
    .draw(
        FigureSpec::table(
            "The score as a class, held-out samples, means over 5 folds",
            ["test_accuracy", "test_macro_f1", "test_roc_auc"],
        )
        .of(classes.iter().map(String::as_str))
        .at("D", "Classification data")
        .at("D", "Evaluation"),
    )
    .draw(tables::curves("train_mse", "validation_mse").of(["red, number, MLP", "white, number, MLP"]).at("D", "Evaluation"))
    .draw(tables::curves("train_loss", "validation_loss").of(["red, class, MLP", "white, class, MLP"]))
    .draw(FigureSpec::confusion("red, class, MLP").at("D", "Classification data"))
    .draw(FigureSpec::confusion("white, class, MLP"))
    .note(tables::FOLDS)
    .note("Each score is a class of its own: 6 of red wine, 7 of white; the extreme ones have a handful of samples, which macro F1 counts as much as the others.")
    .note("The report names no architecture for tables; ours is 64-32 ReLU with Adam, not tuned.");
    questions().fold(claims().fold(study, Study::claim), Study::question)
}
