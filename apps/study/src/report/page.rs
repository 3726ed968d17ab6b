//! `report.html`: a section a study, with its setting, claims and figures.

use nn::metrics::Quartiles;
use report::{Align, Chapter, Column, Report, Tone, significant};

use super::rows::{Row, Said, common_words};
use super::{Known, counts, draw};
use crate::claim::Verdict;
use crate::results::Results;
use crate::study::Study;

/// With more cases than this, the table of them says less than the figures.
const MOST_CASES: usize = 30;

/// The page.
pub(super) fn of(known: &[Known<'_>]) -> Report {
    let lead = format!(
        "The experiments of five reports, run again over repeated trials: {}. A claim holds if the 95 % bootstrap interval \
         over trials lies on the claimed side as a whole, does not hold if it lies on the other, and is undecided if it \
         lies on both. Lines over epochs are interquartile means, bands reach from quartile to quartile; the thick line in \
         a box is the 95 % interval of the median.",
        counts(known)
    );
    let mut report = Report::new("Studies", lead);
    for known in known {
        if known.folder.is_some() || known.problem.is_some() {
            report.chapter(chapter(known));
        }
    }
    report
}

fn chapter(known: &Known<'_>) -> Chapter {
    let study = known.study;
    let mut chapter = Chapter::new(study.name, study.name);
    let about = format!("Report {}: {}.", study.reports, study.shows);
    chapter.text(&about);
    if let Some(problem) = &known.problem {
        chapter.text(&format!("Its results cannot be read: {problem}."));
        return chapter;
    }
    let Some(folder) = &known.folder else {
        return chapter;
    };
    let results = folder.results(study);
    if folder.begun.quick {
        chapter.text("In the quick form: fewer trials, epochs and rows, on data that comes with the program. It shows that the study runs, and nothing else.");
    }
    setting(&mut chapter, study, &results);
    let notes = known.notes();
    if !notes.is_empty() {
        chapter.list(notes.iter().map(String::as_str));
    }
    claims(&mut chapter, &known.rows);
    draw::all(&mut chapter, study, &results);
    chapter.text(&format!("Measured at {}.", folder.commits().join(", ")));
    chapter
}

fn column(name: &'static str, align: Align) -> Column {
    Column {
        name: name.into(),
        align,
    }
}

/// What all cases have in common, and each case with what is its own.
fn setting(chapter: &mut Chapter, study: &Study, results: &Results) {
    let names: Vec<&str> = study.cases.iter().map(|c| c.name.as_str()).collect();
    let shared = common_words(study, &names);
    chapter.text(&format!("Setting: {shared}."));
    if study.cases.len() > MOST_CASES {
        chapter.text(&format!("{} cases.", study.cases.len()));
        return;
    }
    let shared: Vec<&str> = shared.split(", ").collect();
    let rows: Vec<Vec<String>> = study
        .cases
        .iter()
        .map(|case| {
            let own: Vec<String> = case
                .words()
                .into_iter()
                .filter(|word| !shared.contains(&word.as_str()))
                .collect();
            let found = results.case(&case.name);
            let seconds = found.map_or_else(Vec::new, |c| c.known(crate::results::SECONDS));
            let (done, due) = found.map_or((0, 0), |c| (c.done().count(), c.trials.len()));
            vec![
                case.name.clone(),
                own.join(", "),
                if done == due {
                    done.to_string()
                } else {
                    format!("{done} of {due}")
                },
                Quartiles::new(&seconds).map_or_else(|| "–".to_owned(), |q| significant(q.median)),
            ]
        })
        .collect();
    let columns = [
        column("case", Align::Left),
        column("its own setting", Align::Left),
        column("trials", Align::Right),
        column("seconds, median", Align::Right),
    ];
    chapter.table(&columns, &rows);
}

fn claims(chapter: &mut Chapter, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let columns = [
        column("report", Align::Left),
        column("claim", Align::Left),
        column("claimed", Align::Left),
        column("measured", Align::Left),
        column("95 % interval", Align::Left),
        column("verdict", Align::Left),
    ];
    let cells: Vec<(Vec<String>, Tone)> = rows
        .iter()
        .map(|row| {
            let cells = vec![
                row.report.to_owned(),
                row.text.clone(),
                row.claimed.clone(),
                row.measured.clone(),
                row.interval.clone(),
                row.said.in_words(),
            ];
            (cells, tone(&row.said))
        })
        .collect();
    chapter.heading("Claims");
    chapter.judged(&columns, &cells);
}

fn tone(said: &Said) -> Tone {
    match said {
        Said::Judged(judged) => match judged.verdict {
            Verdict::Holds => Tone::Good,
            Verdict::DoesNotHold => Tone::Bad,
            Verdict::Undecided => Tone::Open,
        },
        _ => Tone::Plain,
    }
}
