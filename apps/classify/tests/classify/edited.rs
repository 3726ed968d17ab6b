//! Folders whose files were edited by hand, and numbers as large as flags take.

use std::fs;

use serde_json::Value;

use crate::support::{place, read_json};

/// Two settings of two networks each.
const SWEEP: &str = "--data iris --hidden 4 --epochs 3 --grid lr=0.01,0.1 --trials 2 --out a -q";

#[test]
fn lines_of_networks_that_a_sweep_has_not_are_refused() {
    let place = place();
    let sweep: Vec<&str> = SWEEP.split(' ').collect();
    place
        .run(&[&sweep[..], &["--shard", "1/1"]].concat())
        .fine();
    let file = place.join("a/shards/1-of-1/trials.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    let (first, rest) = text.split_once('\n').unwrap();
    let edited = |key: &str, value: u64| {
        let mut line: Value = serde_json::from_str(first).unwrap();
        line[key] = value.into();
        fs::write(&file, format!("{line}\n{rest}")).unwrap();
        place.run(&["merge", "a"])
    };
    for (key, value) in [
        ("rung", u64::MAX),
        ("rung", 1 << 40),
        ("rung", 1),
        ("trial", 2),
        ("seed", 7),
        ("point", 2),
    ] {
        let says = "trials.jsonl:1: this is a line of another sweep";
        edited(key, value).refused(1, &[says]);
    }
    fs::write(&file, format!("{text}{first}\n")).unwrap();
    let says = "trials.jsonl:5: this network has a line already";
    place.run(&["merge", "a"]).refused(1, &[says]);
    // No number of epochs is too large to be added up.
    edited("epochs", u64::MAX).fine();
    let epochs = u64::MAX as f64 + 9.0;
    assert_eq!(read_json(place.join("a/grid.json"))["epochs"], epochs);
}

#[test]
fn as_many_epochs_as_can_be_asked_for() {
    let place = place();
    // TOML has no larger number.
    let most = "9223372036854775807";
    let run =
        |more: &[&str]| place.run(&[more, &["--data", "iris", "--hidden", "4", "-q"]].concat());
    let soon = ["--stop-at-loss", "100", "--epochs", most];
    for (name, schedule) in [("a", "one-cycle"), ("b", "cosine"), ("c", "constant")] {
        run(&[&soon[..], &["--schedule", schedule, "--out", name]].concat()).fine();
        place.run(&["--resume", name, "-q"]).fine();
        place.run(&["eval", name]).fine();
    }
    let warmup = ["--warmup", "9223372036854775806", "--out", "d"];
    run(&[&soon[..], &warmup].concat()).fine();
    let search = "--grid lr=0.1,0.01,1 --search halving --schedule constant --folds 3 --out e";
    let search: Vec<&str> = search.split(' ').collect();
    run(&[&soon[..], &search].concat()).fine();
    for flag in ["--epochs", "--early-stopping", "--warmup", "--batch-size"] {
        let refused = run(&[flag, "9223372036854775808", "--out", "f"]);
        refused.refused(2, &[flag, most]);
    }
    assert!(!place.join("f").exists());
}
