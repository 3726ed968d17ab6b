//! Sweeps: several values of some settings, and several networks of each.

use std::fmt;
use std::str::FromStr;

use crate::error::{SettingsError, WrongUsage};
use crate::experiment::{Experiment, Kind};
use crate::field::Field;
use crate::fields::fields;
use crate::options::Settings;
use crate::resolve::{Given, Origin, settle_with};
use crate::search::{Bounds, Search};

/// The most networks of a sweep.
const MOST: usize = 100_000;

/// The values of one field that are tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Axis {
    /// The name of the field.
    pub key: &'static str,
    /// Its values, as they were given. For a search some may be [ranges](Bounds).
    pub values: Vec<String>,
}

/// One choice of values.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Each field that is swept, and its value as it was given.
    pub values: Vec<(&'static str, String)>,
    /// The experiment.
    pub experiment: Experiment,
}

impl FromStr for Axis {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(fields(), text)
    }
}

impl Axis {
    /// An axis of a table of fields, as text: `lr=0.001,0.01`.
    ///
    /// # Errors
    /// A sentence that says what it takes.
    pub fn parse(fields: &[Field], text: &str) -> Result<Self, String> {
        let (key, values) = text
            .split_once('=')
            .ok_or("it takes a flag's name and values, such as lr=0.001,0.01")?;
        let mut swept = fields.iter().filter(|field| field.swept);
        let known = swept.find(|field| field.is_named(key));
        let field = known.ok_or_else(|| {
            let swept = fields.iter().filter(|field| field.swept);
            let mut keys: Vec<&str> = swept.map(|field| field.key).collect();
            keys.sort_unstable();
            format!("\"{key}\" cannot be swept; these can: {}", keys.join(", "))
        })?;
        let values: Vec<String> = values.split(',').map(|v| v.trim().to_owned()).collect();
        for (i, value) in values.iter().enumerate() {
            if value.is_empty() {
                return Err("one of its values is empty".to_owned());
            }
            if values[..i].contains(value) {
                return Err(format!("it has {value} twice"));
            }
            (field.on_axis)(&field.from_axis(value)).map_err(|why| format!("{value}: {why}"))?;
            if let Some(Err(why)) = Bounds::of(field, value) {
                return Err(format!("{value}: {why}"));
            }
        }
        let key = field.key;
        Ok(Self { key, values })
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.key, self.values.join(","))
    }
}

impl Settings {
    /// Checks what no one setting of a sweep can check for itself.
    pub(crate) fn check_sweep(&self) -> Result<(), WrongUsage> {
        let options = &self.options;
        if !self.is_sweep() {
            let what = match (options.refit, options.shard) {
                (true, _) => "--refit trains the winner of a comparison",
                (_, Some(_)) => "--shard trains a part of the networks of a comparison",
                _ => return Ok(()),
            };
            return Err(WrongUsage(format!(
                "{what}; say with --grid, --search or --trials what is compared"
            )));
        }
        self.check_shard()?;
        for (i, axis) in options.grid.iter().enumerate() {
            if options.grid[..i].iter().any(|other| other.key == axis.key) {
                return Err(WrongUsage(format!(
                    "--grid {axis}: {} is swept already; give all its values at once",
                    axis.key
                )));
            }
        }
        self.check_search()?;
        if self.experiment.data.val_fraction == 0.0 && options.folds.is_none() {
            return Err(WrongUsage::new(
                "--grid and --trials compare networks on validation samples, and --val-fraction 0 leaves none; --folds would do",
            ));
        }
        if options.snapshots.is_some() {
            return Err(WrongUsage::new(
                "--snapshots: the networks of a sweep are not kept",
            ));
        }
        let of_epochs = [
            ("probe", options.probe),
            ("tensorboard", options.tensorboard),
        ];
        if let Some((flag, _)) = of_epochs.into_iter().find(|(_, given)| *given) {
            return Err(WrongUsage::new(format_args!(
                "--{flag}: the epochs of the networks of a sweep are not kept"
            )));
        }
        let networks = self
            .choice_count()
            .and_then(|choices| choices.checked_mul(options.trials.unwrap_or(1)));
        let last_seed = self
            .experiment
            .seed()
            .checked_add(options.trials.unwrap_or(1) as u64);
        match (networks, last_seed) {
            (Some(..=MOST), Some(last)) if i64::try_from(last).is_ok() => Ok(()),
            (Some(..=MOST), _) => Err(WrongUsage::new(
                "--trials: there are no seeds left above --seed",
            )),
            _ => Err(WrongUsage(format!(
                "--grid, --search and --trials ask for more than {MOST} networks"
            ))),
        }
    }

    /// Checks what a shard of a sweep needs of the other settings.
    fn check_shard(&self) -> Result<(), WrongUsage> {
        let options = &self.options;
        let Some(shard) = options.shard else {
            return Ok(());
        };
        let excluded = match options.search {
            Some(search @ Search::Halving(_)) => format!(
                "--search {search} compares all networks of a rung before it begins the next, so no shard could go on alone; random:N could be shared"
            ),
            _ if options.refit => {
                "--refit needs the networks of all shards; merge them first, then give it with --resume".to_owned()
            }
            _ if options.force => {
                "--force would remove what other shards hold; use another --out, or remove the folder".to_owned()
            }
            _ if options.out.is_none() && options.resume.is_none() && options.name.is_none() => {
                "it needs --out or --name, the same for all shards".to_owned()
            }
            _ => return Ok(()),
        };
        Err(WrongUsage(format!("--shard {shard}: {excluded}")))
    }
}

/// All choices of values on some axes, the last moving fastest, each with what is given besides.
///
/// # Errors
/// If a value is refused, or settings exclude each other.
pub fn points(kind: Kind, given: &[Given], axes: &[Axis]) -> Result<Vec<Point>, SettingsError> {
    points_with(fields(), kind, given, axes)
}

/// [`points`] on another table of fields.
///
/// # Errors
/// As [`points`].
pub fn points_with(
    fields: &[Field],
    kind: Kind,
    given: &[Given],
    axes: &[Axis],
) -> Result<Vec<Point>, SettingsError> {
    let mut choices: Vec<Vec<(&'static str, String)>> = vec![Vec::new()];
    for axis in axes {
        let longer = |choice: &Vec<(&'static str, String)>| {
            let with = |value: &String| {
                let mut choice = choice.clone();
                choice.push((axis.key, value.clone()));
                choice
            };
            axis.values.iter().map(with).collect::<Vec<_>>()
        };
        choices = choices.iter().flat_map(longer).collect();
    }
    let choices = choices.into_iter();
    choices
        .map(|values| point(fields, kind, given, values))
        .collect()
}

/// The point of these values, given besides what is `given`.
///
/// # Errors
/// If a value is refused, or settings exclude each other.
pub(crate) fn point(
    fields: &[Field],
    kind: Kind,
    given: &[Given],
    values: Vec<(&'static str, String)>,
) -> Result<Point, SettingsError> {
    let mut all = given.to_vec();
    for (key, value) in &values {
        let field = fields.iter().find(|field| field.key == *key);
        let text = field.map_or_else(|| value.clone(), |f| f.from_axis(value));
        let origin = Origin::Axis(value.clone());
        all.push(Given { key, text, origin });
    }
    Ok(Point {
        experiment: settle_with(fields, kind, &all)?.experiment,
        values,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resolve::field;

    #[test]
    fn an_axis_is_read_and_shown_alike() {
        let axis: Axis = "hidden=64,128x64".parse().unwrap();
        assert_eq!((axis.key, axis.values.len()), ("hidden", 2));
        assert_eq!(axis.to_string(), "hidden=64,128x64");
        let as_set = |key, value| field(key).unwrap().from_axis(value);
        assert_eq!(as_set("hidden", "128x64"), "128,64");
        assert_eq!(as_set("schedule", "step:10+0.5"), "step:10,0.5");
        assert_eq!(as_set("lr", "1e+3"), "1e+3");
        for wrong in [
            "lr",
            "lr=",
            "lr=1,,2",
            "lr=1,1",
            "seed=1,2",
            "epoch=3",
            "=1",
            "head=softmax",
            "threads=1,2",
        ] {
            wrong.parse::<Axis>().unwrap_err();
        }
    }
}
