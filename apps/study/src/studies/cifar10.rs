use crate::prelude::*;

crate::register!(study);

fn on() -> Setup {
    Setup::on("cifar10")
        .activation("relu")
        .optimizer("adam")
        .batch(128)
}

fn mlp() -> Setup {
    on().hidden([512, 256]).lr(3e-4).epochs(12).gallery(24)
}

/// Three blocks of two convolutions with batch normalization.
fn cnn() -> Setup {
    on().cnn([16, 32, 64])
        .hidden([64])
        .lr(3e-3)
        .schedule("cosine")
        .epochs(3)
        .gallery(24)
}

fn study() -> Study {
    Study::new(
        "cifar10",
        "D",
        "On color images convolutions matter more than on digits",
    )
    .data("cifar10")
    .minutes(3.0)
    .trials(1)
    .case(Case::train("MLP", mlp()))
    .case(Case::train("CNN", cnn()))
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
    .draw(FigureSpec::gallery("CNN"))
    .claim(Claim::new(
        "D",
        "convolutions help: the convolutional network is ahead of the multilayer perceptron by more than 5 in a hundred",
        "the effect of convolutional layers",
        median("CNN", "test_accuracy")
            .minus(median("MLP", "test_accuracy"))
            .above(0.05),
    ))
    .question(Question::new(
        "D",
        "How well do both do within a few epochs?",
        [median("MLP", "test_accuracy"), median("CNN", "test_accuracy")],
    ))
    .note("One trial, as it takes minutes, and so no verdict: that needs 5.")
    .note("The convolutional network is small (16, 32 and 64 channels) and trained for 3 epochs, about two minutes each on one core; `classify --data cifar10 --model cnn` goes further.")
    .note("Where the images found went through JPEG, as they may in a copy, accuracies are not those of CIFAR-10 proper: loading says so.")
    .note("Official test set; a tenth of the others for validation.")
}
