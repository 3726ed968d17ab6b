//! What rows come to.

use serde_json::Value;

use crate::support::{number, place, usual_run};

#[test]
fn rows_with_and_without_a_heading_come_to_values() {
    let place = place();
    let run = usual_run().to_str().unwrap();
    place.write("plain.csv", "0\n0.2\n-1\n");
    place.write("named.csv", "note,x\nmiddle,0\nright,0.2\nleft,-1\n");
    place.write("one.csv", "0\n");
    let values = |file: &str| -> Vec<f64> {
        let done = place.run(&["predict", run, file]).fine();
        let value = |line: &str| line.rsplit(' ').next().unwrap().parse().unwrap();
        done.out.lines().map(value).collect()
    };
    let said = values("plain.csv");
    assert_eq!(said, values("named.csv"));
    // As many digits as tell an answer from any other.
    let json = place.run(&["predict", run, "--json", "plain.csv"]).fine();
    let answer: Value = serde_json::from_str(&json.out).unwrap();
    let rows = answer["rows"].as_array().unwrap();
    let exact: Vec<f64> = rows.iter().map(|row| number(&row["values"]["y"])).collect();
    assert_eq!(said, exact);
    for (value, truth) in said.iter().zip([1.0, 0.5, 1.0 / 26.0]) {
        assert!((value - truth).abs() < 0.08, "{value} {truth}");
    }
    let done = place.run(&["predict", run, "one.csv", "plain.csv"]).fine();
    let starts: Vec<&str> = done
        .out
        .lines()
        .map(|l| l.split(": ").next().unwrap())
        .collect();
    assert_eq!(
        starts,
        ["one.csv", "plain.csv:1", "plain.csv:2", "plain.csv:3"]
    );
}

/// The first line of a table names its columns, whatever the names look like.
#[test]
fn columns_may_be_called_as_years_are() {
    let place = place();
    let rows: String = (0..60)
        .map(|i| format!("{},{},{}\n", i % 7, i % 5, i % 7 + 2 * (i % 5)))
        .collect();
    place.write("train.csv", format!("2018,2019,y\n{rows}"));
    place
        .run(&["--data", "csv:train.csv", "--epochs", "2", "--out", "run"])
        .fine();
    place.write("in_order.csv", "2018,2019\n1,4\n");
    place.write("swapped.csv", "2019,2018\n4,1\n");
    let values = |file: &str| -> Vec<String> {
        let done = place.run(&["predict", "run", file]).fine();
        let value = |line: &str| line.rsplit(' ').next().unwrap().to_owned();
        done.out.lines().map(value).collect()
    };
    assert_eq!(values("in_order.csv").len(), 1);
    assert_eq!(values("swapped.csv"), values("in_order.csv"));
}

#[test]
fn json_is_a_line_a_file_with_named_values() {
    let place = place();
    let run = usual_run().to_str().unwrap();
    place.write("a.csv", "0\n0.2\n");
    let done = place
        .run(&["predict", run, "--json", "a.csv", "a.csv"])
        .fine();
    assert_eq!(done.out.lines().count(), 2);
    for line in done.out.lines() {
        let answer: Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["file"], "a.csv");
        let rows = answer["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 2);
        assert!(
            (number(&rows[0]["values"]["y"]) - 1.0).abs() < 0.08,
            "{line}"
        );
    }
}

#[test]
fn files_that_cannot_be_used_are_named() {
    let place = place();
    let run = usual_run().to_str().unwrap();
    for (content, parts) in [
        (
            "1,2\n",
            &["f.csv:1: 2 numbers; the model takes 1 a row"][..],
        ),
        ("1\nnan\n", &["f.csv:2: column 1 has \"nan\", not a number"]),
        ("a,b\n1,2\n", &["f.csv", "x"]),
        ("", &["f.csv"]),
    ] {
        place.write("f.csv", content);
        place.run(&["predict", run, "f.csv"]).refused(1, parts);
    }
    place.write("f.png", "no image");
    place
        .run(&["predict", run, "f.png"])
        .refused(1, &["f.png", "runge", "give a .csv file"]);
    place
        .run(&["predict", run, "absent.csv"])
        .refused(1, &["absent.csv"]);
}
