//! A slice in parts, each computed by a machine of its own and put together at the end. No part knows of the others, and
//! nothing is locked: each has a folder of its own.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;
use cli::Console;
use experiment::AppError;
use experiment::same_settings::difference;
use serde::{Deserialize, Serialize};

use crate::directions;
use crate::folder::{self, Begun};
use crate::points::{self, Points};
use crate::slice::{self, Frame};

/// A part of a slice: the `part`-th `of` so many, from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) struct Shard {
    /// Which part, from 1.
    pub(crate) part: usize,
    /// How many parts there are.
    pub(crate) of: usize,
}

impl Shard {
    /// Which of all points belong to the part: parts follow each other, and differ by one point at most.
    pub(crate) fn range(self, points: usize) -> Range<usize> {
        // In 128 bits, so that nothing overflows.
        let end = |part: usize| (points as u128 * part as u128 / self.of as u128) as usize;
        end(self.part - 1)..end(self.part)
    }
}

impl FromStr for Shard {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        let numbers = text.split_once('/').and_then(|(part, of)| {
            let shard = Self {
                part: part.parse().ok()?,
                of: of.parse().ok()?,
            };
            (1..=shard.of).contains(&shard.part).then_some(shard)
        });
        numbers.ok_or("it takes the number of a part and how many there are, such as 1/4")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_all_points_once() {
        for (points, of) in [(10, 3), (7, 7), (2601, 4), (5, 1), (usize::MAX, 2)] {
            let ranges: Vec<_> = (1..=of)
                .map(|part| Shard { part, of }.range(points))
                .collect();
            assert_eq!(ranges[0].start, 0);
            assert_eq!(ranges[of - 1].end, points);
            assert!(ranges.windows(2).all(|w| w[0].end == w[1].start));
            let lens = || ranges.iter().map(Range::len);
            assert!(lens().max().unwrap() - lens().min().unwrap() <= 1);
        }
    }

    #[test]
    fn parts_are_read_and_shown_alike() {
        for text in ["1/1", "3/7"] {
            assert_eq!(text.parse::<Shard>().unwrap().to_string(), text);
        }
        for wrong in ["", "1", "0/3", "4/3", "1/0", "-1/3", "a/b", "1/2/3"] {
            wrong.parse::<Shard>().unwrap_err();
        }
    }
}
