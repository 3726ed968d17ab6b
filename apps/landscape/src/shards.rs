//! Slices in shards, computed independently and merged at the end. Each shard has its own folder, so nothing is locked.

use std::path::PathBuf;

use clap::Args;
use cli::Console;
use experiment::AppError;
use records::Shard;
use records::same_settings::difference;

use crate::directions;
use crate::folder::{self, Begun};
use crate::points::{self, Points};
use crate::slice::{self, Frame};

/// The flags of `merge`.
#[derive(Args, Clone, Debug)]
pub(crate) struct MergeFlags {
    /// Folder to write the whole slice to
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Folders of all shards, in any order
    #[arg(value_name = "SHARD", required = true)]
    shards: Vec<PathBuf>,

    /// Write to a folder that is not empty, and remove the slice in it
    #[arg(long)]
    force: bool,

    /// Print only results, warnings and errors
    #[arg(long, short)]
    quiet: bool,

    /// Print the content of landscape.json
    #[arg(long)]
    json: bool,
}

/// A shard in its folder.
struct Part {
    path: PathBuf,
    shard: Shard,
    begun: Begun<Frame>,
}

/// Merges the shards of a slice.
///
/// # Errors
/// If they are not all shards of one slice, each given once and finished; or a folder cannot be read or written.
pub(crate) fn merge(flags: &MergeFlags) -> Result<(), AppError> {
    let parts = sorted(&flags.shards)?;
    let mut all = Points::default();
    for part in &parts {
        let range = part.shard.range(part.begun.frame.len());
        let more = points::done(&part.path, &range, part.begun.frame.gradient)?;
        if more.len() < range.len() {
            return Err(AppError::Failure(format!(
                "{} has {} of its {} points; repeat its command with --out {}",
                part.path.display(),
                more.len(),
                range.len(),
                part.path.display()
            )));
        }
        all.extend(more);
    }
    // There is at least one: the command line asks for it, and every part is there.
    let first = &parts[0];
    let whole = Begun {
        shard: None,
        ..first.begun.clone()
    };
    let folder = folder::take(&flags.out, flags.force)?;
    whole.write(&folder)?;
    directions::copy(&first.path, &folder, whole.frame.axes())?;
    points::put(&folder, &all)?;
    let console = Console::new(flags.quiet);
    slice::finish(&folder, &whole.frame, &all, flags.json, console)
}

/// The shards in order.
///
/// # Errors
/// If one is missing, given twice, not a shard, or of another slice.
fn sorted(folders: &[PathBuf]) -> Result<Vec<Part>, AppError> {
    let mut parts = Vec::new();
    for path in folders {
        let begun = Begun::<Frame>::read(path)?;
        let Some(shard) = begun.shard else {
            return Err(AppError::Failure(format!(
                "{} is a whole slice, not a shard",
                path.display()
            )));
        };
        // The file may have been edited.
        if begun.frame.len() == 0 {
            return Err(AppError::Failure(format!(
                "the slice of {} has no points",
                path.display()
            )));
        }
        parts.push(Part {
            path: path.clone(),
            shard,
            begun,
        });
    }
    let first = &parts[0];
    for part in &parts[1..] {
        let differs = match first.shard.of() == part.shard.of() {
            true => difference(&first.begun.settings, &part.begun.settings),
            false => Some((
                format!("{} shards", first.shard.of()),
                format!("{} shards", part.shard.of()),
            )),
        };
        if let Some((a, b)) = differs {
            return Err(AppError::Failure(format!(
                "{} has {a}, but {} has {b}; shards of one slice have the same settings",
                first.path.display(),
                part.path.display()
            )));
        }
    }
    if let Some(part) = (parts.iter()).find(|part| !part.begun.frame.is_over(&first.begun.frame)) {
        return Err(AppError::Failure(format!(
            "{} and {} are over different points",
            first.path.display(),
            part.path.display()
        )));
    }
    parts.sort_by_key(|part| part.shard.part());
    let mut pairs = parts.iter().zip(&parts[1..]);
    if let Some((a, b)) = pairs.find(|(a, b)| a.shard == b.shard) {
        return Err(AppError::Failure(format!(
            "{} and {} are both shard {}; give each shard once",
            a.path.display(),
            b.path.display(),
            a.shard
        )));
    }
    let of = parts[0].shard.of();
    let there = |number: &usize| parts.iter().any(|part| part.shard.part() == *number);
    match (1..=of).find(|number| !there(number)) {
        Some(number) => Err(AppError::Failure(format!(
            "shard {number}/{of} is missing; compute it with --shard {number}/{of}"
        ))),
        None => Ok(parts),
    }
}
