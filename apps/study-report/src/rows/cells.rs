//! What stands in the cells of a row: figures, intervals, bars, settings.

use claims::results::Results;
use claims::{Estimate, Measure, Predicate, Statistic, Whose, estimate, prediction};
use nn::metrics::Quartiles;
use report::{concise, significant};
use study_core::study::Study;

use super::Found;
use crate::names::words;

/// Maximum number of figures in a row; a claim over many cases has all of them in the study's tables.
const MOST_FIGURES: usize = 6;

/// The bars of a predicate with their values, and whose they are, each once; without those that are no choice.
pub(super) fn bars(predicate: &Predicate) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for leaf in predicate.leaves() {
        let (value, bar) = match leaf {
            // The bar of a value near another is the margin.
            Predicate::Within { low, high, bar, .. } => {
                (format!("{} to {}", concise(*low), concise(*high)), bar)
            }
            Predicate::Threshold { bar, .. }
            | Predicate::Observed { bar, .. }
            | Predicate::Likely { bar, .. } => (concise(bar.value), bar),
            Predicate::Best { .. } | Predicate::All(_) | Predicate::Any(_) => continue,
        };
        let text = match &bar.whose {
            Whose::Sign => continue,
            Whose::Report(words) => format!("{value}, the report's: “{words}”"),
            Whose::Ours(_) => format!("{value}, {bar}"),
        };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// Trials and epochs of cases, as words.
pub(super) fn trials(cases: &[&str], found: Found<'_>) -> String {
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
    match (&study.chosen, words.is_empty()) {
        (Some(chosen), _) => (*chosen).to_owned(),
        (None, true) => study.data.join(", "),
        (None, false) => words.join(", "),
    }
}

/// Medians and quartiles of the parts' figures, and a part's own statistic if it is another. What is measured is named where
/// it is not what the part before has: `test loss of A: 0.5 (0.4 to 0.6); of B: …`.
pub(super) fn figures(parts: &[&Measure], results: &Results) -> Vec<String> {
    let mut texts = Vec::new();
    let mut named = "";
    for part in parts {
        let Measure::Trials { case, number, by } = part else {
            continue;
        };
        let subject = match named == number {
            true => format!("of {case}: "),
            false => format!("{} of {case}: ", words(number)),
        };
        named = number;
        let values = results
            .case(case)
            .map_or_else(Vec::new, |c| c.known(number));
        texts.push(subject + &value(&values, *by));
    }
    texts
}

/// Median and quartiles of some trials, and another statistic of them if that is what counts.
fn value(values: &[f64], by: Statistic) -> String {
    let Some(q) = Quartiles::new(values) else {
        return "–".to_owned();
    };
    if is_yes_or_no(values) {
        let yes = values.iter().filter(|x| **x == 1.0).count();
        return format!("1 in {yes} of {} trials, else 0", values.len());
    }
    if values.len() == 1 {
        return significant(q.median);
    }
    let [low, median, high] = [q.q1, q.median, q.q3].map(significant);
    let own = match by {
        Statistic::Median => String::new(),
        by => format!(", {} {}", by.name(), significant(by.of(values))),
    };
    format!("{median} ({low} to {high}){own}")
}

/// Whether these answer a question by 1 and by 0: quartiles of such numbers say nothing.
fn is_yes_or_no(values: &[f64]) -> bool {
    let has = |answer: f64| values.contains(&answer);
    has(0.0) && has(1.0) && values.iter().all(|x| *x == 0.0 || *x == 1.0)
}

/// The 95 % intervals for one more trial, where a predicate holds the value of a single run against them.
pub(super) fn predictions(predicate: &Predicate, results: &Results) -> Option<String> {
    let of_leaf = |leaf: &Predicate| match leaf {
        Predicate::Likely { case, number, .. } => {
            let ends = prediction(case, number, results)?;
            Some(format!(
                "{} to {}",
                significant(ends.low),
                significant(ends.high)
            ))
        }
        _ => None,
    };
    let texts: Vec<String> = predicate.leaves().into_iter().filter_map(of_leaf).collect();
    (!texts.is_empty()).then(|| format!("for one more trial: {}", listed(&texts)))
}

/// The 95 % intervals of measures.
pub(super) fn intervals(measures: &[Measure], results: &Results) -> String {
    let of_answers = |measure: &&Measure| match measure {
        Measure::Trials { case, number, .. } => results
            .case(case)
            .is_some_and(|case| is_yes_or_no(&case.known(number))),
        _ => false,
    };
    let estimates = measures
        .iter()
        .filter(|measure| !of_answers(measure))
        .filter_map(|m| Some((m, estimate(m, results).ok()?)));
    let texts: Vec<String> = estimates.map(|(m, e)| in_words(m, e)).collect();
    match texts.is_empty() {
        true => "–".to_owned(),
        false => listed(&texts),
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
pub(super) fn listed(texts: &[String]) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;
    use claims::results::{CaseResults, Trial};
    use claims::{Against, Bar, likely, median, minimum, outcome::Outcome};

    /// Results with a figure `x` and ten times as many epochs.
    fn results(cases: &[(&str, &[f64])]) -> Results {
        let mut results = Results::default();
        for (case, values) in cases {
            let trial = |x: &f64| Trial {
                outcome: Outcome::new()
                    .number("test_loss", *x)
                    .number("epochs", 10.0 * x),
                seconds: 0.5,
            };
            let trials = values.iter().map(|x| Some(trial(x))).collect();
            let known = CaseResults {
                trials,
                ..CaseResults::default()
            };
            results.cases.insert((*case).to_owned(), known);
        }
        results
    }

    #[test]
    fn what_is_measured_is_named_once() {
        let results = results(&[("a", &[1.0, 3.0]), ("b", &[2.0])]);
        let parts = [
            median("a", "test_loss"),
            median("b", "test_loss"),
            minimum("a", "epochs"),
            median("missing", "epochs"),
        ];
        let shown = figures(&parts.iter().collect::<Vec<_>>(), &results);
        let expected = [
            "test loss of a: 2.000 (1.500 to 2.500)",
            "of b: 2.000",
            "epochs of a: 20.00 (15.00 to 25.00), smallest 10.00",
            "of missing: –",
        ];
        assert_eq!(shown, expected);
    }

    #[test]
    fn answers_are_counted() {
        let results = results(&[("a", &[1.0, 0.0, 0.0, 1.0, 0.0]), ("all", &[1.0; 5])]);
        let [answers, all] = ["a", "all"].map(|case| median(case, "test_loss"));
        let shown = figures(&[&answers, &all], &results);
        let expected = [
            "test loss of a: 1 in 2 of 5 trials, else 0",
            "of all: 1.000 (1.000 to 1.000)",
        ];
        assert_eq!(shown, expected);
        assert_eq!(intervals(&[answers], &results), "–");
        assert_eq!(intervals(&[all], &results), "1.000 to 1.000");
    }

    #[test]
    fn bars_have_both_ends_and_single_runs_an_interval() {
        let about = median("a", "test_loss").within(3.0, Bar::ours(8.0, "about five"));
        assert_eq!(bars(&about), ["3 to 8, ours: about five"]);
        let near = median("a", "test_loss").near(0.96, Bar::ours(0.005, "half a point"));
        assert_eq!(bars(&near), ["0.955 to 0.965, ours: half a point"]);
        let bar = Bar::of_report(0.9, "0.9");
        let single = likely("a", "test_loss", bar);
        assert_eq!(bars(&single), ["0.9, the report's: “0.9”"]);
        assert_eq!(bars(&median("a", "x").positive()), [""; 0]);
        let values: Vec<f64> = (0..50).map(f64::from).collect();
        let results = results(&[("a", &values)]);
        let shown = predictions(&single, &results);
        assert_eq!(shown.as_deref(), Some("for one more trial: 0 to 49.00"));
        assert_eq!(predictions(&about, &results), None);
    }
}
