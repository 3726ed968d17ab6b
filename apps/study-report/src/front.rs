//! The front page of the results: `results/README.md`, and `RESULTS.md`, which leads there.

use std::fmt::Write;

use claims::{Finding, Measure, estimate};
use report::concise;

use crate::files::FigureFiles;
use crate::known::{Known, Stored};
use crate::markdown::{anchor, plain, sentence, table};
use crate::reports::{self, PlaceKind, ReportInfo};
use crate::rows::Row;
use crate::score::Score;

/// Findings on the front page.
const MOST_FINDINGS: usize = 10;

const METHOD: &str = "\
## How verdicts come about

- A row is one sentence or figure of a report. Where a report leaves a setting open, each reading is run. The sentence
  holds if it holds under a reading that the report allows, and that reading is named; it does not hold if all of them
  fail. Readings of our own stand below the row and decide nothing. A row with several readings can hold by mistake up to
  as many times as often as a row with one.
- A claim is tested on repeated trials with other seeds. It holds if the 95 % interval lies on the claimed side of the
  bar, does not if it lies on the other, and is undecided if it covers the bar; then the row says how many trials would
  decide it, or that none would.
- Trials that share data or splits are compared within trials. Intervals of medians rest on order statistics
  (Hettmansperger and Sheather 1986), of differences of independent medians on those of both (Zou and Donner 2008), of
  their ratios on those of their logarithms, of the spread between quartiles on those of both quartiles, of ratios of standard deviations on Bonett (2006).
- In made-up results with a known truth, normal and skewed, these intervals cover it in 93 to 97 % of cases, and a claim
  exactly at its bar holds in at most 3 %, simulation error aside. Some are wider and cover more: differences of 5 skewed
  pairs, ratios of standard deviations of 5 trials, the largest of several, spreads between quartiles, and predictions of
  one more trial, up to 98 %. All this is of numbers of trials that were fixed before: to look at a verdict and add trials
  until it is decided makes a wrong one likelier.
- \"In every, some or no trial\" and \"the best of all seeds\" are what was observed. \"The best of several\" is
  tested against each rival, with Holm's correction, which is stricter than the intervals shown: a lead on each rival may
  be clear by itself and the claim undecided. \"Similar\" is an equivalence test: two one-sided tests at 2.5 %.
  A report's value of a single run is held against the 95 % interval for one more trial.
- A bar that a report does not state is ours, and says why.
- \"Does not hold\" is a finding like any other.
";

/// The text of `results/README.md`.
pub(crate) fn of(known: &[Known<'_>], figures: &[FigureFiles]) -> String {
    let mut text = "# Results of the five reports, run again\n\n".to_owned();
    let stored = || known.iter().filter_map(|k| k.stored.as_ref());
    let (trials, run) = (
        stored().map(Stored::trials).sum::<usize>(),
        stored().count(),
    );
    // Writing into a string cannot fail.
    let _ = write!(
        text,
        "Five reports on small neural networks state what they found, in figures, tables and sentences. Each statement was \
         turned into a test, and the experiment behind it run again with the networks of this project, many times over with \
         other seeds: {trials} trials of {run} studies. This page says what stands; a page for each report has every \
         sentence and figure, in the report's order.\n\n"
    );
    text.push_str("## The reports\n\n");
    let mut rows: Vec<[String; 6]> = Vec::new();
    let count = |n: usize| n.to_string();
    for report in &reports::ALL {
        let score = Score::of(rows_of(known, report));
        let title = format!(
            "{}: [{}]({}.md), {}",
            report.letter, report.title, report.page, report.about
        );
        rows.push([
            title,
            count(score.all()),
            count(score.hold),
            count(score.fail),
            count(score.undecided),
            count(score.not_evaluated),
        ]);
    }
    let heads = [
        "report",
        "claims",
        "hold",
        "do not hold",
        "undecided",
        "not evaluated",
    ];
    text.push_str(&table(heads, &rows));
    text.push_str("\n## What they claim, and what of it stands\n\nThe main statements of each report, in its order.\n");
    for report in &reports::ALL {
        main_claims(&mut text, known, report);
    }
    let findings = findings(known);
    if !findings.is_empty() {
        text.push_str("\n## Worth knowing\n\n");
        for (i, finding) in findings.iter().enumerate() {
            let _ = writeln!(text, "{}. {finding}", i + 1);
        }
    }
    text.push('\n');
    text.push_str(METHOD);
    text.push_str(
        "\n## To repeat them\n\n\
         `study run all` runs every study and goes on where it was interrupted; `study run NAME` runs one; `study report` \
         writes these pages from the trials that are there. [`trials.csv`](trials.csv) has every number of every trial, a row per study, case and metric; \
         beside each figure in `figures/` stands a CSV file with the numbers in it, but of pictures, which are their own \
         numbers.\n",
    );
    let commits = crate::known::commits(known);
    if !commits.is_empty() {
        let _ = writeln!(text, "\nMeasured at {}.", commits.join(", "));
    }
    text.push_str("\n## Where every figure and table is\n");
    for report in &reports::ALL {
        numbered(&mut text, known, figures, report);
    }
    let problems: Vec<&String> = known.iter().filter_map(|k| k.problem.as_ref()).collect();
    if !problems.is_empty() {
        text.push_str("\n## What is wrong with some results\n\n");
        for problem in problems {
            let _ = writeln!(text, "- {}", plain(problem));
        }
    }
    text
}

/// The statements that a report stands for, each with its verdict and a link to its place.
fn main_claims(text: &mut String, known: &[Known<'_>], report: &ReportInfo) {
    let mut rows: Vec<&Row> = rows_of(known, report).filter(|row| row.is_main).collect();
    if rows.is_empty() {
        return;
    }
    rows.sort_by_key(|row| report.position(row.place));
    let _ = write!(text, "\n**{}**\n\n", report.title);
    for row in rows {
        let _ = writeln!(
            text,
            "- *{}*: {} ([{}]({}.md#{}))",
            row.finding.in_words(),
            sentence(&row.sentence),
            row.place,
            report.page,
            anchor(row.place)
        );
    }
}

/// Rows of a report.
pub(crate) fn rows_of<'a>(
    known: &'a [Known<'_>],
    report: &'a ReportInfo,
) -> impl Iterator<Item = &'a Row> {
    known
        .iter()
        .flat_map(|k| &k.rows)
        .filter(move |row| row.is_of(report.letter))
}

/// The findings with the least ranks whose figures are all there.
fn findings(known: &[Known<'_>]) -> Vec<String> {
    let of_study = |k: &Known<'_>| -> Vec<(u32, String)> {
        let Some(stored) = k.stored.as_ref().filter(|stored| !stored.begun.quick) else {
            return Vec::new();
        };
        let filled = |finding: &Finding| {
            let mut text = finding.text.clone();
            for measure in &finding.figures {
                let found = estimate(measure, &stored.results).ok()?;
                let [value, low, high] = [found.value, found.low, found.high].map(concise);
                // Whether a difference is clear of 0 is what decides whether it is one.
                let shown = match measure {
                    Measure::Difference(..) | Measure::Ratio(..) => {
                        format!("{value} (95 % interval {low} to {high})")
                    }
                    _ => value,
                };
                text = text.replacen("{}", &shown, 1);
            }
            Some((finding.rank, format!("{text} (`{}`)", k.study.name)))
        };
        k.study.findings.iter().filter_map(filled).collect()
    };
    let mut all: Vec<(u32, String)> = known.iter().flat_map(of_study).collect();
    all.sort();
    all.into_iter()
        .take(MOST_FINDINGS)
        .map(|(_, text)| text)
        .collect()
}

/// The table of a report's numbered figures and tables.
fn numbered(text: &mut String, known: &[Known<'_>], figures: &[FigureFiles], report: &ReportInfo) {
    let _ = write!(text, "\n### {}\n\n", report.title);
    let mut rows: Vec<[String; 3]> = Vec::new();
    for place in report.outline {
        let whereabouts = match place.kind {
            PlaceKind::Text => continue,
            PlaceKind::Not(reason) => format!("cannot be had: {}", plain(reason)),
            PlaceKind::Shown => {
                let studies = studies_at(known, figures, report, place.name);
                match studies.is_empty() {
                    true => "not run".to_owned(),
                    false => format!(
                        "[here]({}.md#{}): {}",
                        report.page,
                        anchor(place.name),
                        studies.join(", ")
                    ),
                }
            }
        };
        rows.push([place.name.to_owned(), plain(place.about), whereabouts]);
    }
    text.push_str(&table(["place", "shows", "where"], &rows));
}

/// Studies with figures, tables or evaluated rows at a place.
fn studies_at(
    known: &[Known<'_>],
    figures: &[FigureFiles],
    report: &ReportInfo,
    place: &str,
) -> Vec<String> {
    let shows = |(k, files): &(&Known<'_>, &FigureFiles)| {
        let drawn = k
            .study
            .drawn
            .iter()
            .zip(files.iter())
            .any(|(drawn, files)| {
                let here = drawn
                    .places
                    .iter()
                    .any(|(letter, name)| *letter == report.letter && *name == place);
                here && (!files.is_empty() || k.table(&drawn.spec).is_some())
            });
        let row =
            |row: &Row| row.is_of(report.letter) && row.place == place && !row.readings.is_empty();
        drawn || k.rows.iter().any(row)
    };
    let found = known.iter().zip(figures).filter(shows);
    found.map(|(k, _)| format!("`{}`", k.study.name)).collect()
}

/// The text of `RESULTS.md`.
pub(crate) fn short(known: &[Known<'_>]) -> String {
    let mut text =
        "# Results\n\nFive reports on small neural networks, run again over repeated trials: \
                    [what they claimed and which of it stands](results/README.md).\n\n"
            .to_owned();
    for report in &reports::ALL {
        let score = Score::of(rows_of(known, report));
        let _ = writeln!(
            text,
            "- [{}](results/{}.md): {}.",
            report.title,
            report.page,
            score.in_words()
        );
    }
    text.push_str("\n`study run all` and `study report --to .` write these pages; `study list` describes each study.\n");
    text
}
