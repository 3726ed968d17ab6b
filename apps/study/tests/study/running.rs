//! Running, being killed, going on.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{command, stderr, study, trials};

/// The declaration of a study.
fn declared(name: &str) -> study::study::Study {
    let found = study::registry::all()
        .into_iter()
        .find(|study| study.name == name);
    found.expect("it is declared")
}

fn lines(folder: &Path) -> usize {
    let bytes = std::fs::read(folder.join("trials.jsonl")).unwrap_or_default();
    bytes.iter().filter(|byte| **byte == b'\n').count()
}

/// XOR in full: 4 cases of 6 trials, some seconds in all.
fn run(out: &str, more: &[&str]) -> std::process::Output {
    let words = ["run", "xor-trials", "--trials", "6", "--out", out];
    study(&[&words[..], more].concat())
}

#[test]
fn a_killed_run_goes_on_and_differs_in_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (whole, killed) = (path("whole"), path("killed"));
    assert!(run(&whole, &["--threads", "1"]).status.success());
    let mut child = command(&[
        "run",
        "xor-trials",
        "--trials",
        "6",
        "--out",
        &killed,
        "--threads",
        "2",
    ])
    .spawn()
    .unwrap();
    let at = Path::new(&killed).join("xor-trials");
    let start = Instant::now();
    while lines(&at) < 3 && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let file = at.join("trials.jsonl");
    let mut kept = std::fs::read(&file).unwrap();
    let end = kept.iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
    kept.truncate(end);
    // A kill in the midst of a line, and of a character.
    std::fs::write(
        &file,
        [
            &kept[..],
            "{\"case\":\"C, Ada×".as_bytes().split_last().unwrap().1,
        ]
        .concat(),
    )
    .unwrap();

    let again = run(&killed, &["--threads", "2"]);
    assert!(again.status.success(), "{}", stderr(&again));
    assert!(
        stderr(&again).contains("incomplete line"),
        "{}",
        stderr(&again)
    );
    assert!(
        std::fs::read(&file).unwrap().starts_with(&kept),
        "what was done is not touched"
    );
    let whole_at = Path::new(&whole).join("xor-trials");
    let (a, b) = (trials(&whole_at), trials(&at));
    assert_eq!(a.len(), 24);
    assert!(
        a == b,
        "trials differ from those of a run that was never killed"
    );

    let bytes = std::fs::read(&file).unwrap();
    let nothing = run(&killed, &[]);
    assert!(
        stderr(&nothing).contains("all trials are finished"),
        "{}",
        stderr(&nothing)
    );
    assert_eq!(std::fs::read(&file).unwrap(), bytes);
}

#[test]
fn more_trials_continue_and_other_settings_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let quick = |trials: &str| {
        study(&[
            "run",
            "runge-vs-ols",
            "--quick",
            "--trials",
            trials,
            "--out",
            &out,
        ])
    };
    let declared = declared("runge-vs-ols");
    let due = |asked: usize| -> usize {
        let of = |case| declared.trials_of(case, Some(asked), true);
        declared.cases.iter().map(of).sum()
    };
    assert!(due(1) < due(2));
    assert!(quick("1").status.success());
    let at = folder.path().join("runge-vs-ols");
    let first = trials(&at);
    assert_eq!(first.len(), due(1));
    assert!(quick("2").status.success());
    let both = trials(&at);
    assert_eq!(both.len(), due(2));
    assert!(first.iter().all(|(key, line)| both.get(key) == Some(line)));
    assert!(quick("1").status.success(), "fewer leave what is there");
    assert_eq!(trials(&at).len(), due(2));

    let full = study(&["run", "runge-vs-ols", "--out", &out]);
    assert_eq!(full.status.code(), Some(1));
    assert!(
        stderr(&full).contains("holds a --quick run, and this is a full run"),
        "{}",
        stderr(&full)
    );

    let file = at.join("study.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("[50,50]", "[50,51]")).unwrap();
    let changed = quick("2");
    assert_eq!(changed.status.code(), Some(1));
    let stderr = stderr(&changed);
    assert!(
        stderr.contains("[50,51]")
            && stderr.contains("[50,50]")
            && declared
                .cases
                .iter()
                .any(|case| stderr.contains(&format!("{:?}", case.name))),
        "{stderr}"
    );
    assert_eq!(stderr.lines().count(), 1, "{stderr}");
}

#[test]
fn what_lacks_its_data_is_named_and_the_rest_is_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::create_dir(path("empty")).unwrap();
    let words = [
        "run",
        "mnist-64-32",
        "runge-vs-ols",
        "--trials",
        "1",
        "--offline",
    ];
    let output = study(
        &[
            &words[..],
            &["--data-dir", &path("empty"), "--out", &path("out")],
        ]
        .concat(),
    );
    assert_eq!(output.status.code(), Some(1));
    let stderr = stderr(&output);
    assert!(
        stderr.contains("mnist-64-32 was skipped: mnist was not found"),
        "{stderr}"
    );
    let there = trials(&folder.path().join("out/runge-vs-ols")).len();
    assert_eq!(there, declared("runge-vs-ols").cases.len());
    assert!(!folder.path().join("out/mnist-64-32").exists());
}

#[test]
fn wrong_usage_is_one_sentence() {
    for (words, sentence) in [
        (&["run", "xor-trails"][..], "did you mean xor-trials?"),
        (&["run", "xor-trials", "--trials", "0"], "--trials"),
        (&["run", "xor-trials", "--threads", "1025"], "--threads"),
        (&["run", "all", "xor-trials"], "stands for every study"),
        (&["run"], "NAME"),
    ] {
        let output = study(words);
        let stderr = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{words:?}: {stderr}");
        assert!(
            stderr.contains(sentence) && stderr.lines().count() == 1,
            "{words:?}: {stderr}"
        );
    }
    let folder = tempfile::tempdir().unwrap();
    let empty = study(&["report", "--out", &folder.path().display().to_string()]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(
        stderr(&empty).contains("holds no study"),
        "{}",
        stderr(&empty)
    );
}

#[test]
fn the_list_fits_a_terminal_and_a_script() {
    let output = study(&["list"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        text.lines().all(|line| line.chars().count() <= 80),
        "{text}"
    );
    assert!(text.contains("xor-trials"), "{text}");
    let output = study(&["list", "--json"]);
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(
            line["name"].is_string() && line["minutes"].is_number(),
            "{line}"
        );
    }
}

#[cfg(unix)]
#[test]
fn ctrl_c_says_how_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().display().to_string();
    let child = command(&[
        "run",
        "xor-trials",
        "--trials",
        "200",
        "--threads",
        "1",
        "--out",
        &out,
    ])
    .stderr(std::process::Stdio::piped())
    .spawn()
    .unwrap();
    let at = folder.path().join("xor-trials");
    let start = Instant::now();
    while lines(&at) < 2 && start.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(2));
    }
    let pressed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(pressed.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    let stderr = stderr(&output);
    assert!(
        stderr.contains("repeat the command to continue"),
        "{stderr}"
    );
    assert!(trials(&at).len() >= 2);
}
