//! What a run leaves, down to the keys; and where it leaves it.

use std::fs;

use serde_json::Value;

use crate::support::{number, place, read_json, usual_run};
use testing::{has_keys, names};

const METRICS: [&str; 16] = [
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
];
const FIGURES: [&str; 10] = [
    "loss",
    "accuracy",
    "macro_precision",
    "macro_recall",
    "macro_f1",
    "per_class",
    "confusion",
    "roc_auc",
    "average_precision",
    "calibration_error",
];

#[test]
fn a_finished_run_is_complete() {
    let run = usual_run();
    let files = [
        "checkpoint",
        "config.toml",
        "figures",
        "history.jsonl",
        "metrics.json",
        "model.safetensors",
        "predictions.csv",
        "report.html",
    ];
    assert_eq!(names(run), files.map(String::from).into());
    let figures = [
        "accuracy.svg",
        "calibration.svg",
        "confusion-normalised.svg",
        "confusion.svg",
        "loss.svg",
        "precision-recall.svg",
        "roc.svg",
    ];
    assert_eq!(
        names(&run.join("figures")),
        figures.map(String::from).into()
    );
    let finished = fs::metadata(run.join("metrics.json")).unwrap().modified();
    for name in &files[..3] {
        let written = fs::metadata(run.join(name)).unwrap().modified();
        assert!(written.unwrap() <= *finished.as_ref().unwrap(), "{name}");
    }
}

#[test]
fn metrics_have_the_promised_keys() {
    let metrics = read_json(usual_run().join("metrics.json"));
    has_keys(&metrics, &METRICS);
    has_keys(&metrics["rows"], &["train", "validation", "test"]);
    for part in ["train", "validation", "test"] {
        has_keys(&metrics[part], &FIGURES);
        let classes = metrics[part]["per_class"].as_array().unwrap();
        assert_eq!(classes.len(), 10);
        for class in classes {
            has_keys(class, &["label", "precision", "recall", "f1", "support"]);
        }
    }
    assert_eq!(metrics["task"], "classification");
    assert_eq!(metrics["data"], "digits");
    assert_eq!(metrics["weights"], "last");
    has_keys(&metrics["baselines"], &["random", "majority", "logistic"]);
    for figures in metrics["baselines"].as_object().unwrap().values() {
        has_keys(figures, &FIGURES);
    }
    assert_eq!(metrics["folds"], Value::Null);
    assert!(number(&metrics["train_seconds"]) <= number(&metrics["total_seconds"]));
}

#[test]
fn figures_fit_together() {
    let metrics = read_json(usual_run().join("metrics.json"));
    for part in ["train", "validation", "test"] {
        let rows = metrics["rows"][part].as_u64().unwrap();
        let confusion = metrics[part]["confusion"].as_array().unwrap();
        let count = |i: usize, j: usize| confusion[i][j].as_u64().unwrap();
        let all: u64 = (0..100).map(|k| count(k / 10, k % 10)).sum();
        let right: u64 = (0..10).map(|i| count(i, i)).sum();
        assert_eq!(all, rows);
        assert_eq!(
            number(&metrics[part]["accuracy"]),
            right as f64 / all as f64
        );
        for (i, class) in metrics[part]["per_class"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
        {
            let support: u64 = (0..10).map(|j| count(i, j)).sum();
            assert_eq!(
                class["support"].as_u64(),
                Some(support),
                "rows are true classes"
            );
        }
    }
}

#[test]
fn history_has_a_line_an_epoch_with_the_promised_keys() {
    let run = usual_run();
    let text = fs::read_to_string(run.join("history.jsonl")).unwrap();
    let epochs = read_json(run.join("metrics.json"))["epochs"]
        .as_u64()
        .unwrap();
    assert_eq!(text.lines().count() as u64, epochs);
    for (i, line) in text.lines().enumerate() {
        let line: Value = serde_json::from_str(line).unwrap();
        has_keys(
            &line,
            &["epoch", "step", "lr", "seconds", "train", "validation"],
        );
        has_keys(&line["train"], &["loss", "accuracy", "penalty"]);
        has_keys(&line["validation"], &["loss", "accuracy", "penalty"]);
        assert_eq!(line["epoch"].as_u64(), Some(i as u64 + 1));
    }
}

#[test]
fn the_report_stands_alone() {
    let report = fs::read_to_string(usual_run().join("report.html")).unwrap();
    assert!(report.starts_with("<!DOCTYPE html>") && report.ends_with("</html>"));
    assert!(report.matches("<svg").count() >= 4);
    for fetched in ["<script", "<link", "src=\"http", "url(", "@import"] {
        assert!(!report.contains(fetched), "{fetched}");
    }
    let mistakes = report.matches("src=\"data:image/png").count();
    assert!(mistakes > 0, "misclassified samples are shown as images");
}

#[test]
fn without_validation_rows_there_are_no_such_figures() {
    let place = place();
    let line = ["--val-fraction", "0", "--epochs", "2", "--hidden", "8"];
    place.run(&line).fine();
    let run = place.join("runs/classify-digits-1");
    let metrics = read_json(run.join("metrics.json"));
    has_keys(&metrics, &METRICS);
    assert_eq!(metrics["validation"], Value::Null);
    assert_eq!(metrics["rows"]["validation"], 0);
    let history = fs::read_to_string(run.join("history.jsonl")).unwrap();
    assert!(history.lines().all(|l| l.ends_with("\"validation\":null}")));
}

#[test]
fn runs_are_numbered_or_named() {
    let place = place();
    let short = ["--epochs", "1", "--hidden", "4", "-q"];
    let run = |more: &[&str]| place.run(&[&short[..], more].concat());
    run(&[]).fine();
    run(&[]).fine();
    run(&["--name", "mine"]).fine();
    run(&["--out", "a/b"]).fine();
    assert_eq!(
        names(&place.join("runs")),
        ["classify-digits-1", "classify-digits-2", "mine"]
            .map(String::from)
            .into()
    );
    assert!(place.join("a/b/metrics.json").exists());
    for taken in [["--name", "mine"], ["--out", "a/b"]] {
        run(&taken).refused(1, &["is not empty", "--force"]);
    }
}

#[test]
fn force_replaces_a_run_and_nothing_else() {
    let place = place();
    let line = ["--epochs", "2", "--hidden", "4", "-q", "--out", "a"];
    place
        .run(&[&line[..], &["--snapshots", "1"]].concat())
        .fine();
    place.write("a/notes.txt", "mine");
    place
        .run(&[&line[..], &["--force", "--seed", "5"]].concat())
        .fine();
    assert_eq!(read_json(place.join("a/metrics.json"))["seed"], 5);
    assert!(place.join("a/notes.txt").exists());
    assert!(!place.join("a/snapshots").exists());
}

#[test]
fn snapshots_hold_the_weights_of_their_epoch() {
    let place = place();
    let line = [
        "--epochs",
        "6",
        "--snapshots",
        "3",
        "--hidden",
        "8",
        "--out",
        "a",
    ];
    place.run(&line).fine();
    assert_eq!(
        names(&place.join("a/snapshots")),
        ["epoch-00003.safetensors", "epoch-00006.safetensors"]
            .map(String::from)
            .into()
    );
    // The weights follow the header, whose length is the first number.
    let weights = |name: &str| {
        let bytes = fs::read(place.join(name)).unwrap();
        let header = u64::from_le_bytes(bytes[..8].try_into().unwrap());
        bytes[8 + header as usize..].to_vec()
    };
    let last = weights("a/model.safetensors");
    assert!(!last.is_empty());
    assert_eq!(weights("a/snapshots/epoch-00006.safetensors"), last);
    assert_ne!(weights("a/snapshots/epoch-00003.safetensors"), last);
}
