//! The folder of a sweep: a fresh one, or one in which the same sweep was begun.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use experiment::data::Data;
use experiment::error::AppError;
use experiment::run::Plan;
use experiment::same_data;
use records::same_settings::{self, Settings};
use records::{
    Destination, RunFolder, SHARDS, Shard, lock_folder, refuse_others, shard_folders, stranger,
    whole_of,
};
use serde::de::DeserializeOwned;
use settings::Search;

use crate::trials::{Extent, Trials};

/// Settings that a sweep may go on with in another way: what comes out does not depend on them.
pub(super) const FREE: [&str; 5] = ["threads", "data-dir", "offline", "refit", "shard"];

/// What may be in the folder of a sweep before its settings are: its shards, and the record of its data where a kill came in
/// between.
const BEFORE_SETTINGS: [&str; 2] = [SHARDS, same_data::FILE];

/// Where networks that go on in a later rung leave their state, below the folder.
const STATES: &str = "checkpoint";

/// The folders in which the same sweep was begun: a whole one, and those of its shards.
#[derive(Debug, Default)]
pub(super) struct Begun {
    /// The folder of the whole, if it was begun there.
    pub(super) whole: Option<PathBuf>,
    /// The folders of shards.
    pub(super) shards: Vec<(Shard, PathBuf)>,
}

impl Begun {
    /// All of them, the whole one first.
    pub(super) fn folders(&self) -> impl Iterator<Item = &Path> {
        let shards = self.shards.iter().map(|(_, path)| path);
        self.whole.iter().chain(shards).map(PathBuf::as_path)
    }

    /// The networks that are finished, each by choice and trial, but for those in the folder of one shard.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub(super) fn held<E: DeserializeOwned>(
        &self,
        extent: Extent<'_>,
        without: Option<Shard>,
    ) -> Result<HashSet<(usize, usize)>, AppError> {
        let shards = self.shards.iter();
        let shards = shards.filter(|(shard, _)| Some(*shard) != without);
        let mut held = HashSet::new();
        for folder in self.whole.iter().chain(shards.map(|(_, path)| path)) {
            let done = Trials::read::<E>(folder, extent)?;
            held.extend(done.iter().map(|record| (record.point, record.trial)));
        }
        Ok(held)
    }

    /// The first of the folders whose settings are not these, with what differs in that and in these.
    ///
    /// # Errors
    /// If settings cannot be read.
    pub(super) fn other(&self, config: &str) -> Result<Option<(&Path, String, String)>, AppError> {
        for folder in self.folders() {
            if let Some((was, is)) = difference(folder, config)? {
                return Ok(Some((folder, was, is)));
            }
        }
        Ok(None)
    }

    /// The data that the sweep was begun with, as the first of the folders that has a record of it says.
    ///
    /// # Errors
    /// If a record cannot be read.
    pub(super) fn data(&self) -> Result<Option<same_data::Begun>, AppError> {
        for folder in self.folders() {
            if let Some(known) = same_data::Begun::read(folder)? {
                return Ok(Some(known));
            }
        }
        Ok(None)
    }
}

/// Where the sweep was begun in a folder.
///
/// # Errors
/// If a folder cannot be read.
pub(super) fn all_begun(out: &Path) -> Result<Begun, AppError> {
    let has_settings = |path: &Path| path.join("config.toml").is_file();
    let mut shards = shard_folders(out)?;
    shards.retain(|(_, path)| has_settings(path));
    let whole = has_settings(out).then(|| out.to_owned());
    Ok(Begun { whole, shards })
}

/// Where the same sweep was begun in a folder.
///
/// # Errors
/// If the folder holds another, or anything else.
pub(super) fn begun_in(out: &Path, config: &str) -> Result<Begun, AppError> {
    let begun = all_begun(out)?;
    if let Some((folder, was, is)) = begun.other(config)? {
        return Err(same_settings::another(folder, &was, &is).into());
    }
    // What came into the folder later hinders no shard: it is named where the whole is put together, before that is written.
    if begun.folders().next().is_none() {
        refuse_others(out, &BEFORE_SETTINGS)?;
    }
    Ok(begun)
}

/// The folder of the same sweep, and where it was begun, if a folder was named in which it was.
///
/// # Errors
/// If it holds another.
pub(super) fn begun(plan: &Plan<'_>) -> Result<Option<(PathBuf, Begun)>, AppError> {
    let Some(out) = destination(plan).named().filter(|_| !plan.options.force) else {
        return Ok(None);
    };
    if all_begun(&out)?.folders().next().is_none() {
        return Ok(None);
    }
    let begun = begun_in(&out, &plan.config())?;
    Ok(Some((out, begun)))
}

/// The folder of the whole sweep, and that of a shard of it.
///
/// # Errors
/// If the shard goes on from a folder that was moved.
pub(super) fn of_shard(plan: &Plan<'_>, shard: Shard) -> Result<(PathBuf, PathBuf), AppError> {
    if let Some(own) = &plan.options.resume {
        return Ok((whole_of(own, shard)?, own.clone()));
    }
    let out = destination(plan).named();
    // The settings are checked before anything is done with them.
    let out = out.unwrap_or_else(|| panic!("shard {shard} of a sweep has no folder"));
    let own = shard.folder(&out);
    Ok((out, own))
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
    let at = destination(plan);
    let replaced = at.named().map(|out| all_begun(&out)).transpose()?;
    let shards = replaced.map_or_else(Vec::new, |begun| begun.shards);
    // Shards that are replaced with the rest are not written to meanwhile.
    let locks: Vec<_> = shards
        .iter()
        .map(|(_, shard)| lock_folder(shard))
        .collect::<Result<_, _>>()?;
    let folder = RunFolder::create(&at)?;
    for ((_, shard), lock) in shards.iter().zip(locks) {
        RunFolder::clear(shard)?;
        drop(lock);
        // What is not a sweep's stays, here and beside it.
        let _ = fs::remove_dir(shard);
    }
    let _ = fs::remove_dir(folder.join(SHARDS));
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

/// Opens a folder in which the sweep goes on, and writes down what may have changed: more choices, another `--refit`. A
/// folder that has no settings yet, that of a shard or of shards, gets them, and before them the `record` of the data.
pub(super) fn open(
    plan: &Plan<'_>,
    path: &Path,
    record: impl FnOnce(&RunFolder) -> Result<(), AppError>,
) -> Result<RunFolder, AppError> {
    let at = path.join("config.toml");
    let folder = match at.is_file() {
        true => RunFolder::open(path)?,
        false => {
            fs::create_dir_all(path).map_err(|e| {
                AppError::while_doing(format_args!("cannot make the folder {}", path.display()), e)
            })?;
            let folder = RunFolder::open(path)?;
            if let Some(name) = stranger(path, &BEFORE_SETTINGS)? {
                return Err(AppError::Failure(format!(
                    "{} holds {name}, which is no part of a sweep; move it away",
                    path.display()
                )));
            }
            record(&folder)?;
            folder
        }
    };
    let config = plan.config();
    if fs::read_to_string(&at).map_or(true, |was| was != config) {
        folder.write("config.toml", config)?;
    }
    Ok(folder)
}

/// Where the sweep is asked to write: `--resume` names its folder, too.
pub(super) fn destination<'a>(plan: &Plan<'a>) -> Destination<'a> {
    let resumed = plan.options.resume.as_deref();
    Destination {
        out: resumed.or(plan.options.out.as_deref()),
        ..plan.destination()
    }
}

/// What differs between the settings of a folder and these; `None` if one sweep may go on with the other.
fn difference(folder: &Path, config: &str) -> Result<Option<(String, String)>, AppError> {
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
    Ok(same_settings::difference(&was, &is))
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
