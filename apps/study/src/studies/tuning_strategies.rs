use crate::parts::own::without_series;
use crate::prelude::*;

crate::register!(study);

/// Ways to spend the same number of epochs.
const STRATEGIES: [&str; 3] = ["grid", "random search", "successive halving"];
/// Epochs that each may spend.
const BUDGET: u64 = 162;
/// Epochs of a network of the grid and of random search: 27 networks each.
const SHORT: u64 = 6;
/// Successive halving (Jamieson and Talwalkar 2016): each round has a third of the networks and three times the epochs.
const ROUNDS: [(usize, u64); 3] = [(54, 1), (18, 3), (6, 9)];
/// Epochs of the winner.
const LONG: u64 = 60;
/// Samples that a winner is chosen by.
const JUDGES: usize = 2000;

/// A network of the search.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    lr: f64,
    layers: usize,
    nodes: usize,
    activation: &'static str,
    batch: usize,
}

impl Candidate {
    /// Three values of three settings; the other two in the middle.
    fn of_grid() -> Vec<Self> {
        let mut all = Vec::new();
        for lr in [1e-3, 1e-2, 1e-1] {
            for layers in [1, 2, 3] {
                for activation in ["sigmoid", "relu", "tanh"] {
                    all.push(Self {
                        lr,
                        layers,
                        nodes: 64,
                        activation,
                        batch: 32,
                    });
                }
            }
        }
        all
    }

    /// All five settings at random, the rate and the sizes evenly on a logarithmic scale.
    fn drawn(context: &Context<'_>, count: usize) -> Vec<Self> {
        let mut rng = context.stream("candidates");
        let mut unit = || autograd::random::unit(&mut rng);
        let mut one = || {
            let lr = 10_f64.powf(-4.0 + 3.5 * unit());
            let (layers, nodes) = (3.0 * unit(), 2_f64.powf(4.0 + 4.0 * unit()));
            let (activation, batch) = (3.0 * unit(), 2_f64.powf(3.0 + 4.0 * unit()));
            Self {
                lr,
                layers: 1 + layers as usize,
                nodes: nodes as usize,
                activation: ["sigmoid", "relu", "tanh"][activation as usize],
                batch: batch as usize,
            }
        };
        (0..count).map(|_| one()).collect()
    }

    fn setup(self) -> Setup {
        Setup::on("mnist")
            .train_rows(1000)
            .hidden(vec![self.nodes; self.layers])
            .activation(self.activation)
            .init("xavier-uniform")
            .optimizer("adam")
            .lr(self.lr)
            .batch(self.batch)
    }

    fn words(self) -> String {
        format!(
            "{}×{} {}, lr {:.2e}, batch {}",
            self.layers, self.nodes, self.activation, self.lr, self.batch
        )
    }

    /// Its accuracy on validation samples after so many epochs, and how many were trained.
    fn accuracy(self, context: &Context<'_>, epochs: u64) -> Result<(f64, usize), AppError> {
        let setup = self.setup().epochs(epochs);
        let mut data = context.data(&setup)?;
        data.validation.truncate(JUDGES);
        data.test.truncate(JUDGES);
        let trained = context.train_on::<f32>(&setup, data)?;
        let accuracy = trained.outcome.get("validation_accuracy");
        Ok((accuracy.unwrap_or(f64::NEG_INFINITY), trained.history.len()))
    }
}

/// Networks with their accuracies, the best first, and the epochs that were trained to find them.
type Ranking = (Vec<(f64, Candidate)>, usize);

/// The best of some networks first, each trained for so many epochs.
fn ranked(
    context: &Context<'_>,
    networks: Vec<Candidate>,
    epochs: u64,
) -> Result<Ranking, AppError> {
    let (mut all, mut spent) = (Vec::new(), 0);
    for network in networks {
        let (accuracy, trained) = network.accuracy(context, epochs)?;
        all.push((accuracy, network));
        spent += trained;
    }
    // Stable, so that equal ones stay in the order in which they were drawn.
    all.sort_by(|a, b| b.0.total_cmp(&a.0));
    Ok((all, spent))
}

fn work(context: &Context<'_>) -> Result<Outcome, AppError> {
    let few = |networks: Vec<Candidate>| {
        let most = context.quickly(networks.len(), 3);
        networks.into_iter().take(most).collect::<Vec<_>>()
    };
    let per_network = (BUDGET / SHORT) as usize;
    let (found, spent) = match context.factor("strategy") {
        "grid" => ranked(context, few(Candidate::of_grid()), SHORT)?,
        "random search" => {
            let networks = few(Candidate::drawn(context, per_network));
            ranked(context, networks, SHORT)?
        }
        _ => {
            let mut networks = few(Candidate::drawn(context, ROUNDS[0].0));
            let (mut best, mut spent) = (Vec::new(), 0);
            for (count, epochs) in ROUNDS {
                networks.truncate(count);
                let (ranking, trained) = ranked(context, networks, epochs)?;
                (best, spent) = (ranking, spent + trained);
                networks = best.iter().map(|(_, network)| *network).collect();
            }
            (best, spent)
        }
    };
    let Some((accuracy, winner)) = found.first().copied() else {
        return Err(AppError::Failure("no network was trained".to_owned()));
    };
    let long = context.train::<f32>(&winner.setup().epochs(LONG))?;
    let outcome = without_series(long.outcome);
    Ok(outcome
        .number("searched_accuracy", accuracy)
        .number("searched_epochs", spent as f64)
        .number("winner_lr", winner.lr)
        .number("winner_batch", winner.batch as f64)
        .word("winner", winner.words()))
}

fn study() -> Study {
    let example = Candidate::of_grid()[0];
    let against_grid =
        |name: &str| median(name, "test_accuracy").minus(median(STRATEGIES[0], "test_accuracy"));
    Study::new(
        "tuning-strategies",
        "B",
        "What random search and successive halving find for the epochs of a grid",
    )
    .chosen("mnist, 1000 training samples; networks chosen by each strategy from rates, depths, widths, activations and batches, and trained for 60 epochs")
    .data("mnist")
    .minutes(2.0)
    .trials(15)
    .cases(STRATEGIES.map(|name| {
        Case::own(name, work)
            .factor("strategy", name)
            .trains(&example.setup())
    }))
    .draw(FigureSpec::boxes("Test accuracy of the winner after 60 epochs", "test_accuracy"))
    .draw(FigureSpec::table(
        "Winners",
        ["test_accuracy", "searched_accuracy", "searched_epochs", "winner_lr", "winner_batch", "seconds"],
    ))
    .question(
        Question::new(
            "B",
            "Is there a cheaper way of tuning than a grid? (test accuracy of its winner less that of the grid's, at the same number of epochs)",
            STRATEGIES[1..].iter().map(|name| against_grid(name)),
        )
        .at("Conclusion"),
    )
    .note("The report leaves this as further work a, so nothing is claimed.")
    .note("Its further work c, speed by parallel work, is measured over threads in BENCHMARKS.md, and no study times it.")
    .note("Each strategy spends 162 epochs on 1000 samples of MNIST: the grid 27 networks for 6 epochs each (three rates, depths and activations), random search as many that are drawn from all five settings, successive halving 54 for one epoch, the best 18 for three and the best 6 for nine. All are chosen on 2000 validation samples; the winner is then trained for 60 epochs.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_strategy_spends_the_same() {
        assert_eq!(Candidate::of_grid().len() as u64 * SHORT, BUDGET);
        let halving: u64 = ROUNDS.iter().map(|(n, epochs)| *n as u64 * epochs).sum();
        assert_eq!(halving, BUDGET);
    }
}
