//! `report.html`: a section per report, in its order, and one per study with settings and further figures.

use claims::Verdict;
use claims::results::Results;
use nn::metrics::Quartiles;
use report::{Align, Chapter, Column, Report, Tone, significant};
use study_core::figure_spec::{Drawn, FigureSpec};
use study_core::study::Study;

use crate::draw;
use crate::known::{Known, Stored};
use crate::reports::{self, PlaceKind, ReportInfo};
use crate::rows::{Row, common_words};
use crate::score::Score;

/// Maximum number of cases listed in a table; figures show more than longer ones.
const MOST_CASES: usize = 30;

/// Makes the page.
pub(crate) fn of(known: &[Known<'_>]) -> Report {
    let lead = format!(
        "The experiments of five reports, repeated over independent trials: {}. A claim holds if its 95 % interval lies \
         on the claimed side of its bar, does not hold if it lies on the other, and is undecided if it covers the bar. \
         Lines over epochs are interquartile means, bands the interquartile range; the thick line in a box plot is the \
         95 % interval of the median.",
        Score::of(known.iter().flat_map(|k| &k.rows)).in_words()
    );
    let mut page = Report::new("Studies", lead);
    for report in &reports::ALL {
        page.chapter(of_report(report, known));
    }
    for known in known {
        if known.stored.is_some() || known.problem.is_some() {
            page.chapter(of_study(known));
        }
    }
    page
}

fn of_report(report: &ReportInfo, known: &[Known<'_>]) -> Chapter {
    let mut chapter = Chapter::new(report.page, report.title);
    chapter.text(&format!("{}.", report.about));
    for place in report.outline {
        let rows = rows_at(known, report, |row| row.place == place.name);
        let is_here = |drawn: &&Drawn| drawn.places.contains(&(report.letter, place.name));
        let drawn: Vec<(&Known<'_>, &Drawn)> = known
            .iter()
            .flat_map(|k| {
                k.study
                    .drawn
                    .iter()
                    .filter(is_here)
                    .map(move |drawn| (k, drawn))
            })
            .collect();
        let reason = match place.kind {
            PlaceKind::Not(reason) => Some(reason),
            _ => None,
        };
        if rows.is_empty() && drawn.is_empty() && reason.is_none() {
            continue;
        }
        chapter.heading(&format!("{}: {}", place.name, place.about));
        if let Some(reason) = reason {
            chapter.text(&format!("Not here: {reason}."));
        }
        claims(&mut chapter, &rows);
        for (known, drawn) in drawn {
            if let Some(results) = known.results() {
                draw::add(&mut chapter, known.study, results, [&drawn.spec]);
            }
        }
    }
    let rest = rows_at(known, report, |row| report.position(row.place).is_none());
    if !rest.is_empty() {
        chapter.heading("Further claims");
        claims(&mut chapter, &rest);
    }
    chapter
}

fn rows_at<'a>(
    known: &'a [Known<'_>],
    report: &ReportInfo,
    here: impl Fn(&Row) -> bool,
) -> Vec<(&'a str, &'a Row)> {
    let of_study = |k: &'a Known<'_>| k.rows.iter().map(move |row| (k.study.name, row));
    known
        .iter()
        .flat_map(of_study)
        .filter(|(_, row)| row.is_of(report.letter) && here(row))
        .collect()
}

fn of_study(known: &Known<'_>) -> Chapter {
    let study = known.study;
    let mut chapter = Chapter::new(study.name, study.name);
    chapter.text(&format!("{}.", study.shows));
    if let Some(problem) = &known.problem {
        chapter.text(&format!("Something is wrong with its results: {problem}."));
    }
    let Some(stored) = &known.stored else {
        return chapter;
    };
    let further = study
        .drawn
        .iter()
        .filter(|drawn| drawn.places.is_empty())
        .map(|drawn| &drawn.spec);
    study_parts(&mut chapter, (study, stored), &known.notes(), further);
    chapter
}

/// Settings, notes and figures of a study.
pub(crate) fn study_parts<'a>(
    chapter: &mut Chapter,
    (study, stored): (&Study, &Stored),
    notes: &[String],
    specs: impl Iterator<Item = &'a FigureSpec>,
) {
    if stored.begun.quick {
        chapter.text("Quick run: fewer trials, epochs and samples, on embedded data. It shows that the study runs, and nothing else.");
    }
    setting(chapter, study, &stored.results);
    if !notes.is_empty() {
        chapter.list(notes.iter().map(String::as_str));
    }
    if stored.drawn.is_some() {
        chapter.text("Of its trials only the numbers are at hand. Figures that show more than these are in the folder of the results.");
    }
    draw::add(chapter, study, &stored.results, specs);
    let commits: Vec<&str> = stored.commits().collect();
    if !commits.is_empty() {
        chapter.text(&format!("Measured at {}.", commits.join(", ")));
    }
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
            let seconds = found.map_or_else(Vec::new, |c| c.known(claims::results::SECONDS));
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

/// A table of rows: the sentence with its verdict, and its readings below it where there are several.
fn claims(chapter: &mut Chapter, rows: &[(&str, &Row)]) {
    if rows.is_empty() {
        return;
    }
    let columns = [
        column("claim", Align::Left),
        column("reported", Align::Left),
        column("measured: median (quartiles)", Align::Left),
        column("95 % interval", Align::Left),
        column("bar", Align::Left),
        column("study", Align::Left),
        column("verdict", Align::Left),
    ];
    let mut cells: Vec<(Vec<String>, Tone)> = Vec::new();
    for (study, row) in rows {
        let sentence = match row.why.is_empty() {
            true => row.sentence.clone(),
            false => format!("{}. {}", row.sentence, row.why.join("; ")),
        };
        let head = |measured: &str, interval: &str, bars: &str, verdict: &str| {
            let cells = [
                sentence.as_str(),
                &row.claimed,
                measured,
                interval,
                bars,
                study,
                verdict,
            ];
            (
                cells.map(str::to_owned).to_vec(),
                tone(row.finding.verdict()),
            )
        };
        match row.readings.as_slice() {
            [only] => cells.push(head(
                &only.measured,
                &only.interval,
                &only.bars.join("; "),
                &only.verdict,
            )),
            readings => {
                cells.push(head("", "", "", &row.finding.in_words()));
                for r in readings {
                    let own = [
                        format!("– {}", r.name),
                        String::new(),
                        r.measured.clone(),
                        r.interval.clone(),
                        r.bars.join("; "),
                        String::new(),
                        r.verdict.clone(),
                    ];
                    cells.push((own.into(), Tone::Plain));
                }
            }
        }
    }
    chapter.toned_table(&columns, &cells);
}

fn tone(verdict: Option<Verdict>) -> Tone {
    match verdict {
        Some(Verdict::Holds) => Tone::Good,
        Some(Verdict::DoesNotHold) => Tone::Bad,
        Some(Verdict::Undecided) => Tone::Open,
        None => Tone::Plain,
    }
}
