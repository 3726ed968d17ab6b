use crate::parts::curves::{first, values};
use crate::parts::own::{factor, thinned, without_series};
use crate::parts::sparse::{self, hidden, rectangle};
use crate::prelude::*;

crate::register!(study);

const LAYERS: [usize; 3] = [1, 2, 3];
const NODES: [usize; 4] = [5, 10, 20, 50];
const NOISES: [f64; 2] = [0.1, 0.0];
const LONG: &str = "2×50, 20 000 epochs";
/// The loss has fallen when it is below this share of what it was after 100 epochs.
const FALLEN: f64 = 0.75;

/// Report B: full batches, plain gradient descent, sigmoid, lr 0.1.
fn setup(hidden: Vec<usize>, noise: f64) -> Setup {
    sparse::setup()
        .hidden(hidden)
        .noise(noise)
        .activation("sigmoid")
        .optimizer("sgd")
        .full_batch()
        .test_curve()
}

fn short(context: &Context<'_>) -> Result<Outcome, AppError> {
    let setup = setup(hidden(context)?, factor(context, "noise")?);
    let trained = sparse::train(context, &setup)?;
    Ok(without_series(sparse::evaluated(trained)))
}

fn long_setup() -> Setup {
    setup(rectangle(2, 50), 0.1).epochs(20_000).probes(1000)
}

fn long(context: &Context<'_>) -> Result<Outcome, AppError> {
    let outcome = sparse::evaluated(sparse::train(context, &long_setup())?);
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

fn study() -> Study {
    let name = |layers: usize, nodes: usize, noise: f64| format!("{layers}×{nodes}, σ {noise}");
    let shapes = || {
        LAYERS
            .into_iter()
            .flat_map(|layers| NODES.map(|nodes| (layers, nodes)))
    };
    let cases = NOISES.into_iter().flat_map(|noise| {
        shapes().map(move |(layers, nodes)| {
            Case::own(name(layers, nodes, noise), short)
                .factor("layers", layers)
                .factor("nodes", nodes)
                .factor("noise", noise)
                .trains(&setup(rectangle(layers, nodes), noise))
        })
    });
    let names: Vec<String> = shapes().map(|(l, n)| name(l, n, 0.1)).collect();
    let learned = Measure::largest(names.iter().map(|name| median(name, "train_r2")));
    let study = Study::new(
        "sparse-naive",
        "B",
        "Plain descent with sigmoid units does not learn from a few points",
    )
    .data("runge")
    .minutes(0.5)
    .trials(15)
    .cases(cases)
    .case(Case::own(LONG, long).trains(&long_setup()))
    .draw(FigureSpec::curves("Errors, every 100th epoch", ["train_mse", "test_mse"]).of([LONG]))
    .draw(FigureSpec::layers("Gradient of each layer", "gradient_rms").of([LONG]))
    .claim(Claim::new(
        "B",
        "after 1000 epochs no network has learned: none explains half of the variance of its own training points",
        "fails to learn",
        learned.below(0.5),
    ))
    .claim(Claim::new(
        "B",
        "the simplest network is the best on the 4 test points (lowest error over all epochs, as reported)",
        "simplest best",
        least_of(
            &name(1, 5, 0.1),
            names.iter().map(String::as_str),
            "log10_best_test_mse",
        ),
    ))
    .claim(Claim::new(
        "B",
        "2×50: the training loss leaves its plateau between epochs 5000 and 15 000",
        "near epoch 10 000",
        median(LONG, "falls_at").within(5000.0, 15_000.0),
    ))
    .claim(Claim::new(
        "B",
        "2×50: gradients vanish: before training those of the first layer are a tenth of the last layer's or less",
        "vanishing gradients",
        at_most(LONG, "first_to_last_gradient", 0.1),
    ))
    .note("Errors are printed as log₁₀ MSE, which is our reading of the report's negative \"MSE\".")
    .note("The report takes the lowest error on its 4 test points over all epochs (best_test_mse). Beside it stand those after the last epoch, also on 100 new points.")
    .note("Neither the report's initializer nor the shapes of its heat map are given; ours are Xavier's and 1 to 3 layers of 5 to 50 nodes. Where the plateau ends depends on the initializer.")
    .note("A loss that never falls within the 20 000 epochs counts as falling after the last.");
    NOISES.into_iter().fold(study, |study, noise| {
        let heat = |title: &str, number: &str| {
            FigureSpec::heat(&format!("{title}, σ = {noise}"), number, "layers", "nodes")
                .only("noise", &noise.to_string())
        };
        study
            .draw(heat(
                "log₁₀ MSE on 4 points, lowest over epochs",
                "log10_best_test_mse",
            ))
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
