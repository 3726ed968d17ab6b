//! The folder of a sweep: a fresh one, or one in which the same sweep was begun.

use std::fs;
use std::path::{Path, PathBuf};

use experiment::data::Data;
use experiment::error::AppError;
use experiment::run::Plan;
use experiment::same_data;
use records::same_settings::{self, Settings};
use records::{Destination, RunFolder};
use settings::Search;

/// Settings that a sweep may go on with in another way: what comes out does not depend on them.
const FREE: [&str; 4] = ["threads", "data-dir", "offline", "refit"];

/// Where networks that go on in a later rung leave their state, below the folder.
const STATES: &str = "checkpoint";

/// The folder that holds the same sweep, if one was named that does.
///
/// # Errors
/// If it holds another.
pub(super) fn begun(plan: &Plan<'_>) -> Result<Option<PathBuf>, AppError> {
    let begun = |path: &PathBuf| path.join("config.toml").is_file();
    let Some(path) = destination(plan).named().filter(begun) else {
        return Ok(None);
    };
    if plan.options.force {
        return Ok(None);
    }
    refuse_another(&path, &plan.config())?;
    Ok(Some(path))
}

/// The folder of the run of a winner below that of its sweep: `best`, and for the winners of more choices `best-2` and so
/// on, counted from 1.
pub fn best(sweep: &Path, number: usize) -> PathBuf {
    sweep.join(match number {
        1 => "best".to_owned(),
        n => format!("best-{n}"),
    })
}

/// A new folder for the sweep. Winners of another that it replaces are removed with that.
pub(super) fn fresh(plan: &Plan<'_>, data: &Data) -> Result<RunFolder, AppError> {
    let folder = RunFolder::create(&destination(plan))?;
    for number in 1.. {
        let winner = best(folder.path(), number);
        if !winner.join("config.toml").is_file() {
            break;
        }
        RunFolder::clear(&winner)?;
    }
    same_data::record(data, &folder)?;
    folder.write("config.toml", plan.config())?;
    Ok(folder)
}

/// Opens a folder in which the sweep goes on, and writes down what may have changed: more choices, another `--refit`.
pub(super) fn open(plan: &Plan<'_>, path: &Path) -> Result<RunFolder, AppError> {
    let folder = RunFolder::open(path)?;
    let config = plan.config();
    if fs::read_to_string(folder.join("config.toml")).is_ok_and(|was| was != config) {
        folder.write("config.toml", config)?;
    }
    Ok(folder)
}

/// Where the sweep is asked to write: `--resume` names its folder, too.
fn destination<'a>(plan: &Plan<'a>) -> Destination<'a> {
    let resumed = plan.options.resume.as_deref();
    Destination {
        out: resumed.or(plan.options.out.as_deref()),
        ..plan.destination()
    }
}

/// Refuses to go on with a folder whose settings are not these.
fn refuse_another(folder: &Path, config: &str) -> Result<(), AppError> {
    let path = folder.join("config.toml");
    let cannot = |e: &dyn std::fmt::Display| {
        AppError::Failure(format!("cannot read {}: {e}", path.display()))
    };
    let read = |text: &str| -> Result<Settings, AppError> {
        same_settings::of_toml(text, &FREE).ok_or_else(|| cannot(&"it is no TOML"))
    };
    let mut was = read(&fs::read_to_string(&path).map_err(|e| cannot(&e))?)?;
    let mut is = read(config)?;
    if let (Some(before), Some(now)) = (drawn(&was), drawn(&is))
        && before <= now
    {
        // The choices of before are the first of those of now.
        for settings in [&mut was, &mut is] {
            settings.retain(|(key, _)| key != "search");
        }
    }
    Ok(same_settings::refuse_another(folder, &was, &is)?)
}

/// The number of choices of a random search.
fn drawn(settings: &Settings) -> Option<usize> {
    let (_, text) = settings.iter().find(|(key, _)| key == "search")?;
    match text.trim_matches('"').parse() {
        Ok(Search::Random(count)) => Some(count),
        _ => None,
    }
}

/// The file of the state of a network that may go on in a later rung; makes its folder.
pub(super) fn state(
    folder: &RunFolder,
    (point, trial, fold): (usize, usize, usize),
) -> Result<PathBuf, AppError> {
    let states = folder.join(STATES);
    fs::create_dir_all(&states)
        .map_err(|e| AppError::while_doing("cannot make the folder of checkpoints", e))?;
    Ok(states.join(format!("{point}-{trial}-{fold}.safetensors")))
}

/// Removes the states of all choices but these.
pub(super) fn keep_states(folder: &RunFolder, points: &[usize]) -> Result<(), AppError> {
    let states = folder.join(STATES);
    let cannot = |e| AppError::while_doing(format_args!("cannot clear {}", states.display()), e);
    if !states.is_dir() {
        return Ok(());
    }
    if points.is_empty() {
        return fs::remove_dir_all(&states).map_err(cannot);
    }
    for entry in fs::read_dir(&states).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        let name = path.file_name().map(|name| name.to_string_lossy());
        let point = name.and_then(|name| name.split('-').next()?.parse().ok());
        if point.is_some_and(|point: usize| !points.contains(&point)) {
            fs::remove_file(&path).map_err(cannot)?;
        }
    }
    Ok(())
}
