//! Shards: work that several processes do, each its part, without a word between them.
//!
//! Pieces of work have numbers, and which shard has a piece follows from its number and the number of shards alone. Each
//! shard writes to a folder of its own, so nothing is locked between them; what a sibling has finished is read.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::FileError;

/// Name of the folder of shards, below that of the whole.
pub const SHARDS: &str = "shards";

/// A shard: number `part` of `of`, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    // The order of fields is that of shards: those of a division stand together.
    of: usize,
    part: usize,
}

impl Shard {
    /// Shard number `part` of `of`; `None` if there is none.
    pub fn new(part: usize, of: usize) -> Option<Self> {
        (1..=of).contains(&part).then_some(Self { of, part })
    }

    /// Number of the shard, from 1.
    pub fn part(self) -> usize {
        self.part
    }

    /// Number of shards.
    pub fn of(self) -> usize {
        self.of
    }

    /// Range of its pieces where these are to be consecutive: shards differ by at most one piece in size.
    pub fn range(self, pieces: usize) -> Range<usize> {
        // In 128 bits, so that nothing overflows.
        let end = |part: usize| (pieces as u128 * part as u128 / self.of as u128) as usize;
        end(self.part - 1)..end(self.part)
    }

    /// Whether a piece is its own where pieces are dealt out in turn. Each round begins with the next shard: otherwise, of
    /// pieces that get dearer in a pattern, as points of a grid do, one shard would have all the dear ones.
    pub fn has(self, piece: usize) -> bool {
        Self::part_of(piece, self.of) == self.part
    }

    /// The number of the shard of so many that has a piece.
    fn part_of(piece: usize, of: usize) -> usize {
        (piece % of + piece / of) % of + 1
    }

    /// Its folder below that of the whole: `OUT/shards/3-of-8`.
    pub fn folder(self, out: &Path) -> PathBuf {
        let name = format!("{}-of-{}", self.part, self.of);
        out.join(SHARDS).join(name)
    }

    /// The shard that a folder of this name has.
    fn of_name(name: &str) -> Option<Self> {
        let (part, of) = name.split_once("-of-")?;
        let shard = Self::new(part.parse().ok()?, of.parse().ok()?)?;
        // A name with a sign or leading zeros is not one of ours.
        (name == format!("{}-of-{}", shard.part, shard.of)).then_some(shard)
    }

    /// The shard that the value of `--shard` names: `3/8`, or in a task of a job array `auto` or `auto/8`.
    ///
    /// # Errors
    /// A sentence, if it names none, or the environment does not go with it.
    pub fn of_flag(text: &str) -> Result<Self, String> {
        Self::of_flag_in(text, |name| std::env::var_os(name))
    }

    fn of_flag_in(
        text: &str,
        environment: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, String> {
        match text.split_once('/') {
            None if text == "auto" => of_array(&environment),
            Some(("auto", of)) => {
                let of = of.parse().ok().filter(|of| *of > 0);
                of_task(of.ok_or(WRONG)?, &environment)
            }
            _ => Ok(text.parse()?),
        }
    }
}

/// What a value that names no shard is told.
const WRONG: &str = "it takes the number of a shard and the number of shards, such as 1/4, or in a job array auto or auto/4";

/// Variables that Slurm sets in a task of a job array.
const SLURM: &str = "SLURM_ARRAY_TASK_ID";
const SLURM_COUNT: &str = "SLURM_ARRAY_TASK_COUNT";
const SLURM_FIRST: &str = "SLURM_ARRAY_TASK_MIN";
const SLURM_LAST: &str = "SLURM_ARRAY_TASK_MAX";
/// The variable that HyperQueue sets in a task. It does not tell how many there are.
const HYPERQUEUE: &str = "HQ_TASK_ID";

/// A variable that is a whole number; `None` if it is not set.
fn number(
    environment: &impl Fn(&str) -> Option<OsString>,
    name: &str,
) -> Result<Option<usize>, String> {
    let Some(text) = environment(name) else {
        return Ok(None);
    };
    let text = text.to_string_lossy();
    let number = text.parse().ok();
    number
        .map(Some)
        .ok_or_else(|| format!("{name} is {text:?}, which is no number"))
}

/// The number of the task of a job array, and the variable that has it.
fn task(environment: &impl Fn(&str) -> Option<OsString>) -> Result<(usize, &'static str), String> {
    match (
        number(environment, SLURM)?,
        number(environment, HYPERQUEUE)?,
    ) {
        (Some(task), None) => Ok((task, SLURM)),
        (None, Some(task)) => Ok((task, HYPERQUEUE)),
        (None, None) => Err(format!(
            "auto is for a task of a job array, and neither {SLURM} nor {HYPERQUEUE} is set; say which shard, such as 1/4"
        )),
        (Some(_), Some(_)) => Err(format!(
            "both {SLURM} and {HYPERQUEUE} are set, so that auto may mean either; say which, as in \"$HQ_TASK_ID/4\""
        )),
    }
}

/// `auto/N`: the number of the task is that of the shard.
fn of_task(of: usize, environment: &impl Fn(&str) -> Option<OsString>) -> Result<Shard, String> {
    let (task, name) = task(environment)?;
    Shard::new(task, of).ok_or_else(|| {
        format!("{name} is {task}, but the {of} shards have the numbers 1 to {of}; submit the array as 1-{of}")
    })
}

/// `auto`: Slurm says how many tasks there are, and which are the first and the last. A single task that is not the first of
/// an array is one that is submitted again.
fn of_array(environment: &impl Fn(&str) -> Option<OsString>) -> Result<Shard, String> {
    let (task, name) = task(environment)?;
    if name == HYPERQUEUE {
        return Err(format!(
            "{HYPERQUEUE} is set, and HyperQueue does not tell the number of tasks; say it, as in auto/4"
        ));
    }
    let needed = |name: &str| {
        number(environment, name)?.ok_or_else(|| {
            format!("{SLURM} is set, but {name} is not; say the number of shards, as in auto/4")
        })
    };
    let (count, first, last) = (
        needed(SLURM_COUNT)?,
        needed(SLURM_FIRST)?,
        needed(SLURM_LAST)?,
    );
    let numbered = |task: usize| task.checked_sub(first)?.checked_add(1);
    if count == 1 && first > 1 {
        return Err(format!(
            "the array has the one task {task}, which auto would give all the work; say the number of shards, as in auto/4"
        ));
    }
    let part = numbered(task).filter(|_| numbered(last) == Some(count));
    part.and_then(|part| Shard::new(part, count)).ok_or_else(|| {
        format!(
            "the tasks of the array do not follow each other: {SLURM} is {task}, of {count} from {first} to {last}; submit it as 1-{count}, or say the number of shards, as in auto/{count}"
        )
    })
}

impl FromStr for Shard {
    type Err = &'static str;

    /// Reads `3/8`; what depends on the environment is for [`of_flag`](Self::of_flag) alone.
    fn from_str(text: &str) -> Result<Self, &'static str> {
        let shard = text
            .split_once('/')
            .and_then(|(part, of)| Self::new(part.parse().ok()?, of.parse().ok()?));
        shard.ok_or(WRONG)
    }
}

impl TryFrom<String> for Shard {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.part, self.of)
    }
}

/// The folders of shards below that of the whole, in order; none if there are none.
///
/// # Errors
/// If they cannot be listed.
pub fn shard_folders(out: &Path) -> Result<Vec<(Shard, PathBuf)>, FileError> {
    let all = out.join(SHARDS);
    let cannot = |e: std::io::Error| FileError::new("read", &all, &e);
    let entries = match fs::read_dir(&all) {
        Ok(entries) => entries,
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(e) => return Err(cannot(e)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(cannot)?;
        if let Some(shard) = entry.file_name().to_str().and_then(Shard::of_name) {
            found.push((shard, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// The folder of the whole that a folder of this shard is in.
///
/// # Errors
/// If it has another name or place than [`Shard::folder`] gives it.
pub fn whole_of(folder: &Path, shard: Shard) -> Result<PathBuf, FileError> {
    let above = |place: &Path| {
        let out = place.parent().and_then(Path::parent)?;
        let here = out.as_os_str().is_empty();
        let whole = if here { Path::new(".") } else { out };
        (shard.folder(out) == place).then(|| whole.to_owned())
    };
    if let Some(out) = above(folder) {
        return Ok(out);
    }
    let place = fs::canonicalize(folder).map_err(|e| FileError::new("find", folder, &e))?;
    above(&place).ok_or_else(|| {
        FileError(format!(
            "{} was begun as shard {shard} and was moved: the place of its folder is {}",
            folder.display(),
            shard.folder(Path::new("OUT")).display()
        ))
    })
}

/// The most shards that are named in a sentence.
const MOST_NAMED: usize = 16;

/// What is missing of pieces that were dealt out to shards, in a sentence; `None` if nothing is. `held` says of a piece
/// whether anybody has it. Shards of several divisions may have been begun; those of the finest are named.
pub fn missing_pieces(
    begun: &[(Shard, PathBuf)],
    pieces: Range<usize>,
    held: impl Fn(usize) -> bool,
    name: &str,
) -> Option<String> {
    let (all, lacking) = (pieces.len(), pieces.clone().filter(|piece| !held(*piece)));
    let lacking: Vec<usize> = lacking.collect();
    if lacking.is_empty() {
        return None;
    }
    let of = begun.iter().map(|(shard, _)| shard.of).max().unwrap_or(1);
    // By shard, how many of its pieces are lacking.
    let mut parts = BTreeMap::<usize, usize>::new();
    for piece in &lacking {
        *parts.entry(Shard::part_of(*piece, of)).or_default() += 1;
    }
    let (mut told, mut repeat) = (Vec::new(), Vec::new());
    for (part, count) in parts.iter().take(MOST_NAMED) {
        let shard = Shard { of, part: *part };
        let own = pieces.clone().filter(|piece| shard.has(*piece)).count();
        told.push(match begun.iter().any(|(other, _)| *other == shard) {
            false => format!("shard {shard} is missing"),
            true => format!("shard {shard} has {} of its {own}", own - count),
        });
        repeat.push(format!("--shard {shard}"));
    }
    if let Some(more) = parts.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        told.push(format!("{more} more lack some"));
    }
    Some(format!(
        "{} of {all} {name} are not there: {}; repeat the command with {}",
        lacking.len(),
        told.join(", "),
        repeat.join(", ")
    ))
}

#[cfg(test)]
mod tests;
