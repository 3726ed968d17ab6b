//! What searches find at a third of the grid's cost, on three embedded tables.
//!
//! A grid of 27 settings is trained to the end, nine choices are drawn from its ranges, and halving goes through its points.
//! The winner of each, by validation alone, is evaluated on the test samples; each seed has a split of its own.
//!
//! The searches are held against the grid's winner, seed by seed, and the grid against a setting of it that is taken
//! blindly: where that falls short, there is something to be found.

use serde_json::Value;

use crate::support::{number, place, say};

const EPOCHS: u64 = 27;
const SEEDS: u64 = 9;
/// How far below the grid's the test accuracy of a search's winner may be in the median.
const MARGIN: f64 = 0.01;

const GRID: &[&str] = &[
    "--grid",
    "lr=0.001,0.01,0.1",
    "--grid",
    "hidden=8,32,64x32",
    "--grid",
    "l2=0,0.001,0.1",
];
const RANGES: &[&str] = &[
    "--grid",
    "lr=1e-3..1e-1",
    "--grid",
    "hidden=8,32,64x32",
    "--grid",
    "l2=0,1e-3..1e-1",
    "--search",
    "random:9",
];
const HALVING: &[&str] = &["--search", "halving"];

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn searches_find_what_the_grid_finds_at_a_third_of_its_cost() {
    let place = place();
    for (data, settings_matter) in [("iris", true), ("wine", true), ("breast-cancer", false)] {
        let [mut random, mut halving, mut blind] = [const { Vec::new() }; 3];
        for seed in 0..SEEDS {
            let (seed, epochs) = (seed.to_string(), EPOCHS.to_string());
            let search = |more: &[&[&str]]| -> Value {
                let own: &[&str] = &[
                    "--data",
                    data,
                    "--epochs",
                    &epochs,
                    "--val-fraction",
                    "0.25",
                ];
                let seeds: &[&str] = &["--seed", &seed, "--split-seed", &seed];
                let out: &[&str] = &["--out", "a", "--force", "-q", "--json"];
                place
                    .run(&[&[own, seeds, out], more].concat().concat())
                    .fine()
                    .json()
            };
            let of_row = |found: &Value, row: usize| number(&found["rows"][row]["test"]["median"]);
            let grid = search(&[GRID]);
            let whole = grid["epochs"].as_u64().unwrap();
            assert_eq!(whole, 27 * EPOCHS);
            let best = of_row(&grid, 0);
            let mean = (0..27).map(|row| of_row(&grid, row)).sum::<f64>() / 27.0;
            blind.push(mean - best);
            for (search, differences) in [
                (search(&[RANGES]), &mut random),
                (search(&[GRID, HALVING]), &mut halving),
            ] {
                let cost = search["epochs"].as_u64().unwrap();
                assert!(3 * cost <= whole, "{cost} epochs of {whole}");
                differences.push(of_row(&search, 0) - best);
            }
        }
        let [random, halving, blind] = [random, halving, blind].map(median);
        say(&format!(
            "{data}: median difference of test accuracy from the grid's winner: random {random:+.4}, halving \
             {halving:+.4}, mean of the grid {blind:+.4}"
        ));
        assert!(random >= -MARGIN && halving >= -MARGIN, "{data}");
        // The comparison can fail: a setting that is not searched for falls short.
        assert!(!settings_matter || blind < -MARGIN, "{data}: {blind}");
    }
}
