use std::ops::ControlFlow;

use autograd::{Real, Tape, sum_of_squares};
use nn::directions::{principal, projection, towards};
use nn::{BatchTargets, ForwardContext, Layer, Loss, Mode, value_and_grad};

use crate::parts::landscape::{Begun, begun, drawn, evenly, random_plane, slice, surface};
use crate::prelude::*;

crate::register!(study);

const CASES: [&str; 4] = ["He", "He, BN", "N(0, 1)", "N(0, 1), BN"];
const EPOCHS: u64 = 20;
/// Points per side of a slice, and its extent in units of the filters' norms.
const SIDE: usize = 25;
const REACH: f64 = 1.0;
/// Rows of the batch on which steps along the gradient are tried, and how long these are in steps of training.
const ROWS: usize = 256;
const LENGTHS: [f64; 4] = [0.5, 1.0, 2.0, 4.0];

fn setup(case: &str) -> Setup {
    let init = if case.starts_with("He") {
        "he-normal"
    } else {
        "normal:1"
    };
    Setup::on("digits")
        .split_per_trial()
        .validation(0.0)
        .hidden([32, 32, 32])
        .activation("relu")
        .init(init)
        .batch_norm(case.ends_with("BN"))
        .optimizer("sgd")
        .lr(0.01)
        .batch(32)
        .epochs(EPOCHS)
}

/// The loss of a batch in training mode, as its gradient is taken in a step.
fn gradient(net: &Begun<f32>, rows: &[u32], values: &[f32]) -> (f64, Vec<f32>) {
    let model = net.trainer.model();
    let mut params = model.params.clone();
    params.values_mut().copy_from_slice(values);
    let mut gradient = vec![0.0; values.len()];
    let x = net.data.examples().inputs.gather::<f32>(rows);
    let targets = BatchTargets::of(net.data.examples().targets, rows);
    let mode = Mode::Train {
        seed: 0,
        epoch: 0,
        step: 0,
    };
    let value = value_and_grad(&mut Tape::new(), &params, &mut gradient, |weights| {
        let pass = ForwardContext::new(weights, mode);
        let y = model.layers.forward(&pass, &weights.tape().constant(x));
        net.loss.value(&y, &targets)
    });
    (value.to_f64(), gradient)
}

/// Along the gradient of a batch: by how much the loss varies, as a share of what it is, and by how much the gradient
/// changes, as a share of its norm; the largest over steps of several lengths (Santurkar, Tsipras, Ilyas and Madry 2018).
fn along_gradient(net: &Begun<f32>) -> [f64; 2] {
    let train = &net.data.data.train;
    let rows = &train[..train.len().min(ROWS)];
    let values = net.trainer.model().params.values();
    let (here, slope) = gradient(net, rows, values);
    let norm = sum_of_squares(&slope).sqrt();
    let (mut low, mut high, mut change) = (here, here, 0.0_f64);
    for length in LENGTHS {
        let step = (length * net.trainer.optimizer().optimizer().lr()) as f32;
        let moved: Vec<f32> = values
            .iter()
            .zip(&slope)
            .map(|(w, g)| w - step * g)
            .collect();
        let (there, turned) = gradient(net, rows, &moved);
        (low, high) = (low.min(there), high.max(there));
        let apart: Vec<f32> = turned.iter().zip(&slope).map(|(a, b)| a - b).collect();
        change = change.max(sum_of_squares(&apart).sqrt() / norm);
    }
    [(high - low) / here, change]
}

/// Scale-free roughness of a slice: mean change of the slope from point to point, relative to the slope.
fn roughness(slice: &[Vec<f64>]) -> f64 {
    let side = slice.len();
    let columns = (0..side).map(|j| slice.iter().map(|row| row[j]).collect::<Vec<_>>());
    let (mut bends, mut slopes) = (0.0, 0.0);
    for line in slice.iter().cloned().chain(columns) {
        let steps: Vec<f64> = line.windows(2).map(|w| w[1] - w[0]).collect();
        bends += steps.windows(2).map(|w| (w[1] - w[0]).abs()).sum::<f64>();
        slopes += steps.iter().map(|s| s.abs()).sum::<f64>();
    }
    bends / slopes
}

fn walk(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(context.case);
    let epochs = context.experiment(&setup).training.epochs;
    let mut net = begun::<f32>(context, &setup)?;
    let mut path = vec![net.trainer.model().params.values().to_vec()];
    let (mut losses, mut looks) = (vec![net.train_loss()], vec![along_gradient(&net)]);
    while net.trainer.epochs() < epochs {
        context.go_on()?;
        let train = net.data.data.train.clone();
        let go_on = |_, _| ControlFlow::Continue(());
        let _ = net.trainer.epoch(net.data.examples(), &train, go_on);
        path.push(net.trainer.model().params.values().to_vec());
        losses.push(net.train_loss());
        looks.push(along_gradient(&net));
    }
    let mean = |i: usize| looks.iter().map(|look| look[i]).sum::<f64>() / looks.len() as f64;
    let outcome = net
        .evaluated()
        .number("loss_range", mean(0))
        .number("gradient_change", mean(1))
        .series("loss", losses.clone())
        .series("loss_range", looks.iter().map(|look| look[0]))
        .series("gradient_change", looks.iter().map(|look| look[1]));
    let (outcome, net) = around(context, outcome, net)?;
    trajectory(context, outcome, net, &path)
}

/// The slice around the end.
fn around(
    context: &Context<'_>,
    outcome: Outcome,
    net: Begun<f32>,
) -> Result<(Outcome, Begun<f32>), AppError> {
    let Begun {
        mut trainer,
        data,
        task,
        loss,
    } = net;
    let side = context.quickly(SIDE, 7);
    let ranges = [[-REACH, REACH]; 2];
    let model = trainer.model_mut();
    let [x, y] = random_plane(model, context.seed)?;
    let heights = slice(model, &data, loss, [&x, &y], ranges, side);
    let outcome = outcome
        .number("roughness", roughness(&heights))
        .grid("slice", drawn(&heights, ranges, f64::INFINITY));
    let net = Begun {
        trainer,
        data,
        task,
        loss,
    };
    Ok((outcome, net))
}

/// The way there, in the plane in which it spreads most.
fn trajectory(
    context: &Context<'_>,
    outcome: Outcome,
    net: Begun<f32>,
    path: &[Vec<f32>],
) -> Result<Outcome, AppError> {
    let Begun {
        mut trainer,
        data,
        loss,
        ..
    } = net;
    let model = trainer.model_mut();
    let ways: Vec<Vec<f32>> = path.iter().map(|at| towards(&model.params, at)).collect();
    let found = principal(&ways, 2).map_err(AppError::failure)?;
    let [x, y] = found.directions.as_slice() else {
        return Ok(outcome);
    };
    let places: Vec<[f64; 2]> = ways.iter().map(|way| projection(way, x, y)).collect();
    let along = |axis: usize| places.iter().map(|p| p[axis]).collect::<Vec<_>>();
    let range = |axis: usize| {
        let (low, high) = along(axis)
            .into_iter()
            .fold((0.0_f64, 0.0_f64), |(l, h), x| (l.min(x), h.max(x)));
        let margin = 0.2 * (high - low);
        [low - margin, high + margin]
    };
    let ranges = [range(0), range(1)];
    let side = context.quickly(SIDE, 7);
    let heights = slice(model, &data, loss, [x, y], ranges, side);
    let line: Vec<_> = evenly([0.0, 1.0], 41)
        .into_iter()
        .map(|share| (share * places[0][0], share * places[0][1]))
        .collect();
    let straight = surface(model, &data, loss, [x, y], &line);
    Ok(outcome
        .number("explained", found.explained.iter().sum())
        .series("straight", straight)
        .grid("plane", drawn(&heights, ranges, f64::INFINITY))
        .grid("trajectory", Grid::new([along(0), along(1)])))
}

fn study() -> Study {
    let less = |init: &str, number: &str| lower(&format!("{init}, BN"), init, number);
    let better = |sentence: &str, words: &str, number: &str| {
        Claim::at("D", "Loss landscapes", sentence, words)
            .holds_if(all(["He", "N(0, 1)"].map(|init| less(init, number))))
            .why_under("after He's weights alone", less("He", number))
    };
    let pictures = CASES.into_iter().flat_map(|case| {
        [
            FigureSpec::contour(
                &format!("{case}: training loss around the end, filter-normalized"),
                case,
                "slice",
            ),
            FigureSpec::contour(
                &format!("{case}: training loss in the plane of the trajectory"),
                case,
                "plane",
            ),
            FigureSpec::scatter(
                &format!("{case}: the trajectory in that plane, which ends at the origin"),
                case,
                "trajectory",
            ),
        ]
    });
    let study = Study::new(
        "landscape-init",
        "D",
        "Batch normalization makes the loss surface smoother, after good and bad initial weights",
    )
    .data("digits")
    .minutes(1.5)
    .trials(50)
    .cases(CASES.map(|name| {
        Case::own(name, walk)
            .factor("initialization", name.trim_end_matches(", BN"))
            .factor("batch normalization", name.ends_with("BN"))
            .trains(&setup(name))
    }))
    .draw(FigureSpec::curves("Training loss", ["loss"]).over(Places::FromStart).at("D", "Loss landscapes"))
    .draw(FigureSpec::curves("Range of the loss along the gradient, as a share of the loss", ["loss_range"]).over(Places::FromStart))
    .draw(FigureSpec::curves("Change of the gradient along itself, as a share of its norm", ["gradient_change"]).over(Places::FromStart))
    .draw(FigureSpec::curves("Training loss on the straight line from the end (0) to the start (1)", ["straight"]).over(Places::Across("α".to_owned(), [0.0, 1.0])))
    .draw(FigureSpec::table(
        "Smoothness, and what was reached",
        [
            "gradient_change",
            "loss_range",
            "roughness",
            "train_loss",
            "test_loss",
            "test_accuracy",
            "explained",
        ],
    ))
    .claim(better(
        "batch normalization makes the loss surface smoother along the gradient: the gradient changes less with it, after He's and after standard normal weights",
        "batch normalization … as ways to reshape the loss landscape to be smoother",
        "gradient_change",
    ))
    .claim(better(
        "batch normalization makes the loss surface smoother around the end: in slices, the slope changes less from point to point with it, after He's and after standard normal weights",
        "batch normalization … as ways to reshape the loss landscape to be smoother",
        "roughness",
    ))
    .claim(better(
        "batch normalization makes the loss easier to optimize: the training loss ends lower with it, after He's and after standard normal weights",
        "batch normalization … as ways to reshape the loss landscape to be smoother and easier to optimize",
        "train_loss",
    ))
    .note("Networks of 3×32 ReLU units on digits, plain SGD at 0.01 in batches of 32, 20 epochs; initial weights by He's rule or standard normal.")
    .note("Along the gradient: on 256 training samples in training mode, steps of half to four times that of training, the largest change over these, and the mean over all epochs (as Santurkar et al. 2018 measure it, here as shares).")
    .note("In slices running statistics are computed anew at each point, as they belong to the weights that they were collected with.")
    .note("Each slice has heights of its own, as losses differ by orders of magnitude; roughness is a share, so that it can be compared.");
    pictures.fold(study, Study::draw)
}
