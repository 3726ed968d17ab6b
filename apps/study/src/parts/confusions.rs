//! What a confusion matrix says of each class, as figures that claims can be about.

use nn::metrics::Quartiles;

use claims::outcome::{Grid, Outcome};
use claims::{Predicate, median};

/// Digits.
const CLASSES: usize = 10;

/// The outcome with `recall/3`, the share of true threes that are classified as threes, for all classes, and of one mistake
/// `confused/3-5`, the number of true threes that are classified as fives, and `lead/3-5`, how many more these are than those
/// of the commonest other mistake.
pub(crate) fn with_classes(mut outcome: Outcome, mistake: (usize, usize)) -> Outcome {
    let Some(counts) = outcome.grids.get("confusion").cloned() else {
        return outcome;
    };
    let (mut this, mut others) = (f64::NAN, 0.0_f64);
    for (truth, predicted, n, share) in cells(&counts) {
        match (truth, predicted) {
            (truth, predicted) if truth == predicted => {
                outcome = outcome.number(format!("recall/{truth}"), share);
            }
            pair if pair == mistake => this = n,
            _ => others = others.max(n),
        }
    }
    let (truth, predicted) = mistake;
    outcome
        .number(format!("confused/{truth}-{predicted}"), this)
        .number(format!("lead/{truth}-{predicted}"), this - others)
}

/// The outcome with `confused/0-6`, the number of true zeros that are classified as sixes.
pub(crate) fn with_count(outcome: Outcome, (truth, predicted): (usize, usize)) -> Outcome {
    let Some(counts) = outcome.grids.get("confusion").cloned() else {
        return outcome;
    };
    match cells(&counts).find(|cell| (cell.0, cell.1) == (truth, predicted)) {
        Some((.., n, _)) => outcome.number(format!("confused/{truth}-{predicted}"), n),
        None => outcome,
    }
}

/// The outcome with `median_share_confused`: of all pairs of different classes, the median of the share of the one that
/// is classified as the other.
pub(crate) fn share_confused(outcome: Outcome) -> Outcome {
    let Some(counts) = outcome.grids.get("confusion") else {
        return outcome;
    };
    let shares: Vec<f64> = cells(counts)
        .filter(|cell| cell.0 != cell.1)
        .map(|(.., share)| share)
        .collect();
    match Quartiles::new(&shares) {
        Some(found) => outcome.number("median_share_confused", found.median),
        None => outcome,
    }
}

/// Each cell of a matrix of counts: true class, predicted class, count, and its share of the true class.
fn cells(counts: &Grid) -> impl Iterator<Item = (usize, usize, f64, f64)> {
    (0..counts.rows.len()).flat_map(|truth| {
        let row = counts.row(truth);
        let all: f64 = row.iter().sum();
        let cells = row.into_iter().enumerate();
        cells.map(move |(predicted, n)| (truth, predicted, n, n / all))
    })
}

/// The share of a digit that is classified correctly is above that of every other digit.
pub(crate) fn best_digit(case: &str, digit: usize) -> Predicate {
    recall(case, digit).ahead_of(others(case, digit))
}

/// It is below that of every other digit.
pub(crate) fn worst_digit(case: &str, digit: usize) -> Predicate {
    recall(case, digit).under(others(case, digit))
}

fn recall(case: &str, digit: usize) -> claims::Measure {
    median(case, &format!("recall/{digit}"))
}

fn others(case: &str, digit: usize) -> impl Iterator<Item = claims::Measure> {
    let others = (0..CLASSES).filter(move |other| *other != digit);
    others.map(move |other| recall(case, other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_becomes_figures() {
        let matrix = Grid::new([[8.0, 2.0], [1.0, 3.0]]);
        let outcome = with_classes(Outcome::new().grid("confusion", matrix), (1, 0));
        let outcome = share_confused(with_count(outcome, (0, 1)));
        let figures = [
            "recall/0",
            "recall/1",
            "confused/1-0",
            "lead/1-0",
            "confused/0-1",
        ];
        let found = figures.map(|name| outcome.get(name));
        assert_eq!(found, [0.8, 0.75, 1.0, -1.0, 2.0].map(Some));
        // Shares of 0.2 and 0.25.
        let median = outcome.get("median_share_confused").unwrap();
        assert!((median - 0.225).abs() < 1e-12);
    }
}
