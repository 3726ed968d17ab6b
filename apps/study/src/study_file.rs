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

use std::path::Path;

use experiment::AppError;
use settings::{Given, Kind, Origin, Scope, field, file, settle};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::figure_spec::FigureSpec;
use crate::setup::Setup;
use crate::study::{Case, Study};

/// Figures that a study can ask for, with what they show.
pub const DRAWN: [(&str, &str); 6] = [
    (
        "learning-curves",
        "losses and accuracies over epochs, as mean and 95 % interval over trials",
    ),
    (
        "gradient-norms",
        "the norm of each layer's gradient, over layers and over epochs",
    ),
    (
        "dead-units",
        "the share of units that are 0 on all looked-at samples, over epochs",
    ),
    ("boxes", "box plots of test metrics over trials"),
    ("confusion", "a confusion matrix of each case"),
    ("table", "medians, quartiles and intervals of test metrics"),
];
/// What is drawn by default.
const USUAL: [&str; 3] = ["learning-curves", "boxes", "table"];
/// The most cases of a file.
const MOST_CASES: usize = 1000;
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
    draw: Vec<String>,
}

/// Reads a study from a file.
///
/// # Errors
/// If it cannot be read, or one sentence with file, line and column about what is wrong.
pub fn read(path: &Path) -> Result<Study, AppError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", path.display()), e))?;
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
        draw: USUAL.map(str::to_owned).into(),
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
                let count = match value.get_ref() {
                    DeValue::Integer(n) => n.as_str().parse::<u16>().ok().filter(|n| *n > 0),
                    _ => None,
                };
                head.trials = count
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
    if head.name.is_empty() || !head.name.chars().all(plain) || head.name == crate::folder::QUICK {
        return Err(file.wrong(
            name_at,
            format_args!("the study cannot be named {:?}: a name has letters, digits and hyphens, and is that of its folder", head.name),
        ));
    }
    Ok(head)
}

fn drawn(file: &File<'_>, value: &Spanned<DeValue<'_>>) -> Result<Vec<String>, AppError> {
    let known = || DRAWN.map(|(name, _)| name).join(", ");
    let DeValue::Array(items) = value.get_ref() else {
        return Err(file.wrong(
            value.span().start,
            format_args!("draw is a list of these: {}", known()),
        ));
    };
    let mut names = Vec::new();
    for item in items {
        match item.get_ref() {
            DeValue::String(text) if DRAWN.iter().any(|(name, _)| name == text) => {
                names.push(text.to_string())
            }
            _ => {
                return Err(file.wrong(
                    item.span().start,
                    format_args!("this cannot be drawn; these can: {}", known()),
                ));
            }
        }
    }
    Ok(names)
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
            DeValue::Array(items) => items.iter().map(|item| as_text(item.get_ref())).collect(),
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

/// A value as a flag takes it.
fn as_text(value: &DeValue<'_>) -> Option<String> {
    Some(match value {
        DeValue::String(text) => text.to_string(),
        DeValue::Integer(n) => n.as_str().to_owned(),
        DeValue::Float(x) => x.as_str().to_owned(),
        DeValue::Boolean(yes) => yes.to_string(),
        DeValue::Array(items) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| as_text(item.get_ref())).collect();
            items?.join(",")
        }
        DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

/// Every combination of factors, the last moving fastest.
fn cases(head: &Head, base: &[Given], factors: &[Factor]) -> Result<Vec<Case>, AppError> {
    let mut choices: Vec<Vec<(&Factor, &str)>> = vec![Vec::new()];
    for factor in factors {
        let mut longer = Vec::new();
        for choice in &choices {
            for value in &factor.values {
                let mut next = choice.clone();
                next.push((factor, value.as_str()));
                longer.push(next);
            }
        }
        choices = longer;
        if choices.len() > MOST_CASES {
            return Err(AppError::Failure(format!(
                "the factors of {} make more than {MOST_CASES} cases",
                head.name
            )));
        }
    }
    let looks = ["gradient-norms", "dead-units"]
        .iter()
        .any(|name| head.draw.iter().any(|d| d == name));
    let case = |choice: &Vec<(&Factor, &str)>| -> Result<Case, AppError> {
        let given = choice.iter().map(|(factor, value)| Given {
            key: factor.key,
            text: (*value).to_owned(),
            origin: factor.origin.clone(),
        });
        let given: Vec<Given> = base.iter().cloned().chain(given).collect();
        let setup = Setup::of(settle(head.kind, &given)?.experiment);
        let setup = if looks { setup.probes(1) } else { setup };
        let names: Vec<String> = choice
            .iter()
            .map(|(_, value)| value.replace(',', "-"))
            .collect();
        let name = if names.is_empty() {
            "one".to_owned()
        } else {
            names.join(", ")
        };
        let case = Case::train(name, setup);
        Ok(choice
            .iter()
            .fold(case, |case, (factor, value)| case.factor(factor.key, value)))
    };
    choices.iter().map(case).collect()
}

/// A text for the whole run of the program: a study from a file is read once.
fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn study(head: Head, cases: Vec<Case>) -> Study {
    let setups = cases.iter().filter_map(|case| match &case.work {
        crate::study::Work::Train(setup) => Some(setup),
        crate::study::Work::Own(_) => None,
    });
    let validated = setups
        .clone()
        .any(|setup| setup.experiment().data.val_fraction > 0.0);
    let hidden = |setup: &Setup| {
        setup
            .experiment()
            .model
            .architecture
            .hidden()
            .map_or(0, |h| h.0.len())
    };
    let layers = setups.map(|setup| hidden(setup)).max().unwrap_or(0);
    let (measure, name) = match head.kind {
        Kind::Classification => ("accuracy", "accuracy"),
        _ => ("mse", "MSE"),
    };
    let names: Vec<String> = cases.iter().map(|case| case.name.clone()).collect();
    let mut study = Study::new(kept(head.name), "", kept(head.shows))
        .trials(head.trials)
        .cases(cases);
    let parts = |part: &str| format!("{part}_{measure}");
    for drawn in &head.draw {
        let specs: Vec<FigureSpec> = match drawn.as_str() {
            "learning-curves" => {
                let curve =
                    |title: String, series: &str| FigureSpec::curves(&title, [series]).means();
                let mut specs = vec![
                    curve("Training loss".to_owned(), "train_loss"),
                    curve(format!("Training {name}"), &parts("train")),
                ];
                if validated {
                    specs.push(curve("Validation loss".to_owned(), "validation_loss"));
                    specs.push(curve(format!("Validation {name}"), &parts("validation")));
                }
                specs
            }
            "gradient-norms" => {
                let all = FigureSpec::layers(
                    "Gradient norm per layer, first and last look",
                    "gradient_norm",
                );
                let each = per_layer(&names, "gradient norm", "gradient_norm", layers + 1);
                std::iter::once(all).chain(each).collect()
            }
            "dead-units" => per_layer(&names, "dead units", "dead", layers),
            "boxes" => vec![FigureSpec::boxes(&format!("Test {name}"), &parts("test"))],
            "confusion" => names
                .iter()
                .map(|case| FigureSpec::confusion(case))
                .collect(),
            _ => vec![FigureSpec::table(
                "Test set",
                [parts("test").as_str(), "test_loss", "epochs", "seconds"],
            )],
        };
        study = specs
            .into_iter()
            .fold(study, |study, spec| study.draw(spec));
    }
    study
}

/// A series of each layer over epochs, a figure per case.
fn per_layer(cases: &[String], title: &str, series: &str, layers: usize) -> Vec<FigureSpec> {
    let names: Vec<String> = (1..=layers)
        .map(|layer| format!("{series}/{layer}"))
        .collect();
    let figure = |case: &String| {
        FigureSpec::curves(
            &format!("{case}: {title}"),
            names.iter().map(String::as_str),
        )
        .of([case.as_str()])
        .means()
    };
    cases.iter().map(figure).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Study, String> {
        parse(Path::new("mine.toml"), text).map_err(|e| e.to_string())
    }

    const TEXT: &str = "\
data = \"digits\"
hidden = [16, 8]
epochs = 3

[study]
trials = 7
draw = [\"gradient-norms\", \"boxes\"]

[factors]
optimizer = [\"adam\", \"sgd\"]
hidden = [[8], [16, 8]]
lr = [0.01]
";

    #[test]
    fn every_combination_of_factors_is_a_case() {
        let study = parsed(TEXT).unwrap();
        assert_eq!((study.name, study.trials), ("mine", 7));
        let names: Vec<&str> = study.cases.iter().map(|case| case.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "adam, 8, 0.01",
                "adam, 16-8, 0.01",
                "sgd, 8, 0.01",
                "sgd, 16-8, 0.01"
            ]
        );
        assert_eq!(study.cases[3].value("optimizer"), Some("sgd"));
        let settings = study.cases[1].settings();
        assert!(
            settings.contains("\"hidden\":[16,8]") && settings.contains("\"lr\":0.01"),
            "{settings}"
        );
        // One over layers, one over epochs of each case, and the boxes.
        assert_eq!(study.drawn.len(), 1 + 4 + 1);
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let changed =
            |from: &str, to: &str| parsed(&TEXT.replace(from, to)).err().unwrap_or_default();
        for (from, to, sentence) in [
            ("\"adam\"", "\"adem\"", "mine.toml:10:13: optimizer = adem"),
            (
                "lr = [0.01]",
                "lr = 0.01",
                "mine.toml:12:6: lr is a list of values",
            ),
            ("lr = [0.01]", "lr = [0.01, 0.01]", "lr has 0.01 twice"),
            (
                "lr = [0.01]",
                "threads = [1, 2]",
                "\"threads\" cannot be a factor",
            ),
            (
                "trials = 7",
                "trials = 0",
                "mine.toml:6:10: trials is a number from 1",
            ),
            ("trials = 7", "trails = 7", "unknown key \"trails\""),
            (
                "\"boxes\"",
                "\"boxen\"",
                "this cannot be drawn; these can: learning-curves",
            ),
            (
                "epochs = 3",
                "epoch = 3",
                "mine.toml:3:1: unknown key \"epoch\"",
            ),
            (
                "epochs = 3",
                "seed = 3",
                "mine.toml:3:8: seed cannot be set in a study",
            ),
            ("[factors]", "[axes]", "mine.toml:9:2: unknown table [axes]"),
            ("trials = 7", "name = \"../x\"", "cannot be named"),
            ("trials = 7", "kind = \"poetry\"", "kind = \"poetry\""),
        ] {
            let found = changed(from, to);
            assert!(found.contains(sentence), "{to}: {found}");
        }
    }

    #[test]
    fn a_file_without_factors_has_one_case() {
        let study = parsed("data = \"digits\"\n\n[study]\nkind = \"classification\"\n").unwrap();
        assert_eq!(study.cases.len(), 1);
        assert!(study.drawn.len() >= 4);
    }
}
