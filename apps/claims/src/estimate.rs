//! Estimates of measures from results: which trials go together, and which interval fits.

mod alternatives;
mod ratios;

use std::collections::BTreeMap;

use crate::interval::{
    Ends, LEAST_FOR_DEVIATIONS, LEAST_FOR_SPREAD, Term, of_deviations, of_median, of_spread, of_sum,
};
use crate::measure::{Measure, Statistic};
use crate::results::Results;

use alternatives::Alternatives;

/// Minimum number of trials of a random case; fewer say nothing about their spread.
pub(crate) const LEAST_TRIALS: usize = 5;
/// Error probability of all intervals: they are of 95 %.
pub(crate) const ALPHA: f64 = 0.05;

/// A measure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Its value on all trials.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Trials behind it: the fewest of a random case; 1 where nothing is random.
    pub trials: usize,
}

/// Estimates a measure with its 95 % interval.
///
/// Figures of one trial go together, and so do trials of the same number of cases that are paired: what is measured is then
/// the median over trials of the difference or ratio within a trial. Of cases that are not paired it is the
/// difference or ratio of their medians. The spread between quartiles of a case and the ratio of two standard deviations have
/// intervals of their own; a single standard deviation has none. Smallest and largest trials are observed and have none.
///
/// # Errors
/// If results are missing or the measure is undefined, in words.
pub fn estimate(measure: &Measure, results: &Results) -> Result<Estimate, String> {
    estimate_at(measure, results, ALPHA)
}

/// [`estimate`] with an interval of level `1 - alpha`.
pub(crate) fn estimate_at(
    measure: &Measure,
    results: &Results,
    alpha: f64,
) -> Result<Estimate, String> {
    let figures = Figures::of(measure, results)?;
    let trials = figures.fewest_random();
    if let Some((case, n)) = trials
        && n < LEAST_TRIALS
        && !measure.is_observed()
    {
        return Err(format!("{n} of at least {LEAST_TRIALS} trials of {case}"));
    }
    let ends = figures.ends(measure, alpha)?;
    if ends.value.is_nan() {
        return Err(format!("{measure} is undefined"));
    }
    if ends.low.is_nan() || ends.high.is_nan() {
        return Err(format!("the interval of {measure} is undefined"));
    }
    Ok(Estimate {
        value: ends.value,
        low: ends.low,
        high: ends.high,
        trials: trials.map_or(1, |(_, n)| n),
    })
}

/// The largest number up to `most` by which the error probability of the interval may be divided so that it still leaves
/// out 0 on this side; 0 if it does not at 95 %. What Holm's correction needs of a p-value.
pub(crate) fn clear_of_zero(
    measure: &Measure,
    results: &Results,
    above: bool,
    most: usize,
) -> usize {
    let clear = |parts: usize| {
        estimate_at(measure, results, ALPHA / parts as f64)
            .is_ok_and(|e| if above { e.low > 0.0 } else { e.high < 0.0 })
    };
    if most == 0 || !clear(1) {
        return 0;
    }
    if clear(most) {
        return most;
    }
    (2..most)
        .take_while(|parts| clear(*parts))
        .last()
        .unwrap_or(1)
}

/// The measure in each trial, by number: cases that are not random have the same in all. Trials that not all cases have are
/// left out.
///
/// # Errors
/// If results are missing or undefined in a trial, in words.
pub(crate) fn in_each_trial(measure: &Measure, results: &Results) -> Result<Vec<f64>, String> {
    let figures = Figures::of(measure, results)?;
    let values = figures.per_trial(measure);
    match values.iter().position(|x| x.is_nan()) {
        Some(trial) => Err(format!("{measure} is undefined in trial {trial}")),
        None => Ok(values),
    }
}

/// The figures that a measure needs.
struct Figures<'a> {
    values: BTreeMap<(&'a str, &'a str), Vec<f64>>,
    cases: BTreeMap<&'a str, Trials<'a>>,
}

/// The trials of a case.
struct Trials<'a> {
    count: usize,
    random: bool,
    group: Group<'a>,
}

/// Which trials of the same number go together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group<'a> {
    /// Those of all cases that share this, such as data or splits.
    Sharing(&'a str),
    /// Those of this case alone.
    Alone(&'a str),
}

impl<'a> Figures<'a> {
    fn of(measure: &'a Measure, results: &'a Results) -> Result<Self, String> {
        let (mut values, mut cases) = (BTreeMap::new(), BTreeMap::new());
        for part in measure.parts() {
            if let Measure::Trials { case, number, .. } = part {
                let all = results.all(case, number)?;
                let found = results.case(case);
                let trials = Trials {
                    count: all.len(),
                    random: found.is_some_and(|c| !c.deterministic),
                    group: found
                        .and_then(|c| c.paired.as_deref())
                        .map_or(Group::Alone(case), Group::Sharing),
                };
                cases.insert(case.as_str(), trials);
                values.insert((case.as_str(), number.as_str()), all);
            }
        }
        Ok(Self { values, cases })
    }

    fn fewest_random(&self) -> Option<(&'a str, usize)> {
        let random = self.cases.iter().filter(|(_, t)| t.random);
        random
            .map(|(case, t)| (*case, t.count))
            .min_by_key(|(_, n)| *n)
    }

    fn all(&self, case: &str, number: &str) -> Vec<f64> {
        self.values
            .get(&(case, number))
            .cloned()
            .unwrap_or_default()
    }

    fn per_trial(&self, measure: &Measure) -> Vec<f64> {
        let concerned = measure.cases();
        let counts = concerned.iter().filter_map(|case| self.cases.get(case));
        let random = counts.clone().filter(|t| t.random).map(|t| t.count).min();
        let trials = random.unwrap_or_else(|| counts.map(|t| t.count).min().unwrap_or(0));
        (0..trials)
            .map(|trial| {
                measure.value(&|case, number| {
                    let random = self.cases.get(case).is_some_and(|t| t.random);
                    let all = self.values.get(&(case, number));
                    let at = if random { trial } else { 0 };
                    all.and_then(|all| all.get(at))
                        .copied()
                        .into_iter()
                        .collect()
                })
            })
            .collect()
    }

    fn ends(&self, measure: &Measure, alpha: f64) -> Result<Ends, String> {
        let plain = || measure.value(&|case, number| self.all(case, number));
        if measure.is_observed() || self.fewest_random().is_none() {
            return Ok(Ends::exact(plain()));
        }
        if let Some(parts) = measure.alternatives() {
            // All intervals at once cover with this level (Bonferroni), and so their largest and smallest.
            return self.folded(&parts, alpha / parts.leaves() as f64);
        }
        let statistics: Vec<Statistic> = measure
            .parts()
            .iter()
            .filter_map(|part| match part {
                Measure::Trials { by, .. } => Some(*by),
                _ => None,
            })
            .collect();
        if statistics.contains(&Statistic::Deviation) {
            return self.deviations(measure, alpha);
        }
        if statistics.contains(&Statistic::Spread) {
            return self.spread(measure, alpha);
        }
        if statistics.iter().any(|s| *s != Statistic::Median) {
            return Err(format!(
                "{measure} mixes an observed extreme with an estimate, for which there is no interval"
            ));
        }
        if let Some(terms) = measure.terms() {
            return Ok(self.sum(&terms, alpha));
        }
        // What is left is computed in each trial where its cases go together, and else by factors.
        if self.one_group(measure).is_none() {
            if let Some(factors) = self.factors(measure) {
                return Ok(self.product(&factors, alpha));
            }
            return Err(format!(
                "there is no interval for {measure}: trials of these cases do not go together, and it is neither a sum of \
                 medians nor a ratio of positive ones or of their ratios"
            ));
        }
        let values = self.per_trial(measure);
        match values.iter().any(|x| x.is_nan()) {
            true => Ok(Ends::exact(f64::NAN)),
            false => Ok(of_median(&values, alpha)),
        }
    }

    /// The group of a measure whose random cases are all paired.
    fn one_group(&self, measure: &Measure) -> Option<Group<'a>> {
        let mut groups = measure
            .cases()
            .into_iter()
            .filter_map(|case| self.cases.get(case).filter(|t| t.random).map(|t| t.group));
        let first = groups.next()?;
        groups.all(|group| group == first).then_some(first)
    }

    /// A sum of medians: what is paired is added up within each trial.
    fn sum(&self, terms: &[(f64, &Measure)], alpha: f64) -> Ends {
        let mut groups: BTreeMap<Group<'_>, Vec<(f64, &Measure)>> = BTreeMap::new();
        let mut constant = 0.0;
        for (factor, measure) in terms {
            match self.one_group(measure) {
                Some(group) => groups.entry(group).or_default().push((*factor, measure)),
                None => constant += factor * measure.value(&|case, number| self.all(case, number)),
            }
        }
        let terms: Vec<Term> = groups
            .values()
            .map(|group| {
                let each: Vec<Vec<f64>> = group.iter().map(|(_, m)| self.per_trial(m)).collect();
                let trials = each.iter().map(Vec::len).min().unwrap_or(0);
                let sums = (0..trials).map(|i| {
                    group
                        .iter()
                        .zip(&each)
                        .map(|((factor, _), x)| factor * x[i])
                        .sum::<f64>()
                });
                let values: Vec<f64> = sums.collect();
                Term {
                    factor: 1.0,
                    ends: of_median(&values, alpha),
                    trials,
                }
            })
            .collect();
        of_sum(&terms, alpha).map(|x| x + constant)
    }

    fn deviations(&self, measure: &Measure, alpha: f64) -> Result<Ends, String> {
        let of = |part: &Measure| match part {
            Measure::Trials {
                case,
                number,
                by: Statistic::Deviation,
            } => Some(self.all(case, number)),
            _ => None,
        };
        let found = match measure {
            Measure::Ratio(a, b) => of(a).zip(of(b)),
            _ => None,
        };
        let Some((a, b)) = found else {
            return Err(format!("there is no interval for {measure}"));
        };
        let fewest = a.len().min(b.len());
        of_deviations(&a, &b, alpha).ok_or_else(|| match fewest < LEAST_FOR_DEVIATIONS {
            true => format!("{fewest} of at least {LEAST_FOR_DEVIATIONS} trials for {measure}"),
            false => format!("{measure} is undefined, as all trials of one of them are the same"),
        })
    }

    fn spread(&self, measure: &Measure, alpha: f64) -> Result<Ends, String> {
        let Measure::Trials { case, number, .. } = measure else {
            return Err(format!("there is no interval for {measure}"));
        };
        let values = self.all(case, number);
        of_spread(&values, alpha).ok_or_else(|| match values.len() < LEAST_FOR_SPREAD {
            true => format!(
                "{} of at least {LEAST_FOR_SPREAD} trials of {case}",
                values.len()
            ),
            false => format!(
                "{} trials of {case} are too few for its quartiles",
                values.len()
            ),
        })
    }

    fn folded(&self, parts: &Alternatives, alpha: f64) -> Result<Ends, String> {
        match parts {
            Alternatives::One(measure) => self.ends(measure, alpha),
            Alternatives::Largest(of) => self.fold(of, alpha, f64::max),
            Alternatives::Smallest(of) => self.fold(of, alpha, f64::min),
        }
    }

    fn fold(
        &self,
        of: &[Alternatives],
        alpha: f64,
        by: fn(f64, f64) -> f64,
    ) -> Result<Ends, String> {
        let mut folded: Option<Ends> = None;
        for part in of {
            let ends = self.folded(part, alpha)?;
            if ends.value.is_nan() {
                return Ok(ends);
            }
            folded = Some(folded.map_or(ends, |so_far| Ends {
                value: by(so_far.value, ends.value),
                low: by(so_far.low, ends.low),
                high: by(so_far.high, ends.high),
            }));
        }
        folded.ok_or_else(|| "the largest or smallest of nothing".to_owned())
    }
}
