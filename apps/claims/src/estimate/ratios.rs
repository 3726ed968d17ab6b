//! Ratios of positive medians of cases that do not go together, and ratios of such, by sums of logarithms.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::{Figures, Group};
use crate::interval::{Ends, Term, of_median, of_sum};
use crate::measure::Measure;

impl<'a> Figures<'a> {
    /// A ratio as positive factors with their powers, 1 and −1, each of cases that go together; `None` of others.
    pub(super) fn factors<'m>(&self, measure: &'m Measure) -> Option<Vec<(f64, &'m Measure)>> {
        if self.one_group(measure).is_some() {
            let positive = self.per_trial(measure).iter().all(|x| *x > 0.0);
            return positive.then(|| vec![(1.0, measure)]);
        }
        let Measure::Ratio(above, below) = measure else {
            return None;
        };
        let mut factors = self.factors(above)?;
        let below = self.factors(below)?.into_iter();
        factors.extend(below.map(|(power, factor)| (-power, factor)));
        Some(factors)
    }

    /// The median of a product of powers, by the sum of logarithms: those of cases that go together are added up within each
    /// trial.
    pub(super) fn product(&self, factors: &[(f64, &Measure)], alpha: f64) -> Ends {
        let mut groups: BTreeMap<Option<Group<'_>>, Vec<f64>> = BTreeMap::new();
        for (power, factor) in factors {
            let own: Vec<f64> = self
                .per_trial(factor)
                .iter()
                .map(|x| power * x.ln())
                .collect();
            match groups.entry(self.one_group(factor)) {
                Entry::Vacant(empty) => {
                    empty.insert(own);
                }
                Entry::Occupied(mut sums) => {
                    let sums = sums.get_mut();
                    sums.truncate(own.len());
                    sums.iter_mut().zip(own).for_each(|(sum, x)| *sum += x);
                }
            }
        }
        let term = |values: &Vec<f64>| Term {
            factor: 1.0,
            ends: of_median(values, alpha),
            trials: values.len(),
        };
        let terms: Vec<Term> = groups.values().map(term).collect();
        of_sum(&terms, alpha).map(f64::exp)
    }
}
