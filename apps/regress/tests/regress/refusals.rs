//! Settings and data that cannot be: one sentence that names the thing, the promised exit code, and no run.

use std::fs;

use serde_json::{Value, json};

use crate::support::place;

#[test]
fn wrong_usage_is_exit_code_2() {
    let cases: [(&[&str], &[&str]); 16] = [
        (
            &["--data", "digits"],
            &["digits is for classification, not for regression"],
        ),
        (
            &["--data", "rung"],
            &["--data rung", "no data set", "runge"],
        ),
        (&["--degree", "0"], &["--degree", "1 or more"]),
        (&["--degree", "x"], &["--degree"]),
        (&["--n", "0"], &["--n", "1 or more"]),
        (&["--n", "10000001"], &["--n 10000001", "1 to 10000000"]),
        (&["--noise", "-0.1"], &["--noise", "-0.1"]),
        (&["--noise", "inf"], &["--noise"]),
        (
            &["--data", "boston", "--n", "5"],
            &["--n is for synthetic data", "boston"],
        ),
        (
            &["--data", "boston", "--noise", "1"],
            &["--noise is for synthetic data"],
        ),
        (
            &["--data", "boston", "--target", "price"],
            &["--target price: boston has no such target; it has MEDV"],
        ),
        (&["--target", "y,y"], &["--target names y twice"]),
        (&["--head", "softmax"], &["--head"]),
        (
            &["--hidden", "99999999999"],
            &["--hidden 99999999999", "memory"],
        ),
        (
            &["--early-stopping", "2", "--val-fraction", "0"],
            &["--early-stopping", "--val-fraction"],
        ),
        (&["predict", "run"], &["FILE"]),
    ];
    let place = place();
    for (line, parts) in cases {
        place.run(line).refused(2, parts);
    }
    assert_eq!(
        fs::read_dir(place.path()).unwrap().count(),
        0,
        "nothing was made"
    );
}

#[test]
fn data_that_cannot_be_learned_from_is_exit_code_1() {
    let place = place();
    place.write("words.csv", "x,y\n1,low\n2,high\n3,low\n");
    place.write("gap.csv", "x,y\n1,2\n2,\n3,4\n");
    place.write("ragged.csv", "x,y\n1,2\n3\n");
    place.write("infinite.csv", "x,y\n1,2\n3,inf\n");
    place.write("empty.csv", "");
    place.write("one.csv", "x,y\n1,2\n");
    let wide: Vec<String> = (0..40).map(|j| j.to_string()).collect();
    let heading: Vec<String> = (0..40).map(|j| format!("c{j}")).collect();
    place.write(
        "wide.csv",
        format!(
            "{}\n{}\n{}\n",
            heading.join(","),
            wide.join(","),
            wide.join(",")
        ),
    );
    let cases: [(&[&str], &[&str]); 10] = [
        (&["--data", "csv:absent.csv"], &["absent.csv"]),
        (&["--data", "csv:words.csv"], &["words.csv", "y"]),
        (&["--data", "csv:gap.csv"], &["gap.csv", "3"]),
        (&["--data", "csv:ragged.csv"], &["ragged.csv", "3"]),
        (&["--data", "csv:infinite.csv"], &["infinite.csv", "3"]),
        (&["--data", "csv:empty.csv"], &["empty.csv"]),
        (&["--data", "csv:one.csv"], &["one.csv"]),
        (
            &["--data", "csv:words.csv", "--target", "z"],
            &["words.csv", "z"],
        ),
        (
            &[
                "--data",
                "csv:wide.csv",
                "--degree",
                "3",
                "--val-fraction",
                "0",
            ],
            &["--degree 3 makes more than 500 terms of 39 columns"],
        ),
        (
            &["--split", "official"],
            &["runge", "no official test part"],
        ),
    ];
    for (line, parts) in cases {
        place.run(&[line, &["-q"]].concat()).refused(1, parts);
    }
    assert!(!place.join("runs").exists(), "nothing was made");
}

#[test]
fn a_run_of_a_classifier_is_refused() {
    let place = place();
    let line = ["--epochs", "1", "--hidden", "4", "-q", "--out", "a"];
    place.run(&line).fine();
    let path = place.join("a/model.safetensors");
    let file = fs::read(&path).unwrap();
    let (length, rest) = file.split_at(8);
    let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
    let (header, data) = rest.split_at(length);
    let mut header: Value = serde_json::from_slice(header).unwrap();
    let text = header["__metadata__"]["gradus"].as_str().unwrap();
    let mut card: Value = serde_json::from_str(text).unwrap();
    assert_eq!(card["experiment"]["task"], "regression");
    card["experiment"]["task"] = json!("classification");
    let settings = card["experiment"].as_object_mut().unwrap();
    settings.remove("standardize-targets").unwrap();
    card["rows"]["classes"] = json!(["no", "yes"]);
    card["outputs"] = Value::Null;
    // Without a checksum, with which every change is damage.
    card.as_object_mut().unwrap().remove("crc32").unwrap();
    header["__metadata__"]["gradus"] = json!(card.to_string());
    let header = header.to_string();
    let length = (header.len() as u64).to_le_bytes();
    fs::write(&path, [&length, header.as_bytes(), data].concat()).unwrap();
    place.write("row.csv", "0");
    let parts = ["the run learned classes, not values; classify evaluates it"];
    place.run(&["eval", "a"]).refused(1, &parts);
    place.run(&["predict", "a", "row.csv"]).refused(1, &parts);
    place
        .run(&["eval", "absent"])
        .refused(1, &["absent is not a folder"]);
}
