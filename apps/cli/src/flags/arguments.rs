//! The flags of a program that trains: an argument of the command line for each field of the table.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, Command};
use settings::{Field, Kind, Section};

/// A command with the flags of these fields, for experiments of a kind.
pub fn arguments(command: Command, fields: &'static [Field], kind: Kind) -> Command {
    let own = fields.iter().filter(|field| field.is_for(kind));
    own.fold(command, |command, field| {
        let command = command.arg(argument(field, kind));
        match field.is_switch() {
            true => command.arg(opposite(field)),
            false => command,
        }
    })
}

/// The name of what turns a switch off.
pub(super) fn negative(field: &Field) -> String {
    format!("no-{}", field.key)
}

fn argument(field: &'static Field, kind: Kind) -> Arg {
    let default = field.default_words(kind);
    let help = match &default {
        Some(words) => format!("{} [default: {words}]", field.help),
        None => field.help.to_owned(),
    };
    let mut arg = Arg::new(field.key)
        .long(field.key)
        .aliases(field.aliases.iter().copied())
        .help_heading(heading(field.section))
        .hide(field.hidden_for.contains(&kind))
        .hide_short_help(field.rare)
        .help(help.clone());
    if !field.details.is_empty() {
        arg = arg.long_help(format!("{help}. {}", field.details));
    } else if !field.words.is_empty() {
        arg = arg.long_help(format!("{help}. One of {}", field.words.join(", ")));
    }
    if let Some(letter) = field.short {
        arg = arg.short(letter);
    }
    if let Some(other) = field.excludes {
        arg = arg.conflicts_with(other);
    }
    if field.is_switch() {
        return arg
            .action(ArgAction::SetTrue)
            .overrides_with_all([field.key.to_owned(), negative(field)]);
    }
    let arg = arg
        .value_name(field.value_name)
        .value_parser(Checked(field))
        .hide_possible_values(true)
        // A flag that was forgotten its value would swallow the next one, where any text will do.
        .allow_hyphen_values(field.check("--").is_err());
    match field.many {
        true => arg.action(ArgAction::Append),
        false => arg.action(ArgAction::Set).overrides_with(field.key),
    }
}

fn opposite(field: &'static Field) -> Arg {
    let aliases = field.aliases.iter().map(|alias| format!("no-{alias}"));
    Arg::new(negative(field))
        .long(negative(field))
        .aliases(aliases)
        .action(ArgAction::SetTrue)
        .overrides_with_all([field.key.to_owned(), negative(field)])
        .hide(true)
}

/// The heading of a section in help.
fn heading(section: Section) -> &'static str {
    match section {
        Section::Data => "Data",
        Section::Model => "Model",
        Section::Training => "Training",
        Section::Evaluation => "Evaluation",
        Section::Search => "Search",
        Section::RunFolder => "Run folder",
        Section::Session => "Settings and messages",
    }
}

/// A value that its field has checked, as text.
#[derive(Clone)]
struct Checked(&'static Field);

impl TypedValueParser for Checked {
    type Value = String;

    fn parse_ref(
        &self,
        command: &Command,
        arg: Option<&Arg>,
        value: &OsStr,
    ) -> Result<String, clap::Error> {
        // A bare word is checked against the list, so that a misspelt one is met with the nearest.
        let text = value.to_string_lossy();
        let short = self.0.short_words.contains(&&*text);
        if !self.0.words.is_empty() && !short && !text.contains([':', ',']) {
            let words = PossibleValuesParser::new(self.0.words.iter().copied());
            return words.parse_ref(command, arg, value);
        }
        let checked = |text: &str| self.0.check(text).map(|()| text.to_owned());
        checked.parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let words = self.0.words.iter().copied().map(PossibleValue::new);
        (!self.0.words.is_empty()).then(|| Box::new(words) as Box<_>)
    }
}
