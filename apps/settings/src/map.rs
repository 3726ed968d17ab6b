//! An experiment as a map from the names of fields to values: for model files, and for whoever speaks serde.

use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use toml::Value;

use crate::experiment::{Experiment, Kind};
use crate::field::{Field, Scope};
use crate::fields::fields;
use crate::options::Settings;
use crate::resolve::written;
use crate::shown::as_text;

/// The key of the kind.
const TASK: &str = "task";

/// An experiment as a map, on a table of fields.
pub fn to_map(fields: &[Field], experiment: &Experiment) -> BTreeMap<&'static str, Value> {
    let settings = Settings {
        experiment: experiment.clone(),
        ..Settings::new(experiment.kind())
    };
    let kind = Value::String(experiment.kind().name().to_owned());
    let mut map: BTreeMap<&'static str, Value> =
        written(fields, &settings, &[Scope::Experiment]).collect();
    map.insert(TASK, kind);
    map
}

/// The experiment of a map, on a table of fields. What it does not name has the declared default, whatever would suit the
/// data.
///
/// # Errors
/// A sentence about the first key or value that is wrong.
pub fn from_map(fields: &[Field], map: &BTreeMap<String, Value>) -> Result<Experiment, String> {
    let task = map.get(TASK).and_then(Value::as_str).unwrap_or_default();
    let kind = Kind::ALL.into_iter().find(|kind| kind.name() == task);
    let kind = kind.ok_or_else(|| format!("there is no task {task:?}"))?;
    let own = |field: &&Field| field.is_for(kind) && field.scope == Scope::Experiment;
    let known = |key: &str| fields.iter().filter(own).any(|field| field.key == key);
    if let Some(key) = map.keys().find(|key| *key != TASK && !known(key)) {
        return Err(format!("there is no setting {key:?}"));
    }
    let mut settings = Settings::new(kind);
    for field in fields.iter().filter(own) {
        let Some(value) = map.get(field.key) else {
            continue;
        };
        let text = as_text(value).ok_or("it takes a number, a text or a list of them");
        text.map_err(str::to_owned)
            .and_then(|text| field.set(&mut settings, &text))
            .map_err(|why| format!("{} = {value}: {why}", field.key))?;
    }
    Ok(settings.experiment)
}

impl Serialize for Experiment {
    /// A number that JSON cannot hold is an error.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let map = to_map(fields(), self);
        let finite = |v: &Value| v.as_float().is_none_or(f64::is_finite);
        match map.iter().find(|(_, value)| !finite(value)) {
            Some((key, value)) => Err(S::Error::custom(format!("{key} is {value}"))),
            None => map.serialize(to),
        }
    }
}

impl<'de> Deserialize<'de> for Experiment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let map = BTreeMap::<String, Value>::deserialize(from)?;
        from_map(fields(), &map).map_err(D::Error::custom)
    }
}
