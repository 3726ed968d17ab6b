use crate::parts::remedies::{MEANS, SIZES, cases, name};
use crate::prelude::*;

crate::register!(study);

const PLACE: &str = "Regularization";
/// The report's L1 is by a subgradient.
const L1: &str = "L1 by subgradient";
const REMEDIES: [&str; 5] = [L1, "L2", "dropout", "early stopping", "augmentation"];

fn little(means: &str) -> String {
    name("large", SIZES[0].0, means)
}

fn much(means: &str) -> String {
    name("large", SIZES[1].0, means)
}

fn claims() -> Vec<Claim> {
    let at = |sentence: &str, words: &str| Claim::at("D", PLACE, sentence, words);
    let all_claims = [
        on_dropout(&at),
        on_generalization(&at),
        on_curves(),
        on_weights(&at),
    ];
    all_claims.into_iter().flatten().collect()
}

type At<'a> = &'a dyn Fn(&str, &str) -> Claim;

/// A remedy, and who chose its strength.
fn chosen(means: &str) -> String {
    match means {
        "dropout of 0.5" => means.to_owned(),
        _ => format!("{means} of the strength that validation chooses"),
    }
}

fn on_dropout(at: At<'_>) -> Vec<Claim> {
    let raises = |dropout: &str| {
        all([little, much].map(|of| higher(&of(dropout), &of("none"), "running_train_loss")))
    };
    let lowers = |dropout: &str, number: &str| lower(&little(dropout), &little("none"), number);
    let small = |means: &str| name("small", SIZES[1].0, means);
    let gains = |dropout: &str, of: &dyn Fn(&str) -> String| {
        median(&of(dropout), "test_accuracy").minus(median(&of("none"), "test_accuracy"))
    };
    let slight = || {
        Bar::ours(
            0.005,
            "half a point is five images in a thousand, which is no significant advantage",
        )
    };
    vec![
        at(
            "dropout raises the loss that is seen while training, on little and on much data",
            "dropout increases training loss (since it makes the model less efficient to train)",
        )
        .reading("dropout of 0.5, as in the report's example", raises("dropout of 0.5"))
        .reading(chosen("dropout"), raises("dropout"))
        .beside(
            "dropout of 0.5, the loss on the training samples without dropout, after training",
            all([little, much].map(|of| higher(&of("dropout of 0.5"), &of("none"), "train_loss"))),
        ),
        // Validation samples that choose a strength are no judges of it: the test samples are.
        at(
            "dropout lowers the validation loss where the network overfits, on little data",
            "decreases overfitting, leading to lower validation loss if overfitting was present",
        ).main()
        .reading("dropout of 0.5, at the best epoch", lowers("dropout of 0.5", "best_validation_loss"))
        .reading("dropout of 0.5, after all epochs", lowers("dropout of 0.5", "validation_loss"))
        .reading(
            format!("{}, as loss on test samples after all epochs", chosen("dropout")),
            lowers("dropout", "test_loss"),
        )
        .beside(
            format!("{}, on the samples that chose it, at the best epoch", chosen("dropout")),
            lowers("dropout", "best_validation_loss"),
        )
        .beside(
            format!("{}, on the samples that chose it, after all epochs", chosen("dropout")),
            lowers("dropout", "validation_loss"),
        ),
        at(
            "dropout helps where the network is large for the data: its gain in test accuracy is larger for a large network on little data than for a small one on much",
            "dropout helps when the network is large relative to the data",
        )
        .readings(["dropout of 0.5", "dropout"].map(|dropout| {
            let helps = gains(dropout, &little).positive();
            let more = gains(dropout, &little).minus(gains(dropout, &small)).positive();
            (chosen(dropout), all([helps, more]))
        })),
        at(
            "dropout is of little use for a small network with much data: half a point of test accuracy or less",
            "if the network is small and data is sufficient, dropout might not give a significant advantage",
        )
        .readings(
            ["dropout of 0.5", "dropout"].map(|dropout| (chosen(dropout), gains(dropout, &small).at_most(slight()))),
        ),
    ]
}

fn on_generalization(at: At<'_>) -> Vec<Claim> {
    let narrows = |means: &str| lower(&little(means), &little("none"), "accuracy_gap");
    let helps = |means: &str| lower(&little(means), &little("none"), "test_loss");
    let is_more_accurate = |means: &str| higher(&little(means), &little("none"), "test_accuracy");
    let compared = [L1, "L2", "dropout"];
    let gain = |of: &dyn Fn(&str) -> String, means: &str| {
        median(&of(means), "test_accuracy").minus(median(&of("none"), "test_accuracy"))
    };
    let most =
        |of: &dyn Fn(&str) -> String| Measure::largest(REMEDIES.map(|means| gain(of, means)));
    vec![
        at(
            "L2 or dropout reduces the gap between training and test accuracy, on little data",
            "using L2 or dropout reduced the gap between training and test accuracy in the classification task",
        )
        .readings(["L2", "dropout"].map(|means| (chosen(means), narrows(means))))
        .beside("L2 and dropout alike", all([narrows("L2"), narrows("dropout")])),
        at(
            "models with regularization generalize better than one without, on little data",
            "models with appropriate regularization achieve better generalization (higher validation performance) than those without",
        ).main()
        .reading("L1, L2, dropout, early stopping and augmentation: each has a lower test loss", all(REMEDIES.map(helps)))
        .reading("L1, L2 and dropout, which the report compares: each has a lower test loss", all(compared.map(helps)))
        .reading("all five: each has a higher test accuracy", all(REMEDIES.map(is_more_accurate)))
        .reading("L1, L2 and dropout: each has a higher test accuracy", all(compared.map(is_more_accurate))),
        at(
            "regularization gains more where data is limited: the largest gain in test accuracy on little data is above that on much",
            "especially in presence of limited data",
        )
        .holds_if(most(&little).minus(most(&much)).positive()),
        at(
            "L2 improves the loss on samples that are not trained on, on little data",
            "often the validation performance improves",
        )
        .reading("on test samples, which chose nothing", helps("L2"))
        .beside(
            "on the validation samples, which chose its strength",
            lower(&little("L2"), &little("none"), "validation_loss"),
        ),
        at(
            "stopping early keeps the test loss lower than training on, on little data",
            "a practical regularization by limiting over-training",
        )
        .holds_if(helps("early stopping")),
    ]
}

/// What the report expects of training and validation curves.
fn on_curves() -> Vec<Claim> {
    let gap = |means: &str| {
        let case = little(means);
        median(&case, "validation_loss").minus(median(&case, "train_loss"))
    };
    let rise = median(&little("none"), "validation_loss")
        .minus(median(&little("none"), "best_validation_loss"));
    vec![
        Claim::at(
            "D",
            "Evaluation",
            "without regularization the network overfits little data: its validation loss ends 0.05 or more above its least",
            "we can detect overfitting (training loss keeps dropping but validation loss starts rising)",
        )
        .holds_if(rise.at_least(Bar::ours(
            0.05,
            "a rise by a twentieth of a nat is seen in a figure of losses below 1",
        ))),
        Claim::at(
            "D",
            "Evaluation",
            "dropout or L2 reduces the gap between training and validation loss, on little data",
            "if we see overfitting, we apply dropout or L2 and show that the gap between training and validation loss reduces",
        )
        .reading("dropout of 0.5", gap("dropout of 0.5").minus(gap("none")).negative())
        .reading(
            format!("{}, with test samples in place of the validation samples", chosen("L2")),
            lower(&little("L2"), &little("none"), "loss_gap"),
        )
        .beside(
            format!("{}, on the samples that chose it", chosen("L2")),
            gap("L2").minus(gap("none")).negative(),
        ),
    ]
}

fn on_weights(at: At<'_>) -> Vec<Claim> {
    let narrower = |of: &dyn Fn(&str) -> String| lower(&of("L2"), &of("none"), "weight_std");
    let zeros = |case: &str| {
        at_least(
            case,
            "zero_weights",
            Bar::ours(
                0.01,
                "some, of a hundred thousand weights, is one in a hundred or more",
            ),
        )
    };
    let many = |case: &str| at_least(case, "zero_weights", Bar::ours(0.5, "many is half or more"));
    let removes = |case: &str| {
        all([
            at_least(
                case,
                "noise_columns_removed",
                Bar::ours(
                    0.5,
                    "useless inputs are removed if half of them or more are gone",
                ),
            ),
            median(case, "removed_more_noise").positive(),
        ])
    };
    let never_zero = |case: &str| {
        let bar = Bar::of_report(0.0, "does not force weights exactly to zero");
        exactly(case, "zero_weights", bar)
    };
    let proximal = "by a proximal step, which makes exact zeros";
    let subgradient = "by the subgradient, as the report says that frameworks do";
    vec![
        at(
            "weights are narrower under L2, on little and on much data",
            "with L2, the model's weights distribution has smaller variance",
        )
        .holds_if(all([narrower(&little), narrower(&much)])),
        at(
            "under L2 no weight becomes exactly 0",
            "L2 does not force weights exactly to zero",
        )
        .holds_if(all([little("L2"), much("L2"), "table, L2".to_owned()]
            .map(|case| never_zero(&case))))
        .why_under("on images alone, little data and much", all([little("L2"), much("L2")].map(|case| never_zero(&case)))),
        at(
            "under L1 some weights become exactly 0",
            "We expect to observe some weights become exactly 0 when using L1",
        )
        .reading(subgradient, zeros(&little(L1)))
        .why_under(proximal, zeros(&little("L1"))),
        at("under L1 many weights become exactly 0: half or more", "L1 regularization tends to drive many weights to exact zero")
            .reading(subgradient, many(&little(L1)))
            .beside(proximal, many(&little("L1")))
            .why_under("on a table with many features, by a proximal step", many("table, L1")),
        at(
            "on a table with many features L1 removes useless inputs: half of the noise or more, and a larger share of it than of the table's own columns",
            "zeroing out useless inputs",
        )
        .reading(subgradient, removes("table, L1 by subgradient"))
        .why_under(proximal, removes("table, L1")),
    ]
}

fn study() -> Study {
    let mut study = Study::new(
        "regularisation",
        "D",
        "What penalties, dropout, early stopping and augmentation do to gap, weights and inputs, on little and much data",
    )
    .data("mnist")
    .data("diabetes")
    .minutes(14.0)
    .trials(15)
    .cases(cases().map(|case| {
        // A table takes a fraction of a second.
        let table = case.value("data") == Some("table");
        if table { case.trials(50) } else { case }
    }));
    let of = |names: &[String], figure: FigureSpec| figure.of(names.iter().map(String::as_str));
    for (size, ..) in SIZES {
        let names = MEANS.map(|(means, _)| name("large", size, means));
        let title = |what: &str| format!("{what}, {size}");
        study = study
            .draw(
                of(
                    &names,
                    FigureSpec::curves(&title("Training loss"), ["train_loss"]),
                )
                .at("D", PLACE),
            )
            .draw(
                of(
                    &names,
                    FigureSpec::curves(&title("Validation loss"), ["validation_loss"]),
                )
                .at("D", PLACE),
            )
            .draw(of(
                &names,
                FigureSpec::table(
                    &title("At the end"),
                    [
                        "strength",
                        "running_train_loss",
                        "train_loss",
                        "best_validation_loss",
                        "validation_loss",
                        "test_loss",
                        "accuracy_gap",
                        "test_accuracy",
                        "weight_std",
                        "zero_weights",
                        "epochs",
                    ],
                ),
            ));
    }
    let dropouts = ["large", "small"].map(|network| {
        SIZES.map(|(size, ..)| {
            ["none", "dropout", "dropout of 0.5"].map(|means| name(network, size, means))
        })
    });
    let dropouts = dropouts.as_flattened().as_flattened();
    study = study.draw(
        of(
            dropouts,
            FigureSpec::table(
                "Dropout in a large and a small network",
                [
                    "strength",
                    "running_train_loss",
                    "best_validation_loss",
                    "validation_loss",
                    "test_accuracy",
                ],
            ),
        )
        .at("D", PLACE),
    );
    study = ["none", "L2", "L1"]
        .into_iter()
        .fold(study, |study, means| {
            study.draw(FigureSpec::histograms(&little(means), "weights").at("D", PLACE))
        });
    let tables = MEANS[..4]
        .iter()
        .map(|(means, _)| format!("table, {means}"))
        .collect::<Vec<_>>();
    let study = study
        .draw(
            of(
                &tables,
                FigureSpec::curves(
                    "Training loss on a table, with L1 and L2 and without",
                    ["train_loss"],
                ),
            )
            .at("D", PLACE),
        )
        .draw(
            of(
                &tables,
                FigureSpec::table(
                    "A table of 10 columns and 40 of noise",
                    [
                        "strength",
                        "train_mse",
                        "test_mse",
                        "test_r2",
                        "zero_weights",
                        "noise_columns_removed",
                        "own_columns_removed",
                    ],
                ),
            )
            .at("D", PLACE),
        );
    claims()
        .into_iter()
        .fold(study, Study::claim)
        .question(
            Question::new(
                "D",
                "Does L1 hurt the predictions on a table with many features? Test error without a penalty, with L1 by subgradient and by a proximal step:",
                ["none", L1, "L1"].map(|means| median(&format!("table, {means}"), "test_mse")),
            )
            .at(PLACE),
        )
        .question(
            Question::new(
                "D",
                "Does L1 hurt training on a table with many features? Training error without a penalty, with L1 by subgradient and by a proximal step:",
                ["none", L1, "L1"].map(|means| median(&format!("table, {means}"), "train_mse")),
            )
            .at(PLACE),
        )
        .question(
            Question::new(
                "D",
                "Is dropout like L2? Standard deviation of the weights without regularization, with dropout of 0.5 and with L2, on little data:",
                ["none", "dropout of 0.5", "L2"].map(|means| median(&little(means), "weight_std")),
            )
            .at(PLACE),
        )
        .finding(Finding::new(
            8,
            "On 1000 samples of MNIST an L1 penalty makes a share of {} of the weights exactly 0 by the subgradient that frameworks use, and of {} by a proximal step.",
            [L1, "L1"].map(|means| median(&little(means), "zero_weights")),
        ))
        .note("L2 is the report's l2, λ/2·Σw². Its L1 is λ·Σ|w| by a subgradient (l1-subgradient); beside it stands ours, l1, by a proximal step, which is what makes weights exactly 0.")
        .note("The report names no network and no strengths. Ours have 128 and 128 ReLU units, a small one 16 and 16, under SGD with momentum 0.9 at a rate of 0.02 with batches of 64; patience of 10 epochs, shifts by 2 pixels and turns by 10 degrees. Penalties and dropout have the strength, of three or four, that the validation samples choose by their loss at the end, trial by trial; dropout of 0.5 stands beside that.")
        .note("Little data is 1000 samples of MNIST for 100 epochs, much is 54 000 for 10. running_train_loss is that of the last epoch as it was trained on, with dropout and changed images; train_loss is evaluated without.")
        .note("The table is diabetes, 10 columns, with 40 columns of noise beside them, standardized; a quarter of the training samples chooses λ, of 0.02, 0.05, 0.1, 0.2, 0.5, 1 and 2. A column is removed where all weights that lead out of it are exactly 0.")
}
