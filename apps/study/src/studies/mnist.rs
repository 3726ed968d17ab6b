use crate::prelude::*;

crate::register!(study);

fn on() -> Setup {
    Setup::on("mnist")
        .activation("relu")
        .optimizer("adam")
        .batch(128)
}

fn mlp() -> Setup {
    on().hidden([256, 128])
        .lr(1e-3)
        .dropout(0.2)
        .epochs(30)
        .early_stopping(6)
        .gallery(24)
}

/// Two blocks of two convolutions with batch normalization.
fn cnn() -> Setup {
    on().cnn([8, 16])
        .hidden([64])
        .lr(3e-3)
        .dropout(0.2)
        .schedule("cosine")
        .epochs(3)
        .gallery(24)
}

fn study() -> Study {
    Study::new(
        "mnist",
        "D",
        "A multilayer perceptron reads digits, and a small convolutional network reads them better",
    )
    .data("mnist")
    .minutes(4.0)
    .case(Case::train("MLP", mlp()))
    .case(Case::train("CNN", cnn()))
    .case(Case::train("logistic", on().lr(1e-3).epochs(20).early_stopping(3)))
    .case(Case::own("random", |context| simple(context, &on(), "random", 1)).trains(&on()))
    .draw(FigureSpec::curves("Loss", ["train_loss", "validation_loss"]).of(["MLP", "CNN"]))
    .draw(
        FigureSpec::curves("Accuracy", ["train_accuracy", "validation_accuracy"]).of(["MLP", "CNN"]),
    )
    .draw(FigureSpec::table(
        "Test set",
        ["test_accuracy", "test_macro_precision", "test_macro_recall", "test_macro_f1"],
    ))
    .draw(FigureSpec::confusion("MLP"))
    .draw(FigureSpec::confusion("CNN"))
    .draw(FigureSpec::gallery("MLP"))
    .draw(FigureSpec::gallery("CNN"))
    .claim(Claim::new(
        "D",
        "the multilayer perceptron reads about 98 % of the test digits (0.975 or more)",
        "≈ 98 %",
        at_least("MLP", "test_accuracy", 0.975),
    ))
    .claim(Claim::new(
        "D",
        "it is ahead of random guessing and of logistic regression",
        "random guessing 10 %",
        best_of("MLP", ["random", "logistic"], "test_accuracy"),
    ))
    .claim(Claim::new(
        "D",
        "convolutions help: the convolutional network is ahead of the multilayer perceptron",
        "the effect of convolutional layers",
        higher("CNN", "MLP", "test_accuracy"),
    ))
    .note("Official test set; a tenth of the others, the same in all trials, for validation. Nothing was chosen on the test samples.")
    .note("The report leaves the networks open. Ours are 256-128 ReLU with dropout 0.2 and early stopping, and two blocks of 8 and 16 channels with batch normalization, for 3 epochs so that it takes seconds on a core.")
    .note("Logistic regression is a network without hidden layers here, trained by Adam; it is not run to convergence.")
}
