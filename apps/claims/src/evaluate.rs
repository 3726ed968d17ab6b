//! Verdicts on predicates.

use std::fmt;

use crate::estimate::{ALPHA, Estimate, clear_of_zero, estimate, estimate_at, in_each_trial};
use crate::interval::{Ends, LEAST_FOR_PREDICTION, of_one_more};
use crate::measure::Measure;
use crate::predicate::{Predicate, Side, Which};
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
    /// The verdict that these trials would come to.
    pub leaning: Option<Verdict>,
    /// In how many of how many trials something was observed.
    pub observed: Option<(usize, usize)>,
}

/// Beyond so many trials, more of them are no answer.
const MOST_TRIALS: f64 = 10_000.0;

impl Evaluation {
    fn decided(verdict: Verdict) -> Self {
        Self {
            verdict,
            missing: None,
            needed: None,
            leaning: None,
            observed: None,
        }
    }

    fn missing(missing: String) -> Self {
        Self {
            missing: Some(missing),
            ..Self::decided(Verdict::Undecided)
        }
    }

    fn open(needed: f64, leaning: Verdict) -> Self {
        Self {
            needed: Some(needed),
            leaning: Some(leaning),
            ..Self::decided(Verdict::Undecided)
        }
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
        Predicate::Threshold { measure, side, bar } => {
            interval(measure, results, |at| threshold(at, *side, bar.value))
        }
        Predicate::Within {
            measure, low, high, ..
        } => interval(measure, results, |at| within(at, *low, *high)),
        Predicate::Observed {
            which,
            measure,
            side,
            bar,
        } => match in_each_trial(measure, results) {
            Ok(values) => observed(*which, &values, *side, bar.value),
            Err(missing) => Evaluation::missing(missing),
        },
        Predicate::Best {
            leader,
            rivals,
            more,
        } => best(leader, rivals, *more, results),
        Predicate::Likely { case, number, bar } => likely(case, number, bar.value, results),
        Predicate::All(of) => combined(of, results, Verdict::Holds, Verdict::DoesNotHold),
        Predicate::Any(of) => combined(of, results, Verdict::DoesNotHold, Verdict::Holds),
    }
}

fn interval(
    measure: &Measure,
    results: &Results,
    verdict: impl Fn(Estimate) -> Evaluation,
) -> Evaluation {
    match estimate(measure, results) {
        Ok(at) => verdict(at),
        Err(missing) => Evaluation::missing(missing),
    }
}

/// Trials at which the end of an interval is past a bar, as its width falls with their root; more than there are, since with
/// these the bar is not passed.
fn needed(at: Estimate, bar: f64) -> f64 {
    if at.value == bar {
        return f64::INFINITY;
    }
    let width = if at.value > bar {
        at.value - at.low
    } else {
        at.high - at.value
    };
    more_than(at, width / (at.value - bar))
}

/// Trials for an interval narrower by this ratio, and at least one more than there are.
fn more_than(at: Estimate, ratio: f64) -> f64 {
    (at.trials as f64 * ratio.powi(2)).max(at.trials as f64 + 1.0)
}

/// The verdict on what is so, or is not.
fn held(so: bool) -> Verdict {
    match so {
        true => Verdict::Holds,
        false => Verdict::DoesNotHold,
    }
}

fn threshold(at: Estimate, side: Side, bar: f64) -> Evaluation {
    match (side.has(at.low, bar), side.has(at.high, bar)) {
        (true, true) => Evaluation::decided(Verdict::Holds),
        (false, false) => Evaluation::decided(Verdict::DoesNotHold),
        _ => Evaluation::open(needed(at, bar), held(side.has(at.value, bar))),
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
    let trials = match inside {
        // Both ends have to come inside.
        true => {
            let end = |width: f64, room: f64| match room > 0.0 {
                true => more_than(at, width / room),
                false => f64::INFINITY,
            };
            end(at.value - at.low, at.value - low).max(end(at.high - at.value, high - at.value))
        }
        false => needed(at, if at.value > high { high } else { low }),
    };
    Evaluation::open(trials, held(inside))
}

fn observed(which: Which, values: &[f64], side: Side, bar: f64) -> Evaluation {
    let count = values.iter().filter(|x| side.has(**x, bar)).count();
    let holds = match which {
        Which::Every => count == values.len(),
        Which::Some => count > 0,
        Which::No => count == 0,
    };
    let verdict = held(holds && !values.is_empty());
    Evaluation {
        observed: Some((count, values.len())),
        ..Evaluation::decided(verdict)
    }
}

/// Each pair is tested with Holm's correction: the most significant pair at α/k, the next at α/(k-1), the last at α.
///
/// That is stricter than "ahead of all" needs: all pairs clear at α would be an error in at most α of studies, too, as the
/// claim is wrong only if the leader is ahead of one rival by chance. It is kept so that each pair can be named as well.
fn best(leader: &Measure, rivals: &[Measure], more: bool, results: &Results) -> Evaluation {
    let k = rivals.len();
    let leads: Vec<Measure> = rivals
        .iter()
        .map(|rival| leader.clone().minus(rival.clone()))
        .collect();
    let (mut ahead, mut behind) = (Vec::new(), false);
    for lead in &leads {
        if let Err(missing) = estimate(lead, results) {
            return Evaluation::missing(missing);
        }
        let clear = clear_of_zero(lead, results, more, k);
        if clear == 0 {
            behind |= clear_of_zero(lead, results, !more, k) == k;
        }
        ahead.push(clear);
    }
    // The i-th clearest has to be clear at α/(k-i), i from 0.
    ahead.sort_unstable_by(|a, b| b.cmp(a));
    let ahead_of_all = ahead.iter().enumerate().all(|(i, clear)| *clear >= k - i);
    match (k, ahead_of_all, behind) {
        // Of no rivals, nothing is claimed.
        (0, ..) => Evaluation::missing("no rivals".to_owned()),
        (_, true, _) => Evaluation::decided(Verdict::Holds),
        (_, _, true) => Evaluation::decided(Verdict::DoesNotHold),
        _ => open_best(&leads, more, results),
    }
}

/// What would decide which is best, all at the strictest level: one rival that is ahead, or else the lead on every rival.
fn open_best(leads: &[Measure], more: bool, results: &Results) -> Evaluation {
    let strict = ALPHA / leads.len() as f64;
    let (mut ahead, mut behind) = (0.0_f64, None::<f64>);
    for lead in leads {
        let at = estimate_at(lead, results, strict);
        let trials = at.as_ref().map_or(f64::INFINITY, |at| needed(*at, 0.0));
        let rival_is_ahead = at.is_ok_and(|at| if more { at.value < 0.0 } else { at.value > 0.0 });
        if rival_is_ahead {
            behind = Some(behind.map_or(trials, |least| least.min(trials)));
        } else {
            ahead = ahead.max(trials);
        }
    }
    match behind {
        Some(trials) => Evaluation::open(trials, Verdict::DoesNotHold),
        None => Evaluation::open(ahead, Verdict::Holds),
    }
}

/// The 95 % interval for one more trial of a case, against which the value of a single run is held. `None` where trials are
/// missing or too few, or nothing is random.
pub fn prediction(case: &str, number: &str, results: &Results) -> Option<Estimate> {
    let values = results.all(case, number).ok()?;
    let Ends { value, low, high } = match results.case(case)?.deterministic {
        true => None,
        false => of_one_more(&values, ALPHA),
    }?;
    Some(Estimate {
        value,
        low,
        high,
        trials: values.len(),
    })
}

fn likely(case: &str, number: &str, value: f64, results: &Results) -> Evaluation {
    let values = match results.all(case, number) {
        Ok(values) => values,
        Err(missing) => return Evaluation::missing(missing),
    };
    let deterministic = results.case(case).is_some_and(|c| c.deterministic);
    if deterministic {
        return Evaluation::decided(held(values.first() == Some(&value)));
    }
    match prediction(case, number, results) {
        None => Evaluation::missing(format!(
            "{} of at least {LEAST_FOR_PREDICTION} trials of {case}",
            values.len()
        )),
        Some(next) => Evaluation::decided(held(next.low <= value && value <= next.high)),
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
    // The first of the parts that lean to the verdict that one settles, or else all of the others.
    let open = |to_one: bool| {
        let leaning = parts
            .iter()
            .filter(move |p| (p.leaning == Some(one)) == to_one);
        leaning.filter_map(|p| p.needed)
    };
    let (needed, leaning) = match open(true).reduce(f64::min) {
        Some(first) => (Some(first), one),
        None => (open(false).reduce(f64::max), unanimous),
    };
    let undecided = verdict == Verdict::Undecided;
    Evaluation {
        verdict,
        missing: missing.filter(|_| undecided),
        needed: needed.filter(|_| undecided),
        leaning: needed.filter(|_| undecided).map(|_| leaning),
        // Of several, the first that is not in every trial says most.
        observed: parts
            .iter()
            .filter_map(|p| p.observed)
            .reduce(|a, b| if a.0 < a.1 { a } else { b }),
    }
}

#[cfg(test)]
mod tests;
