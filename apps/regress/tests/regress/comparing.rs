//! Searches of regressors, and finished runs side by side.

use std::fs;

use crate::support::{number, place, read_json};

#[test]
fn a_file_is_known_by_its_content() {
    let place = place();
    let row = |i: usize| {
        let x = i as f64 / 30.0 - 1.0;
        format!("{x},{},{}\n", 3.0 * x + 100.0, x * x)
    };
    let rows: String = (0..60).map(row).collect();
    place.write("t.csv", format!("x,y,z\n{rows}"));
    place.write("moved/t.csv", format!("x,y,z\n{rows}"));
    place.write(
        "changed.csv",
        format!("x,y,z\n{rows}").replace("100,", "101,"),
    );
    let run = |data: &str, target: &str, seed: &str, out: &str| {
        let line = ["--target", target, "--epochs", "20", "--seed", seed];
        let own = ["--data", data, "-q", "--out", out];
        place.run(&[&line[..], &own].concat()).fine();
    };
    run("csv:t.csv", "y,z", "0", "a");
    run("csv:moved/t.csv", "y,z", "1", "b");
    run("csv:changed.csv", "y,z", "2", "c");
    run("csv:t.csv", "z", "0", "d");
    let done = place.run(&["compare", "a", "b", "--out", "page"]).fine();
    let table: Vec<&str> = done.out.lines().collect();
    assert_eq!(table.len(), 2, "{}", done.out);
    assert!(
        table[0].contains("test R²(y)") && table[0].contains("test R²(z)"),
        "{}",
        done.out
    );
    assert!(table.iter().all(|line| line.chars().count() <= 80));
    let groups = fs::read_to_string(place.join("page/compare.csv")).unwrap();
    assert!(groups.contains("test rmse(y),test rmse(y) low"), "{groups}");
    place
        .run(&["compare", "a", "c"])
        .refused(1, &["csv:t.csv and csv:changed.csv have other content"]);
    place
        .run(&["compare", "a", "d"])
        .refused(1, &["a and d do not compare", "y, z", "(z)"]);
}

#[test]
fn the_curve_of_r2_ends_at_the_figure_of_the_run() {
    let place = place();
    for (lr, out) in [("0.01", "a"), ("0.001", "b")] {
        let line = ["--data", "diabetes", "--epochs", "8", "--lr", lr];
        place
            .run(&[&line[..], &["-q", "--out", out]].concat())
            .fine();
    }
    place
        .run(&["compare", "a", "b", "-q", "--out", "page"])
        .fine();
    let page = fs::read_to_string(place.join("page/compare.html")).unwrap();
    assert!(page.contains("<title>R²</title>"));
    // What the curve rests on: the mean squared error of the last epoch is that of the figures.
    let metrics = read_json(place.join("a/metrics.json"));
    let history = fs::read_to_string(place.join("a/history.jsonl")).unwrap();
    let last: serde_json::Value = serde_json::from_str(history.lines().last().unwrap()).unwrap();
    let [shown, found] = [&last["validation"]["mse"], &metrics["validation"]["mse"]].map(number);
    assert!((shown / found - 1.0).abs() < 1e-4, "{shown} {found}");
}

#[test]
fn regressors_are_searched_and_the_winner_kept() {
    let place = place();
    let line = [
        "--data",
        "diabetes",
        "--epochs",
        "9",
        "--grid",
        "lr=1e-4..1e-1",
        "--grid",
        "l2=0,1e-4..1",
        "--search",
        "halving:9",
        "--refit",
        "--out",
        "a",
    ];
    let done = place.run(&line).fine();
    assert!(
        done.err
            .contains("halving:9: 9 of 1 epochs, then 3 of 3 epochs, then 1 of 9 epochs")
            && done
                .err
                .contains("predict with: regress predict a/best FILE"),
        "{}",
        done.err
    );
    let grid = read_json(place.join("a/grid.json"));
    let metrics = read_json(place.join("a/best/metrics.json"));
    let winner = &grid["rows"][0];
    assert_eq!(winner["validation"]["median"], metrics["validation"]["r2"]);
    assert_eq!(winner["test"]["median"], metrics["test"]["r2"]);
}
