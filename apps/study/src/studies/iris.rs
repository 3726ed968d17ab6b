use crate::parts::folds::{CLASSIFIERS, cross_validated};
use crate::prelude::*;

crate::register!(study);

/// Too few samples to keep some for early stopping.
fn setup() -> Setup {
    Setup::on("iris")
        .hidden([16])
        .activation("relu")
        .optimizer("adam")
        .lr(0.01)
        .batch(16)
        .epochs(60)
}

fn study() -> Study {
    Study::new(
        "iris",
        "D",
        "150 flowers are too few for a deep approach: logistic regression does as well as a network",
    )
    .data("iris")
    .minutes(0.1)
    .trials(50)
    .cases(CLASSIFIERS.map(|(name, model)| {
        Case::own(name, |context| cross_validated(context, &setup()))
            .factor("model", model)
            .paired("folds")
            .trains(&setup())
    }))
    .draw(FigureSpec::table(
        "Held-out samples, means over 5 folds",
        ["test_accuracy", "test_macro_f1", "test_roc_auc"],
    ))
    .draw(FigureSpec::boxes("Accuracy on held-out samples", "test_accuracy"))
    .draw(FigureSpec::curves("Training loss, first fold of each trial", ["train_loss"]).of(["MLP"]))
    .draw(FigureSpec::confusion("MLP").at("D", "Classification data"))
    .claim(Claim::at("D", "Classification data", "Iris: the network's accuracy is no more than one flower in a hundred above that of logistic regression", "Iris is too small for a deep learning approach").holds_if(median("MLP", "test_accuracy")
            .minus(median("logistic", "test_accuracy"))
            .at_most(Bar::ours(0.01, "one flower in a hundred is not what a deep approach is for"))))
    .claim(Claim::at("D", "Classification data", "Iris serves as a quick demonstration: the network's accuracy on unseen flowers is 0.95 or more", "it might be used for a quick demonstration").holds_if(at_least("MLP", "test_accuracy", Bar::ours(0.95, "a demonstration that works misclassifies one flower in twenty at most"))))
    .note("A trial is a 5-fold cross-validation with folds of its own, dealt class by class; features are standardized on the training samples of each fold alone. The confusion matrix is over all folds.")
    .note("Epochs are fixed, as 120 training samples leave none for early stopping.")
}
