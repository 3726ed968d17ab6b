//! A row for each claim and question: reported value, measured value, verdict, and its readings.

mod cells;

use claims::results::Results;
use claims::{
    Claim, ClaimEvaluation, Evaluation, Measure, Predicate, Question, Verdict, Why, evaluate,
};
use study_core::study::Study;

pub(crate) use cells::common_words;

use crate::known::Stored;

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
    /// Which of the readings decides: the first under which a claim holds, or else the first.
    pub(crate) deciding: usize,
    /// Why a claim does not hold, and what was tried to find out.
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
            Self::Open => "question".to_owned(),
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
            let in_words = claim.because.iter().map(|text| format!("Why: {text}"));
            let tried = claim.why.iter().map(|why| reason(why, found));
            in_words.chain(tried).collect()
        }
        _ => Vec::new(),
    };
    let deciding = match &finding {
        Finding::Evaluated(evaluated) => evaluated.deciding.unwrap_or(0),
        _ => 0,
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
        deciding,
        why,
    }
}

fn reason(why: &Why, found: Found<'_>) -> String {
    let evaluation = evaluate(&why.predicate, found.results);
    let row = of_predicate(String::new(), &why.predicate, &evaluation, found);
    let found_out = match evaluation.verdict {
        Verdict::Holds => "Why",
        Verdict::DoesNotHold | Verdict::Undecided => "Tried",
    };
    format!(
        "{found_out}: {}: {} ({})",
        why.setting, row.verdict, row.measured
    )
}

fn of_question(question: &Question, found: Option<Found<'_>>) -> Row {
    let finding = match found {
        None => Finding::NotRun,
        Some(found) if found.quick => Finding::Quick,
        Some(_) => Finding::Open,
    };
    let readings = match (found, &finding) {
        (Some(found), Finding::Open) => vec![ReadingRow {
            interval: cells::intervals(&question.asks, found.results),
            verdict: "–".to_owned(),
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
        deciding: 0,
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
    let predicted = cells::predictions(predicate, found.results);
    let interval = match (estimated.is_empty(), evaluation.observed) {
        (true, Some((count, all))) => format!("in {count} of {all} trials"),
        (true, None) => predicted.unwrap_or_else(|| "–".to_owned()),
        _ => cells::intervals(&estimated, found.results),
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
        bars: cells::bars(predicate),
        ..reading(&measures, found)
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
        setting: cells::common_words(found.study, &cases),
        measured: cells::listed(&cells::figures(&parts, found.results)),
        interval: "–".to_owned(),
        verdict: String::new(),
        bars: Vec::new(),
        trials: cells::trials(&cases, found),
    }
}
