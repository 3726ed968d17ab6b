//! What a confusion matrix says of each class, as figures that claims can be about.

use crate::claim::{Measure, median};
use crate::outcome::Outcome;

/// Digits.
const CLASSES: usize = 10;

/// The outcome with `recall/3`, the share of true threes that are read as threes, for all classes, and of one mistake
/// `confused/3-5`, the number of true threes that are read as fives, and `lead/3-5`, how many more these are than those
/// of the commonest other mistake.
pub(crate) fn with_classes(mut outcome: Outcome, mistake: (usize, usize)) -> Outcome {
    let Some(counts) = outcome.grids.get("confusion").cloned() else {
        return outcome;
    };
    let (mut this, mut others) = (f64::NAN, 0.0_f64);
    for truth in 0..counts.rows.len() {
        let row = counts.row(truth);
        let all: f64 = row.iter().sum();
        outcome = outcome.number(format!("recall/{truth}"), row[truth] / all);
        for (predicted, n) in row
            .iter()
            .enumerate()
            .filter(|(predicted, _)| *predicted != truth)
        {
            match (truth, predicted) == mistake {
                true => this = *n,
                false => others = others.max(*n),
            }
        }
    }
    let (truth, predicted) = mistake;
    outcome
        .number(format!("confused/{truth}-{predicted}"), this)
        .number(format!("lead/{truth}-{predicted}"), this - others)
}

/// How far the share of a digit that is read right is above that of the best other digit.
pub(crate) fn best_digit(case: &str, digit: usize) -> Measure {
    recall(case, digit).minus(Measure::largest(other_digits(case, digit)))
}

/// How far it is below that of the worst other digit.
pub(crate) fn worst_digit(case: &str, digit: usize) -> Measure {
    Measure::smallest(other_digits(case, digit)).minus(recall(case, digit))
}

fn recall(case: &str, digit: usize) -> Measure {
    median(case, &format!("recall/{digit}"))
}

fn other_digits(case: &str, digit: usize) -> impl Iterator<Item = Measure> {
    let others = (0..CLASSES).filter(move |other| *other != digit);
    others.map(move |other| recall(case, other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Grid;

    #[test]
    fn a_matrix_becomes_figures() {
        let matrix = Grid::new([[8.0, 2.0], [1.0, 3.0]]);
        let outcome = with_classes(Outcome::new().grid("confusion", matrix), (1, 0));
        let figures = ["recall/0", "recall/1", "confused/1-0", "lead/1-0"];
        let found = figures.map(|name| outcome.get(name));
        assert_eq!(found, [0.8, 0.75, 1.0, -1.0].map(Some));
    }
}
