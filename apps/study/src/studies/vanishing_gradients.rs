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
        "D",
        "Gradients of deep networks vanish or explode by layer; initialization and batch normalization keep them",
    )
    .data("mnist")
    .minutes(1.5)
    .trials(5)
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
        .draw(of(
            &without,
            FigureSpec::layers("Gradient norm by layer", "gradient_norm"),
        ))
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
        .note("The report names no network; ours is ten hidden layers of 50 units under plain SGD at a rate of 0.05 with batches of 128.")
        .note("Too small is normal with a standard deviation of 0.01, too large of 1; proper is Xavier for sigmoid and tanh, He for ReLU.")
        .note("Gradients of layers are compared among those of one shape: the second layer's weights over the last hidden one's, before training.")
        .note("Where all weights are too small the gradient of every layer's weights is small alike, as its factors from the layers before and after it multiply to the same; so there the first layer is compared with its own gradient under proper weights.")
}

fn claims() -> Vec<Claim> {
    let over_proper = |activation: &str, init: &str| {
        let [there, proper] =
            [init, "proper"].map(|init| median(&name(activation, init, false), "first_gradient"));
        there.over(proper)
    };
    let ratio = |activation: &str, init: &str, norm: bool| {
        median(&name(activation, init, norm), "gradients_first_over_last")
    };
    let learns = |activation: &str, init: &str, norm: bool| {
        at_least(&name(activation, init, norm), "test_accuracy", 0.9)
    };
    let stalls = |activation: &str, init: &str, norm: bool| {
        at_most(&name(activation, init, norm), "test_accuracy", 0.2)
    };
    vec![
        Claim::new(
            "D",
            "sigmoid: gradients vanish towards the first layers (to 1/1000 or less of the last), even with Xavier's weights",
            "exponentially small in earlier layers",
            all([
                ratio("sigmoid", "too small", false).at_most(1e-3),
                ratio("sigmoid", "proper", false).at_most(1e-3),
            ]),
        ),
        Claim::new(
            "D",
            "tanh and ReLU: with weights too small the first gradient is 1/1000 or less of what it is with proper ones",
            "vanishing",
            all([
                over_proper("tanh", "too small").at_most(1e-3),
                over_proper("relu", "too small").at_most(1e-3),
            ]),
        ),
        Claim::new(
            "D",
            "ReLU: with weights too large the first gradient is 1000 times or more what it is with proper ones",
            "exploding",
            over_proper("relu", "too large").at_least(1e3),
        ),
        Claim::new(
            "D",
            "proper weights keep the gradients of tanh and ReLU within a factor of 10 across the layers",
            "controlled signal variance prevents these issues",
            all([
                ratio("tanh", "proper", false).within(0.1, 10.0),
                ratio("relu", "proper", false).within(0.1, 10.0),
            ]),
        ),
        Claim::new(
            "D",
            "so proper initialization makes tanh and ReLU learn (test accuracy of 0.9 or more) where small weights stall (0.2 or less)",
            "prevents these issues",
            all([
                learns("tanh", "proper", false),
                learns("relu", "proper", false),
                stalls("tanh", "too small", false),
                stalls("relu", "too small", false),
            ]),
        ),
        Claim::new(
            "D",
            "the deep sigmoid network stalls with Xavier's weights, too (0.2 or less), and ReLU learns with He's (0.9 or more)",
            "a deep sigmoid network might stall",
            all([
                stalls("sigmoid", "proper", false),
                learns("relu", "proper", false),
            ]),
        ),
        Claim::new(
            "D",
            "batch normalization brings the sigmoid's first gradients nearer to its last (10 times or more)",
            "prevents these issues",
            ratio("sigmoid", "proper", true)
                .over(ratio("sigmoid", "proper", false))
                .at_least(10.0),
        ),
        Claim::new(
            "D",
            "with batch normalization tanh and ReLU learn whatever the size of the initial weights",
            "easier to optimize",
            all(["too small", "too large", "proper"]
                .into_iter()
                .flat_map(|init| [learns("tanh", init, true), learns("relu", init, true)])),
        ),
        Claim::new(
            "D",
            "and so does the sigmoid from Xavier's",
            "easier to optimize",
            learns("sigmoid", "proper", true),
        ),
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
