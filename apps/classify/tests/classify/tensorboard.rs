//! `--tensorboard`: events as their format says, decoded by what the encoding says.

use std::fs;
use std::path::Path;

use serde_json::Value;
use testing::wire::Message;

use crate::support::{number, place};

const FILE: &str = "run/events.out.tfevents.gradus";

/// CRC-32C bit by bit, masked as records of TensorFlow have it.
fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 & (crc & 1).wrapping_neg());
        }
    }
    let crc = !crc;
    crc.rotate_right(15).wrapping_add(0xa282_ead8)
}

/// The contents of the records of a file; every checksum is compared.
fn contents(file: &[u8]) -> Vec<&[u8]> {
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let (mut at, mut contents) = (0, Vec::new());
    while at < file.len() {
        let length = u64::from_le_bytes(file[at..at + 8].try_into().unwrap()) as usize;
        assert_eq!(number(at + 8), checksum(&file[at..at + 8]));
        let content = &file[at + 12..at + 12 + length];
        assert_eq!(number(at + 12 + length), checksum(content));
        contents.push(content);
        at += 16 + length;
    }
    contents
}

/// Compares the events of the run with its history.
#[track_caller]
fn agrees(folder: &Path, epochs: usize) {
    let file = fs::read(folder.join(FILE)).unwrap();
    let contents = contents(&file);
    let history = fs::read_to_string(folder.join("run/history.jsonl")).unwrap();
    let history: Vec<Value> = history
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!((contents.len(), history.len()), (epochs + 1, epochs));
    let first = Message::of(contents[0]);
    assert_eq!(first.text(3), "brain.Event:2");
    let mut before = first.number(1);
    assert!(before > 1.6e9, "{before} is no time of today");
    for (content, line) in contents[1..].iter().zip(&history) {
        let event = Message::of(content);
        assert_eq!(event.integer(2) as u64, line["epoch"].as_u64().unwrap());
        assert!(event.number(1) >= before);
        before = event.number(1);
        let summary = event.messages(5).next().unwrap();
        let found = summary
            .messages(1)
            .map(|v| (v.text(1).into_owned(), v.number(2)));
        let figure = |part: &str, name: &str| (format!("{name}/{part}"), number(&line[part][name]));
        let mut expected = vec![("learning_rate".to_owned(), number(&line["lr"]))];
        for part in ["train", "validation"] {
            expected.extend(["loss", "accuracy", "penalty"].map(|name| figure(part, name)));
        }
        let expected = expected
            .into_iter()
            .map(|(tag, x)| (tag, f64::from(x as f32)));
        assert!(found.eq(expected), "{line}");
    }
}

#[test]
fn events_say_what_the_history_says() {
    let place = place();
    // A schedule that does not depend on the number of epochs, which grows.
    let flags = [
        "--data",
        "iris",
        "--schedule",
        "constant",
        "--quiet",
        "--epochs",
    ];
    let train = [&flags[..], &["4", "--tensorboard", "--out", "run"]].concat();
    place.run(&train).fine();
    agrees(place.path(), 4);
    // A run that was finished is made longer: what stands is left as it is.
    let before = fs::read(place.join(FILE)).unwrap();
    place
        .run(&["--resume", "run", "--epochs", "6", "--quiet"])
        .fine();
    agrees(place.path(), 6);
    let after = fs::read(place.join(FILE)).unwrap();
    assert_eq!(after[..before.len()], before);

    // An event beyond the checkpoint, as a kill between the two leaves it, and one that is cut short, are not doubled.
    let event = contents(&after).last().unwrap().len() + 16;
    let torn = [&after[..], &after[after.len() - event..], &after[..9]].concat();
    fs::write(place.join(FILE), torn).unwrap();
    place
        .run(&["--resume", "run", "--epochs", "7", "--quiet"])
        .fine();
    agrees(place.path(), 7);

    // Events that somebody removed are written again.
    fs::remove_file(place.join(FILE)).unwrap();
    place
        .run(&["--resume", "run", "--epochs", "8", "--quiet"])
        .fine();
    agrees(place.path(), 8);

    // Without the flag there are none, and none of an earlier run are left.
    let plain = [&flags[..], &["1", "--force", "--out", "run"]].concat();
    place.run(&plain).fine();
    assert!(!place.join(FILE).exists());
}

#[test]
fn events_change_no_bit_of_a_run() {
    let place = place();
    for (flags, out) in [(&["--tensorboard"][..], "with"), (&[], "without")] {
        let train = ["--data", "iris", "--quiet", "--epochs", "3", "--out", out];
        place.run(&[&train, flags].concat()).fine();
    }
    let model = |run: &str| fs::read(place.join(run).join("model.safetensors")).unwrap();
    assert_eq!(model("with"), model("without"));
}
