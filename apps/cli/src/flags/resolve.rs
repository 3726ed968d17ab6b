//! From the command line, the file and the data set to one set of values.

use std::any::TypeId;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args, Command};
use experiment::AppError;
use serde::Serialize;
use settings::{Change, Preset};

use super::{file, usage};
use crate::app;

/// Width that help is wrapped to.
const COLUMNS: usize = 80;

/// Reads a command line. `None` if it asked for help or the version, which have then been printed.
///
/// # Errors
/// Wrong usage, as one sentence.
pub fn parse(
    command: Command,
    line: impl IntoIterator<Item = impl Into<OsString> + Clone>,
) -> Result<Option<ArgMatches>, AppError> {
    match with_help(prepared(command)).try_get_matches_from(line) {
        Ok(matches) => Ok(Some(matches)),
        Err(e) if usage::is_asked_for(&e) => {
            app::print_line(e.render().to_string().trim_end())?;
            Ok(None)
        }
        Err(e) => Err(usage::wrong(&e)),
    }
}

/// Values of all flags of `S`: those given win over those in the `--config` file, those over what `preset` finds
/// fitting for the data, those over the declared defaults.
///
/// `preset` sees the values as they are without it, so it can ask for the data's name.
///
/// # Errors
/// Wrong usage on the command line, or a failure that names file, line and key.
///
/// # Panics
/// If `preset` names a flag that `S` does not have, or gives a value that its flag refuses.
pub fn resolve<S: Args>(
    matches: &ArgMatches,
    preset: impl FnOnce(&S) -> Preset,
) -> Result<S, AppError> {
    resolve_with(matches, preset, &[])
}

/// As [`resolve`], with flags changed that win over all else: those of one point of a sweep.
///
/// # Errors
/// As [`resolve`]; a value that a changed flag refuses is wrong usage.
///
/// # Panics
/// As [`resolve`].
pub fn resolve_with<S: Args>(
    matches: &ArgMatches,
    preset: impl FnOnce(&S) -> Preset,
    changes: &[Change],
) -> Result<S, AppError> {
    let command = command::<S>();
    refuse_beside_resume(&command, matches)?;
    let mut chosen = match config_path(&command, matches) {
        Some(path) => file::read(&path, &command)?,
        None => Vec::new(),
    };
    let given = given(&command, matches);
    chosen.retain(|flag| !is_replaced(&command, flag, &given));
    chosen.extend(given);
    for (name, value) in changes {
        change(&command, &mut chosen, name, value)?;
    }
    let plain: S = values(&command, &chosen)?;
    let fitting = as_flags(&command, &preset(&plain));
    values(&command, &[fitting, chosen].concat())
}

/// Values of all flags of `S` where nothing is given but what suits the data.
///
/// # Errors
/// None that a preset can cause.
///
/// # Panics
/// If the preset names a flag that `S` does not have, or gives a value that its flag refuses.
pub(crate) fn with_preset<S: Args>(preset: &Preset) -> Result<S, AppError> {
    let command = command::<S>();
    values(&command, &as_flags(&command, preset))
}

/// The flags of `S`, of which the last wins.
fn command<S: Args>() -> Command {
    prepared(
        S::augment_args(Command::new("settings"))
            .no_binary_name(true)
            .args_override_self(true),
    )
}

/// What suits the data as flags.
fn as_flags(command: &Command, preset: &Preset) -> Vec<OsString> {
    let flag = |(name, value): &(&str, String)| match value.as_str() {
        "" => format!("--{name}").into(),
        value => format!("--{name}={value}").into(),
    };
    let flags: Vec<OsString> = preset.iter().map(flag).collect();
    if let Err(e) = command.clone().try_get_matches_from(&flags) {
        panic!("what suits the data set is wrong: {}", usage::sentence(&e));
    }
    flags
}

/// The settings as the text of a `config.toml` that repeats them.
pub fn to_toml(settings: &impl Serialize) -> Result<String, AppError> {
    toml::to_string(settings)
        .map_err(|e| AppError::while_doing("cannot write the settings as TOML", e))
}

/// What holds for every flag: values may start with a minus.
///
/// Texts and paths are left out: for them a minus more likely means that the value was forgotten, and the next flag
/// would be swallowed. `--out=-x` works all the same.
fn prepared(command: Command) -> Command {
    let text = [TypeId::of::<String>(), TypeId::of::<PathBuf>()];
    let command = command.mut_args(|arg| {
        let is_text = text.iter().any(|t| arg.get_value_parser().type_id() == *t);
        if arg.get_action().takes_values() && !is_text {
            arg.allow_hyphen_values(true)
        } else {
            arg
        }
    });
    command.mut_subcommands(prepared)
}

/// Help that fits a terminal, the same text for `-h` and `--help`.
fn with_help(command: Command) -> Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::HelpShort)
        .help("Print this help");
    command
        .mut_subcommands(with_help)
        .term_width(COLUMNS)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(help)
}

/// The file of settings: that of the run to go on with, or the one that is named.
fn config_path(command: &Command, matches: &ArgMatches) -> Option<PathBuf> {
    let path = |name: &str| {
        let has_it = command.get_arguments().any(|arg| arg.get_id() == name);
        has_it
            .then(|| matches.get_one::<PathBuf>(name).cloned())
            .flatten()
    };
    let resumed = path("resume").map(|run| run.join("config.toml"));
    resumed.or_else(|| path("config"))
}

/// What may be said anew of a run that goes on; it takes all else from its folder.
const BESIDE_RESUME: [&str; 7] = [
    "resume", "epochs", "threads", "quiet", "json", "data-dir", "offline",
];

/// Refuses flags that would make another run of one that goes on.
fn refuse_beside_resume(command: &Command, matches: &ArgMatches) -> Result<(), AppError> {
    let given =
        |arg: &&Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let names: Vec<&str> = command
        .get_arguments()
        .filter(given)
        .filter_map(Arg::get_long)
        .collect();
    if !names.contains(&"resume") {
        return Ok(());
    }
    match names.iter().find(|name| !BESIDE_RESUME.contains(name)) {
        Some(name) => Err(AppError::Usage(format!(
            "--{name}: a run that goes on takes this from its folder; beside --resume only --epochs, --threads, --quiet, --json, --data-dir and --offline may stand"
        ))),
        None => Ok(()),
    }
}

/// The flags given on the command line, as text again.
fn given(command: &Command, matches: &ArgMatches) -> Vec<OsString> {
    let mut flags = Vec::new();
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let Some(name) = arg.get_long() else { continue };
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        if matches!(arg.get_action(), ArgAction::SetTrue) {
            flags.push(format!("--{name}").into());
            continue;
        }
        for value in matches.get_raw(id).into_iter().flatten() {
            let mut flag = OsString::from(format!("--{name}="));
            flag.push(value);
            flags.push(flag);
        }
    }
    flags
}

/// Whether a flag of the file that may stand several times is given on the command line, which replaces all of them.
/// Other flags override themselves.
fn is_replaced(command: &Command, flag: &OsString, given: &[OsString]) -> bool {
    let lists = command
        .get_arguments()
        .filter(|arg| matches!(arg.get_action(), ArgAction::Append));
    let mut prefixes = lists.filter_map(|arg| Some(format!("--{}=", arg.get_long()?)));
    prefixes.any(|prefix| {
        let starts = |flag: &OsString| flag.to_string_lossy().starts_with(&prefix);
        starts(flag) && given.iter().any(starts)
    })
}

/// Sets a flag of a sweep to one of its values.
fn change(
    command: &Command,
    chosen: &mut Vec<OsString>,
    name: &str,
    value: &str,
) -> Result<(), AppError> {
    let wrong = |problem: String| AppError::Usage(format!("--grid {name}={value}: {problem}"));
    let is_switch = command
        .get_arguments()
        .any(|arg| arg.get_long() == Some(name) && matches!(arg.get_action(), ArgAction::SetTrue));
    let flag = OsString::from(match (is_switch, value) {
        (false, value) => format!("--{name}={value}"),
        (true, "true") => format!("--{name}"),
        (true, "false") => {
            let given = OsString::from(format!("--{name}"));
            chosen.retain(|flag| *flag != given);
            let off = format!("no-{name}");
            if !command
                .get_arguments()
                .any(|arg| arg.get_long() == Some(&off))
            {
                return Ok(());
            }
            format!("--{off}")
        }
        (true, _) => return Err(wrong("it is a switch, true or false".to_owned())),
    });
    command
        .clone()
        .try_get_matches_from([&flag])
        .map_err(|e| wrong(usage::sentence(&e)))?;
    chosen.push(flag);
    Ok(())
}

fn values<S: Args>(command: &Command, flags: &[OsString]) -> Result<S, AppError> {
    command
        .clone()
        .try_get_matches_from(flags)
        .and_then(|matches| S::from_arg_matches(&matches))
        .map_err(|e| usage::wrong(&e))
}
