use std::collections::HashSet;

use nn::{Kind, Params};

use crate::parts::curves::{first, mean};
use crate::prelude::*;

crate::register!(study);

/// Name of a scheme in the report, and its `--init` value. The constant is 1/width: it keeps sums of the right
/// size, so that nothing but symmetry is wrong with it.
const SCHEMES: [(&str, &str); 5] = [
    ("Xavier", "xavier-normal"),
    ("He", "he-normal"),
    ("naive", "normal:1"),
    ("too small", "normal:0.01"),
    ("constant", "constant:0.01"),
];
const WIDTH: usize = 100;
const LAYERS: usize = 5;

fn setup(init: &str, activation: &str) -> Setup {
    Setup::on("mnist")
        .hidden([WIDTH; LAYERS])
        .activation(activation)
        .init(init)
        .lr(0.05)
        .batch(128)
        .epochs(10)
        .probes(1)
}

/// The same network and the same plain gradient descent from five kinds of initial weights.
fn study() -> Study {
    let cases = ["tanh", "relu"].into_iter().flat_map(|activation| {
        SCHEMES.map(|(scheme, init)| {
            Case::own(format!("{scheme}, {activation}"), learn)
                .factor("scheme", scheme)
                .factor("activation", activation)
                .factor("init", init)
                .trains(&setup(init, activation))
        })
    });
    let study = Study::new(
        "init-schemes",
        "D",
        "Weights scaled to the widths keep signals alive and train faster; equal weights stay equal",
    )
    .data("mnist")
    .minutes(6.0)
    .trials(15)
    .cases(cases)
    .draw(FigureSpec::curves("Training loss", ["train_loss"]).at("D", "Initialization"))
    .draw(FigureSpec::curves("Accuracy on the validation samples", ["validation_accuracy"]))
    .draw(FigureSpec::layers("Spread of activations by layer", "activation_std").at("D", "Initialization"))
    .draw(FigureSpec::layers("Gradient by layer (root of the mean square)", "gradient_rms").at("D", "Initialization"))
    .draw(FigureSpec::curves("Gradient norm of the second layer", ["gradient_norm/2"]))
    .draw(FigureSpec::table(
        "Before training and after",
        ["activations_last_over_first", "gradients_first_over_last", "mean_validation_accuracy", "test_accuracy"],
    ));
    let shown = [
        "Xavier, tanh",
        "naive, tanh",
        "too small, tanh",
        "He, relu",
        "naive, relu",
        "too small, relu",
    ];
    let study = shown.into_iter().fold(study, |study, case| {
        study.draw(FigureSpec::histograms(case, "activations").at("D", "Initialization"))
    });
    claims()
        .into_iter()
        .fold(study, Study::claim)
        .question(
            Question::new(
                "D",
                "Does each suit its activation? Mean accuracy over all epochs, of Xavier less He for tanh, and of He less Xavier for ReLU:",
                [["Xavier, tanh", "He, tanh"], ["He, relu", "Xavier, relu"]].map(|[a, b]| {
                    let of = |case| median(case, "mean_validation_accuracy");
                    of(a).minus(of(b))
                }),
            )
            .at("Initialization"),
        )
        .note("The report names no network and no optimizer; ours is five hidden layers of 100 units and plain SGD at a rate of 0.05 with batches of 128, alike for all.")
        .note("Trains faster: a higher accuracy on the validation samples as the mean over all epochs, which is defined for what diverges, too.")
        .note("Layers are compared among the hidden ones, which are all of one shape: spread of the last one's activations over the first one's, gradient of the second's weights over the last one's.")
}

fn claims() -> Vec<Claim> {
    let at = |sentence: &str, words: &str| Claim::at("D", "Initialization", sentence, words);
    // A constant is of the right size: it is poor by its symmetry, and not by its scale.
    let poor = ["naive", "too small"];
    let all_others = ["naive", "too small", "constant"];
    let ahead = |best: &str, schemes: &[&str], activation: &str, number: &str| {
        let of = |scheme: &str| median(&format!("{scheme}, {activation}"), number);
        of(best).ahead_of(schemes.iter().map(|scheme| of(scheme)))
    };
    let trains = |claim: Claim, best: &str, activation: &str| {
        let faster = |schemes| ahead(best, schemes, activation, "mean_validation_accuracy");
        let better = |schemes| ahead(best, schemes, activation, "test_accuracy");
        claim
            .reading("faster, as mean accuracy over all epochs", faster(&poor))
            .reading("better, as test accuracy in the end", better(&poor))
            .beside("faster, than from a constant as well", faster(&all_others))
            .beside("better, than from a constant as well", better(&all_others))
    };
    let kept = |case: &str| {
        let factor = || {
            Bar::ours(
                2.0,
                "over four layers, a factor of 1.2 a layer: roughly equal",
            )
        };
        all([
            median(case, "activations_last_over_first").within(0.5, factor()),
            median(case, "gradients_first_over_last").within(0.5, factor()),
        ])
    };
    let symmetric = |case: &str| {
        exactly(
            case,
            "most_distinct_units",
            Bar::of_report(1.0, "neurons would remain identical"),
        )
    };
    let broken = |case: &str| {
        exactly(
            case,
            "least_distinct_units",
            Bar::ours(WIDTH as f64, "all units of a layer"),
        )
    };
    vec![
        trains(
            at(
                "tanh: Xavier's weights train faster, or to a better accuracy, than naive weights and weights that are too small",
                "networks with Xavier/He initialization train much faster or attain better accuracy than those with poorly scaled initialization",
            ),
            "Xavier",
            "tanh",
        ),
        trains(
            at(
                "ReLU: He's weights train faster, or to a better accuracy, than naive weights and weights that are too small",
                "networks with Xavier/He initialization train much faster or attain better accuracy than those with poorly scaled initialization",
            ).main(),
            "He",
            "relu",
        ),
        at(
            "Xavier with tanh and He with ReLU keep the spread of activations and the gradients within a factor of 2 across the hidden layers before training",
            "signals neither explode nor vanish as they move forward or backward through the network",
        )
        .holds_if(all([kept("Xavier, tanh"), kept("He, relu")])),
        at(
            "with weights too small activations vanish towards the last layer (to 1 % or less of the first)",
            "if weights are too large or too small at start, the network can suffer from exploding or vanishing activations",
        )
        .holds_if(all(["too small, tanh", "too small, relu"].map(|case| {
            at_most(
                case,
                "activations_last_over_first",
                Bar::ours(0.01, "what is a hundredth of what it was has vanished in a histogram"),
            )
        }))),
        at(
            "with naive weights ReLU's activations explode (100 times the first or more)",
            "if weights are too large or too small at start, the network can suffer from exploding or vanishing activations",
        )
        .holds_if(at_least(
            "naive, relu",
            "activations_last_over_first",
            Bar::ours(100.0, "a hundredfold over four layers is a factor of three a layer"),
        )),
        Claim::at(
            "D",
            "Activation functions",
            "with naive weights tanh saturates: before training its slope is a hundredth of the largest or less at most outputs of the last hidden layer",
            "both σ and tanh gradients approach 0 for large |z|",
        )
        .holds_if(above("naive, tanh", "saturated", Bar::ours(0.5, "most is more than half"))),
        Claim::at(
            "D",
            "Gradient descent and backpropagation",
            "plain SGD finds a good minimum of a network with five hidden layers of ReLU: a test accuracy of 0.95 or more from He's weights",
            "in practice, even stochastic gradient descent (SGD) often finds good minima in deep networks",
        )
        .holds_if(at_least(
            "He, relu",
            "test_accuracy",
            Bar::ours(0.95, "a test accuracy of 0.95 on MNIST is above what any linear classifier reaches"),
        )),
        at(
            "from a constant all units of a layer are equal to the bit after training",
            "initializing all weights to the same value is problematic because neurons would remain identical",
        ).main()
        .holds_if(all([symmetric("constant, tanh"), symmetric("constant, relu")])),
        at(
            "randomness breaks the symmetry: all units of a layer differ",
            "small randomization is needed to break symmetry",
        )
        .holds_if(all([broken("Xavier, tanh"), broken("He, relu")])),
    ]
}

fn learn(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("init"), context.factor("activation"));
    let trained = context.train::<f32>(&setup)?;
    let units = distinct_units(&trained.model.params);
    let outcome = trained.outcome;
    let at = |series: &str, layer: usize| first(&outcome, &format!("{series}/{layer}"));
    let activations = at("activation_std", LAYERS) / at("activation_std", 1);
    let gradients = at("gradient_rms", 2) / at("gradient_rms", LAYERS);
    let saturated = at("saturated", LAYERS);
    let mean = mean(&outcome, "validation_accuracy");
    let count = |n: Option<&usize>| n.map_or(f64::NAN, |n| *n as f64);
    Ok(outcome
        .number("activations_last_over_first", activations)
        .number("gradients_first_over_last", gradients)
        .number("saturated", saturated)
        .number("mean_validation_accuracy", mean)
        .number("least_distinct_units", count(units.iter().min()))
        .number("most_distinct_units", count(units.iter().max())))
}

/// Number of units of each hidden layer that differ in a bit of their incoming weights, their bias, or the weights
/// that lead out of them.
fn distinct_units(params: &Params<f32>) -> Vec<usize> {
    let of = |kind: Kind| -> Vec<(&[usize], &[f32])> {
        let segments = params.iter().filter(|(_, s, _)| s.kind == kind);
        segments
            .map(|(_, s, values)| (s.shape.as_slice(), values))
            .collect()
    };
    let (weights, biases) = (of(Kind::Weight), of(Kind::Bias));
    let layers = weights.windows(2).zip(&biases);
    let distinct = layers.map(|(pair, (_, bias))| {
        let [(into_shape, into), (out_shape, out)] = [pair[0], pair[1]];
        let (units, beyond) = (into_shape[1], out_shape[1]);
        let bits = |unit: usize| -> Vec<u32> {
            let column = into.iter().skip(unit).step_by(units);
            let row = &out[unit * beyond..][..beyond];
            let all = column.chain([&bias[unit]]).chain(row);
            all.map(|x| x.to_bits()).collect()
        };
        (0..units).map(bits).collect::<HashSet<_>>().len()
    });
    distinct.collect()
}
