//! Equal settings give equal bytes, whatever the machine does.

use std::fs;

use crate::support::{Place, mnist, number, place, read_json};

/// The bytes of the model that these flags train.
fn model(place: &Place, line: &[&str]) -> Vec<u8> {
    let out = place.path().join("run");
    let where_to = ["--quiet", "--force", "--out", out.to_str().unwrap()];
    let done = place.run(&[line, &where_to].concat()).fine();
    assert_eq!(done.err, "");
    fs::read(out.join("model.safetensors")).unwrap()
}

#[track_caller]
fn threads_do_not_matter(place: &Place, line: &[&str]) {
    let with = |threads: &str| model(place, &[line, &["--threads", threads]].concat());
    let one = with("1");
    for threads in ["2", "4"] {
        assert!(one == with(threads), "--threads {threads}: {line:?}");
    }
}

#[test]
fn threads_do_not_matter_on_digits() {
    let place = place();
    threads_do_not_matter(&place, &["--epochs", "3", "--hidden", "64,32"]);
    threads_do_not_matter(
        &place,
        &["--epochs", "3", "--hidden", "64,32", "--dropout", "0.3"],
    );
    // Large enough for a product to be cut among threads.
    let wide = [
        "--epochs",
        "2",
        "--hidden",
        "700,500",
        "--batch-size",
        "500",
    ];
    threads_do_not_matter(&place, &wide);
    threads_do_not_matter(
        &place,
        &[&wide[..], &["--f64", "--dropout", "0.5"]].concat(),
    );
}

#[test]
fn threads_do_not_matter_on_mnist() {
    let Some(folder) = mnist("threads_do_not_matter_on_mnist") else {
        return;
    };
    let place = place();
    let line = [
        "--data",
        "mnist",
        "--data-dir",
        &folder,
        "--offline",
        "--epochs",
        "1",
        "--dropout",
        "0.2",
    ];
    threads_do_not_matter(&place, &line);
}

#[test]
fn seeds_matter() {
    let place = place();
    let line = ["--epochs", "1", "--hidden", "8"];
    let with = |more: &[&str]| model(&place, &[&line[..], more].concat());
    let usual = with(&[]);
    assert!(usual == with(&["--seed", "0", "--split-seed", "0"]));
    assert!(usual != with(&["--seed", "1"]));
    assert!(usual != with(&["--split-seed", "1"]));
}

/// All weights start equal and every step sees all rows, so the only thing left to chance is which rows those are.
#[test]
fn the_split_seed_alone_moves_the_split() {
    let place = place();
    let line = [
        "--f64",
        "--init",
        "constant:0.05",
        "--batch-size",
        "2000",
        "--lr",
        "0.01",
        "--epochs",
        "4",
        "--hidden",
        "4",
    ];
    let test_loss = |seed: &str, split_seed: &str| {
        let seeds = ["--seed", seed, "--split-seed", split_seed];
        model(&place, &[&line[..], &seeds].concat());
        number(&read_json(place.join("run/metrics.json"))["test"]["loss"])
    };
    let usual = test_loss("0", "0");
    assert!((usual - test_loss("7", "0")).abs() < 1e-9);
    assert!((usual - test_loss("0", "7")).abs() > 1e-7);
}

/// Steps so small that nothing moves leave the first weights, which do not depend on the split.
#[test]
fn the_split_seed_leaves_the_weights_alone() {
    let place = place();
    let line = [
        "--optimizer",
        "sgd",
        "--lr",
        "1e-60",
        "--epochs",
        "1",
        "--hidden",
        "8",
    ];
    let weights = |seed: &str, split_seed: &str| {
        let seeds = ["--seed", seed, "--split-seed", split_seed];
        let bytes = model(&place, &[&line[..], &seeds].concat());
        bytes[bytes.len() - 2000..].to_vec()
    };
    assert!(weights("0", "0") == weights("0", "7"));
    assert!(weights("0", "0") != weights("7", "0"));
}
