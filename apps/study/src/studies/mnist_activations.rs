use crate::parts::curves::epochs_to;
use crate::prelude::*;

crate::register!(study);

/// Case, and what the two hidden layers apply.
const CASES: [(&str, [&str; 2]); 5] = [
    ("ReLU", ["relu", "relu"]),
    ("sigmoid", ["sigmoid", "relu"]),
    ("tanh", ["tanh", "relu"]),
    ("sigmoid in both layers", ["sigmoid", "sigmoid"]),
    ("tanh in both layers", ["tanh", "tanh"]),
];
const FIRST: [&str; 3] = ["ReLU", "sigmoid", "tanh"];
const BOTH: [&str; 3] = ["ReLU", "sigmoid in both layers", "tanh in both layers"];
/// The validation accuracy whose epoch is told.
const LEVEL: f64 = 0.96;

/// The network of `mnist-64-32` with other activations.
fn setup(layers: [&str; 2]) -> Setup {
    Setup::on("mnist")
        .hidden([64, 32])
        .activations(layers)
        .optimizer("adam")
        .lr(1e-3)
        .batch(128)
        .epochs(50)
}

fn trial(context: &Context<'_>) -> Result<Outcome, AppError> {
    let layers = CASES.iter().find(|(name, _)| *name == context.case);
    let layers = layers.map_or(CASES[0].1, |(_, layers)| *layers);
    let found = context.train::<f32>(&setup(layers))?.outcome;
    let epochs = epochs_to(&found, "validation_accuracy", LEVEL);
    Ok(found.number("epochs_to_96", epochs))
}

fn claims() -> Vec<Claim> {
    let ahead = |other: &str, than: &str, bar: Bar| {
        median(other, "test_accuracy")
            .minus(median(than, "test_accuracy"))
            .at_least(bar)
    };
    let both_readings = |claim: Claim, holds: &dyn Fn([&str; 3]) -> Predicate| {
        claim
            .reading(
                "in the first hidden layer, the second one ReLU",
                holds(FIRST),
            )
            .reading("in both hidden layers", holds(BOTH))
    };
    let of_c = |sentence: &str, words: &str, holds: &dyn Fn([&str; 3]) -> Predicate| {
        Claim::at("C", "Fig. 5", sentence, words)
            .reading(
                "in the first hidden layer, as the report says",
                holds(FIRST),
            )
            .beside("in both hidden layers", holds(BOTH))
    };
    let of_e = |sentence: &str, words: &str| Claim::at("E", "Fig. 6", sentence, words);
    let large = |[relu, sigmoid, tanh]: [&str; 3]| {
        let bar = || {
            Bar::ours(
                0.005,
                "half a point is what a large lead would be on the scale of our figure",
            )
        };
        all([ahead(tanh, sigmoid, bar()), ahead(relu, sigmoid, bar())])
    };
    let any_lead = |[relu, sigmoid, tanh]: [&str; 3]| {
        all([
            higher(tanh, sigmoid, "test_accuracy"),
            higher(relu, sigmoid, "test_accuracy"),
        ])
    };
    let tanh_first = |[relu, _, tanh]: [&str; 3]| higher(tanh, relu, "test_accuracy");
    let alike = |[relu, _, tanh]: [&str; 3]| {
        similar(
            tanh,
            relu,
            "test_accuracy",
            Bar::ours(
                0.0025,
                "a quarter of a point is not seen on the scale of our figure",
            ),
        )
    };
    let in_epochs = "in epochs: the sigmoid takes more of them than tanh and ReLU to reach 96 % on validation samples";
    let slower = || all(["ReLU", "tanh"].map(|other| higher("sigmoid", other, "epochs_to_96")));
    let saves = |[relu, sigmoid, tanh]: [&str; 3]| {
        all([sigmoid, tanh].map(|other| lower(relu, other, "seconds")))
    };
    let robust = |[relu, sigmoid, tanh]: [&str; 3]| {
        let best = Measure::largest([sigmoid, tanh].map(|other| median(other, "test_accuracy")));
        best.minus(median(relu, "test_accuracy")).at_most(Bar::ours(
            0.005,
            "half a point is not seen on the scale of our figure",
        ))
    };
    let much = || {
        Bar::ours(
            2.0 / 3.0,
            "a network that is much faster takes at most two epochs for the other's three",
        )
    };
    let faster = |[relu, sigmoid, tanh]: [&str; 3]| {
        all([sigmoid, tanh].map(|other| ratio_at_most(relu, other, "epochs_to_96", much())))
    };
    let cheaper = |[relu, sigmoid, tanh]: [&str; 3]| {
        let bar = || {
            Bar::ours(
                0.8,
                "an activation that is much cheaper saves a fifth of the time or more",
            )
        };
        all([sigmoid, tanh].map(|other| ratio_at_most(relu, other, "seconds", bar())))
    };
    vec![
        of_c(
            "tanh and ReLU are half a point of test accuracy or more ahead of the sigmoid",
            "TanH and ReLU largely outperform the Sigmoid activation function", &large).main()
        .why_under(in_epochs, slower()),
        of_c("tanh is ahead of ReLU", "TanH seems a little bit better than ReLU", &tanh_first),
        of_c(
            "ReLU converges much faster than tanh and the sigmoid: it reaches 96 % on validation samples in two thirds of their epochs or fewer",
            "it converge way faster", &faster)
        .why_under(
            "against the sigmoid alone, in the first hidden layer",
            ratio_at_most("ReLU", "sigmoid", "epochs_to_96", much()),
        ),
        of_c(
            "ReLU is much cheaper than tanh and the sigmoid: it saves a fifth of the time or more",
            "way cheaper in calculation time because of its simplicity", &cheaper)
        .because("products of matrices take nearly all of a step here; in NumPy, which the report used, activations are a larger part of the time")
        .why_under("by any margin, in the first hidden layer", saves(FIRST)),
        of_c(
            "ReLU is a robust default: neither tanh nor the sigmoid is more accurate by more than half a point",
            "These results confirm ReLU as a robust default choice for modern neural networks", &robust),
        both_readings(
            of_e(
                "tanh and ReLU are both ahead of the sigmoid",
                "TanH and ReLU significantly outperform Sigmoid",
            ),
            &any_lead,
        )
        .why_under(in_epochs, slower()),
        both_readings(
            of_e("tanh has a slightly higher median than ReLU", "TanH shows slightly higher median accuracy"),
            &tanh_first,
        ),
        both_readings(
            of_e(
                "tanh and ReLU are within a quarter of a point of each other",
                "TanH and ReLU demonstrate similar performance",
            ),
            &alike,
        ),
        both_readings(
            of_e(
                "ReLU is cheaper than tanh and the sigmoid",
                "ReLU offers computational advantages due to its simpler derivative",
            ),
            &saves,
        ),
    ]
}

fn study() -> Study {
    let case = |(name, layers): (&str, [&str; 2])| {
        Case::own(name, trial)
            .trains(&setup(layers))
            .factor("first layer", layers[0])
            .factor("second layer", layers[1])
    };
    let study = Study::new(
        "mnist-activations",
        "C, E",
        "What the activation of hidden layers changes on MNIST",
    )
    .data("mnist")
    .minutes(4.5)
    .trials(15)
    .cases(CASES.map(case))
    .draw(
        FigureSpec::boxes("Test accuracy over what the first hidden layer applies", "test_accuracy")
            .of(FIRST)
            .at("C", "Fig. 5")
            .at("E", "Fig. 6"),
    )
    .draw(
        FigureSpec::boxes("Test accuracy over what both hidden layers apply", "test_accuracy")
            .of(BOTH)
            .at("E", "Fig. 6"),
    )
    .draw(FigureSpec::curves("Validation accuracy", ["validation_accuracy"]))
    .draw(FigureSpec::table(
        "On the test set",
        ["test_accuracy", "test_loss", "best_epoch", "epochs_to_96", "seconds"],
    ))
    .note("Report C changes the first layer alone and does not say what the second one applies, ours is ReLU; report E does not say which layers it changes.")
    .note("The reports do not say that they hold any validation samples apart for these figures; ours are a tenth of the training samples, and decide nothing.")
    .note("epochs_to_96 is the first epoch with a validation accuracy of 0.96, or 51 if there is none. Times are those of trials that run side by side.");
    let study = study.finding(Finding::new(
        4,
        "On MNIST, after 50 epochs of Adam, ReLU's test accuracy less the sigmoid's is {}; the sigmoid takes {} times as many epochs to get to 96 %.",
        [
            median("ReLU", "test_accuracy").minus(median("sigmoid", "test_accuracy")),
            median("sigmoid", "epochs_to_96").over(median("ReLU", "epochs_to_96")),
        ],
    ));
    claims().into_iter().fold(study, Study::claim)
}
