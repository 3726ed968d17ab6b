use crate::parts::curves::{first, values};
use crate::parts::own::{factor, thinned, without_series};
use crate::parts::sparse::{self, POINTS, hidden, rectangle};
use crate::prelude::*;

crate::register!(study);

const LAYERS: [usize; 3] = [1, 2, 3];
const NODES: [usize; 4] = [5, 10, 20, 50];
/// The two sets of the report, with the places of their points as readings.
const NOISES: [f64; 2] = [0.1, 0.0];
/// First weights of the long run: the report does not name them.
const INITS: [(&str, &str); 3] = [
    ("Xavier", "xavier-uniform"),
    ("N(0, 1)", "normal:1"),
    ("N(0, 0.1²)", "normal:0.1"),
];
/// The loss has fallen when it is below this share of what it was after 100 epochs.
const FALLEN: f64 = 0.75;

/// Report B: full batches, plain gradient descent, sigmoid, lr 0.1.
fn setup(hidden: Vec<usize>, points: &str, noise: f64) -> Setup {
    let setup = sparse::setup()
        .hidden(hidden)
        .noise(noise)
        .activation("sigmoid")
        .optimizer("sgd")
        .full_batch()
        .test_curve();
    sparse::at(points, setup)
}

fn short(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(
        hidden(context)?,
        context.factor("points"),
        factor(context, "noise")?,
    );
    let trained = sparse::train(context, &setup)?;
    Ok(without_series(sparse::evaluated(trained)))
}

fn long_setup(points: &str, init: &str) -> Setup {
    setup(rectangle(2, 50), points, 0.1)
        .init(init)
        .epochs(20_000)
        .probes(1000)
}

fn long(context: &Context<'_>) -> Result<Outcome, AppError> {
    let init = context.factor("first weights");
    let Some((_, init)) = INITS.into_iter().find(|(name, _)| *name == init) else {
        return Err(AppError::Failure(format!(
            "there are no first weights {init}"
        )));
    };
    let setup = long_setup(context.factor("points"), init);
    let outcome = sparse::evaluated(sparse::train(context, &setup)?);
    let vanishing = first(&outcome, "gradient_rms/1") / first(&outcome, "gradient_rms/3");
    let falls = falls_at(&values(&outcome, "train_loss"));
    Ok(thinned(outcome, 100)
        .number("falls_at", falls as f64)
        .number("first_to_last_gradient", vanishing))
}

/// The epoch at which a loss leaves its plateau, or the one after the last if it never does.
fn falls_at(losses: &[f64]) -> usize {
    let plateau = losses.get(99).or(losses.last()).copied();
    let Some(plateau) = plateau else { return 1 };
    let fallen = losses.iter().skip(100).position(|x| *x < FALLEN * plateau);
    fallen.map_or(losses.len() + 1, |i| i + 101)
}

fn name(layers: usize, nodes: usize, points: &str, noise: f64) -> String {
    format!("{layers}×{nodes}, {points}, σ {noise}")
}

fn long_name(points: &str, init: &str) -> String {
    format!("2×50, 20 000 epochs, {points}, {init}")
}

/// All shapes of the heat map on one kind of data.
fn shapes(points: &str, noise: f64) -> Vec<String> {
    let each = |layers| NODES.map(|nodes| name(layers, nodes, points, noise));
    LAYERS.into_iter().flat_map(each).collect()
}

/// A claim about the heat map, with the places of points as readings. The report has its main results of the noisy set;
/// the other one stands beside.
fn of_shapes(claim: Claim, predicate: impl Fn(&str, f64) -> Predicate) -> Claim {
    let sets = NOISES
        .into_iter()
        .flat_map(|noise| POINTS.map(|points| (points, noise)));
    sets.fold(claim, |claim, (points, noise)| {
        let (name, predicate) = (format!("{points}, σ {noise}"), predicate(points, noise));
        match noise > 0.0 {
            true => claim.reading(name, predicate),
            false => claim.beside(name, predicate),
        }
    })
}

/// A claim about the long run, with places and first weights as readings.
fn of_long(claim: Claim, predicate: impl Fn(&str) -> Predicate) -> Claim {
    let runs = POINTS
        .into_iter()
        .flat_map(|points| INITS.map(|(init, _)| (points, init)));
    claim.readings(runs.map(|(points, init)| {
        (
            format!("{points}, {init}"),
            predicate(&long_name(points, init)),
        )
    }))
}

fn study() -> Study {
    let short_cases = POINTS.into_iter().flat_map(|points| {
        NOISES.into_iter().flat_map(move |noise| {
            LAYERS.into_iter().flat_map(move |layers| {
                NODES.map(|nodes| {
                    Case::own(name(layers, nodes, points, noise), short)
                        .factor("layers", layers)
                        .factor("nodes", nodes)
                        .factor("points", points)
                        .factor("noise", noise)
                        .trains(&setup(rectangle(layers, nodes), points, noise))
                })
            })
        })
    });
    let long_cases = POINTS.into_iter().flat_map(|points| {
        INITS.map(|(named, init)| {
            Case::own(long_name(points, named), long)
                .factor("points", points)
                .factor("first weights", named)
                .trains(&long_setup(points, init))
        })
    });
    let drawn = long_name(POINTS[0], INITS[0].0);
    let study = Study::new(
        "sparse-naive",
        "B",
        "Plain descent with sigmoid units does not learn from a few points",
    )
    .data("runge")
    .minutes(2.0)
    .trials(50)
    .cases(short_cases)
    .cases(long_cases)
    .draw(
        FigureSpec::curves("Errors, every 100th epoch", ["train_mse", "test_mse"])
            .of([drawn.as_str()])
            .at("B", "Fig. 3"),
    )
    .draw(FigureSpec::layers("Gradient of each layer", "gradient_rms").of([drawn.as_str()]))
    .draw(FigureSpec::table(
        "Where the training loss falls",
        ["falls_at", "first_to_last_gradient"],
    ).of(POINTS.into_iter().flat_map(|points| INITS.map(|(init, _)| long_name(points, init))).collect::<Vec<_>>().iter().map(String::as_str)))
    .claim(of_shapes(
        Claim::at(
            "B",
            "Fig. 2",
            "after 1000 epochs no network has learned anything useful: none explains half of the variance of its own training points",
            "fails to learn the underlying Runge function",
        ).main(),
        |points, noise| {
            let half = || Bar::ours(0.5, "a curve that explains less than half of the variance of its own points misses the peak of the function");
            all(shapes(points, noise).iter().map(|shape| below(shape, "train_r2", half())))
        },
    ))
    .claim(of_shapes(
        Claim::at(
            "B",
            "Fig. 2",
            "the error on the test points remains high with every shape: at its lowest over all epochs it is twice the variance of the noise or more",
            "The test MSE remains high across all tested architectures",
        ),
        |points, noise| {
            let twice = || Bar::ours(0.02_f64.log10(), "twice the variance of noise of 0.1, on a log₁₀ scale");
            all(shapes(points, noise).iter().map(|shape| at_least(shape, "log10_best_test_mse", twice())))
        },
    ))
    .claim(of_shapes(
        Claim::at(
            "B",
            "Fig. 2",
            "the simplest network has the lowest error on the test points (least over all epochs)",
            "the best-performing (and simplest) model",
        ),
        |points, noise| {
            let all = shapes(points, noise);
            least_of(&all[0], all.iter().map(String::as_str), "log10_best_test_mse")
        },
    ))
    .claim(of_shapes(
        Claim::at(
            "B",
            "Fig. 2",
            "the simplest network is not significantly better than the others: its error is within a factor of two of each of theirs",
            "not significantly better than the others",
        ),
        |points, noise| {
            let shapes = shapes(points, noise);
            let margin = || Bar::ours(2_f64.log10(), "a factor of two, on four points");
            all(shapes[1..].iter().map(|other| {
                median(&shapes[0], "log10_best_test_mse")
                    .minus(median(other, "log10_best_test_mse"))
                    .near(0.0, margin())
            }))
        },
    ))
    .claim(
        of_long(
            Claim::at(
                "B",
                "Fig. 3",
                "the training loss of a network of 2×50 leaves its plateau near epoch 10 000, between 5000 and 15 000",
                "did not begin to decrease until approximately 10,000 epochs",
            ).main(),
            |case| {
                let bar = Bar::ours(15_000.0, "half of 10 000 either way");
                median(case, "falls_at").within(5000.0, bar)
            },
        ),
    )
    .claim(of_long(
        Claim::at(
            "B",
            "Fig. 3",
            "gradients vanish: before training those of the first layer are a tenth of the last layer's or less",
            "vanishing gradient problem",
        ),
        |case| {
            let bar = Bar::ours(0.1, "an order of magnitude over two layers");
            at_most(case, "first_to_last_gradient", bar)
        },
    ))
    .note("Errors are printed as log₁₀ MSE, which is our reading of the report's negative \"MSE\".")
    .note("⚠ The report writes its noise as N(0, 0.1). We take 0.1 as the standard deviation: the report's error of OLS, a log₁₀ of -1.997, is the variance of such noise.")
    .note("The report takes the lowest error on its 4 test points over all epochs (best_test_mse). Beside it stand those after the last epoch, also on 100 new points.")
    .note("Neither the report's initializer nor the shapes of its heat map are given; ours are Xavier's and 1 to 3 layers of 5 to 50 nodes. \"Uniformly distributed\" points are drawn at random or lie at equal distances; both are run.")
    .note(sparse::NOTE)
    .note("A loss that never falls within the 20 000 epochs counts as falling after the last.");
    let sets = POINTS
        .into_iter()
        .flat_map(|points| NOISES.map(|noise| (points, noise)));
    sets.fold(study, |study, (points, noise)| {
        let heat = |title: &str, number: &str| {
            FigureSpec::heat(
                &format!("{title}, {points}, σ = {noise}"),
                number,
                "layers",
                "nodes",
            )
            .only("noise", &noise.to_string())
            .only("points", points)
        };
        study
            .draw(
                heat(
                    "log₁₀ MSE on 4 points, lowest over epochs",
                    "log10_best_test_mse",
                )
                .at("B", "Fig. 2"),
            )
            .draw(heat(
                "log₁₀ error against f on new points",
                "log10_new_mse_true",
            ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loss_falls_when_it_leaves_its_plateau() {
        let mut losses = vec![1.0; 500];
        assert_eq!(falls_at(&losses), 501);
        losses[299] = 0.7;
        assert_eq!(falls_at(&losses), 300);
        assert_eq!(falls_at(&[1.0, 0.1]), 3);
    }
}
