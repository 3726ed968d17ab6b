//! Training, and judging what came of it.

use std::fs;

use autograd::Activation;
use nn::Init;
use serde_json::Value;

use crate::support::{number, place, read_json, usual_run};

#[test]
fn without_arguments_it_learns_the_digits() {
    let place = place();
    let done = place.run(&[]).fine();
    assert_eq!(done.out, "", "results go to the run folder");
    assert!(
        done.err
            .contains("report: runs/classify-digits-1/report.html")
    );
    assert!(
        !done.err.contains('\u{1b}') && !done.err.contains('\r'),
        "{done:?}"
    );
    let metrics = read_json(place.join("runs/classify-digits-1/metrics.json"));
    assert!(number(&metrics["test"]["accuracy"]) >= 0.97, "{metrics}");
}

#[test]
fn a_config_repeats_its_run() {
    let place = place();
    let line = [
        "--seed",
        "3",
        "--split",
        "0.3",
        "--split-seed",
        "4",
        "--hidden",
        "16,8",
        "--dropout",
        "0.1",
        "--epochs",
        "3",
        "--activation",
        "gelu-tanh",
        "--init",
        "orthogonal:1.4",
        "--optimizer",
        "rmsprop",
        "--momentum",
        "0.5",
        "--clip-norm",
        "2",
        "--weight-decay",
        "1e-4",
        "--early-stopping",
        "2",
        "--out",
        "a",
    ];
    place.run(&line).fine();
    place
        .run(&["--config", "a/config.toml", "--out", "b"])
        .fine();
    for name in ["model.safetensors", "config.toml"] {
        let read = |run: &str| fs::read(place.join(run).join(name)).unwrap();
        assert_eq!(read("a"), read("b"), "{name}");
    }
    let test = |run: &str| read_json(place.join(run).join("metrics.json"))["test"].clone();
    assert_eq!(test("a"), test("b"));
}

#[test]
fn settings_are_printed_as_they_would_be_used() {
    let place = place();
    let line = ["--hidden", "8", "--epochs", "1", "--lr", "0.25"];
    let printed = place.run(&[&line[..], &["--print-config"]].concat()).fine();
    assert!(!place.join("runs").exists());
    assert!(printed.out.contains("lr = 0.25\n") && printed.out.contains("split = 0.2\n"));
    place.run(&[&line[..], &["--out", "a"]].concat()).fine();
    assert_eq!(
        fs::read_to_string(place.join("a/config.toml")).unwrap(),
        printed.out
    );
}

#[test]
fn what_suits_the_data_is_printed() {
    let place = place();
    let printed = place.run(&["--data", "mnist", "--print-config"]).fine().out;
    for line in [
        "split = \"official\"\n",
        "batch-size = 128\n",
        "epochs = 20\n",
    ] {
        assert!(printed.contains(line), "{printed}");
    }
}

#[test]
fn output_is_as_loud_as_asked_for() {
    let place = place();
    let short = ["--epochs", "1", "--hidden", "4", "--quiet"];
    let silent = place.run(&[&short[..], &["--out", "a"]].concat()).fine();
    assert_eq!((silent.out.as_str(), silent.err.as_str()), ("", ""));
    let json = place
        .run(&[&short[..], &["--out", "b", "--json"]].concat())
        .fine();
    assert_eq!(
        json.out,
        fs::read_to_string(place.join("b/metrics.json")).unwrap()
    );
    assert_eq!(json.err, "");
}

#[test]
fn eval_repeats_the_figures_of_the_run() {
    let place = place();
    let cases: [&[&str]; 4] = [
        &["--hidden", "300", "--batch-size", "300"],
        &["--f64"],
        &["--early-stopping", "1", "--lr", "0.02"],
        &["--dropout", "0.4", "--split", "0.4", "--split-seed", "9"],
    ];
    for (i, case) in cases.iter().enumerate() {
        let out = format!("run-{i}");
        let line = [
            &["--epochs", "8", "--hidden", "20", "--out", &out][..],
            case,
        ]
        .concat();
        // A flag given twice is refused, so the case's own width comes alone.
        let line = match case.first() {
            Some(&"--hidden") => [&["--epochs", "8", "--out", &out][..], case].concat(),
            _ => line,
        };
        place.run(&line).fine();
        let metrics = read_json(place.join(&out).join("metrics.json"));
        for threads in ["1", "2", "3"] {
            let found = place
                .run(&["eval", &out, "--json", "--threads", threads])
                .fine();
            assert_eq!(found.json(), metrics["test"], "{case:?}");
        }
    }
}

#[test]
fn eval_prints_a_table_for_people() {
    let place = place();
    let run = usual_run();
    let metrics = read_json(run.join("metrics.json"));
    let found = place
        .run(&["eval", run.to_str().unwrap(), "--quiet"])
        .fine();
    assert_eq!(found.err, "");
    let accuracy = format!("accuracy     {:.4}\n", number(&metrics["test"]["accuracy"]));
    assert!(found.out.contains(&accuracy), "{found:?}");
}

#[test]
fn early_stopping_keeps_the_best_weights_and_says_so() {
    let place = place();
    let line = [
        "--early-stopping",
        "2",
        "--epochs",
        "400",
        "--lr",
        "0.02",
        "--hidden",
        "32",
        "--out",
        "a",
    ];
    let done = place.run(&line).fine();
    let metrics = read_json(place.join("a/metrics.json"));
    let epochs = metrics["epochs"].as_u64().unwrap();
    assert!(epochs < 400);
    assert_eq!(metrics["weights"], "best");
    let history = fs::read_to_string(place.join("a/history.jsonl")).unwrap();
    let losses: Vec<f64> = history
        .lines()
        .map(|line| number(&serde_json::from_str::<Value>(line).unwrap()["validation"]["loss"]))
        .collect();
    let best = losses.iter().copied().fold(f64::INFINITY, f64::min);
    assert_eq!(number(&metrics["validation"]["loss"]), best);
    assert_eq!(losses[losses.len() - 3], best, "two epochs were waited for");
    let said = format!(
        "stopped early after {epochs} epochs; the weights are those of epoch {}",
        epochs - 2
    );
    assert!(done.err.contains(&said), "{done:?}");
}

#[test]
fn every_named_part_trains() {
    let place = place();
    let activations = Activation::NAMES.iter().map(|name| ("--activation", *name));
    // The last minimizes squared errors; `regress` has it.
    let of_classes = |name: &&str| *name != "levenberg-marquardt";
    let optimizers = nn::optim::names().filter(of_classes);
    let optimizers = optimizers.map(|name| ("--optimizer", name));
    let inits = Init::names().map(|name| ("--init", name));
    for (flag, name) in activations.chain(optimizers).chain(inits) {
        let line = [
            flag, name, "--epochs", "1", "--hidden", "8,8", "--out", name, "-q", "--json",
            "--force",
        ];
        let done = place.run(&line).fine();
        assert_eq!(done.err, "", "{flag} {name}");
        assert!(done.json()["train"]["loss"].is_f64(), "{flag} {name}");
    }
}

#[test]
fn nesterov_has_a_momentum_of_its_own() {
    let place = place();
    let model = |name: &str, more: &[&str]| {
        let line = [
            "--epochs",
            "1",
            "--hidden",
            "8",
            "--optimizer",
            "nesterov",
            "--out",
            name,
        ];
        place.run(&[&line[..], more].concat()).fine();
        let bytes = fs::read(place.join(name).join("model.safetensors")).unwrap();
        bytes[bytes.len() - 1024..].to_vec()
    };
    let usual = model("a", &[]);
    assert_eq!(usual, model("b", &["--momentum", "0.9"]));
    assert_ne!(usual, model("c", &["--momentum", "0.5"]));
}

#[test]
fn a_run_that_diverges_is_finished_and_warned_of() {
    let place = place();
    let line = [
        "--optimizer",
        "sgd",
        "--lr",
        "1e30",
        "--epochs",
        "2",
        "--hidden",
        "8",
        "--out",
        "a",
        "-q",
    ];
    let done = place.run(&line).fine();
    assert!(
        done.err.starts_with("warning: the training loss is "),
        "{done:?}"
    );
    assert_eq!(done.err.lines().count(), 1, "{done:?}");
    let loss = &read_json(place.join("a/metrics.json"))["test"]["loss"];
    assert!(["NaN", "Infinity"].iter().any(|l| loss == l), "{loss}");
    assert!(place.join("a/report.html").exists());
}

#[test]
fn early_stopping_on_a_loss_that_is_no_number_ends() {
    let place = place();
    let line = [
        "--optimizer",
        "sgd",
        "--lr",
        "1e30",
        "--epochs",
        "50",
        "--hidden",
        "8",
        "--early-stopping",
        "3",
        "--out",
        "a",
        "-q",
        "--json",
    ];
    let metrics = place.run(&line).fine().json();
    assert!(metrics["epochs"].as_u64() < Some(50));
}

#[cfg(unix)]
#[test]
fn ctrl_c_stops_between_steps_and_leaves_no_finished_run() {
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};
    let place = place();
    let line = ["--epochs", "1000000", "--hidden", "16", "--out", "a"];
    let mut command = place.command(&line);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let history = place.join("a/history.jsonl");
    while fs::metadata(&history).map_or(0, |m| m.len()) == 0 {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "no epoch was done"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    let done = crate::support::Done::of(child.wait_with_output().unwrap());
    assert_eq!(done.code, Some(130), "{done:?}");
    let last = done.err.lines().last().unwrap();
    assert!(
        last.starts_with("interrupted after ") && last.ends_with("go on with classify --resume a")
    );
    assert_eq!(place.finished_runs(), 0);
    place
        .run(&["eval", "a"])
        .refused(1, &["a holds no finished run"]);
}

/// With weights of 0 every row gets the same answer, so nine classes are never said.
#[test]
fn the_precision_of_a_class_that_is_never_said_is_undefined() {
    let place = place();
    let line = [
        "--init", "zeros", "--epochs", "1", "--hidden", "4", "-q", "--json",
    ];
    let test = place.run(&line).fine().json()["test"].clone();
    let classes = test["per_class"].as_array().unwrap();
    let undefined = classes.iter().filter(|c| c["precision"].is_null()).count();
    assert_eq!(undefined, 9);
    assert!(
        classes
            .iter()
            .all(|c| c["recall"].is_f64() && c["f1"].is_f64())
    );
    assert_eq!(number(&test["roc_auc"]), 0.5);
}

/// A rare class is found where it counts as much as the other.
#[test]
fn balanced_class_weights_raise_the_recall_of_a_rare_class() {
    let place = place();
    let mut text = "x,y,kind\n".to_owned();
    for i in 0..600_u32 {
        // Two clouds that overlap; one point in twenty is of the second.
        let noise = |k: u32| f64::from((i * k) % 101) / 50.0 - 1.0;
        let (kind, shift) = match i % 20 {
            0 => ("rare", 0.8),
            _ => ("common", 0.0),
        };
        text += &format!("{},{},{kind}\n", noise(37) + shift, noise(59) + shift);
    }
    place.write("clouds.csv", text);
    let recall = |weights: &[&str], out: &str| {
        let line = [
            "--data",
            "csv:clouds.csv",
            "--hidden",
            "8",
            "--epochs",
            "30",
            "-q",
            "--out",
            out,
        ];
        place.run(&[&line[..], weights].concat()).fine();
        let metrics = read_json(place.join(out).join("metrics.json"));
        number(&metrics["test"]["per_class"][1]["recall"])
    };
    let plain = recall(&[], "a");
    let balanced = recall(&["--class-weight", "balanced"], "b");
    assert!(balanced > plain + 0.2, "{balanced} {plain}");
    let config = fs::read_to_string(place.join("b/config.toml")).unwrap();
    assert!(config.contains("class-weight = \"balanced\"\n"), "{config}");
    place
        .run(&["--data", "iris", "--class-weight", "rose=2", "-q"])
        .refused(1, &["--class-weight", "\"rose\"", "setosa"]);
    for far in ["setosa=1e308,versicolor=1e308", "setosa=1e-300"] {
        place
            .run(&["--data", "iris", "--class-weight", far, "-q"])
            .refused(1, &["--class-weight", "too far apart"]);
    }
}
