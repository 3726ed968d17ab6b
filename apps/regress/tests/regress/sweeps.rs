//! Folds and grids of regressors.

use std::fs;

use serde_json::Value;

use crate::support::{place, read_json};

#[test]
fn folds_of_several_targets_have_means_in_their_order() {
    let place = place();
    let row = |i: usize| {
        let x = i as f64 / 40.0 - 1.0;
        format!("{x},{},{}\n", 3.0 * x + 100.0, 1000.0 * x * x)
    };
    let rows: String = (0..80).map(row).collect();
    place.write("t.csv", format!("x,y,z\n{rows}"));
    let line = [
        "--data",
        "csv:t.csv",
        "--target",
        "y,z",
        "--epochs",
        "30",
        "--folds",
        "3",
        "--json",
        "-q",
    ];
    let metrics = place.run(&line).fine().json();
    let folds = metrics["folds"].as_array().unwrap();
    assert_eq!(folds.len(), 3);
    for key in ["mse", "rmse", "mae", "r2"] {
        for target in 0..2 {
            let of = |f: &Value| f[key][target].as_f64().unwrap();
            let mean = folds.iter().map(of).sum::<f64>() / 3.0;
            let found = of(&metrics["test"]);
            assert!(
                (found - mean).abs() <= 1e-12 * mean.abs(),
                "{key}: {found} {mean}"
            );
        }
    }
    // Both targets are learned, each brought to its own scale in every fold.
    for target in 0..2 {
        let r2 = metrics["test"]["r2"][target].as_f64().unwrap();
        assert!(r2 > 0.5, "{metrics}");
    }
}

#[test]
fn a_grid_of_made_data_compares_by_r2() {
    let place = place();
    let line = [
        "--n",
        "120",
        "--epochs",
        "20",
        "--grid",
        "activation=tanh,relu",
        "--trials",
        "2",
        "-q",
        "--out",
        "a",
    ];
    let table = place.run(&line).fine().out;
    assert!(table.starts_with("activation  validation R²"), "{table}");
    assert_eq!(table.lines().count(), 3);
    let text = fs::read_to_string(place.join("a/trials.jsonl")).unwrap();
    let trials: Vec<Value> = text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(trials.len(), 4);
    // The seed of a trial makes its data, as it makes that of a run.
    let alone = [
        "--n",
        "120",
        "--epochs",
        "20",
        "--activation",
        "relu",
        "--seed",
        "1",
        "-q",
        "--json",
        "--out",
        "b",
    ];
    let metrics = place.run(&alone).fine().json();
    let same = trials
        .iter()
        .find(|t| t["settings"]["activation"] == "relu" && t["seed"] == 1)
        .unwrap();
    assert_eq!(same["validation"], metrics["validation"]);
    assert_eq!(same["test"], metrics["test"]);
}

/// Data that is made anew for each trial, and folds.
#[test]
fn shards_of_a_sweep_are_put_together_to_the_bit() {
    let place = place();
    let line = |out: &str, more: &[&str]| {
        let line = [
            "--data",
            "runge",
            "--n",
            "60",
            "--epochs",
            "3",
            "--folds",
            "2",
            "--trials",
            "2",
            "--grid",
            "hidden=4,8",
            "-q",
            "--out",
            out,
        ];
        place.run(&[&line[..], more].concat()).fine()
    };
    line("whole", &[]);
    for shard in ["3/3", "2/3", "1/3"] {
        line("a", &["--shard", shard]);
    }
    let merged = place.run(&["merge", "a", "-q"]).fine();
    assert!(merged.out.contains("folds R²"), "{}", merged.out);
    let outcome = |out: &str| {
        let mut grid = read_json(place.join(out).join("grid.json"));
        for row in grid["rows"].as_array_mut().unwrap() {
            row.as_object_mut().unwrap().remove("seconds").unwrap();
        }
        grid
    };
    assert_eq!(outcome("a"), outcome("whole"));
    let done = place.run(&["merge", "whole"]);
    done.refused(1, &["whole holds no shards", "--shard"]);
}
