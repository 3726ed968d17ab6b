use crate::Targets;
use proptest::prelude::*;

use super::*;
use crate::split::{folds, split};

fn scaled(scaler: Scaler, rows: &Rows, chosen: &[u32]) -> Vec<Vec<f64>> {
    let rows = rows.clone().scaled(scaler.fit(rows, chosen));
    (0..rows.len()).map(|i| rows.row(i)).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + b.abs())
}

#[test]
fn columns_are_standardised_as_scikit_learn_does_it() {
    // StandardScaler().fit([[1, 10], [2, 10], [4, 40]]) has means 7/3 and 20, deviations √14/3 and √200.
    let rows = Rows::reals64(&[2], [1.0, 10.0, 2.0, 10.0, 4.0, 40.0]);
    let map = Scaler::Standardize.fit(&rows, &[0, 1, 2]);
    for (j, (mean, deviation)) in [(7.0 / 3.0, 14f64.sqrt() / 3.0), (20.0, 200f64.sqrt())]
        .into_iter()
        .enumerate()
    {
        let (scale, shift) = map.column(j);
        assert!(near(scale, 1.0 / deviation) && near(shift, -mean / deviation));
    }
    let out = scaled(Scaler::MinMax, &rows, &[0, 1, 2]);
    assert_eq!(out[0], [0.0, 0.0]);
    assert!(near(out[1][0], 1.0 / 3.0) && out[2] == [1.0, 1.0]);
}

#[test]
fn a_column_that_does_not_change_becomes_zero_and_stays_unstretched() {
    // A tenth is rounded, and so is the mean of three of them.
    let rows = Rows::reals64(&[1], [0.1, 0.1, 0.1, 3.0]);
    for scaler in [Scaler::Standardize, Scaler::MinMax] {
        assert_eq!(
            scaled(scaler, &rows, &[0, 1, 2]),
            [[0.0], [0.0], [0.0], [2.9]]
        );
        assert_eq!(scaled(scaler, &rows, &[3])[3], [0.0]);
    }
    // Numbers whose squared distances are too small for a number.
    let tiny = Rows::reals64(&[1], [0.0, 1e-200]);
    assert!(
        scaled(Scaler::Standardize, &tiny, &[0, 1])
            .concat()
            .iter()
            .all(|x| x.is_finite())
    );
}

#[test]
fn large_numbers_lose_nothing() {
    // Sums of squares without the mean taken out first would leave no digit.
    let cells: Vec<f64> = (0..1000).map(|i| 1e9 + f64::from(i % 2)).collect();
    let rows = Rows::reals64(&[1], cells);
    let all: Vec<u32> = (0..1000).collect();
    let (scale, _) = Scaler::Standardize.fit(&rows, &all).column(0);
    assert!(near(scale, 2.0), "{scale}");
}

#[test]
fn the_map_that_rows_have_is_kept() {
    let rows = Rows::bytes(&[2], [0, 255, 255, 0, 51, 0]);
    let out = scaled(Scaler::MinMax, &rows, &[0, 2]);
    assert!(near(out[1][0], 5.0) && near(out[2][0], 1.0) && near(out[0][1], 1.0));
}

#[test]
fn names_are_read_and_written() {
    for scaler in [Scaler::Standardize, Scaler::MinMax] {
        assert_eq!(scaler.to_string().parse(), Ok(scaler));
    }
    assert!("standard".parse::<Scaler>().is_err());
}

/// Held-out rows are far from all others, so that whatever sees them shows it.
fn with_detector(cells: &[f64], width: usize, test: &[u32]) -> Rows {
    let mut cells = cells.to_vec();
    for &row in test {
        cells[row as usize * width..][..width].fill(1e12);
    }
    Rows::reals64(&[width], cells)
}

#[test]
fn columns_that_are_constant_but_for_rounding_are_not_stretched() {
    // `scale_` of scikit-learn 1.9.1's StandardScaler.
    for (cells, scale) in [
        (
            &[
                0.1899999999999999,
                0.19000000000000003,
                0.18999999999999992,
                0.19000000000000003,
                0.1899999999999999,
            ][..],
            1.0,
        ),
        (&[1e8, 100000000.0000001, 99999999.9999999, 1e8], 1.0),
        (&[1.0, 1.000000000000001, 1.0, 0.999999999999999], 1.0),
        (&[1e8, 100000001.0, 1e8, 100000001.0], 0.5),
        (&[1e-20, 2e-20, 3e-20], 8.16496581e-21),
        (&[1.0, 1.00000000000001, 0.99999999999999], 8.15843973e-15),
    ] {
        let rows = Rows::reals64(&[1], cells);
        let all: Vec<u32> = (0..cells.len() as u32).collect();
        let (factor, _) = Scaler::Standardize.fit(&rows, &all).column(0);
        assert!((factor * scale - 1.0).abs() < 1e-8, "{cells:?}: {factor}");
    }
    let rows = Rows::reals64(&[1], [0.19, 0.19000000000000003]);
    assert_eq!(Scaler::MinMax.fit(&rows, &[0, 1]).column(0).0, 1.0);
}

proptest! {
    #[test]
    fn what_is_held_out_is_never_seen(
        cells in prop::collection::vec(-1e3..1e3f64, 60), k in 2usize..6, seed: u64, classes: bool,
    ) {
        let width = 3;
        let all: Vec<u32> = (0..20).collect();
        let targets = if classes {
            Targets::classes((0..20).map(|i| i % 2).collect::<Vec<u32>>(), 2)
        } else {
            Targets::Values(Rows::reals64(&[1], cells[..20].to_vec()))
        };
        let mut splits = folds(&targets, &all, k, seed, "folds").unwrap();
        splits.push(split(&targets, &all, 0.3, seed, "test").unwrap());
        let clean = Rows::reals64(&[width], cells.clone());
        for parts in splits {
            let planted = with_detector(&cells, width, &parts.test);
            for scaler in [Scaler::Standardize, Scaler::MinMax] {
                let map = scaler.fit(&planted, &parts.train);
                prop_assert_eq!(&map, &scaler.fit(&clean, &parts.train));
                let leak = scaler.fit(&planted, &all);
                prop_assert_ne!(&map, &leak, "the detector detects nothing");
                let rows = planted.clone().scaled(map);
                for &row in &parts.train {
                    prop_assert!(rows.row(row as usize).iter().all(|x| x.abs() < 100.0));
                }
            }
        }
    }

    #[test]
    fn scaled_rows_have_mean_0_and_deviation_1_or_lie_between_0_and_1(
        cells in prop::collection::vec(-1e3..1e3f64, 2..80),
    ) {
        let n = cells.len() as f64;
        let rows = Rows::reals64(&[1], cells.clone());
        let all: Vec<u32> = (0..cells.len() as u32).collect();
        let out = scaled(Scaler::Standardize, &rows, &all).concat();
        let mean = out.iter().sum::<f64>() / n;
        let variance = out.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n;
        prop_assert!(mean.abs() < 1e-9 && (variance - 1.0).abs() < 1e-9, "{mean} {variance}");
        let out = scaled(Scaler::MinMax, &rows, &all).concat();
        prop_assert!(out.iter().all(|x| (-1e-12..=1.0 + 1e-12).contains(x)));
        let map = Scaler::Standardize.fit(&rows, &all);
        let mut back = scaled(Scaler::Standardize, &rows, &all).concat();
        unscale(&map, &mut back);
        for (a, b) in back.iter().zip(&cells) {
            prop_assert!((a - b).abs() < 1e-9);
        }
    }
}
