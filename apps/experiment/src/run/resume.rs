//! Going on with a run that was interrupted, or that is to be longer.
//!
//! All that a run needs stands in its folder: `config.toml` has its settings, `checkpoint/state.safetensors` the state after
//! its last whole epoch, `history.jsonl` a line for each epoch. Lines beyond the checkpoint are of an epoch that is done
//! again.

use std::fs;
use std::path::{Path, PathBuf};

use autograd::Real;
use nn::{Trainer, checkpoint};
use records::{EpochRecord, RunFolder, read_history};

use super::plan::Plan;
use crate::error::AppError;
use crate::progress::Progress;

/// The state of a run after an epoch, below its folder.
const STATE: &str = "checkpoint/state.safetensors";

/// Where the state of a run is written; makes its folder.
pub(super) fn state_file(folder: &RunFolder) -> Result<PathBuf, AppError> {
    let path = folder.join(STATE);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .map_err(|e| AppError::while_doing("cannot make the folder of checkpoints", e))?;
    }
    Ok(path)
}

/// The run that `--resume` names.
pub(super) struct Interrupted {
    folder: PathBuf,
    /// It was finished once, and is to be longer.
    finished: bool,
    /// The number of epochs that it was to have.
    epochs: u64,
}

impl Interrupted {
    /// The run that is to go on, if the flags name one.
    ///
    /// # Errors
    /// If its settings cannot be read.
    pub(super) fn named(plan: &Plan<'_>) -> Result<Option<Self>, AppError> {
        let Some(folder) = plan.options.resume.clone() else {
            return Ok(None);
        };
        let config = folder.join("config.toml");
        let damaged =
            || AppError::Failure(format!("{} does not say how many epochs", config.display()));
        let text = fs::read_to_string(&config).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", config.display()), e)
        })?;
        let table: toml::Table = text.parse().map_err(|_| damaged())?;
        let epochs = table.get("epochs").and_then(toml::Value::as_integer);
        let epochs = epochs
            .and_then(|n| u64::try_from(n).ok())
            .ok_or_else(damaged)?;
        Ok(Some(Self {
            finished: folder.join("metrics.json").is_file(),
            folder,
            epochs,
        }))
    }

    /// Its folder.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opens the folder, and changes nothing in it.
    ///
    /// # Errors
    /// If the total was changed where the course of training depends on it, or the folder cannot be written to.
    pub(super) fn open(&self, plan: &Plan<'_>) -> Result<RunFolder, AppError> {
        let total = plan.experiment.training.epochs;
        let schedule = plan.experiment.training.config.schedule;
        if total != self.epochs && schedule.depends_on_total() {
            return Err(AppError::Failure(format!(
                "{} was to have {} epochs, and its schedule, {schedule}, depends on that; it cannot have {total}",
                self.folder.display(),
                self.epochs
            )));
        }
        Ok(RunFolder::open(&self.folder)?)
    }

    /// Begins to change the folder, once everything in it has been read and found in order: a run that was finished is so
    /// no longer, and its settings become those of the plan.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub(super) fn go_on(&self, folder: &RunFolder, plan: &Plan<'_>) -> Result<(), AppError> {
        if self.finished {
            folder.unfinish()?;
        }
        Ok(folder.write("config.toml", plan.config())?)
    }

    /// Brings a fresh trainer to where the run was, and returns the epochs that are done.
    ///
    /// # Errors
    /// If checkpoint and history cannot be read, do not belong together, or are of more epochs than there shall be.
    pub(super) fn restore<T: Real>(
        &self,
        folder: &RunFolder,
        trainer: &mut Trainer<T>,
        total: u64,
        progress: &dyn Progress,
    ) -> Result<Vec<EpochRecord>, AppError> {
        let state = folder.join(STATE);
        if !state.is_file() {
            progress.say(&format!(
                "{} has no checkpoint yet; the run starts afresh",
                self.folder.display()
            ));
            return Ok(Vec::new());
        }
        checkpoint::load(&state, trainer).map_err(AppError::failure)?;
        let done = trainer.epochs();
        if done > total {
            return Err(AppError::Failure(format!(
                "{} has done {done} epochs already; give --epochs as the total, {done} or more",
                self.folder.display()
            )));
        }
        let history = history(&folder.join("history.jsonl"), done)?;
        progress.say(&format!(
            "{}: going on after {done} of {total} epochs",
            self.folder.display()
        ));
        Ok(history)
    }
}

/// The lines of the first `done` epochs.
fn history(path: &Path, done: u64) -> Result<Vec<EpochRecord>, AppError> {
    let records = read_history(path, usize::try_from(done).unwrap_or(usize::MAX))?;
    let in_order = records.iter().zip(1..).all(|(r, epoch)| r.epoch == epoch);
    if records.len() as u64 != done || !in_order {
        return Err(AppError::Failure(format!(
            "{} does not have a line for each of the {done} epochs of the checkpoint beside it",
            path.display()
        )));
    }
    Ok(records)
}

/// The folder of a run that is to go on though it is finished and not to be longer.
///
/// # Errors
/// If the run's files cannot be read.
pub fn nothing_left(plan: &Plan<'_>) -> Result<Option<PathBuf>, AppError> {
    let Some(run) = Interrupted::named(plan)? else {
        return Ok(None);
    };
    let longer = plan.experiment.training.epochs > run.epochs;
    Ok((run.finished && !longer).then_some(run.folder))
}
