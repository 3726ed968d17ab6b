use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 3] = ["ReLU", "sigmoid", "tanh"];

/// The network of `mnist-64-32` with another first layer.
fn study() -> Study {
    let case = |name: &str| {
        let setup = Setup::on("mnist")
            .hidden([64, 32])
            .activations([name.to_lowercase().as_str(), "relu"])
            .optimizer("adam")
            .lr(1e-3)
            .batch(128)
            .epochs(50);
        Case::train(name, setup).factor("activation", name)
    };
    let figure = |name: &str| median(name, "test_accuracy");
    let ahead = |name: &str| figure(name).minus(figure("sigmoid")).at_least(0.005);
    Study::new(
        "mnist-activations",
        "C, E",
        "What the first hidden layer applies hardly matters on MNIST, but for the sigmoid",
    )
    .data("mnist")
    .minutes(2.5)
    .trials(15)
    .cases(CASES.map(case))
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
    .draw(FigureSpec::curves("Validation accuracy", ["validation_accuracy"]))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "best_epoch", "seconds"],
    ))
    .claim(Claim::new(
        "C",
        "tanh and ReLU are half a percentage point or more ahead of the sigmoid",
        "largely outperform the sigmoid",
        all([ahead("tanh"), ahead("ReLU")]),
    ))
    .claim(Claim::new(
        "C",
        "tanh is ahead of ReLU",
        "a little bit better",
        higher("tanh", "ReLU", "test_accuracy"),
    ))
    .claim(Claim::new(
        "E",
        "tanh and ReLU are both ahead of the sigmoid",
        "significantly outperform the sigmoid",
        all([
            higher("tanh", "sigmoid", "test_accuracy"),
            higher("ReLU", "sigmoid", "test_accuracy"),
        ]),
    ))
    .claim(Claim::new(
        "E",
        "tanh and ReLU are within a quarter of a percentage point of each other",
        "similar performance",
        similar("tanh", "ReLU", "test_accuracy", 0.0025),
    ))
    .question(Question::new(
        "C",
        "Report C adds that ReLU converges faster and is cheaper. When is the validation loss least, and what does a run take?",
        CASES.iter().flat_map(|name| [median(name, "best_epoch"), median(name, "seconds")]),
    ))
    .note("Only the first layer changes; the reports do not say what the second one applies, ours is ReLU.")
    .note("The reports hold no validation samples apart in these figures; ours are a tenth of the training samples, and decide nothing.")
}
