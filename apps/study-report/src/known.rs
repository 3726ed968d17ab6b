//! A study with its stored trials.

use std::path::Path;

use claims::results::Results;
use study_core::commit;
use study_core::figure_spec::FigureSpec;
use study_core::folder::Folder;
use study_core::study::Study;

use crate::draw::{self, CaseTable};
use crate::rows::{self, Row};

/// A study and what is known of it.
pub(crate) struct Known<'a> {
    pub(crate) study: &'a Study,
    /// Folder; `None` if it was never started or holds something else.
    pub(crate) folder: Option<Folder>,
    /// Its trials.
    pub(crate) results: Option<Results>,
    /// Reason why its results cannot be read.
    pub(crate) problem: Option<String>,
    pub(crate) rows: Vec<Row>,
}

impl Known<'_> {
    /// Notes of the study and of the data it was run on.
    pub(crate) fn notes(&self) -> Vec<String> {
        let own = self.study.notes.iter().map(|&note| note.to_owned());
        let data = self.folder.iter().flat_map(Folder::data_notes);
        own.chain(data.map(|note| format!("Its data: {note}.")))
            .collect()
    }

    /// A table of the study, if this is one with trials.
    pub(crate) fn table(&self, spec: &FigureSpec) -> Option<CaseTable> {
        draw::table(self.study, self.results.as_ref()?, spec)
    }
}

/// Commits of the source that trials were measured at, as far as they are known, each once.
pub(crate) fn commits<'a>(known: &'a [Known<'_>]) -> Vec<&'a str> {
    let folders = known.iter().filter_map(|k| k.folder.as_ref());
    let mut found: Vec<&str> = folders
        .flat_map(Folder::commits)
        .filter(|commit| *commit != commit::UNKNOWN)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Reads what there is of a study below a folder.
pub(crate) fn read<'a>(study: &'a Study, out: &Path) -> Known<'a> {
    let (folder, problem) = match Folder::read_only(out, study) {
        Ok(folder) => (folder, None),
        Err(e) => (None, Some(e.to_string())),
    };
    Known {
        rows: rows::of(study, folder.as_ref()),
        results: folder.as_ref().map(|folder| folder.results(study)),
        study,
        folder,
        problem,
    }
}
