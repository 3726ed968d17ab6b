use std::collections::HashSet;

use crate::Rows;
use proptest::prelude::*;

use super::*;

fn classes(labels: &[u32]) -> Targets {
    let classes = labels.iter().max().map_or(1, |last| *last as usize + 1);
    Targets::classes(labels, classes)
}

fn count(labels: &[u32], rows: &[u32], class: u32) -> usize {
    let of_class = |row: &&u32| labels[**row as usize] == class;
    rows.iter().filter(of_class).count()
}

/// Labels of up to seven classes, some rare, and a choice of the rows in any order.
fn labels_and_rows() -> impl Strategy<Value = (Vec<u32>, Vec<u32>)> {
    let label = prop_oneof![4 => 0u32..2, 2 => 2u32..4, 1 => 4u32..7];
    prop::collection::vec(label, 2..120).prop_flat_map(|labels| {
        let all: Vec<u32> = (0..labels.len() as u32).collect();
        let some = prop::sample::subsequence(all, 2..=labels.len()).prop_shuffle();
        (Just(labels), some)
    })
}

fn assert_divides(split: &Split, rows: &[u32]) {
    let place = |row: &u32| rows.iter().position(|r| r == row).unwrap();
    for part in [&split.train, &split.test] {
        assert!(part.is_sorted_by_key(place), "the order is kept");
    }
    let both: HashSet<u32> = split.train.iter().chain(&split.test).copied().collect();
    assert_eq!(split.train.len() + split.test.len(), rows.len());
    assert_eq!(both, rows.iter().copied().collect());
}

proptest! {
    #[test]
    fn a_split_is_disjoint_complete_fair_and_repeatable(
        (labels, rows) in labels_and_rows(), fraction in 0.01..0.99f64, seed: u64,
    ) {
        let targets = classes(&labels);
        let n = rows.len();
        let counts: Vec<usize> = (0..7).map(|class| count(&labels, &rows, class)).collect();
        let divided = split(&targets, &rows, fraction, seed, "test");
        if counts.iter().all(|&count| count < 2) {
            prop_assert!(matches!(divided, Err(SplitError::SingleRows(_))));
            return Ok(());
        }
        let divided = divided.unwrap();
        assert_divides(&divided, &rows);
        prop_assert_eq!(&divided, &split(&targets, &rows, fraction, seed, "test").unwrap());

        let asked = ((n as f64 * fraction).round() as usize).clamp(1, n - 1);
        let most: usize = counts.iter().map(|count| count.saturating_sub(1)).sum();
        prop_assert_eq!(divided.test.len(), asked.min(most));
        let divisible = counts.iter().filter(|&&count| count > 1).count();
        for class in 0..7 {
            let held = count(&labels, &divided.test, class);
            let all = counts[class as usize];
            prop_assert!(held < all || all == 0, "class {class} is gone from the rest");
            if all > 1 && asked >= divisible {
                prop_assert!(held > 0, "class {class} is not held out");
            }
            // Where no bound interferes, a share is its exact value rounded down or up.
            if counts.iter().all(|&c| c == 0 || (asked * c >= n && (n - asked) * c >= n)) {
                let exact = asked as f64 * all as f64 / n as f64;
                prop_assert!((held as f64 - exact).abs() < 1.0, "class {class}: {held} for {exact}");
            }
        }
    }

    #[test]
    fn folds_are_disjoint_complete_and_even((labels, rows) in labels_and_rows(), k in 2usize..12, seed: u64) {
        let targets = classes(&labels);
        let k = k.min(rows.len());
        let parts = folds(&targets, &rows, k, seed, "folds").unwrap();
        prop_assert_eq!(parts.len(), k);
        let mut times_held = vec![0; labels.len()];
        for part in &parts {
            assert_divides(part, &rows);
            part.test.iter().for_each(|&row| times_held[row as usize] += 1);
        }
        prop_assert!(rows.iter().all(|&row| times_held[row as usize] == 1));
        let spread = |sizes: Vec<usize>| sizes.iter().max().unwrap() - sizes.iter().min().unwrap();
        prop_assert!(spread(parts.iter().map(|p| p.test.len()).collect()) <= 1);
        for class in 0..7 {
            let sizes = parts.iter().map(|p| count(&labels, &p.test, class)).collect();
            prop_assert!(spread(sizes) <= 1, "class {class}");
        }
        prop_assert_eq!(parts, folds(&targets, &rows, k, seed, "folds").unwrap());
    }

    #[test]
    fn values_are_split_at_random(n in 2usize..80, fraction in 0.01..0.99f64, seed: u64) {
        let targets = Targets::Values(Rows::reals32(&[1], vec![0.0; n]));
        let rows: Vec<u32> = (0..n as u32).collect();
        let divided = split(&targets, &rows, fraction, seed, "test").unwrap();
        assert_divides(&divided, &rows);
        prop_assert_eq!(divided.test.len(), ((n as f64 * fraction).round() as usize).clamp(1, n - 1));
    }
}

/// What is drawn is part of what a seed means: it must never change.
#[test]
fn draws_stay_what_they_are() {
    let targets = classes(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
    let rows: Vec<u32> = (0..10).collect();
    let held = |seed| split(&targets, &rows, 0.3, seed, "test").unwrap().test;
    assert_eq!(
        [held(0), held(1), held(2)],
        [[0, 1, 7], [1, 2, 8], [0, 4, 8]]
    );
    let parts = folds(&targets, &rows, 3, 0, "folds").unwrap();
    let held: Vec<Vec<u32>> = parts.into_iter().map(|part| part.test).collect();
    assert_eq!(held, [vec![0, 4, 7, 8], vec![1, 3, 6], vec![2, 5, 9]]);
}

#[test]
fn seed_and_purpose_move_the_draw() {
    let targets = classes(&[0; 100]);
    let rows: Vec<u32> = (0..100).collect();
    let held = |seed, purpose| split(&targets, &rows, 0.5, seed, purpose).unwrap().test;
    assert_ne!(held(0, "test"), held(1, "test"));
    assert_ne!(held(0, "test"), held(0, "validation"));
}

#[test]
fn nothing_is_held_out_of_nothing() {
    let targets = classes(&[0, 1]);
    let none = split(&targets, &[1, 0], 0.0, 0, "test").unwrap();
    assert_eq!((none.train, none.test), (vec![1, 0], vec![]));
    assert_eq!(
        split(&targets, &[1], 0.5, 0, "test"),
        Err(SplitError::TooFewRows(1))
    );
}

#[test]
fn what_cannot_be_is_said() {
    let targets = classes(&[0, 1, 2]);
    let rows = [0, 1, 2];
    for fraction in [-0.1, 1.0, f64::INFINITY] {
        let error = split(&targets, &rows, fraction, 0, "test").unwrap_err();
        assert_eq!(error, SplitError::Fraction(fraction));
    }
    assert!(split(&targets, &rows, f64::NAN, 0, "test").is_err());
    assert_eq!(
        split(&targets, &rows, 0.5, 0, "test")
            .unwrap_err()
            .to_string(),
        "each of its 3 classes has a single row, so none can be on both sides"
    );
    for k in [0, 1, 4] {
        let error = folds(&targets, &rows, k, 0, "folds").unwrap_err();
        assert_eq!(error, SplitError::Folds { folds: k, rows: 3 });
    }
}

#[test]
#[should_panic(expected = "row 3 of 3 rows")]
fn a_row_without_a_target_panics() {
    let _ = split(&classes(&[0, 1, 1]), &[0, 3], 0.5, 0, "test");
}

#[test]
fn the_flag_is_read_and_written() {
    assert_eq!("official".parse(), Ok(TestSplit::Official));
    assert_eq!("0.25".parse(), Ok(TestSplit::Fraction(0.25)));
    assert_eq!(TestSplit::Fraction(0.2).to_string(), "0.2");
    assert_eq!(TestSplit::Official.to_string(), "official");
    for text in ["ordered", "ordered:0.3"] {
        assert_eq!(text.parse::<TestSplit>().unwrap().to_string(), text);
    }
    for wrong in ["", "0", "1", "-0.1", "nan", "inf", "Official", "20%"] {
        assert_eq!(
            wrong.parse::<TestSplit>(),
            Err(NoTestSplit(wrong.into())),
            "{wrong}"
        );
    }
}

#[test]
fn a_sample_keeps_the_order_and_the_shares_of_classes() {
    // 100, 60 and 40 of three classes, mixed, at every third place.
    let classes: Vec<u32> = (0..600)
        .map(|i| [0, 2, 0, 1, 0, 1, 0, 2, 0, 1][i / 3 % 10])
        .collect();
    let targets = Targets::classes(classes.clone(), 3);
    let rows: Vec<u32> = (0..200).map(|i| 3 * i + 1).collect();
    for seed in 0..5 {
        let some = sample(&targets, &rows, 20, seed, "test");
        assert!(some.windows(2).all(|w| w[0] < w[1]));
        assert!(some.iter().all(|row| rows.contains(row)));
        let of = |class| {
            some.iter()
                .filter(|row| classes[**row as usize] == class)
                .count()
        };
        assert_eq!([of(0), of(1), of(2)], [10, 6, 4]);
        assert_eq!(some, sample(&targets, &rows, 20, seed, "test"));
        assert_ne!(some, sample(&targets, &rows, 20, seed + 5, "test"));
    }
    assert_eq!(sample(&targets, &rows, 200, 0, "test"), rows);
    assert_eq!(sample(&targets, &rows, 0, 0, "test"), []);
}
