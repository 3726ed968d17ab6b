//! The file of settings: TOML whose keys are the flags' names.
//!
//! An entry is turned into the flag it stands for, so that one declaration reads and checks both.

use std::ffi::OsString;
use std::path::Path;

use clap::{Arg, ArgAction, Command};
use experiment::AppError;
use toml::de::{DeTable, DeValue};

use super::usage;

/// Flags that are about the file itself, and cannot stand in it.
const NOT_IN_FILE: [&str; 2] = ["config", "print-config"];

/// Reads the file as flags of `command`, each checked.
///
/// # Errors
/// One sentence with file, line and key.
pub(super) fn read(path: &Path, command: &Command) -> Result<Vec<OsString>, AppError> {
    let bytes = std::fs::read(path)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", path.display()), e))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| AppError::Failure(format!("{} is not text in UTF-8", path.display())))?;
    let table = DeTable::parse(&text).map_err(|e| {
        let line = e.span().map_or(1, |span| line_of(&text, span.start));
        AppError::Failure(format!("{}:{line}: {}", path.display(), e.message()))
    })?;
    let mut flags = Vec::new();
    for (key, value) in table.get_ref() {
        let name = key.get_ref();
        let at = |problem: String| {
            let line = line_of(&text, key.span().start);
            AppError::Failure(format!("{}:{line}: {problem}", path.display()))
        };
        let arg = command
            .get_arguments()
            .find(|arg| arg.get_long() == Some(name) && !NOT_IN_FILE.contains(&name.as_ref()))
            .ok_or_else(|| {
                at(format!(
                    "unknown key {name:?}; keys are the names of flags, see --help"
                ))
            })?;
        let entry = value.get_ref();
        // A flag that may stand several times stands once for each item of a list.
        let items = match (arg.get_action(), entry) {
            (ArgAction::Append, DeValue::Array(items)) => {
                items.iter().map(|item| item.get_ref()).collect()
            }
            _ => vec![entry],
        };
        for item in items {
            let Some(flag) = as_flag(arg, name, item).map_err(at)? else {
                continue;
            };
            command
                .clone()
                .try_get_matches_from([&flag])
                .map_err(|e| at(usage::sentence(&e)))?;
            flags.push(flag);
        }
    }
    Ok(flags)
}

/// An entry as the flag it stands for; `None` for a switch that is off.
fn as_flag(arg: &Arg, name: &str, value: &DeValue<'_>) -> Result<Option<OsString>, String> {
    let switch = matches!(arg.get_action(), ArgAction::SetTrue);
    match (switch, value) {
        (true, DeValue::Boolean(true)) => Ok(Some(format!("--{name}").into())),
        (true, DeValue::Boolean(false)) => Ok(None),
        (true, _) => Err(format!("{name:?} is a switch; it takes true or false")),
        (false, value) => match as_text(value) {
            Some(text) => Ok(Some(format!("--{name}={text}").into())),
            None => Err(format!("{name:?} takes a number, a text or a list of them")),
        },
    }
}

/// A value as it stands on the command line; a list has commas between.
fn as_text(value: &DeValue<'_>) -> Option<String> {
    match value {
        DeValue::String(text) => Some(text.to_string()),
        DeValue::Integer(n) if n.radix() == 10 => Some(n.as_str().to_owned()),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix())
            .ok()
            .map(|n| n.to_string()),
        DeValue::Float(x) => Some(x.as_str().to_owned()),
        DeValue::Array(items) => items
            .iter()
            .map(|item| as_text(item.get_ref()))
            .collect::<Option<Vec<_>>>()
            .map(|texts| texts.join(",")),
        DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Table(_) => None,
    }
}

/// The line of a place in a text, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|b| *b == b'\n').count()
}
