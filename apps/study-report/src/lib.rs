//! Pages, figures and tables of finished studies.
//!
//! [`write()`] reads the folders of studies and writes what they come to: a page for each of the [`reports`] that they repeat,
//! in its own order, figures as SVG with their numbers as CSV, and one HTML page of all. [`write_own`] writes the page of a
//! study that is in none of the reports, [`exports`] the trials of a study as flat CSV files. Everything is made from stored
//! trials alone, so it can be written again without a network.

mod by_report;
mod data_table;
mod draw;
pub mod exports;
mod files;
mod front;
mod kept;
mod known;
mod markdown;
mod names;
mod own;
mod page;
pub mod reports;
mod rows;
mod score;
mod select;

use std::path::Path;

use cli::Console;
use cli::app::print_line;
use experiment::AppError;
use records::{lock_folder, write_atomically};
use study_core::folder::Folder;
use study_core::study::Study;

pub use own::write_own;

use files::FigureFiles;
use kept::Kept;
use known::{Known, Stored, read};
use score::Score;

/// Writes the results of the studies below `out` into the folder `to`: `results/`, `RESULTS.md` and `report.html`. Studies that
/// are not below `out` stay as `results/` has them, with the verdicts that their numbers have now.
///
/// # Errors
/// If no study was run there, quick runs would replace full ones, another process writes a report there, a file cannot be read
/// or written, the figures are too large, or, at the end, if something is wrong with the results of a study.
pub fn write(studies: &[Study], out: &Path, to: &Path, console: Console) -> Result<(), AppError> {
    let results = to.join(study_core::folder::RESULTS);
    if !kept::is_there(&results) && none_below(studies, out) {
        return Err(nothing_below(out));
    }
    let folder = results.join("figures");
    files::make(&folder)?;
    // Two reports at once would remove each other's figures, and one that read before the other wrote would undo it.
    let _lock = lock_folder(&results)?;
    let mut kept = Kept::read(&results)?;
    let of_full_runs = !kept.is_empty();
    let known: Vec<Known<'_>> = studies
        .iter()
        .map(|study| read(study, out, &mut kept))
        .collect();
    let is_quick = |k: &Known<'_>| k.stored.as_ref().is_some_and(|stored| stored.begun.quick);
    if of_full_runs && known.iter().any(is_quick) {
        return Err(AppError::Failure(format!(
            "{} has full runs, and {} quick ones, which would replace them; write them elsewhere with --to",
            results.display(),
            out.display()
        )));
    }
    let (mut figures, mut bytes): (Vec<FigureFiles>, usize) = (Vec::new(), 0);
    for known in &known {
        let (files, size) = files::write_figures(known, &folder)?;
        figures.push(files);
        bytes += size;
    }
    files::remove_earlier(studies, &folder, &figures)?;
    let mut texts = vec![
        (results.join("README.md"), front::of(&known, &figures)),
        (to.join("RESULTS.md"), front::short(&known)),
        (to.join("report.html"), page::of(&known).to_html()),
    ];
    let to_keep = kept::texts(&known, &figures)?;
    texts.extend(to_keep.map(|(name, text)| (results.join(name), text)));
    for report in &reports::ALL {
        let path = results.join(format!("{}.md", report.page));
        texts.push((path, by_report::of(report, &known, &figures, to)));
    }
    for (path, text) in &texts {
        write_atomically(path, text.as_bytes())?;
    }
    let paths = [results.join("README.md"), to.join("report.html")];
    console.say(format_args!(
        "wrote {} and {}",
        paths[0].display(),
        paths[1].display()
    ));
    print_line(Score::of(known.iter().flat_map(|k| &k.rows)).in_words())?;
    let mut problems: Vec<String> = known.iter().filter_map(|k| k.problem.clone()).collect();
    let gone = kept
        .left()
        .map(|name| format!("{name} is no study any more and left out"));
    problems.extend(gone);
    if bytes > files::MOST_BYTES {
        problems.push(format!(
            "the figures have {:.1} MB, more than {} MB",
            bytes as f64 / 1e6,
            files::MOST_BYTES / 1_000_000
        ));
    }
    match problems.as_slice() {
        [] => Ok(()),
        problems => Err(AppError::Failure(problems.join("; "))),
    }
}

fn none_below(studies: &[Study], out: &Path) -> bool {
    let is_there = |study| !matches!(Folder::read_only(out, study), Ok(None));
    !studies.iter().any(is_there)
}

fn nothing_below(out: &Path) -> AppError {
    let quick = out.join(study_core::folder::QUICK);
    let quick = match quick.is_dir() {
        true => format!(
            "; it has quick runs, which \"study report --out {}\" shows",
            quick.display()
        ),
        false => String::new(),
    };
    AppError::Failure(format!(
        "{} holds no study; run one with \"study run\" first, or name their folder with --out{quick}",
        out.display()
    ))
}

/// What the claims of a study come to, a line each: what is printed when its run has finished.
pub fn verdicts(study: &Study, folder: &Folder) -> Vec<String> {
    let rows = rows::of(study, Some(&Stored::of(study, folder)));
    let claims = rows.iter().filter(|row| row.finding.verdict().is_some());
    let lines = claims.map(|row| format!("  {}: {}", row.finding.in_words(), row.sentence));
    let score = Score::of(&rows);
    let head = match folder.begun.quick {
        true => format!("{}: quick run, no verdicts", study.name),
        false => format!("{}: {}", study.name, score.in_words()),
    };
    std::iter::once(head).chain(lines).collect()
}

#[cfg(test)]
mod tests;
