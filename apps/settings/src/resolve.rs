//! From what is given to settings: flags win over the file, the file over what suits the data, that over the defaults.

use std::fmt;
use std::path::PathBuf;

use toml::Value;

use crate::error::{SettingsError, WrongUsage};
use crate::experiment::Kind;
use crate::field::{Field, Scope};
use crate::fields::fields;
use crate::options::Settings;
use crate::presets;

/// A setting that is given, with its value as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The name of its field.
    pub key: &'static str,
    /// Its value.
    pub text: String,
    /// Who gave it.
    pub origin: Origin,
}

/// Who gave a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A file, at a line and a column, both from 1.
    File {
        /// The file.
        path: PathBuf,
        /// The line.
        line: usize,
        /// The column, in characters.
        column: usize,
    },
    /// The command line.
    Flag,
    /// A point of a sweep, with the value as it stands on the axis.
    Axis(String),
}

impl Origin {
    /// Which wins: the greater.
    fn rank(&self) -> u8 {
        match self {
            Self::File { .. } => 0,
            Self::Flag => 1,
            Self::Axis(_) => 2,
        }
    }

    /// What is wrong with a setting of this origin, as an error.
    pub(crate) fn wrong(&self, key: &str, text: &str, why: impl fmt::Display) -> SettingsError {
        match self {
            Self::File { path, line, column } => SettingsError::File(format!(
                "{}:{line}:{column}: {key} = {text}: {why}",
                path.display()
            )),
            Self::Flag => SettingsError::Usage(WrongUsage(format!("--{key}: {why}"))),
            Self::Axis(value) => {
                SettingsError::Usage(WrongUsage(format!("--grid {key}={value}: {why}")))
            }
        }
    }
}

/// The field of a name.
pub fn field(name: &str) -> Option<&'static Field> {
    fields().iter().find(|field| field.is_named(name))
}

/// The settings of an experiment of this kind for which this is given, on the [table of fields](crate::fields()).
///
/// # Errors
/// If a value is refused, or settings exclude each other.
pub fn settle(kind: Kind, given: &[Given]) -> Result<Settings, SettingsError> {
    settle_with(fields(), kind, given)
}

/// [`settle`] on another table of fields.
///
/// # Errors
/// As [`settle`].
pub fn settle_with(
    fields: &[Field],
    kind: Kind,
    given: &[Given],
) -> Result<Settings, SettingsError> {
    let mut settings = Settings::new(kind);
    // What suits the data depends on the data, and on the kinds of network and optimizer.
    for key in ["data", "model", "optimizer"] {
        for field in fields.iter().filter(|field| field.key == key) {
            set(&mut settings, field, given)?;
        }
    }
    presets::apply(&mut settings);
    for field in fields.iter().filter(|field| field.is_for(kind)) {
        set(&mut settings, field, given)?;
    }
    settings.experiment.check()?;
    settings.check_sweep()?;
    let usual = settings.experiment.usual_split()?;
    settings.experiment.data.split.get_or_insert(usual);
    settings.experiment.request()?;
    Ok(settings)
}

/// Sets a field to what is given for it: the last value of the strongest origin, or all of that where it takes many.
fn set(settings: &mut Settings, field: &Field, given: &[Given]) -> Result<(), SettingsError> {
    let own = || given.iter().filter(|g| g.key == field.key);
    let Some(strongest) = own().map(|g| g.origin.rank()).max() else {
        return Ok(());
    };
    let values: Vec<&Given> = own().filter(|g| g.origin.rank() == strongest).collect();
    let first = if field.many { 0 } else { values.len() - 1 };
    for value in &values[first..] {
        field
            .set(settings, &value.text)
            .map_err(|why| value.origin.wrong(field.key, &value.text, why))?;
    }
    Ok(())
}

/// The settings of a kind with what suits its data, then changed.
///
/// # Errors
/// Wrong usage, if the change makes it so.
pub fn changed(kind: Kind, change: impl FnOnce(&mut Settings)) -> Result<Settings, SettingsError> {
    let mut settings = settle(kind, &[])?;
    change(&mut settings);
    settings.experiment.check()?;
    settings.check_sweep()?;
    Ok(settings)
}

/// The settings that decide about an experiment or a run, with their values, in the order of the table.
pub(crate) fn written<'a>(
    fields: &'a [Field],
    settings: &'a Settings,
    scopes: &'a [Scope],
) -> impl Iterator<Item = (&'static str, Value)> + 'a {
    let kind = settings.experiment.kind();
    fields
        .iter()
        .filter(move |field| field.is_for(kind) && scopes.contains(&field.scope))
        .filter_map(|field| Some((field.key, field.get(settings)?)))
}
