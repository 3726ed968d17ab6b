//! Check that classify's steps take as long as the ones measured here, and that decayed weights cost no time.

use std::path::{Path, PathBuf};
use std::process::Command;

use autograd::ThreadPool;
use cli::Console;
use cli::app::print_line;
use experiment::AppError;
use serde::Deserialize;

use crate::pin;
use crate::timing::Repetitions;
use crate::workloads::{DECAYED, WORKLOADS, Workload};

/// The workload that classify repeats on the digits that come with it.
const WORKLOAD: &str = "digits_64_64_relu_adam_b32";
/// Flags that make classify train the same network in the same way.
const SAME: &[&str] = &[
    "--data=digits",
    "--hidden=64,64",
    "--activation=relu",
    "--optimizer=adam",
    "--lr=1e-3",
    "--batch-size=32",
    "--val-fraction=0",
    "--epochs=60",
    "--quiet",
];
/// Rounds, classify and ours in turns; the fastest of each counts.
const ROUNDS: usize = 5;
/// Tolerated ratio.
const TOLERANCE: f64 = 0.15;
/// Tolerated ratio of a step after decay to the same step with zeros, less 1.
const DECAYED_TOLERANCE: f64 = 0.3;

/// Measures both pairs.
///
/// # Errors
/// If classify differs by more than 15%, or is missing or fails; if decayed weights cost more than 30%.
pub(crate) fn run(threads: usize, quiet: bool) -> Result<(), AppError> {
    let classify = neighbor("classify")?;
    pin::to_processors(threads)?;
    let console = Console::new(quiet);
    let workload = named(WORKLOAD)?;
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    ThreadPool::new(threads).install(|| {
        let mut repetitions = Repetitions::new(workload.prepare().engine);
        for round in 1..=ROUNDS {
            let measured = microseconds_of(&classify, threads)?;
            theirs = theirs.min(measured);
            ours = (0..3).map(|_| repetitions.run()).fold(ours, f64::min);
            console.say(format_args!(
                "round {round} of {ROUNDS}: classify {measured:.2} us per step"
            ));
        }
        Ok::<_, AppError>(())
    })?;
    let ratio = theirs / ours;
    let figures = format!(
        "classify takes {theirs:.2} us per step, {WORKLOAD} {ours:.2} us: ratio {ratio:.3}"
    );
    if (ratio - 1.0).abs() > TOLERANCE {
        return Err(AppError::Failure(format!(
            "{figures}, which exceeds the tolerance of {:.0}%",
            100.0 * TOLERANCE
        )));
    }
    print_line(figures)?;
    decayed(threads)
}

fn named(name: &str) -> Result<&'static Workload, AppError> {
    WORKLOADS
        .iter()
        .find(|w| w.name == name)
        .ok_or_else(|| AppError::Failure(format!("there is no workload {name}")))
}

/// Compares a step after decay with the same step with zeros, in turns; the fastest of each counts.
fn decayed(threads: usize) -> Result<(), AppError> {
    let prepared = named(DECAYED)?.prepare();
    let zeros = prepared
        .floor
        .ok_or_else(|| AppError::Failure(format!("{DECAYED} has no step with zeros")))?;
    let (mut after, mut with_zeros) = (f64::INFINITY, f64::INFINITY);
    ThreadPool::new(threads).install(|| {
        let mut repetitions = [Repetitions::new(prepared.engine), Repetitions::new(zeros)];
        for _ in 0..5 * ROUNDS {
            after = after.min(repetitions[0].run());
            with_zeros = with_zeros.min(repetitions[1].run());
        }
    });
    let ratio = after / with_zeros;
    let figures = format!(
        "{DECAYED} takes {after:.2} us per step, with zeros {with_zeros:.2} us: ratio {ratio:.3}"
    );
    if ratio > 1.0 + DECAYED_TOLERANCE {
        return Err(AppError::Failure(format!(
            "{figures}, which exceeds the tolerance of {:.0}%",
            100.0 * DECAYED_TOLERANCE
        )));
    }
    print_line(figures)
}

/// Finds another program of the workspace in the folder of this one.
fn neighbor(name: &str) -> Result<PathBuf, AppError> {
    let own = std::env::current_exe()
        .map_err(|e| AppError::while_doing("cannot find this program's own file", e))?;
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let path = own.with_file_name(file);
    if path.is_file() {
        Ok(path)
    } else {
        Err(AppError::Failure(format!(
            "there is no {}: build it first, with cargo build --release -p {name}",
            path.display()
        )))
    }
}

/// Fields of `metrics.json`.
#[derive(Deserialize)]
struct Metrics {
    train_seconds: f64,
}

/// Fields of a line of `history.jsonl`.
#[derive(Deserialize)]
struct Epoch {
    step: u64,
}

/// Trains in a temporary folder; returns microseconds per step as classify reports them.
fn microseconds_of(classify: &Path, threads: usize) -> Result<f64, AppError> {
    let folder = tempfile::tempdir()
        .map_err(|e| AppError::while_doing("cannot create a temporary folder", e))?;
    let out = folder.path().join("run");
    let status = Command::new(classify)
        .args(SAME)
        .args(["--threads", &threads.to_string()])
        .arg("--out")
        .arg(&out)
        .status()
        .map_err(|e| {
            AppError::while_doing(format_args!("cannot start {}", classify.display()), e)
        })?;
    if !status.success() {
        return Err(AppError::Failure(format!(
            "{} failed: {status}",
            classify.display()
        )));
    }
    let metrics: Metrics = parse(&out.join("metrics.json"), |text| text)?;
    let last: Epoch = parse(&out.join("history.jsonl"), |text| {
        text.lines().last().unwrap_or_default()
    })?;
    Ok(metrics.train_seconds * 1e6 / last.step as f64)
}

/// A piece of a file as JSON.
fn parse<T: for<'a> Deserialize<'a>>(
    path: &Path,
    piece: impl Fn(&str) -> &str,
) -> Result<T, AppError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", path.display()), e))?;
    serde_json::from_str(piece(&text))
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", path.display()), e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let error = neighbor("no-such-app").unwrap_err().to_string();
        assert!(
            error.contains("cargo build --release -p no-such-app"),
            "{error}"
        );
    }

    #[test]
    fn the_last_line_of_a_history_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("history.jsonl");
        std::fs::write(
            &path,
            "{\"epoch\":1,\"step\":4}\n{\"epoch\":2,\"step\":8}\n",
        )
        .unwrap();
        let last = parse::<Epoch>(&path, |text| text.lines().last().unwrap_or_default());
        assert_eq!(last.unwrap().step, 8);
    }
}
