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

use crate::app::{self, print_line};
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
/// If the run is not one, or its data cannot be had any more.
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
        return print_line(text);
    }
    print_line(format_args!("test rows    {}", found.rows))?;
    for (name, value) in found.main {
        print_line(format_args!("{name:12} {value}"))?;
    }
    Ok(())
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
/// If the run is not one, or a file does not fit its model.
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
    if let Some(out) = flags
        .out
        .as_ref()
        .filter(|out| out.exists() && !flags.force)
    {
        return Err(AppError::Failure(format!(
            "{} exists; choose another --out, or overwrite it with --force",
            out.display()
        )));
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
    let mut refused = 0;
    let mut answers = Vec::new();
    for (file, rows) in &files {
        for warning in &rows.warnings {
            app::warn(format_args!("{file}: {warning}"));
        }
        for reason in &rows.refused {
            app::warn(format_args!("{file}: {reason}; this row has no answer"));
        }
        refused += rows.refused.len();
        answers.push((file.clone(), rows, predictor.answers(&rows.rows)));
    }
    match &flags.out {
        Some(out) => {
            records::write_atomically(out, &predictor.csv(&answers))?;
        }
        None => print_answers(&answers, flags.json)?,
    }
    match refused {
        0 => Ok(()),
        1 => Err(AppError::Failure("a row has no answer".to_owned())),
        n => Err(AppError::Failure(format!("{n} rows have no answer"))),
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
