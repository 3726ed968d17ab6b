//! Running, being killed, going on.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::{command, stderr, study, trials};

/// The declaration of a study.
fn declared(name: &str) -> study_core::study::Study {
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
    // Six of each of nine cases.
    assert_eq!(a.len(), 54);
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
    let due = |asked: usize, quick: bool| -> usize {
        let of = |case| declared.trials_of(case, Some(asked), quick);
        declared.cases.iter().map(of).sum()
    };
    assert!(due(1, true) < due(2, true));
    assert!(quick("1").status.success());
    let at = folder.path().join("quick/runge-vs-ols");
    let first = trials(&at);
    assert_eq!(first.len(), due(1, true));
    assert!(quick("2").status.success());
    let both = trials(&at);
    assert_eq!(both.len(), due(2, true));
    assert!(first.iter().all(|(key, line)| both.get(key) == Some(line)));
    assert!(quick("1").status.success(), "fewer leave what is there");
    assert_eq!(trials(&at).len(), due(2, true));

    // A full run has a folder of its own, and says what it found.
    let full = study(&["run", "runge-vs-ols", "--trials", "1", "--out", &out]);
    assert!(full.status.success(), "{}", stderr(&full));
    assert!(
        stderr(&full).contains("runge-vs-ols: 0 of"),
        "{}",
        stderr(&full)
    );
    assert!(stderr(&full).contains("report.html"), "{}", stderr(&full));
    let all = trials(&folder.path().join("runge-vs-ols"));
    assert_eq!(all.len(), due(1, false));
    let text = std::fs::read_to_string(folder.path().join("runge-vs-ols/study.json")).unwrap();
    for debug in ["Diagnostics {", "PerTrial", "Some("] {
        assert!(!text.contains(debug), "{debug} in {text}");
    }

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

#[test]
fn a_study_of_ones_own_is_a_file_and_a_command() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(
        path("mine.toml"),
        "data = \"digits\"\nhidden = [8]\nepochs = 2\n\n[study]\ntrials = 3\n\
         draw = [\"learning-curves\", \"gradient-norms\", \"dead-units\", \"boxes\", \"confusion\", \"table\"]\n\n\
         [factors]\nactivation = [\"relu\", \"tanh\"]\n",
    )
    .unwrap();
    let ran = study(&["run", &path("mine.toml"), "--out", &path("out")]);
    assert!(ran.status.success(), "{}", stderr(&ran));
    let at = folder.path().join("out/mine");
    assert_eq!(trials(&at).len(), 6);
    let read = |name: &str| std::fs::read_to_string(at.join(name)).unwrap();
    let page = read("report.html");
    for part in [
        "Training loss",
        "Validation accuracy",
        "Gradient norm per layer",
        "Test accuracy",
        "tanh",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("Measured at unknown"));
    let history = read("history.csv");
    assert!(
        history.starts_with("case,activation,trial,epoch,"),
        "{history}"
    );
    assert_eq!(history.lines().count(), 1 + 2 * 3 * 2);
    // Two layers of weights, before training and after each of two epochs.
    let layers = read("layers.csv");
    assert_eq!(layers.lines().count(), 1 + 2 * 3 * 3 * 2, "{layers}");
    assert_eq!(read("trials.csv").lines().count(), 1 + 6);
    let figures = std::fs::read_dir(at.join("figures")).unwrap();
    let names: Vec<String> = figures
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .collect();
    let count = |end: &str| names.iter().filter(|name| name.ends_with(end)).count();
    assert!(
        count(".svg") >= 10 && count(".svg") == count(".csv"),
        "{names:?}"
    );
}

#[test]
fn without_a_command_the_usage_is_shown() {
    let output = study(&[]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("Usage: study"),
        "{text}"
    );
    assert!(text.lines().count() > 5, "{text}");
}
