//! The page of a study of one's own: in its folder, with its figures as files.

use std::path::PathBuf;

use experiment::AppError;
use records::{lock_folder, write_atomically};
use report::{Chapter, Report};
use study_core::folder::Folder;
use study_core::study::Study;

use crate::known::{Known, Stored};
use crate::{files, page};

/// Writes `report.html` and `figures/` into the folder of a study, and returns the path of the page.
///
/// # Errors
/// If another process writes figures there, or a file cannot be written.
pub fn write_own(study: &Study, folder: Folder) -> Result<PathBuf, AppError> {
    let at = folder.path().to_owned();
    let known = Known::new(study, Some(Stored::of(study, &folder)), None);
    let figures = at.join("figures");
    files::make(&figures)?;
    let _lock = lock_folder(&figures)?;
    let (written, _) = files::write_figures(&known, &figures)?;
    files::remove_earlier([study], &figures, &[written])?;
    let mut chapter = Chapter::new(study.name, study.name);
    if let Some(stored) = &known.stored {
        let specs = study.drawn.iter().map(|drawn| &drawn.spec);
        page::study_parts(&mut chapter, (study, stored), &known.notes(), specs);
    }
    let lead = "Learning curves are means over trials, bands their 95 % intervals; the thick line in a box plot is the 95 % \
                interval of the median.";
    let mut report = Report::new(study.shows, lead);
    report.chapter(chapter);
    let path = at.join("report.html");
    write_atomically(&path, report.to_html().as_bytes())?;
    Ok(path)
}
