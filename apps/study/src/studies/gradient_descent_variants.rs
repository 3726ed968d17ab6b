use datasets::Dataset;
use datasets::Targets;

use crate::parts::curves::{share_of_rises, values};
use crate::prelude::*;

crate::register!(study);

/// Variant of gradient descent: name, batch size (0 for all), learning rate, momentum, schedule.
type Way = (&'static str, usize, f64, f64, &'static str);

const BATCHES: [Way; 3] = [
    ("batch", 0, 0.1, 0.0, "constant"),
    ("mini-batch of 32", 32, 0.1, 0.0, "constant"),
    ("stochastic", 1, 0.1, 0.0, "constant"),
];
const RATES: [Way; 4] = [
    ("rate too small", 0, 0.001, 0.0, "constant"),
    ("rate tuned", 0, 0.5, 0.0, "constant"),
    ("rate high", 0, 2.0, 0.0, "constant"),
    ("rate far too high", 0, 20.0, 0.0, "constant"),
];
const MOMENTA: [Way; 2] = [
    ("momentum 0.5", 0, 0.1, 0.5, "constant"),
    ("momentum 0.9", 0, 0.1, 0.9, "constant"),
];
const SCHEDULES: [Way; 5] = [
    ("high rate, constant", 32, 0.8, 0.0, "constant"),
    ("high rate, steps", 32, 0.8, 0.0, "step:15,0.3"),
    ("high rate, exponential", 32, 0.8, 0.0, "exponential:0.93"),
    ("high rate, cosine", 32, 0.8, 0.0, "cosine"),
    ("high rate, one cycle", 32, 0.8, 0.0, "one-cycle"),
];

/// Rates on a straight line by squares, in units of 1/L for the largest curvature L.
const CONVEX: [(&str, f64); 4] = [
    ("convex, 0.01/L", 0.01),
    ("convex, 1/L", 1.0),
    ("convex, 1.9/L", 1.9),
    ("convex, 2.1/L", 2.1),
];

fn network((_, batch, lr, momentum, schedule): Way) -> Setup {
    let epochs = if batch == 0 && schedule == "constant" {
        200
    } else {
        50
    };
    let setup = Setup::on("digits")
        .hidden([32])
        .activation("tanh")
        .init("xavier-normal")
        .lr(lr)
        .momentum(momentum)
        .schedule(schedule)
        .epochs(epochs)
        .split_per_trial();
    if batch == 0 {
        setup.full_batch()
    } else {
        setup.batch(batch)
    }
}

fn line() -> Setup {
    Setup::on("line")
        .rows(200)
        .init("normal:1")
        .full_batch()
        .validation(0.0)
        .epochs(500)
        .f64()
}

fn ways() -> impl Iterator<Item = Way> {
    BATCHES
        .into_iter()
        .chain(RATES)
        .chain(MOMENTA)
        .chain(SCHEDULES)
}

/// Descent by batches, rates, momenta and schedules; on a convex problem, where theory says what happens, and a network.
fn study() -> Study {
    let nets = ways().map(|way| {
        Case::own(way.0, descend)
            .factor(
                "batch",
                if way.1 == 0 {
                    "all".to_owned()
                } else {
                    way.1.to_string()
                },
            )
            .factor("rate", way.2)
            .factor("momentum", way.3)
            .factor("schedule", way.4)
            .trains(&network(way))
    });
    let convex = CONVEX.map(|(name, share)| {
        Case::own(name, on_a_line)
            .factor("rate in 1/L", share)
            .trains(&line())
    });
    let names = |ways: &[Way]| -> Vec<&'static str> { ways.iter().map(|way| way.0).collect() };
    let curves =
        |title: &str, of: Vec<&'static str>| FigureSpec::curves(title, ["train_loss"]).of(of);
    let study = Study::new(
        "gradient-descent-variants",
        "D",
        "Effect of batch size, learning rate, momentum and schedules on the training loss",
    )
    .data("digits")
    .data("line")
    .minutes(0.6)
    .trials(50)
    .cases(nets)
    .cases(convex)
    .draw(
        curves("Batch, mini-batch and stochastic descent", names(&BATCHES))
            .at("D", "Gradient descent and backpropagation"),
    )
    .draw(
        curves("Learning rates, full batch", names(&RATES))
            .at("D", "Gradient descent and backpropagation"),
    )
    .draw(
        curves(
            "Momentum",
            [names(&MOMENTA), vec!["batch", "rate high"]].concat(),
        )
        .at("D", "Gradient descent and backpropagation"),
    )
    .draw(
        curves("Schedules from a high rate", names(&SCHEDULES))
            .at("D", "Gradient descent and backpropagation"),
    )
    .draw(curves(
        "A straight line: rates in units of 1/L",
        CONVEX.map(|c| c.0).to_vec(),
    ))
    .draw(
        FigureSpec::table(
            "At the end",
            [
                "train_loss",
                "rises",
                "late_rises",
                "last_over_first",
                "test_accuracy",
            ],
        )
        .of(ways().map(|way| way.0)),
    )
    .draw(FigureSpec::table("A straight line", ["excess", "start_excess"]).of(CONVEX.map(|c| c.0)));
    claims()
        .into_iter()
        .fold(study, Study::claim)
        .question(Question::new(
            "D",
            "How far do batch, mini-batch and stochastic descent get in 50 epochs (training loss), and in which share of them does the loss rise?",
            ["loss_at_50", "rises_to_50"]
                .into_iter()
                .flat_map(|number| BATCHES.map(|way| median(way.0, number))),
        ).at("Gradient descent and backpropagation"))
        .question(Question::new(
            "D",
            "In which share of the second half's epochs does the loss rise under each schedule?",
            SCHEDULES.map(|way| median(way.0, "late_rises")),
        ).at("Gradient descent and backpropagation"))
        .question(Question::new(
            "D",
            "Where does the training loss end under each schedule?",
            SCHEDULES.map(|way| median(way.0, "train_loss")),
        ).at("Gradient descent and backpropagation"))
        .note("The report names no rates; for the network they are ours: 0.001, 0.5, 2 and 20 with full batches, 0.1 for batches and momentum, 0.8 for schedules.")
        .note("A loss bounces where an epoch's mean is not below that of the epoch before: the share of such epochs, over the run and over its second half.")
        .note("On a straight line by squares the largest curvature L is that of the trial's own samples; excess is the loss above that of ordinary least squares.")
}

fn claims() -> Vec<Claim> {
    let at = |sentence: &str, words: &str| {
        Claim::at("D", "Gradient descent and backpropagation", sentence, words)
    };
    let in_landscapes =
        |sentence: &str, words: &str| Claim::at("D", "Loss landscapes", sentence, words);
    let smoother = || lower("momentum 0.9", "rate high", "rises");
    let at_the_minimum = |case: &str| {
        in_every_trial(figure(case, "excess")).at_most(Bar::ours(
            1e-9,
            "a billionth above the least loss is the minimum, as far as roundings let one see",
        ))
    };
    vec![
        at(
            "on a convex problem gradient descent converges to the global minimum at rates of 1/L and 1.9/L, where L is the largest curvature (a loss at most 10⁻⁹ above the least, in every trial)",
            "for convex problems … gradient descent converges to a global minimum under certain conditions",
        )
        .holds_if(all([
            at_the_minimum("convex, 1/L"),
            at_the_minimum("convex, 1.9/L"),
        ])),
        at(
            "on a convex problem gradient descent diverges at a rate beyond 2/L, where L is the largest curvature: every trial ends above where it started",
            "too large can cause divergence or oscillation",
        )
        .holds_if(in_every_trial(figure("convex, 2.1/L", "excess_over_start")).above(Bar::ours(
            1.0,
            "it ends above where it started",
        ))),
        at(
            "on a convex problem a rate of 0.01/L, where L is the largest curvature, makes slow progress: after 500 steps the loss is 10⁻³ or more above the least",
            "too small η leads to slow progress",
        )
        .holds_if(at_least(
            "convex, 0.01/L",
            "excess",
            Bar::ours(1e-3, "a million times what converged is"),
        )),
        at(
            "network: a rate too small makes slow progress (half of the first loss or more is left after 200 steps)",
            "too small η leads to slow progress",
        )
        .holds_if(at_least(
            "rate too small",
            "last_over_first",
            Bar::ours(0.5, "half of the loss left is slow where others leave a hundredth"),
        )),
        in_landscapes(
            "network: the tuned rate descends smoothly (rises in at most 2 % of epochs), a high rate bounces (in 10 % or more)",
            "with a high learning rate the training loss might bounce … whereas a properly tuned rate … leads to smoother descent",
        )
        .holds_if(all([
            at_most("rate tuned", "rises", Bar::ours(0.02, "four rises in 200 steps are hardly seen")),
            at_least("rate high", "rises", Bar::ours(0.1, "one step in ten is a loss that bounces")),
        ])),
        at(
            "network: a rate far too high ends above where it started",
            "too large can cause divergence or oscillation",
        )
        .holds_if(above(
            "rate far too high",
            "last_over_first",
            Bar::ours(1.0, "it ends above where it started"),
        )),
        in_landscapes(
            "network: with momentum of 0.9 the training loss descends more smoothly than at a high rate: it rises in fewer epochs",
            "using momentum leads to smoother descent into a minimum",
        )
        .reading("more smoothly than a high rate", smoother())
        .beside(
            "and further than without momentum at the same rate",
            all([smoother(), lower("momentum 0.9", "batch", "train_loss")]),
        ),
    ]
}

fn descend(context: &Context<'_>) -> Result<Outcome, AppError> {
    let way = ways().find(|way| way.0 == context.case);
    let Some(way) = way else {
        return Err(AppError::Failure(format!(
            "there is no way {:?}",
            context.case
        )));
    };
    let outcome = context.train::<f32>(&network(way))?.outcome;
    let losses = values(&outcome, "train_loss");
    let early = &losses[..losses.len().min(50)];
    let (first, last) = (early.first(), losses.last());
    let ratio = match (first, last) {
        (Some(first), Some(last)) if last.is_finite() => last / first,
        // What is no number any more has diverged.
        _ => f64::INFINITY,
    };
    let at_50 = early.last().copied().unwrap_or(f64::NAN);
    Ok(outcome
        .number("rises", share_of_rises(&losses))
        .number("rises_to_50", share_of_rises(early))
        .number("late_rises", share_of_rises(&losses[losses.len() / 2..]))
        .number("loss_at_50", at_50)
        .number("last_over_first", ratio))
}

fn on_a_line(context: &Context<'_>) -> Result<Outcome, AppError> {
    let share = CONVEX
        .iter()
        .find(|(name, _)| *name == context.case)
        .map_or(f64::NAN, |c| c.1);
    let data = context.data(&line())?;
    let problem = Squares::of(&data.set, &data.train);
    let trained = context.train_on::<f64>(&line().lr(share / problem.largest_curvature()), data)?;
    let outcome = trained.outcome;
    let start = values(&outcome, "train_loss")
        .first()
        .copied()
        .unwrap_or(f64::NAN);
    let end = outcome.get("train_loss").unwrap_or(f64::INFINITY);
    let least = problem.least();
    Ok(outcome
        .number("excess", end - least)
        .number("excess_over_start", (end - least) / (start - least))
        .number("start_excess", start - least))
}

/// The mean of (wx + b − y)² over some samples: the means that it is made of.
struct Squares {
    x: f64,
    xx: f64,
    y: f64,
    xy: f64,
    yy: f64,
}

impl Squares {
    fn of(set: &Dataset, rows: &[u32]) -> Self {
        let y = |row: u32| match &set.part.targets {
            Targets::Values(values) => values.row(row as usize)[0],
            _ => f64::NAN,
        };
        let x = |row: u32| set.part.inputs.row(row as usize)[0];
        let mean = |f: &dyn Fn(f64, f64) -> f64| {
            rows.iter().map(|row| f(x(*row), y(*row))).sum::<f64>() / rows.len() as f64
        };
        Self {
            x: mean(&|x, _| x),
            xx: mean(&|x, _| x * x),
            y: mean(&|_, y| y),
            xy: mean(&|x, y| x * y),
            yy: mean(&|_, y| y * y),
        }
    }

    /// The larger eigenvalue of the second derivative, 2·(mean x², mean x; mean x, 1).
    fn largest_curvature(&self) -> f64 {
        let (half_sum, half_difference) = (0.5 * (self.xx + 1.0), 0.5 * (self.xx - 1.0));
        2.0 * (half_sum + half_difference.hypot(self.x))
    }

    /// Residual loss of ordinary least squares.
    fn least(&self) -> f64 {
        let covariance = self.xy - self.x * self.y;
        let variance = self.xx - self.x * self.x;
        self.yy - self.y * self.y - covariance * covariance / variance
    }
}
