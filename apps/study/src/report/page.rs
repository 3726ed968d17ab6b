//! `report.html`: a section per study with settings, claims and figures.

use nn::metrics::Quartiles;
use report::{Align, Chapter, Column, Report, Tone, significant};

use super::rows::{Finding, Row, common_words};
use super::{Known, counts, draw};
use crate::claim::Verdict;
use crate::results::Results;
use crate::study::Study;

/// Maximum number of cases listed in a table; figures show more than longer ones.
const MOST_CASES: usize = 30;

/// Makes the page.
pub(super) fn of(known: &[Known<'_>]) -> Report {
    let lead = format!(
        "The experiments of five reports, repeated over independent trials: {}. A claim holds if the 95 % bootstrap \
         confidence interval over trials lies entirely on the claimed side, does not hold if it lies entirely on the \
         other, and is undecided if it covers both. Lines over epochs are interquartile means, bands the interquartile \
         range; the thick line in a box plot is the 95 % confidence interval of the median.",
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
        chapter.text("Quick run: fewer trials, epochs and samples, on embedded data. It shows that the study runs, and nothing else.");
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

/// Adds the settings that all cases share, and a table of what each case adds.
fn setting(chapter: &mut Chapter, study: &Study, results: &Results) {
    let names: Vec<&str> = study.cases.iter().map(|c| c.name.as_str()).collect();
    let shared = common_words(study, &names);
    chapter.text(&format!("Settings: {shared}."));
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
        column("settings of the case", Align::Left),
        column("trials", Align::Right),
        column("median time (s)", Align::Right),
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
        column("reported", Align::Left),
        column("measured: median (quartiles)", Align::Left),
        column("95 % CI", Align::Left),
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
                row.finding.in_words(),
            ];
            (cells, tone(&row.finding))
        })
        .collect();
    chapter.heading("Claims");
    chapter.toned_table(&columns, &cells);
}

fn tone(finding: &Finding) -> Tone {
    match finding {
        Finding::Evaluated(evaluation) => match evaluation.verdict {
            Verdict::Holds => Tone::Good,
            Verdict::DoesNotHold => Tone::Bad,
            Verdict::Undecided => Tone::Open,
        },
        _ => Tone::Plain,
    }
}
