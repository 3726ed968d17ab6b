//! Sweeps in shards: processes that train a part of the networks each, and what brings the parts together.
//!
//! A shard writes to a folder of its own below that of the sweep. Which networks it has follows from their numbers, so shards
//! need no word from each other; what the whole sweep or other shards have done before it begins is left out.

use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;

use autograd::Real;
use experiment::data::Data;
use experiment::error::AppError;
use experiment::run::{Plan, Task};
use experiment::same_data;
use ranks::World;
use records::{RunFolder, Shard, missing_pieces};
use serde::Serialize;
use serde::de::DeserializeOwned;
use settings::Point;

use crate::folder::{self, Begun};
use crate::summary::Summary;
use crate::trials::{Extent, TrialRecord, Trials};
use crate::{Sweep, Swept, finish, networks, trials_of};

/// Trains the networks of a shard, and says what there is to say of it; the root says it for all ranks. `task` says what is
/// learned from data.
///
/// # Errors
/// As for [`run`](fn@crate::run), and if a sibling was begun with other settings or data.
pub fn run_shard<K: Task, T: Real>(
    plan: &Plan<'_>,
    points: &[Point],
    shard: Shard,
    world: &World,
    task: impl Fn(&Data) -> Result<K, AppError>,
) -> Result<String, AppError> {
    let (out, own) = folder::of_shard(plan, shard)?;
    let begun = folder::begun_in(&out, &plan.config())?;
    let known = begun.data()?;
    let sweep = Sweep::prepare(plan, points, task, known.as_ref())?;
    world.agree(|| sweep.settings())?;
    if !world.is_root() {
        return sweep.help::<T>(world).map(|()| String::new());
    }
    let data = &sweep.data[0].0;
    let folder = folder::open(plan, &own, |folder| same_data::record(data, folder))?;
    if let Some(warning) = folder.shared() {
        plan.progress.warn(&warning);
    }
    let elsewhere = begun.held::<K::Figures>(sweep.extent(), Some(shard))?;
    data.say(plan.progress.as_ref());
    let all = networks(0..points.len(), sweep.trials);
    let numbered = all.iter().copied().enumerate();
    let dealt = numbered.filter(|(number, _)| shard.has(*number));
    let dealt: Vec<_> = dealt.map(|(_, network)| network).collect();
    let mine = dealt.iter().filter(|one| !elsewhere.contains(*one));
    let mine: Vec<_> = mine.copied().collect();
    sweep.train::<T>(&folder, 0, &mine, world)?;
    let others = match dealt.len() - mine.len() {
        0 => String::new(),
        held => format!(", {held} of which were done elsewhere"),
    };
    Ok(format!(
        "{}: shard {shard} is done, {} of {} networks{others}; {} merge {} combines all shards",
        own.display(),
        dealt.len(),
        all.len(),
        plan.program(),
        out.display()
    ))
}

/// Brings the shards of a sweep together, and sums up. Nothing is trained, and no data is read.
///
/// # Errors
/// If they are of different sweeps or data, a network is missing, or the folder cannot be written to.
pub fn merge<K: Task>(plan: &Plan<'_>, points: &[Point]) -> Result<Swept, AppError> {
    let out = folder::destination(plan).named().unwrap_or_default();
    let begun = folder::all_begun(&out)?;
    if let Some((other, was, is)) = begun.other(&plan.config())? {
        return Err(AppError::Failure(format!(
            "{} has {was}, but another shard of {} has {is}; shards of one sweep have the same settings",
            other.display(),
            out.display()
        )));
    }
    let data = same_record(&begun)?;
    let trials = trials_of(plan);
    let all = networks(0..points.len(), trials);
    let extent = Extent::of(plan, points);
    let held = begun.held::<K::Figures>(extent, None)?;
    let is_held = |number: usize| held.contains(&all[number]);
    if let Some(lacking) = missing_pieces(&begun.shards, 0..all.len(), is_held, "networks") {
        return Err(AppError::Failure(format!("{}: {lacking}", out.display())));
    }
    let folder = folder::open(plan, &out, |folder| match &data {
        Some(content) => Ok(folder.write(same_data::FILE, content)?),
        None => Ok(()),
    })?;
    if let Some(warning) = folder.shared() {
        plan.progress.warn(&warning);
    }
    take_over::<K::Figures>(&folder, extent, &begun.shards)?;
    let (_, records) = Trials::open::<K::Figures>(&folder, extent)?;
    let summary = Summary::of::<K>(points, &records, trials, plan.options);
    finish(plan, points, &summary, &folder)
}

/// Writes those networks of shards that a whole sweep has not into its file, in the order of the sweep. Returns how many.
pub(super) fn take_over<E: Serialize + DeserializeOwned>(
    folder: &RunFolder,
    extent: Extent<'_>,
    shards: &[(Shard, PathBuf)],
) -> Result<usize, AppError> {
    let (mut file, done) = Trials::open::<E>(folder, extent)?;
    let key = |record: &TrialRecord<E>| (record.point, record.trial);
    let mut known: HashSet<_> = done.iter().map(key).collect();
    let mut taken = Vec::new();
    for (_, shard) in shards {
        let records = Trials::read::<E>(shard, extent)?;
        taken.extend(
            records
                .into_iter()
                .filter(|record| known.insert(key(record))),
        );
    }
    taken.sort_by_key(key);
    for record in &taken {
        file.append(record)?;
    }
    Ok(taken.len())
}

/// The record of the data that all folders were begun with, as it stands in their files; `None` if there is none.
///
/// # Errors
/// If they are not the same.
fn same_record(begun: &Begun) -> Result<Option<Vec<u8>>, AppError> {
    let mut found: Option<(&std::path::Path, Vec<u8>)> = None;
    for folder in begun.folders() {
        let path = folder.join(same_data::FILE);
        if !path.is_file() {
            continue;
        }
        let content = fs::read(&path).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", path.display()), e)
        })?;
        match &found {
            Some((first, same)) if *same != content => {
                return Err(AppError::Failure(format!(
                    "{} and {} were begun with different data; networks on one cannot be compared with those on the other",
                    first.display(),
                    folder.display()
                )));
            }
            Some(_) => {}
            None => found = Some((folder, content)),
        }
    }
    Ok(found.map(|(_, content)| content))
}
