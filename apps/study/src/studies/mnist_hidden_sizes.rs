use crate::prelude::*;

crate::register!(study);

/// Two hidden layers of the same width.
fn study() -> Study {
    let case = |width: usize| {
        let setup = Setup::on("mnist")
            .hidden([width, width])
            .activation("relu")
            .optimizer("adam")
            .lr(1e-3)
            .batch(128)
            .epochs(50);
        Case::train(format!("[{width}, {width}]"), setup).factor("width", width)
    };
    let [w16, w32, w64, w128] = ["[16, 16]", "[32, 32]", "[64, 64]", "[128, 128]"];
    let step =
        |from: &str, to: &str| median(to, "test_accuracy").minus(median(from, "test_accuracy"));
    Study::new(
        "mnist-hidden-sizes",
        "C, E",
        "Wider hidden layers read digits better, up to a width",
    )
    .data("mnist")
    .minutes(3.5)
    .trials(15)
    .cases([16, 32, 64, 128].map(case))
    .draw(FigureSpec::boxes("Test accuracy", "test_accuracy"))
    .draw(FigureSpec::line("Test accuracy", "test_accuracy", "width"))
    .draw(FigureSpec::curves(
        "Loss",
        ["train_loss", "validation_loss"],
    ))
    .draw(FigureSpec::table(
        "On the test set",
        [
            "test_accuracy",
            "test_loss",
            "train_accuracy",
            "parameters",
            "seconds",
        ],
    ))
    .claim(Claim::new(
        "C, E",
        "accuracy grows from 16 to 32 to 64 units per layer",
        "16 and 32 units underperform",
        ordered([w64, w32, w16], "test_accuracy"),
    ))
    .claim(Claim::new(
        "C, E",
        "128 units gain on 64 by no more than half a percentage point",
        "marginal improvement by a few tenths of a percent",
        step(w64, w128).within(0.0, 0.005),
    ))
    .claim(Claim::new(
        "E",
        "the step from 64 to 128 units gains less than that from 32 to 64",
        "up to a point of diminishing returns",
        step(w64, w128).minus(step(w32, w64)).below(0.0),
    ))
    .note("The reports' second layer is taken to apply ReLU as the first does.")
}
