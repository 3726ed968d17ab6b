use autograd::random::unit;
use autograd::{Real, Tape};
use datasets::Targets;
use experiment::network::Network;
use nn::{BatchTargets, ForwardContext, Kind, Layer, Loss, Mode, value_and_grad};

use crate::prelude::*;

crate::register!(study);

const HIDDEN: usize = 16;
const ROWS: usize = 128;

/// Classes by softmax and cross-entropy, or values by squares, each through one hidden layer.
const PROBLEMS: [(&str, &str, &str); 2] = [
    ("classes", "digits", "sigmoid"),
    ("values", "runge", "tanh"),
];

fn setup(data: &str, activation: &str) -> Setup {
    Setup::on(data)
        .hidden([HIDDEN])
        .activation(activation)
        .init("xavier-normal")
}

/// Gradients of a network of two layers by the formulas of the chain rule, against those of the tape.
fn study() -> Study {
    let cases = ["f64", "f32"].into_iter().flat_map(|precision| {
        PROBLEMS.map(|(problem, data, activation)| {
            let work = if precision == "f64" {
                compare::<f64>
            } else {
                compare::<f32>
            };
            Case::own(format!("{problem}, {precision}"), work)
                .factor("problem", problem)
                .factor("data", data)
                .factor("activation", activation)
                .factor("precision", precision)
        })
    });
    let to_rounding = |precision: &str, bar: Bar| {
        all(["classes", "values"].map(|problem| {
            let difference = figure(&format!("{problem}, {precision}"), "difference");
            in_every_trial(difference).at_most(bar.clone())
        }))
    };
    Study::new(
        "backprop-by-hand",
        "D",
        "The formulas of backpropagation and the tape give the same gradients to rounding",
    )
    .data("digits")
    .data("runge")
    .minutes(0.1)
    .trials(50)
    .cases(cases)
    .draw(FigureSpec::table("Formula against tape", ["difference", "largest_difference", "gradient_norm"]).at("D", "Gradient descent and backpropagation"))
    .claim(
        Claim::at(
            "D",
            "Gradient descent and backpropagation",
            "gradients by the formulas and by automatic differentiation agree to rounding in every trial: in f64 to 10⁻¹⁵ of the gradient's norm, nine roundings",
            "we will manually verify it for a simple 2-layer network",
        )
        .reading("in f64", to_rounding("f64", Bar::ours(1e-15, "nine roundings of 2⁻⁵³, for sums of hundreds of terms")))
        .beside(
            "in f32, with roundings 2²⁹ times larger (5.4·10⁻⁷)",
            to_rounding("f32", Bar::ours(1e-15 * 29_f64.exp2(), "the same number of roundings, each 2²⁹ times larger")),
        ),
    )
    .note("The formulas are written as loops over samples, units and weights, in f64, from the weights and samples as the tape has them.")
}

fn compare<T: Real>(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.factor("data"), context.factor("activation"));
    let data = context.data(&setup)?;
    let rows = &data.train[..data.train.len().min(ROWS)];
    let part = &data.set.part;
    let (loss, outputs) = match &part.targets {
        Targets::Classes { classes, .. } => {
            (LossFunction::CrossEntropy { smoothing: 0.0 }, *classes)
        }
        Targets::Values(values) => (LossFunction::Mse, values.row_len()),
        Targets::Weighted(_) => unreachable!("the samples of this study count the same"),
    };
    let (network, shape) = (&setup.experiment().model, part.inputs.row_shape());
    let network = Network::new(network, shape, &data.set.name, outputs)?;
    let mut model = network.model::<T>(context.seed)?;
    // Biases start at 0, which would leave what they do untested.
    let mut rng = context.stream("biases");
    let biases: Vec<_> = model
        .params
        .iter()
        .filter(|(_, s, _)| s.kind == Kind::Bias)
        .map(|(id, ..)| id)
        .collect();
    for id in biases {
        for b in model.params.slice_mut(id) {
            *b = T::from_f64(unit(&mut rng) - 0.5);
        }
    }

    let x = part.inputs.gather::<T>(rows);
    let targets = BatchTargets::<T>::of(&part.targets, rows);
    let mut taped = vec![T::ZERO; model.params.len()];
    value_and_grad(&mut Tape::new(), &model.params, &mut taped, |weights| {
        let pass = ForwardContext::new(weights, Mode::Evaluate);
        let y = model
            .layers
            .forward(&pass, &weights.tape().constant(x.clone()));
        loss.value(&y, &targets)
    });

    let taped = wide(&taped);
    let formula = by_hand(&Problem {
        inputs: part.inputs.row_len(),
        outputs,
        weights: wide(model.params.values()),
        activation: context.factor("activation"),
        x: wide(&x.to_vec()),
        targets: wanted::<T>(&part.targets, rows),
        classes: matches!(part.targets, Targets::Classes { .. }),
    });
    let difference: Vec<f64> = taped.iter().zip(&formula).map(|(a, b)| a - b).collect();
    Ok(Outcome::new()
        .number("difference", norm(&difference) / norm(&formula))
        .number(
            "largest_difference",
            largest(&difference) / largest(&formula),
        )
        .number("gradient_norm", norm(&formula)))
}

/// Network and data of the formulas.
struct Problem<'a> {
    inputs: usize,
    outputs: usize,
    /// W¹ `[inputs, hidden]`, b¹, W² `[hidden, outputs]`, b², one after the other.
    weights: Vec<f64>,
    activation: &'a str,
    /// Row after row.
    x: Vec<f64>,
    /// One-hot targets, or values, row-major.
    targets: Vec<f64>,
    classes: bool,
}

/// The gradient of the mean loss, in the order of the weights. For a row x with target t:
///
/// z = W¹ᵀx + b¹, a = σ(z), y = W²ᵀa + b²; δ² = ∂L/∂y = softmax(y) − t, or 2(y − t)/outputs;
/// ∂L/∂W² = a δ²ᵀ, ∂L/∂b² = δ²; δ¹ = σ'(z) ∘ W²δ²; ∂L/∂W¹ = x δ¹ᵀ, ∂L/∂b¹ = δ¹.
fn by_hand(problem: &Problem<'_>) -> Vec<f64> {
    let (n, k) = (problem.inputs, problem.outputs);
    let (w1, rest) = problem.weights.split_at(n * HIDDEN);
    let (b1, rest) = rest.split_at(HIDDEN);
    let (w2, b2) = rest.split_at(HIDDEN * k);
    let mut gradient = vec![0.0; problem.weights.len()];
    let (g1, rest) = gradient.split_at_mut(n * HIDDEN);
    let (h1, rest) = rest.split_at_mut(HIDDEN);
    let (g2, h2) = rest.split_at_mut(HIDDEN * k);
    let rows = problem
        .x
        .chunks_exact(n)
        .zip(problem.targets.chunks_exact(k));
    let count = rows.len() as f64;
    for (x, t) in rows {
        let z = |j: usize| b1[j] + (0..n).map(|i| x[i] * w1[i * HIDDEN + j]).sum::<f64>();
        let a: Vec<f64> = (0..HIDDEN)
            .map(|j| activated(problem.activation, z(j)))
            .collect();
        let y: Vec<f64> = (0..k)
            .map(|o| b2[o] + (0..HIDDEN).map(|j| a[j] * w2[j * k + o]).sum::<f64>())
            .collect();
        let predicted = if problem.classes { softmax(&y) } else { y };
        let scale = if problem.classes { 1.0 } else { 2.0 / k as f64 };
        let delta2: Vec<f64> = predicted
            .iter()
            .zip(t)
            .map(|(y, t)| scale * (y - t))
            .collect();
        for o in 0..k {
            h2[o] += delta2[o] / count;
        }
        for j in 0..HIDDEN {
            let back: f64 = (0..k).map(|o| w2[j * k + o] * delta2[o]).sum();
            let delta1 = slope(problem.activation, a[j]) * back;
            h1[j] += delta1 / count;
            for o in 0..k {
                g2[j * k + o] += a[j] * delta2[o] / count;
            }
            for i in 0..n {
                g1[i * HIDDEN + j] += x[i] * delta1 / count;
            }
        }
    }
    gradient
}

fn activated(name: &str, z: f64) -> f64 {
    match name {
        "tanh" => z.tanh(),
        _ => 1.0 / (1.0 + (-z).exp()),
    }
}

/// The derivative, from the activation: 1 − a² for tanh, a(1 − a) for the sigmoid.
fn slope(name: &str, a: f64) -> f64 {
    match name {
        "tanh" => 1.0 - a * a,
        _ => a * (1.0 - a),
    }
}

fn softmax(y: &[f64]) -> Vec<f64> {
    let most = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = y.iter().map(|y| (y - most).exp()).sum();
    y.iter().map(|y| (y - most).exp() / total).collect()
}

/// The targets of some samples, rounded as the tape has them.
fn wanted<T: Real>(targets: &Targets, rows: &[u32]) -> Vec<f64> {
    match targets {
        Targets::Values(values) => wide(&values.gather::<T>(rows).to_vec()),
        Targets::Classes { labels, classes } => rows
            .iter()
            .flat_map(|row| {
                (0..*classes)
                    .map(|class| f64::from(u8::from(labels[*row as usize] as usize == class)))
            })
            .collect(),
        Targets::Weighted(_) => unreachable!("the samples of this study count the same"),
    }
}

fn wide<T: Real>(values: &[T]) -> Vec<f64> {
    values.iter().map(|x| x.to_f64()).collect()
}

fn norm(values: &[f64]) -> f64 {
    values.iter().map(|x| x * x).sum::<f64>().sqrt()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0, |most, x| most.max(x.abs()))
}
