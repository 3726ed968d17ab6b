use autograd::random::below;

use crate::parts::landscape::{
    Begun, begun, curvature, drawn, evenly, random_direction, random_plane, slice, surface,
};
use crate::prelude::*;

crate::register!(study);

/// The training loss at which both solutions are compared.
const TARGET: f64 = 0.01;
/// Maximum number of steps.
const STEPS: usize = 20_000;
/// Steps between two evaluations of the training loss, far from the target.
const PAUSE: usize = 25;
/// Extent of slices in units of the filters' norms, and points per side.
const REACH: f64 = 1.0;
const SIDE: usize = 31;
/// Values above this are clipped in both figures.
const TOP: f64 = 3.0;
/// Directions over which the rise is averaged, and distance along each.
const DIRECTIONS: u64 = 10;
const RADIUS: f64 = 0.5;

const SMALL: &str = "batch 16";
const LARGE: &str = "batch 2000";

/// Few samples, so that there is a gap between training and test; the same for both in the same trial.
fn setup(batch: usize) -> Setup {
    Setup::on("mnist")
        .split_per_trial()
        .validation(0.0)
        .train_rows(2000)
        .hidden([64, 32])
        .activation("relu")
        .optimizer("sgd")
        .lr(0.1)
        .batch(batch)
}

fn batch(case: &str) -> usize {
    if case == SMALL { 16 } else { 2000 }
}

fn solution(context: &Context<'_>) -> Result<Outcome, AppError> {
    let mut net = begun::<f32>(context, &setup(batch(context.case)))?;
    let steps = descend(context, &mut net)?;
    let evaluated = net.evaluated();
    let Begun {
        trainer,
        data,
        loss,
        ..
    } = net;
    let mut model = trainer.into_model();
    let curvature = curvature(&model, &data, &data.data.train, loss, context.seed);
    context.go_on()?;

    let side = context.quickly(SIDE, 7);
    let ranges = [[-REACH, REACH]; 2];
    let [x, y] = random_plane(&model, context.seed)?;
    let slice = slice(&mut model, &data, loss, [&x, &y], ranges, side);
    let along: Vec<_> = evenly(ranges[0], 41)
        .into_iter()
        .map(|a| (a, 0.0))
        .collect();
    let profile = surface(&mut model, &data, loss, [&x, &y], &along);
    let mut rises = 0.0;
    for i in 0..DIRECTIONS {
        let x = random_direction(&model, context.part("rise").seed ^ i);
        let ends = [(-RADIUS, 0.0), (RADIUS, 0.0), (0.0, 0.0)];
        let found = surface(&mut model, &data, loss, [&x, &y], &ends);
        rises += 0.5 * (found[0] + found[1]) - found[2];
    }
    let weights = autograd::sum_of_squares(model.params.values()).sqrt();
    let top = |i: usize| curvature.top.get(i).copied().unwrap_or(f64::NAN);
    Ok(evaluated
        .number("steps", steps as f64)
        .number("hessian_1", top(0))
        .number("hessian_2", top(1))
        .number("hessian_3", top(2))
        .number("hessian_trace", curvature.trace)
        .number("rise", rises / DIRECTIONS as f64)
        .number("weight_norm", weights)
        .series("profile", profile)
        .grid("slice", drawn(&slice, ranges, TOP)))
}

/// Steps until the training loss is at most the target, looking at it at every step once it is near; returns how many
/// steps that took.
fn descend(context: &Context<'_>, net: &mut Begun<f32>) -> Result<usize, AppError> {
    let batch = net.trainer.config().batch_size;
    let mut order = net.data.data.train.clone();
    let mut draws = context.stream("order");
    let (mut at, mut pause) = (order.len(), PAUSE);
    let most = context.quickly(STEPS, 60);
    for step in 0..most {
        if at >= order.len() {
            for i in (1..order.len()).rev() {
                order.swap(i, below(&mut draws, i + 1));
            }
            at = 0;
        }
        let rows = &order[at..order.len().min(at + batch)];
        net.trainer.step(net.data.examples(), rows, 0);
        at += batch;
        if step % pause == 0 {
            context.go_on()?;
            let loss = net.train_loss();
            if loss <= TARGET {
                return Ok(step + 1);
            }
            pause = if loss < 1.5 * TARGET { 1 } else { PAUSE };
        }
    }
    Ok(most)
}

fn study() -> Study {
    // Whichever is the flatter by this number has the smaller test loss. Synthetic results refute
    // a pair by its first part: the pairs start with different ones, as both have to fail at once.
    let flatter_is_better = |number: &str| {
        any([
            all([
                lower(SMALL, LARGE, number),
                lower(SMALL, LARGE, "test_loss"),
            ]),
            all([
                lower(LARGE, SMALL, "test_loss"),
                lower(LARGE, SMALL, number),
            ]),
        ])
    };
    // Of small batches, then of large ones.
    let asked = |text: &str, numbers: &[&str]| {
        let measures = numbers
            .iter()
            .flat_map(|number| [SMALL, LARGE].map(|case| median(case, number)));
        Question::new("D", text, measures).at("Loss landscapes")
    };
    Study::new(
        "landscape-flat-sharp",
        "D",
        "Of two solutions with the same training loss, the flatter one generalizes better",
    )
    .data("mnist")
    .minutes(1.5)
    .trials(15)
    .cases([SMALL, LARGE].map(|name| {
        Case::own(name, solution)
            .factor("batch", batch(name))
            .trains(&setup(batch(name)))
    }))
    .draw(FigureSpec::contour("Training loss around a small-batch solution, heights above 3 shown as 3", SMALL, "slice").at("D", "Loss landscapes"))
    .draw(FigureSpec::contour("Training loss around a large-batch solution, heights above 3 shown as 3", LARGE, "slice").at("D", "Loss landscapes"))
    .draw(FigureSpec::curves("Training loss along a random direction, in the filters' norms", ["profile"]).over(Places::Across("α".to_owned(), [-REACH, REACH])))
    .draw(FigureSpec::table(
        "What was reached",
        ["train_loss", "test_loss", "gap_loss", "train_accuracy", "test_accuracy", "steps"],
    ))
    .draw(FigureSpec::table(
        "How flat it is there",
        ["hessian_1", "hessian_2", "hessian_3", "hessian_trace", "rise", "weight_norm"],
    ))
    .draw(FigureSpec::boxes("Largest eigenvalue of the Hessian", "hessian_1"))
    .draw(FigureSpec::boxes("Test loss", "test_loss"))
    .claim(
        Claim::at(
            "D",
            "Loss landscapes",
            "of a small-batch and a large-batch solution with the same training loss, the flatter one has the smaller test loss",
            "“flatter” minima (where the loss doesn't increase rapidly in any parameter direction) tend to generalize better than “sharp” minima",
        ).main()
        .reading("flatter by the largest eigenvalue of the Hessian", flatter_is_better("hessian_1"))
        .reading("flatter by the trace of the Hessian", flatter_is_better("hessian_trace"))
        .reading("flatter by the rise of the loss half the filters' norms away", flatter_is_better("rise")),
    )
    .question(asked(
        "At which training losses are the small-batch and the large-batch solution compared?",
        &["train_loss"],
    ))
    .question(asked(
        "How sharp are both by the Hessian: its largest eigenvalue, and its trace?",
        &["hessian_1", "hessian_trace"],
    ))
    .question(asked(
        "By how much does the loss rise half the filters' norms away from both?",
        &["rise"],
    ))
    .finding(Finding::new(
        3,
        "Trained to the same loss, batches of 16 samples end where the largest eigenvalue of the Hessian is {}, batches of 2000 where it is {}; their test losses are {} and {}.",
        ["hessian_1", "test_loss"]
            .into_iter()
            .flat_map(|number| [SMALL, LARGE].map(|case| median(case, number))),
    ))
    .note("Both take the same 2000 training samples in a trial, from different initial weights, by plain SGD at 0.1, and stop at the first look at which the mean loss over all training samples is 0.01 or less; the table says where that was. Looks are at every step once the loss is below 0.015.")
    .note("Curvature is no property of the function that a ReLU network computes: one layer's weights can be multiplied and the next one's divided without any change of the output, and eigenvalues become whatever one likes (Dinh et al. 2017). Compared are networks of one shape, initialized and trained alike but for the batch; directions scaled filter by filter undo such a change of scale, eigenvalues and trace do not.")
    .note("rise is by how much the training loss rises half the filters' norms away, on average over ten random directions, both ways.")
    .note("Eigenvalues by Lanczos' iteration, the trace by Hutchinson's estimate, over the 2000 training samples.")
}
