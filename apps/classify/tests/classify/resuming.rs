//! Runs that are interrupted and go on.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::place;

/// A run with everything in it that has a state: dropout, moments, a schedule, early stopping.
const RUN: [&str; 19] = [
    "--data",
    "iris",
    "--hidden",
    "24,16",
    "--dropout",
    "0.2",
    "--schedule",
    "plateau:3,0.5",
    "--epochs",
    "60",
    "--early-stopping",
    "50",
    "--val-fraction",
    "0.2",
    "--snapshots",
    "20",
    "--threads",
    "1",
    "--quiet",
];

fn flags(out: &str) -> Vec<&str> {
    RUN.into_iter().chain(["--out", out]).collect()
}

/// What must not depend on interruptions: the model's bytes, and the history and figures without times.
fn outcome(run: &Path) -> (Vec<u8>, Vec<Value>, Value) {
    let without = |text: &str, keys: &[&str]| {
        let mut value: Value = serde_json::from_str(text).unwrap();
        for key in keys {
            assert!(value.as_object_mut().unwrap().remove(*key).is_some());
        }
        value
    };
    let read = |name: &str| fs::read_to_string(run.join(name)).unwrap();
    (
        fs::read(run.join("model.safetensors")).unwrap(),
        read("history.jsonl")
            .lines()
            .map(|line| without(line, &["seconds"]))
            .collect(),
        without(&read("metrics.json"), &["train_seconds", "total_seconds"]),
    )
}

#[test]
fn killed_at_twenty_moments_a_run_ends_in_the_same_bits() {
    let place = place();
    let start = Instant::now();
    place.run(&flags("whole")).fine();
    let whole = start.elapsed();
    let expected = outcome(&place.join("whole"));
    assert_eq!(expected.1.len(), 60);

    let mut rng = autograd::random::stream(7, "kill", 0, 0);
    let mut afresh = flags("killed");
    let mut kills = 0;
    while kills < 20 {
        let mut line = afresh.clone();
        if place.join("killed/config.toml").is_file() {
            line = vec!["--resume", "killed", "--quiet", "--threads", "1"];
        } else if place.join("killed").exists() {
            // Killed before the settings were written: there is no run yet.
            afresh = flags("killed");
            line = afresh.clone();
            line.push("--force");
        }
        let mut child = place.command(&line).spawn().unwrap();
        // A twentieth of the run on average, so that the kills spread over all of it.
        std::thread::sleep(whole.mul_f64(autograd::random::unit(&mut rng) * 0.35));
        child.kill().unwrap();
        child.wait().unwrap();
        kills += 1;
    }
    place
        .run(&["--resume", "killed", "--quiet", "--threads", "2"])
        .fine();
    let found = outcome(&place.join("killed"));
    assert_eq!(found.1, expected.1);
    assert_eq!(found.2, expected.2);
    assert!(found.0 == expected.0, "the models differ");
    for epoch in [20, 40, 60] {
        let name = format!("snapshots/epoch-{epoch:05}.safetensors");
        let bytes = |run: &str| fs::read(place.join(run).join(&name)).unwrap();
        assert!(bytes("whole") == bytes("killed"), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_how_to_go_on_and_does() {
    let place = place();
    let long = |out: &'static str, epochs: &'static str| {
        vec![
            "--data",
            "iris",
            "--epochs",
            epochs,
            "--schedule",
            "constant",
            "--threads",
            "1",
            "--out",
            out,
        ]
    };
    let mut child = place.command(&long("a", "100000")).spawn().unwrap();
    let state = place.join("a/checkpoint/state.safetensors");
    while !state.is_file() {
        std::thread::sleep(Duration::from_millis(5));
        assert!(child.try_wait().unwrap().is_none(), "ended too early");
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let history = fs::read_to_string(place.join("a/history.jsonl")).unwrap();
    let done = history.lines().count();
    assert!(!place.join("a/metrics.json").exists());

    // Fewer epochs than are done cannot be; as many as there are, and some more, can.
    let refused = place.run(&["--resume", "a", "--epochs", "1", "-q"]);
    if done > 1 {
        refused.refused(1, &["epochs already"]);
    }
    let total = (done + 3).to_string();
    place
        .run(&["--resume", "a", "--epochs", &total, "--quiet"])
        .fine();
    let mut line = long("b", "1");
    line[3] = &total;
    place.run(&line).fine();
    assert!(outcome(&place.join("a")) == outcome(&place.join("b")));
}

#[test]
fn a_finished_run_is_left_alone_or_made_longer() {
    let place = place();
    let run = |out: &str, epochs: &str| {
        let line = [
            "--data",
            "iris",
            "--epochs",
            epochs,
            "--schedule",
            "constant",
            "--threads",
            "1",
            "--out",
            out,
        ];
        place.run(&line).fine();
    };
    run("a", "4");
    let before = outcome(&place.join("a"));
    let again = place.run(&["--resume", "a"]).fine();
    assert!(again.err.contains("a is finished"), "{}", again.err);
    assert!(again.out.is_empty());
    assert!(outcome(&place.join("a")) == before);

    run("b", "9");
    place.run(&["--resume", "a", "--epochs", "9"]).fine();
    assert!(outcome(&place.join("a")) == outcome(&place.join("b")));
}

#[test]
fn a_schedule_that_knows_the_total_cannot_get_another() {
    let place = place();
    let line = [
        "--data",
        "iris",
        "--epochs",
        "3",
        "--schedule",
        "cosine",
        "--out",
        "a",
    ];
    place.run(&line).fine();
    place
        .run(&["--resume", "a", "--epochs", "5", "-q"])
        .refused(1, &["depends on that"]);
    assert!(place.join("a/metrics.json").is_file());
}

#[test]
fn without_a_checkpoint_it_starts_afresh() {
    let place = place();
    let line = ["--data", "iris", "--epochs", "3", "--out", "a"];
    place.run(&line).fine();
    let whole = outcome(&place.join("a"));
    for gone in ["metrics.json", "model.safetensors", "history.jsonl"] {
        fs::remove_file(place.join("a").join(gone)).unwrap();
    }
    fs::remove_dir_all(place.join("a/checkpoint")).unwrap();
    let again = place.run(&["--resume", "a"]).fine();
    assert!(again.err.contains("starts afresh"), "{}", again.err);
    assert!(outcome(&place.join("a")) == whole);
}

#[test]
fn what_cannot_be_gone_on_with_is_refused() {
    let place = place();
    place.run(&["--resume", "nowhere"]).refused(1, &["nowhere"]);
    let schedule = ["--schedule", "constant"];
    let line = ["--data", "iris", "--epochs", "2", "--out", "a"];
    place.run(&[&line[..], &schedule].concat()).fine();
    for other in ["--lr=0.1", "--seed=1", "--out=b", "--f64", "--snapshots=1"] {
        let name = other.split('=').next().unwrap();
        place
            .run(&["--resume", "a", other])
            .refused(2, &[&format!("{name}: a run that goes on")]);
    }
    let state = place.join("a/checkpoint/state.safetensors");
    let bytes = fs::read(&state).unwrap();
    fs::write(&state, &bytes[..bytes.len() / 2]).unwrap();
    place
        .run(&["--resume", "a", "--epochs", "4", "-q"])
        .refused(1, &["state.safetensors"]);
}
