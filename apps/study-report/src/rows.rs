//! A row for each claim and question: reported value, measured value, verdict, and its readings.

use claims::results::Results;
use claims::{
    Bar, Claim, ClaimEvaluation, Estimate, Evaluation, Measure, Predicate, Question, Statistic,
    Verdict, Whose, Why, estimate, evaluate,
};
use nn::metrics::Quartiles;
use report::significant;
use study_core::study::Study;

use crate::known::Stored;
use crate::names::words;

/// Maximum number of figures in a row; a claim over many cases has all of them in the study's tables.
const MOST_FIGURES: usize = 6;

/// A claim or a question with its result.
pub(crate) struct Row {
    /// Letters of its reports.
    report: &'static str,
    /// Place in the outline; empty if it is not said.
    pub(crate) place: &'static str,
    /// Claim or question.
    pub(crate) sentence: String,
    /// Figure or words of the report.
    pub(crate) claimed: String,
    pub(crate) finding: Finding,
    /// Whether it is a question, which is no claim and never has a verdict.
    pub(crate) asks: bool,
    /// Whether it is one of the few statements that its report stands for.
    pub(crate) is_main: bool,
    /// Under each reading.
    pub(crate) readings: Vec<ReadingRow>,
    /// Why a claim does not hold.
    pub(crate) why: Vec<String>,
}

/// What was found under a reading.
pub(crate) struct ReadingRow {
    /// Name, with a remark if it is not one of the report's.
    pub(crate) name: String,
    /// Settings that its cases share.
    pub(crate) setting: String,
    /// Medians and quartiles.
    pub(crate) measured: String,
    /// 95 % intervals of the deciding measures, or in how many trials something was observed.
    pub(crate) interval: String,
    /// Verdict, and what would decide it.
    pub(crate) verdict: String,
    /// Its bars and whose they are.
    pub(crate) bars: Vec<String>,
    /// Trials per case and their epochs.
    pub(crate) trials: String,
}

/// Result of a claim or question.
pub(crate) enum Finding {
    Evaluated(ClaimEvaluation),
    /// A question, which has no verdict.
    Open,
    /// A quick run, which decides nothing.
    Quick,
    NotRun,
}

impl Finding {
    pub(crate) fn in_words(&self) -> String {
        match self {
            Self::Evaluated(found) => match &found.under {
                Some(under) => format!("{} ({under})", found.verdict),
                None => found.verdict.to_string(),
            },
            Self::Open => "open question".to_owned(),
            Self::Quick => "quick run, no verdict".to_owned(),
            Self::NotRun => "not run".to_owned(),
        }
    }

    pub(crate) fn verdict(&self) -> Option<Verdict> {
        match self {
            Self::Evaluated(found) => Some(found.verdict),
            _ => None,
        }
    }
}

impl Row {
    /// Checks whether it is of this report.
    pub(crate) fn is_of(&self, letter: &str) -> bool {
        self.report.split(", ").any(|own| own == letter)
    }
}

/// Results of a study, and how they came about.
#[derive(Clone, Copy)]
struct Found<'a> {
    study: &'a Study,
    quick: bool,
    results: &'a Results,
}

/// The rows of a study.
pub(crate) fn of(study: &Study, stored: Option<&Stored>) -> Vec<Row> {
    let found = stored.map(|stored| Found {
        study,
        quick: stored.begun.quick,
        results: &stored.results,
    });
    let claims = study.claims.iter().map(|claim| of_claim(claim, found));
    let questions = study
        .questions
        .iter()
        .map(|question| of_question(question, found));
    claims.chain(questions).collect()
}

fn of_claim(claim: &Claim, found: Option<Found<'_>>) -> Row {
    let finding = match found {
        None => Finding::NotRun,
        Some(found) if found.quick => Finding::Quick,
        Some(found) => Finding::Evaluated(claim.evaluate(found.results)),
    };
    let readings = match (found, &finding) {
        (Some(found), Finding::Evaluated(evaluated)) => claim
            .readings
            .iter()
            .zip(&evaluated.readings)
            .map(|(reading, evaluation)| {
                let name = match reading.allowed {
                    true => reading.name.clone(),
                    false => format!("{} (ours, decides nothing)", reading.name),
                };
                of_predicate(name, &reading.predicate, evaluation, found)
            })
            .collect(),
        _ => Vec::new(),
    };
    let why = match (found, finding.verdict()) {
        (Some(found), Some(Verdict::DoesNotHold)) => {
            claim.why.iter().map(|why| reason(why, found)).collect()
        }
        _ => Vec::new(),
    };
    Row {
        report: claim.report,
        place: claim.place,
        sentence: claim.sentence.clone(),
        claimed: claim.claimed.clone(),
        finding,
        asks: false,
        is_main: claim.is_main,
        readings,
        why,
    }
}

fn reason(why: &Why, found: Found<'_>) -> String {
    let evaluation = evaluate(&why.predicate, found.results);
    let row = of_predicate(String::new(), &why.predicate, &evaluation, found);
    format!("{}: {} ({})", why.setting, row.verdict, row.measured)
}

fn of_question(question: &Question, found: Option<Found<'_>>) -> Row {
    let finding = match found {
        None => Finding::NotRun,
        Some(found) if found.quick => Finding::Quick,
        Some(_) => Finding::Open,
    };
    let readings = match (found, &finding) {
        (Some(found), Finding::Open) => vec![ReadingRow {
            interval: intervals(&question.asks, found.results),
            verdict: finding.in_words(),
            ..reading(&question.asks, found)
        }],
        _ => Vec::new(),
    };
    Row {
        report: question.report,
        place: question.place,
        sentence: question.text.clone(),
        claimed: "–".to_owned(),
        finding,
        asks: true,
        is_main: false,
        readings,
        why: Vec::new(),
    }
}

fn of_predicate(
    name: String,
    predicate: &Predicate,
    evaluation: &Evaluation,
    found: Found<'_>,
) -> ReadingRow {
    let measures = predicate.measures();
    let estimated: Vec<Measure> = predicate
        .leaves()
        .into_iter()
        .filter(|leaf| !leaf.is_observed())
        .flat_map(Predicate::measures)
        .collect();
    let interval = match (estimated.is_empty(), evaluation.observed) {
        (true, Some((count, all))) => format!("in {count} of {all} trials"),
        (true, None) => "–".to_owned(),
        _ => intervals(&estimated, found.results),
    };
    // With one rival there is nothing to correct.
    let corrected =
        |leaf: &&Predicate| matches!(leaf, Predicate::Best { rivals, .. } if rivals.len() > 1);
    let interval = match predicate.leaves().iter().any(corrected) {
        true => format!(
            "{interval}; the verdict on the best of several is stricter than these (Holm's correction)"
        ),
        false => interval,
    };
    let verdict = match evaluation.what_would_decide() {
        Some(what) => format!("{}: {what}", evaluation.verdict),
        None => evaluation.verdict.to_string(),
    };
    ReadingRow {
        name,
        interval,
        verdict,
        bars: predicate.bars().into_iter().map(bar).collect(),
        ..reading(&measures, found)
    }
}

/// A bar with its value, and whose it is.
fn bar(bar: &Bar) -> String {
    let value = significant(bar.value);
    match &bar.whose {
        Whose::Report(words) => format!("{value}, the report's: “{words}”"),
        _ => format!("{value}, {bar}"),
    }
}

/// The cells that claims and questions share.
fn reading(measures: &[Measure], found: Found<'_>) -> ReadingRow {
    let mut parts: Vec<&Measure> = Vec::new();
    let mut cases: Vec<&str> = Vec::new();
    for part in measures.iter().flat_map(|m| m.parts()) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    for case in measures.iter().flat_map(|m| m.cases()) {
        if !cases.contains(&case) {
            cases.push(case);
        }
    }
    ReadingRow {
        name: String::new(),
        setting: common_words(found.study, &cases),
        measured: listed(parts.iter().map(|part| figure(part, found.results))),
        interval: "–".to_owned(),
        verdict: String::new(),
        bars: Vec::new(),
        trials: trials(&cases, found),
    }
}

/// Trials and epochs of cases, as words.
fn trials(cases: &[&str], found: Found<'_>) -> String {
    let counts = cases.iter().filter_map(|case| {
        let done = found.results.case(case)?.done().count();
        Some(done as f64)
    });
    let epochs = cases.iter().flat_map(|name| {
        let Some(case) = found.results.case(name) else {
            return Vec::new();
        };
        let known = case.known("epochs");
        // Work of its own need not count them; what it declares holds for its full form.
        if !known.is_empty() || found.quick || case.done().next().is_none() {
            return known;
        }
        let declared = found.study.find(name).and_then(|c| c.epochs());
        declared.map(|epochs| epochs as f64).into_iter().collect()
    });
    let counted = |(low, high): (f64, f64), one: &str, more: &str| match low == high {
        true if low == 1.0 => format!("1 {one}"),
        true => format!("{low} {more}"),
        false => format!("{low} to {high} {more}"),
    };
    let parts = [
        range(counts).map(|r| counted(r, "trial", "trials")),
        range(epochs).map(|r| counted(r, "epoch", "epochs")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Settings that all these cases share.
pub(crate) fn common_words(study: &Study, cases: &[&str]) -> String {
    let mut settings = cases
        .iter()
        .filter_map(|case| study.find(case))
        .map(study_core::study::Case::words)
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

fn intervals(measures: &[Measure], results: &Results) -> String {
    let estimates = measures
        .iter()
        .filter_map(|m| Some((m, estimate(m, results).ok()?)));
    let texts: Vec<String> = estimates.map(|(m, e)| in_words(m, e)).collect();
    match texts.is_empty() {
        true => "–".to_owned(),
        false => listed(texts.into_iter()),
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
fn range(counts: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let ends = counts.map(|x| (x, x));
    ends.reduce(|(low, high), (x, _)| (low.min(x), high.max(x)))
}
