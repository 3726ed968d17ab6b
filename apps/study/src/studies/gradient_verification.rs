use autograd::Tape;
use nn::{BatchTargets, ForwardContext, Layer, Loss, Mode, Model, value_and_grad};

use crate::prelude::*;

crate::register!(study);

const ACTIVATIONS: [&str; 3] = ["sigmoid", "relu", "leaky-relu"];
/// Runge's function with the squared error, digits with softmax and cross-entropy.
const DATA: [&str; 2] = ["runge", "digits"];
const ROWS: usize = 32;
/// Differences are given in this unit.
const UNIT: f64 = 1e-16;
/// Slope of LeakyReLU below 0.
const SLOPE: f64 = 0.01;

/// A network that has learned a little, so that its gradient is no special one.
fn setup(data: &str, activation: &str) -> Setup {
    Setup::on(data)
        .hidden([20, 10])
        .activation(activation)
        .init("xavier-uniform")
        .optimizer("adam")
        .epochs(3)
        .f64()
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let activation = context.factor("activation");
    let trained = context.train::<f64>(&setup(context.factor("data"), activation))?;
    let (model, examples) = (&trained.model, trained.data.examples());
    let rows: Vec<u32> = trained.data.data.train.iter().copied().take(ROWS).collect();
    let x = examples.inputs.gather::<f64>(&rows);
    let targets = BatchTargets::of(examples.targets, &rows);
    let by_hand = by_hand(model, activation, &x.to_vec(), &targets, rows.len());
    let mut gradient = vec![0.0; model.params.len()];
    value_and_grad(&mut Tape::new(), &model.params, &mut gradient, |weights| {
        let mode = Mode::Evaluate;
        let y = model.layers.forward(
            &ForwardContext::new(weights, mode),
            &weights.tape().constant(x),
        );
        trained.loss.value(&y, &targets)
    });
    let differences: Vec<f64> = gradient.iter().zip(&by_hand).map(|(a, b)| a - b).collect();
    let worst = model.params.segments().iter().map(|segment| {
        let range = segment.range.clone();
        largest(&differences[range.clone()]) / largest(&by_hand[range])
    });
    Ok(Outcome::new()
        .number("absolute_in_1e-16", largest(&differences) / UNIT)
        .number(
            "relative_in_1e-16",
            norm(&differences) / norm(&by_hand) / UNIT,
        )
        .number("worst_in_1e-16", worst.fold(0.0, f64::max) / UNIT)
        .number("parameters", gradient.len() as f64))
}

/// The largest size; infinite where a number is undefined.
fn largest(numbers: &[f64]) -> f64 {
    let size = |x: &f64| {
        if x.is_nan() { f64::INFINITY } else { x.abs() }
    };
    numbers.iter().map(size).fold(0.0, f64::max)
}

fn norm(numbers: &[f64]) -> f64 {
    autograd::sum_of_squares(numbers).sqrt()
}

/// The gradient by the formulas of backpropagation as report B has them, in plain loops: for each layer
/// δ = (δ of the next · Wᵀ) ⊙ f′(z), its weights' gradient aᵀδ and its biases' the sum of δ.
fn by_hand(
    model: &Model<f64>,
    activation: &str,
    x: &[f64],
    targets: &BatchTargets<f64>,
    rows: usize,
) -> Vec<f64> {
    let params = &model.params;
    // Weights [in, out] and biases, layer after layer.
    let layers: Vec<_> = params.segments().chunks_exact(2).collect();
    let of = |segment: &nn::Segment| &params.values()[segment.range.clone()];
    let (mut inputs, mut sums) = (vec![x.to_vec()], Vec::new());
    for (i, layer) in layers.iter().enumerate() {
        let (wide, out) = (layer[0].shape[0], layer[0].shape[1]);
        let (w, b, a) = (of(&layer[0]), of(&layer[1]), &inputs[i]);
        let z: Vec<f64> = (0..rows * out)
            .map(|k| {
                let (row, j) = (k / out, k % out);
                let products = (0..wide).map(|l| a[row * wide + l] * w[l * out + j]);
                b[j] + products.sum::<f64>()
            })
            .collect();
        inputs.push(z.iter().map(|z| value(activation, *z)).collect());
        sums.push(z);
    }
    let mut gradient = vec![0.0; params.len()];
    let last = sums.pop().expect("a network has layers");
    let mut delta = of_loss(&last, targets, rows);
    for (i, layer) in layers.iter().enumerate().rev() {
        let (wide, out) = (layer[0].shape[0], layer[0].shape[1]);
        let (a, w) = (&inputs[i], of(&layer[0]));
        for row in 0..rows {
            for j in 0..out {
                let d = delta[row * out + j];
                gradient[layer[1].range.start + j] += d;
                for l in 0..wide {
                    gradient[layer[0].range.start + l * out + j] += a[row * wide + l] * d;
                }
            }
        }
        let Some(z) = i.checked_sub(1).map(|below| &sums[below]) else {
            break;
        };
        delta = (0..rows * wide)
            .map(|k| {
                let (row, l) = (k / wide, k % wide);
                let back = (0..out).map(|j| delta[row * out + j] * w[l * out + j]);
                back.sum::<f64>() * slope(activation, z[k])
            })
            .collect();
    }
    gradient
}

/// δ of the outputs: 2(y − t)/n for the squared error, (softmax − one-hot)/n for the cross-entropy.
fn of_loss(y: &[f64], targets: &BatchTargets<f64>, rows: usize) -> Vec<f64> {
    match targets {
        BatchTargets::Values(t) => {
            let pairs = y.iter().zip(t.to_vec());
            pairs.map(|(a, t)| 2.0 * (a - t) / y.len() as f64).collect()
        }
        BatchTargets::Classes(labels) => {
            let width = y.len() / rows;
            let row = |(y, label): (&[f64], &u32)| -> Vec<f64> {
                let most = y.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                let powers: Vec<f64> = y.iter().map(|y| (y - most).exp()).collect();
                let total: f64 = powers.iter().sum();
                let one = |j: usize| f64::from(u8::from(j == *label as usize));
                let each = powers.iter().enumerate();
                each.map(|(j, p)| (p / total - one(j)) / rows as f64)
                    .collect()
            };
            y.chunks_exact(width)
                .zip(labels.as_slice())
                .flat_map(row)
                .collect()
        }
        BatchTargets::Weighted { .. } => {
            unreachable!("the samples of this study count the same")
        }
    }
}

fn value(activation: &str, z: f64) -> f64 {
    match activation {
        "sigmoid" => 1.0 / (1.0 + (-z).exp()),
        "relu" => z.max(0.0),
        _ => z.max(SLOPE * z),
    }
}

fn slope(activation: &str, z: f64) -> f64 {
    match activation {
        "sigmoid" => value(activation, z) * (1.0 - value(activation, z)),
        _ if z > 0.0 => 1.0,
        "relu" => 0.0,
        _ => SLOPE,
    }
}

fn study() -> Study {
    let name = |data: &str, activation: &str| format!("{data}, {activation}");
    let both = || {
        DATA.into_iter()
            .flat_map(|data| ACTIVATIONS.map(|activation| (data, activation)))
    };
    let differs = |number: &str| {
        let of_order = || {
            Bar::ours(
                10.0,
                "what is below 10⁻¹⁵ is of the order of 10⁻¹⁶ or lower",
            )
        };
        all(both().map(|(data, activation)| {
            in_every_trial(figure(&name(data, activation), number)).below(of_order())
        }))
    };
    Study::new(
        "gradient-verification",
        "B",
        "Backpropagation by hand and automatic differentiation agree to rounding",
    )
    .data("runge")
    .data("digits")
    .minutes(0.1)
    .trials(50)
    .cases(both().map(|(data, activation)| {
        Case::own(name(data, activation), work)
            .factor("data", data)
            .factor("activation", activation)
            .trains(&setup(data, activation))
    }))
    .draw(FigureSpec::heat(
        "Largest difference in units of 1e-16",
        "absolute_in_1e-16",
        "data",
        "activation",
    ))
    .draw(FigureSpec::table(
        "Differences in units of 1e-16",
        ["absolute_in_1e-16", "relative_in_1e-16", "worst_in_1e-16"],
    ))
    .claim(
        Claim::at(
            "B",
            "Methods",
            "gradients by hand and by automatic differentiation differ by less than 1e-15 in every element, for each activation and loss, in every trial",
            "on the order of 1e-16 or lower",
        ).main()
        .reading("largest difference of an element", differs("absolute_in_1e-16"))
        .beside("norm of the difference over that of the gradient", differs("relative_in_1e-16"))
        .beside("worst matrix or bias, relative to its largest element", differs("worst_in_1e-16")),
    )
    .note("In double precision, on 32 samples, at weights that were trained for three epochs.")
    .note("The report speaks of differences, not of relative ones: the largest difference of an element is tested. Relative ones stand beside it; \"worst\" grows where the shares of the samples nearly cancel.")
}
