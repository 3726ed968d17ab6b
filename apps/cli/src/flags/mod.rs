//! From the command line and a file of settings to [`Settings`]: a view of the [table of fields](settings::fields()).
//!
//! [`arguments`] makes the flags, [`parse`] reads a command line, [`given`] says what was given on it and in the file that
//! it names, and [`settings::settle`] does the rest.

mod arguments;
mod groups;
mod help;
mod usage;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};
use experiment::AppError;
use settings::{Given, Kind, Origin, Settings, fields, file, settle};

pub use arguments::arguments;
pub use groups::LookFlags;

use crate::app;

/// Reads a command line. `None` if it asked for help or the version, which have then been printed.
///
/// # Errors
/// Wrong usage, as one sentence.
pub fn parse(
    command: Command,
    line: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Option<ArgMatches>, AppError> {
    match help::with_help(command).try_get_matches_from(line) {
        Ok(matches) => Ok(Some(matches)),
        Err(e) if usage::is_asked_for(&e) => {
            app::print_line(e.render().to_string().trim_end())?;
            Ok(None)
        }
        Err(e) => Err(usage::wrong(&e)),
    }
}

/// The settings of a command line for an experiment of this kind.
///
/// # Errors
/// Wrong usage, or a failure that names file, line and column.
pub fn resolve(matches: &ArgMatches, kind: Kind) -> Result<Settings, AppError> {
    Ok(settle(kind, &given(matches, kind)?)?)
}

/// What a command line gives, after the file of settings that it names: that of the run to go on with, or another.
///
/// # Errors
/// As [`resolve`].
pub fn given(matches: &ArgMatches, kind: Kind) -> Result<Vec<Given>, AppError> {
    let flags = flags(matches, kind);
    refuse_beside_resume(&flags)?;
    let path = |key: &str| {
        let flag = flags.iter().find(|flag| flag.key == key);
        flag.map(|flag| PathBuf::from(&flag.text))
    };
    let resumed = path("resume").map(|run| run.join("config.toml"));
    let mut given = match resumed.or_else(|| path("config")) {
        Some(path) => file::read(&path, kind)?,
        None => Vec::new(),
    };
    given.extend(flags);
    Ok(given)
}

/// The flags given on the command line.
fn flags(matches: &ArgMatches, kind: Kind) -> Vec<Given> {
    let on_the_line = |id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    let mut flags = Vec::new();
    for field in fields().iter().filter(|field| field.is_for(kind)) {
        let mut push = |text: String| {
            flags.push(Given {
                key: field.key,
                text,
                origin: Origin::Flag,
            });
        };
        if field.is_switch() {
            // Of a switch and its opposite the last stands.
            if on_the_line(field.key) && matches.get_flag(field.key) {
                push("true".to_owned());
            }
            if on_the_line(&arguments::negative(field)) {
                push("false".to_owned());
            }
            continue;
        }
        if on_the_line(field.key) {
            let values = matches.get_many::<String>(field.key);
            values.into_iter().flatten().cloned().for_each(&mut push);
        }
    }
    flags
}

/// What may be said anew of a run that goes on; it takes all else from its folder.
const BESIDE_RESUME: [&str; 8] = [
    "resume", "epochs", "refit", "threads", "quiet", "json", "data-dir", "offline",
];

/// Refuses flags that would make another run of one that goes on.
fn refuse_beside_resume(flags: &[Given]) -> Result<(), AppError> {
    if !flags.iter().any(|flag| flag.key == "resume") {
        return Ok(());
    }
    let other = flags.iter().find(|flag| !BESIDE_RESUME.contains(&flag.key));
    match other {
        Some(flag) => Err(AppError::Usage(format!(
            "--{}: a run that goes on takes this from its folder; beside --resume only --epochs, --refit of a sweep, --threads, --quiet, --json, --data-dir and --offline may stand",
            flag.key
        ))),
        None => Ok(()),
    }
}
