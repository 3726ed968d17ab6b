//! Sweeps in shards: processes with a folder each, brought together at the end.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::support::{Done, Place, names, place, read_json};

/// Two by three settings of two networks each.
const LINE: [&str; 11] = [
    "--data",
    "iris",
    "--epochs",
    "4",
    "--grid",
    "lr=0.001,0.01",
    "--grid",
    "hidden=4,8,8x4",
    "--trials",
    "2",
    "-q",
];

fn flags<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&LINE[..], &["--out", out], more].concat()
}

fn shard(place: &Place, out: &str, shard: &str) {
    let done = place.run(&flags(out, &["--shard", shard])).fine();
    assert_eq!((done.out.as_str(), done.err.as_str()), ("", ""));
}

/// `grid.json` without the times.
fn outcome(sweep: &Path) -> Value {
    let mut grid = read_json(sweep.join("grid.json"));
    for row in grid["rows"].as_array_mut().unwrap() {
        assert!(row.as_object_mut().unwrap().remove("seconds").is_some());
    }
    grid
}

/// The networks in a folder by choice and trial, each as the text of its line without its time.
fn networks(folder: &Path) -> BTreeMap<(u64, u64), String> {
    let text = fs::read_to_string(folder.join("trials.jsonl")).unwrap();
    let mut found = BTreeMap::new();
    for line in text.lines() {
        let mut record: Value = serde_json::from_str(line).unwrap();
        record.as_object_mut().unwrap().remove("seconds").unwrap();
        let key = (
            record["point"].as_u64().unwrap(),
            record["trial"].as_u64().unwrap(),
        );
        let before = found.insert(key, record.to_string());
        assert_eq!(before, None, "a network was trained twice: {line}");
    }
    found
}

#[test]
fn shards_put_together_are_the_whole_to_the_bit() {
    let place = place();
    place.run(&flags("whole", &[])).fine();
    for number in ["2/3", "1/3", "3/3"] {
        shard(&place, "parts", number);
    }
    let mut all = BTreeMap::new();
    for number in 1..=3 {
        let folder = place.join(&format!("parts/shards/{number}-of-3"));
        assert!(!folder.join("grid.json").exists());
        let own = networks(&folder);
        assert_eq!(own.len(), 4);
        all.extend(own);
    }
    let whole = networks(&place.join("whole"));
    assert_eq!(all, whole);

    let merged = place.run(&["merge", "parts", "-q", "--json"]).fine();
    assert_eq!(merged.json(), read_json(place.join("parts/grid.json")));
    assert_eq!(outcome(&place.join("parts")), outcome(&place.join("whole")));
    assert_eq!(networks(&place.join("parts")), whole);
    let text = |file: &str| fs::read_to_string(place.join(file)).unwrap();
    assert_eq!(text("parts/config.toml"), text("whole/config.toml"));
    let mut expected = names(&place.join("whole"));
    expected.insert("shards".to_owned());
    assert_eq!(names(&place.join("parts")), expected);

    // It is a whole sweep like any other: nothing is left to do, and a winner can be trained.
    let lines = text("parts/trials.jsonl");
    place.run(&flags("parts", &[])).fine();
    assert_eq!(text("parts/trials.jsonl"), lines);
    place.run(&["--resume", "parts", "--refit", "-q"]).fine();
    assert!(place.join("parts/best/metrics.json").is_file());
}

#[test]
fn what_is_done_elsewhere_is_not_trained_again() {
    let place = place();
    // A third by the first of three shards, then the rest by two.
    shard(&place, "a", "1/3");
    shard(&place, "a", "2/2");
    shard(&place, "a", "1/2");
    let of = |folder: &str| networks(&place.join("a/shards").join(folder));
    let (first, second, third) = (of("1-of-3"), of("2-of-2"), of("1-of-2"));
    assert_eq!(first.len() + second.len() + third.len(), 12);
    assert!(second.keys().all(|key| !first.contains_key(key)));
    assert!(third.keys().all(|key| !first.contains_key(key)));
    place.run(&["merge", "a", "-q"]).fine();
    // Now the whole has all: a shard begins, and trains nothing.
    shard(&place, "a", "4/5");
    assert_eq!(of("4-of-5"), BTreeMap::new());

    // A sweep without shards goes on from what they hold.
    shard(&place, "b", "1/2");
    let line = flags("b", &[]);
    let line: Vec<&str> = line.into_iter().filter(|word| *word != "-q").collect();
    let done = place.run(&line).fine();
    assert!(
        done.err
            .contains("b: 6 networks of its shards are taken over"),
        "{}",
        done.err
    );
    assert_eq!(outcome(&place.join("b")), outcome(&place.join("a")));
    assert_eq!(networks(&place.join("b")), networks(&place.join("a")));
    // And a shard that comes after a sweep that was stopped leaves out what that has.
    fs::remove_dir_all(place.join("b/shards")).unwrap();
    let text = fs::read_to_string(place.join("b/trials.jsonl")).unwrap();
    let some: String = text
        .lines()
        .take(5)
        .map(|line| format!("{line}\n"))
        .collect();
    fs::write(place.join("b/trials.jsonl"), some).unwrap();
    let kept = networks(&place.join("b"));
    shard(&place, "b", "1/1");
    let rest = networks(&place.join("b/shards/1-of-1"));
    assert_eq!(rest.len(), 7);
    assert!(rest.keys().all(|key| !kept.contains_key(key)));
    place.run(&["merge", "b", "-q"]).fine();
    assert_eq!(networks(&place.join("b")), networks(&place.join("a")));
}

#[test]
fn sets_with_holes_or_strangers_are_refused() {
    let place = place();
    let merge = || place.run(&["merge", "a"]);
    merge().refused(1, &["a holds no shards"]);
    shard(&place, "a", "1/3");
    shard(&place, "a", "3/3");
    merge().refused(
        1,
        &["4 of 12 networks", "shard 2/3 is missing", "--shard 2/3"],
    );
    let lines = place.join("a/shards/3-of-3/trials.jsonl");
    let text = fs::read_to_string(&lines).unwrap();
    let (first, _) = text.split_once('\n').unwrap();
    // A kill in the midst of a line.
    fs::write(&lines, format!("{first}\n{{\"point\":")).unwrap();
    shard(&place, "a", "2/3");
    merge().refused(1, &["3 of 12 networks", "shard 3/3 has 1 of its 4"]);
    // What a scheduler left is named before anything is written.
    place.write("a/slurm-1_1.out", "");
    assert!(!place.join("a/grid.json").exists() && !place.join("a/config.toml").exists());
    // The folder of a shard is enough to go on with it.
    place.run(&["--resume", "a/shards/3-of-3", "-q"]).fine();
    assert_eq!(networks(&place.join("a/shards/3-of-3")).len(), 4);
    merge().refused(1, &["a holds slurm-1_1.out", "move it away"]);
    fs::remove_file(place.join("a/slurm-1_1.out")).unwrap();
    merge().fine();

    // Another sweep, whole or a shard, is not begun there.
    let other = |more: &[&str]| place.run(&[&flags("a", more)[..], &["--lr", "0.5"]].concat());
    other(&[]).refused(1, &["a was begun with", "lr = 0.5"]);
    other(&["--shard", "1/2"]).refused(1, &["was begun with", "lr = 0.5"]);
    assert!(!place.join("a/shards/1-of-2").exists());
    // A folder with something else in it is not taken.
    place.write("c/notes.txt", "mine");
    let strange = place.run(&flags("c", &["--shard", "1/2"]));
    strange.refused(1, &["c is not empty"]);
    assert!(!place.join("c/shards").exists());
    // Settings that were changed behind the back of all.
    let path = place.join("a/shards/2-of-3/config.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("epochs = 4", "epochs = 5")).unwrap();
    merge().refused(1, &["epochs = 5", "epochs = 4", "same settings"]);
    // `--force` replaces all that there is, shards too, and nothing that is not a sweep's.
    place.write("a/shards/logs/1.out", "mine");
    place.write("a/shards/1-of-9/study/trials.jsonl", "another's");
    place.run(&flags("a", &["--force"])).fine();
    assert_eq!(
        names(&place.join("a/shards")),
        ["1-of-9", "logs"].map(str::to_owned).into()
    );
    assert!(place.join("a/shards/logs/1.out").is_file());
    assert!(place.join("a/shards/1-of-9/study/trials.jsonl").is_file());
}

#[test]
fn data_that_changed_between_shards_is_noticed() {
    let place = place();
    let rows = |last: &str| {
        let row = |i: usize| format!("{},{},{}\n", i % 7, (i * i) % 11, ["a", "b"][i % 2]);
        let rows: String = (0..60).map(row).collect();
        format!("x,y,class\n{rows}{last}")
    };
    place.write("t.csv", rows("3,3,a\n"));
    let line = |shard: &str| {
        let line = [
            "--data",
            "csv:t.csv",
            "--epochs",
            "2",
            "--grid",
            "lr=0.001,0.01",
            "--out",
            "a",
            "-q",
            "--shard",
            shard,
        ];
        place.run(&line)
    };
    line("1/2").fine();
    place.write("t.csv", rows("3,3,b\n"));
    line("2/2").refused(1, &["t.csv", "since"]);
    assert!(!place.join("a/shards/2-of-2").exists());
    place.write("t.csv", rows("3,3,a\n"));
    line("2/2").fine();
    let record = place.join("a/shards/2-of-2/data.json");
    assert_eq!(
        fs::read(&record).unwrap(),
        fs::read(place.join("a/shards/1-of-2/data.json")).unwrap()
    );
    let text = fs::read_to_string(&record).unwrap();
    fs::write(&record, text.replacen("\"x\"", "\"z\"", 1)).unwrap();
    place.run(&["merge", "a"]).refused(1, &["different data"]);
    fs::write(&record, text).unwrap();
    place.run(&["merge", "a"]).fine();
    assert!(place.join("a/data.json").is_file());
}

#[test]
fn random_searches_are_shared_and_may_grow() {
    let place = place();
    let line = |out: &str, count: &str, more: &[&str]| {
        let search = format!("random:{count}");
        let line = [
            "--data",
            "iris",
            "--epochs",
            "2",
            "--grid",
            "lr=1e-4..1e-1",
            "--search",
            &search,
            "--out",
            out,
            "-q",
        ];
        place.run(&[&line[..], more].concat())
    };
    line("whole", "7", &[]).fine();
    for shard in ["1/2", "2/2"] {
        line("a", "4", &["--shard", shard]).fine();
    }
    place.run(&["merge", "a", "-q"]).fine();
    line("a", "7", &["--shard", "1/2"]).fine();
    place
        .run(&["merge", "a", "-q"])
        .refused(1, &["shard 2/2 has 2 of its 4"]);
    line("a", "7", &["--shard", "2/2"]).fine();
    place.run(&["merge", "a", "-q"]).fine();
    assert_eq!(outcome(&place.join("a")), outcome(&place.join("whole")));
}

#[test]
fn flags_that_do_not_go_with_a_shard_are_refused() {
    let place = place();
    for (more, parts) in [
        (&["--shard", "1/2"][..], &["--shard", "--out or --name"][..]),
        (&["--shard", "3/2", "--out", "a"], &["--shard", "1/4"]),
        (&["--shard", "1/2", "--out", "a", "--force"], &["--force"]),
        (&["--shard", "1/2", "--out", "a", "--refit"], &["--refit"]),
        (
            &["--shard", "1/2", "--out", "a", "--search", "halving"],
            &["--search halving", "rung"],
        ),
    ] {
        place.run(&[&LINE[..], more].concat()).refused(2, parts);
    }
    let alone = ["--data", "iris", "--shard", "1/2", "--out", "a"];
    place.run(&alone).refused(2, &["--shard", "--grid"]);
    assert!(!place.join("a").exists());
}

#[test]
fn a_job_array_names_the_shard() {
    let place = place();
    let run = |shard: &str, variables: &[(&str, &str)]| {
        let line = flags("a", &["--shard", shard]);
        let mut command = place.command(&line);
        Done::of(command.envs(variables.iter().copied()).output().unwrap())
    };
    run("auto", &[]).refused(2, &["SLURM_ARRAY_TASK_ID", "HQ_TASK_ID"]);
    run("auto", &[("HQ_TASK_ID", "1")]).refused(2, &["auto/4"]);
    run("auto/2", &[("HQ_TASK_ID", "3")]).refused(2, &["HQ_TASK_ID is 3", "1 to 2"]);
    assert!(!place.join("a").exists());
    let array = |task| {
        [
            ("SLURM_ARRAY_TASK_ID", task),
            ("SLURM_ARRAY_TASK_COUNT", "2"),
            ("SLURM_ARRAY_TASK_MIN", "0"),
            ("SLURM_ARRAY_TASK_MAX", "1"),
        ]
    };
    run("auto", &array("2")).refused(2, &["do not follow each other"]);
    run("auto", &array("0")).fine();
    run("auto/2", &[("HQ_TASK_ID", "2")]).fine();
    let shards = names(&place.join("a/shards"));
    assert_eq!(shards, ["1-of-2", "2-of-2"].map(str::to_owned).into());
    place.run(&["merge", "a", "-q"]).fine();
    // A variable that happens to be set changes nothing.
    let mut command = place.command(&flags("b", &[]));
    let set = command.envs(array("0")).env("HQ_TASK_ID", "1");
    Done::of(set.output().unwrap()).fine();
    assert_eq!(outcome(&place.join("a")), outcome(&place.join("b")));
}
