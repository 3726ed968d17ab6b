//! Data that is another than the one that a run was begun with, and data that only stands in another order.

use std::fs;

use crate::files::{passengers, trained};
use crate::support::{place, read_json};

#[test]
fn a_file_that_changed_is_noticed() {
    let place = place();
    let text = passengers(120);
    place.write("ship.csv", &text);
    trained(&place, &[]);
    place.run(&["eval", "a", "-q"]).fine();
    place.write("ship.csv", text.replace("21.75", "99.5"));
    place.run(&["eval", "a", "-q"]).refused(
        1,
        &[
            "csv:ship.csv has other cells in fare",
            "since a was trained",
        ],
    );
    let shorter: Vec<&str> = text.lines().take(100).collect();
    place.write("ship.csv", shorter.join("\n"));
    place
        .run(&["eval", "a", "-q"])
        .refused(1, &["has 99 rows, and had 120"]);
}

/// The same table with its columns in another order, the target among them.
fn reordered(text: &str) -> String {
    let turned = |line: &str| {
        // The quoted name is two pieces, which stay together.
        let cells: Vec<&str> = line.split(',').collect();
        let (last, first) = (cells.len() - 1, cells[0]);
        let name = cells[1..=last - 6].join(",");
        let rest: Vec<&str> = cells[last - 5..last].iter().rev().copied().collect();
        format!("{},{},{name},{first}\n", cells[last], rest.join(","))
    };
    text.lines().map(turned).collect()
}

#[test]
fn columns_in_another_order_are_found_by_their_names() {
    let place = place();
    let text = passengers(120);
    place.write("ship.csv", &text);
    let line = [
        "--data",
        "csv:ship.csv",
        "--hidden",
        "8",
        "--schedule",
        "constant",
        "-q",
        "--epochs",
    ];
    let train = |epochs, out| {
        place
            .run(&[&line[..], &[epochs, "--out", out]].concat())
            .fine();
    };
    train("20", "whole");
    train("8", "parts");
    place.write("ship.csv", reordered(&text));
    let metrics = read_json(place.join("whole/metrics.json"));
    let evaluated = place.run(&["eval", "whole", "--json", "-q"]).fine();
    assert_eq!(evaluated.json(), metrics["test"]);
    // A run that goes on takes the columns in the order in which it began.
    place
        .run(&["--resume", "parts", "--epochs", "20", "-q"])
        .fine();
    let model = |run: &str| fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert!(model("whole") == model("parts"));
}

#[test]
fn a_run_or_sweep_does_not_go_on_with_a_file_that_changed() {
    let place = place();
    let text = passengers(120);
    place.write("ship.csv", &text);
    trained(&place, &["--schedule", "constant"]);
    let sweep = [
        "--data",
        "csv:ship.csv",
        "--epochs",
        "2",
        "-q",
        "--grid",
        "lr=0.01,0.02",
        "--out",
        "b",
    ];
    place.run(&sweep).fine();
    let was = fs::read_to_string(place.join("a/config.toml")).unwrap();
    place.write("ship.csv", text.replace("21.75", "99.5"));
    let parts = ["csv:ship.csv has other cells in fare", "was trained"];
    place
        .run(&["--resume", "a", "--epochs", "40", "-q"])
        .refused(1, &parts);
    let is = fs::read_to_string(place.join("a/config.toml")).unwrap();
    assert_eq!(is, was);
    assert!(place.join("a/metrics.json").is_file());
    place.run(&sweep).refused(1, &parts);
    // Without the record that is not known, and it is said.
    for folder in ["a", "b"] {
        fs::remove_file(place.join(folder).join("data.json")).unwrap();
    }
    for line in [&["--resume", "a", "--epochs", "31", "-q"][..], &sweep] {
        let done = place.run(line);
        assert_eq!(done.code, Some(0), "{done:?}");
        assert!(done.err.contains("has no data.json"), "{done:?}");
    }
}
