//! Grids of settings.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{number, place, read_json};

/// Two by two settings of two networks each.
const LINE: [&str; 11] = [
    "--data",
    "iris",
    "--epochs",
    "6",
    "--grid",
    "lr=0.0001,0.01",
    "--grid",
    "hidden=4,16x8",
    "--trials",
    "2",
    "-q",
];

fn flags<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&LINE[..], &["--out", out], more].concat()
}

/// `grid.json` without the times.
fn outcome(sweep: &Path) -> Value {
    let mut grid = read_json(sweep.join("grid.json"));
    for row in grid["rows"].as_array_mut().unwrap() {
        assert!(row.as_object_mut().unwrap().remove("seconds").is_some());
    }
    grid
}

fn lines(sweep: &Path) -> Vec<Value> {
    let text = fs::read_to_string(sweep.join("trials.jsonl")).unwrap();
    text.lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect()
}

#[test]
fn a_grid_compares_all_settings_by_validation() {
    let place = place();
    let done = place.run(&flags("a", &[])).fine();
    let grid = outcome(&place.join("a"));
    assert_eq!(
        (&grid["score"], &grid["chosen_by"]),
        (&"accuracy".into(), &"validation".into())
    );
    let rows = grid["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4);
    let medians: Vec<f64> = rows
        .iter()
        .map(|r| number(&r["validation"]["median"]))
        .collect();
    assert!(medians.is_sorted_by(|a, b| a >= b), "{medians:?}");
    assert_eq!(
        rows[0]["settings"]["lr"], "0.01",
        "a hundredth of that learns nothing in 6 epochs"
    );

    // The table on standard output has the same rows in the same order.
    let table: Vec<&str> = done.out.lines().collect();
    assert_eq!(table.len(), 5, "{}", done.out);
    for word in [
        "lr",
        "hidden",
        "validation accuracy",
        "test accuracy",
        "seconds",
    ] {
        assert!(table[0].contains(word), "{}", done.out);
    }
    for (line, row) in table[1..].iter().zip(rows) {
        let settings = &row["settings"];
        let words: Vec<&str> = line.split_whitespace().collect();
        assert_eq!(
            words[..2],
            [
                settings["lr"].as_str().unwrap(),
                settings["hidden"].as_str().unwrap()
            ]
        );
    }

    // A network of the sweep is that of a run with its settings and seed.
    let lines = lines(&place.join("a"));
    assert_eq!(lines.len(), 8);
    let of = |trial: u64| {
        lines
            .iter()
            .find(|l| {
                l["settings"]["hidden"] == "16x8"
                    && l["settings"]["lr"] == "0.01"
                    && l["trial"] == trial
            })
            .unwrap()
    };
    let run = [
        "--data", "iris", "--epochs", "6", "--lr", "0.01", "--hidden", "16,8", "--seed", "1", "-q",
        "--json", "--out", "run",
    ];
    let metrics = place.run(&run).fine().json();
    assert_eq!(of(1)["seed"], 1);
    assert_eq!(of(1)["validation"], metrics["validation"]);
    assert_eq!(of(1)["test"], metrics["test"]);
    assert_ne!(of(0)["test"]["loss"], of(1)["test"]["loss"]);

    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(report.contains("16x8") && report.contains("no part in the order"));
    assert!(place.join("a/figures/grid.svg").is_file());
    let config = fs::read_to_string(place.join("a/config.toml")).unwrap();
    assert!(
        config.contains("grid = [\"lr=0.0001,0.01\", \"hidden=4,16x8\"]"),
        "{config}"
    );
}

#[test]
fn threads_do_not_matter_to_a_grid() {
    let place = place();
    place.run(&flags("a", &["--threads", "1"])).fine();
    place.run(&flags("b", &["--threads", "2"])).fine();
    assert_eq!(outcome(&place.join("a")), outcome(&place.join("b")));
}

#[test]
fn a_killed_sweep_goes_on_and_computes_nothing_twice() {
    let place = place();
    let line = |out| {
        let mut line = flags(out, &["--threads", "1"]);
        line[3] = "150";
        // So large that they are trained one by one.
        line[7] = "hidden=64x64,96x64";
        line
    };
    place.run(&line("whole")).fine();
    let mut child = place.command(&line("a")).spawn().unwrap();
    let file = place.join("a/trials.jsonl");
    let begun = || fs::read_to_string(&file).is_ok_and(|text| text.contains('\n'));
    let start = Instant::now();
    while !begun() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // What is left by a kill in the middle of a line.
    let kept = fs::read_to_string(&file).unwrap();
    assert!((1..8).contains(&kept.lines().count()), "killed too late");
    let half = [kept.as_bytes(), b"{\"point\":0,\"settings\":{\"\xc3"].concat();
    fs::write(&file, half).unwrap();
    assert!(!place.join("a/grid.json").exists());

    let mut go_on = line("a");
    go_on.retain(|flag| *flag != "-q");
    let done = place.run(&go_on).fine();
    assert!(done.err.contains("going on after"), "{}", done.err);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.starts_with(&kept), "what was done is not done again");
    assert_eq!(lines(&place.join("a")).len(), 8);
    assert_eq!(outcome(&place.join("a")), outcome(&place.join("whole")));

    // A finished sweep has nothing left to do, with --resume as well.
    place.run(&["--resume", "a", "-q"]).fine();
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
}

#[cfg(unix)]
#[test]
fn an_interrupted_sweep_says_how_to_go_on() {
    let place = place();
    let line = [
        "--data", "iris", "--epochs", "1000000", "--trials", "2", "--out", "a",
    ];
    let mut child = place.command(&line).spawn().unwrap();
    let start = Instant::now();
    while !place.join("a/trials.jsonl").is_file() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(5));
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(lines(&place.join("a")).is_empty());
}

#[test]
fn folds_take_the_place_of_validation_rows() {
    let place = place();
    let line = [
        "--data",
        "iris",
        "--epochs",
        "6",
        "-q",
        "--folds",
        "3",
        "--val-fraction",
        "0",
        "--trials",
        "1",
        "--json",
        "--out",
        "a",
    ];
    let grid = place.run(&line).fine().json();
    assert_eq!(grid["chosen_by"], "folds");
    let run = [&line[..9], &["--json", "--out", "run"]].concat();
    let metrics = place.run(&run).fine().json();
    assert_eq!(
        grid["rows"][0]["validation"]["median"],
        metrics["test"]["accuracy"]
    );
    assert_eq!(lines(&place.join("a"))[0]["validation"], metrics["test"]);
    assert!(
        !place.join("a/figures").exists(),
        "there are no two flags to draw"
    );
}

#[test]
fn another_sweep_is_refused_by_name() {
    let place = place();
    let line = [
        "--data",
        "iris",
        "--epochs",
        "1",
        "--grid",
        "lr=0.1,0.01",
        "-q",
        "--out",
        "a",
    ];
    place.run(&line).fine();
    let refused = |at: usize, value: &'static str, part: &str| {
        let mut other = line;
        other[at] = value;
        place
            .run(&other)
            .refused(1, &["a was begun with", part, "--force"]);
    };
    refused(3, "2", "epochs = 1, and this is with epochs = 2");
    refused(5, "lr=0.1,0.02", "grid = ");
    place
        .run(&[&line[..], &["--seed", "3"]].concat())
        .refused(1, &["seed = 0, and this is with seed = 3"]);
    // A run is no sweep.
    place
        .run(&["--data", "iris", "--epochs", "1", "-q", "--out", "run"])
        .fine();
    let mut other = line;
    other[8] = "run";
    place.run(&other).refused(1, &["no grid"]);
    // What results do not depend on may change; and with --force all may.
    place
        .run(&[&line[..], &["--threads", "1", "--offline"]].concat())
        .fine();
    place
        .run(&[&line[..], &["--seed", "3", "--force"]].concat())
        .fine();
    assert_eq!(lines(&place.join("a"))[0]["seed"], 3);
}

#[test]
fn a_grid_on_the_command_line_replaces_that_of_the_file() {
    let place = place();
    place.write(
        "s.toml",
        "grid = [\"lr=0.1,0.2\", \"hidden=4,8\"]\ntrials = 3\n",
    );
    let print = |more: &[&str]| {
        let line = [&["--config", "s.toml", "--print-config"][..], more].concat();
        place.run(&line).fine().out
    };
    let printed = print(&[]);
    assert!(
        printed.contains("grid = [\"lr=0.1,0.2\", \"hidden=4,8\"]\ntrials = 3\n"),
        "{printed}"
    );
    let printed = print(&["--grid", "dropout=0,0.1"]);
    assert!(
        printed.contains("grid = [\"dropout=0,0.1\"]\n"),
        "{printed}"
    );
    place.write("s.toml", "grid = \"epoch=1\"\n");
    place
        .run(&["--config", "s.toml"])
        .refused(1, &["s.toml:1:8: ", "\"epoch\" cannot be swept"]);
}

#[test]
fn switches_are_swept() {
    let place = place();
    let line = [
        "--epochs",
        "1",
        "--hidden",
        "8",
        "--batch-norm",
        "--grid",
        "batch-norm=true,false",
        "--grid",
        "schedule=constant,step:1+0.5",
        "--json",
        "-q",
        "--out",
        "a",
    ];
    let grid = place.run(&line).fine().json();
    assert_eq!(grid["rows"].as_array().unwrap().len(), 4);
    let loss = |normalised: &str| {
        let of = |l: &&Value| l["settings"]["batch-norm"] == normalised;
        let lines = lines(&place.join("a"));
        lines.iter().find(of).unwrap()["test"]["loss"].clone()
    };
    assert_ne!(loss("true"), loss("false"));
}

#[test]
fn grids_that_cannot_be_are_refused() {
    let place = place();
    let cases: [(&[&str], &[&str]); 15] = [
        (&["--grid", "lr"], &["--grid", "lr=0.001,0.01"]),
        (
            &["--grid", "epoch=3,4"],
            &["\"epoch\" cannot be swept", "epochs"],
        ),
        (&["--grid", "seed=1,2"], &["\"seed\" cannot be swept"]),
        (&["--grid", "lr=0.1,"], &["--grid", "empty"]),
        (&["--grid", "lr=0.1,0.1"], &["0.1 twice"]),
        (
            &["--grid", "lr=0.1,x"],
            &["--grid lr=x: it takes a finite number above 0"],
        ),
        (
            &["--grid", "hidden=64,128x0"],
            &["--grid hidden=128x0: it takes widths"],
        ),
        (&["--grid", "optimizer=adam,adm"], &["--grid optimizer=adm"]),
        (
            &["--grid", "batch-norm=yes"],
            &["batch-norm=yes", "true or false"],
        ),
        (
            &["--grid", "lr=1,2", "--grid", "lr=3"],
            &["lr is swept already"],
        ),
        (
            &["--grid", "lr=1,2", "--val-fraction", "0"],
            &["--val-fraction 0", "--folds"],
        ),
        (&["--trials", "0"], &["--trials", "1 or more"]),
        (&["--trials", "1000000"], &["more than 100000 networks"]),
        (&["--trials", "2", "--snapshots", "1"], &["--snapshots"]),
        (
            &["--trials", "2", "--tensorboard"],
            &["--tensorboard", "not kept"],
        ),
    ];
    for (line, parts) in cases {
        place.run(line).refused(2, parts);
    }
    place
        .run(&["--data", "iris", "--grid", "model=mlp,cnn", "-q"])
        .refused(1, &["iris"]);
    place
        .run(&["--data", "iris", "--trials", "2", "--folds", "121", "-q"])
        .refused(1, &["--folds 121"]);
    assert!(!place.join("runs").exists());
}
