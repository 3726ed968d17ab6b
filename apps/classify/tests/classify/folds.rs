//! Cross-validation.

use std::fs;

use serde_json::Value;

use crate::support::{Place, number, place, read_json};

const LINE: [&str; 8] = [
    "--data", "iris", "--epochs", "8", "--folds", "4", "--json", "-q",
];

fn run(place: &Place, out: &str, more: &[&str]) -> Value {
    let line = [&LINE[..], &["--out", out], more].concat();
    place.run(&line).fine().json()
}

#[test]
fn test_figures_are_the_mean_of_the_folds() {
    let place = place();
    let metrics = run(&place, "a", &[]);
    let folds = metrics["folds"].as_array().unwrap();
    assert_eq!(folds.len(), 4);
    for key in ["accuracy", "loss", "macro_f1", "roc_auc"] {
        let mean = folds.iter().map(|f| number(&f[key])).sum::<f64>() / 4.0;
        assert!(
            (number(&metrics["test"][key]) - mean).abs() < 1e-15,
            "{key}"
        );
    }
    // Every row that may be learned from is held out once, and each fold has its share of each class.
    let support = |of: &Value, class: usize| of["per_class"][class]["support"].as_u64().unwrap();
    for class in 0..3 {
        let shares: Vec<u64> = folds.iter().map(|fold| support(fold, class)).collect();
        assert_eq!(shares.iter().sum::<u64>(), 40);
        assert_eq!(shares, [10; 4]);
        assert_eq!(support(&metrics["test"], class), 40);
    }
    let differ = |key: &str| folds.iter().any(|f| f[key] != folds[0][key]);
    assert!(differ("loss"), "the folds are of different rows");
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(report.contains("Cross-validation folds") && report.contains("mean over 4 folds"));

    // The network that is saved is that of a run without folds.
    let plain = ["--data", "iris", "--epochs", "8", "-q", "--out", "plain"];
    place.run(&plain).fine();
    let model = |out: &str| fs::read(place.join(out).join("model.safetensors")).unwrap();
    assert!(model("a") == model("plain"));
    assert_eq!(
        read_json(place.join("plain/metrics.json"))["folds"],
        Value::Null
    );
}

/// Means over folds are of other samples than those that baselines are evaluated on.
#[test]
fn folds_are_not_compared_with_baselines_of_the_test_samples() {
    let place = place();
    let said = |more: &[&str]| {
        let line = [
            "--data", "iris", "--epochs", "1", "--hidden", "2", "--lr", "1e-6",
        ];
        place.run(&[&line[..], more].concat()).fine().err
    };
    assert!(said(&[]).contains("no better than the baseline"));
    assert!(!said(&["--folds", "3"]).contains("no better than the baseline"));
}

/// Though each class would keep one back.
#[test]
fn so_many_training_samples_are_taken_as_are_asked_for() {
    let place = place();
    for count in ["107", "100", "50"] {
        let line = [
            "--data",
            "iris",
            "--epochs",
            "1",
            "--json",
            "--train-samples",
            count,
        ];
        let metrics = place.run(&line).fine().json();
        assert_eq!(metrics["rows"]["train"].to_string(), count);
    }
}

#[test]
fn threads_do_not_matter_to_folds() {
    let place = place();
    let more = [
        "--early-stopping",
        "3",
        "--val-fraction",
        "0.2",
        "--dropout",
        "0.1",
    ];
    let folds = |out: &str, threads: &str| {
        run(&place, out, &[&more[..], &["--threads", threads]].concat())["folds"].clone()
    };
    assert_eq!(folds("a", "1"), folds("b", "2"));
    assert_eq!(folds("c", "5"), folds("d", "1"));
}

#[test]
fn a_finished_run_is_made_longer_with_its_folds() {
    let place = place();
    let line = [
        "--data",
        "iris",
        "--folds",
        "3",
        "--schedule",
        "constant",
        "-q",
    ];
    let run = |more: &[&str]| place.run(&[&line[..], more].concat()).fine();
    run(&["--epochs", "4", "--out", "a"]);
    run(&["--epochs", "6", "--out", "b"]);
    place.run(&["--resume", "a", "--epochs", "6", "-q"]).fine();
    let folds = |out: &str| read_json(place.join(out).join("metrics.json"))["folds"].clone();
    assert_eq!(folds("a"), folds("b"));
}

/// One row of a table is huge in the only column that tells the classes apart. A network that has it among its training
/// rows sees all others squashed to one value, and learns nothing; the network that is judged on that row's fold must not
/// have seen it, nor its scales: it is the network of the table without the planted row.
#[test]
fn scales_of_a_fold_do_not_see_it() {
    let place = place();
    let table = |planted: Option<usize>| {
        let mut text = "a,b,class\n".to_owned();
        for i in 0..80 {
            let noise = |j: usize| ((i * 37 + j * 11) % 19) as f64 / 19.0;
            let a = match planted {
                Some(row) if row == i => 1e9,
                _ => noise(0) + 4.0 * (i % 2) as f64,
            };
            text.push_str(&format!("{a},{},{}\n", noise(1), ["no", "yes"][i % 2]));
        }
        text
    };
    let folds = |planted: Option<usize>| {
        place.write("t.csv", table(planted));
        let line = [
            "--data",
            "csv:t.csv",
            "--epochs",
            "20",
            "--folds",
            "2",
            "-q",
            "--json",
            "--force",
            "--out",
            "a",
        ];
        place.run(&line).fine().json()["folds"].clone()
    };
    // 80 rows less 16 of the test part, in two folds.
    let right = |of: &Value, fold: usize| -> u64 {
        let cell = |c: usize| of[fold]["confusion"][c][c].as_u64().unwrap();
        cell(0) + cell(1)
    };
    let plain = folds(None);
    assert_eq!([right(&plain, 0), right(&plain, 1)], [32, 32]);
    let mut seen = 0;
    for planted in 0..6 {
        let found = folds(Some(planted));
        if found == plain {
            // A row of the test part.
            continue;
        }
        seen += 1;
        let mut rights = [right(&found, 0), right(&found, 1)];
        rights.sort_unstable();
        assert!(
            rights[0] <= 24,
            "row {planted} was seen by no network: {rights:?}"
        );
        assert!(
            rights[1] >= 31,
            "row {planted} moved the scales of its own fold: {rights:?}"
        );
    }
    assert!(seen >= 3, "{seen}");
}

#[test]
fn folds_that_cannot_be_are_refused() {
    let place = place();
    for wrong in ["0", "1", "-2", "x"] {
        place
            .run(&["--folds", wrong])
            .refused(2, &["--folds", "2 or more"]);
    }
    place
        .run(&["--data", "iris", "--folds", "200", "-q"])
        .refused(1, &["--folds 200: 120 rows make 2 to 120 folds, not 200"]);
    place
        .run(&["--resume", "a", "--folds", "3"])
        .refused(2, &["--folds: a run that goes on"]);
    assert!(!place.join("runs").exists());
}
