use nn::metrics::roc_curve;

use crate::parts::folds::{CLASSIFIERS, cross_validated, watched};
use crate::parts::tables;
use crate::prelude::*;

crate::register!(study);

/// Points of a ROC curve.
const POINTS: usize = 101;
/// False positive rates at which the true positive rate is told.
const RATES: [f64; 2] = [0.01, 0.05];

fn setup() -> Setup {
    Setup::on("breast-cancer")
        .one_logit()
        .hidden([16])
        .activation("relu")
        .optimizer("adam")
        .lr(0.003)
        .batch(32)
        .epochs(100)
        .early_stopping(15)
}

/// The network, with the ROC curve of all held-out samples, each scored by the network of its fold.
fn network(context: &Context<'_>) -> Result<Outcome, AppError> {
    let (mut positive, mut scores) = (Vec::new(), Vec::new());
    let outcome = watched(context, &setup(), |fold| {
        let test = &fold.data.data.test;
        let found = nn::evaluate(&fold.model, fold.data.examples(), test, fold.loss);
        let probabilities = found.probabilities();
        // Of two classes, the second is the one that is scored.
        scores.extend(probabilities.chunks_exact(2).map(|p| p[1]));
        positive.extend(fold.data.classes(test).iter().map(|class| *class == 1));
    })?;
    let Some(curve) = roc_curve(&positive, &scores) else {
        return Err(AppError::Failure(
            "there is no ROC curve: a class is missing, or a score is no number".to_owned(),
        ));
    };
    let at = |rate: f64| reached(&curve.false_positive, &curve.true_positive, rate);
    let outcome = outcome.series("roc", evenly().map(at));
    Ok(RATES.into_iter().fold(outcome, |outcome, rate| {
        outcome.number(format!("true_positives_at/{rate}"), at(rate))
    }))
}

/// Guesses, whose curve is the diagonal.
fn random(context: &Context<'_>) -> Result<Outcome, AppError> {
    Ok(cross_validated(context, &setup())?.series("roc", evenly()))
}

fn evenly() -> impl Iterator<Item = f64> {
    (0..POINTS).map(|i| i as f64 / (POINTS - 1) as f64)
}

/// The largest share of true positives with no more than this share of false ones.
fn reached(false_positive: &[f64], true_positive: &[f64], rate: f64) -> f64 {
    let within = false_positive.iter().zip(true_positive);
    within
        .filter(|(false_positive, _)| **false_positive <= rate)
        .map(|(_, true_positive)| *true_positive)
        .fold(0.0, f64::max)
}

fn study() -> Study {
    let [mlp, random_name, majority, logistic] = CLASSIFIERS.map(|(name, _)| name);
    let ahead = |others: &[&'static str]| {
        all(["test_accuracy", "test_macro_f1"]
            .map(|number| best_of(mlp, others.iter().copied(), number)))
    };
    Study::new(
        "breast-cancer",
        "D",
        "One sigmoid output tells benign from malignant tumors; its threshold trades malignant tumors taken for benign against benign ones taken for malignant",
    )
    .data("breast-cancer")
    .minutes(0.1)
    .trials(50)
    .cases(CLASSIFIERS.map(|(name, model)| {
        let work: fn(&Context<'_>) -> Result<Outcome, AppError> = match model {
            "network" => network,
            "random" => random,
            _ => |context| cross_validated(context, &setup()),
        };
        Case::own(name, work).factor("model", model)
            .paired("folds").trains(&setup())
    }))
    .draw(
        FigureSpec::curves("ROC curve of held-out samples: true positives over false ones", ["roc"])
            .over(Places::Across("share of false positives".to_owned(), [0.0, 1.0]))
            .of([mlp, random_name])
            .at("D", "Evaluation"),
    )
    .draw(
        FigureSpec::table(
            "Held-out samples, means over 5 folds",
            ["test_accuracy", "test_macro_precision", "test_macro_recall", "test_macro_f1", "test_roc_auc"],
        )
        .at("D", "Evaluation"),
    )
    .draw(tables::curves("train_loss", "validation_loss").at("D", "Evaluation"))
    .draw(FigureSpec::boxes("Area under the ROC curve", "test_roc_auc"))
    .draw(FigureSpec::confusion(mlp))
    .claim(
        Claim::at(
            "D",
            "Evaluation",
            "breast cancer: the network is ahead of guessing and of the majority class, in accuracy and macro F1",
            "a baseline could be random guessing (10% accuracy on MNIST) or a simple logistic regression",
        )
        .reading("ahead of guessing and of the majority class", ahead(&[random_name, majority]))
        .beside("and of logistic regression", ahead(&[random_name, majority, logistic])),
    )
    .question(
        Question::new(
            "D",
            "Does the network do better than guessing and than logistic regression? Area under the ROC curve:",
            [mlp, random_name, logistic].map(|case| median(case, "test_roc_auc")),
        )
        .at("Evaluation"),
    )
    .question(
        Question::new(
            "D",
            "What share of benign tumors is recognized where no more than 1 % and 5 % of the malignant ones are taken for benign?",
            RATES.map(|rate| median(mlp, &format!("true_positives_at/{rate}"))),
        )
        .at("Evaluation"),
    )
    .note(tables::FOLDS)
    .note("The curve is over the held-out samples of all folds, each scored by the network of its fold; of a trial's points, the highest share of true positives with no more than so many false ones. The line of guesses is the diagonal by definition.")
    .note("The positive class is benign. The report names no architecture for tables; ours is 16 ReLU units, one sigmoid output, binary cross-entropy, Adam, not tuned.")
}
