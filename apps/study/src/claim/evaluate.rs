//! Verdicts on predicates.

use std::fmt;

use super::estimate::{ALPHA, Estimate, estimate, in_each_trial, p_value};
use super::interval::{LEAST_FOR_PREDICTION, of_one_more};
use super::measure::Measure;
use super::predicate::{Predicate, Side, Which};
use crate::results::Results;

/// Verdict on a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It holds.
    Holds,
    /// It does not hold: a finding like any other.
    DoesNotHold,
    /// The results do not decide it.
    Undecided,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::Undecided => "undecided",
        })
    }
}

/// A verdict, and what would decide it where it is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The verdict.
    pub verdict: Verdict,
    /// Missing results, in words.
    pub missing: Option<String>,
    /// Trials per case that would decide an undecided claim, if difference and spread stay what they are.
    pub needed: Option<f64>,
    /// In how many of how many trials something was observed.
    pub observed: Option<(usize, usize)>,
}

/// Beyond so many trials, more of them are no answer.
const MOST_TRIALS: f64 = 10_000.0;

impl Evaluation {
    fn decided(verdict: Verdict) -> Self {
        Self { verdict, missing: None, needed: None, observed: None }
    }

    fn missing(missing: String) -> Self {
        Self { missing: Some(missing), ..Self::decided(Verdict::Undecided) }
    }

    fn open(needed: f64) -> Self {
        Self { needed: Some(needed), ..Self::decided(Verdict::Undecided) }
    }

    /// What is missing, or the trials that would decide it, as a clause; `None` where it is decided.
    pub fn what_would_decide(&self) -> Option<String> {
        if self.verdict != Verdict::Undecided {
            return None;
        }
        if let Some(missing) = &self.missing {
            return Some(missing.clone());
        }
        let needed = self.needed?;
        Some(match needed {
            n if n > MOST_TRIALS => {
                "the difference is too small against its spread for any number of trials that could be run".to_owned()
            }
            n => format!("about {} trials would decide it, at this difference and spread", rounded_up(n)),
        })
    }
}

/// Rounds up to two digits.
fn rounded_up(n: f64) -> u64 {
    let unit = 10_f64.powf((n.max(1.0).log10().floor() - 1.0).max(0.0));
    ((n / unit).ceil() * unit) as u64
}

/// Evaluates a predicate on results.
pub fn evaluate(predicate: &Predicate, results: &Results) -> Evaluation {
    match predicate {
        Predicate::Threshold { measure, side, bar } => interval(measure, results, |at| threshold(at, *side, bar.value)),
        Predicate::Within { measure, low, high, .. } => interval(measure, results, |at| within(at, *low, *high)),
        Predicate::Observed { which, measure, side, bar } => match in_each_trial(measure, results) {
            Ok(values) => observed(*which, &values, *side, bar.value),
            Err(missing) => Evaluation::missing(missing),
        },
        Predicate::Best { leader, rivals, more } => best(leader, rivals, *more, results),
        Predicate::Likely { case, number, bar } => likely(case, number, bar.value, results),
        Predicate::All(of) => combined(of, results, Verdict::Holds, Verdict::DoesNotHold),
        Predicate::Any(of) => combined(of, results, Verdict::DoesNotHold, Verdict::Holds),
    }
}

fn interval(measure: &Measure, results: &Results, verdict: impl Fn(Estimate) -> Evaluation) -> Evaluation {
    match estimate(measure, results) {
        Ok(at) => verdict(at),
        Err(missing) => Evaluation::missing(missing),
    }
}

/// Trials at which the end of an interval comes to a bar, as its width falls with their root.
fn needed(at: Estimate, bar: f64) -> f64 {
    let width = if at.value > bar { at.value - at.low } else { at.high - at.value };
    at.trials as f64 * (width / (at.value - bar)).powi(2)
}

fn threshold(at: Estimate, side: Side, bar: f64) -> Evaluation {
    match (side.has(at.low, bar), side.has(at.high, bar)) {
        (true, true) => Evaluation::decided(Verdict::Holds),
        (false, false) => Evaluation::decided(Verdict::DoesNotHold),
        _ => Evaluation::open(needed(at, bar)),
    }
}

fn within(at: Estimate, low: f64, high: f64) -> Evaluation {
    if low <= at.low && at.high <= high {
        return Evaluation::decided(Verdict::Holds);
    }
    if at.high < low || high < at.low {
        return Evaluation::decided(Verdict::DoesNotHold);
    }
    let inside = low <= at.value && at.value <= high;
    Evaluation::open(match inside {
        // Both ends have to come inside.
        true => {
            let end = |width: f64, room: f64| at.trials as f64 * (width / room).powi(2);
            end(at.value - at.low, at.value - low).max(end(at.high - at.value, high - at.value))
        }
        false => needed(at, if at.value > high { high } else { low }),
    })
}

fn observed(which: Which, values: &[f64], side: Side, bar: f64) -> Evaluation {
    let count = values.iter().filter(|x| side.has(**x, bar)).count();
    let holds = match which {
        Which::Every => count == values.len(),
        Which::Some => count > 0,
        Which::No => count == 0,
    };
    let verdict = if holds && !values.is_empty() { Verdict::Holds } else { Verdict::DoesNotHold };
    Evaluation { observed: Some((count, values.len())), ..Evaluation::decided(verdict) }
}

/// Each pair is tested with Holm's correction: sorted p-values against α/k, α/(k-1), …, α.
fn best(leader: &Measure, rivals: &[Measure], more: bool, results: &Results) -> Evaluation {
    let (mut ahead, mut behind, mut most_needed) = (Vec::new(), Vec::new(), 0.0_f64);
    for rival in rivals {
        let lead = leader.clone().minus(rival.clone());
        let at = match estimate(&lead, results) {
            Ok(at) => at,
            Err(missing) => return Evaluation::missing(missing),
        };
        if at.low == at.high {
            let leads = if more { at.value > 0.0 } else { at.value < 0.0 };
            ahead.push(if leads { 0.0 } else { 1.0 });
            behind.push(if leads { 1.0 } else { 0.0 });
        } else {
            ahead.push(p_value(&lead, results, more, 0.0).unwrap_or(1.0));
            behind.push(p_value(&lead, results, !more, 0.0).unwrap_or(1.0));
            most_needed = most_needed.max(needed(at, 0.0));
        }
    }
    let k = rivals.len();
    ahead.sort_by(f64::total_cmp);
    let ahead_of_all = ahead.iter().enumerate().all(|(i, p)| *p <= ALPHA / (k - i) as f64);
    let one_ahead = behind.iter().any(|p| *p <= ALPHA / k as f64);
    match (k, ahead_of_all, one_ahead) {
        // Of no rivals, nothing is claimed.
        (0, ..) => Evaluation::missing("no rivals".to_owned()),
        (_, true, _) => Evaluation::decided(Verdict::Holds),
        (_, _, true) => Evaluation::decided(Verdict::DoesNotHold),
        _ => Evaluation::open(most_needed),
    }
}

fn likely(case: &str, number: &str, value: f64, results: &Results) -> Evaluation {
    let values = match results.all(case, number) {
        Ok(values) => values,
        Err(missing) => return Evaluation::missing(missing),
    };
    let deterministic = results.case(case).is_some_and(|c| c.deterministic);
    if deterministic {
        let same = values.first() == Some(&value);
        return Evaluation::decided(if same { Verdict::Holds } else { Verdict::DoesNotHold });
    }
    match of_one_more(&values, ALPHA) {
        None => Evaluation::missing(format!(
            "{} of at least {LEAST_FOR_PREDICTION} trials of {case}",
            values.len()
        )),
        Some(next) if next.low <= value && value <= next.high => Evaluation::decided(Verdict::Holds),
        Some(_) => Evaluation::decided(Verdict::DoesNotHold),
    }
}

/// Combines verdicts: `unanimous` where all are, `one` where one is, else undecided.
fn combined(of: &[Predicate], results: &Results, unanimous: Verdict, one: Verdict) -> Evaluation {
    let parts: Vec<Evaluation> = of.iter().map(|p| evaluate(p, results)).collect();
    let any = |verdict| parts.iter().any(|p| p.verdict == verdict);
    let missing = parts.iter().find_map(|p| p.missing.clone());
    let verdict = match () {
        // Of nothing, nothing is claimed.
        () if parts.is_empty() => Verdict::Undecided,
        // One answer may settle it, but what is missing keeps a claim from holding.
        () if any(one) && (one != Verdict::Holds || missing.is_none()) => one,
        () if parts.iter().all(|p| p.verdict == unanimous) => unanimous,
        () => Verdict::Undecided,
    };
    let open = || parts.iter().filter_map(|p| p.needed);
    let needed = match one {
        Verdict::Holds => open().reduce(f64::min),
        _ => open().reduce(f64::max),
    };
    let undecided = verdict == Verdict::Undecided;
    Evaluation {
        verdict,
        missing: missing.filter(|_| undecided),
        needed: needed.filter(|_| undecided),
        // Of several, the first that is not in every trial says most.
        observed: parts
            .iter()
            .filter_map(|p| p.observed)
            .reduce(|a, b| if a.0 < a.1 { a } else { b }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::claim::{Bar, any, best_of, higher, in_every_trial, in_no_trial, in_some_trial, likely, median, similar};
    use crate::outcome::Outcome;
    use crate::results::{CaseResults, Trial};

    fn results(cases: &[(&str, &[f64])]) -> Results {
        let trial = |x: &f64| Some(Trial { outcome: Outcome::new().number("x", *x), seconds: 0.0 });
        let case = |values: &[f64]| CaseResults {
            deterministic: false,
            paired: Some("data".to_owned()),
            trials: values.iter().map(trial).collect(),
        };
        let cases = cases.iter().map(|(name, values)| ((*name).to_owned(), case(values)));
        Results { cases: cases.collect() }
    }

    fn verdict(predicate: &Predicate, results: &Results) -> Verdict {
        evaluate(predicate, results).verdict
    }

    /// Evenly spread about a centre.
    fn about(centre: f64, spread: f64, n: usize) -> Vec<f64> {
        (0..n).map(|i| centre + spread * (2.0 * i as f64 / (n - 1) as f64 - 1.0)).collect()
    }

    #[test]
    fn pairs_show_what_spread_between_trials_hides() {
        let a = about(1.0, 0.5, 15);
        let b: Vec<f64> = a.iter().map(|x| x - 0.01).collect();
        let mut both = results(&[("a", &a), ("b", &b)]);
        assert_eq!(verdict(&higher("a", "b", "x"), &both), Verdict::Holds);
        for case in both.cases.values_mut() {
            case.paired = None;
        }
        let alone = evaluate(&higher("a", "b", "x"), &both);
        assert_eq!(alone.verdict, Verdict::Undecided);
        assert!(alone.needed.unwrap() > 1000.0, "{alone:?}");
    }

    #[test]
    fn extremes_are_what_was_observed() {
        let found = results(&[("a", &[0.97, 0.98, 0.99])]);
        let of = || median("a", "x");
        let bar = |x| Bar::of_report(x, "said");
        assert_eq!(verdict(&in_every_trial(of()).at_least(bar(0.97)), &found), Verdict::Holds);
        assert_eq!(verdict(&in_every_trial(of()).above(bar(0.97)), &found), Verdict::DoesNotHold);
        assert_eq!(verdict(&in_some_trial(of()).at_least(bar(0.99)), &found), Verdict::Holds);
        assert_eq!(verdict(&in_some_trial(of()).above(bar(0.99)), &found), Verdict::DoesNotHold);
        assert_eq!(verdict(&in_no_trial(of()).above(bar(0.99)), &found), Verdict::Holds);
        let count = evaluate(&in_no_trial(of()).above(bar(0.97)), &found);
        assert_eq!((count.verdict, count.observed), (Verdict::DoesNotHold, Some((2, 3))));
    }

    #[test]
    fn best_of_some_is_open_while_one_rival_is_close() {
        let leader = about(1.0, 0.1, 15);
        let close: Vec<f64> = about(0.999, 0.1, 15).into_iter().rev().collect();
        let names = ["a", "b", "c"];
        let of = |b: &[f64], c: &[f64]| {
            let found = results(&[("a", &leader), ("b", b), ("c", c)]);
            evaluate(&best_of("a", names, "x"), &found)
        };
        let (behind, ahead) = (about(0.5, 0.1, 15), about(2.0, 0.1, 15));
        assert_eq!(of(&behind, &behind).verdict, Verdict::Holds);
        let open = of(&close, &behind);
        assert_eq!(open.verdict, Verdict::Undecided);
        assert!(open.what_would_decide().is_some());
        // One clear rival decides, whatever the others do.
        assert_eq!(of(&close, &ahead).verdict, Verdict::DoesNotHold);
    }

    #[test]
    fn similar_needs_a_narrow_interval_not_a_wide_one() {
        let margin = Bar::ours(0.1, "a tenth of the range");
        let of = |spread: f64, apart: f64| {
            let a = about(1.0, spread, 15);
            let b: Vec<f64> = about(1.0 + apart, spread, 15).into_iter().rev().collect();
            verdict(&similar("a", "b", "x", margin.clone()), &results(&[("a", &a), ("b", &b)]))
        };
        assert_eq!([of(0.05, 0.0), of(1.0, 0.0), of(0.05, 0.5)], [Verdict::Holds, Verdict::Undecided, Verdict::DoesNotHold]);
    }

    #[test]
    fn a_single_run_is_held_against_the_spread_over_trials() {
        let at = |value| likely("a", "x", Bar::of_report(value, "one run"));
        let many = results(&[("a", &about(1.0, 0.5, 15))]);
        assert_eq!(verdict(&at(1.4), &many), Verdict::Holds);
        assert_eq!(verdict(&at(2.4), &many), Verdict::DoesNotHold);
        let few = evaluate(&at(1.0), &results(&[("a", &[1.0; 14])]));
        assert_eq!(few.missing.as_deref(), Some("14 of at least 15 trials of a"));
    }

    #[test]
    fn what_is_open_says_how_many_trials_decide_it() {
        let spread = about(0.1, 1.0, 16);
        let found = evaluate(&median("a", "x").positive(), &results(&[("a", &spread)]));
        let needed = found.needed.unwrap();
        // Ends lie about half of the range out; ten times that distance away is a hundred times the trials.
        assert!(needed > 16.0 * 15.0 && needed < 16.0 * 40.0, "{needed}");
        let words = found.what_would_decide().unwrap();
        assert!(words.starts_with("about ") && words.contains("trials"), "{words}");
        // One of two that would be decided first decides either.
        let either = any([median("a", "x").positive(), median("a", "x").above(Bar::ours(0.09, "close"))]);
        assert_eq!(evaluate(&either, &results(&[("a", &spread)])).needed, Some(needed));
    }
}
