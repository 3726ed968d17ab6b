//! A finished run with all that it was about: its model, and the data as it was split and scaled then.

use std::fmt::Display;
use std::path::Path;

use autograd::Real;
use datasets::Request;
use nn::Model;

use super::{Prepared, Task};
use crate::card::Card;
use crate::data;
use crate::error::AppError;
use crate::flags::LookFlags;
use crate::progress::Console;
use crate::records;

/// A finished run in memory.
pub struct Saved<K: Task, T: Real> {
    /// What defines the model.
    pub card: Card,
    /// What was learned.
    pub task: K,
    /// The model with its weights.
    pub model: Model<T>,
    /// The data it was trained on, with the model's scales.
    pub data: Prepared,
}

impl<K: Task, T: Real> Saved<K, T> {
    /// Reads the run in a folder; `card` is what stands [there](Card::read). `T` is to be the card's precision.
    ///
    /// # Errors
    /// If the run is for another task, its weights cannot be read, or its data cannot be had any more.
    pub fn load(run: &Path, card: Card, look: &LookFlags) -> Result<Self, AppError> {
        let task = K::of_card(&card)?;
        let model = card.trained::<T>(run)?;
        let name = data_name(run, &card)?;
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
                    records::Task::Classification => "classes",
                    records::Task::Reconstruction => "pictures",
                    records::Task::Regression => "targets",
                }
            )));
        }
        let data = Prepared::of_card(data, &card);
        Ok(Self {
            card,
            task,
            model,
            data,
        })
    }
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

impl From<records::Task> for datasets::Task {
    fn from(task: records::Task) -> Self {
        match task {
            // Pictures are sorted into classes, though only what looks at codes asks for them.
            records::Task::Classification | records::Task::Reconstruction => Self::Classification,
            records::Task::Regression => Self::Regression,
        }
    }
}
