//! Files of settings: TOML whose keys are the names of fields.

use std::path::Path;

use toml::Value;
use toml::de::{DeTable, DeValue};

use crate::error::SettingsError;
use crate::experiment::Kind;
use crate::field::{Field, Scope};
use crate::fields::fields;
use crate::options::Settings;
use crate::resolve::{Given, Origin, written};
use crate::shown::as_text;
use crate::text_file;

/// Reads a file of settings for an experiment of this kind.
///
/// # Errors
/// If it cannot be read, or one sentence with file, line and column about the first key or value that is wrong.
pub fn read(path: &Path, kind: Kind) -> Result<Vec<Given>, SettingsError> {
    let text = text_file::read(path).map_err(SettingsError::File)?;
    parse(fields(), path, &text, kind)
}

/// The settings of a text that stands in a file, on a table of fields.
///
/// # Errors
/// As [`read`].
pub fn parse(
    fields: &[Field],
    path: &Path,
    text: &str,
    kind: Kind,
) -> Result<Vec<Given>, SettingsError> {
    let at = |offset: usize, problem: String| {
        let (line, column) = position(text, offset);
        SettingsError::File(format!("{}:{line}:{column}: {problem}", path.display()))
    };
    let table = DeTable::parse(text).map_err(|e| {
        at(
            e.span().map_or(0, |span| span.start),
            e.message().to_owned(),
        )
    })?;
    let mut given = Vec::new();
    for (key, value) in table.get_ref() {
        let (name, place) = (key.get_ref().as_ref(), key.span().start);
        let Some((field, negated)) = find(fields, name, kind) else {
            return Err(at(
                place,
                format!("unknown key {name:?}; keys are the names of flags, see --help"),
            ));
        };
        let start = value.span().start;
        let (line, column) = position(text, start);
        let origin = Origin::File {
            path: path.to_owned(),
            line,
            column,
        };
        // A setting that is given several times has a list.
        let items: Vec<&DeValue<'_>> = match value.get_ref() {
            DeValue::Array(items) if field.many => items.iter().map(|i| i.get_ref()).collect(),
            one => vec![one],
        };
        for item in items {
            let takes = match field.is_switch() {
                true => "it is a switch; it takes true or false",
                false => "it takes a number, a text or a list of them",
            };
            let plain = plain(item).filter(|v| field.is_switch() == v.is_bool());
            let value = plain.as_ref().and_then(as_text);
            let value = value.ok_or_else(|| at(start, format!("{name}: {takes}")))?;
            let value = match (negated, value.as_str()) {
                (true, "true") => "false".to_owned(),
                (true, _) => continue,
                (false, _) => value,
            };
            field
                .check(&value)
                .map_err(|why| origin.wrong(name, &value, why))?;
            given.push(Given {
                key: field.key,
                text: value,
                origin: origin.clone(),
            });
        }
    }
    Ok(given)
}

/// The field that a key of a file names, and whether it is named in the negative (`no-standardize`).
fn find<'a>(fields: &'a [Field], name: &str, kind: Kind) -> Option<(&'a Field, bool)> {
    let of = |name: &str| {
        fields
            .iter()
            .find(|field| field.is_named(name) && field.is_for(kind) && field.scope != Scope::Flag)
    };
    let negative = || {
        Some((
            of(name.strip_prefix("no-")?).filter(|f| f.is_switch())?,
            true,
        ))
    };
    of(name).map(|field| (field, false)).or_else(negative)
}

/// A value of a file as a flag takes it, numbers in any of TOML's bases as decimal ones; a list has commas between. `None`
/// for what no setting takes: a table or a date.
pub fn as_flag(value: &DeValue<'_>) -> Option<String> {
    plain(value).as_ref().and_then(as_text)
}

/// A value without its place; `None` for what no setting takes.
fn plain(value: &DeValue<'_>) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(n) => match i64::from_str_radix(n.as_str(), n.radix()) {
            Ok(n) => Value::Integer(n),
            // Too large for TOML, as the field's check will say.
            Err(_) => Value::String(n.as_str().to_owned()),
        },
        // As it was written: what a field reads is the text.
        DeValue::Float(x) => Value::String(x.as_str().to_owned()),
        DeValue::Boolean(yes) => Value::Boolean(*yes),
        DeValue::Array(items) => {
            let items: Option<Vec<Value>> = items.iter().map(|i| plain(i.get_ref())).collect();
            Value::Array(items?)
        }
        DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

/// Line and column of a place in a text, from 1; the column in characters.
fn position(text: &str, offset: usize) -> (usize, usize) {
    let before = text.get(..offset).unwrap_or(text);
    let line = 1 + before.matches('\n').count();
    let start = before.rfind('\n').map_or(0, |i| i + 1);
    (line, 1 + before[start..].chars().count())
}

/// The settings as the text of a `config.toml` that repeats them.
pub fn to_toml(settings: &Settings) -> String {
    to_toml_with(fields(), settings)
}

/// [`to_toml`] on another table of fields.
pub fn to_toml_with(fields: &[Field], settings: &Settings) -> String {
    let mut text = String::new();
    for (key, value) in written(fields, settings, &[Scope::Experiment, Scope::Run]) {
        text.push_str(&format!("{key} = {value}\n"));
    }
    text
}
