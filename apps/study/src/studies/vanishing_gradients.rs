use crate::parts::curves::first;
use crate::prelude::*;

crate::register!(study);

const ACTIVATIONS: [&str; 3] = ["sigmoid", "tanh", "relu"];
const INITS: [&str; 3] = ["too small", "too large", "proper"];
const WIDTH: usize = 50;
const LAYERS: usize = 10;

fn setup(activation: &str, init: &str, batch_norm: bool) -> Setup {
    let init = match (init, activation) {
        ("too small", _) => "normal:0.01",
        ("too large", _) => "normal:1",
        (_, "relu") => "he-normal",
        _ => "xavier-normal",
    };
    Setup::on("mnist")
        .hidden([WIDTH; LAYERS])
        .activation(activation)
        .init(init)
        .batch_norm(batch_norm)
        .lr(0.05)
        .batch(128)
        .epochs(5)
        .probes(1)
}

fn name(activation: &str, init: &str, batch_norm: bool) -> String {
    let norm = if batch_norm { ", batch norm" } else { "" };
    format!("{activation}, {init}{norm}")
}

/// Ten hidden layers before and after proper initialization, with and without batch normalization.
fn study() -> Study {
    let cases = ACTIVATIONS.into_iter().flat_map(|activation| {
        INITS.into_iter().flat_map(move |init| {
            [false, true].map(|batch_norm| {
                Case::own(name(activation, init, batch_norm), learn)
                    .factor("activation", activation)
                    .factor("init", init)
                    .factor("batch norm", if batch_norm { "with" } else { "without" })
                    .trains(&setup(activation, init, batch_norm))
            })
        })
    });
    let study = Study::new(
        "vanishing-gradients",
        "A, D",
        "Gradients of deep networks vanish or explode by layer; initialization and batch normalization keep them",
    )
    .data("mnist")
    .minutes(4.5)
    .trials(15)
    .cases(cases);
    let without: Vec<String> = ACTIVATIONS
        .iter()
        .flat_map(|a| INITS.map(|i| name(a, i, false)))
        .collect();
    let with: Vec<String> = ACTIVATIONS
        .iter()
        .flat_map(|a| INITS.map(|i| name(a, i, true)))
        .collect();
    let of = |names: &[String], figure: FigureSpec| figure.of(names.iter().map(String::as_str));
    let study = study
        .draw(
            of(
                &without,
                FigureSpec::layers("Gradient norm by layer", "gradient_norm"),
            )
            .at("D", "Loss landscapes"),
        )
        .draw(of(
            &with,
            FigureSpec::layers(
                "Gradient norm by layer, with batch normalization",
                "gradient_norm",
            ),
        ))
        .draw(of(
            &without,
            FigureSpec::curves("Gradient norm of the second layer", ["gradient_norm/2"]),
        ))
        .draw(of(
            &without,
            FigureSpec::curves("Training loss", ["train_loss"]),
        ))
        .draw(of(
            &with,
            FigureSpec::curves("Training loss, with batch normalization", ["train_loss"]),
        ))
        .draw(
            FigureSpec::heat(
                "Test accuracy without batch normalization",
                "test_accuracy",
                "init",
                "activation",
            )
            .only("batch norm", "without"),
        )
        .draw(
            FigureSpec::heat(
                "Test accuracy with batch normalization",
                "test_accuracy",
                "init",
                "activation",
            )
            .only("batch norm", "with"),
        )
        .draw(FigureSpec::table(
            "Before training",
            ["first_gradient", "gradients_first_over_last"],
        ));
    claims()
        .into_iter()
        .fold(study, Study::claim)
        .finding(Finding::new(
            5,
            "Of ten hidden layers the second has a gradient of {} of the last one's under the sigmoid and Xavier's weights, and of {} under ReLU and He's; after training these networks have test accuracies of {} and {}.",
            ["gradients_first_over_last", "test_accuracy"]
                .into_iter()
                .flat_map(|number| ["sigmoid", "relu"].map(|a| median(&name(a, "proper", false), number))),
        ))
        .note("The report names no network; ours is ten hidden layers of 50 units under plain SGD at a rate of 0.05 with batches of 128.")
        .note("Too small is normal with a standard deviation of 0.01, too large of 1; proper is Xavier for sigmoid and tanh, He for ReLU.")
        .note("Gradients of layers are compared among those of one shape: the second layer's weights over the last hidden one's, before training.")
        .note("Where all weights are too small the gradient of every layer's weights is small alike, as its factors from the layers before and after it multiply to the same; so there the first layer is compared with its own gradient under proper weights.")
}

fn claims() -> Vec<Claim> {
    let at = |sentence: &str, words: &str| Claim::at("D", "Loss landscapes", sentence, words);
    let over_proper = |activation: &str, init: &str| {
        let [there, proper] =
            [init, "proper"].map(|init| median(&name(activation, init, false), "first_gradient"));
        there.over(proper)
    };
    let ratio = |activation: &str, init: &str, norm: bool| {
        median(&name(activation, init, norm), "gradients_first_over_last")
    };
    let learns = |activation: &str, init: &str, norm: bool| {
        at_least(
            &name(activation, init, norm),
            "test_accuracy",
            Bar::ours(
                0.9,
                "a linear classifier classifies nine digits of ten correctly, so that less is not learned",
            ),
        )
    };
    let stalls = |activation: &str, init: &str, norm: bool| {
        at_most(
            &name(activation, init, norm),
            "test_accuracy",
            Bar::ours(0.2, "twice the accuracy of guessing is not learned"),
        )
    };
    let vanished = || Bar::ours(1e-3, "a tenfold loss every three layers is exponential");
    let sizes = ["too small", "too large", "proper"];
    let easier = |activations: &[&str], inits: &[&str]| {
        all(activations.iter().flat_map(|activation| {
            inits.iter().map(|init| {
                let [with, without] = [true, false].map(|norm| name(activation, init, norm));
                higher(&with, &without, "test_accuracy")
            })
        }))
    };
    let both = ["tanh", "relu"];
    vec![
        at(
            "sigmoid: gradients vanish towards the first layers (to 1/1000 or less of the last), even with Xavier's weights",
            "gradients becoming exponentially small in earlier layers",
        ).main()
        .holds_if(all([
            ratio("sigmoid", "too small", false).at_most(vanished()),
            ratio("sigmoid", "proper", false).at_most(vanished()),
        ])),
        at(
            "tanh and ReLU: with weights too small the first gradient is 1/1000 or less of what it is with proper ones",
            "very deep networks can suffer vanishing gradients",
        )
        .holds_if(all([
            over_proper("tanh", "too small").at_most(vanished()),
            over_proper("relu", "too small").at_most(vanished()),
        ])),
        at(
            "ReLU: with weights too large the first gradient is 1000 times or more what it is with proper ones",
            "or exploding gradients (blowing up)",
        )
        .holds_if(over_proper("relu", "too large").at_least(Bar::ours(
            1e3,
            "a tenfold gain every three layers is exponential",
        ))),
        at(
            "proper weights keep the gradients of tanh and ReLU within a factor of 10 across the layers",
            "maintaining controlled signal variance in forward and backward passes prevents these issues",
        )
        .holds_if(all(["tanh", "relu"].map(|activation| {
            ratio(activation, "proper", false).within(
                0.1,
                Bar::ours(10.0, "a factor of 1.3 a layer is no vanishing over ten layers"),
            )
        }))),
        Claim::at(
            "D",
            "Initialization",
            "deep networks of tanh and of ReLU learn from proper weights (a test accuracy of 0.9 or more) and stall from weights that are too small (0.2 or less)",
            "Proper weight initialization is critical for training deep networks",
        )
        .holds_if(all([
            learns("tanh", "proper", false),
            learns("relu", "proper", false),
            stalls("tanh", "too small", false),
            stalls("relu", "too small", false),
        ])),
        Claim::at(
            "D",
            "Activation functions",
            "the deep sigmoid network stalls with Xavier's weights, too (0.2 or less), and ReLU learns with He's (0.9 or more)",
            "training a deep sigmoid network might stall – an experiment could be comparing it to a ReLU network",
        )
        .holds_if(all([
            stalls("sigmoid", "proper", false),
            learns("relu", "proper", false),
        ])),
        Claim::at(
            "D",
            "Activation functions",
            "ReLU mitigates vanishing gradients: the gradient of the second layer over that of the last is 10 times or more what it is under the sigmoid, each from proper weights",
            "it mitigates vanishing gradients (gradients are 1 for active neurons) … enables training of deeper networks by keeping gradients alive",
        )
        .holds_if(ratio("relu", "proper", false).over(ratio("sigmoid", "proper", false)).at_least(
            Bar::ours(10.0, "an order of magnitude is a difference that the logarithmic figure shows"),
        )),
        at(
            "batch normalization brings the sigmoid's first gradients nearer to its last (10 times or more)",
            "before and after applying proper initialization or normalization",
        )
        .holds_if(ratio("sigmoid", "proper", true).over(ratio("sigmoid", "proper", false)).at_least(
            Bar::ours(10.0, "an order of magnitude is a difference that the logarithmic figure shows"),
        )),
        at(
            "with batch normalization deep networks of tanh and of ReLU are easier to optimize: from weights too small or too large they reach a higher test accuracy than without",
            "Techniques like batch normalization … reshape the loss landscape to be smoother and easier to optimize",
        )
        .reading("higher than without", easier(&both, &["too small", "too large"]))
        .beside(
            "0.9 or more whatever the size of the initial weights",
            all(sizes
                .into_iter()
                .flat_map(|init| [learns("tanh", init, true), learns("relu", init, true)])),
        )
        .why_under("from weights too small alone", easier(&both, &["too small"])),
        at(
            "with batch normalization a deep network of the sigmoid is easier to optimize: from Xavier's weights it reaches a higher test accuracy than without",
            "Techniques like batch normalization … reshape the loss landscape to be smoother and easier to optimize",
        )
        .reading("higher than without", easier(&["sigmoid"], &["proper"]))
        .beside("0.9 or more", learns("sigmoid", "proper", true)),
        Claim::at(
            "A",
            "Section 2.7",
            "ReLU prevents vanishing and exploding gradients where the sigmoid does not: with proper weights gradients of the sigmoid vanish towards the first layers (to 1/1000 or less of the last), those of ReLU keep within a factor of 10",
            "the ReLU function prevents vanishing and exploding gradients",
        )
        .holds_if(all([
            ratio("sigmoid", "proper", false).at_most(vanished()),
            ratio("relu", "proper", false).within(
                0.1,
                Bar::ours(10.0, "a factor of 1.3 a layer is no vanishing over ten layers"),
            ),
        ])),
    ]
}

fn learn(context: &Context<'_>) -> Result<Outcome, AppError> {
    let with = context.factor("batch norm") == "with";
    let setup = setup(context.factor("activation"), context.factor("init"), with);
    let outcome = context.train::<f32>(&setup)?.outcome;
    let at = |layer: usize| first(&outcome, &format!("gradient_rms/{layer}"));
    let (start, ratio) = (at(1), at(2) / at(LAYERS));
    Ok(outcome
        .number("first_gradient", start)
        .number("gradients_first_over_last", ratio))
}
