//! A slice in parts, each computed by a machine of its own and put together at the end. No part knows of the others, and
//! nothing is locked: each has a folder of its own.

use std::path::PathBuf;

use clap::Args;
use cli::Console;
use experiment::AppError;
use experiment::same_settings::difference;

use crate::directions;
use crate::folder::{self, Begun};
use crate::points::{self, Points};
use crate::shard::Shard;
use crate::slice::{self, Frame};

/// The flags of `merge`.
#[derive(Args, Clone, Debug)]
pub(crate) struct MergeFlags {
    /// Folder to write the whole slice to
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Folders of all parts, in any order
    #[arg(value_name = "SHARD", required = true)]
    shards: Vec<PathBuf>,

    /// Write to a folder that is not empty, and remove the slice in it
    #[arg(long)]
    force: bool,

    /// Say nothing but results, warnings and errors
    #[arg(long, short)]
    quiet: bool,

    /// Print the content of landscape.json
    #[arg(long)]
    json: bool,
}

/// A part in its folder.
struct Part {
    path: PathBuf,
    shard: Shard,
    begun: Begun<Frame>,
}

/// Puts the parts of a slice together.
///
/// # Errors
/// If they are not all parts of one slice, each there once and done; or a folder cannot be read or written.
pub(crate) fn merge(flags: &MergeFlags) -> Result<(), AppError> {
    let parts = sorted(&flags.shards)?;
    let mut all = Points::default();
    for part in &parts {
        let range = part.shard.range(part.begun.frame.len());
        let more = points::done(&part.path, &range, part.begun.frame.gradient)?;
        if more.len() < range.len() {
            return Err(AppError::Failure(format!(
                "{} has {} of its {} points; repeat the command that began it, with --out {}",
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

/// The parts in their order.
///
/// # Errors
/// If one is missing, there twice, none at all, or of another slice.
fn sorted(folders: &[PathBuf]) -> Result<Vec<Part>, AppError> {
    let mut parts = Vec::new();
    for path in folders {
        let begun = Begun::<Frame>::read(path)?;
        let Some(shard) = begun.shard else {
            return Err(AppError::Failure(format!(
                "{} is a whole slice, not a part of one",
                path.display()
            )));
        };
        parts.push(Part {
            path: path.clone(),
            shard,
            begun,
        });
    }
    let first = &parts[0];
    for part in &parts[1..] {
        let differs = match first.shard.of == part.shard.of {
            true => difference(&first.begun.settings, &part.begun.settings),
            false => Some((
                format!("{} parts", first.shard.of),
                format!("{} parts", part.shard.of),
            )),
        };
        if let Some((a, b)) = differs {
            return Err(AppError::Failure(format!(
                "{} was made with {a}, and {} with {b}; parts of one slice have the same settings",
                first.path.display(),
                part.path.display()
            )));
        }
    }
    parts.sort_by_key(|part| part.shard.part);
    let mut pairs = parts.iter().zip(&parts[1..]);
    if let Some((a, b)) = pairs.find(|(a, b)| a.shard == b.shard) {
        return Err(AppError::Failure(format!(
            "{} and {} are both part {}; give each part once",
            a.path.display(),
            b.path.display(),
            a.shard
        )));
    }
    let of = parts[0].shard.of;
    let there = |number: &usize| parts.iter().any(|part| part.shard.part == *number);
    match (1..=of).find(|number| !there(number)) {
        Some(number) => Err(AppError::Failure(format!(
            "part {number}/{of} is missing; compute it with --shard {number}/{of}"
        ))),
        None => Ok(parts),
    }
}
