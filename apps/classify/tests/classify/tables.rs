//! Tables: those in the program, made ones, and files.

use std::fs;

use serde_json::Value;

use crate::support::{number, place, read_json};

#[test]
fn tables_are_learned_as_well_as_by_logistic_regression() {
    let place = place();
    for (data, least) in [("iris", 0.9), ("wine", 0.94), ("breast-cancer", 0.93)] {
        let done = place
            .run(&["--data", data, "--json", "-q", "--out", data])
            .fine();
        let metrics = done.json();
        let accuracy = |of: &Value| number(&of["accuracy"]);
        let simple = &metrics["baselines"];
        assert!(
            accuracy(&metrics["test"]) >= least,
            "{data}: {}",
            metrics["test"]
        );
        assert!(accuracy(&simple["logistic"]) >= least, "{data}: {simple}");
        assert!(accuracy(&simple["logistic"]) > accuracy(&simple["majority"]));
        assert_eq!(number(&simple["majority"]["roc_auc"]), 0.5);
        assert_eq!(simple["majority"]["loss"], Value::Null);
        let classes = metrics["test"]["per_class"].as_array().unwrap().len();
        assert_eq!(number(&simple["random"]["loss"]), (classes as f64).ln());
        let found = place.run(&["eval", data, "--json", "-q"]).fine();
        assert_eq!(found.json(), metrics["test"], "{data}");
        let report = fs::read_to_string(place.join(data).join("report.html")).unwrap();
        assert!(report.contains("ROC and precision-recall curves") && report.contains("logistic"));
    }
}

#[test]
fn a_curve_that_no_line_follows_is_learned() {
    let place = place();
    let metrics = place
        .run(&["--data", "moons", "--json", "-q"])
        .fine()
        .json();
    let logistic = number(&metrics["baselines"]["logistic"]["accuracy"]);
    assert!(number(&metrics["test"]["accuracy"]) >= 0.99, "{metrics}");
    assert!(logistic < 0.95, "{logistic}");
    let config = fs::read_to_string(place.join("runs/classify-moons-1/config.toml")).unwrap();
    for line in ["n = 1000\n", "noise = 0.1\n", "standardize = true\n"] {
        assert!(config.contains(line), "{config}");
    }
}

/// The rows held out for test depend on their number and classes alone. What stands in them moves nothing that is
/// learned, and so no scale.
#[test]
fn nothing_is_learned_from_test_rows() {
    let place = place();
    let value = |i: usize, j: usize| ((i * 37 + j * 11) % 19) as f64 - 9.0;
    let table = |planted: &[usize]| {
        let mut text = "a,b,class\n".to_owned();
        for i in 0..60 {
            let class = ["no", "yes"][i % 2];
            let a = if planted.contains(&i) {
                1e6
            } else {
                value(i, 0) + 4.0 * (i % 2) as f64
            };
            text.push_str(&format!("{a},{},{class}\n", value(i, 1)));
        }
        text
    };
    place.write("t.csv", table(&[]));
    let line = [
        "--data",
        "csv:t.csv",
        "--epochs",
        "3",
        "-q",
        "--force",
        "--json",
        "--val-fraction",
        "0.2",
    ];
    let model = |out: &str| {
        let done = place.run(&[&line[..], &["--out", out]].concat()).fine();
        let file = place.join(out).join("model.safetensors");
        // The hashes of the content are of all rows; nothing is fitted by them.
        let mut metadata = nn::safetensors::metadata(&file).unwrap();
        let hashes = metadata.as_object_mut().unwrap().remove("fingerprint");
        assert!(hashes.is_some(), "{metadata}");
        let bytes = fs::read(&file).unwrap();
        let (length, rest) = bytes.split_at(8);
        let header = u64::from_le_bytes(length.try_into().unwrap()) as usize;
        (done.json(), (metadata, rest[header..].to_vec()))
    };
    let (metrics, plain) = model("a");
    // A row is of the test part if planting in it leaves the model as it was: there are exactly so many.
    let unmoved: Vec<usize> = (0..60)
        .filter(|row| {
            place.write("t.csv", table(&[*row]));
            model("b").1 == plain
        })
        .collect();
    let held_out =
        metrics["rows"]["test"].as_u64().unwrap() + metrics["rows"]["validation"].as_u64().unwrap();
    assert_eq!(unmoved.len() as u64, held_out);
}

#[test]
fn files_are_read_judged_and_asked_about() {
    let place = place();
    let row = |i: usize| {
        let colour = ["red", "green", "blue"][i % 3];
        let size = i % 7;
        format!(
            "{colour},{size},{}\n",
            if i.is_multiple_of(3) == (size > 2) {
                "in"
            } else {
                "out"
            }
        )
    };
    let rows: String = (0..210).map(row).collect();
    place.write("some data/things.csv", format!("colour,size,where\n{rows}"));
    let line = ["--data", "csv:some data/things.csv", "-q", "--json"];
    let metrics = place.run(&line).fine().json();
    assert!(number(&metrics["test"]["accuracy"]) > 0.95, "{metrics}");
    assert_eq!(metrics["data"], "csv:some data/things.csv");
    let run = "runs/classify-csv-things-1";
    let found = place.run(&["eval", run, "--json", "-q"]).fine();
    assert_eq!(found.json(), metrics["test"]);
    // Where the file lies is no part of the model.
    let model = fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert!(!String::from_utf8_lossy(&model).contains("some data"));
    // Columns are found by name, and others left out.
    place.write("ask.csv", "weight,size,colour\n3,6,red\n4,6,green\n");
    let said = place.run(&["predict", run, "ask.csv"]).fine();
    let labels: Vec<&str> = said
        .out
        .lines()
        .map(|l| l.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(labels, ["in", "out"], "{said:?}");
    place.write("ask.csv", "size,colour\n3,pink\n");
    let said = place.run(&["predict", run, "ask.csv"]).fine();
    assert!(
        said.err.contains("ask.csv: colour has categories"),
        "{said:?}"
    );
    assert!(said.err.contains("pink"), "{said:?}");
    let strict = [&line[..], &["--unseen", "refuse", "--out", "strict"]].concat();
    place.run(&strict).fine();
    let said = place.run(&["predict", "strict", "ask.csv"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""), "{said:?}");
    assert!(
        said.err.contains("pink") && said.err.contains("colour"),
        "{said:?}"
    );
}

#[test]
fn standardising_can_be_chosen() {
    let place = place();
    let model = |name: &str, more: &[&str]| {
        let line = ["--data", "wine", "--epochs", "2", "-q", "--out", name];
        place.run(&[&line[..], more].concat()).fine();
        read_json(place.join(name).join("metrics.json"))["test"]["loss"].clone()
    };
    let usual = model("a", &[]);
    assert_eq!(usual, model("b", &["--standardise"]));
    assert_ne!(usual, model("c", &["--no-standardise"]));
    place.write("s.toml", "standardise = true\n");
    let line = ["--config", "s.toml", "--no-standardise", "--print-config"];
    let printed = place.run(&line).fine().out;
    assert!(printed.contains("\nstandardize = false\n"), "{printed}");
}

#[test]
fn penalties_stand_beside_the_loss() {
    let place = place();
    let line = [
        "--data", "iris", "--l1", "1e-4", "--l2", "1e-3", "--json", "-q", "--out", "a",
    ];
    let metrics = place.run(&line).fine().json();
    let penalty = number(&metrics["test"]["penalty"]);
    assert!(penalty > 0.0);
    assert_eq!(number(&metrics["train"]["penalty"]), penalty);
    let found = place.run(&["eval", "a", "--json", "-q"]).fine();
    assert_eq!(found.json(), metrics["test"]);
    let history = fs::read_to_string(place.join("a/history.jsonl")).unwrap();
    let last: Value = serde_json::from_str(history.lines().last().unwrap()).unwrap();
    assert_eq!(number(&last["validation"]["penalty"]), penalty);
}

#[test]
fn the_head_of_one_logit_is_judged_alike() {
    let place = place();
    let line = [
        "--data",
        "breast-cancer",
        "--head",
        "sigmoid",
        "--json",
        "-q",
        "--out",
        "a",
    ];
    let metrics = place.run(&line).fine().json();
    assert!(number(&metrics["test"]["roc_auc"]) > 0.97, "{metrics}");
    let found = place.run(&["eval", "a", "--json", "-q"]).fine();
    assert_eq!(found.json(), metrics["test"]);
}
