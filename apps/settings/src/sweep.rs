//! Sweeps: several values of some settings, and several networks of each.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use clap::{Args, Command};
use serde::{Serialize, Serializer};

use crate::error::WrongUsage;
use crate::groups::{DataFlags, FolderFlags};
use crate::model::ModelFlags;
use crate::training::TrainingFlags;
use crate::values::count;

/// The most networks of a sweep.
const MOST: usize = 100_000;
/// Flags about training that are not settings of a network.
const NOT_SWEPT: [&str; 3] = ["seed", "threads", "f64"];
/// Flags whose values are widths: an `x` stands between them where commas separate values.
const WIDTHS: [&str; 2] = ["hidden", "channels"];
/// Flags whose values may have commas of their own, for which a `+` stands.
const LISTS: [&str; 2] = ["augment", "schedule"];

/// What is tried.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Sweep")]
#[serde(rename_all = "kebab-case")]
pub struct SweepFlags {
    /// Compare values of a model or training flag by validation, as in lr=0.001,0.01; give it again for more flags.
    /// Widths have x between (hidden=64,128x64), other lists + (augment=none,flip+crop)
    #[arg(long, value_name = "KEY=V,V")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grid: Vec<Axis>,

    /// Compare by N networks each, whose seeds follow each other [default: 1]
    #[arg(long, value_name = "N", value_parser = count)]
    pub trials: Option<usize>,
}

/// The values of one flag that are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The name of the flag.
    pub key: String,
    /// Its values, as they were given.
    pub values: Vec<String>,
}

/// A flag and a value for it, as text.
pub type Change = (String, String);

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (key, values) = text
            .split_once('=')
            .ok_or("it takes a flag's name and values, such as lr=0.001,0.01")?;
        let keys = keys();
        if !keys.contains(key) {
            let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
            return Err(format!(
                "\"{key}\" cannot be swept; these can: {}",
                keys.join(", ")
            ));
        }
        let values: Vec<String> = values.split(',').map(|v| v.trim().to_owned()).collect();
        for (i, value) in values.iter().enumerate() {
            if value.is_empty() {
                return Err("one of its values is empty".to_owned());
            }
            if values[..i].contains(value) {
                return Err(format!("it has {value} twice"));
            }
        }
        Ok(Self {
            key: key.to_owned(),
            values,
        })
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.values.join(","))
    }
}

impl Serialize for Axis {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

/// The flags that can be swept.
fn keys() -> BTreeSet<String> {
    let command = TrainingFlags::augment_args(ModelFlags::augment_args(Command::new("keys")));
    let names = command.get_arguments().filter_map(|arg| arg.get_long());
    // A switch that turns another off is the other with the value false.
    let swept = names.filter(|name| !NOT_SWEPT.contains(name) && !name.starts_with("no-"));
    swept.map(str::to_owned).collect()
}

/// A value of a sweep as its flag takes it.
fn as_flag(key: &str, value: &str) -> String {
    match key {
        key if WIDTHS.contains(&key) => value.replace('x', ","),
        key if LISTS.contains(&key) => value.replace('+', ","),
        _ => value.to_owned(),
    }
}

/// One choice of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Each flag that is swept, and its value as it was given.
    pub values: Vec<Change>,
    /// The network.
    pub model: ModelFlags,
    /// How it is trained.
    pub training: TrainingFlags,
}

impl SweepFlags {
    /// Whether there is anything to compare.
    pub fn is_asked_for(&self) -> bool {
        !self.grid.is_empty() || self.trials.is_some()
    }

    /// Checks that no one flag can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub fn check(
        &self,
        data: &DataFlags,
        training: &TrainingFlags,
        folder: &FolderFlags,
    ) -> Result<(), WrongUsage> {
        if !self.is_asked_for() {
            return Ok(());
        }
        for (i, axis) in self.grid.iter().enumerate() {
            if self.grid[..i].iter().any(|other| other.key == axis.key) {
                return Err(WrongUsage(format!(
                    "--grid {axis}: {} is swept already; give all its values at once",
                    axis.key
                )));
            }
        }
        if data.val_fraction == 0.0 && data.folds.is_none() {
            return Err(WrongUsage::new(
                "--grid and --trials compare networks on validation rows, and --val-fraction 0 leaves none; --folds would do",
            ));
        }
        if folder.snapshots.is_some() {
            return Err(WrongUsage::new(
                "--snapshots: the networks of a sweep are not kept",
            ));
        }
        let sizes = self.grid.iter().map(|axis| axis.values.len());
        let networks = sizes
            .chain(self.trials)
            .try_fold(1_usize, |all, n| all.checked_mul(n));
        let last_seed = training.seed.checked_add(self.trials.unwrap_or(1) as u64);
        match (networks, last_seed) {
            (Some(..=MOST), Some(last)) if i64::try_from(last).is_ok() => Ok(()),
            (Some(..=MOST), _) => Err(WrongUsage::new(
                "--trials: there are no seeds left above --seed",
            )),
            _ => Err(WrongUsage(format!(
                "--grid and --trials ask for more than {MOST} networks"
            ))),
        }
    }

    /// All choices of values, the last flag moving fastest. `settle` turns what is changed into settings.
    ///
    /// # Errors
    /// The first of `settle`.
    pub fn points<E>(
        &self,
        mut settle: impl FnMut(&[Change]) -> Result<(ModelFlags, TrainingFlags), E>,
    ) -> Result<Vec<Point>, E> {
        let mut choices: Vec<Vec<Change>> = vec![Vec::new()];
        for axis in &self.grid {
            let longer = |choice: &Vec<Change>| {
                let with = |value: &String| {
                    let mut choice = choice.clone();
                    choice.push((axis.key.clone(), value.clone()));
                    choice
                };
                axis.values.iter().map(with).collect::<Vec<_>>()
            };
            choices = choices.iter().flat_map(longer).collect();
        }
        let point = |values: Vec<Change>| {
            let changes: Vec<Change> = values
                .iter()
                .map(|(key, value)| (key.clone(), as_flag(key, value)))
                .collect();
            let (model, training) = settle(&changes)?;
            Ok(Point {
                values,
                model,
                training,
            })
        };
        choices.into_iter().map(point).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_is_read_and_shown_alike() {
        let axis: Axis = "hidden=64,128x64".parse().unwrap();
        assert_eq!((axis.key.as_str(), axis.values.len()), ("hidden", 2));
        assert_eq!(axis.to_string(), "hidden=64,128x64");
        assert_eq!(as_flag("hidden", "128x64"), "128,64");
        assert_eq!(as_flag("schedule", "step:10+0.5"), "step:10,0.5");
        assert_eq!(as_flag("lr", "1e+3"), "1e+3");
        for wrong in [
            "lr", "lr=", "lr=1,,2", "lr=1,1", "seed=1,2", "epoch=3", "=1",
        ] {
            wrong.parse::<Axis>().unwrap_err();
        }
    }
}
