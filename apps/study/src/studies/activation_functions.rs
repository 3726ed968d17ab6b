use autograd::prelude::*;
use autograd::{Tape, Tensor};
use nn::{BatchTargets, ForwardContext, Kind, Layer, Loss, Mode, value_and_grad};

use crate::parts::chosen::best_of_rates;
use crate::parts::curves::values;
use crate::prelude::*;

crate::register!(study);

/// Name of an activation in the report, and its `--activation` value.
const FUNCTIONS: [(&str, &str); 9] = [
    ("sigmoid", "sigmoid"),
    ("tanh", "tanh"),
    ("ReLU", "relu"),
    ("LeakyReLU", "leaky-relu"),
    ("ELU", "elu"),
    ("GELU", "gelu"),
    ("SiLU", "silu"),
    ("softplus", "softplus"),
    ("softsign", "softsign"),
];
/// How far curves are drawn, and at how many points.
const REACH: f64 = 5.0;
const POINTS: usize = 201;
/// How far values are looked at.
const FAR: f64 = 40.0;

/// Activations that are trained, with their initialization, and the rates of which the validation samples choose one.
const TRAINED: [(&str, &str, &str, [f64; 4]); 3] = [
    ("sigmoid", "sigmoid", "xavier-normal", [0.1, 0.3, 1.0, 3.0]),
    ("tanh", "tanh", "xavier-normal", [0.03, 0.1, 0.3, 1.0]),
    ("ReLU", "relu", "he-normal", [0.03, 0.1, 0.3, 1.0]),
];
const EPOCHS: u64 = 10;
/// Samples whose gradients are looked at one by one.
const ALONE: usize = 64;

fn setup(activation: &str, init: &str) -> Setup {
    Setup::on("mnist")
        .hidden([64, 64, 64])
        .activation(activation)
        .init(init)
        .batch(64)
        .epochs(EPOCHS)
        .probes(EPOCHS)
}

fn trained_name(name: &str) -> String {
    format!("trained with {name}")
}

/// Values and slopes of an activation, the slopes by the tape.
fn shape(context: &Context<'_>) -> Result<Outcome, AppError> {
    let name = context.factor("activation");
    let Some(activation) = Activation::parse(name) else {
        return Err(AppError::Failure(format!("there is no activation {name}")));
    };
    let at = |zs: &[f64]| (of(activation, zs), slopes(activation, zs));
    let (drawn, drawn_slopes) = at(&evenly(REACH, POINTS));
    let (far, far_slopes) = at(&evenly(FAR, 8001));
    let least = |of: &[f64]| of.iter().copied().fold(f64::INFINITY, f64::min);
    let most = |of: &[f64]| of.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let (ends, ends_slopes) = at(&[-10.0, 0.0, 10.0]);
    let apart = |from: fn(f64) -> f64| {
        let pairs = far.iter().zip(&far_slopes);
        pairs
            .map(|(y, slope)| (from(*y) - slope).abs())
            .fold(0.0, f64::max)
    };
    let outcome = Outcome::new()
        .series("value", drawn)
        .series("derivative", drawn_slopes)
        .number("least_value", least(&far))
        .number("largest_value", most(&far))
        .number("largest_slope", most(&far_slopes))
        .number("slope_at_-10", ends_slopes[0])
        .number("value_at_0", ends[1])
        .number("slope_at_0", ends_slopes[1])
        .number("slope_at_10", ends_slopes[2]);
    Ok(match name {
        "sigmoid" => outcome.number("formula_error", apart(|y| y * (1.0 - y))),
        "tanh" => outcome.number("formula_error", apart(|y| 1.0 - y * y)),
        _ => outcome,
    })
}

fn evenly(reach: f64, points: usize) -> Vec<f64> {
    let last = (points - 1) as f64;
    (0..points)
        .map(|i| reach * (2.0 * i as f64 / last - 1.0))
        .collect()
}

fn of(activation: Activation, zs: &[f64]) -> Vec<f64> {
    let z = Tensor::new(&[zs.len(), 1], zs);
    z.linear(&Tensor::eye(1), None, activation).to_vec()
}

fn slopes(activation: Activation, zs: &[f64]) -> Vec<f64> {
    let tape = Tape::new();
    let as_it_is = tape.constant(Tensor::eye(1));
    let z = tape.leaf(Tensor::new(&[zs.len(), 1], zs));
    let y = z.linear(&as_it_is, None, activation);
    tape.backward(y.sum()).wrt(z).to_vec()
}

/// A network at the rate, out of four, that its validation samples choose.
fn trained(context: &Context<'_>) -> Result<Outcome, AppError> {
    let name = context.factor("activation");
    let Some((_, _, init, rates)) = TRAINED.into_iter().find(|row| row.1 == name) else {
        return Err(AppError::Failure(format!("{name} is not trained")));
    };
    let setup = setup(name, init);
    let mut one_sided = f64::NAN;
    let outcome = best_of_rates(context, &setup, &rates, "validation_loss", |trained| {
        one_sided = share_of_one_sign(trained);
    })?;
    let layers = (1..).map_while(|layer| {
        let found = values(&outcome, &format!("activation_max/{layer}"));
        found.last().copied()
    });
    let largest = layers.fold(f64::NAN, f64::max);
    let mean = crate::parts::curves::mean(&outcome, "validation_accuracy");
    Ok(outcome
        .number("largest_activation", largest)
        .number("mean_validation_accuracy", mean)
        .number("one_sign", one_sided))
}

/// Of the gradient of one sample with respect to the weights into a unit of the second hidden layer: the share of weights that
/// move in the commoner direction, as a mean over units and samples. Weights without a gradient are left out.
fn share_of_one_sign(trained: &Trained<f32>) -> f64 {
    let (model, data) = (&trained.model, &trained.data);
    let params = &model.params;
    let mut weights = params.iter().filter(|(_, s, _)| s.kind == Kind::Weight);
    let Some((_, segment, _)) = weights.nth(1) else {
        return f64::NAN;
    };
    let (range, units) = (segment.range.clone(), segment.shape[1]);
    let (mut sum, mut count) = (0.0, 0.0);
    for row in data.data.train.iter().take(ALONE) {
        let rows = [*row];
        let mut gradient = vec![0.0_f32; params.len()];
        let x = data.examples().inputs.gather::<f32>(&rows);
        let targets = BatchTargets::of(data.examples().targets, &rows);
        value_and_grad(&mut Tape::new(), params, &mut gradient, |weights| {
            let pass = ForwardContext::new(weights, Mode::Evaluate);
            let y = model.layers.forward(&pass, &weights.tape().constant(x));
            trained.loss.value(&y, &targets)
        });
        let gradient = &gradient[range.clone()];
        for unit in 0..units {
            let column = || gradient.iter().skip(unit).step_by(units);
            let up = column().filter(|g| **g > 0.0).count();
            let down = column().filter(|g| **g < 0.0).count();
            if up + down > 0 {
                sum += up.max(down) as f64 / (up + down) as f64;
                count += 1.0;
            }
        }
    }
    sum / count
}

fn claims() -> Vec<Claim> {
    const PLACE: &str = "Activation functions";
    let at = |sentence: &str, words: &str| Claim::at("D", PLACE, sentence, words);
    let value = |case: &str, number: &str| median(case, number);
    let formula = || {
        Bar::ours(
            1e-15,
            "a few roundings of double precision, of values up to 1",
        )
    };
    let flat = || {
        Bar::ours(
            1e-3,
            "a gradient a thousandth of what it could be hardly moves a weight",
        )
    };
    let quarter = || Bar::ours(0.25, "the report's σ(z)(1 − σ(z)) at z = 0");
    let (sigmoid, tanh, relu) = (
        trained_name("sigmoid"),
        trained_name("tanh"),
        trained_name("ReLU"),
    );
    vec![
        at(
            "the sigmoid is between 0 and 1, tanh between −1 and 1 and zero-centered",
            "Sigmoid outputs between 0 and 1, while tanh outputs between -1 and 1 (zero-centered)",
        )
        .holds_if(all([
            value("sigmoid", "least_value").at_least(Bar::of_report(0.0, "between 0 and 1")),
            value("sigmoid", "largest_value").at_most(Bar::of_report(1.0, "between 0 and 1")),
            value("tanh", "least_value").at_least(Bar::of_report(-1.0, "between -1 and 1")),
            value("tanh", "largest_value").at_most(Bar::of_report(1.0, "between -1 and 1")),
            exactly("tanh", "value_at_0", Bar::of_report(0.0, "zero-centered")),
        ])),
        at("the sigmoid's derivative is σ(1 − σ), to rounding", "σ'(z) = σ(z)(1 − σ(z))")
            .holds_if(value("sigmoid", "formula_error").at_most(formula())),
        at(
            "the sigmoid's slope is largest, a quarter, at 0, and the slopes of the sigmoid and of tanh vanish at the extremes (to a thousandth or less at ±10)",
            "gradients are maximal at moderate inputs but vanish at the extremes",
        )
        .holds_if(all([
            exactly("sigmoid", "slope_at_0", quarter()),
            exactly("sigmoid", "largest_slope", quarter()),
            value("sigmoid", "slope_at_-10").at_most(flat()),
            value("sigmoid", "slope_at_10").at_most(flat()),
            value("tanh", "slope_at_-10").at_most(flat()),
            value("tanh", "slope_at_10").at_most(flat()),
        ])),
        at(
            "ReLU's slope is 1 for z > 0 and 0 for z < 0; at z = 0 it is 0, by convention",
            "ReLU has a derivative of 1 for z>0 and 0 for z<0",
        )
        .holds_if(all([
            exactly("ReLU", "slope_at_10", Bar::of_report(1.0, "a derivative of 1 for z>0")),
            exactly("ReLU", "slope_at_-10", Bar::of_report(0.0, "0 for z<0")),
            exactly("ReLU", "slope_at_0", Bar::ours(0.0, "the report allows 0 and 1, and here it is 0")),
        ])),
        at(
            "LeakyReLU's slope is small below 0, and not 0",
            "Leaky ReLU (which allows a small negative slope to avoid truly zero gradients for z<0)",
        )
        .holds_if(all([
            value("LeakyReLU", "slope_at_-10").positive(),
            value("LeakyReLU", "slope_at_-10").at_most(Bar::ours(0.1, "a tenth of the other slope is small")),
        ])),
        at(
            "tanh trains better than the sigmoid: a lower training loss and a higher test accuracy after ten epochs, each at its best rate",
            "tanh being zero-centered often performs better than sigmoid in practice",
        )
        .holds_if(all([
            lower(&tanh, &sigmoid, "train_loss"),
            higher(&tanh, &sigmoid, "test_accuracy"),
        ])),
        at(
            "zero-centered outputs help: of the weights into a unit the gradient of a sample moves all in one direction under the sigmoid, and not under tanh",
            "gradients don't go all in one direction for all weights, aiding optimization",
        )
        .holds_if(all([
            value(&sigmoid, "one_sign").at_least(Bar::ours(0.999, "all but what rounds to 0")),
            value(&tanh, "one_sign").at_most(Bar::ours(0.9, "a tenth of the weights or more goes the other way")),
        ])),
        at(
            "ReLU's output is unbounded: in every trial some activation is above 5, where no unit of the others is above 1",
            "ReLU's unbounded output (which can cause some neurons to produce very large activations)",
        )
        .holds_if(all([
            in_every_trial(figure(&relu, "largest_activation")).above(Bar::ours(
                5.0,
                "five times what a bounded unit can reach is very large",
            )),
            in_every_trial(figure(&tanh, "largest_activation")).at_most(Bar::of_report(1.0, "between -1 and 1")),
            in_every_trial(figure(&sigmoid, "largest_activation")).at_most(Bar::of_report(1.0, "between 0 and 1")),
        ])),
        at(
            "ReLU is computationally efficient: a network of ReLU trains in less time than one of tanh and one of the sigmoid",
            "ReLU's piecewise linear nature makes it very computationally efficient",
        )
        .holds_if(all([
            lower(&relu, &tanh, "seconds"),
            lower(&relu, &sigmoid, "seconds"),
        ])),
    ]
}

fn study() -> Study {
    let shapes = FUNCTIONS.map(|(name, activation)| {
        Case::own(name, shape)
            .factor("activation", activation)
            .deterministic()
    });
    let nets = TRAINED.map(|(name, activation, init, rates)| {
        Case::own(trained_name(name), trained)
            .factor("activation", activation)
            .factor("rates", rates.map(|rate| rate.to_string()).join(" "))
            .trains(&setup(activation, init))
    });
    let names = FUNCTIONS.map(|(name, _)| name);
    let trained = TRAINED.map(|(name, ..)| trained_name(name));
    let study = Study::new(
        "activation-functions",
        "D",
        "Activations with their derivatives; tanh learns faster than the sigmoid, whose gradients all point one way",
    )
    .chosen("mnist for the networks: 64-64-64, sgd at the rate of four that validation samples choose, batch 64, 10 epochs")
    .data("mnist")
    .minutes(3.0)
    .trials(15)
    .cases(shapes)
    .cases(nets);
    let study = names.into_iter().fold(study, |study, name| {
        study.draw(
            FigureSpec::curves(
                &format!("{name} and its derivative"),
                ["value", "derivative"],
            )
            .over(Places::Across("z".to_owned(), [-REACH, REACH]))
            .of([name])
            .at("D", "Activation functions"),
        )
    });
    let study = study
        .draw(
            FigureSpec::curves("Training loss, each at its best rate", ["train_loss"])
                .of(trained.iter().map(String::as_str)),
        )
        .draw(
            FigureSpec::curves("Accuracy on the validation samples", ["validation_accuracy"])
                .of(trained.iter().map(String::as_str)),
        )
        .draw(
            FigureSpec::table(
                "Functions",
                ["least_value", "largest_value", "largest_slope", "slope_at_-10", "slope_at_0", "slope_at_10"],
            )
            .of(names),
        )
        .draw(
            FigureSpec::table(
                "Trained networks",
                ["rate", "train_loss", "test_accuracy", "largest_activation", "one_sign", "seconds"],
            )
            .of(trained.iter().map(String::as_str)),
        )
        .question(
            Question::new(
                "D",
                "Do large activations affect training? Largest activation and test accuracy, with sigmoid, tanh and ReLU, and whether any run of ReLU diverges (1 if so):",
                ["largest_activation", "test_accuracy"]
                    .into_iter()
                    .flat_map(|number| trained.each_ref().map(|case| median(case, number)))
                    .chain([maximum(&trained[2], "diverged")]),
            )
            .at("Activation functions"),
        )
        .note("Values and slopes are computed in double precision, the slopes by the tape, from −5 to 5 as drawn and from −40 to 40 for least and largest values. ReLU's slope at 0 is 0 here, as report D allows.")
        .note("The trained network has three hidden layers of 64 units under plain SGD with batches of 64 for ten epochs, Xavier's weights for the sigmoid and tanh and He's for ReLU, at the rate, out of four, that the validation samples choose by their loss, trial by trial.")
        .note("one_sign: of the gradient of one sample with respect to the weights into a unit of the second hidden layer, the share that has the commoner sign, as a mean over units and 64 samples. largest_activation is over 512 training samples after training.");
    claims().into_iter().fold(study, Study::claim)
}
