//! Successive halving: all choices are trained for a few epochs, the best third of them longer, the best third of those to
//! the end (Jamieson and Talwalkar, *Non-stochastic best arm identification and hyperparameter optimization*, 2016, with
//! a factor of 3 in place of 2).
//!
//! There are three rungs at most: shorter ones would judge networks that have hardly begun. A choice that does not reach
//! the last rung is never trained to the end, so the search costs about a third of what its grid does.

use settings::{Experiment, Search};

/// What the number of choices is divided by from rung to rung, and epochs are multiplied by.
const FACTOR: usize = 3;

/// The most rungs.
const MOST: u32 = 3;

/// A part of a sweep whose choices are trained alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rung {
    /// How many choices reach it.
    pub(super) choices: usize,
    /// The epochs that its networks have at its end, in all; `None` for those of their experiment.
    pub(super) epochs: Option<u64>,
}

/// The rungs of a search of so many choices and epochs; of a sweep without halving the one.
pub(super) fn rungs(search: Option<Search>, choices: usize, epochs: u64) -> Vec<Rung> {
    if !matches!(search, Some(Search::Halving(_))) {
        return vec![Rung {
            choices,
            epochs: None,
        }];
    }
    let factor = FACTOR as u64;
    let count = (1..MOST)
        .take_while(|n| choices >= FACTOR.pow(*n) && epochs >= factor.pow(*n))
        .count() as u32;
    let rung = |number: u32| Rung {
        choices: (choices / FACTOR.pow(number)).max(1),
        epochs: Some(epochs / factor.pow(count - number)),
    };
    (0..=count).map(rung).collect()
}

/// Whether a network that goes on in the next rung has the bits of one that was never stopped. Where the learning rate of
/// the first epochs depends on how many there are in all, it has not: such networks are trained afresh in every rung.
pub(super) fn goes_on(experiment: &Experiment) -> bool {
    !experiment.training.config.schedule.depends_on_total()
}

/// The most epochs that one network of each choice takes over all rungs. In 128 bits, which no flags can fill.
pub(super) fn cost<'a>(rungs: &[Rung], experiments: impl Iterator<Item = &'a Experiment>) -> u128 {
    let afresh = experiments.map(goes_on).any(|on| !on);
    let mut before = 0;
    let mut sum = 0;
    for rung in rungs {
        let epochs = rung.epochs.unwrap_or(0);
        let more = epochs - if afresh { 0 } else { before };
        sum += rung.choices as u128 * u128::from(more);
        before = epochs;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use settings::Kind;

    fn halving(choices: usize, epochs: u64) -> Vec<(usize, u64)> {
        let all = rungs(Some(Search::Halving(None)), choices, epochs);
        all.iter().map(|r| (r.choices, r.epochs.unwrap())).collect()
    }

    #[test]
    fn choices_fall_as_epochs_rise() {
        assert_eq!(halving(27, 50), [(27, 5), (9, 16), (3, 50)]);
        assert_eq!(halving(100, 81), [(100, 9), (33, 27), (11, 81)]);
        assert_eq!(halving(9, 9), [(9, 1), (3, 3), (1, 9)]);
        assert_eq!(halving(8, 50), [(8, 16), (2, 50)]);
        assert_eq!(halving(50, 5), [(50, 1), (16, 5)]);
        assert_eq!(halving(3, 3), [(3, 1), (1, 3)]);
        for search in [None, Some(Search::Random(27))] {
            let one = Rung {
                choices: 27,
                epochs: None,
            };
            assert_eq!(rungs(search, 27, 50), [one]);
        }
    }

    #[test]
    fn no_number_of_epochs_is_too_large_to_be_told() {
        let rungs = rungs(Some(Search::Halving(None)), 3, u64::MAX);
        let experiment = Experiment::new(Kind::Classification);
        let all = cost(&rungs, std::iter::once(&experiment));
        // A third of the epochs for all three, the others for the best.
        assert_eq!(all, u128::from(u64::MAX) / 3 * 5);
    }

    /// With nine choices and nine epochs or more, three rungs cost a third of the grid at most, trained afresh or not.
    #[test]
    fn halving_costs_a_third_of_the_grid() {
        let mut afresh = Experiment::new(Kind::Classification);
        afresh.training.config.schedule = "one-cycle".parse().unwrap();
        let on = Experiment::new(Kind::Classification);
        for choices in [9, 10, 26, 27, 100, 1000] {
            for epochs in [9, 10, 50, 81, 200] {
                let rungs = rungs(Some(Search::Halving(None)), choices, epochs);
                let whole = choices as u128 * u128::from(epochs);
                let [once, again] = [&on, &afresh].map(|e| cost(&rungs, std::iter::once(e)));
                assert!(once <= again && 3 * again <= whole, "{choices} {epochs}");
            }
        }
    }
}
