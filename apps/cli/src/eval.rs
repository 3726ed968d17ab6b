//! `eval` and `predict`: a finished run evaluated on its test rows, or asked about other rows.

use std::fmt::Display;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use autograd::Real;
use clap::Args;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::run::{Answering, Task};
use experiment::threads::on_threads;
use inspection::eval::test_figures;
use inspection::input_rows::{FileRows, Input};
use inspection::predict::Predictor;
use serde::Serialize;

use crate::app::{self, print_line, refuse_existing};
use crate::flags::LookFlags;

/// The flags of `eval`.
#[derive(Args, Clone, Debug)]
pub struct EvalFlags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    #[command(flatten)]
    look: LookFlags,
}

/// The flags of `predict`.
#[derive(Args, Clone, Debug)]
pub struct PredictFlags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    /// Images (PNG, JPEG) or CSV files with a row a line; - reads a CSV file from standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Write a table of the predictions, with probabilities, instead of printing them
    #[arg(long, value_name = "FILE.csv", conflicts_with = "json")]
    out: Option<PathBuf>,

    /// Overwrite the file of --out
    #[arg(long, requires = "out")]
    force: bool,

    /// Print a line of JSON a file
    #[arg(long)]
    json: bool,
}

/// Prints the figures of the test rows of a run.
///
/// # Errors
/// If the run is not one, its data cannot be had any more, or the figures, which are printed all the same, are not finite.
pub(crate) fn run<K: Task>(flags: &EvalFlags) -> Result<(), AppError> {
    let config = ModelConfig::read(&flags.run)?;
    on_threads(flags.look.threads, || match config.is_f64() {
        true => print::<K, f64>(flags, config),
        false => print::<K, f32>(flags, config),
    })
}

fn print<K: Task, T: Real>(flags: &EvalFlags, config: ModelConfig) -> Result<(), AppError> {
    let found = test_figures::<K, T>(&flags.run, config, &flags.look.source())?;
    if flags.look.json {
        let text = serde_json::to_string_pretty(&found.figures)
            .map_err(|e| AppError::while_doing("cannot write the figures", e))?;
        print_line(text)?;
    } else {
        print_line(format_args!("test rows    {}", found.rows))?;
        for (name, value) in found.main {
            print_line(format_args!("{name:12} {value}"))?;
        }
    }
    let figures = [
        K::main_score(&found.figures),
        K::tie_breaker(&found.figures),
    ];
    match figures.into_iter().flatten().all(f64::is_finite) {
        true => Ok(()),
        false => Err(AppError::Failure(
            "figures of the test rows are not finite: the network's outputs are NaN or too large"
                .to_owned(),
        )),
    }
}

/// What is said of the rows of a file.
#[derive(Serialize)]
struct Answer<'a, R> {
    file: &'a str,
    rows: &'a [R],
    /// Rows without an answer, with the reason.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    refused: &'a [String],
}

/// Says what a run's model makes of other rows: a line a file with `--json`, else a line a row.
///
/// # Errors
/// If the run is not one, a file does not fit its model, or rows have no answer or none that is finite; the others are
/// answered all the same.
pub(crate) fn predict<K: Answering>(flags: &PredictFlags) -> Result<(), AppError> {
    let config = ModelConfig::read(&flags.run)?;
    on_threads(Some(1), || match config.is_f64() {
        true => predict_with::<K, f64>(flags, &config),
        false => predict_with::<K, f32>(flags, &config),
    })
}

fn predict_with<K: Answering, T: Real>(
    flags: &PredictFlags,
    config: &ModelConfig,
) -> Result<(), AppError> {
    if let Some(out) = &flags.out {
        refuse_existing(out, flags.force, "--out")?;
    }
    let predictor = Predictor::<K, T>::load(&flags.run, config)?;
    // Every file is read before the first answer: an error leaves no half-done list.
    let files: Vec<(String, FileRows)> = flags
        .files
        .iter()
        .map(|file| {
            let input = input(file)?;
            Ok((input.name().display().to_string(), predictor.read(&input)?))
        })
        .collect::<Result<_, AppError>>()?;
    let (mut refused, mut endless) = (0, 0);
    let mut answers = Vec::new();
    for (file, rows) in &files {
        for warning in &rows.warnings {
            app::warn(format_args!("{file}: {warning}"));
        }
        for reason in &rows.refused {
            app::warn(format_args!("{file}: {reason}; this row has no answer"));
        }
        refused += rows.refused.len();
        let found = predictor.answers(&rows.rows);
        let lines = not_finite(predictor.task(), rows, &found);
        if let Some(line) = lines.first() {
            app::warn(format_args!(
                "{file}:{line}: the answer is not finite, as {} of {} in this file",
                lines.len(),
                found.len()
            ));
        }
        endless += lines.len();
        answers.push((file.clone(), rows, found));
    }
    match &flags.out {
        Some(out) => {
            records::write_atomically(out, &predictor.csv(&answers))?;
        }
        None => print_answers(&answers, flags.json)?,
    }
    let problems = [
        counted(refused, "a row has no answer", "rows have no answer"),
        counted(
            endless,
            "an answer is not finite: NaN, or too large for the network's precision",
            "answers are not finite: NaN, or too large for the network's precision",
        ),
    ];
    let problems: Vec<String> = problems.into_iter().flatten().collect();
    match problems.is_empty() {
        true => Ok(()),
        false => Err(AppError::Failure(problems.join("; "))),
    }
}

/// The lines of the rows whose answers have a number that is not finite.
fn not_finite<K: Answering>(task: &K, rows: &FileRows, answers: &[K::Answer]) -> Vec<u64> {
    let finite = |answer: &K::Answer| task.numbers(answer).into_iter().all(f64::is_finite);
    let lines = rows.lines.iter().zip(answers);
    lines
        .filter(|(_, answer)| !finite(answer))
        .map(|(line, _)| *line)
        .collect()
}

/// A sentence on so many things; `None` of none.
fn counted(count: usize, one: &str, many: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(one.to_owned()),
        n => Some(format!("{n} {many}")),
    }
}

/// A file, or what comes on standard input.
fn input(file: &Path) -> Result<Input, AppError> {
    if file != Path::new("-") {
        return Ok(Input::File(file.to_owned()));
    }
    let mut bytes = Vec::new();
    io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|e| AppError::while_doing("cannot read standard input", e))?;
    Ok(Input::Bytes("standard input".into(), bytes))
}

/// Prints a line a row, or a line of JSON a file.
fn print_answers<A: Display + Serialize>(
    answers: &[(String, &FileRows, Vec<A>)],
    json: bool,
) -> Result<(), AppError> {
    for (file, rows, answers) in answers {
        if json {
            let answer = Answer {
                file,
                rows: answers,
                refused: &rows.refused,
            };
            let line = serde_json::to_string(&answer)
                .map_err(|e| AppError::while_doing("cannot write the answer", e))?;
            print_line(line)?;
            continue;
        }
        let several = answers.len() + rows.refused.len() > 1;
        for (line, row) in rows.lines.iter().zip(answers) {
            match several {
                true => print_line(format_args!("{file}:{line}: {row}"))?,
                false => print_line(format_args!("{file}: {row}"))?,
            }
        }
    }
    Ok(())
}
