//! The folder of a study: `study.json`, its declaration, and `trials.jsonl`, one line per finished trial.
//!
//! A line is written in one piece, so a killed program loses only the trials that were running. An incomplete last line
//! is dropped, and its trial is run again.

mod shards;

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use claims::outcome::Outcome;
use claims::results::{CaseResults, Results, Trial};
use experiment::AppError;
use records::{
    Contents, FolderLock, JsonLines, Number, SHARDS, Shard, lock_folder, write_atomically,
};
use serde::{Deserialize, Serialize};

use crate::context::trial_seed;
use crate::study::{Case, Study};

pub use shards::{elsewhere, merge, sharded};

/// Name of the folder of quick runs, beside those of full ones.
pub const QUICK: &str = "quick";
/// The folder of the pages of all studies, beside those of studies.
pub const RESULTS: &str = "results";
/// Names of folders beside those of studies, which no study has.
pub const TAKEN: [&str; 3] = [QUICK, RESULTS, SHARDS];
/// The most trials of a case, as many as `--trials` takes.
const MOST_TRIALS: usize = u16::MAX as usize;
const DECLARATION: &str = "study.json";
const TRIALS: &str = "trials.jsonl";

/// Declaration of a study, as it was started.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Begun {
    /// The study's name.
    pub study: String,
    /// True for a quick run.
    pub quick: bool,
    /// Settings of each case.
    pub cases: BTreeMap<String, String>,
    /// Number of trials of each case.
    pub trials: BTreeMap<String, usize>,
}

/// A line of `trials.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Case.
    pub case: String,
    /// Number of the trial, from 0.
    pub trial: usize,
    /// Random seed.
    pub seed: u64,
    /// Outcome. Only this, case, trial and seed are results.
    pub outcome: Outcome,
    /// Time of its training steps in seconds, or of all its work where it does not train.
    pub seconds: Number,
    /// Commit of the source it was measured at.
    pub commit: String,
    /// Notes on its data, such as a file that is not the published one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_notes: Vec<String>,
}

/// An open folder.
pub struct Folder {
    path: PathBuf,
    /// Declaration, with the number of trials requested now.
    pub begun: Begun,
    /// Finished trials, each once.
    pub records: Vec<Record>,
    /// True if an incomplete last line was found.
    pub torn: bool,
    lines: Option<JsonLines>,
    /// Keeps other processes out, where the folder is written to.
    lock: Option<FolderLock>,
}

impl Begun {
    /// Declaration of a study.
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

    /// All trials, each by case and number: the first of every case before the second of any.
    pub fn pieces(&self) -> Vec<(&str, usize)> {
        let most = self.trials.values().copied().max().unwrap_or(0);
        let of_all = |trial| {
            let due = self.trials.iter().filter(move |(_, count)| trial < **count);
            due.map(move |(case, _)| (case.as_str(), trial))
        };
        (0..most).flat_map(of_all).collect()
    }

    /// The number of the first of them. It differs between studies, so that of many with a few trials not the same shards
    /// have something to do.
    fn first_piece(&self) -> usize {
        // The remainder is small enough for any machine.
        (trial_seed(&self.study, "", 0) % 1_000_000) as usize
    }

    /// Those of them that a shard has, in the same order.
    pub fn dealt(&self, shard: Shard) -> Vec<(&str, usize)> {
        let numbered = (self.first_piece()..).zip(self.pieces());
        let own = numbered.filter(|(number, _)| shard.has(*number));
        own.map(|(_, piece)| piece).collect()
    }

    /// Finished trials by case, with a place for each declared trial. Those of other cases or numbers are left out.
    pub fn results(
        &self,
        study: &Study,
        trials: impl IntoIterator<Item = (String, usize, Trial)>,
    ) -> Results {
        let mut results = Results::default();
        for (name, count) in &self.trials {
            let case = CaseResults {
                deterministic: study.find(name).is_some_and(|c| c.deterministic),
                paired: study.find(name).and_then(Case::pairing),
                trials: vec![None; *count],
            };
            results.cases.insert(name.clone(), case);
        }
        for (case, number, trial) in trials {
            let case = results.cases.get_mut(&case);
            if let Some(place) = case.and_then(|c| c.trials.get_mut(number)) {
                *place = Some(trial);
            }
        }
        results
    }

    /// Refuses more trials than can be asked for: lists are as long as these numbers say, and the file may have been edited.
    ///
    /// # Errors
    /// If a case has so many.
    pub fn refuse_too_many(&self, file: &Path) -> Result<(), AppError> {
        match self.trials.iter().find(|(_, count)| **count > MOST_TRIALS) {
            Some((case, count)) => Err(AppError::Failure(format!(
                "{}: {count} trials of \"{case}\"; a case has at most {MOST_TRIALS}",
                file.display()
            ))),
            None => Ok(()),
        }
    }

    /// Reason why results declared by `was` do not belong to this, as the end of a sentence about what holds them.
    pub fn differs(&self, was: &Self) -> Option<String> {
        let kind = |quick| if quick { "a --quick run" } else { "a full run" };
        if was.study != self.study {
            return Some(format!("holds the study {}", was.study));
        }
        if was.quick != self.quick {
            return Some(format!(
                "holds {}, and this is {}",
                kind(was.quick),
                kind(self.quick)
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
                    format!("holds \"{different}\" with settings \"{was}\"; now they are \"{is}\"")
                }
                (Some(_), None) => {
                    format!("holds the case \"{different}\", which no longer exists")
                }
                _ => format!("does not hold the case \"{different}\""),
            },
        )
    }

    /// Refuses a folder whose results do not belong to this.
    fn refuse_another(&self, was: &Self, path: &Path) -> Result<(), AppError> {
        match self.differs(was) {
            None => Ok(()),
            Some(why) => Err(AppError::Failure(format!(
                "{} {why}; use another --out",
                path.display()
            ))),
        }
    }

    fn write(&self, path: &Path) -> Result<(), AppError> {
        let json = serde_json::to_string_pretty(self)
            .map_err(|e| AppError::while_doing("cannot write study.json", e))?;
        Ok(write_atomically(
            &path.join(DECLARATION),
            format!("{json}\n").as_bytes(),
        )?)
    }
}

/// Excerpts of two texts from just before their first difference.
fn first_difference(a: &str, b: &str) -> (String, String) {
    let same = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let from = same.saturating_sub(24);
    let part = |text: &str| text.chars().skip(from).take(60).collect();
    (part(a), part(b))
}

impl Folder {
    /// Opens the folder of a study below `out` for more trials: a new one, or one with the same declaration.
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
        fs::create_dir_all(&path).map_err(|e| cannot("create the folder", &path, e))?;
        let lock = lock_folder(&path)?;
        let mut begun = Begun::of(study, trials, quick);
        let was = declaration(&path)?;
        if let Some(was) = &was {
            begun.refuse_another(was, &path)?;
            // Finished trials stay, even if fewer are requested now.
            begun.allow(was);
        }
        if was.as_ref() != Some(&begun) {
            begun.write(&path)?;
        }
        Self::for_writing(path, begun, lock)
    }

    /// Opens a folder that is declared, and locked, for more trials.
    fn for_writing(path: PathBuf, begun: Begun, lock: FolderLock) -> Result<Self, AppError> {
        let mut folder = Self::read(path, begun)?;
        let (lines, _) = JsonLines::open(folder.path.join(TRIALS))?;
        folder.lines = Some(lines);
        folder.lock = Some(lock);
        Ok(folder)
    }

    /// Opens the folder of a study below `out` read-only; `None` if it was never started.
    ///
    /// # Errors
    /// If it holds something else, or cannot be read.
    pub fn read_only(out: &Path, study: &Study) -> Result<Option<Self>, AppError> {
        let path = out.join(study.name);
        let Some(begun) = declaration(&path)? else {
            return Ok(None);
        };
        let now = Begun::of(study, None, begun.quick);
        if let Some(why) = now.differs(&begun) {
            return Err(AppError::Failure(format!(
                "{} {why}; run it again with another --out",
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
                AppError::while_doing(format_args!("{at}: not a line of a study"), e)
            })?;
            if let Some(why) = record.outcome.contradiction() {
                return Err(AppError::Failure(format!(
                    "{at}: not a line of a study: {why}"
                )));
            }
            let seed = trial_seed(&begun.study, &record.case, record.trial);
            if !begun.cases.contains_key(&record.case) || record.seed != seed {
                return Err(AppError::Failure(format!("{at}: a line of another study")));
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
            lock: None,
        })
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Checks whether a trial is finished.
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

    /// Trials by case, with a place for each declared trial.
    pub fn results(&self, study: &Study) -> Results {
        let of = |record: &Record| {
            let trial = Trial {
                outcome: record.outcome.clone(),
                seconds: record.seconds.0,
            };
            (record.case.clone(), record.trial, trial)
        };
        self.begun.results(study, self.records.iter().map(of))
    }

    /// Commits of the source that the trials were measured at, each once.
    pub fn commits(&self) -> Vec<&str> {
        once(self.records.iter().map(|record| record.commit.as_str()))
    }

    /// Notes on the data of the trials, each once.
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
    let begun: Begun = serde_json::from_str(&text).map_err(|e| cannot("parse", &file, e))?;
    begun.refuse_too_many(&file)?;
    Ok(Some(begun))
}

fn cannot(what: &str, path: &Path, e: impl std::error::Error) -> AppError {
    AppError::while_doing(format_args!("cannot {what} {}", path.display()), e)
}

#[cfg(test)]
mod tests;
