//! Folds and grids of regressors.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Runs the program in a folder and returns what it printed.
fn run(place: &Path, line: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_regress"))
        .args(line)
        .current_dir(place)
        .env_remove("GRADUS_DATA")
        .env("XDG_CACHE_HOME", place.join("cache"))
        .output()
        .unwrap();
    assert!(done.status.success(), "{done:?}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn folds_of_several_targets_have_means_in_their_order() {
    let place = tempfile::tempdir().unwrap();
    let row = |i: usize| {
        let x = i as f64 / 40.0 - 1.0;
        format!("{x},{},{}\n", 3.0 * x + 100.0, 1000.0 * x * x)
    };
    let rows: String = (0..80).map(row).collect();
    std::fs::write(place.path().join("t.csv"), format!("x,y,z\n{rows}")).unwrap();
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
    let metrics: Value = serde_json::from_str(&run(place.path(), &line)).unwrap();
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
