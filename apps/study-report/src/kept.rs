//! What pages keep of the trials that they were written from: every number in `trials.csv`, a row per study, case and metric
//! and a column per trial, and declarations and names of figures in `studies.json`. From these the pages can be written again
//! where the trials themselves are not at hand: whoever runs one study adds it to the pages, and loses none of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::Path;

use claims::results::{CaseResults, SECONDS, Trial};
use experiment::AppError;
use serde::{Deserialize, Serialize};
use study_core::figure_spec::FigureSpec;
use study_core::folder::Begun;
use study_core::study::Study;

use crate::data_table::{DataTable, exact};
use crate::files::{FigureFile, FigureFiles};
use crate::known::{Known, Stored};

/// Declarations of studies, and their figures.
const STUDIES: &str = "studies.json";
/// Numbers of trials.
const TRIALS: &str = "trials.csv";
/// Its columns before those of trials.
const KEY: [&str; 3] = ["study", "case", "metric"];

/// A figure that was drawn from trials.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeptFigure {
    /// Its declaration.
    spec: serde_json::Value,
    files: Vec<FigureFile>,
}

/// A study in `studies.json`.
#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    begun: Begun,
    commits: Vec<String>,
    data_notes: Vec<String>,
    figures: Vec<KeptFigure>,
}

/// Finished trials by case and number.
type Trials = BTreeMap<(String, usize), Trial>;

/// What earlier pages keep of full runs, by study.
#[derive(Default)]
pub(crate) struct Kept {
    studies: BTreeMap<String, (Entry, Trials)>,
}

/// Checks whether pages in a folder keep something.
pub(crate) fn is_there(results: &Path) -> bool {
    results.join(STUDIES).is_file()
}

impl Kept {
    /// Reads what pages in a folder keep; nothing where there are none.
    ///
    /// # Errors
    /// If a file cannot be read or is none of these.
    pub(crate) fn read(results: &Path) -> Result<Self, AppError> {
        let file = results.join(STUDIES);
        let entries: Vec<Entry> = match std::fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).map_err(|e| cannot_read(&file, e))?,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(Self::default()),
            Err(e) => return Err(cannot_read(&file, e)),
        };
        for entry in &entries {
            entry.begun.refuse_too_many(&file)?;
        }
        let full = entries.into_iter().filter(|entry| !entry.begun.quick);
        let mut kept = Self {
            studies: full
                .map(|entry| (entry.begun.study.clone(), (entry, BTreeMap::new())))
                .collect(),
        };
        let file = results.join(TRIALS);
        let mut rows = csv::Reader::from_path(&file).map_err(|e| cannot_read(&file, e))?;
        for row in rows.deserialize() {
            let ((study, case, metric), values): ((String, String, String), Vec<Option<f64>>) =
                row.map_err(|e| cannot_read(&file, e))?;
            let Some((_, trials)) = kept.studies.get_mut(&study) else {
                continue;
            };
            // What is not defined is empty, and so is what a case has no trial for.
            let known = values.into_iter().enumerate();
            for (trial, value) in known.filter_map(|(i, value)| Some((i, value?))) {
                let trial = trials.entry((case.clone(), trial)).or_default();
                match metric.as_str() {
                    SECONDS => trial.seconds = value,
                    name => trial.outcome = std::mem::take(&mut trial.outcome).number(name, value),
                }
            }
        }
        Ok(kept)
    }

    /// Checks whether nothing is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.studies.is_empty()
    }

    /// Names of the studies that are kept and have not been taken out.
    pub(crate) fn left(&self) -> impl Iterator<Item = &str> {
        self.studies.keys().map(String::as_str)
    }

    /// Takes out what is kept of a study.
    ///
    /// # Errors
    /// If it is declared otherwise now.
    pub(crate) fn take(&mut self, study: &Study) -> Result<Option<Stored>, String> {
        let Some((entry, trials)) = self.studies.remove(study.name) else {
            return Ok(None);
        };
        if let Some(why) = Begun::of(study, None, false).differs(&entry.begun) {
            return Err(format!(
                "{TRIALS} {why}; \"study run {}\" measures it again",
                study.name
            ));
        }
        let trials = trials
            .into_iter()
            .map(|((case, number), trial)| (case, number, trial));
        Ok(Some(Stored {
            results: entry.begun.results(study, trials),
            begun: entry.begun,
            commits: entry.commits,
            data_notes: entry.data_notes,
            drawn: Some(entry.figures),
        }))
    }
}

/// The number of figures that were drawn earlier and that a study does not declare any more.
pub(crate) fn undeclared(drawn: &[KeptFigure], study: &Study) -> usize {
    let declared: Vec<_> = study.drawn.iter().map(|d| as_value(&d.spec)).collect();
    let is_lost = |figure: &&KeptFigure| !declared.contains(&figure.spec);
    drawn.iter().filter(is_lost).count()
}

/// The files of a figure that was drawn earlier, as far as they are still there.
pub(crate) fn files_of(drawn: &[KeptFigure], spec: &FigureSpec, folder: &Path) -> Vec<FigureFile> {
    let spec = as_value(spec);
    let files = drawn.iter().filter(|figure| figure.spec == spec);
    files
        .flat_map(|figure| &figure.files)
        .filter(|file| folder.join(&file.svg).is_file())
        .cloned()
        .collect()
}

fn as_value(spec: &FigureSpec) -> serde_json::Value {
    // Declarations are numbers, texts and lists of them, all of which JSON has.
    serde_json::to_value(spec).unwrap_or_default()
}

fn cannot_read(file: &Path, e: impl std::error::Error) -> AppError {
    AppError::while_doing(format_args!("cannot read {}", file.display()), e)
}

/// The files with what is kept, as names and texts, in the order they are to be written in.
pub(crate) fn texts(
    known: &[Known<'_>],
    figures: &[FigureFiles],
) -> Result<[(&'static str, String); 2], AppError> {
    let entry = |(known, files): (&Known<'_>, &FigureFiles)| {
        let stored = known.stored.as_ref()?;
        let figures = known.study.drawn.iter().zip(files);
        Some(Entry {
            begun: stored.begun.clone(),
            commits: stored.commits.clone(),
            data_notes: stored.data_notes.clone(),
            figures: figures
                .filter(|(_, files)| !files.is_empty())
                .map(|(drawn, files)| KeptFigure {
                    spec: as_value(&drawn.spec),
                    files: files.clone(),
                })
                .collect(),
        })
    };
    let entries: Vec<Entry> = known.iter().zip(figures).filter_map(entry).collect();
    let studies = serde_json::to_string_pretty(&entries)
        .map_err(|e| AppError::while_doing(format_args!("cannot write {STUDIES}"), e))?;
    Ok([(STUDIES, studies + "\n"), (TRIALS, trials_csv(known))])
}

/// Every number of every trial of the studies: a row per study, case and name, a column per trial.
fn trials_csv(known: &[Known<'_>]) -> String {
    let mut cases: Vec<(&str, &String, &CaseResults)> = Vec::new();
    for known in known {
        let own = known
            .results()
            .into_iter()
            .flat_map(|results| &results.cases);
        cases.extend(own.map(|(case, found)| (known.study.name, case, found)));
    }
    let most = cases.iter().map(|(_, _, found)| found.trials.len()).max();
    let numbers: Vec<String> = (0..most.unwrap_or(0)).map(|i| i.to_string()).collect();
    let columns = KEY.into_iter().chain(numbers.iter().map(String::as_str));
    let mut table = DataTable::new(columns);
    for (study, case, found) in cases {
        let names: BTreeSet<&str> = found
            .done()
            .flat_map(|trial| trial.outcome.numbers.keys())
            .map(String::as_str)
            // A row without a number would say nothing, and be lost where the file is read.
            .filter(|name| !found.known(name).is_empty())
            .collect();
        for name in names.into_iter().chain([SECONDS]) {
            let value = |i: usize| found.trials.get(i)?.as_ref()?.get(name);
            let values = (0..numbers.len()).map(|i| exact(value(i).unwrap_or(f64::NAN)));
            let key = [study, case, name].map(str::to_owned);
            table.row(key.into_iter().chain(values));
        }
    }
    table.to_csv()
}
