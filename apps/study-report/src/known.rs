//! A study with its stored trials.

use std::path::Path;

use claims::results::Results;
use study_core::commit;
use study_core::figure_spec::FigureSpec;
use study_core::folder::{Begun, Folder};
use study_core::study::Study;

use crate::draw::{self, CaseTable};
use crate::kept::{self, Kept, KeptFigure};
use crate::rows::{self, Row};

/// A study and what is known of it.
pub(crate) struct Known<'a> {
    pub(crate) study: &'a Study,
    /// Its trials; `None` if it was never started or its results cannot be read.
    pub(crate) stored: Option<Stored>,
    /// What is wrong with its results.
    pub(crate) problem: Option<String>,
    pub(crate) rows: Vec<Row>,
}

/// The stored trials of a study.
pub(crate) struct Stored {
    /// Its declaration.
    pub(crate) begun: Begun,
    pub(crate) results: Results,
    /// Commits of the source that trials were measured at, each once.
    pub(crate) commits: Vec<String>,
    /// Notes on the data of the trials, each once.
    pub(crate) data_notes: Vec<String>,
    /// Its figures, where the trials have lost all but their numbers and can be drawn no more.
    pub(crate) drawn: Option<Vec<KeptFigure>>,
}

impl Stored {
    /// The trials in a folder.
    pub(crate) fn of(study: &Study, folder: &Folder) -> Self {
        let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
        Self {
            begun: folder.begun.clone(),
            results: folder.results(study),
            commits: owned(folder.commits()),
            data_notes: owned(folder.data_notes()),
            drawn: None,
        }
    }

    /// The number of finished trials.
    pub(crate) fn trials(&self) -> usize {
        self.results.cases.values().map(|c| c.done().count()).sum()
    }

    /// Commits, as far as they are known.
    pub(crate) fn commits(&self) -> impl Iterator<Item = &str> {
        let commits = self.commits.iter().map(String::as_str);
        commits.filter(|commit| *commit != commit::UNKNOWN)
    }
}

impl<'a> Known<'a> {
    pub(crate) fn new(study: &'a Study, stored: Option<Stored>, problem: Option<String>) -> Self {
        Self {
            rows: rows::of(study, stored.as_ref()),
            study,
            stored,
            problem,
        }
    }

    /// Its trials.
    pub(crate) fn results(&self) -> Option<&Results> {
        self.stored.as_ref().map(|stored| &stored.results)
    }

    /// Notes of the study and of the data it was run on.
    pub(crate) fn notes(&self) -> Vec<String> {
        let own = self.study.notes.iter().map(|&note| note.to_owned());
        let data = self.stored.iter().flat_map(|stored| &stored.data_notes);
        own.chain(data.map(|note| format!("Its data: {note}.")))
            .collect()
    }

    /// A table of the study, if this is one with trials.
    pub(crate) fn table(&self, spec: &FigureSpec) -> Option<CaseTable> {
        draw::table(self.study, self.results()?, spec)
    }
}

/// Commits of the source that trials were measured at, as far as they are known, each once.
pub(crate) fn commits<'a>(known: &'a [Known<'_>]) -> Vec<&'a str> {
    let stored = known.iter().filter_map(|k| k.stored.as_ref());
    let mut found: Vec<&str> = stored.flat_map(Stored::commits).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// What there is of a study below a folder, or of its numbers in earlier pages where these have more.
pub(crate) fn read<'a>(study: &'a Study, out: &Path, kept: &mut Kept) -> Known<'a> {
    let (own, mut problem) = match Folder::read_only(out, study) {
        Ok(folder) => (folder.map(|folder| Stored::of(study, &folder)), None),
        Err(e) => (None, Some(e.to_string())),
    };
    let earlier = kept.take(study).unwrap_or_else(|why| {
        // Where there are other trials, nothing is missing.
        if own.is_none() {
            problem.get_or_insert(why);
        }
        None
    });
    let stored = match (own, earlier) {
        (Some(own), Some(earlier)) if !own.begun.quick && own.trials() < earlier.trials() => {
            problem = Some(format!(
                "{} has {} trials of {}, and these pages stay with the {} they had",
                out.join(study.name).display(),
                own.trials(),
                study.name,
                earlier.trials()
            ));
            Some(earlier)
        }
        (own, earlier) => own.or(earlier),
    };
    let drawn = stored.as_ref().and_then(|stored| stored.drawn.as_deref());
    match drawn.map_or(0, |drawn| kept::undeclared(drawn, study)) {
        0 => {}
        count => {
            let name = study.name;
            let why = format!(
                "{count} earlier figures of {name} are declared otherwise now and left out; \"study run {name}\" draws them again"
            );
            problem.get_or_insert(why);
        }
    }
    Known::new(study, stored, problem)
}
