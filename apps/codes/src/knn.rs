//! k-nearest-neighbor classification.

use nn::metrics::Confusion;
use records::Number;
use records::{Neighbors, OneAgainstRest};

use super::{Points, nearest};

/// Predicts the class of each test point by majority vote of its `k` nearest training points; ties go to the first class,
/// as in scikit-learn's `KNeighborsClassifier`.
///
/// # Panics
/// As [`nearest`]; or if a point has no label, or one beyond the classes.
#[track_caller]
pub fn knn_predict(
    train: (&Points, &[u32]),
    test: &Points,
    classes: usize,
    k: usize,
    threads: usize,
) -> Vec<u32> {
    let (points, labels) = train;
    assert_eq!(
        points.len(),
        labels.len(),
        "classified: points without labels"
    );
    let neighbors = nearest(test, points, k, false, threads);
    let vote = |neighbors: &Vec<super::Neighbor>| {
        let mut votes = vec![0; classes];
        for neighbor in neighbors {
            votes[labels[neighbor.index as usize] as usize] += 1;
        }
        let most = votes.iter().max().copied().unwrap_or(0);
        votes.iter().position(|n| *n == most).unwrap_or(0) as u32
    };
    neighbors.iter().map(vote).collect()
}

/// Metrics of predicted classes; `None` without rows. `k` is stored in the record.
///
/// # Panics
/// If the rows differ in number, or a class has no name.
#[track_caller]
pub fn knn_metrics(
    truth: &[u32],
    predicted: &[u32],
    names: &[String],
    k: usize,
) -> Option<Neighbors> {
    let confusion = Confusion::new(truth, predicted, names.len());
    let all = confusion.total();
    let against = |class: usize| {
        let column: u64 = confusion.rows().map(|row| row[class]).sum();
        let row: u64 = (0..names.len()).map(|to| confusion.count(class, to)).sum();
        let tp = confusion.count(class, class);
        OneAgainstRest {
            label: names[class].clone(),
            tp,
            fp: column - tp,
            missed: row - tp,
            tn: all + tp - column - row,
        }
    };
    let per_class: Vec<OneAgainstRest> = (0..names.len()).map(against).collect();
    let shares = per_class.iter().map(OneAgainstRest::accuracy);
    Some(Neighbors {
        k: k as u64,
        accuracy: Number(confusion.accuracy()?),
        mean_one_vs_rest_accuracy: Number(shares.sum::<f64>() / names.len() as f64),
        per_class,
        confusion: confusion.rows().map(<[u64]>::to_vec).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn most_votes_win_and_the_first_among_equals() {
        let train = Points::new(1, vec![0.0, 1.0, 2.0, 10.0, 11.0, 12.0]);
        let labels = [2, 2, 0, 1, 1, 0];
        let of = |test: &[f32], k| {
            knn_predict((&train, &labels), &Points::new(1, test.to_vec()), 3, k, 1)
        };
        assert_eq!(of(&[0.4, 11.1], 3), [2, 1]);
        // One vote each for 1 and 0.
        assert_eq!(of(&[11.6], 2), [0]);
    }

    #[test]
    fn one_class_against_the_rest_adds_up() {
        let names: Vec<String> = ["a", "b", "c"].map(str::to_owned).into();
        let found = knn_metrics(&[0, 0, 1, 1, 2], &[0, 1, 1, 1, 0], &names, 5).unwrap();
        let counts: Vec<_> = found
            .per_class
            .iter()
            .map(|c| (c.tp, c.fp, c.missed, c.tn))
            .collect();
        assert_eq!(counts, [(1, 1, 1, 2), (2, 1, 0, 2), (0, 0, 1, 4)]);
        assert_eq!(found.accuracy, Number(0.6));
        // Each wrong row is wrong for two of the three classes.
        assert!((found.mean_one_vs_rest_accuracy.0 - (1.0 - 2.0 * 0.4 / 3.0)).abs() < 1e-15);
        assert_eq!(knn_metrics(&[], &[], &names, 5), None);
    }
}
