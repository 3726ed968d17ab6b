//! What is made of outputs once a network is trained: thresholds and temperatures.

use std::fs;

use serde_json::Value;

use crate::support::{Place, number, place, read_json};
use crate::weights::clouds;

const LINE: [&str; 9] = [
    "--data",
    "csv:clouds.csv",
    "--hidden",
    "16",
    "--epochs",
    "12",
    "--val-fraction",
    "0.3",
    "--drop=w",
];

fn run(place: &Place, flags: &[&str], out: &str) -> Value {
    let line = [&LINE[..], flags, &["-q", "--out", out]].concat();
    place.run(&line).fine();
    read_json(place.join(out).join("metrics.json"))
}

/// The predicted class and the probability of the second one of each row of a table of predictions.
fn answers(place: &Place, file: &str) -> Vec<(String, f64)> {
    let text = fs::read_to_string(place.join(file)).unwrap();
    let headings: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let at = |name: &str| headings.iter().position(|h| *h == name).unwrap();
    let (said, late) = (at("predicted"), at("p(late)"));
    let row = |line: &str| {
        let cells: Vec<&str> = line.split(',').collect();
        (cells[said].to_owned(), cells[late].parse().unwrap())
    };
    text.lines().skip(1).map(row).collect()
}

#[test]
fn a_threshold_is_chosen_on_validation_and_kept() {
    let place = place();
    place.write("clouds.csv", clouds(400));
    let plain = run(&place, &[], "plain");
    let done = place
        .run(&[&LINE[..], &["--threshold", "auto", "--out", "a"]].concat())
        .fine();
    let metrics = read_json(place.join("a/metrics.json"));
    let threshold = number(&metrics["test"]["threshold"]);
    assert!(
        0.0 < threshold && threshold < 1.0 && threshold != 0.5,
        "{threshold}"
    );
    let said = format!("late is predicted from a probability of {threshold:.4} up");
    assert!(
        done.err.contains(&said) && done.err.contains("of the best f1"),
        "{}",
        done.err
    );
    // The weights are the same; only what is made of probabilities differs.
    let f1 = |of: &Value| number(&of["validation"]["per_class"][1]["f1"]);
    assert!(f1(&metrics) > f1(&plain), "{} {}", f1(&metrics), f1(&plain));
    for key in ["loss", "roc_auc", "average_precision", "calibration_error"] {
        assert_eq!(metrics["test"][key], plain["test"][key], "{key}");
    }
    let consistent = |answers: &[(String, f64)]| {
        let right = |(said, p): &(String, f64)| (said == "late") == (*p >= threshold);
        answers.iter().all(right)
            && answers
                .iter()
                .any(|(_, p)| (*p >= 0.5) != (*p >= threshold))
    };
    assert!(consistent(&answers(&place, "a/predictions.csv")));
    place
        .run(&["predict", "a", "clouds.csv", "--out", "p.csv"])
        .fine();
    assert!(consistent(&answers(&place, "p.csv")));
    assert_eq!(
        place.run(&["eval", "a", "--json", "-q"]).fine().json(),
        metrics["test"]
    );
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(report.contains("Late is predicted from a probability of"));
    // By another metric, and as it is given.
    let by = [
        "--threshold",
        "auto",
        "--threshold-metric",
        "balanced-accuracy",
    ];
    let recall = |of: &Value| {
        let class = |c: usize| number(&of["validation"]["per_class"][c]["recall"]);
        class(0) + class(1)
    };
    let balanced = run(&place, &by, "balanced");
    assert!(recall(&balanced) >= recall(&metrics) && recall(&balanced) > recall(&plain));
    let fixed = run(&place, &["--threshold", "0.3"], "fixed");
    assert_eq!(number(&fixed["test"]["threshold"]), 0.3);
    let config = fs::read_to_string(place.join("balanced/config.toml")).unwrap();
    for line in [
        "threshold = \"auto\"\n",
        "threshold-metric = \"balanced-accuracy\"\n",
    ] {
        assert!(config.contains(line), "{config}");
    }
}

#[test]
fn a_temperature_lowers_the_validation_loss_and_changes_no_class() {
    let place = place();
    place.write("clouds.csv", clouds(300));
    // Many steps on few rows make a network too sure.
    let sure = ["--epochs", "150", "--l2", "0", "--hidden", "64,64"];
    let line = [&LINE[..2], &LINE[6..], &sure].concat();
    let train = |flags: &[&str], out: &str| {
        place
            .run(&[&line[..], flags, &["-q", "--out", out]].concat())
            .fine();
        read_json(place.join(out).join("metrics.json"))
    };
    let (plain, metrics) = (train(&[], "plain"), train(&["--calibrate"], "a"));
    for part in ["train", "validation", "test"] {
        let (before, now) = (&metrics[part]["uncalibrated"], &metrics[part]);
        assert_eq!(before["loss"], plain[part]["loss"], "{part}");
        assert_eq!(
            before["calibration_error"], plain[part]["calibration_error"],
            "{part}"
        );
        assert_eq!(now["accuracy"], plain[part]["accuracy"], "{part}");
        assert_eq!(now["confusion"], plain[part]["confusion"], "{part}");
        assert!(
            plain[part].get("uncalibrated").is_none() && plain[part].get("temperature").is_none()
        );
    }
    let temperature = number(&metrics["test"]["temperature"]);
    assert!(temperature > 1.2, "{temperature}");
    // What a temperature is fitted for is the loss on the validation samples. Calibration and other samples mostly follow.
    let validation = &metrics["validation"];
    let (now, before) = (&validation["loss"], &validation["uncalibrated"]["loss"]);
    assert!(number(now) < number(before), "{now} {before}");
    // Log-odds are divided by the temperature.
    let odds = |p: f64| (p / (1.0 - p)).ln();
    let (was, is) = (
        answers(&place, "plain/predictions.csv"),
        answers(&place, "a/predictions.csv"),
    );
    for ((_, was), (_, is)) in was
        .iter()
        .zip(&is)
        .filter(|((_, p), _)| (1e-4..0.9999).contains(p))
    {
        assert!(
            (odds(*was) / temperature - odds(*is)).abs() < 1e-2,
            "{was} {is}"
        );
    }
    assert_eq!(
        place.run(&["eval", "a", "--json", "-q"]).fine().json(),
        metrics["test"]
    );
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(report.contains("Probabilities at the temperature"));
    // Of one output with a sigmoid as well, and the threshold is of calibrated probabilities.
    let both = train(
        &["--calibrate", "--threshold", "auto", "--head", "sigmoid"],
        "both",
    );
    let threshold = number(&both["test"]["threshold"]);
    assert!(number(&both["test"]["temperature"]) > 1.0);
    let answers = answers(&place, "both/predictions.csv");
    assert!(
        answers
            .iter()
            .all(|(said, p)| (said == "late") == (*p >= threshold))
    );
}

#[test]
fn decisions_are_made_for_each_fold_go_on_and_are_compared() {
    let place = place();
    place.write("clouds.csv", clouds(300));
    let asked = [
        "--threshold",
        "auto",
        "--calibrate",
        "--schedule",
        "constant",
    ];
    let folds = run(&place, &[&asked[..], &["--folds", "3"]].concat(), "folds");
    let of = |fold: &Value, key: &str| number(&fold[key]);
    let folded = folds["folds"].as_array().unwrap();
    let thresholds: Vec<f64> = folded.iter().map(|fold| of(fold, "threshold")).collect();
    assert!(
        thresholds.windows(2).any(|two| two[0] != two[1]),
        "{thresholds:?}"
    );
    assert!(folded.iter().all(|fold| of(fold, "temperature") > 0.0));
    let half = [
        &LINE[..4],
        &["--epochs", "5"],
        &LINE[6..],
        &asked,
        &["-q", "--out", "half"],
    ]
    .concat();
    place.run(&half).fine();
    place
        .run(&["--resume", "half", "--epochs", "12", "-q"])
        .fine();
    run(&place, &asked, "whole");
    let model = |run: &str| fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert!(model("half") == model("whole"));
    let grid = [
        &LINE[..],
        &asked,
        &["--grid", "lr=0.01,0.001", "--out", "grid", "-q"],
    ]
    .concat();
    place.run(&grid).fine();
    let lines = fs::read_to_string(place.join("grid/trials.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 2);
    for line in lines.lines() {
        let trial: Value = serde_json::from_str(line).unwrap();
        assert!(trial["validation"]["threshold"].is_number(), "{line}");
        assert!(trial["test"]["temperature"].is_number(), "{line}");
    }
}

#[test]
fn what_cannot_be_decided_is_refused() {
    let place = place();
    place.write("clouds.csv", clouds(60));
    let iris = |flags: &[&str]| place.run(&[&["--data", "iris", "-q"][..], flags].concat());
    iris(&["--threshold", "0.3"]).refused(2, &["--threshold is for two classes, and there are 3"]);
    iris(&["--calibrate", "--val-fraction", "0"]).refused(
        2,
        &["--calibrate needs validation samples, and --val-fraction 0 leaves none"],
    );
    iris(&["--threshold", "1"]).refused(2, &["'1' for '--threshold", "above 0 and below 1"]);
    iris(&["--threshold-metric", "f1"]).refused(2, &["it is about --threshold auto"]);
    let clouds =
        |flags: &[&str]| place.run(&[&["--data", "csv:clouds.csv", "-q"][..], flags].concat());
    clouds(&["--threshold", "auto", "--val-fraction", "0"])
        .refused(2, &["--threshold auto needs validation samples"]);
    clouds(&["--threshold", "auto", "--val-fraction", "0.001"]).refused(
        1,
        &["f1 is not defined, since none of the 1 validation samples is of class late"],
    );
}

/// A network that diverged decides nothing, and its run is finished like any other.
#[test]
fn a_network_that_diverged_has_no_threshold() {
    let place = place();
    place.write("clouds.csv", clouds(120));
    let flags = [
        "--threshold",
        "auto",
        "--optimizer",
        "sgd",
        "--lr",
        "1e30",
        "--out",
        "a",
    ];
    let done = place.run(&[&LINE[..], &flags].concat()).fine();
    assert!(
        done.err
            .contains("f1 is not defined for the network's outputs"),
        "{}",
        done.err
    );
    let metrics = read_json(place.join("a/metrics.json"));
    assert!(metrics["test"].get("threshold").is_none(), "{metrics}");
}

/// Folds whose validation samples cannot decide are refused before anything is trained.
#[test]
fn folds_that_cannot_decide_are_refused_at_once() {
    let place = place();
    let row = |i: u32| {
        let kind = ["early", "late"][usize::from(i.is_multiple_of(34))];
        format!("{},{kind}\n", i % 7)
    };
    place.write(
        "rare.csv",
        format!("x,kind\n{}", (0..100).map(row).collect::<String>()),
    );
    place
        .run(&[
            "--data",
            "csv:rare.csv",
            "--threshold",
            "auto",
            "-q",
            "--folds",
            "4",
            "--val-fraction",
            "0.25",
            "--epochs",
            "1",
            "--out",
            "a",
        ])
        .refused(1, &["--folds 4: of one of the folds, --threshold auto"]);
    assert!(!place.join("a/history.jsonl").exists());
}
