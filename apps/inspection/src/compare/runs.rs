//! A finished run as it is compared: read from its folder, without its data.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use datasets::Fingerprint;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::run::Task;
use records::{EpochRecord, Metrics, Number, read_history};
use serde_json::Value;
use settings::{fields, map};

/// Settings that decide which data there is. A file of one's own is known by its content instead.
const OF_DATA: [&str; 5] = ["data", "n", "noise", "points", "data-seed"];

/// A finished run.
#[derive(Clone, Debug)]
pub struct ComparedRun {
    /// Its folder.
    pub folder: PathBuf,
    /// The content of its `metrics.json`.
    pub metrics: Metrics<Value>,
    /// Its epochs.
    pub history: Vec<EpochRecord>,
    /// The settings of its experiment but for the seed, and `folds` where there were some: names and values.
    pub settings: BTreeMap<String, String>,
    fingerprint: Option<Fingerprint>,
    /// Names of classes, or of targets.
    targets: Vec<String>,
}

impl ComparedRun {
    /// Reads the run in a folder.
    ///
    /// # Errors
    /// If it is not finished, of another task, or cannot be read.
    pub(super) fn read<K: Task>(folder: &Path) -> Result<Self, AppError> {
        let config = ModelConfig::read(folder)?;
        K::of_config(&config)
            .map_err(|e| AppError::Failure(format!("{}: {e}", folder.display())))?;
        let file = folder.join("metrics.json");
        let text = std::fs::read_to_string(&file).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", file.display()), e)
        })?;
        let metrics: Metrics<Value> = serde_json::from_str(&text).map_err(|e| {
            AppError::while_doing(format_args!("cannot understand {}", file.display()), e)
        })?;
        let values = map::to_map(fields(), &config.experiment).into_iter();
        // As flags take them: a list has commas between.
        let shown = |value: &toml::Value| {
            let items = value
                .as_array()
                .map_or(std::slice::from_ref(value), |items| items);
            let text = |item: &toml::Value| {
                item.as_str()
                    .map_or_else(|| item.to_string(), str::to_owned)
            };
            items.iter().map(text).collect::<Vec<_>>().join(",")
        };
        let mut settings: BTreeMap<String, String> = values
            .filter(|(key, _)| *key != "seed")
            .map(|(key, value)| (key.to_owned(), shown(&value)))
            .collect();
        if let Some(folds) = &metrics.folds {
            settings.insert("folds".to_owned(), folds.len().to_string());
        }
        let (classes, targets) = (config.rows.classes, config.rows.targets);
        Ok(Self {
            history: read_history(&folder.join("history.jsonl"), usize::MAX)?,
            folder: folder.to_owned(),
            metrics,
            settings,
            fingerprint: config.fingerprint,
            targets: if classes.is_empty() { targets } else { classes },
        })
    }

    /// The name of its folder.
    pub fn name(&self) -> String {
        let name = self.folder.file_name();
        name.map_or_else(
            || self.folder.display().to_string(),
            |n| n.to_string_lossy().into_owned(),
        )
    }

    /// The data and the targets, in words.
    pub(super) fn about(&self) -> String {
        let named: Vec<&str> = self.targets.iter().take(5).map(String::as_str).collect();
        let more = if self.targets.len() > named.len() {
            ", …"
        } else {
            ""
        };
        format!("{} ({}{more})", self.metrics.data, named.join(", "))
    }

    /// Refuses a run on other data, or on other targets of it.
    pub(super) fn refuse_other_data(&self, other: &Self) -> Result<(), AppError> {
        let refuse = |why: String| {
            Err(AppError::Failure(format!(
                "{} and {} do not compare: {why}",
                self.folder.display(),
                other.folder.display()
            )))
        };
        if self.targets != other.targets {
            return refuse(format!(
                "one is about {}, the other about {}",
                self.about(),
                other.about()
            ));
        }
        match (&self.fingerprint, &other.fingerprint) {
            (Some(a), Some(b)) if !same_cells(a, b) => refuse(format!(
                "{} and {} have other content",
                self.metrics.data, other.metrics.data
            )),
            (Some(a), Some(b)) => {
                let test = |of: &Self| match &of.metrics.test_data {
                    Some(path) => format!("the test samples of {path}"),
                    None => "test samples out of its own file".to_owned(),
                };
                let same = match (&a.test, &b.test) {
                    (Some(a), Some(b)) => same_cells(a, b),
                    (a, b) => a.is_none() && b.is_none(),
                };
                match same {
                    true => Ok(()),
                    false => refuse(format!("one has {}, the other {}", test(self), test(other))),
                }
            }
            _ => {
                let value = |of: &Self, key: &str| match of.settings.get(key) {
                    Some(value) => format!("{key} {value}"),
                    None => format!("no {key}"),
                };
                match OF_DATA
                    .iter()
                    .find(|key| self.settings.get(**key) != other.settings.get(**key))
                {
                    None => Ok(()),
                    Some(key) => refuse(format!(
                        "one is on data with {}, the other with {}",
                        value(self, key),
                        value(other, key)
                    )),
                }
            }
        }
    }

    /// Refuses a run with the same settings and seed: it has the same bits, and counts once.
    pub(super) fn refuse_same(&self, other: &Self) -> Result<(), AppError> {
        match self.settings == other.settings && self.metrics.seed == other.metrics.seed {
            true => Err(AppError::Failure(format!(
                "{} and {} are the same run: they have the same settings and the same seed",
                self.folder.display(),
                other.folder.display()
            ))),
            false => Ok(()),
        }
    }

    /// The figures of a part of the data, `train`, `validation` or `test`, or of the `run` itself, with their names; `None`
    /// where one is not defined. Of several targets each has its own.
    pub fn figures(&self, part: &str) -> Vec<(String, Option<f64>)> {
        let metrics = &self.metrics;
        let of = match part {
            "train" => Some(&metrics.train),
            "validation" => metrics.validation.as_ref(),
            "test" => Some(&metrics.test),
            _ => {
                return [
                    ("epochs", metrics.epochs as f64),
                    ("parameters", metrics.parameters as f64),
                    ("seconds", metrics.train_seconds.0),
                ]
                .map(|(name, x)| (name.to_owned(), Some(x)))
                .into();
            }
        };
        let mut found = Vec::new();
        for (name, value) in of.and_then(Value::as_object).into_iter().flatten() {
            match value {
                Value::Array(list)
                    if list.len() == self.targets.len() && list.iter().all(is_figure) =>
                {
                    let each = self.targets.iter().zip(list);
                    found.extend(each.map(|(target, x)| (format!("{name}({target})"), number(x))));
                }
                value if is_figure(value) => found.push((name.clone(), number(value))),
                // The figures of single classes, and confusions.
                _ => {}
            }
        }
        found
    }

    /// A figure by its name.
    pub fn figure(&self, part: &str, name: &str) -> Option<f64> {
        let mut all = self.figures(part).into_iter();
        all.find(|(known, _)| known == name)?.1
    }
}

/// Whether two files of one's own have the same rows: as many, with the same cells in the columns that both have.
fn same_cells(a: &Fingerprint, b: &Fingerprint) -> bool {
    let hash = |name: &str| b.columns.iter().find(|c| c.name == name);
    let same = a
        .columns
        .iter()
        .all(|column| hash(&column.name).is_none_or(|other| other.sha256 == column.sha256));
    a.rows == b.rows && same
}

fn is_figure(value: &Value) -> bool {
    value.is_null() || number(value).is_some()
}

fn number(value: &Value) -> Option<f64> {
    serde_json::from_value(value.clone())
        .ok()
        .map(|Number(x)| x)
}
