//! A slice in parts.

use std::fs;

use serde_json::Value;

use crate::support::{iris, place, text, timeless};

fn line<'a>(shard: &'a str, out: &'a str) -> Vec<&'a str> {
    vec![
        text(iris()),
        "--x",
        "-1:1:7",
        "--y",
        "-1:1:5",
        "--quiet",
        "--shard",
        shard,
        "--out",
        out,
    ]
}

#[test]
fn parts_put_together_are_the_whole_to_the_bit() {
    let place = place();
    let whole = [
        text(iris()),
        "--x",
        "-1:1:7",
        "--y",
        "-1:1:5",
        "--out",
        "whole",
    ];
    let whole = timeless(place.json(&whole));
    for (shard, out) in [("1/3", "a"), ("2/3", "b"), ("3/3", "c")] {
        let done = place.run(&line(shard, out)).fine();
        assert!(done.out.is_empty());
        assert!(!place.join(out).join("landscape.json").exists());
    }
    let merged = place.json(&["merge", "all", "c", "a", "b"]);
    assert_eq!(timeless(merged), whole);
    assert!(place.join("all/report.html").is_file());
    for file in ["directions/x.safetensors", "directions/y.safetensors"] {
        let bytes = |folder: &str| fs::read(place.join(folder).join(file)).unwrap();
        assert_eq!(bytes("all"), bytes("whole"));
    }
    // It is a whole slice like any other: nothing is left to do.
    let again = [
        text(iris()),
        "--x",
        "-1:1:7",
        "--y",
        "-1:1:5",
        "--out",
        "all",
    ];
    assert_eq!(timeless(place.json(&again)), whole);
}

#[test]
fn sets_with_holes_overlaps_or_strangers_are_refused() {
    let place = place();
    for (shard, out) in [
        ("1/3", "a"),
        ("2/3", "b"),
        ("2/3", "b2"),
        ("3/3", "c"),
        ("1/2", "d"),
    ] {
        place.run(&line(shard, out)).fine();
    }
    let stranger = [&line("3/3", "e")[..], &["--seed", "4"]].concat();
    place.run(&stranger).fine();
    let whole = [
        text(iris()),
        "--x",
        "-1:1:7",
        "--y",
        "-1:1:5",
        "--out",
        "w",
        "-q",
    ];
    place.run(&whole).fine();
    let merge = |shards: &[&str]| place.run(&[&["merge", "all"][..], shards].concat());
    merge(&["a", "c"]).refused(1, &["shard 2/3 is missing", "--shard 2/3"]);
    merge(&["a", "b", "b2", "c"]).refused(1, &["b and b2 are both shard 2/3"]);
    merge(&["a", "a", "b", "c"]).refused(1, &["a and a are both shard 1/3"]);
    merge(&["a", "b", "e"]).refused(1, &["e has seed = 4"]);
    merge(&["a", "d"]).refused(1, &["2 shards"]);
    merge(&["a", "w"]).refused(1, &["w is a whole slice"]);
    merge(&["a", "nowhere"]).refused(1, &["cannot read nowhere/begun.json"]);
    let file = place.join("b/begun.json");
    let begun = fs::read_to_string(&file).unwrap();
    let edited = |x: &[f64]| {
        let mut begun: Value = serde_json::from_str(&begun).unwrap();
        begun["frame"]["x"] = x.into();
        fs::write(&file, begun.to_string()).unwrap();
        merge(&["a", "b", "c"])
    };
    edited(&[]).refused(1, &["the slice of b has no points"]);
    edited(&[0.0, 1.0]).refused(1, &["a and b are over different points"]);
    fs::write(&file, &begun).unwrap();
    assert!(!place.join("all").exists());
    fs::write(place.join("b/points.jsonl"), "").unwrap();
    merge(&["a", "b", "c"]).refused(1, &["b has 0 of its 12 points", "--out b"]);
    place.run(&line("2/3", "b")).fine();
    merge(&["a", "b", "c"]).fine();
    merge(&["a", "b", "c"]).refused(1, &["all is not empty", "--force"]);
}
