//! A row for each claim and question: reported figure, measured figure and verdict.

use nn::metrics::Quartiles;
use report::significant;

use super::words;
use crate::claim::{ClaimEvaluation, Estimate, Measure, Statistic, estimate};
use crate::folder::Folder;
use crate::results::Results;
use crate::study::Study;

/// Maximum number of figures in a row; a claim over many cases has all of them in the study's tables.
const MOST_FIGURES: usize = 6;

/// A claim or a question with its result.
pub(super) struct Row {
    pub(super) report: &'static str,
    /// Claim or question.
    pub(super) text: String,
    /// Figure or words of the report.
    pub(super) claimed: String,
    /// Settings that its cases share.
    pub(super) setting: String,
    /// Medians and quartiles.
    pub(super) measured: String,
    /// 95 % confidence intervals of the deciding measures.
    pub(super) interval: String,
    pub(super) finding: Finding,
    pub(super) trials: String,
    pub(super) epochs: String,
    pub(super) commit: String,
}

/// Result of a claim or question.
pub(super) enum Finding {
    Evaluated(ClaimEvaluation),
    /// A question, which has no verdict.
    Open,
    /// A quick run, which decides nothing.
    Quick,
    NotRun,
}

impl Finding {
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Evaluated(found) => match (&found.under, found.readings.as_slice()) {
                (Some(under), _) => format!("{} ({under})", found.verdict),
                (None, [only]) => match only.what_would_decide() {
                    Some(what) => format!("{}: {what}", found.verdict),
                    None => found.verdict.to_string(),
                },
                _ => found.verdict.to_string(),
            },
            Self::Open => "open question".to_owned(),
            Self::Quick => "quick run, no verdict".to_owned(),
            Self::NotRun => "not run".to_owned(),
        }
    }
}

/// The rows of a study.
pub(super) fn of(study: &Study, folder: Option<&Folder>) -> Vec<Row> {
    let results = folder.map(|folder| folder.results(study));
    let claims = study.claims.iter().map(|claim| {
        let finding = match (&results, folder) {
            (Some(_), Some(folder)) if folder.begun.quick => Finding::Quick,
            (Some(results), _) => Finding::Evaluated(claim.evaluate(results)),
            _ => Finding::NotRun,
        };
        let predicates = claim.readings.iter().map(|reading| &reading.predicate);
        let measures: Vec<Measure> = predicates.clone().flat_map(|p| p.measures()).collect();
        let decides: Vec<Measure> =
            predicates.filter(|p| !p.is_observed()).flat_map(|p| p.measures()).collect();
        Row {
            report: claim.report,
            text: claim.sentence.clone(),
            claimed: claim.claimed.clone(),
            finding,
            ..row(study, folder, results.as_ref(), &measures, &decides)
        }
    });
    let questions = study.questions.iter().map(|question| Row {
        report: question.report,
        text: question.text.clone(),
        claimed: "–".to_owned(),
        finding: match (&results, folder) {
            (Some(_), Some(folder)) if folder.begun.quick => Finding::Quick,
            (Some(_), _) => Finding::Open,
            _ => Finding::NotRun,
        },
        ..row(
            study,
            folder,
            results.as_ref(),
            &question.asks,
            &question.asks,
        )
    });
    claims.chain(questions).collect()
}

/// Makes the cells that rows of claims and questions share.
fn row(
    study: &Study,
    folder: Option<&Folder>,
    results: Option<&Results>,
    measures: &[Measure],
    decides: &[Measure],
) -> Row {
    let mut parts: Vec<&Measure> = Vec::new();
    for part in measures.iter().flat_map(|m| m.parts()) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    let mut cases: Vec<&str> = Vec::new();
    for part in &parts {
        if let Measure::Trials { case, .. } = part
            && !cases.contains(&case.as_str())
        {
            cases.push(case);
        }
    }
    let measured = results.map_or_else(
        || "–".to_owned(),
        |results| listed(parts.iter().map(|part| figure(part, results))),
    );
    let interval = results.map_or_else(
        || "–".to_owned(),
        |results| {
            let estimates = decides
                .iter()
                .filter_map(|m| Some((m, estimate(m, results).ok()?)));
            let texts: Vec<String> = estimates.map(|(m, e)| in_words(m, e)).collect();
            match texts.is_empty() {
                true => "–".to_owned(),
                false => listed(texts.into_iter()),
            }
        },
    );
    let counts = cases.iter().filter_map(|case| {
        let done = results?.case(case)?.done().count();
        Some(done as f64)
    });
    let epochs = cases.iter().flat_map(|name| {
        let Some(case) = results.and_then(|r| r.case(name)) else {
            return Vec::new();
        };
        let known = case.known("epochs");
        // Work of its own need not count them; what it declares holds for its full form.
        let full = folder.is_some_and(|folder| !folder.begun.quick);
        if !known.is_empty() || !full || case.done().next().is_none() {
            return known;
        }
        let declared = study.cases.iter().find(|c| c.name == *name);
        let epochs = declared.and_then(|c| c.epochs());
        epochs.map(|epochs| epochs as f64).into_iter().collect()
    });
    Row {
        report: "",
        text: String::new(),
        claimed: String::new(),
        setting: common_words(study, &cases),
        measured,
        interval,
        finding: Finding::NotRun,
        trials: range(counts),
        epochs: range(epochs),
        commit: folder.map_or_else(|| "–".to_owned(), |f| f.commits().join(", ")),
    }
}

/// Settings that all these cases share.
pub(super) fn common_words(study: &Study, cases: &[&str]) -> String {
    let mut settings = cases
        .iter()
        .filter_map(|case| study.find(case))
        .map(crate::study::Case::words)
        .filter(|words| !words.is_empty());
    let first = settings.next().unwrap_or_default();
    let others: Vec<Vec<String>> = settings.collect();
    let shared = |word: &&String| others.iter().all(|words| words.contains(word));
    let words: Vec<&str> = first.iter().filter(shared).map(String::as_str).collect();
    match words.is_empty() {
        true => study.data.join(", "),
        false => words.join(", "),
    }
}

/// Median and quartiles of a part's figure, and its own statistic if it is another.
fn figure(part: &Measure, results: &Results) -> String {
    let Measure::Trials { case, number, by } = part else {
        return String::new();
    };
    let values = results
        .case(case)
        .map_or_else(Vec::new, |c| c.known(number));
    let name = format!("{case}: {}", words(number));
    match Quartiles::new(&values) {
        None => format!("{name} –"),
        Some(q) if values.len() == 1 => format!("{name} {}", significant(q.median)),
        Some(q) => {
            let [low, median, high] = [q.q1, q.median, q.q3].map(significant);
            let own = match by {
                Statistic::Median => String::new(),
                by => format!(", {} {}", by.name(), significant(by.of(&values))),
            };
            format!("{name} {median} ({low} to {high}){own}")
        }
    }
}

fn in_words(measure: &Measure, at: Estimate) -> String {
    let ends = format!("{} to {}", significant(at.low), significant(at.high));
    let value = significant(at.value);
    match measure {
        Measure::Trials { .. } => ends,
        Measure::Difference(..) => format!("difference {value}, {ends}"),
        Measure::Ratio(..) => format!("ratio {value}, {ends}"),
        Measure::Largest(_) | Measure::Smallest(_) => format!("{value}, {ends}"),
    }
}

/// Joins texts, and counts those left out.
fn listed(texts: impl Iterator<Item = String>) -> String {
    let texts: Vec<String> = texts.collect();
    let shown = texts[..texts.len().min(MOST_FIGURES)].join("; ");
    match texts.len().saturating_sub(MOST_FIGURES) {
        0 => shown,
        more => format!("{shown}; and {more} more"),
    }
}

/// The smallest and the largest of some counts.
fn range(counts: impl Iterator<Item = f64>) -> String {
    let ends = counts.map(|x| (x, x));
    match ends.reduce(|(low, high), (x, _)| (low.min(x), high.max(x))) {
        None => "–".to_owned(),
        Some((low, high)) if low == high => low.to_string(),
        Some((low, high)) => format!("{low} to {high}"),
    }
}
