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
use known::{Known, read};
use score::Score;

/// Writes the results of the studies below `out` into the folder `to`: `results/`, `RESULTS.md` and `report.html`.
///
/// # Errors
/// If no study was run there, another process writes a report there, a file cannot be written, the figures are too large, or, at the end, if the results of a study cannot be read.
pub fn write(studies: &[Study], out: &Path, to: &Path, console: Console) -> Result<(), AppError> {
    let all = || -> Vec<Known<'_>> { studies.iter().map(|study| read(study, out)).collect() };
    if all()
        .iter()
        .all(|k| k.folder.is_none() && k.problem.is_none())
    {
        let quick = match out.join(study_core::folder::QUICK).is_dir() {
            true => format!(
                "; it has quick runs, which \"study report --out {}\" shows",
                out.join(study_core::folder::QUICK).display()
            ),
            false => String::new(),
        };
        return Err(AppError::Failure(format!(
            "{} holds no study; run one with \"study run\" first, or name their folder with --out{quick}",
            out.display()
        )));
    }
    let results = to.join(study_core::folder::RESULTS);
    let folder = results.join("figures");
    files::make(&folder)?;
    // Two reports at once would remove each other's figures, and one that read before the other wrote would undo it.
    let _lock = lock_folder(&results)?;
    let known = all();
    let (mut figures, mut bytes): (Vec<FigureFiles>, usize) = (Vec::new(), 0);
    for known in &known {
        let (files, size) = files::write_figures(known, &folder)?;
        figures.push(files);
        bytes += size;
    }
    files::remove_earlier(studies, &folder, &figures)?;
    let mut texts = vec![
        (results.join("README.md"), front::of(&known, &figures)),
        (results.join("trials.csv"), files::trials_csv(&known)),
        (to.join("RESULTS.md"), front::short(&known)),
        (to.join("report.html"), page::of(&known).to_html()),
    ];
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

/// What the claims of a study come to, a line each: what is printed when its run has finished.
pub fn verdicts(study: &Study, folder: &Folder) -> Vec<String> {
    let rows = rows::of(study, Some(folder));
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
mod tests {
    use super::*;
    use claims::outcome::Outcome;
    use claims::{Bar, Claim, Finding, at_least, median};
    use study_core::commit;
    use study_core::figure_spec::FigureSpec;
    use study_core::folder::Record;
    use study_core::setup::Setup;
    use study_core::study::Case;

    /// A study of report A with 8 trials, the notes of which say that half of the data is missing.
    fn made_up(out: &Path) -> Study {
        let case = Case::train("one", Setup::on("xor"));
        let bar = |x: f64| Bar::ours(x, "a round number");
        let claim = |sentence: &str| Claim::at("A", "Fig. 3", sentence, "1 | many");
        let study = Study::new("made-up", "A", "Made up")
            .trials(8)
            .case(case)
            .claim(claim("x is large").holds_if(at_least("one", "x", bar(0.5))))
            .claim(
                claim("x is huge")
                    .holds_if(at_least("one", "x", bar(5.0)))
                    .why_under("of half a unit", at_least("one", "x", bar(0.5))),
            )
            .draw(FigureSpec::boxes("Box", "x").at("A", "Fig. 3"))
            .draw(FigureSpec::table("Table", ["x"]))
            .finding(Finding::new(1, "x is {}.", [median("one", "x")]));
        let mut folder = Folder::open(out, &study, None, false).unwrap();
        for trial in 0..8 {
            let notes = if trial == 1 {
                vec!["half of it is missing".to_owned()]
            } else {
                vec![]
            };
            let record = Record {
                case: "one".to_owned(),
                trial,
                seed: study_core::context::trial_seed("made-up", "one", trial),
                outcome: Outcome::new().number("x", 1.0 + trial as f64 / 1000.0),
                seconds: records::Number(1.0),
                commit: commit::UNKNOWN.to_owned(),
                data_notes: notes,
            };
            folder.append(record).unwrap();
        }
        study
    }

    #[test]
    fn pages_say_what_was_claimed_and_found() {
        let out = tempfile::tempdir().unwrap();
        let studies = [made_up(out.path())];
        write(&studies, out.path(), out.path(), Console::new(true)).unwrap();
        let read = |name: &str| std::fs::read_to_string(out.path().join(name)).unwrap();
        let page = read("results/a-introduction-to-neural-networks.md");
        for part in [
            "## Fig. 3: ",
            "**Holds** X is large.",
            "**Does not hold** X is huge.",
            "The report: 1 \\| many.",
            "- Bar: 0.5000, ours: a round number.",
            "- Why: of half a unit: holds (",
            "![Box](figures/made-up-1.svg)",
            "[numbers](figures/made-up-1.csv)",
            "Its data: half of it is missing.",
            "study run made-up",
        ] {
            assert!(page.contains(part), "{part} is missing in\n{page}");
        }
        let front = read("results/README.md");
        assert!(
            front.contains("1. x is 1.003. (`made-up`)")
                || front.contains("1. x is 1.004. (`made-up`)"),
            "{front}"
        );
        assert!(front.contains("| Fig. 3 | network and ordinary least squares over the data | [here](a-introduction-to-neural-networks.md#fig-3): `made-up` |"), "{front}");
        assert!(read("results/trials.csv").contains("made-up,one,7,x,1.007\n"));
        assert!(read("results/figures/made-up-1.csv").starts_with("case,trial,x\none,0,1\n"));
        assert!(read("RESULTS.md").contains("1 of 2 claims hold, 1 do not hold"));
        let html = read("report.html");
        for text in [&front, &page, &html] {
            assert!(!text.contains("Measured at"), "{text}");
        }
    }
}
