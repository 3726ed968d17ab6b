//! Training, and judging what came of it.

use std::fs;

use serde_json::Value;

use crate::support::{number, place, read_json, tables};

/// Against the function without noise, the network is at most a fifth as far off as OLS of degree 10.
#[test]
fn without_arguments_it_fits_runges_function() {
    let place = place();
    for seed in ["0", "1", "2"] {
        let done = place.run(&["--seed", seed]).fine();
        assert_eq!(done.out, "", "results go to the run folder");
        let run = format!("runs/regress-runge-{}", seed.parse::<u32>().unwrap() + 1);
        assert!(done.err.contains(&format!("report: {run}/report.html")));
        let metrics = read_json(place.join(&run).join("metrics.json"));
        let network = number(&metrics["test"]["mse_true"]);
        let ols = number(&metrics["baselines"]["ols"]["mse_true"]);
        assert!(network <= ols / 5.0, "{network} {ols}");
    }
    let printed = place.run(&["--print-config"]).fine().out;
    for line in ["data = \"runge\"", "n = 1000", "noise = 0.1", "degree = 10"] {
        assert!(printed.contains(&format!("{line}\n")), "{printed}");
    }
}

#[test]
fn tables_of_the_program_are_learned() {
    let place = place();
    for (data, least) in [("boston", 0.8), ("auto-mpg", 0.8), ("diabetes", 0.4)] {
        let metrics = place.run(&["--data", data, "--json", "-q"]).fine().json();
        let r2 = |of: &Value| number(&of["r2"]);
        assert!(r2(&metrics["test"]) >= least, "{data}: {}", metrics["test"]);
        assert!(metrics["test"]["mse_true"].is_null());
        for name in ["ols", "ridge", "lasso"] {
            let simple = r2(&metrics["baselines"][name]);
            assert!(simple > 0.4, "{data} {name}: {simple}");
        }
    }
}

#[test]
fn optimizers_of_the_whole_objective_train_go_on_and_say_why_they_end() {
    let place = place();
    for (given, name) in [("lbfgs", "lbfgs"), ("lm", "levenberg-marquardt")] {
        let run = |line: &[&str]| {
            let usual = ["--data", "diabetes", "--hidden", "6", "--optimizer", given];
            place.run(&[&usual[..], line].concat()).fine()
        };
        let done = run(&["--epochs", "12", "--out", "whole", "--force"]);
        let said = format!("{name} takes all training samples in each step (--batch-size full)");
        assert!(done.err.contains(&said), "{done:?}");
        let metrics = read_json(place.join("whole/metrics.json"));
        assert!(
            number(&metrics["test"]["r2"]) > 0.4,
            "{name}: {}",
            metrics["test"]
        );
        run(&["--epochs", "5", "--out", "part", "--force"]);
        place.run(&["--resume", "part", "--epochs", "12"]).fine();
        let model = |folder: &str| fs::read(place.join(folder).join("model.safetensors")).unwrap();
        assert!(model("part") == model("whole"), "{name}");
        let config = fs::read_to_string(place.join("whole/config.toml")).unwrap();
        assert!(
            config.contains(&format!("optimizer = \"{name}\"\n")),
            "{config}"
        );
        assert!(config.contains("batch-size = \"full\"\n"), "{config}");
        let done = run(&["--tolerance-grad", "0.01", "--out", "short", "--force"]);
        let epochs = number(&read_json(place.join("short/metrics.json"))["epochs"]);
        let said = format!(
            "{name} ended the run after {epochs} epochs: the gradient is within its tolerance"
        );
        assert!(epochs < 100.0 && done.err.contains(&said), "{done:?}");
        // There is nothing to go on with.
        let again = place.run(&["--resume", "short", "--epochs", "200"]).fine();
        assert!(again.err.contains(&said), "{again:?}");
    }
    let refused = place.run(&["--optimizer", "lm", "--hidden", "200,200"]);
    assert!(
        refused
            .err
            .contains("at most 10000 parameters, and there are 40801"),
        "{refused:?}"
    );
}

#[test]
fn california_is_learned_where_lines_fail() {
    let Some(folder) = tables("california_is_learned_where_lines_fail") else {
        return;
    };
    let place = place();
    let line = [
        "--data",
        "california",
        "--data-dir",
        &folder,
        "--offline",
        "--json",
        "-q",
    ];
    let metrics = place.run(&line).fine().json();
    let r2 = |of: &Value| number(&of["r2"]);
    assert!(r2(&metrics["test"]) >= 0.79, "{}", metrics["test"]);
    for name in ["ols", "ridge", "lasso"] {
        let simple = r2(&metrics["baselines"][name]);
        assert!((0.55..0.63).contains(&simple), "{name}: {simple}");
    }
    assert!(
        place
            .join("runs/regress-california-1/figures/map.svg")
            .exists()
    );
}

#[test]
fn several_targets_have_figures_each() {
    let Some(folder) = tables("several_targets_have_figures_each") else {
        return;
    };
    let place = place();
    let both = [
        "--data",
        "energy",
        "--data-dir",
        &folder,
        "--offline",
        "--epochs",
        "60",
        "-q",
    ];
    let with = |out: &str, more: &[&str]| {
        let line = [&both[..], &["--json", "--out", out], more].concat();
        place.run(&line).fine().json()
    };
    let metrics = with("both", &[]);
    for part in [&metrics["test"], &metrics["baselines"]["lasso"]] {
        for key in ["mse", "rmse", "mae", "r2"] {
            assert_eq!(part[key].as_array().unwrap().len(), 2, "{key}");
        }
    }
    for r2 in metrics["test"]["r2"].as_array().unwrap() {
        assert!(number(r2) > 0.95, "{metrics}");
    }
    let look = ["--json", "-q", "--data-dir", &folder, "--offline"];
    let found = place.run(&[&["eval", "both"][..], &look].concat()).fine();
    assert_eq!(found.json(), metrics["test"]);
    // The other way round, the same lines in the other order.
    let turned = with("turned", &["--target", "cooling_load,heating_load"]);
    let ols = |of: &Value, i: usize| number(&of["baselines"]["ols"]["mse"][i]);
    assert!((ols(&metrics, 0) - ols(&turned, 1)).abs() < 1e-9);
    for figure in ["predicted", "predicted-2", "residuals-2"] {
        assert!(place.join(&format!("both/figures/{figure}.svg")).exists());
    }
}

#[test]
fn a_config_repeats_its_run() {
    let place = place();
    let line = [
        "--n",
        "200",
        "--noise",
        "0.3",
        "--seed",
        "5",
        "--degree",
        "3",
        "--hidden",
        "8",
        "--epochs",
        "4",
        "--schedule",
        "step:2,0.5",
        "--l1",
        "1e-4",
        "--early-stopping",
        "2",
        "--no-standardise",
    ];
    place.run(&[&line[..], &["--out", "a"]].concat()).fine();
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
fn eval_repeats_the_figures_of_the_run() {
    let place = place();
    let cases: [&[&str]; 4] = [
        &[],
        &["--f64", "--l2", "0.001"],
        &["--early-stopping", "1", "--dropout", "0.2"],
        &["--data", "auto-mpg", "--split", "0.4", "--split-seed", "9"],
    ];
    for (i, case) in cases.iter().enumerate() {
        let out = format!("run-{i}");
        let line = [
            &["--epochs", "5", "--hidden", "300", "-q", "--out", &out][..],
            case,
        ]
        .concat();
        place.run(&line).fine();
        let metrics = read_json(place.join(&out).join("metrics.json"));
        for threads in ["1", "3"] {
            let line = ["eval", &out, "--json", "-q", "--threads", threads];
            assert_eq!(place.run(&line).fine().json(), metrics["test"], "{case:?}");
        }
    }
    let table = place.run(&["eval", "run-0", "-q"]).fine().out;
    assert!(
        table.contains("test rows    200\n") && table.contains("\nR²"),
        "{table}"
    );
}

#[test]
fn threads_do_not_matter() {
    let place = place();
    let model = |threads: &str| {
        let line = [
            "--hidden",
            "600,500",
            "--batch-size",
            "400",
            "--epochs",
            "2",
            "-q",
            "--force",
            "--out",
            "a",
            "--threads",
            threads,
        ];
        place.run(&line).fine();
        fs::read(place.join("a/model.safetensors")).unwrap()
    };
    let one = model("1");
    assert!(one == model("2") && one == model("4"));
}

/// Nothing that stands in a test row moves what is learned: weights, scales of columns or of the target.
#[test]
fn nothing_is_learned_from_test_rows() {
    let place = place();
    let table = |planted: Option<usize>| {
        let mut text = "a,b,y\n".to_owned();
        for i in 0..40 {
            let (a, b) = (((i * 37) % 19) as f64, ((i * 11) % 7) as f64);
            let y = if planted == Some(i) { 1e9 } else { a - 2.0 * b };
            text.push_str(&format!("{a},{b},{y}\n"));
        }
        text
    };
    let model = |planted| {
        place.write("t.csv", table(planted));
        let line = [
            "--data",
            "csv:t.csv",
            "--epochs",
            "2",
            "-q",
            "--force",
            "--out",
            "a",
        ];
        place.run(&line).fine();
        let file = place.join("a/model.safetensors");
        let bytes = fs::read(&file).unwrap();
        let (length, rest) = bytes.split_at(8);
        let length = u64::from_le_bytes(length.try_into().unwrap()) as usize;
        let (header, data) = rest.split_at(length);
        let header: Value = serde_json::from_slice(header).unwrap();
        let text = header["__metadata__"]["gradus"].as_str().unwrap();
        let mut metadata: Value = serde_json::from_str(text).unwrap();
        // The hashes of the content are of all rows; nothing is fitted by them.
        for hashes in ["fingerprint", "crc32"] {
            let found = metadata.as_object_mut().unwrap().remove(hashes);
            assert!(found.is_some(), "{metadata}");
        }
        (metadata, data.to_vec())
    };
    let plain = model(None);
    let rows = read_json(place.join("a/metrics.json"))["rows"].clone();
    let held_out = rows["test"].as_u64().unwrap() + rows["validation"].as_u64().unwrap();
    let unmoved = (0..40).filter(|row| model(Some(*row)) == plain).count();
    assert_eq!(unmoved as u64, held_out);
}

/// The unit of the target changes nothing but the figures.
#[test]
fn the_target_may_have_any_unit() {
    let place = place();
    let run = |unit: f64| {
        let row = |i: usize| {
            let x = f64::from(i as u32) / 50.0 - 1.0;
            format!("{x},{}\n", unit * (x * x + 3.0))
        };
        let rows: String = (0..100).map(row).collect();
        place.write("t.csv", format!("x,y\n{rows}"));
        let line = [
            "--data",
            "csv:t.csv",
            "-q",
            "--force",
            "--json",
            "--out",
            "a",
            "--f64",
        ];
        place.run(&line).fine().json()
    };
    let (small, large) = (run(1.0), run(1024.0));
    let figure = |of: &Value, key: &str| number(&of["test"][key]);
    assert!((figure(&small, "r2") - figure(&large, "r2")).abs() < 1e-6);
    let ratio = figure(&large, "rmse") / figure(&small, "rmse");
    assert!((ratio / 1024.0 - 1.0).abs() < 1e-6, "{ratio}");
}

#[test]
fn the_smallest_tables_work() {
    let place = place();
    place.write("two.csv", "x,y\n1,2\n3,5\n");
    let line = [
        "--data",
        "csv:two.csv",
        "--val-fraction",
        "0",
        "-q",
        "--json",
    ];
    let metrics = place.run(&line).fine().json();
    assert_eq!(metrics["rows"]["train"], 1);
    assert_eq!(
        metrics["test"]["r2"],
        Value::Null,
        "one row has no variance"
    );
    // A target that is the same everywhere, and a column that is.
    place.write(
        "flat.csv",
        format!("x,c,y\n{}", "1,2,7\n2,2,7\n3,2,7\n".repeat(5)),
    );
    let metrics = place
        .run(&["--data", "csv:flat.csv", "-q", "--json"])
        .fine()
        .json();
    assert!(number(&metrics["test"]["rmse"]) < 0.5, "{metrics}");
    for name in ["mean", "ols", "ridge", "lasso"] {
        assert!(number(&metrics["baselines"][name]["rmse"]) < 1e-9, "{name}");
    }
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
        "--activation",
        "relu",
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
    assert!(place.join("a/report.html").exists());
}
