//! Studies of one's own, from a file: settings as in `--config`, then tables `[study]` and `[factors]`.
//!
//! ```toml
//! data = "fashion-mnist"
//! hidden = [128, 64]
//! epochs = 20
//!
//! [study]
//! kind = "classification"
//! trials = 5
//! draw = ["learning-curves", "gradient-norms", "boxes"]
//!
//! [factors]
//! activation = ["relu", "tanh", "sigmoid"]
//! optimizer = ["adam", "sgd"]
//! ```
//!
//! Every combination of factors is a case. The file is named after the study, or `name` names it. The seed of each trial
//! follows from the names of study and case, as in all studies.

mod build;

use std::path::Path;

use experiment::AppError;
use settings::{Kind, Origin, Scope, field, file, text_file};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::study::Study;
use build::{Draw, cases, study};

/// Settings that a study chooses for each trial.
const CHOSEN: [(&str, &str); 2] = [
    (
        "seed",
        "the seed of each trial follows from the names of study and case",
    ),
    (
        "data-seed",
        "made data follows the number of the trial, and is the same for all cases",
    ),
];

/// A file with the places of its parts.
struct File<'a> {
    path: &'a Path,
    text: &'a str,
}

impl File<'_> {
    /// A sentence about a place.
    fn wrong(&self, offset: usize, problem: impl std::fmt::Display) -> AppError {
        let (line, column) = self.position(offset);
        AppError::Failure(format!(
            "{}:{line}:{column}: {problem}",
            self.path.display()
        ))
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(self.text);
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        (
            1 + before.matches('\n').count(),
            1 + before[start..].chars().count(),
        )
    }

    fn origin(&self, offset: usize) -> Origin {
        let (line, column) = self.position(offset);
        Origin::File {
            path: self.path.to_owned(),
            line,
            column,
        }
    }
}

/// The table `[study]`.
struct Head {
    name: String,
    shows: String,
    kind: Kind,
    trials: usize,
    draw: Vec<Draw>,
}

/// Reads a study from a file.
///
/// # Errors
/// If it cannot be read, or one sentence with file, line and column about what is wrong.
pub fn read(path: &Path) -> Result<Study, AppError> {
    let text = text_file::read(path).map_err(AppError::Failure)?;
    parse(path, &text)
}

fn parse(path: &Path, text: &str) -> Result<Study, AppError> {
    let file = File { path, text };
    let table = DeTable::parse(text)
        .map_err(|e| file.wrong(e.span().map_or(0, |span| span.start), e.message()))?;
    let tables: Vec<(&Spanned<_>, &DeTable<'_>)> = table
        .get_ref()
        .iter()
        .filter_map(|(key, value)| match value.get_ref() {
            DeValue::Table(table) => Some((key, table)),
            _ => None,
        })
        .collect();
    for (key, _) in &tables {
        if !["study", "factors"].contains(&key.get_ref().as_ref()) {
            return Err(file.wrong(
                key.span().start,
                format_args!(
                    "unknown table [{}]; a study has [study] and [factors]",
                    key.get_ref()
                ),
            ));
        }
    }
    let of = |name: &str| {
        let found = tables
            .iter()
            .find(|(key, _)| key.get_ref().as_ref() == name);
        found.map(|(_, table)| *table)
    };
    let head = head(&file, of("study"))?;
    // What stands before the first table is a file of settings like any other.
    let first = tables
        .iter()
        .map(|(key, _)| key.span().start)
        .min()
        .unwrap_or(text.len());
    let late = table
        .get_ref()
        .iter()
        .filter(|(_, value)| !matches!(value.get_ref(), DeValue::Table(_)))
        .filter(|(key, _)| key.span().start >= first)
        .min_by_key(|(key, _)| key.span().start);
    if let Some((key, _)) = late {
        return Err(file.wrong(
            key.span().start,
            format_args!(
                "{} comes too late: settings stand before [study] and [factors]",
                key.get_ref()
            ),
        ));
    }
    let line = text[..first].rfind('\n').map_or(0, |i| i + 1);
    let base = file::parse(settings::fields(), path, &text[..line], head.kind)?;
    for given in &base {
        refuse_chosen(given.key, &given.origin, path)?;
    }
    let factors = match of("factors") {
        Some(table) => factors(&file, table, head.kind)?,
        None => Vec::new(),
    };
    let cases = cases(&head, &base, &factors)?;
    Ok(study(head, cases))
}

/// Refuses settings that a study chooses itself, or that are none of an experiment.
fn refuse_chosen(key: &str, origin: &Origin, path: &Path) -> Result<(), AppError> {
    let place = match origin {
        Origin::File { line, column, .. } => format!("{}:{line}:{column}", path.display()),
        _ => path.display().to_string(),
    };
    if let Some((_, why)) = CHOSEN.iter().find(|(chosen, _)| *chosen == key) {
        return Err(AppError::Failure(format!(
            "{place}: {key} cannot be set in a study: {why}"
        )));
    }
    match field(key) {
        Some(field) if field.scope == Scope::Experiment => Ok(()),
        _ => Err(AppError::Failure(format!(
            "{place}: {key} is no setting of an experiment; a study takes those that decide about the model"
        ))),
    }
}

fn head(file: &File<'_>, table: Option<&DeTable<'_>>) -> Result<Head, AppError> {
    let stem = file
        .path
        .file_stem()
        .map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let mut head = Head {
        name: stem,
        shows: "A study of one's own".to_owned(),
        kind: Kind::Classification,
        trials: 5,
        draw: Draw::USUAL.into(),
    };
    let mut name_at = 0;
    for (key, value) in table.into_iter().flatten() {
        let at = value.span().start;
        let text = || match value.get_ref() {
            DeValue::String(text) => Ok(text.to_string()),
            _ => Err(file.wrong(at, format_args!("{} is a text", key.get_ref()))),
        };
        match key.get_ref().as_ref() {
            "name" => (head.name, name_at) = (text()?, at),
            "shows" => head.shows = text()?,
            "kind" => {
                head.kind = match text()?.as_str() {
                    "classification" => Kind::Classification,
                    "regression" => Kind::Regression,
                    other => {
                        return Err(file.wrong(
                            at,
                            format_args!(
                                "kind = {other:?}: it is \"classification\" or \"regression\""
                            ),
                        ));
                    }
                }
            }
            "trials" => {
                let number = match value.get_ref() {
                    number @ DeValue::Integer(_) => file::as_flag(number),
                    _ => None,
                };
                let count = number.and_then(|n| n.parse::<u16>().ok());
                head.trials = count
                    .filter(|n| *n > 0)
                    .ok_or_else(|| file.wrong(at, "trials is a number from 1 to 65535"))?
                    .into();
            }
            "draw" => head.draw = drawn(file, value)?,
            other => {
                return Err(file.wrong(
                    key.span().start,
                    format_args!(
                        "unknown key {other:?}; [study] takes name, shows, kind, trials and draw"
                    ),
                ));
            }
        }
    }
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
    let taken = crate::folder::TAKEN.contains(&head.name.as_str());
    if head.name.is_empty() || !head.name.chars().all(plain) || taken {
        return Err(file.wrong(
            name_at,
            format_args!("the study cannot be named {:?}: a name has letters, digits and hyphens, and is that of its folder", head.name),
        ));
    }
    Ok(head)
}

fn drawn(file: &File<'_>, value: &Spanned<DeValue<'_>>) -> Result<Vec<Draw>, AppError> {
    let known = || Draw::ALL.map(Draw::name).join(", ");
    let DeValue::Array(items) = value.get_ref() else {
        return Err(file.wrong(
            value.span().start,
            format_args!("draw is a list of these: {}", known()),
        ));
    };
    let draw = |item: &Spanned<DeValue<'_>>| {
        let named = match item.get_ref() {
            DeValue::String(text) => Draw::ALL.into_iter().find(|draw| draw.name() == text),
            _ => None,
        };
        named.ok_or_else(|| {
            file.wrong(
                item.span().start,
                format_args!("this cannot be drawn; these can: {}", known()),
            )
        })
    };
    items.iter().map(draw).collect()
}

/// A factor and its values as the fields take them.
struct Factor {
    key: &'static str,
    values: Vec<String>,
    origin: Origin,
}

/// The factors in the order in which they stand in the file.
fn factors(file: &File<'_>, table: &DeTable<'_>, kind: Kind) -> Result<Vec<Factor>, AppError> {
    let mut ordered: Vec<_> = table.iter().collect();
    ordered.sort_by_key(|(key, _)| key.span().start);
    let mut found: Vec<Factor> = Vec::new();
    for (key, value) in ordered {
        let (name, place) = (key.get_ref().as_ref(), key.span().start);
        let Some(field) = field(name).filter(|field| field.swept && field.is_for(kind)) else {
            return Err(file.wrong(place, format_args!("{name:?} cannot be a factor; see --grid of classify and regress for those that can")));
        };
        if found.iter().any(|factor| factor.key == field.key) {
            return Err(file.wrong(place, format_args!("{name} is a factor already")));
        }
        let at = value.span().start;
        let values: Option<Vec<String>> = match value.get_ref() {
            DeValue::Array(items) => {
                let each = items.iter().map(|item| file::as_flag(item.get_ref()));
                each.collect()
            }
            _ => None,
        };
        let values = values
            .filter(|values| !values.is_empty())
            .ok_or_else(|| file.wrong(at, format_args!("{name} is a list of values")))?;
        for (i, value) in values.iter().enumerate() {
            if values[..i].contains(value) {
                return Err(file.wrong(at, format_args!("{name} has {value} twice")));
            }
        }
        found.push(Factor {
            key: field.key,
            values,
            origin: file.origin(at),
        });
    }
    Ok(found)
}

#[cfg(test)]
mod tests;
