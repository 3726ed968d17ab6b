//! Sweeps on several ranks.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testing::has_ranks;

use crate::support::{Done, Place, place, read_json};

const BUILT: bool = cfg!(feature = "mpi");

const GRID: &str =
    "--data iris --epochs 4 --grid lr=0.001,0.01 --grid hidden=4,8,8x4 --trials 2 --quiet";

fn words<'a>(line: &'a str, out: &'a str) -> Vec<&'a str> {
    line.split_whitespace().chain(["--out", out]).collect()
}

/// `grid.json` without the times.
fn outcome(sweep: &Path) -> Value {
    let mut grid = read_json(sweep.join("grid.json"));
    for row in grid["rows"].as_array_mut().unwrap() {
        assert!(row.as_object_mut().unwrap().remove("seconds").is_some());
    }
    grid
}

/// The table that is printed, without the column of times.
fn table(printed: &str) -> Vec<&str> {
    let without = |line| str::rsplit_once(line, "  ").map_or(line, |(rest, _)| rest.trim_end());
    printed.lines().map(without).collect()
}

/// The lines of networks without their times, in order.
fn networks(sweep: &Path) -> Vec<String> {
    let text = fs::read_to_string(sweep.join("trials.jsonl")).unwrap_or_default();
    let without = |line: &str| {
        let mut record: Value = serde_json::from_str(line).ok()?;
        record.as_object_mut()?.remove("seconds");
        Some(record.to_string())
    };
    let mut found: Vec<String> = text.lines().filter_map(without).collect();
    found.sort();
    found
}

#[test]
fn without_mpi_ranks_are_refused_before_they_write() {
    if BUILT {
        testing::say("refusing ranks was skipped: the program is built with the feature mpi");
        return;
    }
    let place = place();
    for line in [words(GRID, "a"), words("--data iris --epochs 1", "a")] {
        let mut command = place.command(&line);
        command.env("OMPI_COMM_WORLD_SIZE", "2");
        Done::by(&mut command).refused(1, &["MPI started 2 processes", "--features mpi"]);
    }
    assert!(!place.join("a").exists());
}

#[test]
fn sweeps_on_ranks_have_the_bits_of_one_process() {
    if !has_ranks("sweeps on ranks", BUILT) {
        return;
    }
    let place = place();
    let random = "--data iris --epochs 3 --folds 2 --grid lr=1e-4..1e-1 --search random:5 --quiet";
    for (number, line) in [GRID, random].into_iter().enumerate() {
        let out = |name: &str| format!("{name}-{number}");
        let one = place.run(&words(line, &out("one"))).fine();
        for ranks in [1, 2, 4] {
            let several = out(&ranks.to_string());
            let found = place.run_on_ranks(ranks, &words(line, &several)).fine();
            assert_eq!(found.err, "");
            assert_eq!(table(&found.out), table(&one.out));
            let (one, several) = (place.join(&out("one")), place.join(&several));
            assert_eq!(outcome(&several), outcome(&one), "{ranks}");
            assert_eq!(networks(&several), networks(&one), "{ranks}");
        }
    }
}

#[test]
fn shards_and_winners_on_ranks_are_those_of_one_process() {
    if !has_ranks("shards on ranks", BUILT) {
        return;
    }
    let place = place();
    place.run(&words(&format!("{GRID} --refit"), "one")).fine();
    for shard in ["1/2", "2/2"] {
        let line = format!("{GRID} --shard {shard}");
        let found = place.run_on_ranks(2, &words(&line, "sweep")).fine();
        assert_eq!((found.out.as_str(), found.err.as_str()), ("", ""));
    }
    let line = format!("{GRID} --refit");
    place.run_on_ranks(3, &words(&line, "sweep")).fine();
    let [one, sweep] = ["one", "sweep"].map(|name| place.join(name));
    assert_eq!(outcome(&sweep), outcome(&one));
    let model = |sweep: &Path| fs::read(sweep.join("best/model.safetensors")).unwrap();
    assert_eq!(model(&sweep), model(&one));
}

#[cfg(target_os = "linux")]
#[test]
fn a_rank_that_dies_takes_no_finished_network_with_it() {
    if !has_ranks("a rank that dies", BUILT) {
        return;
    }
    let place = place();
    let line = "--data digits --epochs 12 --grid lr=0.001,0.003,0.01 --grid hidden=16,32 --threads 1 --trials 2 --quiet";
    let sweep = place.join("sweep");
    let mut running = place.on_ranks(2, &words(line, "sweep")).spawn().unwrap();
    while networks(&sweep).len() < 2 {
        assert!(running.try_wait().unwrap().is_none(), "ended too early");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    testing::kill_rank(&running, 1);
    assert!(!running.wait().unwrap().success());
    let lines = || fs::read_to_string(sweep.join("trials.jsonl")).unwrap();
    let before = lines();
    let whole = before.rfind('\n').map_or(0, |end| end + 1);
    assert!(!sweep.join("grid.json").exists());
    place.run_on_ranks(3, &words(line, "sweep")).fine();
    assert!(lines().starts_with(&before[..whole]));
    assert_eq!(lines().lines().count(), 12);
    place.run(&words(line, "one")).fine();
    assert_eq!(outcome(&sweep), outcome(&place.join("one")));
}

#[track_caller]
fn refused(place: &Place, line: &str, part: &str) {
    place
        .run_on_ranks(2, &words(line, "a"))
        .refused_once(&[part]);
    assert!(!place.join("a").exists());
}

#[test]
fn what_ranks_do_not_share_is_refused_once() {
    if !has_ranks("refusals of ranks", BUILT) {
        return;
    }
    let place = place();
    refused(&place, "--data iris --epochs 1", "start it once");
    let halving = "--data iris --epochs 9 --grid lr=0.1,0.2,0.3 --search halving";
    refused(&place, halving, "start it once");
    refused(&place, "--data csv:none.csv --trials 2", "none.csv");
}
