//! A field: one setting, with its name, documentation, check and default, and its place in the tree.

use std::fmt::Display;
use std::str::FromStr;

use toml::Value;

use crate::experiment::Kind;
use crate::options::Settings;
use crate::place::{Part, Place};
use crate::search::Scale;
use crate::shown::{Shown, as_text};

/// Where a setting stands in help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Which samples.
    Data,
    /// Which network.
    Model,
    /// How it is trained.
    Training,
    /// How it is evaluated.
    Evaluation,
    /// What is compared.
    Search,
    /// Where the run is written.
    RunFolder,
    /// How settings are read and progress is shown.
    Session,
}

/// Where a setting is written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// It decides about the model: into `config.toml` and the model file.
    Experiment,
    /// It decides about the run: into `config.toml`.
    Run,
    /// It is said anew each time: read from files, and not written.
    Call,
    /// It is a flag alone.
    Flag,
}

type Check = Box<dyn Fn(&str) -> Result<(), String> + Send + Sync>;
type Set = Box<dyn Fn(&mut Settings, &str) -> Result<(), String> + Send + Sync>;
type Get = Box<dyn Fn(&Settings) -> Option<Value> + Send + Sync>;

/// A setting. The [table](crate::fields()) has one for each; flags, files and axes of a sweep are made from it.
pub struct Field {
    /// Its name: of the flag, of the key in files, of the axis of a sweep.
    pub key: &'static str,
    /// Other names, of old, which are accepted and not shown.
    pub aliases: &'static [&'static str],
    /// What it is, in a line: what `-h` shows.
    pub help: &'static str,
    /// What `--help` shows besides.
    pub details: String,
    /// The word for its value; empty for a switch.
    pub value_name: &'static str,
    /// The default in words, where it depends on something.
    pub default: Option<&'static str>,
    /// Where it stands in help.
    pub section: Section,
    /// Where it is written to.
    pub scope: Scope,
    /// Whether a sweep can vary it.
    pub swept: bool,
    /// The scale on which a search draws it from a range; `None` where it has no ranges.
    pub scale: Option<Scale>,
    /// Refuses values that it takes, but not on an axis.
    pub on_axis: fn(&str) -> Result<(), String>,
    /// What stands for a comma in its values on an axis.
    pub comma: Option<char>,
    /// The words it takes; none where it takes others.
    pub words: Vec<&'static str>,
    /// Short forms of some words, which are accepted and not shown.
    pub short_words: Vec<&'static str>,
    /// The kinds of experiments that have it; none for all.
    pub only: &'static [Kind],
    /// The kinds that refuse it, so that help does not show it.
    pub hidden_for: &'static [Kind],
    /// Whether it may be given several times.
    pub many: bool,
    /// Whether only the long help shows it.
    pub rare: bool,
    /// The letter of its short flag.
    pub short: Option<char>,
    /// The field that cannot be given beside it.
    pub excludes: Option<&'static str>,
    pub(crate) check: Check,
    pub(crate) set: Set,
    pub(crate) get: Get,
}

impl Field {
    /// A setting with a value, always there.
    pub fn new<T: Shown + 'static, E: Display + 'static>(
        key: &'static str,
        value_name: &'static str,
        help: &'static str,
        parse: fn(&str) -> Result<T, E>,
        Place(get, get_mut): Place<T>,
    ) -> Self {
        Self::of(
            (key, value_name, help),
            parse,
            move |s| Some(get(s).shown()),
            move |s, value| {
                *get_mut(s) = value;
                Ok(())
            },
        )
    }

    /// A setting with a value or without.
    pub fn optional<T: Shown + 'static, E: Display + 'static>(
        key: &'static str,
        value_name: &'static str,
        help: &'static str,
        parse: fn(&str) -> Result<T, E>,
        Place(get, get_mut): Place<Option<T>>,
    ) -> Self {
        Self::of(
            (key, value_name, help),
            parse,
            move |s| get(s).as_ref().map(Shown::shown),
            move |s, value| {
                *get_mut(s) = Some(value);
                Ok(())
            },
        )
    }

    /// A setting that is there where its enum has the variant it belongs to; `otherwise` says why it is refused elsewhere.
    pub fn of_variant<T: Shown + 'static, E: Display + 'static>(
        key: &'static str,
        value_name: &'static str,
        help: &'static str,
        parse: fn(&str) -> Result<T, E>,
        Part(get, get_mut): Part<T>,
        otherwise: &'static str,
    ) -> Self {
        Self::of(
            (key, value_name, help),
            parse,
            move |s| get(s).map(Shown::shown),
            move |s, value| match get_mut(s) {
                Some(place) => {
                    *place = value;
                    Ok(())
                }
                None => Err(otherwise.to_owned()),
            },
        )
    }

    /// A setting whose place depends on others: `get` says what stands in files, `set` may refuse.
    pub fn of<T: 'static, E: Display + 'static>(
        (key, value_name, help): (&'static str, &'static str, &'static str),
        parse: fn(&str) -> Result<T, E>,
        get: impl Fn(&Settings) -> Option<Value> + Send + Sync + 'static,
        set: impl Fn(&mut Settings, T) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        let read = move |text: &str| parse(text).map_err(|e| e.to_string());
        Self {
            key,
            aliases: &[],
            help,
            details: String::new(),
            value_name,
            default: None,
            section: Section::Session,
            scope: Scope::Run,
            swept: false,
            scale: None,
            on_axis: |_| Ok(()),
            comma: None,
            words: Vec::new(),
            short_words: Vec::new(),
            only: &[],
            hidden_for: &[],
            many: false,
            rare: false,
            short: None,
            excludes: None,
            check: Box::new(move |text| read(text).map(drop)),
            set: Box::new(move |settings, text| set(settings, read(text)?)),
            get: Box::new(get),
        }
    }

    /// A switch: a flag without a value, true or false in files. It is written where it is on.
    pub fn switch(key: &'static str, help: &'static str, Place(get, get_mut): Place<bool>) -> Self {
        Self::of(
            (key, "", help),
            yes_or_no,
            move |s| get(s).then_some(Value::Boolean(true)),
            move |s, value| {
                *get_mut(s) = value;
                Ok(())
            },
        )
    }

    /// With old names.
    pub fn alias(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// With more to say in the long help.
    pub fn details(self, details: impl Into<String>) -> Self {
        Self {
            details: details.into(),
            ..self
        }
    }

    /// With its default in words.
    pub fn default(self, words: &'static str) -> Self {
        Self {
            default: Some(words),
            ..self
        }
    }

    /// For these kinds of experiments only.
    pub fn only(self, only: &'static [Kind]) -> Self {
        Self { only, ..self }
    }

    /// Refused, and not shown, for these kinds.
    pub fn hidden_for(self, hidden_for: &'static [Kind]) -> Self {
        Self { hidden_for, ..self }
    }

    /// One of some words.
    pub fn words(self, words: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            words: words.into_iter().collect(),
            ..self
        }
    }

    /// With short forms of some words.
    pub fn short_words(self, words: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            short_words: words.into_iter().collect(),
            ..self
        }
    }

    /// With values that have commas of their own, for which this stands on an axis.
    pub fn comma(self, comma: char) -> Self {
        Self {
            comma: Some(comma),
            ..self
        }
    }

    /// Given once for each value.
    pub fn many(self) -> Self {
        Self { many: true, ..self }
    }

    /// In a section of help, written to a scope.
    pub fn within(self, section: Section, scope: Scope) -> Self {
        Self {
            section,
            scope,
            ..self
        }
    }

    /// To be varied by a sweep.
    pub fn swept(self) -> Self {
        Self {
            swept: true,
            ..self
        }
    }

    /// Refusing on an axis what this refuses, besides.
    pub fn on_axis(self, check: fn(&str) -> Result<(), String>) -> Self {
        Self {
            on_axis: check,
            ..self
        }
    }

    /// To be drawn from ranges by a search.
    pub fn drawn(self, scale: Scale) -> Self {
        Self {
            scale: Some(scale),
            ..self
        }
    }

    /// In the long help alone.
    pub fn rare(self) -> Self {
        Self { rare: true, ..self }
    }

    /// With a short flag.
    pub fn short(self, letter: char) -> Self {
        Self {
            short: Some(letter),
            ..self
        }
    }

    /// Not beside another field.
    pub fn excludes(self, other: &'static str) -> Self {
        Self {
            excludes: Some(other),
            ..self
        }
    }

    /// Its default in words; `None` where it has none.
    pub fn default_words(&self, kind: Kind) -> Option<String> {
        let declared = || as_text(&self.get(&Settings::new(kind))?);
        let words = self.default.map(str::to_owned).or_else(declared);
        words.filter(|_| !self.is_switch() || self.default.is_some())
    }

    /// Whether it is a switch.
    pub fn is_switch(&self) -> bool {
        self.value_name.is_empty()
    }

    /// Whether experiments of this kind have it.
    pub fn is_for(&self, kind: Kind) -> bool {
        self.only.is_empty() || self.only.contains(&kind)
    }

    /// Whether it goes by this name.
    pub fn is_named(&self, name: &str) -> bool {
        self.key == name || self.aliases.contains(&name)
    }

    /// Checks a value without regard to other settings.
    ///
    /// # Errors
    /// A sentence that says what it takes.
    pub fn check(&self, text: &str) -> Result<(), String> {
        (self.check)(text)
    }

    /// Sets it to the value of a text.
    ///
    /// # Errors
    /// A sentence that says what it takes, or why other settings exclude it.
    pub fn set(&self, settings: &mut Settings, text: &str) -> Result<(), String> {
        (self.set)(settings, text)
    }

    /// Its value as it stands in files; `None` where it has none, or where the network it is about is of another kind.
    pub fn get(&self, settings: &Settings) -> Option<Value> {
        (self.get)(settings)
    }

    /// A value on an axis of a sweep as it is set.
    pub fn from_axis(&self, value: &str) -> String {
        match self.comma {
            Some(comma) => value.replace(comma, ","),
            None => value.to_owned(),
        }
    }
}

/// Yes or no, as a switch takes it.
pub(crate) fn yes_or_no(text: &str) -> Result<bool, String> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("it is a switch; it takes true or false".to_owned()),
    }
}

/// A text as it is.
pub(crate) fn text<T: FromStr>(text: &str) -> Result<T, T::Err> {
    text.parse()
}
