//! Two processes and one folder: one of them has it, the other is told so, and what is there is the work of one.
//!
//! `GRADUS_TRIES=1000` tries that often in place of 20 times.

use std::fs;
use std::process::{Child, Stdio};

use crate::support::{Done, Place, place, read_json};

fn tries() -> usize {
    std::env::var("GRADUS_TRIES").map_or(20, |n| n.parse().expect("a number"))
}

/// Starts two programs at once and waits for both.
fn both(place: &Place, lines: [&[&str]; 2]) -> [(u32, Done); 2] {
    let start = |line: &[&str]| {
        let mut command = place.command(line);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let end = |child: Child| (child.id(), Done::of(child.wait_with_output().unwrap()));
    let [a, b] = lines.map(start);
    [end(a), end(b)]
}

/// Of two processes the one that has the folder; the other was refused in a sentence, with the first one's number where
/// both were there at a time.
#[track_caller]
fn winner(ended: &[(u32, Done); 2]) -> usize {
    let codes = [ended[0].1.code, ended[1].1.code];
    let winner = codes.iter().position(|code| *code == Some(0));
    let winner = winner.unwrap_or_else(|| panic!("nobody has the folder: {ended:?}"));
    let (loser, first) = (&ended[1 - winner].1, ended[winner].0);
    loser.refused(1, &[]);
    let told = loser.err.contains("another process");
    assert!(
        !told || loser.err.contains(&format!("({first})")) || !loser.err.contains('('),
        "{ended:?}"
    );
    assert!(told || loser.err.contains("not empty"), "{ended:?}");
    winner
}

#[test]
fn a_fresh_folder_is_one_process_s() {
    let place = place();
    let run = "--data xor --n 100 --epochs 30 -q --out two --seed";
    let lines = ["1", "2"].map(|seed| {
        let words = run.split(' ').chain([seed]);
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    let words = |i: usize| lines[i].iter().map(String::as_str).collect::<Vec<_>>();
    for attempt in 0..tries() {
        let winner = winner(&both(&place, [&words(0), &words(1)]));
        let seed = winner as u64 + 1;
        let folder = place.join("two");
        assert_eq!(
            read_json(folder.join("metrics.json"))["seed"],
            seed,
            "{attempt}"
        );
        let config = fs::read_to_string(folder.join("config.toml")).unwrap();
        assert!(
            config.lines().any(|line| line == format!("seed = {seed}")),
            "{config}"
        );
        let history = fs::read_to_string(folder.join("history.jsonl")).unwrap();
        assert_eq!(history.lines().count(), 30, "{attempt}");
        fs::remove_dir_all(folder).unwrap();
    }
}

/// Copies a folder with all that is in it.
fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy(&entry.path(), &to),
            false => drop(fs::copy(entry.path(), to).unwrap()),
        }
    }
}

#[test]
fn a_run_is_gone_on_with_by_one_process() {
    let place = place();
    let line = "--data iris --epochs 20 --schedule constant -q --out begun";
    place.run(&line.split(' ').collect::<Vec<_>>()).fine();
    for attempt in 0..tries().div_ceil(4) {
        copy(&place.join("begun"), &place.join("run"));
        let more = ["--resume", "run", "--epochs", "40", "-q"];
        let ended = both(&place, [&more, &more]);
        let codes = [ended[0].1.code, ended[1].1.code];
        // One that comes when the other has ended finds nothing to do, which is no failure.
        assert!(codes.contains(&Some(0)), "{ended:?}");
        for (_, done) in ended.iter().filter(|(_, done)| done.code != Some(0)) {
            done.refused(1, &["another process"]);
        }
        let history = fs::read_to_string(place.join("run/history.jsonl")).unwrap();
        assert_eq!(history.lines().count(), 40, "{attempt}");
        fs::remove_dir_all(place.join("run")).unwrap();
    }
}

#[test]
fn a_sweep_is_worked_on_by_one_process() {
    let place = place();
    let sweep = "--data iris --grid lr=0.001,0.01,0.1 --trials 4 --epochs 20 -q --out";
    let words = |out| sweep.split(' ').chain([out]).collect::<Vec<_>>();
    place.run(&words("alone")).fine();
    for attempt in 0..tries().div_ceil(4) {
        let ended = both(&place, [&words("two"), &words("two")]);
        let codes = [ended[0].1.code, ended[1].1.code];
        assert!(codes.contains(&Some(0)), "{ended:?}");
        for (_, done) in ended.iter().filter(|(_, done)| done.code != Some(0)) {
            done.refused(1, &["another process"]);
        }
        let networks = fs::read_to_string(place.join("two/trials.jsonl")).unwrap();
        assert_eq!(networks.lines().count(), 12, "{attempt}");
        let rows = |out: &str| read_json(place.join(out).join("grid.json"))["rows"].clone();
        let without_time = |mut rows: serde_json::Value| {
            for row in rows.as_array_mut().unwrap() {
                row.as_object_mut()
                    .unwrap()
                    .retain(|key, _| !key.contains("seconds"));
            }
            rows
        };
        assert_eq!(without_time(rows("two")), without_time(rows("alone")));
        fs::remove_dir_all(place.join("two")).unwrap();
    }
}
