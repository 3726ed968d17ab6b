//! What damage and refusals leave behind: all that was there before.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::{Place, place};

/// Each file of a folder, by its path in it, with its content.
fn content(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let (path, name) = (entry.path(), PathBuf::from(entry.file_name()));
        match path.is_dir() {
            true => found.extend(content(&path).into_iter().map(|(p, c)| (name.join(p), c))),
            false => drop(found.insert(name, fs::read(&path).unwrap())),
        }
    }
    found
}

const STATE: &str = "run/checkpoint/state.safetensors";

fn finished(place: &Place) {
    let line = "--data iris --epochs 5 --schedule constant --out run -q";
    place.run(&line.split(' ').collect::<Vec<_>>()).fine();
}

#[test]
fn an_extension_that_fails_leaves_a_finished_run_finished() {
    let place = place();
    finished(&place);
    let whole = fs::read(place.join(STATE)).unwrap();
    let cut = whole[..300].to_vec();
    // What a loss of power leaves of a file: its length, and zeros.
    let mut zeros = whole.clone();
    let half = zeros.len() / 2;
    zeros[half..].fill(0);
    let mut flipped = whole.clone();
    let last = flipped.len() - 10;
    flipped[last] ^= 1;
    for damaged in [cut, zeros, flipped] {
        fs::write(place.join(STATE), damaged).unwrap();
        let before = content(&place.join("run"));
        place
            .run(&["--resume", "run", "--epochs", "10", "-q"])
            .refused(1, &["state.safetensors"]);
        assert!(content(&place.join("run")) == before);
        place.run(&["eval", "run"]).fine();
    }
    fs::write(place.join(STATE), whole).unwrap();
    place
        .run(&["--resume", "run", "--epochs", "10", "-q"])
        .fine();
}

#[test]
fn a_resume_that_is_refused_changes_nothing() {
    let place = place();
    let line = "--data iris --epochs 1000000 --schedule constant --out run -q";
    let line: Vec<&str> = line.split(' ').collect();
    let mut child = place.command(&line).spawn().unwrap();
    let start = Instant::now();
    let epochs = || {
        let history = fs::read_to_string(place.join("run/history.jsonl"));
        history.map_or(0, |text| text.lines().count())
    };
    while epochs() < 20 || !place.join(STATE).is_file() {
        assert!(start.elapsed() < Duration::from_secs(60));
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let before = content(&place.join("run"));
    place
        .run(&["--resume", "run", "--epochs", "3", "-q"])
        .refused(1, &["epochs"]);
    // What a killed process left aside may be taken away, and nothing else.
    let after = content(&place.join("run"));
    let left = |path: &&PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy();
        !name.starts_with('.')
    };
    for name in [
        "checkpoint/state.safetensors",
        "config.toml",
        "history.jsonl",
    ] {
        assert!(before.contains_key(Path::new(name)), "{name}");
    }
    assert!(after.keys().filter(left).eq(before.keys().filter(left)));
    assert!(after.iter().all(|(name, bytes)| before[name] == *bytes));
}
