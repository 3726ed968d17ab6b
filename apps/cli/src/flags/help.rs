//! Help that fits a terminal: short for `-h`, long for `--help`.

use std::any::TypeId;
use std::path::PathBuf;

use clap::{Arg, ArgAction, Command};

/// Width that help is wrapped to.
const COLUMNS: usize = 80;

/// A command and its subcommands with help.
pub(super) fn with_help(command: Command) -> Command {
    let help = Arg::new("help")
        .short('h')
        .long("help")
        .action(ArgAction::Help)
        .help("Print help (-h: the usual flags, --help: all of them)");
    hyphens(command)
        .mut_subcommands(with_help)
        .term_width(COLUMNS)
        .disable_help_subcommand(true)
        .disable_help_flag(true)
        .arg(help)
}

/// Lets values start with a minus.
///
/// Texts and paths are left out: for them a minus more likely means that the value was forgotten, and the next flag
/// would be swallowed. `--out=-x` works all the same.
fn hyphens(command: Command) -> Command {
    let text = [TypeId::of::<String>(), TypeId::of::<PathBuf>()];
    command.mut_args(|arg| {
        let is_text = text.iter().any(|t| arg.get_value_parser().type_id() == *t);
        match arg.get_action().takes_values() && !is_text {
            true => arg.allow_hyphen_values(true),
            false => arg,
        }
    })
}
