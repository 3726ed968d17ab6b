//! What cannot be: one sentence that names the thing, the promised exit code, and nothing written.

use std::fs;

use crate::support::{classifier, iris, place, regressor, text};

#[test]
fn wrong_usage_is_exit_code_2() {
    let place = place();
    let cases: [(&[&str], &[&str]); 26] = [
        (&["--x", "-1:1:0"], &["--x", "-1:1:0", "2 to 10000 steps"]),
        (&["--x", "-1:1:1000000"], &["--x", "2 to 10000 steps"]),
        (&["--y", "-1:1:1"], &["--y", "2 to 10000 steps"]),
        (&["--x", "1:-1:5"], &["--x", "1:-1:5", "less than"]),
        (&["--x", "0:0:5"], &["--x", "less than"]),
        (&["--x", "-1e300:1e300:5"], &["--x", "-1e9 and 1e9"]),
        (&["--x", "nan:1:5"], &["--x", "-1e9 and 1e9"]),
        (&["--x", "1:1.0000000000000002:51"], &["--x", "too close"]),
        (&["--x", "-1:1"], &["--x", "LOW:HIGH:STEPS"]),
        (&["--x", "none"], &["--x", "LOW:HIGH:STEPS"]),
        (&["--y", "nothing"], &["--y", "none makes"]),
        (
            &["--x", "0:1:9000", "--y", "0:1:9000"],
            &["--x and --y", "81000000"],
        ),
        (
            &["--directions", "randm"],
            &["--directions", "towards=RUN2"],
        ),
        (
            &["--directions", "towards="],
            &["--directions", "towards=RUN2"],
        ),
        (
            &["--normalize", "filters"],
            &["--normalize", "filter, layer"],
        ),
        (&["--split", "dev"], &["--split", "validation"]),
        (&["--samples", "0"], &["--samples", "1 or more", "or all"]),
        (&["--metric", "f1"], &["--metric", "gradient-norm"]),
        (&["--shard", "0/4"], &["--shard", "1/4"]),
        (&["--shard", "5/4"], &["--shard", "1/4"]),
        (&["--shard", "1/3000"], &["--shard 1/3000", "2601"]),
        (&["--seed", "-1"], &["--seed"]),
        (&["--threads", "0"], &["--threads", "1 to 1024"]),
        (&["--name", "a/b"], &["--name", "--out"]),
        (&["--out", "a", "--name", "b"], &["--out", "--name"]),
        (&["--zyzzyva"], &["--zyzzyva"]),
    ];
    for (line, parts) in cases {
        let line = [&[text(iris()), "--quiet"][..], line].concat();
        place.run(&line).refused(2, parts);
    }
    place.run(&["path", "a"]).refused(2, &["RUN_B"]);
    place.run(&["merge", "a"]).refused(2, &["SHARD"]);
    let line = ["path", "a", "b", "--t", "0:1:0"];
    place.run(&line).refused(2, &["--t", "2 to 10000"]);
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn what_cannot_be_done_is_exit_code_1() {
    let place = place();
    let run = text(iris());
    place
        .run(&["nowhere"])
        .refused(1, &["nowhere is not a folder"]);
    place
        .run(&[run, "--samples", "31", "-q"])
        .refused(1, &["--samples 31", "30 test samples"]);
    classifier(
        &place.join("bare"),
        "--data iris --hidden 4 --epochs 1 --val-fraction 0",
    );
    place
        .run(&["bare", "--split", "validation", "-q"])
        .refused(1, &["bare has no validation samples"]);
    place
        .run(&["bare", "--directions", "pca", "-q"])
        .refused(1, &["bare has no snapshots", "--snapshots 1"]);
    place
        .run(&[run, "--out", "bare", "-q"])
        .refused(1, &["bare holds a run"]);
    place
        .run(&[run, "--out", "bare", "--force", "-q"])
        .refused(1, &["bare holds a run"]);
    assert!(place.join("bare/model.safetensors").is_file());
    fs::create_dir(place.join("full")).unwrap();
    fs::write(place.join("full/notes.txt"), "mine").unwrap();
    place
        .run(&[run, "--out", "full", "-q"])
        .refused(1, &["full is not empty", "--force"]);
    // A single snapshot besides the start makes a plane, the start and the end alone do not.
    classifier(
        &place.join("short"),
        "--data iris --hidden 4 --epochs 1 --snapshots 1",
    );
    place
        .run(&["short", "--directions", "pca", "-q"])
        .refused(1, &["span no plane", "--y none"]);
    place.json(&[
        "short",
        "--directions",
        "pca",
        "--y",
        "none",
        "--out",
        "line",
    ]);
}

#[test]
fn a_run_that_has_diverged_is_not_sliced() {
    let place = place();
    regressor(
        &place.join("run"),
        "--data runge --n 40 --hidden 8 --epochs 3 --optimizer sgd --lr 1e30",
    );
    place
        .run(&["run", "-q"])
        .refused(1, &["the loss of run is", "test samples", "diverged"]);
}
