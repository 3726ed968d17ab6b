//! Looks into the layers while they learn.
//!
//! Layers are numbered from 1 in order; hidden layers by their activations, weights by their matrices. Series have a
//! value a look: `probe_epoch`, `activation_mean/1`, `activation_std/1`, `activation_max/1`, `dead/1` (share of units that are 0 on every row),
//! `saturated/1` (for tanh, sigmoid, softsign), `gradient_norm/1`, `gradient_rms/1`, `weight_std/1`. Grids of two rows, the
//! centres of bins and the shares of numbers in them, are `activations/1/first`, `gradients/1/first` and
//! `weights/1/first`, and `…/last`.

use std::collections::BTreeMap;

use autograd::Real;
use experiment::probe::{Look, Probe, ROWS};
use experiment::run::Prepared;
use nn::Trainer;
use nn::probe::Histogram;
use records::Number;
use settings::Experiment;

use claims::outcome::{Grid, Outcome};

/// What was seen so far.
pub(super) struct Probes {
    every: u64,
    experiment: Experiment,
    series: BTreeMap<String, Vec<Number>>,
    first: BTreeMap<String, Grid>,
    last: BTreeMap<String, Grid>,
}

impl Probes {
    pub(super) fn new(every: u64, experiment: &Experiment) -> Self {
        Self {
            every,
            experiment: experiment.clone(),
            series: BTreeMap::new(),
            first: BTreeMap::new(),
            last: BTreeMap::new(),
        }
    }

    /// Looks at the first training rows, if the epoch is one that asks for it.
    pub(super) fn look<T: Real>(&mut self, trainer: &Trainer<T>, data: &Prepared) {
        if !trainer.epochs().is_multiple_of(self.every) {
            return;
        }
        let train = &data.data.train;
        let rows = train[..train.len().min(ROWS)].to_vec();
        let look = Probe::new(&self.experiment, rows).look(trainer, data);
        self.take(&look);
    }

    fn take(&mut self, look: &Look) {
        self.last.clear();
        self.add("probe_epoch".to_owned(), look.epoch as f64);
        for (number, found) in (1..).zip(&look.hidden) {
            self.add(format!("activation_mean/{number}"), found.spread.mean);
            self.add(format!("activation_std/{number}"), found.spread.std);
            self.add(format!("activation_max/{number}"), found.spread.max);
            self.add(format!("dead/{number}"), found.dead_share());
            if let Some(share) = found.saturated {
                self.add(format!("saturated/{number}"), share);
            }
            let name = format!("activations/{number}");
            self.last.insert(name, shares(&found.histogram));
        }
        for (number, found) in (1..).zip(&look.weights) {
            self.add(format!("gradient_norm/{number}"), found.gradient_norm);
            self.add(format!("gradient_rms/{number}"), found.gradient_rms);
            self.add(format!("weight_std/{number}"), found.std);
            for (what, counted) in [("gradients", &found.gradient), ("weights", &found.values)] {
                self.last
                    .insert(format!("{what}/{number}"), shares(counted));
            }
        }
        if self.first.is_empty() {
            self.first = self.last.clone();
        }
    }

    fn add(&mut self, name: String, value: f64) {
        self.series.entry(name).or_default().push(Number(value));
    }

    /// What was seen, into the outcome.
    pub(super) fn finish(self, mut outcome: Outcome) -> Outcome {
        outcome.series.extend(self.series);
        for (when, grids) in [("first", self.first), ("last", self.last)] {
            let named = grids
                .into_iter()
                .map(|(name, grid)| (format!("{name}/{when}"), grid));
            outcome.grids.extend(named);
        }
        outcome
    }
}

/// The centres of the bins, and the share of all numbers in each.
fn shares(of: &Histogram) -> Grid {
    let width = (of.high - of.low) / of.counts.len() as f64;
    let total = of.counts.iter().sum::<u64>() + of.not_finite;
    let centres: Vec<f64> = (0..of.counts.len())
        .map(|i| of.low + (i as f64 + 0.5) * width)
        .collect();
    let shares: Vec<f64> = of
        .counts
        .iter()
        .map(|n| *n as f64 / total.max(1) as f64)
        .collect();
    Grid::new([centres, shares])
}
