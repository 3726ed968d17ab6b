//! What a run leaves, down to the keys.

use std::fs;

use serde_json::Value;

use crate::support::{number, read_json, usual_run};
use testing::{has_keys, names};

const FIGURES: [&str; 5] = ["mse", "rmse", "mae", "r2", "mse_true"];

#[test]
fn a_finished_run_is_complete() {
    let run = usual_run();
    let files = [
        "config.toml",
        "figures",
        "history.jsonl",
        "metrics.json",
        "model.safetensors",
        "predictions.csv",
        "report.html",
    ];
    for file in files {
        assert!(run.join(file).exists(), "{file}");
    }
    let figures = ["curve", "loss", "mse", "predicted", "residuals"];
    let figures = figures.map(|name| format!("{name}.svg"));
    assert_eq!(names(&run.join("figures")), figures.into());
}

#[test]
fn metrics_have_the_promised_keys() {
    let metrics = read_json(usual_run().join("metrics.json"));
    has_keys(
        &metrics,
        &[
            "task",
            "data",
            "rows",
            "seed",
            "split_seed",
            "epochs",
            "weights",
            "parameters",
            "train_seconds",
            "total_seconds",
            "train",
            "validation",
            "test",
            "baselines",
            "folds",
            "version",
        ],
    );
    for part in ["train", "validation", "test"] {
        has_keys(&metrics[part], &FIGURES);
    }
    has_keys(&metrics["baselines"], &["mean", "ols", "ridge", "lasso"]);
    for figures in metrics["baselines"].as_object().unwrap().values() {
        has_keys(figures, &FIGURES);
    }
    assert_eq!(metrics["task"], "regression");
    assert_eq!(metrics["data"], "runge");
    let rows = |part: &str| metrics["rows"][part].as_u64().unwrap();
    assert_eq!(
        [rows("train"), rows("validation"), rows("test")],
        [720, 80, 200]
    );
}

#[test]
fn history_is_in_the_units_of_the_target() {
    let run = usual_run();
    let text = fs::read_to_string(run.join("history.jsonl")).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    for line in &lines {
        has_keys(&line["train"], &["loss", "mse", "penalty"]);
        has_keys(&line["validation"], &["loss", "mse", "penalty"]);
    }
    // The last epoch's weights are those of the final figures.
    let metrics = read_json(run.join("metrics.json"));
    let (last, end) = (
        number(&lines.last().unwrap()["validation"]["mse"]),
        number(&metrics["validation"]["mse"]),
    );
    assert!((last - end).abs() < 1e-6 * end, "{last} {end}");
}

#[test]
fn figures_fit_together() {
    let metrics = read_json(usual_run().join("metrics.json"));
    for part in [
        &metrics["train"],
        &metrics["test"],
        &metrics["baselines"]["ols"],
    ] {
        let root = number(&part["mse"]).sqrt();
        assert!((number(&part["rmse"]) - root).abs() < 1e-12);
        assert!(number(&part["mae"]) <= root);
    }
    // The mean of the training rows explains nothing of the test rows, or a little less.
    let r2 = number(&metrics["baselines"]["mean"]["r2"]);
    assert!(r2 <= 0.0 && r2 > -0.05, "{r2}");
}

#[test]
fn the_report_stands_alone() {
    let report = fs::read_to_string(usual_run().join("report.html")).unwrap();
    assert!(report.starts_with("<!DOCTYPE html>") && report.ends_with("</html>"));
    assert_eq!(report.matches("<svg").count(), 5);
    for part in [
        "OLS, degree 10",
        "Ridge",
        "LASSO",
        "MSE to the true function",
    ] {
        assert!(report.contains(part), "{part}");
    }
    for fetched in ["<script", "<link", "src=\"http", "url(", "@import"] {
        assert!(!report.contains(fetched), "{fetched}");
    }
}
