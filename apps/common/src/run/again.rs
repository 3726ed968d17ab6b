//! A finished run taken up again: judged on its test rows, or asked about other rows.

use std::fmt::Display;
use std::path::{Path, PathBuf};

use autograd::Real;
use autograd::data::{Rows, Targets};
use clap::Args;
use datasets::Request;
use nn::{Examples, Model, evaluate};
use serde::Serialize;

use super::{Answering, Prepared, Task, on_threads, rows_of};
use crate::app::print_line;
use crate::card::Card;
use crate::data;
use crate::error::AppError;
use crate::flags::LookFlags;
use crate::progress::Console;

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
        "f64" => judge::<K, f64>(flags, &card),
        _ => judge::<K, f32>(flags, &card),
    })
}

/// A run's model, with the data that it was trained on.
pub struct TakenUp<K: Task, T: Real> {
    /// What was learned.
    pub task: K,
    /// The network.
    pub model: Model<T>,
    /// From which data, divided as it was in training.
    pub data: Prepared,
}

/// Loads the model of a finished run and its data. `card` is that of the run.
///
/// # Errors
/// If the run learned something else, or its data cannot be had any more.
pub fn take_up<K: Task, T: Real>(
    run: &Path,
    card: &Card,
    look: &LookFlags,
) -> Result<TakenUp<K, T>, AppError> {
    let task = K::of_card(card)?;
    let model = card.trained::<T>(run)?;
    let name = data_name(run, card)?;
    let data = data::load(
        &card.request(&name, K::KIND.into())?,
        card.partition()?,
        look.data_dir.clone(),
        look.offline,
        Console::new(look.quiet),
    )?;
    if data.set.part.inputs.row_len() != card.network.inputs {
        return Err(AppError::Failure(format!(
            "rows of {name} have {} numbers and the model takes {}",
            data.set.part.inputs.row_len(),
            card.network.inputs
        )));
    }
    if !task.fits(&data) {
        return Err(AppError::Failure(format!(
            "{name} has other {} than the model was trained on",
            match K::KIND {
                crate::records::Task::Classification => "classes",
                crate::records::Task::Reconstruction => "pictures",
                crate::records::Task::Regression => "targets",
            }
        )));
    }
    Ok(TakenUp {
        data: Prepared::new(data, card),
        task,
        model,
    })
}

fn judge<K: Task, T: Real>(flags: &JudgeFlags, card: &Card) -> Result<(), AppError> {
    let TakenUp { task, model, data } = take_up::<K, T>(&flags.run, card, &flags.look)?;
    let test = &data.data.test;
    let found = evaluate(&model, data.examples(), test, task.loss());
    let penalty = card.penalty(&model.params, data.data.train.len());
    let figures = task.judge(&data, test, &found, penalty);
    if flags.look.json {
        let text = serde_json::to_string_pretty(&figures)
            .map_err(|e| AppError::while_doing("cannot write the figures", e))?;
        return print_line(text);
    }
    print_line(format_args!("test rows    {}", test.len()))?;
    for (name, value) in task.main_figures(&figures) {
        print_line(format_args!("{name:12} {value}"))?;
    }
    Ok(())
}

/// The data's name as it was given: a card has no more than the kind of a file.
fn data_name(run: &Path, card: &Card) -> Result<String, AppError> {
    let file = run.join("metrics.json");
    let damaged =
        |e: &dyn Display| AppError::Failure(format!("cannot understand {}: {e}", file.display()));
    let text = std::fs::read_to_string(&file)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", file.display()), e))?;
    let metrics: serde_json::Value = serde_json::from_str(&text).map_err(|e| damaged(&e))?;
    let name = metrics["data"].as_str().unwrap_or_default();
    match name.split_once(':') {
        Some((kind, _)) if kind == card.data.name => Ok(name.to_owned()),
        _ => Ok(card.data.name.clone()),
    }
}

impl Card {
    /// The data that the model was trained on, under the name by which it is to be had.
    ///
    /// # Errors
    /// If there is none of that name, or it cannot be asked for as the card says.
    fn request(&self, name: &str, task: datasets::Task) -> Result<Request, AppError> {
        let request = Request {
            targets: self.data.target.clone(),
            n: self.data.n,
            noise: self.data.noise,
            seed: self.training["seed"].as_u64().unwrap_or_default(),
            ..Request::new(data::spec(name)?, task)
        };
        request
            .check()
            .map_err(|e| AppError::while_doing("the model's data is damaged", e))?;
        Ok(request)
    }
}

impl From<crate::records::Task> for datasets::Task {
    fn from(task: crate::records::Task) -> Self {
        match task {
            // Pictures are sorted into classes, though only what looks at codes asks for them.
            crate::records::Task::Classification | crate::records::Task::Reconstruction => {
                Self::Classification
            }
            crate::records::Task::Regression => Self::Regression,
        }
    }
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
        let examples = Examples {
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
