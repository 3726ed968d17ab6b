//! Runs that end well: what they print, what they leave, and how good they are.

use std::fs;

use serde_json::Value;

use crate::support::{mnist, number, place, read_json, usual_run};

#[test]
fn the_help_is_as_it_was() {
    let place = place();
    let help = place.run(&["--help"]).fine();
    insta::assert_snapshot!("help", help.out);
    insta::assert_snapshot!("short_help", place.run(&["-h"]).fine().out);
    let encode = place.run(&["encode", "--help"]).fine();
    insta::assert_snapshot!("help_encode", encode.out);
}

#[test]
fn a_run_with_defaults_leaves_all_that_is_promised() {
    let run = usual_run();
    for name in [
        "config.toml",
        "history.jsonl",
        "metrics.json",
        "model.safetensors",
        "report.html",
    ] {
        assert!(run.join(name).is_file(), "{name}");
    }
    let figures = [
        "reconstructions",
        "tsne",
        "knn-confusion",
        "centroids",
        "denoising",
        "loss",
        "mse",
    ];
    let page = fs::read_to_string(run.join("report.html")).unwrap();
    for name in figures {
        let svg = fs::read_to_string(run.join(format!("figures/{name}.svg"))).unwrap();
        assert!(
            svg.trim_end().ends_with("</svg>") && !svg.contains("NaN\""),
            "{name}"
        );
    }
    for outside in ["src=\"http", "href=\"http", "<script", "<link", "@import"] {
        assert!(!page.contains(outside), "{outside}");
    }
    let metrics = read_json(run.join("metrics.json"));
    assert_eq!(metrics["task"], "reconstruction");
    assert_eq!(metrics["data"], "digits");
    let keys =
        |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
    assert_eq!(keys(&metrics["test"]), ["loss", "mse", "r2"]);
    assert_eq!(keys(&metrics["baselines"]), ["mean", "pca"]);
    let codes = &metrics["codes"];
    assert_eq!((&codes["latent"], &codes["depth"]), (&8.into(), &3.into()));
    let line = fs::read_to_string(run.join("history.jsonl")).unwrap();
    let line: Value = serde_json::from_str(line.lines().last().unwrap()).unwrap();
    assert!(number(&line["validation"]["mse"]) < 0.03);
}

/// The mean image has an R² of about 0, eight principal components one of two thirds.
#[test]
fn the_defaults_are_better_than_principal_components() {
    let metrics = read_json(usual_run().join("metrics.json"));
    let r2 = |of: &Value| number(&of["r2"]);
    let simple = &metrics["baselines"];
    assert!(r2(&simple["mean"]).abs() < 0.05);
    assert!((0.6..0.72).contains(&r2(&simple["pca"])), "{simple}");
    assert!(r2(&metrics["test"]) > 0.72, "{}", metrics["test"]);
}

/// One digit in ten is right by chance; measured were 0.91.
#[test]
fn four_numbers_tell_digits_apart() {
    let place = place();
    let flags = ["--latent", "4", "--tsne-rows", "0", "--json", "-q"];
    let done = place.run(&flags).fine();
    assert_eq!(done.err, "");
    let metrics = done.json();
    assert!(metrics["codes"]["tsne"].is_null());
    let knn = &metrics["codes"]["knn"];
    assert!(number(&knn["accuracy"]) > 0.8, "{knn}");
    assert!(number(&knn["mean_one_vs_rest_accuracy"]) > number(&knn["accuracy"]));
    let test = metrics["rows"]["test"].as_u64().unwrap();
    let mut right = 0;
    for class in knn["per_class"].as_array().unwrap() {
        let count = |key: &str| class[key].as_u64().unwrap();
        assert_eq!(count("tp") + count("fp") + count("fn") + count("tn"), test);
        right += count("tp");
    }
    assert_eq!(number(&knn["accuracy"]), right as f64 / test as f64);
    // What is printed is what was written.
    let run = place.join("runs/autoencode-digits-1");
    assert_eq!(metrics, read_json(run.join("metrics.json")));
}

#[test]
fn noise_is_removed_by_what_was_trained_for_it() {
    let place = place();
    let after = |flags: &[&str]| {
        let usual = ["--latent", "16", "--tsne-rows", "0", "--json", "-q"];
        let metrics = place.run(&[&usual, flags].concat()).fine().json();
        let tried = metrics["codes"]["denoising"].as_array().unwrap().clone();
        let of = |key: &str| -> Vec<f64> { tried.iter().map(|d| number(&d[key])).collect() };
        (of("sigma"), of("mse_noisy"), of("mse_denoised"))
    };
    let (plain_sigma, plain_before, plain) = after(&[]);
    let (sigma, before, denoised) = after(&["--denoise", "0.3"]);
    assert_eq!(plain_sigma, [0.0, 0.2, 0.6]);
    assert_eq!(sigma, [0.0, 0.2, 0.3, 0.6]);
    // The same images have the same noise in both.
    assert_eq!((before[1], before[3]), (plain_before[1], plain_before[2]));
    assert!((before[2] / 0.09 - 1.0).abs() < 0.03, "{before:?}");
    for (i, j) in [(1, 1), (3, 2)] {
        assert!(denoised[i] < plain[j], "{denoised:?} {plain:?}");
        assert!(denoised[i] < before[i], "{denoised:?} {before:?}");
    }
}

#[test]
fn cross_entropy_learns_pixels_too() {
    let place = place();
    let flags = ["--loss", "cross-entropy", "--json", "-q", "--out", "a"];
    let metrics = place.run(&flags).fine().json();
    let test = &metrics["test"];
    // Gray pixels have an entropy, which no network gets below.
    assert!(
        number(&test["loss"]) > 0.2 && number(&test["r2"]) > 0.72,
        "{test}"
    );
    let judged = place.run(&["eval", "a", "--json", "-q"]).fine().json();
    assert_eq!(judged, *test);
}

#[test]
fn threads_change_no_bit() {
    let place = place();
    let run = |out: &str, threads: &str| {
        let flags = ["--epochs", "4", "--denoise", "0.2", "--batch-size", "256"];
        let to = ["--out", out, "--threads", threads, "-q"];
        place.run(&[&flags[..], &to].concat()).fine();
        let read = |name: &str| fs::read(place.join(out).join(name)).unwrap();
        let mut metrics = read_json(place.join(out).join("metrics.json"));
        for key in ["train_seconds", "total_seconds"] {
            metrics.as_object_mut().unwrap().remove(key);
        }
        (
            read("model.safetensors"),
            metrics,
            read("figures/tsne.svg"),
            read("figures/denoising.svg"),
        )
    };
    assert!(run("a", "1") == run("b", "3"));
}

#[test]
fn a_run_is_judged_again_as_it_was() {
    let place = place();
    let run = usual_run().to_str().unwrap();
    let judged = place.run(&["eval", run, "--json", "-q"]).fine().json();
    assert_eq!(judged, read_json(usual_run().join("metrics.json"))["test"]);
    let words = place.run(&["eval", run, "-q"]).fine().out;
    for word in ["test rows    359", "MSE", "R²"] {
        assert!(words.contains(word), "{words}");
    }
}

#[test]
fn folds_are_judged_each() {
    let place = place();
    let flags = ["--folds", "3", "--epochs", "5", "--tsne-rows", "0"];
    let metrics = place
        .run(&[&flags[..], &["--json", "-q"]].concat())
        .fine()
        .json();
    let folds = metrics["folds"].as_array().unwrap();
    let mean = folds.iter().map(|fold| number(&fold["mse"])).sum::<f64>() / 3.0;
    assert_eq!(folds.len(), 3);
    assert!((number(&metrics["test"]["mse"]) - mean).abs() < 1e-12);
}

#[test]
fn settings_are_printed_and_repeat_a_run() {
    let place = place();
    let printed = place.run(&["--print-config", "--latent", "4"]).fine().out;
    for line in ["latent = 4", "depth = 3", "loss = \"mse\"", "denoise = 0.0"] {
        assert!(printed.lines().any(|l| l == line), "{line}: {printed}");
    }
    let first = [
        "--latent",
        "3",
        "--epochs",
        "2",
        "--denoise",
        "0.1",
        "-q",
        "--out",
        "a",
    ];
    place.run(&first).fine();
    place
        .run(&["--config", "a/config.toml", "-q", "--out", "b"])
        .fine();
    let model = |run: &str| fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert!(model("a") == model("b"));
}

/// Measured with 10 epochs: 0.81.
#[test]
fn mnist_in_four_numbers() {
    let Some(folder) = mnist("mnist_in_four_numbers") else {
        return;
    };
    let flags = [
        "--data", "mnist", "--latent", "4", "--epochs", "2", "-q", "--json",
    ];
    let more = ["--tsne-rows", "300", "--data-dir", &folder];
    let metrics = place().run(&[&flags[..], &more].concat()).fine().json();
    let knn = &metrics["codes"]["knn"];
    assert!(number(&knn["accuracy"]) > 0.7, "{knn}");
    assert_eq!(metrics["codes"]["tsne"]["rows"], 300);
}
