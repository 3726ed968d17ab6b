use std::ops::ControlFlow;

use autograd::{Tape, sum_of_squares};
use nn::curvature::{self, Wanted};
use nn::mean_gradient;

use crate::parts::landscape::{Begun, begun, with_trained_hessian};
use crate::prelude::*;

crate::register!(study);

/// First weights by Xavier's rule, and so small that all is nearly 0.
const USUAL: &str = "Xavier";
const ORIGIN: &str = "near the origin";
const EPOCHS: u64 = 200;
/// Random vectors and products of a spectrum, and products to find its ends.
const VECTORS: usize = 4;
const PRODUCTS: usize = 60;
const ENDS: usize = 100;
/// Eigenvalues nearer to 0 than this share of the largest in size are no direction up or down: so many products do not
/// resolve what is nearer.
const NOISE: f64 = 0.01;

/// Smooth, and small enough for hundreds of products with the Hessian; in double precision.
fn setup(init: &str) -> Setup {
    Setup::on("digits")
        .split_per_trial()
        .validation(0.0)
        .hidden([32])
        .activation("tanh")
        .init(init)
        .optimizer("sgd")
        .lr(0.05)
        .batch(32)
        .epochs(EPOCHS)
}

fn init(case: &str) -> &'static str {
    if case == USUAL {
        "xavier-normal"
    } else {
        "normal:0.001"
    }
}

/// Diagnostics at a point of the trajectory.
#[derive(Clone, Copy)]
struct Look {
    epoch: u64,
    loss: f64,
    gradient: f64,
    /// The share of eigenvalues that are negative.
    negative: f64,
    largest: f64,
    least: f64,
}

impl Look {
    fn at(context: &Context<'_>, net: &Begun<f64>) -> Self {
        let (model, seed) = (net.trainer.model(), context.seed);
        let rows = &net.data.data.train;
        let mut gradient = vec![0.0; model.params.len()];
        let (examples, loss) = (net.data.examples(), net.loss);
        let tape = &mut Tape::new();
        let value = mean_gradient(
            tape,
            &model.layers,
            &model.params,
            examples,
            rows,
            loss,
            &mut gradient,
        );
        let wanted = Wanted {
            top: 1,
            bottom: 1,
            tolerance: 1e-3,
            steps: context.quickly(ENDS, 24),
            seed,
        };
        let (ends, negative) = with_trained_hessian(model, &net.data, rows, loss, |hessian| {
            let found = curvature::extremes(hessian, &wanted);
            let ends = found.map_or([f64::NAN; 2], |found| {
                [found.top[0].value, found.bottom[0].value]
            });
            let size = ends[0].abs().max(ends[1].abs());
            let (vectors, products) = context.quickly((VECTORS, PRODUCTS), (1, 12));
            let spectrum = curvature::spectrum(hessian, vectors, products, seed);
            let negative = spectrum.map_or(f64::NAN, |s| s.negative(NOISE * size).mean);
            (ends, negative)
        });
        Self {
            epoch: net.trainer.epochs(),
            loss: value,
            gradient: sum_of_squares(&gradient).sqrt(),
            negative,
            largest: ends[0],
            least: ends[1],
        }
    }

    /// Ratio of the most negative to the largest eigenvalue.
    fn downward(&self) -> f64 {
        -self.least / self.largest.abs().max(self.least.abs())
    }
}

/// Epochs of all diagnostics.
fn looks() -> Places {
    let epochs = (0..=EPOCHS).filter(|epoch| is_look(*epoch));
    Places::At(epochs.map(|epoch| epoch as f64).collect())
}

/// Before training and after some epochs, ever further apart.
fn is_look(epoch: u64) -> bool {
    match epoch {
        0..=10 => true,
        11..=20 => epoch.is_multiple_of(2),
        21..=50 => epoch.is_multiple_of(10),
        51..=100 => epoch.is_multiple_of(25),
        _ => epoch.is_multiple_of(50),
    }
}

fn along(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(init(context.case));
    let epochs = context.experiment(&setup).training.epochs;
    let mut net = begun::<f64>(context, &setup)?;
    let mut looks = vec![Look::at(context, &net)];
    while net.trainer.epochs() < epochs {
        context.go_on()?;
        let train = net.data.data.train.clone();
        let go_on = |_, _| ControlFlow::Continue(());
        let _ = net.trainer.epoch(net.data.examples(), &train, go_on);
        if is_look(net.trainer.epochs()) {
            looks.push(Look::at(context, &net));
        }
    }
    let (first, last) = (looks[0], looks[looks.len() - 1]);
    // Where it goes slowest while there is most of the way to go.
    let high = looks.iter().filter(|look| look.loss > 0.5 * first.loss);
    let stall = *high
        .min_by(|a, b| a.gradient.total_cmp(&b.gradient))
        .unwrap_or(&first);
    let halved = looks.iter().find(|look| look.loss <= 0.5 * first.loss);
    let of = |figure: fn(&Look) -> f64| looks.iter().map(figure).collect::<Vec<_>>();
    Ok(net
        .evaluated()
        .number("negative_first", first.negative)
        .number("negative_last", last.negative)
        .number("downward_last", last.downward())
        .number("stall_loss", stall.loss)
        .number("stall_gradient", stall.gradient)
        .number("stall_negative", stall.negative)
        .number("stall_downward", stall.downward())
        .number(
            "epochs_to_half",
            halved.map_or(EPOCHS as f64, |look| look.epoch as f64),
        )
        .series("look_epoch", of(|look| look.epoch as f64))
        .series("look_loss", of(|look| look.loss))
        .series("gradient_norm", of(|look| look.gradient))
        .series("negative_share", of(|look| look.negative))
        .series("largest_eigenvalue", of(|look| look.largest))
        .series("least_eigenvalue", of(|look| look.least)))
}

fn study() -> Study {
    let both = [USUAL, ORIGIN];
    let saddle = |case: &str| {
        median(case, "stall_downward").at_least(Bar::ours(
            0.1,
            "a slope down a tenth as steep as that up is no rounding of a flat direction",
        ))
    };
    let learned = || {
        Bar::ours(
            0.99,
            "a network that classifies 99 of 100 training digits correctly is near the global minimum, whose loss is 0",
        )
    };
    Study::new(
        "landscape-saddles",
        "D",
        "What slows training down are saddles, and hardly any run ends in a bad minimum",
    )
    .data("digits")
    .minutes(1.5)
    .trials(15)
    .cases(both.map(|name| {
        Case::own(name, along)
            .factor("initialization", init(name))
            .trains(&setup(init(name)))
    }))
    .draw(FigureSpec::curves("Training loss", ["look_loss"]).over(looks()))
    .draw(FigureSpec::curves("Norm of the gradient", ["gradient_norm"]).over(looks()))
    .draw(FigureSpec::curves("Share of negative eigenvalues", ["negative_share"]).over(looks()).at("D", "Loss landscapes"))
    .draw(FigureSpec::curves("Smallest and largest eigenvalue", ["least_eigenvalue", "largest_eigenvalue"]).over(looks()))
    .draw(FigureSpec::table(
        "Where it starts, stalls and ends",
        [
            "negative_first",
            "stall_loss",
            "stall_gradient",
            "stall_negative",
            "stall_downward",
            "negative_last",
            "downward_last",
            "train_loss",
            "train_accuracy",
            "epochs_to_half",
        ],
    ))
    .claim(
        Claim::at(
            "D",
            "Loss landscapes",
            "where training stalls at a high loss, the surface goes down in some directions nearly as steeply as it goes up in others (the smallest eigenvalue at least a tenth of the largest in size, and negative): a saddle, not a minimum",
            "instead, saddle points are more common obstacles",
        )
        .reading("from Xavier's weights", saddle(USUAL))
        // Begun beside a saddle, which says nothing of how common they are.
        .beside("from weights near the origin", saddle(ORIGIN))
        .because("from Xavier's weights hardly anything stalls: half of the loss is gone within few epochs, and the surface on the way goes down far less steeply than up"),
    )
    .claim(
        Claim::at(
            "D",
            "Loss landscapes",
            "starting beside a saddle slows training: the training loss takes more epochs to halve from weights near the origin than from Xavier's",
            "plateaus or saddle points … are more likely to slow training",
        )
        .holds_if(higher(ORIGIN, USUAL, "epochs_to_half")),
    )
    .claim(
        Claim::at(
            "D",
            "Loss landscapes",
            "gradient descent does not get stuck in a bad minimum: 99 of 100 training digits are classified correctly in the end",
            "unlikely to get truly “stuck” in a bad isolated minimum",
        ).main()
        // What is unlikely may happen in a few trials: the report's word is about most of them.
        .reading("from Xavier's weights, in most trials", median(USUAL, "train_accuracy").at_least(learned()))
        .beside("from Xavier's weights, in every trial", in_every_trial(figure(USUAL, "train_accuracy")).at_least(learned()))
        .beside("from weights near the origin, in every trial", in_every_trial(figure(ORIGIN, "train_accuracy")).at_least(learned())),
    )
    .question(
        Question::new(
            "D",
            "Do negative eigenvalues become fewer as training goes on? Their share before and after it, from Xavier's weights and from weights near the origin:",
            both.iter().flat_map(|case| ["negative_first", "negative_last"].map(|number| median(case, number))),
        )
        .at("Loss landscapes"),
    )
    .note("Looks are before training, after each of the first 10 epochs, every second up to 20, every tenth up to 50, and at 75, 100, 150 and 200.")
    .note("Shares by stochastic Lanczos quadrature over all training samples, with 4 vectors of 60 products each. Eigenvalues smaller in size than a hundredth of the largest count as 0, as so many products do not resolve them.")
    .note("A stall is the look with the smallest gradient among those that have more than half of the first loss.")
    .note("The report names no network; ours has 32 tanh units, on digits, in double precision. At the origin itself the gradient is that of the biases of the output alone: initial weights of standard deviation 0.001 start beside a saddle.")
}
