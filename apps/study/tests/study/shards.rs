//! Studies in shards: processes with a folder each, brought together at the end.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{stderr, study, trials};

/// XOR in full: nine cases of two trials.
fn run(out: &str, more: &[&str]) -> Output {
    let words = ["run", "xor-trials", "--trials", "2", "--out", out];
    study(&[&words[..], more].concat())
}

#[track_caller]
fn fine(output: &Output) {
    assert!(output.status.success(), "{}", stderr(output));
}

#[track_caller]
fn refused(output: &Output, code: i32, parts: &[&str]) {
    let told = stderr(output);
    assert_eq!(output.status.code(), Some(code), "{told}");
    for part in parts {
        assert!(told.contains(part), "{part:?} is not in {told}");
    }
}

/// The rows of a table without the column of times, in any order.
fn rows(path: &Path) -> BTreeSet<String> {
    let text = fs::read_to_string(path).unwrap();
    let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let seconds = names.iter().position(|name| *name == "seconds").unwrap();
    let without = |line: &str| {
        // Names of cases have commas, and stand in front: cells are counted from the end.
        let cells: Vec<&str> = line.rsplit(',').collect();
        let mut cells = cells;
        cells.remove(names.len() - 1 - seconds);
        cells.join(",")
    };
    text.lines().map(without).collect()
}

#[test]
fn shards_put_together_are_the_whole_to_the_bit() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (whole, parts) = (path("whole"), path("parts"));
    fine(&run(&whole, &[]));
    let merge = || study(&["merge", &parts]);
    refused(&merge(), 1, &["holds no shards of studies"]);
    fine(&run(&parts, &["--shard", "3/3"]));
    fine(&run(&parts, &["--shard", "1/3"]));
    refused(
        &merge(),
        1,
        &[
            "xor-trials: 6 of 18 trials",
            "shard 2/3 is missing",
            "--shard 2/3",
        ],
    );
    assert!(!Path::new(&parts).join("xor-trials").exists());
    let second = run(&parts, &["--shard", "2/3"]);
    fine(&second);
    assert!(
        stderr(&second).contains("study merge"),
        "{}",
        stderr(&second)
    );

    let of = |number: usize| {
        folder
            .path()
            .join(format!("parts/shards/{number}-of-3/xor-trials"))
    };
    let mut all = BTreeMap::new();
    for number in 1..=3 {
        assert!(!of(number).join("trials.csv").exists());
        let own = trials(&of(number));
        assert_eq!(own.len(), 6);
        all.extend(own);
    }
    let at = |out: &str| folder.path().join(out).join("xor-trials");
    assert_eq!(all, trials(&at("whole")));

    let merged = merge();
    fine(&merged);
    assert!(
        stderr(&merged).contains("xor-trials: "),
        "{}",
        stderr(&merged)
    );
    assert_eq!(trials(&at("parts")), trials(&at("whole")));
    let text = |path: &Path| fs::read_to_string(path).unwrap();
    for file in ["xor-trials/study.json", "RESULTS.md"] {
        let read = |out: &str| text(&folder.path().join(out).join(file));
        assert_eq!(read("parts"), read("whole"), "{file}");
    }
    assert_eq!(
        rows(&at("parts").join("trials.csv")),
        rows(&at("whole").join("trials.csv"))
    );
    // It is a whole study like any other: nothing is left to do.
    let lines = fs::read(at("parts").join("trials.jsonl")).unwrap();
    let again = run(&parts, &[]);
    assert!(
        stderr(&again).contains("all trials are finished"),
        "{}",
        stderr(&again)
    );
    assert_eq!(fs::read(at("parts").join("trials.jsonl")).unwrap(), lines);
}

#[test]
fn what_is_done_elsewhere_is_not_run_again() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let quick = |more: &[&str]| {
        let words = [
            "run",
            "runge-vs-ols",
            "--quick",
            "--trials",
            "2",
            "--out",
            &out,
        ];
        study(&[&words[..], more].concat())
    };
    fine(&quick(&["--shard", "1/3"]));
    let of = |shard: &str| {
        trials(
            &folder
                .path()
                .join("quick/shards")
                .join(shard)
                .join("runge-vs-ols"),
        )
    };
    let first = of("1-of-3");
    assert!(!first.is_empty());
    fine(&quick(&["--shard", "2/2"]));
    let second = of("2-of-2");
    assert!(!second.is_empty() && second.keys().all(|key| !first.contains_key(key)));
    // The whole goes on from what shards hold.
    fine(&quick(&[]));
    let whole = trials(&folder.path().join("quick/runge-vs-ols"));
    for (key, line) in first.iter().chain(&second) {
        assert_eq!(whole.get(key), Some(line));
    }
    // A shard that comes after it has nothing to do.
    fine(&quick(&["--shard", "1/2"]));
    let file = folder
        .path()
        .join("quick/shards/1-of-2/runge-vs-ols/trials.jsonl");
    assert_eq!(fs::read_to_string(file).unwrap(), "");
    fine(&study(&["merge", &out, "--quick"]));
    assert_eq!(trials(&folder.path().join("quick/runge-vs-ols")), whole);

    // Shards of another declaration are not joined.
    let file = folder
        .path()
        .join("quick/shards/1-of-3/runge-vs-ols/study.json");
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("[50,50]"));
    fs::write(&file, text.replace("[50,50]", "[50,51]")).unwrap();
    refused(&study(&["merge", &out, "--quick"]), 1, &["[50,51]"]);
    refused(&quick(&["--shard", "2/3"]), 1, &["[50,51]", "[50,50]"]);
    assert!(
        !folder
            .path()
            .join("quick/shards/2-of-3/runge-vs-ols")
            .exists()
    );
}

#[test]
fn a_study_of_ones_own_is_shared_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    let file = folder.path().join("mine.toml").display().to_string();
    let text = "data = \"iris\"\nepochs = 2\nhidden = [4]\n[study]\nkind = \"classification\"\ntrials = 3\n[factors]\nlr = [0.001, 0.01]\n";
    fs::write(&file, text).unwrap();
    for shard in ["1/2", "2/2"] {
        fine(&study(&["run", &file, "--shard", shard, "--out", &out]));
    }
    let without = study(&["merge", &out]);
    fine(&without);
    assert!(
        stderr(&without).contains("mine: its shards are merged"),
        "{}",
        stderr(&without)
    );
    let page = folder.path().join("out/mine/report.html");
    assert!(!page.exists());
    fine(&study(&["merge", &out, &file]));
    assert!(page.is_file());
    assert_eq!(trials(&folder.path().join("out/mine")).len(), 6);
    // A folder that was renamed is not taken for a study of that name.
    let at = |name: &str| folder.path().join("out/shards/1-of-2").join(name);
    fs::rename(at("mine"), at("yours")).unwrap();
    let renamed = study(&["merge", &out, &file]);
    refused(&renamed, 1, &["holds the study mine", "renamed"]);
    assert!(!folder.path().join("out/yours").exists());
    refused(
        &study(&["run", &file, "--shard", "3/2", "--out", &out]),
        2,
        &["--shard", "1/4"],
    );
}
