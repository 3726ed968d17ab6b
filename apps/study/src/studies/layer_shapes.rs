use crate::prelude::*;

crate::register!(study);

/// Widths with close to 99 000 parameters each, so that shape alone differs.
const SHAPES: [(&str, [usize; 3]); 5] = [
    ("rectangle", [100, 100, 100]),
    ("falling", [114, 64, 32]),
    ("rising", [66, 132, 264]),
    ("waist", [113, 45, 113]),
    ("belly", [80, 220, 80]),
];
/// Activations of the three layers of the rectangle.
const MIXES: [(&str, [&str; 3]); 5] = [
    ("sigmoid", ["sigmoid"; 3]),
    ("tanh", ["tanh"; 3]),
    ("sigmoid, tanh, relu", ["sigmoid", "tanh", "relu"]),
    ("relu, tanh, sigmoid", ["relu", "tanh", "sigmoid"]),
    ("tanh, relu, tanh", ["tanh", "relu", "tanh"]),
];
/// The rectangle with one activation that all are held against.
const RECTANGLE: &str = "rectangle";

/// Report B's network for MNIST, without its penalty.
fn setup(widths: [usize; 3], activations: [&str; 3]) -> Setup {
    Setup::on("mnist")
        .hidden(widths)
        .activations(activations)
        .init("xavier-uniform")
        .optimizer("rmsprop-eps-inside")
        .lr(1e-3)
        .batch(64)
        .epochs(6)
}

fn study() -> Study {
    let shapes = SHAPES.map(|(name, widths)| {
        Case::train(name, setup(widths, ["relu"; 3]))
            .factor("shape", format!("{widths:?}"))
            .factor("activations", "relu")
    });
    let mixes = MIXES.map(|(name, activations)| {
        Case::train(name, setup(SHAPES[0].1, activations))
            .factor("shape", format!("{:?}", SHAPES[0].1))
            .factor("activations", activations.join(", "))
    });
    let against =
        |name: &str| median(name, "test_accuracy").minus(median(RECTANGLE, "test_accuracy"));
    let shape_names = SHAPES.map(|(name, _)| name);
    let mix_names = || std::iter::once(RECTANGLE).chain(MIXES.map(|(name, _)| name));
    let best =
        |names: &[&str]| Measure::largest(names.iter().map(|name| median(name, "test_accuracy")));
    Study::new(
        "layer-shapes",
        "B",
        "Whether triangles beat rectangles, and mixed activations single ones",
    )
    .data("mnist")
    .minutes(5.5)
    .trials(15)
    .cases(shapes)
    .cases(mixes)
    .draw(FigureSpec::boxes("Test accuracy by shape, all ReLU", "test_accuracy").of(shape_names))
    .draw(FigureSpec::boxes("Test accuracy by activations, all 3×100", "test_accuracy").of(mix_names()))
    .draw(FigureSpec::curves("Validation loss by shape", ["validation_loss"]).of(shape_names))
    .draw(FigureSpec::table(
        "Accuracy and size",
        ["test_accuracy", "test_loss", "train_accuracy", "parameters", "seconds"],
    ))
    .question(Question::new(
        "B",
        "Are triangles better than rectangles? (test accuracy less that of the rectangle)",
        ["falling", "rising", "waist", "belly"].map(against),
    ).at("Conclusion"))
    .question(Question::new(
        "B",
        "Is it better to mix activations? (the best mix less the best single activation)",
        [
            best(&["sigmoid, tanh, relu", "relu, tanh, sigmoid", "tanh, relu, tanh"])
                .minus(best(&[RECTANGLE, "sigmoid", "tanh"])),
        ],
    ).at("Conclusion"))
    .question(Question::new(
        "B",
        "Does the order of the mix matter? (sigmoid first less sigmoid last)",
        [median("sigmoid, tanh, relu", "test_accuracy")
            .minus(median("relu, tanh, sigmoid", "test_accuracy"))],
    ).at("Conclusion"))
    .note("The report leaves these questions open, as further work b, so nothing is claimed here.")
    .note("All shapes have between 98 000 and 101 000 parameters; all networks have Xavier's initializer, and report B's rmsprop-eps-inside, rate and batch.")
    .note("Official split of MNIST, a tenth of the training samples for validation; accuracies are those after the last of 6 epochs.")
}
