//! Finished runs side by side.

use std::fs;
use std::path::Path;

use crate::support::{Place, names, number, place, read_json};

/// A run on iris in the folder `out`.
fn run(place: &Place, out: &str, more: &[&str]) {
    let line = ["--data", "iris", "--epochs", "5", "-q", "--out", out];
    place.run(&[&line[..], more].concat()).fine();
}

/// The lines of a table with named cells.
fn csv(path: &Path) -> Vec<Vec<(String, String)>> {
    let text = fs::read_to_string(path).unwrap();
    let mut lines = text.lines();
    let headings: Vec<&str> = lines.next().unwrap().split(',').collect();
    let row = |line: &str| {
        let cells = headings.iter().zip(line.split(','));
        cells
            .map(|(a, b)| ((*a).to_owned(), b.to_owned()))
            .collect()
    };
    lines.map(row).collect()
}

fn cell<'a>(row: &'a [(String, String)], name: &str) -> &'a str {
    let found = row.iter().find(|(heading, _)| heading == name);
    &found.unwrap_or_else(|| panic!("no {name} in {row:?}")).1
}

#[test]
fn runs_that_differ_in_their_seed_are_a_group() {
    let place = place();
    let folders = ["a", "b", "c"];
    for (seed, out) in ["0", "1", "2"].iter().zip(folders) {
        run(&place, out, &["--seed", seed]);
    }
    run(&place, "other", &["--activation", "tanh", "--l2", "0.5"]);
    let done = place
        .run(&["compare", "a", "other", "b", "c", "--out", "page"])
        .fine();
    assert!(done.err.contains("page: page/compare.html"), "{}", done.err);
    assert_eq!(
        names(&place.join("page")),
        ["compare.csv", "compare.html", "runs.csv"]
            .map(str::to_owned)
            .into()
    );
    let table: Vec<&str> = done.out.lines().collect();
    assert_eq!(table.len(), 3, "{}", done.out);
    assert!(table.iter().all(|line| line.chars().count() <= 80));
    assert!(table[0].contains("test accuracy") && table[0].contains("validation accuracy"));
    assert!(table[1].trim_start().starts_with("3 ") && table[1].contains(" ± "));
    assert!(table[2].trim_start().starts_with("1 ") && !table[2].contains(" ± "));

    // Means and intervals are those of the runs' figures: t of 2 degrees of freedom is 4.3027.
    let scores: Vec<f64> = folders
        .iter()
        .map(|run| number(&read_json(place.join(run).join("metrics.json"))["test"]["loss"]))
        .collect();
    let mean = scores.iter().sum::<f64>() / 3.0;
    let squares: f64 = scores.iter().map(|x| (x - mean).powi(2)).sum();
    let half = 4.302_652_729_749_462 * (squares / 2.0 / 3.0).sqrt();
    let groups = csv(&place.join("page/compare.csv"));
    assert_eq!(groups.len(), 2);
    let close = |name: &str, expected: f64| {
        let found: f64 = cell(&groups[0], name).parse().unwrap();
        assert!(
            (found - expected).abs() < 1e-9,
            "{name}: {found} {expected}"
        );
    };
    close("test loss", mean);
    close("test loss low", mean - half);
    close("test loss high", mean + half);
    assert_eq!(cell(&groups[0], "runs"), "3");
    assert_eq!(cell(&groups[1], "test loss low"), "");
    // A line a run; only what differs is there of the settings.
    let runs = csv(&place.join("page/runs.csv"));
    let said: Vec<[&str; 3]> = runs
        .iter()
        .map(|row| ["run", "group", "seed"].map(|name| cell(row, name)))
        .collect();
    assert_eq!(
        said,
        [
            ["a", "1", "0"],
            ["b", "1", "1"],
            ["c", "1", "2"],
            ["other", "2", "0"]
        ]
    );
    assert_eq!(cell(&runs[3], "l2"), "0.5");
    assert!(runs[0].iter().all(|(name, _)| name != "lr"));

    let page = fs::read_to_string(place.join("page/compare.html")).unwrap();
    for part in [
        "4 runs compared",
        "Settings that differ",
        "Loss",
        "Accuracy",
        "Student",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert_eq!(page.matches("<figure>").count(), 2);

    // A folder that is not empty is kept, unless told otherwise.
    let again = ["compare", "a", "other", "--out", "page"];
    place.run(&again).refused(1, &["page is not empty"]);
    place.run(&[&again[..], &["--force"]].concat()).fine();
    // Without a name the first free one is taken.
    place.run(&["compare", "a", "other", "-q"]).fine();
    assert!(place.join("runs/compare-1/compare.html").is_file());
}

#[test]
fn many_groups_have_a_figure_each() {
    let place = place();
    let folders: Vec<String> = (1..=7).map(|i| format!("r{i}")).collect();
    for (i, out) in folders.iter().enumerate() {
        run(&place, out, &["--hidden", &(i + 2).to_string()]);
    }
    let mut line = vec!["compare", "-q", "--out", "page"];
    line.extend(folders.iter().map(String::as_str));
    let done = place.run(&line).fine();
    assert!(done.out.contains("1: hidden 2"), "{}", done.out);
    let page = fs::read_to_string(place.join("page/compare.html")).unwrap();
    assert_eq!(page.matches("<figure>").count(), 14);
}

#[test]
fn what_was_tested_on_other_samples_is_said() {
    let place = place();
    run(&place, "a", &[]);
    run(&place, "b", &["--split-seed", "1"]);
    run(&place, "c", &["--folds", "3"]);
    for (other, setting) in [("b", "split-seed"), ("c", "folds")] {
        let done = place.run(&["compare", "a", other, "-q"]).fine();
        let part = format!("not tested on the same samples ({setting})");
        assert!(done.err.contains(&part), "{}", done.err);
    }
}

#[test]
fn runs_that_do_not_compare_are_refused() {
    let place = place();
    run(&place, "a", &[]);
    run(&place, "wine", &["--data", "wine"]);
    run(&place, "same", &[]);
    place.run(&["compare", "a"]).refused(2, &["RUN"]);
    place
        .run(&["compare", "a", "wine"])
        .refused(1, &["a and wine do not compare", "setosa", "wine"]);
    place
        .run(&["compare", "a", "same"])
        .refused(1, &["a and same are the same run"]);
    place
        .run(&["compare", "a", "none"])
        .refused(1, &["none is not a folder"]);
    fs::remove_file(place.join("same/metrics.json")).unwrap();
    place
        .run(&["compare", "a", "same"])
        .refused(1, &["same holds no finished run"]);
    run(&place, "moons", &["--data", "moons", "--n", "60"]);
    run(&place, "more", &["--data", "moons", "--n", "80"]);
    place
        .run(&["compare", "moons", "more"])
        .refused(1, &["n 60", "n 80"]);
    assert!(!place.join("runs").exists());
}

/// Test samples of their own are told apart by their content.
#[test]
fn runs_on_other_test_files_do_not_compare() {
    let place = place();
    let table = |from: u32| -> String {
        let row = |i: u32| {
            format!(
                "{},{},{}\n",
                i % 7,
                i * 3 % 11,
                if i.is_multiple_of(3) { "a" } else { "b" }
            )
        };
        format!(
            "x,y,kind\n{}",
            (from..from + 40).map(row).collect::<String>()
        )
    };
    for (file, from) in [("train.csv", 0), ("b.csv", 50), ("c.csv", 77)] {
        place.write(file, table(from));
    }
    let train = |out: &str, test: &[&str]| {
        let line = [
            "--data",
            "csv:train.csv",
            "--epochs",
            "2",
            "-q",
            "--out",
            out,
        ];
        place.run(&[&line[..], test].concat()).fine();
    };
    train("b", &["--test", "b.csv"]);
    train("b1", &["--test", "b.csv", "--seed", "1"]);
    train("c", &["--test", "c.csv"]);
    train("own", &["--seed", "2"]);
    place.run(&["compare", "b", "b1", "--out", "same"]).fine();
    for other in ["c", "own"] {
        place
            .run(&["compare", "b", other, "--out", "page"])
            .refused(1, &["do not compare: one has the test samples of b.csv"]);
    }
}
