//! What pages keep of the trials that they were written from: every number in `trials.csv`, and declarations and names of
//! figures in `studies.json`. From these the pages can be written again where the trials themselves are not at hand: whoever
//! runs one study adds it to the pages, and loses none of the others.

use std::collections::BTreeMap;
use std::io::ErrorKind;
use std::path::Path;

use claims::outcome::Outcome;
use claims::results::{SECONDS, Trial};
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
const COLUMNS: [&str; 5] = ["study", "case", "trial", "figure", "value"];

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

/// A row of `trials.csv`; a value that is not defined is empty.
type Row = (String, String, usize, String, Option<f64>);

/// What earlier pages keep of full runs, by study.
#[derive(Default)]
pub(crate) struct Kept {
    studies: BTreeMap<String, (Entry, BTreeMap<(String, usize), Trial>)>,
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
        let full = entries.into_iter().filter(|entry| !entry.begun.quick);
        let mut kept = Self {
            studies: full
                .map(|entry| (entry.begun.study.clone(), (entry, BTreeMap::new())))
                .collect(),
        };
        let file = results.join(TRIALS);
        let mut rows = csv::Reader::from_path(&file).map_err(|e| cannot_read(&file, e))?;
        for row in rows.deserialize() {
            let (study, case, trial, figure, value): Row =
                row.map_err(|e| cannot_read(&file, e))?;
            let Some((_, trials)) = kept.studies.get_mut(&study) else {
                continue;
            };
            let trial = trials.entry((case, trial)).or_insert_with(|| Trial {
                outcome: Outcome::new(),
                seconds: f64::NAN,
            });
            let value = value.unwrap_or(f64::NAN);
            match figure.as_str() {
                SECONDS => trial.seconds = value,
                _ => trial.outcome = std::mem::take(&mut trial.outcome).number(figure, value),
            }
        }
        Ok(kept)
    }

    /// Checks whether nothing is kept.
    pub(crate) fn is_empty(&self) -> bool {
        self.studies.is_empty()
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

/// Every number of every trial of the studies: study, case, trial, name, value.
fn trials_csv(known: &[Known<'_>]) -> String {
    let mut table = DataTable::new(COLUMNS);
    for known in known {
        let cases = known.results().into_iter().flat_map(|r| &r.cases);
        for (case, found) in cases {
            let trials = found.trials.iter().enumerate();
            for (number, trial) in trials.filter_map(|(i, trial)| Some((i, trial.as_ref()?))) {
                let numbers = trial.outcome.numbers.iter();
                let numbers = numbers.map(|(name, x)| (name.as_str(), x.0));
                for (name, x) in numbers.chain([(SECONDS, trial.seconds)]) {
                    table.row([known.study.name, case, &number.to_string(), name, &exact(x)]);
                }
            }
        }
    }
    table.to_csv()
}
