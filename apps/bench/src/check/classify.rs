//! The time per step that `classify` reports, beside that of the same network here.

use std::path::{Path, PathBuf};
use std::process::Command;

use cli::Console;
use experiment::AppError;
use serde::Deserialize;

use super::Finding;
use crate::timing::Repetitions;
use crate::workloads::named;

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
/// Rounds of one attempt, classify and ours in turns; the fastest of each in all attempts counts.
const ROUNDS: usize = 5;
/// Tolerated difference.
const TOLERANCE: f64 = 0.15;

/// Both, and their fastest times so far.
pub(super) struct Pair {
    classify: PathBuf,
    threads: usize,
    ours: Repetitions,
    /// Microseconds a step: classify's and ours.
    fastest: [f64; 2],
}

impl Pair {
    /// Finds classify beside this program.
    pub(super) fn new(threads: usize) -> Result<Self, AppError> {
        Ok(Self {
            classify: neighbor("classify")?,
            threads,
            ours: Repetitions::new(named(WORKLOAD)?.prepare().engine),
            fastest: [f64::INFINITY; 2],
        })
    }

    /// Measures some rounds more.
    pub(super) fn attempt(&mut self, console: &Console) -> Result<Finding, AppError> {
        for round in 1..=ROUNDS {
            let measured = microseconds_of(&self.classify, self.threads)?;
            console.say(format_args!(
                "round {round} of {ROUNDS}: classify {measured:.2} us per step"
            ));
            let [theirs, ours] = self.fastest;
            let ours = (0..3).map(|_| self.ours.run()).fold(ours, f64::min);
            self.fastest = [theirs.min(measured), ours];
        }
        let [theirs, ours] = self.fastest;
        let ratio = theirs / ours;
        Ok(Finding {
            figures: format!(
                "classify takes {theirs:.2} us per step, {WORKLOAD} {ours:.2} us: ratio {ratio:.3}, \
                 between {:.2} and {:.2} pass",
                1.0 - TOLERANCE,
                1.0 + TOLERANCE
            ),
            passes: (ratio - 1.0).abs() <= TOLERANCE,
        })
    }
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
