//! Slices that are killed, interrupted, or begun with something else.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{classifier, iris, place, read_json, text, timeless};

/// A network of which a point takes some time.
fn slow(out: &Path) {
    classifier(
        out,
        "--data digits --model cnn --channels 8,16 --hidden 8 --epochs 1",
    );
}

fn lines(folder: &Path) -> usize {
    fs::read_to_string(folder.join("points.jsonl")).map_or(0, |text| text.lines().count())
}

#[test]
fn killed_at_random_moments_a_slice_ends_in_the_same_bits() {
    let place = place();
    slow(&place.join("run"));
    let flags = [
        "run",
        "--x",
        "-1:1:21",
        "--y",
        "-1:1:9",
        "--quiet",
        "--threads",
        "1",
        "--out",
    ];
    let line = |out: &'static str| [&flags[..], &[out]].concat();
    let start = Instant::now();
    place.run(&line("whole")).fine();
    let whole = start.elapsed();
    let mut rng = autograd::random::stream(7, "kill", 0, 0);
    let mut grown = 0;
    for _ in 0..8 {
        let mut child = place.command(&line("killed")).spawn().unwrap();
        std::thread::sleep(whole.mul_f64(autograd::random::unit(&mut rng) * 0.25));
        child.kill().unwrap();
        child.wait().unwrap();
        // Finished points are kept.
        let now = lines(&place.join("killed"));
        assert!(now >= grown);
        grown = now;
    }
    let done = place.run(&[&flags[..5], &["--out", "killed", "--threads", "2"]].concat());
    // A busy machine may have let it come to its end before.
    let said = done.fine().err;
    let goes_on = said.contains("killed: continuing after ") || said.contains("points are done");
    assert!(grown > 0 && goes_on, "{grown} lines: {said}");
    let slice = |out: &str| timeless(read_json(place.join(out).join("landscape.json")));
    assert_eq!(slice("whole"), slice("killed"));
    let left = fs::read_dir(place.join("killed")).unwrap();
    let names = left.map(|e| e.unwrap().file_name().into_string().unwrap());
    let aside = names.filter(|name| name.starts_with(".gradus-")).count();
    assert!(aside <= 8);
}

#[test]
fn a_line_that_is_not_whole_is_computed_again() {
    let place = place();
    let line = [text(iris()), "--x", "-1:1:9", "--y", "-1:1:7", "--out", "a"];
    let whole = timeless(place.json(&line));
    let path = place.join("a/points.jsonl");
    let bytes = fs::read(&path).unwrap();
    let mut rng = autograd::random::stream(3, "cut", 0, 0);
    for _ in 0..6 {
        let end = autograd::random::below(&mut rng, bytes.len());
        fs::write(&path, &bytes[..end]).unwrap();
        fs::remove_file(place.join("a/landscape.json")).unwrap();
        assert_eq!(timeless(place.json(&line)), whole);
    }
    // A finished slice is finished again, without a point computed.
    let before = fs::read(&path).unwrap();
    let json = fs::read(place.join("a/landscape.json")).unwrap();
    place.json(&line);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read(place.join("a/landscape.json")).unwrap(), json);
    fs::write(&path, "what is this\n").unwrap();
    place
        .run(&[&line[..], &["-q"]].concat())
        .refused(1, &["points.jsonl:1", "not a line of a slice"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_slice_says_how_to_go_on() {
    let place = place();
    slow(&place.join("run"));
    let line = [
        "run",
        "--x",
        "-1:1:101",
        "--y",
        "-1:1:101",
        "--threads",
        "1",
        "--out",
        "a",
    ];
    let mut child = place
        .command(&line)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while lines(&place.join("a")) == 0 {
        std::thread::sleep(Duration::from_millis(5));
        assert!(child.try_wait().unwrap().is_none(), "ended too early");
    }
    let interrupt = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let said = String::from_utf8(output.stderr).unwrap();
    let last = said.lines().last().unwrap();
    assert!(last.starts_with("interrupted after "), "{last}");
    assert!(
        last.contains("of 10201 points") && last.ends_with("--out a"),
        "{last}"
    );
}

#[test]
fn other_settings_and_models_are_refused_by_name() {
    let place = place();
    let run = place.join("run");
    classifier(&run, "--data iris --hidden 6 --epochs 2 --snapshots 1");
    let line = ["run", "--x", "-1:1:5", "--y", "-1:1:3", "--out", "a"];
    place.json(&line);
    for (more, part) in [
        (&["--seed", "1"][..], "seed = 0, and this is with seed = 1"),
        (&["--normalize", "layer"], "normalise = layer"),
        (&["--with-biases"], "with-biases = true"),
        (&["--split", "train"], "split = train"),
        (&["--samples", "20"], "samples = 20"),
        (&["--metric", "gradient-norm"], "metric = gradient-norm"),
        (&["--plain"], "plain = true"),
        (&["--directions", "pca"], "directions = pca"),
        (&["--shard", "1/2"], "shard = 1/2"),
    ] {
        place
            .run(&[&line[..], more, &["-q"]].concat())
            .refused(1, &[part, "--force"]);
    }
    let mut other = line;
    other[2] = "-1:1:7";
    place
        .run(&[&other[..], &["-q"]].concat())
        .refused(1, &["x = -1:1:7"]);
    // What a slice along a line left does not get in the way of a plane, nor the other way round.
    let mut flat = line;
    flat[4] = "none";
    place
        .run(&[&flat[..], &["-q"]].concat())
        .refused(1, &["y = -1:1:3", "y = none"]);
    place.json(&[&flat[..], &["--force"]].concat());
    assert!(!place.join("a/directions/y.safetensors").exists());
    place
        .run(&[&line[..], &["-q"]].concat())
        .refused(1, &["y = none"]);
    let plane = place.json(&[&line[..], &["--force"]].concat());
    assert_eq!(plane["points"], 15);

    // Another model in the same folder.
    fs::remove_dir_all(&run).unwrap();
    classifier(&run, "--data iris --hidden 6 --epochs 3 --snapshots 1");
    place
        .run(&[&line[..], &["-q"]].concat())
        .refused(1, &["the model = "]);
}

#[test]
fn another_instruction_set_is_another_slice() {
    let place = place();
    let line = [
        text(iris()),
        "--x",
        "-1:1:5",
        "--y",
        "none",
        "--out",
        "a",
        "-q",
    ];
    let on = |isa: &str| {
        let output = place.command(&line).env("GRADUS_ISA", isa).output();
        crate::support::Done::of(output.unwrap())
    };
    let best = autograd::Isa::best();
    on(best.name()).fine();
    let done = on("portable");
    if best != autograd::Isa::Portable {
        done.refused(1, &["GRADUS_ISA = portable"]);
    }
}
