//! Many small networks trained at once.
//!
//! A step of a network of some dozen parameters is the cost of its operations, not of their arithmetic. Networks of one
//! architecture go forward and back together, then: their parameters lie side by side, with a leading axis of networks, and
//! so do their batches. Everything else each does on its own, as when it is trained alone: batches, losses, penalties,
//! optimizers, schedules, validation. So each ends in the same bits.

use std::ops::Range;
use std::time::{Duration, Instant};

use autograd::prelude::*;
use autograd::{Dims, Real, Tensor};
use datasets::{BatchTargets, Samples};

use crate::error::FitError;
use crate::fit::{Fit, Training};
use crate::history::{History, StepReport};
use crate::layer::{Carrier, ForwardContext, Layer, Mode, Operation, Packing};
use crate::layers::Sequential;
use crate::loss::DynLoss;
use crate::metrics::metric_sum;
use crate::model::{Seed, seeded};
use crate::params::{Params, Segment};
use crate::tapes;
use crate::trainer::{EpochSums, Trainer};

/// The most parameters times rows of a batch of a network whose steps [`fit_together`] takes with those of others: with more,
/// arithmetic is what takes its time, and nothing is gained.
pub const MOST_TOGETHER: usize = 1 << 15;
/// The most networks that take their steps together: the batches of more would leave the caches near the core.
const MOST_NETWORKS: usize = 16;

/// Trains several networks, each as [`Trainer::fit_observed`] trains it: with the same histories and to the same bits.
///
/// Networks that have one architecture of linear layers and activations, [little arithmetic](MOST_TOGETHER) in a step, as many
/// training samples and batches of one size take their steps together, which shares the cost of the operations among them
/// ([`Trainer::is_packable`]). Seeds, data, rates, losses, penalties, optimizers and schedules may differ. Others are trained
/// beside them, an epoch at a time. The seconds of networks that train together are those of all, divided among them.
///
/// ```
/// use nn::{Adam, CrossEntropy, Fit, Sequential, Trainer, fit_together};
///
/// let (train, test) = datasets::iris()?.split(0.2, 0)?;
/// let trainer = |seed| -> Result<_, nn::BuildError> {
///     let model = Sequential::input([4]).linear(8).tanh().linear(3).init::<f32>(seed)?;
///     Ok(Trainer::new(model, Adam::new(1e-2), CrossEntropy::new()).batch_size(16).seed(seed))
/// };
/// let mut trainers = (0..10).map(trainer).collect::<Result<Vec<_>, _>>()?;
/// let mut observers = [(); 10];
/// let fits = trainers.iter_mut().zip(&mut observers);
/// let fits = fits.map(|(trainer, observer)| Fit { trainer, train: &train, epochs: 30, observer });
/// for history in fit_together(fits.collect()) {
///     assert_eq!(history?.epochs.len(), 30);
/// }
/// # let mut alone = trainer(3)?;
/// # alone.fit(&train, 30)?;
/// # assert_eq!(alone.model().params.values(), trainers[3].model().params.values());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Each as [`Trainer::fit`].
pub fn fit_together<T: Real>(fits: Vec<Fit<'_, T>>) -> Vec<Result<History, FitError>> {
    let mut trainings: Vec<_> = fits.into_iter().map(Begun::of).collect();
    loop {
        let begun = trainings.iter_mut().flatten();
        let mut going: Vec<_> = begun.filter(|b| b.training.reason().is_none()).collect();
        if going.is_empty() {
            break;
        }
        while let Some(first) = going.pop() {
            let Some(common) = first.common.clone() else {
                first.training.epoch();
                continue;
            };
            let like = |b: &mut &mut Begun<'_, T>| b.common.as_ref() == Some(&common);
            let others = going.extract_if(.., like).take(MOST_NETWORKS - 1);
            let mut pack: Vec<_> = others.map(|b| &mut b.training).collect();
            match pack.is_empty() {
                true => first.training.epoch(),
                false => {
                    pack.push(&mut first.training);
                    epoch(pack);
                }
            }
        }
    }
    let ended = trainings.into_iter().map(|begun| {
        let training = begun?.training;
        let reason = training.reason();
        Ok(training.end(reason.expect("none is left that goes on")))
    });
    ended.collect()
}

/// A training, and what those that can be in a pack with it have in common.
struct Begun<'a, T: Real> {
    training: Training<'a, T>,
    common: Option<Common>,
}

impl<'a, T: Real> Begun<'a, T> {
    fn of(fit: Fit<'a, T>) -> Result<Self, FitError> {
        let common = Common::of(fit.trainer, fit.train);
        let training = Training::begin(fit)?;
        Ok(Self { training, common })
    }
}

/// What the networks of a pack have in common.
#[derive(Clone, PartialEq)]
struct Common {
    operations: Operation,
    segments: Vec<Segment>,
    /// The shape of a row.
    row: Vec<usize>,
    /// Rows of a batch, and of an epoch.
    batch: usize,
    rows: usize,
}

impl Common {
    /// That of a network; `None` if it cannot be in a pack, or would gain nothing.
    fn of<T: Real>(trainer: &Trainer<T>, train: &Samples) -> Option<Self> {
        let model = trainer.model();
        // Layers with equal descriptions may differ in settings; with equal operations they do not.
        let operations = Layer::<T>::operation(&model.layers)?;
        let (batch, rows) = (trainer.config().batch_size, train.rows().len());
        let batch = batch.clamp(1, rows.max(1));
        let mut layers = model.layers.iter();
        let fits = layers.all(|layer| layer.packing() != Packing::Alone)
            && model.params.len().saturating_mul(batch) <= MOST_TOGETHER
            && trainer.takes_plain_batches();
        fits.then(|| Self {
            operations,
            segments: model.params.segments().to_vec(),
            row: train.view().inputs.row_shape().to_vec(),
            batch,
            rows,
        })
    }
}

impl<T: Real> Trainer<T> {
    /// Checks whether [`fit_together`] takes its steps on these training samples with those of networks like it.
    pub fn is_packable(&self, train: &Samples) -> bool {
        Common::of(self, train).is_some()
    }
}

/// An epoch of networks that have everything in [`Common`].
fn epoch<T: Real>(trainings: Vec<&mut Training<'_, T>>) {
    let mut members: Vec<_> = trainings.into_iter().map(Member::begin).collect();
    let (batch, rows) = members.first().map_or((1, 0), Member::sizes);
    let mut pack = Pack::of(&members);
    let mut spent = Duration::ZERO;
    for (step, from) in (0..rows).step_by(batch).enumerate() {
        let start = Instant::now();
        pack.step(&mut members, from..rows.min(from + batch), step as u64);
        let share = start.elapsed() / members.len() as u32;
        spent += share;
        let before = members.len();
        members.retain_mut(|member| member.stays(share));
        if members.is_empty() {
            return;
        }
        if members.len() < before {
            pack = Pack::of(&members);
        }
    }
    members.into_iter().for_each(|member| member.end(spent));
}

/// A network of a pack in an epoch.
struct Member<'m, 'a, T: Real> {
    training: &'m mut Training<'a, T>,
    /// The rows in the order of the epoch.
    order: Vec<u32>,
    sums: EpochSums,
    /// The loss and the sum of the metric in the step, once they are known, and its report.
    found: (T, f64),
    report: Option<StepReport>,
}

impl<'m, 'a, T: Real> Member<'m, 'a, T> {
    fn begin(training: &'m mut Training<'a, T>) -> Self {
        let Fit { trainer, train, .. } = &mut training.fit;
        Self {
            order: trainer.begin_epoch(train.rows()),
            training,
            sums: EpochSums::default(),
            found: (T::ZERO, 0.0),
            report: None,
        }
    }

    /// Rows of a batch, and of an epoch.
    fn sizes(&self) -> (usize, usize) {
        let config = self.training.fit.trainer.config();
        (config.batch_size, self.order.len())
    }

    /// Writes the gradient of the loss of its outputs, and keeps the loss.
    fn measure(&mut self, outputs: &Tensor<T>, batch: Range<usize>, gradient: &mut [T]) {
        let Fit { trainer, train, .. } = &self.training.fit;
        let loss = trainer.loss();
        let targets = BatchTargets::of(train.view().targets, &self.order[batch]);
        let metric = metric_sum(loss, outputs, &targets);
        let (value, cotangent) = loss
            .value_and_gradient(outputs, &targets)
            .unwrap_or_else(|| by_tape(loss, outputs, &targets));
        gradient.copy_from_slice(cotangent.contiguous().elements());
        self.found = (value, metric);
    }

    /// Moves the parameters, once the gradient is at its place.
    fn descend(&mut self, rows: usize, step: u64) {
        let trainer = &mut *self.training.fit.trainer;
        let (lr, (value, metric)) = (trainer.rate(step), self.found);
        let report = trainer.descend(lr, rows, value, metric);
        self.sums.add(&report, rows);
        self.report = Some(report);
    }

    /// Counts the time of a step, and shows the step to the observer. False if the observer breaks the epoch off.
    fn stays(&mut self, time: Duration) -> bool {
        let Fit {
            trainer, observer, ..
        } = &mut self.training.fit;
        trainer.trained_for += time;
        let Some(report) = self.report.take() else {
            return true;
        };
        let flow = observer.step(self.sums.rows(), &report);
        if flow.is_break() {
            trainer.give_back(std::mem::take(&mut self.order));
            self.training.interrupted = true;
        }
        flow.is_continue()
    }

    /// What follows from an epoch whose steps took so long.
    fn end(self, steps: Duration) {
        let Fit { trainer, train, .. } = &mut self.training.fit;
        trainer.give_back(self.order);
        let scores = trainer.end_epoch(self.sums, train.view(), train.rows());
        self.training.after_epoch(scores, steps);
    }
}

/// The loss of outputs and its gradient, as a tape finds it.
fn by_tape<T: Real>(
    loss: &dyn DynLoss<T>,
    outputs: &Tensor<T>,
    targets: &BatchTargets<T>,
) -> (T, Tensor<T>) {
    let mut gradient = Tensor::zeros(outputs.shape());
    let value = tapes::with(|tape| {
        let of = loss.on_var(&tape.parameter(outputs.clone(), 0), targets);
        tape.backward_into(of, gradient.as_mut_slice());
        of.item()
    });
    (value, gradient)
}

/// The networks of a pack side by side.
struct Pack<T: Real> {
    layers: Sequential<T>,
    params: Params<T>,
    gradient: Tensor<T>,
}

impl<T: Real> Pack<T> {
    /// Room for the parameters of these, which the next step fills.
    ///
    /// # Panics
    /// If there are none.
    fn of(members: &[Member<'_, '_, T>]) -> Self {
        let model = members[0].training.fit.trainer.model();
        let params = model.params.stacked(members.len());
        Self {
            layers: model.layers.clone(),
            gradient: Tensor::zeros(&[params.len()]),
            params,
        }
    }

    /// A step of each of the networks that this was made of, on these places of their orders.
    fn step(&mut self, members: &mut [Member<'_, '_, T>], batch: Range<usize>, step: u64) {
        let Self {
            layers,
            params,
            gradient,
        } = self;
        let (networks, rows) = (members.len(), batch.len());
        let stacked = params.values_mut();
        for (i, member) in members.iter().enumerate() {
            let own = &member.training.fit.trainer.model().params;
            for (own_place, place) in places(own.segments(), i, networks) {
                stacked[place].copy_from_slice(&own.values()[own_place]);
            }
        }
        let first = members[0].training.fit.train.view().inputs;
        let dims = [&[networks * rows], first.row_shape()].concat();
        let size = rows * first.row_len();
        let x = Tensor::written(Dims::new(&dims), |out| {
            for (i, member) in members.iter().enumerate() {
                let inputs = member.training.fit.train.view().inputs;
                let own = &mut out[i * size..][..size];
                inputs.gather_into(&member.order[batch.clone()], own);
            }
        });
        // Nothing that is in a pack draws anything in a step.
        let mode = Mode::Train {
            seed: 0,
            epoch: 0,
            step,
        };
        tapes::with(|tape| {
            seeded(tape, params, gradient.as_mut_slice(), |weights| {
                let ctx = ForwardContext::new(weights, mode);
                let y = forward(layers, &ctx, weights.tape().constant(x), networks);
                let outputs = y.tensor().contiguous();
                let size = outputs.len() / networks;
                let shape = [&[rows], &outputs.shape()[1..]].concat();
                let cotangent = Tensor::written(outputs.dims(), |out| {
                    for (i, member) in members.iter_mut().enumerate() {
                        let own = outputs.segment(i * size, &shape);
                        member.measure(&own, batch.clone(), &mut out[i * size..][..size]);
                    }
                });
                Seed::Outputs(y, T::ZERO, cotangent)
            })
        });
        let stacked = gradient.elements();
        for (i, member) in members.iter_mut().enumerate() {
            let (segments, own) = member.training.fit.trainer.gradient_mut();
            for (own_place, place) in places(segments, i, networks) {
                own[own_place].copy_from_slice(&stacked[place]);
            }
            member.descend(rows, step);
        }
    }
}

/// The outputs for the rows of so many networks, one network's after the other's, as these came: `[networks·rows, …]`.
fn forward<V: Carrier>(
    layers: &Sequential<V::T>,
    ctx: &ForwardContext<'_, V>,
    x: V,
    networks: usize,
) -> V {
    let (mut x, mut is_split) = (x, false);
    for layer in layers.iter() {
        let splits = layer.packing() == Packing::Networks;
        if splits != is_split {
            x = match splits {
                true => split(&x, networks),
                false => merged(&x),
            };
            is_split = splits;
        }
        x = V::through(layer, ctx, &x);
    }
    match is_split {
        true => merged(&x),
        false => x,
    }
}

/// `[networks·rows, …]` as `[networks, rows, …]`.
fn split<V: Value>(x: &V, networks: usize) -> V {
    let dims = x.dims();
    x.reshape(&[&[networks, dims[0] / networks], &dims[1..]].concat())
}

/// `[networks, rows, …]` as `[networks·rows, …]`.
fn merged<V: Value>(x: &V) -> V {
    let dims = x.dims();
    x.reshape(&[&[dims[0] * dims[1]], &dims[2..]].concat())
}

/// Where each segment of network `i` lies: in its own flat vector, and in that of so many networks.
fn places(
    segments: &[Segment],
    i: usize,
    networks: usize,
) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
    segments.iter().map(move |s| {
        let at = s.range.start * networks + i * s.range.len();
        (s.range.clone(), at..at + s.range.len())
    })
}

#[cfg(test)]
mod tests;
