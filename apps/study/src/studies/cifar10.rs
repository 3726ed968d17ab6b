use settings::Kind;

use crate::prelude::*;

crate::register!(study);

/// What `classify --data cifar10` trains, and with `--model cnn`: the settings that the README gives accuracies of.
fn usual(model: &str) -> Setup {
    Setup::usual(
        Kind::Classification,
        [("data", "cifar10"), ("model", model)],
    )
    .gallery(24)
}

fn study() -> Study {
    let case = |name: &str, model: &str| Case::train(name, usual(model)).factor("model", model);
    Study::new(
        "cifar10",
        "D",
        "Color images classified by a multilayer perceptron and a convolutional network",
    )
    .data("cifar10")
    .minutes(60.0)
    .trials(5)
    .case(case("MLP", "mlp"))
    .case(case("CNN", "cnn"))
    .case(
        Case::own("random", |context| simple(context, &usual("mlp"), "random", 1))
            .trains(&usual("mlp")),
    )
    .draw(
        FigureSpec::curves("Loss", ["train_loss", "validation_loss"])
            .of(["MLP", "CNN"])
            .at("D", "Evaluation"),
    )
    .draw(
        FigureSpec::curves("Accuracy", ["train_accuracy", "validation_accuracy"])
            .of(["MLP", "CNN"])
            .at("D", "Evaluation"),
    )
    .draw(
        FigureSpec::table(
            "Test set",
            ["test_accuracy", "test_macro_precision", "test_macro_recall", "test_macro_f1"],
        )
        .at("D", "Classification data"),
    )
    .draw(FigureSpec::confusion("MLP").at("D", "Evaluation"))
    .draw(FigureSpec::confusion("CNN").at("D", "Evaluation"))
    .draw(FigureSpec::gallery("CNN").at("D", "Classification data"))
    .claim(
        Claim::at(
            "D",
            "Evaluation",
            "on CIFAR-10 the multilayer perceptron and the convolutional network are ahead of random guessing",
            "a baseline could be random guessing",
        )
        .holds_if(all(["MLP", "CNN"].map(|case| higher(case, "random", "test_accuracy")))),
    )
    .question(
        Question::new(
            "D",
            "What is the effect of convolutional layers: the convolutional network's test accuracy less the multilayer perceptron's?",
            [median("CNN", "test_accuracy").minus(median("MLP", "test_accuracy"))],
        )
        .at("Classification data"),
    )
    .question(
        Question::new(
            "D",
            "Which share of the test images do the multilayer perceptron and the convolutional network classify correctly?",
            ["MLP", "CNN"].map(|case| median(case, "test_accuracy")),
        )
        .at("Classification data"),
    )
    .note("Both are what `classify --data cifar10` trains, the convolutional network with `--model cnn` (three blocks of 32, 64 and 128 channels, images flipped and cropped, 8 epochs): the settings that the README gives accuracies of.")
    .note("⚠ Where the images found went through JPEG, as they did in the copy that these trials have, accuracies are not those of CIFAR-10 proper: loading says so.")
    .note("Official test set; a tenth of the others for validation. Logistic regression, the report's other baseline, was not run on these images.")
}
