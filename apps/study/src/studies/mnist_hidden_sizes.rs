use crate::prelude::*;

crate::register!(study);

const WIDTHS: [usize; 4] = [16, 32, 64, 128];
const CASES: [&str; 4] = ["[16, 16]", "[32, 32]", "[64, 64]", "[128, 128]"];

/// Two hidden layers of the same width.
fn setup(width: usize) -> Setup {
    Setup::on("mnist")
        .hidden([width, width])
        .activation("relu")
        .optimizer("adam")
        .lr(1e-3)
        .batch(128)
        .epochs(50)
}

fn claims() -> Vec<Claim> {
    let [w16, w32, w64, w128] = CASES;
    let step =
        |from: &str, to: &str| median(to, "test_accuracy").minus(median(from, "test_accuracy"));
    let grows = || ordered([w64, w32, w16], "test_accuracy");
    let marginal = |margin: Bar| step(w64, w128).within(0.0, margin);
    vec![
        Claim::at(
            "C",
            "Fig. 7",
            "accuracy grows from 16 to 32 to 64 units per layer",
            "increasing the number of neurons improves accuracy up to a point",
        )
        .holds_if(grows()),
        Claim::at(
            "C",
            "Fig. 7",
            "128 units gain on 64 by a few tenths of a percent: more than nothing, at most half a point",
            "[128, 128] offers only marginal improvement by a few tenths of a percent",
        ).main()
        .holds_if(marginal(Bar::ours(0.005, "a few tenths of a percent are five at most"))),
        Claim::at(
            "C",
            "Fig. 7",
            "16 and 32 units underperform: both are behind 64",
            "[16, 16] or [32, 32] neurons underperform due to insufficient capacity",
        )
        .holds_if(all([w16, w32].map(|narrow| lower(narrow, w64, "test_accuracy")))),
        Claim::at(
            "C",
            "Fig. 7",
            "16 and 32 units lack capacity: on the training samples, too, they are less accurate than 64",
            "due to insufficient capacity to model the data complexity",
        )
        .holds_if(all([w16, w32].map(|narrow| lower(narrow, w64, "train_accuracy")))),
        Claim::at(
            "E",
            "Fig. 8",
            "accuracy grows from 16 to 32 to 64 units per layer",
            "increasing hidden layer size generally improves performance up to a point",
        )
        .holds_if(grows()),
        Claim::at(
            "E",
            "Fig. 8",
            "the step from 64 to 128 units gains less than that from 32 to 64",
            "up to a point of diminishing returns",
        )
        .holds_if(step(w64, w128).minus(step(w32, w64)).negative()),
        Claim::at(
            "E",
            "Fig. 8",
            "128 units gain on 64 marginally: more than nothing, at most half a point",
            "further increase to 128 offers marginal improvement",
        )
        .holds_if(marginal(Bar::ours(0.005, "half a point is what the scale of our figure shows as marginal")))
        .why_under(
            "up to a whole point",
            marginal(Bar::ours(0.01, "a point is twice what the scale of our figure shows as marginal")),
        ),
        Claim::at(
            "E",
            "Fig. 8",
            "at the cost of parameters: 128 units have twice those of 64 or more",
            "at the cost of additional parameters",
        )
        .holds_if(ratio_at_least(
            w128,
            w64,
            "parameters",
            Bar::ours(2.0, "doubling both widths doubles the first layer, which has most parameters"),
        )),
        Claim::at(
            "E",
            "Fig. 8",
            "16 and 32 units underperform: both are behind 64",
            "Smaller networks (16-32 neurons) underperform",
        )
        .holds_if(all([w16, w32].map(|narrow| lower(narrow, w64, "test_accuracy")))),
    ]
}

fn study() -> Study {
    let case = |width: usize| {
        Case::train(format!("[{width}, {width}]"), setup(width)).factor("width", width)
    };
    let study = Study::new(
        "mnist-hidden-sizes",
        "C, E",
        "What wider hidden layers gain on MNIST, doubling by doubling",
    )
    .data("mnist")
    .minutes(3.5)
    .trials(15)
    .cases(WIDTHS.map(case))
    .draw(
        FigureSpec::boxes("Test accuracy", "test_accuracy")
            .at("C", "Fig. 7")
            .at("E", "Fig. 8"),
    )
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
    .note("The reports' second layer is taken to apply ReLU as the first does.");
    let [_, w32, w64, w128] = CASES;
    let gain = |from: &str, to: &str| {
        let of = |number: &str| [to, from].map(|case| median(case, number));
        let ([accuracy, before], [seconds, fewer]) = (of("test_accuracy"), of("seconds"));
        [accuracy.minus(before), seconds.over(fewer)]
    };
    let study = study.question(
        Question::new(
            "E",
            "Do moderate sizes balance performance and computational efficiency best: what do the steps from 32 to 64 and from 64 to 128 units gain in accuracy, and how many times as long do they take?",
            [gain(w32, w64), gain(w64, w128)].into_iter().flatten(),
        )
        .at("Fig. 8"),
    );
    claims().into_iter().fold(study, Study::claim)
}
