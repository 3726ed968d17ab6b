//! Verdicts from 95 % confidence intervals.
//!
//! The interval is a percentile bootstrap over trials (Efron 1979): whole trials of each case are resampled with
//! replacement, so figures of one trial stay together. It lies entirely on the claimed side of the threshold, entirely
//! on the other, or on both. Deterministic cases have one value, which is its own interval.

use std::collections::BTreeMap;
use std::fmt;

use autograd::random::{below, stream};
use nn::metrics::quantile;

use super::measure::Measure;
use super::predicate::Predicate;
use crate::results::Results;

/// Minimum number of trials of a random case; fewer say nothing about their spread.
pub(super) const LEAST_TRIALS: usize = 5;
const RESAMPLES: usize = 2000;

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

/// A verdict, and what is missing where results are incomplete.
#[derive(Clone, Debug, PartialEq)]
pub struct Evaluation {
    /// The verdict.
    pub verdict: Verdict,
    /// Missing results, in words.
    pub missing: Option<String>,
}

/// A measure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Its value on all trials.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// Estimates a measure with its interval.
///
/// # Errors
/// If results are missing or the measure is undefined, in words.
pub fn estimate(measure: &Measure, results: &Results) -> Result<Estimate, String> {
    let figures = Figures::of(measure, results)?;
    let value = measure.value(&|case, number| figures.all(case, number));
    if value.is_nan() {
        return Err(format!("{measure} is undefined"));
    }
    let few = figures.sizes.iter().find(|(case, n)| {
        let chance = results.case(case).is_some_and(|c| !c.deterministic);
        chance && **n < LEAST_TRIALS
    });
    if let Some((case, n)) = few {
        return Err(format!("{n} of at least {LEAST_TRIALS} trials of {case}"));
    }
    if figures.sizes.values().all(|n| *n == 1) {
        return Ok(Estimate {
            value,
            low: value,
            high: value,
        });
    }
    let mut rng = stream(0, &format!("bootstrap/{measure:?}"), 0, 0);
    let mut values = Vec::with_capacity(RESAMPLES);
    for _ in 0..RESAMPLES {
        let drawn: BTreeMap<&str, Vec<usize>> = figures
            .sizes
            .iter()
            .map(|(case, n)| (*case, (0..*n).map(|_| below(&mut rng, *n)).collect()))
            .collect();
        let of = |case: &str, number: &str| -> Vec<f64> {
            let all = figures.all(case, number);
            drawn[case].iter().map(|i| all[*i]).collect()
        };
        values.push(measure.value(&of));
    }
    // A resample may be undefined (nothing over nothing); then so is the interval.
    if values.iter().any(|x| x.is_nan()) {
        return Err(format!("the interval of {measure} is undefined"));
    }
    let at = |q: f64| quantile(&values, q).unwrap_or(f64::NAN);
    Ok(Estimate {
        value,
        low: at(0.025),
        high: at(0.975),
    })
}

/// The figures that a measure needs.
struct Figures<'a> {
    values: BTreeMap<(&'a str, &'a str), Vec<f64>>,
    sizes: BTreeMap<&'a str, usize>,
}

impl<'a> Figures<'a> {
    fn of(measure: &'a Measure, results: &Results) -> Result<Self, String> {
        let (mut values, mut sizes) = (BTreeMap::new(), BTreeMap::new());
        for part in measure.parts() {
            if let Measure::Trials { case, number, .. } = part {
                let all = results.all(case, number)?;
                sizes.insert(case.as_str(), all.len());
                values.insert((case.as_str(), number.as_str()), all);
            }
        }
        Ok(Self { values, sizes })
    }

    fn all(&self, case: &str, number: &str) -> Vec<f64> {
        self.values
            .get(&(case, number))
            .cloned()
            .unwrap_or_default()
    }
}

/// Evaluates a predicate on results.
pub fn evaluate(predicate: &Predicate, results: &Results) -> Evaluation {
    let decided = |verdict| Evaluation {
        verdict,
        missing: None,
    };
    let from_interval =
        |measure: &Measure, of: &dyn Fn(Estimate) -> Verdict| match estimate(measure, results) {
            Ok(estimate) => decided(of(estimate)),
            Err(missing) => Evaluation {
                verdict: Verdict::Undecided,
                missing: Some(missing),
            },
        };
    match predicate {
        Predicate::Bar(bar) => from_interval(&bar.measure, &|at| {
            let has = |x| bar.side.has(x, bar.bar);
            match (has(at.low), has(at.high)) {
                (true, true) => Verdict::Holds,
                (false, false) => Verdict::DoesNotHold,
                _ => Verdict::Undecided,
            }
        }),
        Predicate::Within { measure, low, high } => from_interval(measure, &|at| {
            let inside = *low <= at.low && at.high <= *high;
            let outside = at.high < *low || *high < at.low;
            match (inside, outside) {
                (true, _) => Verdict::Holds,
                (_, true) => Verdict::DoesNotHold,
                _ => Verdict::Undecided,
            }
        }),
        Predicate::Exactly {
            case,
            number,
            value,
        } => match results.all(case, number) {
            Ok(values) if values.iter().all(|x| x == value) => decided(Verdict::Holds),
            Ok(_) => decided(Verdict::DoesNotHold),
            Err(missing) => Evaluation {
                verdict: Verdict::Undecided,
                missing: Some(missing),
            },
        },
        Predicate::All(of) => combined(of, results, Verdict::Holds, Verdict::DoesNotHold),
        Predicate::Any(of) => combined(of, results, Verdict::DoesNotHold, Verdict::Holds),
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
    Evaluation {
        missing: missing.filter(|_| verdict == Verdict::Undecided),
        verdict,
    }
}
