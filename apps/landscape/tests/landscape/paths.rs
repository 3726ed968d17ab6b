//! The line between two runs.

use std::fs;

use serde_json::Value;

use crate::support::{classifier, flat, number, place, read_json, regressor, test_loss};

#[test]
fn its_ends_are_what_eval_says_of_both_runs() {
    let place = place();
    let (a, b) = (place.join("a"), place.join("b"));
    classifier(&a, "--data iris --hidden 16,8 --epochs 4 --batch-size 8");
    classifier(
        &b,
        "--data iris --hidden 16,8 --epochs 4 --batch-size 64 --seed 5",
    );
    let path = place.json(&["path", "a", "b", "--out", "p"]);
    assert_eq!(path, read_json(place.join("p/path.json")));
    assert_eq!(path["runs"], serde_json::json!(["a", "b"]));
    let (t, loss, accuracy) = (&path["t"], &path["loss"], &path["accuracy"]);
    assert_eq!(
        (number(&t[10]), number(&t[30]), number(&t[40])),
        (0.0, 1.0, 1.5)
    );
    assert_eq!(number(&loss[10]).to_bits(), test_loss(&a).to_bits());
    assert_eq!(number(&loss[30]).to_bits(), test_loss(&b).to_bits());
    for (at, run) in [(10, &a), (30, &b)] {
        let metrics = read_json(run.join("metrics.json"));
        assert_eq!(accuracy[at], metrics["test"]["accuracy"]);
    }
    assert_eq!(flat(loss).len(), 41);
    let report = fs::read_to_string(place.join("p/report.html")).unwrap();
    assert!(report.contains("<title>a: linear path to b on 30 test samples of iris</title>"));
    for part in [
        "The barrier is the largest value of",
        "straight line through both",
        "Draxler et al. 2018",
    ] {
        assert!(report.contains(part), "{part}");
    }
    // The barrier is what its definition makes of the numbers.
    let barrier = &path["barrier"];
    let (t, loss) = (flat(t), flat(loss));
    let line = |t: f64| (1.0 - t) * loss[10] + t * loss[30];
    let rises = (10..=30).map(|i| loss[i] - line(t[i]));
    let highest = rises.fold(f64::NEG_INFINITY, f64::max);
    assert_eq!(number(&barrier["above_line"]["value"]), highest.max(0.0));
    let at = t
        .iter()
        .position(|t| *t == number(&barrier["above_line"]["t"]))
        .unwrap();
    assert_eq!(number(&barrier["above_line"]["loss"]), loss[at]);
    let top = loss[10..=30].iter().copied().fold(0.0, f64::max);
    let above = top - loss[10].max(loss[30]);
    assert_eq!(number(&barrier["above_larger_end"]["value"]), above);
    let printed = place
        .run(&["path", "a", "b", "--out", "p", "-q"])
        .fine()
        .out;
    assert!(
        printed.contains(&format!("barrier        {:<9.4}", highest.max(0.0))),
        "{printed}"
    );
    assert!(
        printed.lines().all(|line| line.chars().count() <= 80),
        "{printed}"
    );
    // Without both ends there is none.
    let part = place
        .run(&["path", "a", "b", "--t", "0.1:0.9:3", "--out", "r", "--json"])
        .fine();
    assert_eq!(part.json()["barrier"], Value::Null);
    let more = ["path", "a", "b", "--t", "0:1:3", "--threads"];
    let one = place.json(&[&more[..], &["1", "--out", "q1"]].concat());
    assert_eq!(
        one,
        place.json(&[&more[..], &["2", "--out", "q2"]].concat())
    );
    assert_eq!(number(&one["loss"][0]), loss[10]);
    // Going on with a folder: the same is finished, another is refused.
    let again = place.run(&["path", "a", "b", "--out", "p"]).fine();
    assert!(
        again.err.contains("all 41 points are done"),
        "{}",
        again.err
    );
    place
        .run(&["path", "b", "a", "--out", "p", "-q"])
        .refused(1, &["the first model"]);
    place
        .run(&["a", "--out", "p", "-q"])
        .refused(1, &["command = path"]);
}

#[test]
fn statistics_of_batch_normalization_are_collected_anew() {
    let place = place();
    for seed in ["0", "5"] {
        let line = format!("--data digits --hidden 32,16 --batch-norm --epochs 6 --seed {seed}");
        classifier(&place.join(seed), &line);
    }
    let line = ["path", "0", "5", "--t", "0:1:5", "--out", "p", "--json"];
    let done = place.run(&line).fine();
    assert!(done.err.contains("running statistics"), "{}", done.err);
    let path = done.json();
    // They are those of all training rows, which the run's follow closely but not exactly.
    for (at, run) in [(0, "0"), (4, "5")] {
        let (there, test_loss) = (number(&path["loss"][at]), test_loss(&place.join(run)));
        assert!(
            (there - test_loss).abs() < 0.1 * test_loss.max(0.1),
            "{there} {test_loss}"
        );
        assert_ne!(there, test_loss);
    }
    let two = place.json(&[
        "path",
        "0",
        "5",
        "--t",
        "0:1:5",
        "--out",
        "q",
        "--threads",
        "2",
    ]);
    assert_eq!(path, two);
}

#[test]
fn runs_of_regress_and_runs_that_do_not_fit() {
    let place = place();
    regressor(&place.join("a"), "--data diabetes --hidden 8 --epochs 2");
    regressor(
        &place.join("b"),
        "--data diabetes --hidden 8 --epochs 2 --seed 1",
    );
    let path = place.json(&["path", "a", "b", "--t", "0:1:3", "--out", "p"]);
    assert_eq!(path["accuracy"], Value::Null);
    classifier(&place.join("c"), "--data iris --hidden 8 --epochs 1");
    place
        .run(&["path", "a", "c", "-q"])
        .refused(1, &["c has the network"]);
    place
        .run(&["path", "a", "nowhere", "-q"])
        .refused(1, &["nowhere is not a folder"]);
}
