//! Synthetic results from a predicate that support it, refute it or leave it undecided. They test that each claim can
//! reach each verdict, and mean nothing else.

use std::collections::BTreeMap;

use crate::evaluate::{Verdict, evaluate};
use crate::measure::{Measure, Statistic, maximum, median, minimum};
use crate::outcome::Outcome;
use crate::predicate::{Predicate, Side, Which};
use crate::results::{CaseResults, Results, SECONDS, Trial};

/// Trials of a random case.
const TRIALS: usize = 15;
/// Distances beyond the threshold, in units of the threshold; the first that brings the verdict is taken.
const MARGINS: [f64; 9] = [0.5, 0.99, 0.1, 0.02, 10.0, 100.0, 2e-3, 2e-4, 1e-5];

/// A figure of a case: location and spread of its trials.
#[derive(Clone, Debug)]
struct Synthetic {
    at: f64,
    apart: f64,
    /// True if a measure uses the standard deviation or the spread between quartiles, so that it has to be chosen.
    spread: bool,
    /// True if the value has to be exact.
    exact: bool,
    /// Value of the first trial where it lies apart from the others.
    odd: Option<f64>,
}

type SyntheticTrials = BTreeMap<(String, String), Synthetic>;

impl Predicate {
    /// Synthesizes results with this verdict. `deterministic` names the cases that are not random: they have one trial.
    ///
    /// `None` if there are none: two parts contradict each other, or, for an undecided verdict, nothing in it is random,
    /// so that its trials decide it one way or the other.
    pub fn synthesize(
        &self,
        verdict: Verdict,
        deterministic: &dyn Fn(&str) -> bool,
    ) -> Option<Results> {
        // Undecided lies between: with enough spread, both sides are covered.
        let starts = match verdict {
            Verdict::Holds => &[true][..],
            Verdict::DoesNotHold => &[false],
            Verdict::Undecided => &[true, false],
        };
        for supported in starts {
            for margin in MARGINS {
                let mut goals = Vec::new();
                self.goals(*supported, margin, &mut goals);
                let odd = odd_trials(&mut goals);
                let mut lying = self.start();
                reach(&goals, &mut lying);
                for (figure, value) in odd {
                    lying
                        .entry(figure)
                        .and_modify(|lies| lies.odd = Some(value));
                }
                self.snap(&mut lying);
                let found = match verdict {
                    Verdict::Undecided => self.spread_apart(lying, deterministic),
                    _ => Some(results(&lying, deterministic, self.needs_pairs())),
                };
                let fits = |found: &Results| evaluate(self, found).verdict == verdict;
                if let Some(found) = found.filter(fits) {
                    return Some(found);
                }
            }
        }
        None
    }

    /// Checks whether one of its measures has an interval only where trials of several cases go together.
    fn needs_pairs(&self) -> bool {
        self.measures().iter().any(Measure::needs_pairs)
    }

    /// The case, the figure and the value, where a single figure has to be exactly that.
    fn exact(&self) -> Option<(&str, &str, f64)> {
        match self {
            Self::Observed {
                measure: Measure::Trials { case, number, .. },
                side: Side::Equal,
                bar,
                ..
            } => Some((case, number, bar.value)),
            Self::Likely { case, number, bar } => Some((case, number, bar.value)),
            _ => None,
        }
    }

    /// Gives figures that are all but where they have to be exactly that value.
    fn snap(&self, lying: &mut SyntheticTrials) {
        for leaf in self.leaves() {
            if let Some((case, number, value)) = leaf.exact()
                && let Some(lies) = lying.get_mut(&(case.to_owned(), number.to_owned()))
                && (lies.at - value).abs() < 1e-3 * size(value)
            {
                lies.at = value;
            }
        }
    }

    /// Target values of measures for this to be supported or refuted.
    fn goals(&self, supported: bool, margin: f64, into: &mut Vec<(Measure, f64)>) {
        let beyond = |bar: f64| {
            if bar == 0.0 {
                margin
            } else {
                margin * bar.abs()
            }
        };
        match self {
            Self::Threshold { measure, side, bar } => {
                let up = side.is_upper() == supported;
                let sign = if up { 1.0 } else { -1.0 };
                into.push((measure.clone(), bar.value + sign * beyond(bar.value)));
            }
            Self::Within {
                measure, low, high, ..
            } => {
                let target = match supported {
                    true => 0.5 * (low + high),
                    false => high + beyond(high - low),
                };
                into.push((measure.clone(), target));
            }
            Self::Observed {
                which,
                measure,
                side,
                bar,
            } => {
                let has = supported == (*which != Which::No);
                let target = match side {
                    Side::Equal if has => bar.value,
                    Side::Equal => bar.value + size(bar.value),
                    side => {
                        let sign = if side.is_upper() == has { 1.0 } else { -1.0 };
                        bar.value + sign * beyond(bar.value)
                    }
                };
                into.push((extreme(*which, measure, *side), target));
            }
            Self::Best {
                leader,
                rivals,
                more,
            } => {
                let sign = if *more == supported { 1.0 } else { -1.0 };
                let lead = match more {
                    true => leader.clone().minus(Measure::largest(rivals.clone())),
                    false => leader.clone().minus(Measure::smallest(rivals.clone())),
                };
                into.push((lead, sign * beyond(0.0)));
            }
            Self::Likely { case, number, bar } => {
                let target = if supported {
                    bar.value
                } else {
                    bar.value + beyond(bar.value)
                };
                into.push((median(case, number), target));
            }
            Self::All(of) if supported => of.iter().for_each(|p| p.goals(true, margin, into)),
            Self::Any(of) if !supported => of.iter().for_each(|p| p.goals(false, margin, into)),
            // One part settles it.
            Self::All(of) | Self::Any(of) => {
                if let Some(first) = of.first() {
                    first.goals(supported, margin, into);
                }
            }
        }
    }

    /// Figures before anything is wanted of them: close to 1, all different, so that one of them is the largest.
    fn start(&self) -> SyntheticTrials {
        let mut lying = SyntheticTrials::new();
        for (i, (case, number)) in self.figures().into_iter().enumerate() {
            let parts: Vec<Measure> = self.measures();
            let asks = |apart: bool| {
                let of_it = |part: &&Measure| matches!(part, Measure::Trials { case: c, number: n, by } if *c == case && *n == number && by.is_of_spread() == apart);
                parts.iter().any(|m| m.parts().iter().any(of_it))
            };
            let spread = asks(true);
            let exact = self
                .leaves()
                .iter()
                .filter_map(|leaf| leaf.exact())
                .any(|(c, n, _)| c == case && n == number);
            let lies = Synthetic {
                at: 1.0 + 1e-3 * i as f64,
                apart: match (spread, asks(false)) {
                    (true, false) => 1.0,
                    // Close together, so that it is certain where they lie.
                    (true, true) => 1e-4,
                    (false, _) => 0.0,
                },
                spread,
                exact,
                odd: None,
            };
            lying.insert((case, number), lies);
        }
        lying
    }

    /// Moves the trials of each figure apart until the predicate is open.
    fn spread_apart(
        &self,
        mut lying: SyntheticTrials,
        deterministic: &dyn Fn(&str) -> bool,
    ) -> Option<Results> {
        // Each by another share of itself, or ratios would stay as they are.
        let free = lying.values_mut().filter(|l| !l.exact && !l.spread);
        for (i, lies) in free.enumerate() {
            lies.apart = 1e-6 * (i + 1) as f64 * size(lies.at);
        }
        for _ in 0..60 {
            let found = results(&lying, deterministic, self.needs_pairs());
            if evaluate(self, &found).verdict == Verdict::Undecided {
                return Some(found);
            }
            for lies in lying.values_mut().filter(|lies| !lies.exact) {
                match lies.spread {
                    // Where spreads are compared, they come nearer to each other, and wide enough to cover both sides of
                    // any bar on where the trials lie.
                    true => lies.apart = lies.apart.powf(0.7),
                    false => lies.apart *= 1.5,
                }
            }
        }
        None
    }
}

impl Measure {
    /// Checks whether it is computed within trials of several cases: a ratio of more than medians, or a sum of ratios.
    fn needs_pairs(&self) -> bool {
        fn has(measure: &Measure, what: fn(&Measure) -> bool) -> bool {
            match measure {
                Measure::Largest(of) | Measure::Smallest(of) => of.iter().any(|m| has(m, what)),
                one => what(one),
            }
        }
        let is_ratio = |m: &Self| matches!(m, Self::Ratio(..));
        let is_composed = |m: &Self| matches!(m, Self::Ratio(..) | Self::Difference(..));
        let here = match self {
            Self::Trials { .. } => false,
            Self::Difference(a, b) => {
                has(a, is_ratio) || has(b, is_ratio) || a.needs_pairs() || b.needs_pairs()
            }
            Self::Ratio(a, b) => has(a, is_composed) || has(b, is_composed),
            Self::Largest(of) | Self::Smallest(of) => return of.iter().any(Self::needs_pairs),
        };
        here && self.cases().len() > 1
    }
}

/// What is observed in some trial as the extreme of all of them on this side; other measures stay as they are.
fn extreme(which: Which, measure: &Measure, side: Side) -> Measure {
    match measure {
        Measure::Trials { case, number, .. } if which == Which::Some && side != Side::Equal => {
            match side.is_upper() {
                true => maximum(case, number),
                false => minimum(case, number),
            }
        }
        other => other.clone(),
    }
}

/// Takes out what is wanted of an extreme of a figure whose median is wanted, too: one trial is given it, which the median
/// of many does not follow.
fn odd_trials(goals: &mut Vec<(Measure, f64)>) -> Vec<((String, String), f64)> {
    let wanted = goals.clone();
    let is_odd = |measure: &Measure| match measure {
        Measure::Trials { case, number, by } => {
            matches!(by, Statistic::Minimum | Statistic::Maximum)
                && wanted
                    .iter()
                    .any(|(other, _)| *other == median(case, number))
        }
        _ => false,
    };
    let odd = goals.extract_if(.., |(measure, _)| is_odd(measure));
    odd.filter_map(|(measure, value)| match measure {
        Measure::Trials { case, number, .. } => Some(((case, number), value)),
        _ => None,
    })
    .collect()
}

/// Moves figures until each measure is what is wanted of it: projections onto one goal after the other (Kaczmarz 1937),
/// with differences for derivatives.
fn reach(goals: &[(Measure, f64)], lying: &mut SyntheticTrials) {
    const STEP: f64 = 1e-5;
    for _ in 0..300 {
        let mut moved = false;
        for (measure, target) in goals {
            let value = value(measure, lying);
            if (value - target).abs() <= 1e-9 * size(*target) {
                continue;
            }
            moved = true;
            let concerned: Vec<((String, String), bool)> = measure
                .parts()
                .iter()
                .filter_map(|part| match part {
                    Measure::Trials { case, number, by } => {
                        Some(((case.clone(), number.clone()), by.is_of_spread()))
                    }
                    _ => None,
                })
                .collect();
            let slopes: Vec<f64> = concerned
                .iter()
                .map(|(figure, apart)| {
                    let mut there = lying.clone();
                    shift(&mut there, figure, *apart, STEP);
                    (self::value(measure, &there) - value) / STEP
                })
                .collect();
            let squares: f64 = slopes.iter().map(|s| s * s).sum();
            if !(squares > 1e-12 && squares.is_finite()) {
                continue;
            }
            for ((figure, apart), slope) in concerned.iter().zip(&slopes) {
                // Ratios are not straight, and no part of one may pass 0: it goes at most half of the way there at once.
                let most = match measure {
                    Measure::Ratio(..) => 0.5 * size(lying[figure].at),
                    _ => 50.0 * target.abs().max(1.0),
                };
                let step = (target - value) * slope / squares;
                shift(lying, figure, *apart, step.clamp(-most, most));
            }
        }
        if !moved {
            return;
        }
    }
}

/// Scale of a number: its magnitude, or 1 for 0.
fn size(x: f64) -> f64 {
    if x == 0.0 { 1.0 } else { x.abs() }
}

/// Moves a figure: its place, or its trials apart by a factor.
fn shift(lying: &mut SyntheticTrials, figure: &(String, String), apart: bool, by: f64) {
    if let Some(lies) = lying.get_mut(figure) {
        match apart {
            true => lies.apart *= by.clamp(-2.0, 2.0).exp(),
            false => lies.at += by,
        }
    }
}

fn value(measure: &Measure, lying: &SyntheticTrials) -> f64 {
    measure.value(&|case, number| {
        let lies = &lying[&(case.to_owned(), number.to_owned())];
        figures(lies, TRIALS)
    })
}

/// The figures of so many trials: evenly about their place, but for one that lies apart.
fn figures(lies: &Synthetic, trials: usize) -> Vec<f64> {
    let middle = (trials - 1) as f64 / 2.0;
    let place = |i: usize| (i as f64 - middle) / middle.max(1.0);
    let even = |i: usize| lies.at + lies.apart * place(i);
    (0..trials)
        .map(|i| lies.odd.filter(|_| i == 0).unwrap_or(even(i)))
        .collect()
}

/// `paired` makes trials of the same number of all cases go together.
fn results(lying: &SyntheticTrials, deterministic: &dyn Fn(&str) -> bool, paired: bool) -> Results {
    let mut results = Results::default();
    for ((case, number), lies) in lying {
        let fixed = deterministic(case);
        let found = results
            .cases
            .entry(case.clone())
            .or_insert_with(|| CaseResults {
                deterministic: fixed,
                paired: paired.then(|| "synthetic".to_owned()),
                trials: vec![Some(Trial::default()); if fixed { 1 } else { TRIALS }],
            });
        let values = figures(lies, found.trials.len());
        for (trial, value) in found.trials.iter_mut().flatten().zip(values) {
            match number.as_str() {
                SECONDS => trial.seconds = value,
                _ => {
                    let outcome = std::mem::replace(&mut trial.outcome, Outcome::new());
                    trial.outcome = outcome.number(number.clone(), value);
                }
            }
        }
    }
    results
}

#[cfg(test)]
mod tests;
