//! A finished run taken up again: judged on its test rows, or asked about other rows.

use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use datasets::{Rows, Targets};
use nn::{DataView, evaluate};
use serde::Serialize;

use super::{Answering, Saved, Task, on_threads, rows_of};
use crate::app::print_line;
use crate::card::Card;
use crate::error::AppError;
use crate::flags::LookFlags;

/// The flags of `eval`.
#[derive(Args, Clone, Debug)]
pub struct JudgeFlags {
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

    /// Pictures (PNG, JPEG) or CSV files with a row of numbers a line
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,

    /// Print a line of JSON a file
    #[arg(long)]
    json: bool,
}

/// Prints the figures of the test rows of a run.
///
/// # Errors
/// If the run is not one, or its data cannot be had any more.
pub fn judge_again<K: Task>(flags: &JudgeFlags) -> Result<(), AppError> {
    let card = Card::read(&flags.run)?;
    on_threads(flags.look.threads, || match card.precision.as_str() {
        "f64" => judge::<K, f64>(flags, card),
        _ => judge::<K, f32>(flags, card),
    })
}

fn judge<K: Task, T: Real>(flags: &JudgeFlags, card: Card) -> Result<(), AppError> {
    let run = Saved::<K, T>::load(&flags.run, card, &flags.look)?;
    let test = &run.data.data.test;
    let found = evaluate(&run.model, run.data.examples(), test, run.task.loss());
    let rows = run.data.data.train.len();
    let penalty = run.card.penalty(&run.model.params, rows);
    let figures = run.task.judge(&run.data, test, &found, penalty);
    if flags.look.json {
        let text = serde_json::to_string_pretty(&figures)
            .map_err(|e| AppError::while_doing("cannot write the figures", e))?;
        return print_line(text);
    }
    print_line(format_args!("test rows    {}", test.len()))?;
    for (name, value) in run.task.main_figures(&figures) {
        print_line(format_args!("{name:12} {value}"))?;
    }
    Ok(())
}

/// What is said of the rows of a file.
#[derive(Serialize)]
struct Answer<R> {
    file: String,
    rows: Vec<R>,
}

/// Says what a run's model makes of other rows: a line a file with `--json`, else a line a row.
///
/// # Errors
/// If the run is not one, or a file does not fit its model.
pub fn predict<K: Answering>(flags: &PredictFlags) -> Result<(), AppError> {
    let card = Card::read(&flags.run)?;
    on_threads(Some(1), || match card.precision.as_str() {
        "f64" => predict_with::<K, f64>(flags, &card),
        _ => predict_with::<K, f32>(flags, &card),
    })
}

fn predict_with<K: Answering, T: Real>(flags: &PredictFlags, card: &Card) -> Result<(), AppError> {
    let task = K::of_card(card)?;
    let model = card.trained::<T>(&flags.run)?;
    // Every file is read before the first answer: an error leaves no half-done list.
    let inputs: Vec<Rows> = flags
        .files
        .iter()
        .map(|file| rows_of(file, card))
        .collect::<Result<_, _>>()?;
    for (file, inputs) in flags.files.iter().zip(&inputs) {
        // The loss is not looked at; any targets do.
        let targets = match &card.outputs {
            None => Targets::classes(vec![0; inputs.len()], card.rows.classes.len()),
            Some(_) => {
                let outputs = card.network.outputs;
                Targets::Values(Rows::reals64(&[outputs], vec![0.0; inputs.len() * outputs]))
            }
        };
        let all: Vec<u32> = (0..inputs.len() as u32).collect();
        let examples = DataView {
            inputs,
            targets: &targets,
        };
        let rows = task.answers(&evaluate(&model, examples, &all, task.loss()));
        let file = file.display().to_string();
        if flags.json {
            let line = serde_json::to_string(&Answer { file, rows })
                .map_err(|e| AppError::while_doing("cannot write the answer", e))?;
            print_line(line)?;
            continue;
        }
        let several = rows.len() > 1;
        for (i, row) in rows.iter().enumerate() {
            match several {
                true => print_line(format_args!("{file}:{}: {row}", i + 1))?,
                false => print_line(format_args!("{file}: {row}"))?,
            }
        }
    }
    Ok(())
}
