//! The folder of a study: `study.json`, which says what was begun, and `trials.jsonl`, a line a trial as they finish.
//!
//! A line is handed to the system in one piece, so a killed program loses the trials that were running and no others. A
//! last line that is not whole was being written then; it is dropped, and its trial is run again.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use experiment::AppError;
use records::Number;
use records::write_atomically;
use records::{Contents, JsonLines};
use serde::{Deserialize, Serialize};

use crate::context::trial_seed;
use crate::outcome::Outcome;
use crate::results::{CaseResults, Results, Trial};
use crate::study::Study;

const DECLARATION: &str = "study.json";
const TRIALS: &str = "trials.jsonl";

/// What was begun.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// The study's name.
    pub study: String,
    /// Whether in its quick form.
    pub quick: bool,
    /// The settings of each case.
    pub cases: BTreeMap<String, String>,
    /// How many trials of each case there should be.
    pub trials: BTreeMap<String, usize>,
}

/// A trial in the file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Which case.
    pub case: String,
    /// Which trial of it, from 0.
    pub trial: usize,
    /// Its seed.
    pub seed: u64,
    /// What it left: nothing but this, case, trial and seed is a result.
    pub outcome: Outcome,
    /// How long its training steps took, or all of its work where it is none.
    pub seconds: Number,
    /// The version of the source that it was measured at.
    pub commit: String,
    /// What there is to know of its data: that a file is not the published one, say.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_notes: Vec<String>,
}

/// An open folder.
pub struct Folder {
    path: PathBuf,
    /// What was begun, with the trials that are asked for now.
    pub begun: Begun,
    /// The trials that are done, each once.
    pub records: Vec<Record>,
    /// Whether a torn last line was found.
    pub torn: bool,
    lines: Option<JsonLines>,
}

impl Begun {
    /// What a study is begun with.
    pub fn of(study: &Study, trials: Option<usize>, quick: bool) -> Self {
        let cases = study.cases.iter();
        Self {
            study: study.name.to_owned(),
            quick,
            cases: cases
                .clone()
                .map(|c| (c.name.clone(), c.settings()))
                .collect(),
            trials: cases
                .map(|c| (c.name.clone(), study.trials_of(c, trials, quick)))
                .collect(),
        }
    }

    /// Why results that were begun with `was` are no part of this.
    fn differs(&self, was: &Self) -> Option<String> {
        let form = |quick| {
            if quick {
                "in its quick form"
            } else {
                "in full"
            }
        };
        if was.study != self.study {
            return Some(format!("holds the study {}", was.study));
        }
        if was.quick != self.quick {
            return Some(format!(
                "was begun {}, and this is {}",
                form(was.quick),
                form(self.quick)
            ));
        }
        let names = self.cases.keys().chain(was.cases.keys());
        let different = names
            .into_iter()
            .find(|n| self.cases.get(*n) != was.cases.get(*n))?;
        Some(
            match (was.cases.get(different), self.cases.get(different)) {
                (Some(was), Some(is)) => {
                    let (was, is) = first_difference(was, is);
                    format!("was begun with \"{different}\" as \"{was}\", and this is \"{is}\"")
                }
                (Some(_), None) => {
                    format!("was begun with the case \"{different}\", which is no more")
                }
                _ => format!("was begun without the case \"{different}\""),
            },
        )
    }
}

/// The parts of two texts from a little before where they begin to differ.
fn first_difference(a: &str, b: &str) -> (String, String) {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let from = same.saturating_sub(24);
    let part = |text: &str| text.chars().skip(from).take(60).collect();
    (part(a), part(b))
}

impl Folder {
    /// The folder of a study below `out`, for more trials: a new one, or one that was begun with the same.
    ///
    /// # Errors
    /// If it holds something else, or cannot be read or written.
    pub fn open(
        out: &Path,
        study: &Study,
        trials: Option<usize>,
        quick: bool,
    ) -> Result<Self, AppError> {
        let path = out.join(study.name);
        fs::create_dir_all(&path).map_err(|e| cannot("make the folder", &path, e))?;
        let mut begun = Begun::of(study, trials, quick);
        let was = declaration(&path)?;
        if let Some(was) = &was {
            if let Some(why) = begun.differs(was) {
                return Err(AppError::Failure(format!(
                    "{} {why}; choose another --out",
                    path.display()
                )));
            }
            // What is there stays, also where fewer are asked for now.
            for (case, count) in &mut begun.trials {
                *count = (*count).max(was.trials.get(case).copied().unwrap_or(0));
            }
        }
        if was.as_ref() != Some(&begun) {
            let json = serde_json::to_string_pretty(&begun)
                .map_err(|e| AppError::while_doing("cannot write study.json", e))?;
            write_atomically(&path.join(DECLARATION), format!("{json}\n").as_bytes())?;
        }
        let mut folder = Self::read(path, begun)?;
        let (lines, _) = JsonLines::open(folder.path.join(TRIALS))?;
        folder.lines = Some(lines);
        Ok(folder)
    }

    /// The folder of a study below `out`, to look at; `None` if it was never begun.
    ///
    /// # Errors
    /// If it holds something else, or cannot be read.
    pub fn look(out: &Path, study: &Study) -> Result<Option<Self>, AppError> {
        let path = out.join(study.name);
        let Some(begun) = declaration(&path)? else {
            return Ok(None);
        };
        let now = Begun::of(study, None, begun.quick);
        if let Some(why) = now.differs(&begun) {
            return Err(AppError::Failure(format!(
                "{} {why}; run it anew with another --out",
                path.display()
            )));
        }
        Self::read(path, begun).map(Some)
    }

    fn read(path: PathBuf, begun: Begun) -> Result<Self, AppError> {
        let file = path.join(TRIALS);
        let Contents { lines, torn } = JsonLines::read(&file)?;
        let mut records: Vec<Record> = Vec::new();
        for (line, number) in lines.iter().zip(1..) {
            let at = format!("{}:{number}", file.display());
            let record: Record = serde_json::from_str(line).map_err(|e| {
                AppError::while_doing(format_args!("{at}: this is no line of a study"), e)
            })?;
            let seed = trial_seed(&begun.study, &record.case, record.trial);
            if !begun.cases.contains_key(&record.case) || record.seed != seed {
                return Err(AppError::Failure(format!(
                    "{at}: this is a line of another study"
                )));
            }
            let same = |r: &Record| (&r.case, r.trial) == (&record.case, record.trial);
            if !records.iter().any(same) {
                records.push(record);
            }
        }
        Ok(Self {
            torn,
            path,
            begun,
            records,
            lines: None,
        })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether a trial is done.
    pub fn has(&self, case: &str, trial: usize) -> bool {
        self.records
            .iter()
            .any(|r| r.case == case && r.trial == trial)
    }

    /// Adds a trial.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn append(&mut self, record: Record) -> Result<(), AppError> {
        if let Some(lines) = &mut self.lines {
            lines.append(&record)?;
        }
        self.records.push(record);
        Ok(())
    }

    /// The trials by case, a place for each that there should be.
    pub fn results(&self, study: &Study) -> Results {
        let mut results = Results::default();
        for (name, count) in &self.begun.trials {
            let case = CaseResults {
                deterministic: study.find(name).is_some_and(|c| c.deterministic),
                trials: vec![None; *count],
            };
            results.cases.insert(name.clone(), case);
        }
        for record in &self.records {
            let case = results.cases.get_mut(&record.case);
            if let Some(place) = case.and_then(|c| c.trials.get_mut(record.trial)) {
                *place = Some(Trial {
                    outcome: record.outcome.clone(),
                    seconds: record.seconds.0,
                });
            }
        }
        results
    }

    /// The versions of the source that the trials were measured at, each once.
    pub fn commits(&self) -> Vec<&str> {
        once(self.records.iter().map(|record| record.commit.as_str()))
    }

    /// What there is to know of the data of some trials, each once.
    pub fn data_notes(&self) -> Vec<&str> {
        let records = self.records.iter();
        once(records.flat_map(|record| record.data_notes.iter().map(String::as_str)))
    }
}

fn once<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut found = Vec::new();
    for text in texts {
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

fn declaration(path: &Path) -> Result<Option<Begun>, AppError> {
    let file = path.join(DECLARATION);
    let text = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(cannot("read", &file, e)),
    };
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|e| cannot("understand", &file, e))
}

fn cannot(what: &str, path: &Path, e: impl std::error::Error) -> AppError {
    AppError::while_doing(format_args!("cannot {what} {}", path.display()), e)
}
