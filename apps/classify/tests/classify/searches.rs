//! Random search, successive halving, and the winner as a run.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Place, number, place, read_json};

const AXES: [&str; 4] = ["--grid", "lr=1e-4..1e-1", "--grid", "hidden=4,8,16x8,4..32"];

fn line<'a>(parts: &[&[&'a str]]) -> Vec<&'a str> {
    let start: &[&str] = &["--data", "iris", "-q"];
    [&[start], parts].concat().concat()
}

/// The lines of `trials.jsonl` without times.
fn trials(sweep: &Path) -> Vec<Value> {
    let text = fs::read_to_string(sweep.join("trials.jsonl")).unwrap();
    let record = |line: &str| {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record.as_object_mut().unwrap().remove("seconds").unwrap();
        record
    };
    let mut all: Vec<Value> = text.lines().map(record).collect();
    all.sort_by_key(|r| (r["rung"].as_u64(), r["point"].as_u64(), r["trial"].as_u64()));
    all
}

/// `grid.json` without times.
fn outcome(sweep: &Path) -> Value {
    let mut grid = read_json(sweep.join("grid.json"));
    for row in grid["rows"].as_array_mut().unwrap() {
        assert!(row.as_object_mut().unwrap().remove("seconds").is_some());
    }
    grid
}

/// Flags that repeat the settings of a line.
fn flags(record: &Value) -> Vec<String> {
    let settings = record["settings"].as_object().unwrap();
    let flag = |(key, value): (&String, &Value)| {
        let value = value.as_str().unwrap().replace('x', ",");
        [format!("--{key}"), value]
    };
    settings.iter().flat_map(flag).collect()
}

/// The figures of the run of a line's settings, with more flags.
fn run_of(place: &Place, record: &Value, more: &[&str]) -> Value {
    let flags = flags(record);
    let flags: Vec<&str> = flags.iter().map(String::as_str).collect();
    let out = ["--out", "alone", "--force", "--json"];
    place.run(&line(&[&flags, more, &out])).fine().json()
}

#[test]
fn a_random_search_draws_the_same_again_and_goes_on_with_more() {
    let place = place();
    let search = |count: &str, out: &str, more: &[&str]| {
        let own = ["--epochs", "4", "--search", count, "--out", out];
        place.run(&line(&[&AXES, &own, more])).fine()
    };
    let said = search("random:6", "a", &[]);
    assert_eq!(said.out.lines().count(), 7, "{}", said.out);
    let first = trials(&place.join("a"));
    assert_eq!(first.len(), 6);
    for record in &first {
        let lr = record["settings"]["lr"].as_str().unwrap();
        assert!((1e-4..=0.1).contains(&lr.parse::<f64>().unwrap()), "{lr}");
    }
    let grid = outcome(&place.join("a"));
    assert_eq!(grid["search"], "random:6");
    assert_eq!(grid["epochs"], 24);
    assert!(grid.get("rungs").is_none());

    // Another folder and other threads: the same choices, the same bits.
    search("random:6", "b", &["--threads", "1"]);
    assert_eq!(outcome(&place.join("b")), grid);
    assert_eq!(trials(&place.join("b")), first);
    // More choices add to those that are there; they are not trained again.
    let before = fs::read_to_string(place.join("a/trials.jsonl")).unwrap();
    search("random:9", "a", &[]);
    let after = fs::read_to_string(place.join("a/trials.jsonl")).unwrap();
    assert!(after.starts_with(&before) && after.lines().count() == 9);
    let config = fs::read_to_string(place.join("a/config.toml")).unwrap();
    assert!(config.contains("search = \"random:9\"\n"), "{config}");
    search("random:9", "c", &[]);
    assert_eq!(outcome(&place.join("a")), outcome(&place.join("c")));
    // Fewer, and another seed, are another search.
    for (count, seed) in [("random:8", "0"), ("random:9", "1")] {
        let own = ["--epochs", "4", "--search", count, "--out", "a"];
        let refused = place.run(&line(&[&AXES, &own, &["--seed", seed]]));
        refused.refused(1, &["a was begun with", "--force"]);
    }
    // By the file of settings.
    place
        .run(&["--config", "a/config.toml", "-q", "--out", "d"])
        .fine();
    assert_eq!(outcome(&place.join("d")), outcome(&place.join("c")));

    // A network of the search is that of a run with its settings.
    let metrics = run_of(&place, &first[2], &["--epochs", "4"]);
    assert_eq!(first[2]["validation"], metrics["validation"]);
    assert_eq!(first[2]["test"], metrics["test"]);

    // The report says what was tried at what cost, and what the winner's score is worth.
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    for part in ["drawn at random", "Epochs trained", "optimistically biased"] {
        assert!(report.contains(part), "{part}");
    }
    let own = ["--epochs", "4", "--search", "random:9", "--out", "a"];
    let mut loud = line(&[&AXES, &own]);
    loud.retain(|flag| *flag != "-q");
    let said = place.run(&loud).fine().err;
    for part in [
        "tried 9 choices of settings: 36 epochs",
        "best: lr ",
        "best of 9",
        "optimistically biased",
    ] {
        assert!(said.contains(part), "{said}");
    }
}

const HALVING: [&str; 8] = [
    "--epochs",
    "18",
    "--schedule",
    "constant",
    "--grid",
    "lr=0.0003,0.003,0.03",
    "--grid",
    "hidden=4,8,16",
];

#[test]
fn halving_goes_on_where_networks_were_and_has_the_bits_of_whole_runs() {
    let place = place();
    let own = ["--search", "halving", "--early-stopping", "3", "--out", "a"];
    place.run(&line(&[&HALVING, &own])).fine();
    let all = trials(&place.join("a"));
    let of_rung = |rung: u64| -> Vec<&Value> { all.iter().filter(|r| r["rung"] == rung).collect() };
    assert_eq!([0, 1, 2].map(|rung| of_rung(rung).len()), [9, 3, 1]);
    let stopping = ["--schedule", "constant", "--early-stopping", "3"];
    for (rung, epochs) in [(0, "2"), (1, "6"), (2, "18")] {
        let record = of_rung(rung)[0];
        let more = [&["--epochs", epochs][..], &stopping].concat();
        let metrics = run_of(&place, record, &more);
        assert_eq!(record["validation"], metrics["validation"], "rung {rung}");
        assert_eq!(record["test"], metrics["test"], "rung {rung}");
    }
    // The best third goes on, by validation.
    let score = |r: &&Value| number(&r["validation"]["accuracy"]);
    let went_on: Vec<&Value> = of_rung(1).iter().map(|r| &r["point"]).collect();
    let (inside, outside): (Vec<&Value>, Vec<&Value>) = of_rung(0)
        .into_iter()
        .partition(|r| went_on.contains(&&r["point"]));
    let worst = inside.iter().map(score).fold(f64::INFINITY, f64::min);
    assert!(outside.iter().all(|r| score(r) <= worst));
    // What was trained is counted: at most 2 epochs of nine, 4 of three, 12 of one.
    let grid = outcome(&place.join("a"));
    let trained: u64 = all.iter().map(|r| r["epochs"].as_u64().unwrap()).sum();
    assert!(trained <= 2 * 9 + 4 * 3 + 12, "{trained}");
    assert_eq!(grid["epochs"], trained);
    assert_eq!(grid["rungs"][0]["choices"], 9);
    assert_eq!(grid["rungs"][0]["epochs"], 18);
    assert_eq!(grid["rows"][0]["rung"], 2);
    assert!(
        !place.join("a/checkpoint").exists(),
        "states are needed no more"
    );
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(report.contains("Rungs"));
    assert!(!place.join("a/figures/grid.svg").exists());
}

#[test]
fn halving_starts_afresh_where_the_schedule_depends_on_the_length() {
    let place = place();
    let own = ["--search", "halving", "--schedule", "cosine", "--out", "a"];
    let mut loud = line(&[&HALVING, &own]);
    loud.retain(|flag| *flag != "-q");
    let said = place.run(&loud).fine().err;
    assert!(
        said.contains("9 of 2 epochs, then 3 of 6 epochs, then 1 of 18 epochs")
            && said.contains("54 epochs of training at most in place of 162")
            && said.contains("starts afresh"),
        "{said}"
    );
    let all = trials(&place.join("a"));
    assert_eq!(outcome(&place.join("a"))["epochs"], 54);
    for (rung, epochs) in [(1, "6"), (2, "18")] {
        let record = all.iter().find(|r| r["rung"] == rung).unwrap();
        let more = ["--epochs", epochs, "--schedule", "cosine"];
        let metrics = run_of(&place, record, &more);
        assert_eq!(record["validation"], metrics["validation"], "rung {rung}");
    }
}

#[test]
fn a_killed_search_goes_on_with_equal_bits() {
    let place = place();
    let own = |out| {
        let own = ["--search", "halving:12", "--trials", "2", "--out", out];
        let mut line = line(&[&AXES, &["--schedule", "constant", "--threads", "1"], &own]);
        line.extend(["--epochs", "180"]);
        line
    };
    place.run(&own("whole")).fine();
    // Killed in the first rung, then in each that it reaches.
    for least in [3, 26, 33] {
        let mut child = place.command(&own("a")).spawn().unwrap();
        let file = place.join("a/trials.jsonl");
        let lines = || fs::read_to_string(&file).map_or(0, |text| text.lines().count());
        let start = Instant::now();
        while lines() < least && child.try_wait().unwrap().is_none() {
            assert!(start.elapsed() < Duration::from_secs(120));
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
    place.run(&["--resume", "a", "-q"]).fine();
    assert_eq!(outcome(&place.join("a")), outcome(&place.join("whole")));
    assert_eq!(trials(&place.join("a")), trials(&place.join("whole")));
    assert_eq!(trials(&place.join("a")).len(), 2 * (12 + 4 + 1));
}

#[test]
fn halving_goes_with_folds() {
    let place = place();
    let own = ["--search", "halving", "--folds", "3", "--out", "a"];
    place.run(&line(&[&HALVING, &own])).fine();
    let all = trials(&place.join("a"));
    assert_eq!(outcome(&place.join("a"))["epochs"], 3 * (18 + 12 + 12));
    let last = all.iter().find(|r| r["rung"] == 2).unwrap();
    let more = ["--epochs", "18", "--schedule", "constant", "--folds", "3"];
    assert_eq!(last["validation"], run_of(&place, last, &more)["test"]);
}

#[test]
fn the_winner_is_trained_and_saved_as_a_run() {
    let place = place();
    let own = ["--epochs", "6", "--grid", "lr=0.0001,0.01", "--out", "a"];
    place.run(&line(&[&own])).fine();
    assert!(!place.join("a/best").exists());
    // Asked for afterwards, nothing but the winner is trained.
    let before = fs::read_to_string(place.join("a/trials.jsonl")).unwrap();
    let done = place.run(&["--resume", "a", "--refit"]).fine();
    let said = "saved in a/best; predict with: classify predict a/best FILE";
    assert!(done.err.contains(said), "{}", done.err);
    assert_eq!(
        fs::read_to_string(place.join("a/trials.jsonl")).unwrap(),
        before
    );
    let winner = trials(&place.join("a"))[1].clone();
    assert_eq!(winner["settings"]["lr"], "0.01");
    let metrics = read_json(place.join("a/best/metrics.json"));
    assert_eq!(metrics["validation"], winner["validation"]);
    assert_eq!(metrics["test"], winner["test"]);
    let judged = place.run(&["eval", "a/best", "--json", "-q"]).fine().json();
    assert_eq!(judged, winner["test"]);
    place.write("rows.csv", "5.1,3.5,1.4,0.2\n");
    let said = place.run(&["predict", "a/best", "rows.csv"]).fine().out;
    assert!(said.contains("setosa"), "{said}");
    let config = fs::read_to_string(place.join("a/best/config.toml")).unwrap();
    assert!(
        config.contains("lr = 0.01\n") && !config.contains("grid"),
        "{config}"
    );

    // It is there already; and it is trained again if it was not finished.
    let model = fs::read(place.join("a/best/model.safetensors")).unwrap();
    let done = place.run(&["--resume", "a"]).fine();
    assert!(done.err.contains("saved in a/best;"), "{}", done.err);
    fs::remove_file(place.join("a/best/metrics.json")).unwrap();
    fs::remove_file(place.join("a/best/model.safetensors")).unwrap();
    place.run(&line(&[&own, &["--refit"]])).fine();
    assert_eq!(
        fs::read(place.join("a/best/model.safetensors")).unwrap(),
        model
    );

    // Another sweep in its place takes the winner away.
    place
        .run(&line(&[&own, &["--force", "--seed", "5"]]))
        .fine();
    assert!(!place.join("a/best").exists());
}

#[test]
fn the_winner_of_more_choices_has_a_folder_of_its_own() {
    let place = place();
    let search = |count: &str| {
        let own = ["--epochs", "3", "--search", count, "--refit", "--out", "a"];
        place.run(&line(&[&AXES, &own])).fine()
    };
    let winner = || outcome(&place.join("a"))["rows"][0]["settings"].clone();
    search("random:1");
    let first = winner();
    let count = (2..30)
        .find(|n| {
            search(&format!("random:{n}"));
            winner() != first
        })
        .expect("one of thirty is better than the first");
    assert!(place.join("a/best-2/metrics.json").is_file(), "{count}");
    let config = fs::read_to_string(place.join("a/best-2/config.toml")).unwrap();
    let lr = winner()["lr"].as_str().unwrap().to_owned();
    assert!(config.contains(&format!("lr = {lr}\n")), "{config}");
}

#[test]
fn a_winner_without_a_score_is_none() {
    let place = place();
    let own = [
        "--epochs",
        "2",
        "--grid",
        "lr=1e30,1e35",
        "--optimizer",
        "sgd",
    ];
    let out = ["--refit", "--out", "a"];
    let done = place.run(&line(&[&own, &["--schedule", "constant"], &out]));
    // Outputs that are NaN have some accuracy, by chance: that is no score.
    assert_eq!(done.code, Some(1), "{done:?}");
    assert!(
        done.err.contains("--refit: every network diverged"),
        "{done:?}"
    );
    assert!(done.out.contains("1e30  -"), "{done:?}");
    assert!(!place.join("a/best").exists());
}

#[test]
fn searches_that_cannot_be_are_refused() {
    let place = place();
    let grid = ["--grid", "lr=0.1,0.2,0.3"];
    let range = ["--grid", "lr=0.1..0.3"];
    let cases: [(&[&[&str]], &[&str]); 14] = [
        (&[&["--search", "random"]], &["--search", "random:N"]),
        (&[&["--search", "random:0"]], &["--search", "random:N"]),
        (&[&["--search", "random:3"]], &["--grid lr=1e-4..1e-1"]),
        (&[&range], &["--grid lr=0.1..0.3", "--search random:N"]),
        (&[&range, &["--search", "halving"]], &["halving:N"]),
        (
            &[&["--grid", "l2=0..1"]],
            &["logarithmic", "l2=0,1e-5..1e-2"],
        ),
        (&[&["--grid", "lr=0..1"]], &["0..1: it takes a finite"]),
        (&[&["--grid", "lr=2..1"]], &["2..1: the lower end"]),
        (&[&["--grid", "lr=1..x"]], &["1..x: it takes a finite"]),
        (&[&["--grid", "dropout=0..1"]], &["0..1: it takes"]),
        (
            &[&grid, &["--search", "random:4"]],
            &["4 different choices", "found 3 only"],
        ),
        (
            &[&["--grid", "lr=1,2", "--search", "halving"]],
            &["needs 3 choices"],
        ),
        (
            &[&grid, &["--grid", "epochs=1,2", "--search", "halving"]],
            &["leave epochs out"],
        ),
        (&[&["--refit"]], &["--refit", "--grid"]),
    ];
    for (parts, said) in cases {
        place.run(&parts.concat()).refused(2, said);
    }
    place
        .run(&line(&[
            &grid,
            &[
                "--search",
                "halving",
                "--epochs",
                "9",
                "--warmup",
                "4",
                "--schedule",
                "cosine",
            ],
        ]))
        .refused(
            2,
            &[
                "--warmup 4",
                "--search halving trains some networks for 3 epochs",
            ],
        );
    assert!(!place.join("runs").exists());
}
