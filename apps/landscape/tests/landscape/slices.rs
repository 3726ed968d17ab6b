//! Contents of slices.

use std::fs;

use serde_json::Value;

use crate::support::{
    classifier, flat, iris, number, place, read_json, regressor, test_loss, text, timeless,
};

#[test]
fn without_arguments_a_network_is_trained_and_sliced() {
    let place = place();
    let done = place.run(&["--x", "-1:1:5", "--y", "-1:1:3"]).fine();
    assert!(
        done.out.is_empty() && done.err.contains("report: "),
        "{done:?}"
    );
    let run = place.join("runs/classify-digits-1");
    assert_eq!(fs::read_dir(run.join("snapshots")).unwrap().count(), 30);
    let slice = read_json(run.join("landscape-1/landscape.json"));
    assert_eq!(number(&slice["centre"]["loss"]), test_loss(&run));
    assert!(run.join("landscape-1/report.html").is_file());
    // It is a run of classify, and can be sliced again.
    let again = place.json(&[
        "runs/classify-digits-1",
        "--directions",
        "pca",
        "--x",
        "0:1:2",
        "--y",
        "none",
    ]);
    assert_eq!(again["trajectory"]["epoch"][30], 30);
    assert!(run.join("landscape-2/landscape.json").is_file());
}

#[test]
fn the_keys_are_those_promised() {
    let place = place();
    let slice = place.json(&[text(iris()), "--x", "-1:1:5", "--y", "-1:1:3", "--out", "a"]);
    assert_eq!(slice, read_json(place.join("a/landscape.json")));
    assert_eq!(slice["x"], serde_json::json!([-1.0, -0.5, 0.0, 0.5, 1.0]));
    assert_eq!(slice["y"], serde_json::json!([-1.0, 0.0, 1.0]));
    for grid in ["loss", "accuracy"] {
        let rows = slice[grid].as_array().unwrap();
        assert_eq!(rows.len(), 3);
        assert!(rows.iter().all(|row| row.as_array().unwrap().len() == 5));
    }
    assert!(
        flat(&slice["accuracy"])
            .iter()
            .all(|a| (0.0..=1.0).contains(a))
    );
    assert_eq!(slice["gradient_norm"], Value::Null);
    assert_eq!(
        (&slice["points"], &slice["samples"]),
        (&15.into(), &30.into())
    );
    assert_eq!(slice["split"], "test");
    assert_eq!(
        (&slice["data"], &slice["available"], &slice["sample_seed"]),
        (&"iris".into(), &30.into(), &Value::Null)
    );
    let report = fs::read_to_string(place.join("a/report.html")).unwrap();
    assert!(report.contains("<title>run: loss surface on 30 test samples of iris</title>"));
    assert!(report.contains("Loss of run on 30 test samples of iris"));
    let directions = serde_json::json!({"kind": "random", "normalise": "filter", "seed": 0});
    assert_eq!(slice["directions"], directions);
    assert_eq!(slice["run"], text(iris()));
    assert_eq!(slice["version"], env!("CARGO_PKG_VERSION"));
    assert!(number(&slice["seconds"]) > 0.0);

    let line = place.json(&[text(iris()), "--x", "-1:1:5", "--y", "none", "--out", "b"]);
    assert_eq!(line["y"], Value::Null);
    assert_eq!(line["loss"].as_array().unwrap().len(), 5);
    assert!(line["loss"][0].is_number());
    // The line is the row at 0 of the plane.
    let row = flat(&slice["loss"][1]);
    for (a, b) in flat(&line["loss"]).iter().zip(row) {
        assert!((a - b).abs() < 1e-6 * b, "{a} {b}");
    }
}

/// Networks of every kind, and the losses of their slices.
const KINDS: [&str; 6] = [
    "--data iris --hidden 16,8 --epochs 3",
    "--data iris --hidden 16,8 --epochs 3 --batch-norm --dropout 0.2",
    "--data iris --hidden 8 --epochs 3 --f64",
    "--data breast-cancer --hidden 8 --epochs 2 --dropout 0.3",
    "--data digits --model cnn --channels 4 --hidden 8 --epochs 1",
    "--data digits --model cnn --channels 4,6 --hidden 8 --dropout 0.2 --epochs 1 --f64",
];

#[test]
fn the_shortcut_agrees_and_the_center_is_that_of_eval() {
    for (i, kind) in KINDS.iter().enumerate() {
        let place = place();
        let run = place.join("run");
        classifier(&run, kind);
        let flags = [
            "run",
            "--x",
            "-0.9:0.9:4",
            "--y",
            "-0.4:0.6:3",
            "--seed",
            "3",
            "--with-biases",
        ];
        let short = place.json(&[&flags[..], &["--out", "short"]].concat());
        let plain = place.json(&[&flags[..], &["--out", "plain", "--plain"]].concat());
        // Zero is not on this grid.
        assert!(!flat(&short["x"]).contains(&0.0));
        let center = number(&short["centre"]["loss"]);
        assert_eq!(center.to_bits(), test_loss(&run).to_bits(), "{kind}");
        let cnn = i >= 4;
        let tolerance = if kind.contains("f64") { 1e-12 } else { 2e-5 };
        let both = flat(&short["loss"]).into_iter().zip(flat(&plain["loss"]));
        for (short, plain) in both {
            assert!(
                (short - plain).abs() <= tolerance * plain,
                "{kind}: {short} {plain}"
            );
            assert!(!cnn || short == plain, "{kind}");
        }
        let rows = number(&short["samples"]);
        let both = flat(&short["accuracy"])
            .into_iter()
            .zip(flat(&plain["accuracy"]));
        for (short, plain) in both {
            assert!((short - plain).abs() <= 1.0 / rows + 1e-12, "{kind}");
        }
        // With zero on the grid, the plain way has eval's bits there.
        let line = [
            "run", "--x", "-1:1:3", "--y", "-1:1:3", "--plain", "--out", "zero",
        ];
        let zero = place.json(&line);
        assert_eq!(
            number(&zero["loss"][1][1]).to_bits(),
            test_loss(&run).to_bits(),
            "{kind}"
        );
    }
}

#[test]
fn threads_do_not_change_a_bit() {
    let place = place();
    let slice = |threads: &str, out: &str, more: &[&str]| {
        let line = [
            text(iris()),
            "--x",
            "-1:1:9",
            "--y",
            "-1:1:7",
            "--threads",
            threads,
            "--out",
            out,
        ];
        timeless(place.json(&[&line[..], more].concat()))
    };
    for (i, more) in [&["--split", "train"][..], &["--metric", "gradient-norm"]]
        .iter()
        .enumerate()
    {
        let one = slice("1", &format!("a{i}"), more);
        assert_eq!(one, slice("2", &format!("b{i}"), more));
        assert_eq!(one, slice("5", &format!("c{i}"), more));
    }
}

#[test]
fn rows_are_those_asked_for() {
    let place = place();
    let metrics = read_json(iris().join("metrics.json"));
    for split in ["train", "validation", "test"] {
        let slice = place.json(&[
            text(iris()),
            "--x",
            "0:1:2",
            "--y",
            "none",
            "--split",
            split,
            "--out",
            split,
        ]);
        assert_eq!(slice["samples"], metrics["rows"][split]);
        let loss = number(&metrics[split]["loss"]);
        assert_eq!(number(&slice["centre"]["loss"]).to_bits(), loss.to_bits());
    }
    let sample = |seed: &str, out: &str| {
        let line = [
            text(iris()),
            "--x",
            "0:1:2",
            "--y",
            "none",
            "--samples",
            "20",
            "--seed",
            seed,
            "--out",
            out,
        ];
        number(&place.json(&line)["centre"]["loss"])
    };
    assert_eq!(sample("1", "s1"), sample("1", "s2"));
    assert_ne!(sample("1", "s3"), sample("2", "s4"));
}

#[test]
fn gradient_norms_stand_beside_loss_and_accuracy() {
    let place = place();
    let line = [text(iris()), "--x", "-1:1:3", "--y", "none", "--out"];
    let slice = place.json(&[&line[..], &["a", "--metric", "gradient-norm"]].concat());
    let plain = place.json(&[&line[..], &["b", "--metric", "accuracy"]].concat());
    assert_eq!(
        (&slice["loss"], &slice["accuracy"]),
        (&plain["loss"], &plain["accuracy"])
    );
    let norms = flat(&slice["gradient_norm"]);
    assert!(norms.len() == 3 && norms.iter().all(|g| *g > 0.0));
    assert_eq!(plain["gradient_norm"], Value::Null);
}

#[test]
fn runs_of_regress_have_no_accuracy() {
    let place = place();
    let run = place.join("run");
    regressor(
        &run,
        "--data runge --n 60 --hidden 12,6 --epochs 5 --snapshots 1",
    );
    let slice = place.json(&["run", "--x", "-1:1:5", "--y", "-1:1:3", "--out", "a"]);
    assert_eq!(slice["accuracy"], Value::Null);
    // One input: the first layer's filters are single numbers, and still there is a plane.
    assert_eq!(slice["loss"].as_array().unwrap().len(), 3);
    place
        .run(&["run", "--metric", "accuracy", "-q"])
        .refused(1, &["--metric accuracy", "is a regression"]);
    let pca = place.json(&[
        "run",
        "--directions",
        "pca",
        "--x",
        "-1:1:5",
        "--y",
        "none",
        "--out",
        "b",
    ]);
    assert_eq!(pca["directions"]["kind"], "pca");
}

#[test]
fn points_that_overflow_are_kept() {
    let place = place();
    let line = [
        text(iris()),
        "--x",
        "-1e9:1e9:3",
        "--y",
        "none",
        "--directions",
        "random",
    ];
    let far = ["--normalize", "weight", "--out", "a", "--json"];
    // Products of three layers at 10⁹ pass the largest f32 only with larger weights: so they are made larger here.
    let run = place.join("run");
    classifier(
        &run,
        "--data iris --hidden 16,16,16,16,16 --epochs 1 --init normal:3",
    );
    let mut line = line;
    line[0] = text(&run);
    let done = place.run(&[&line[..], &far].concat()).fine();
    assert!(
        done.err.contains("2 of 3 points; they are stored as such"),
        "{}",
        done.err
    );
    let slice = done.json();
    assert!(slice["loss"][1].is_number());
    for i in [0, 2] {
        let text = slice["loss"][i].as_str().unwrap();
        assert!(["NaN", "Infinity"].contains(&text), "{text}");
    }
}
