//! Looks into the layers while they learn.
//!
//! Layers are numbered from 1 in order; hidden layers by their activations, weights by their matrices. Series have a
//! value a look: `probe_epoch`, `activation_mean/1`, `activation_std/1`, `activation_max/1`, `dead/1` (share of units that are 0 on every row),
//! `saturated/1` (for tanh, sigmoid, softsign), `gradient_norm/1`, `gradient_rms/1`, `weight_std/1`. Grids of two rows, the
//! centres of bins and the shares of numbers in them, are `activations/1/first`, `gradients/1/first` and
//! `weights/1/first`, and `…/last`.

use std::collections::BTreeMap;

use autograd::{Activation, Real, Tape};
use experiment::run::Prepared;
use nn::probe::{self, Histogram, Spread};
use nn::{
    BatchTargets, ForwardContext, Kind, Layer, Loss, LossFunction, Mode, Trainer, value_and_grad,
};
use records::Number;
use settings::Experiment;

use crate::outcome::{Grid, Outcome};

/// Rows that are looked at.
const ROWS: usize = 512;
/// Bins of a histogram.
const BINS: usize = 40;

/// What was seen so far.
pub(super) struct Probes {
    every: u64,
    /// Batch normalization trains on the statistics of the batch; dropout is left out of a look.
    training: bool,
    series: BTreeMap<String, Vec<Number>>,
    first: BTreeMap<String, Grid>,
    last: BTreeMap<String, Grid>,
}

impl Probes {
    pub(super) fn new(every: u64, experiment: &Experiment) -> Self {
        let network = &experiment.model.architecture;
        Self {
            every,
            training: network.batch_norm() && network.dropout() == 0.0,
            series: BTreeMap::new(),
            first: BTreeMap::new(),
            last: BTreeMap::new(),
        }
    }

    /// Looks, if the epoch is one that asks for it.
    pub(super) fn look<T: Real>(
        &mut self,
        trainer: &Trainer<T>,
        data: &Prepared,
        loss: LossFunction,
    ) {
        let epoch = trainer.epochs();
        if !epoch.is_multiple_of(self.every) {
            return;
        }
        self.last.clear();
        self.add("probe_epoch".to_owned(), epoch as f64);
        let train = &data.data.train;
        let rows = &train[..train.len().min(ROWS)];
        let mode = match self.training {
            true => Mode::Train {
                seed: trainer.config().seed,
                epoch,
                step: 0,
            },
            false => Mode::Evaluate,
        };
        self.activations(trainer, data, rows, mode);
        self.gradients(trainer, data, rows, loss, mode);
        if self.first.is_empty() {
            self.first = self.last.clone();
        }
    }

    fn add(&mut self, name: String, value: f64) {
        self.series.entry(name).or_default().push(Number(value));
    }

    fn activations<T: Real>(
        &mut self,
        trainer: &Trainer<T>,
        data: &Prepared,
        rows: &[u32],
        mode: Mode,
    ) {
        let model = trainer.model();
        let batch = data.examples().inputs.gather::<T>(rows);
        let of_layer: Vec<_> = model.layers.iter().map(|l| l.activation()).collect();
        let applies = |layer: usize| of_layer[layer].is_some_and(|a| a != Activation::Identity);
        let found = probe::activations(model, &batch, mode, BINS);
        let hidden = found.into_iter().filter(|found| applies(found.layer));
        for (number, found) in (1..).zip(hidden) {
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
    }

    fn gradients<T: Real>(
        &mut self,
        trainer: &Trainer<T>,
        data: &Prepared,
        rows: &[u32],
        loss: LossFunction,
        mode: Mode,
    ) {
        let (model, examples) = (trainer.model(), data.examples());
        let params = &model.params;
        let mut gradient = vec![T::ZERO; params.len()];
        let x = examples.inputs.gather::<T>(rows);
        let targets = BatchTargets::of(examples.targets, rows);
        value_and_grad(&mut Tape::new(), params, &mut gradient, |weights| {
            let pass = ForwardContext::new(weights, mode);
            let y = model.layers.forward(&pass, &weights.tape().constant(x));
            loss.value(&y, &targets)
        });
        let weights = params.iter().filter(|(_, s, _)| s.kind == Kind::Weight);
        for (number, (_, segment, values)) in (1..).zip(weights) {
            let gradient = &gradient[segment.range.clone()];
            let squares = autograd::sum_of_squares(gradient);
            let mean = squares / gradient.len() as f64;
            self.add(format!("gradient_norm/{number}"), squares.sqrt());
            self.add(format!("gradient_rms/{number}"), mean.sqrt());
            self.add(format!("weight_std/{number}"), Spread::new(values).std);
            for (what, numbers) in [("gradients", gradient), ("weights", values)] {
                let histogram = Histogram::new(numbers, BINS);
                self.last
                    .insert(format!("{what}/{number}"), shares(&histogram));
            }
        }
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
