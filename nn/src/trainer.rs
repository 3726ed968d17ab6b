//! The training step.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use autograd::random;
use autograd::{Real, Tape, Tensor};

use crate::fit::Scores;
use crate::layer::{Layer, Mode, Pass};
use crate::loss::{Examples, Loss};
use crate::model::{Model, value_and_grad};
use crate::optim::{Optimizer, Rule, clip_norm, clip_value};

/// A limit on the gradient of a step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// On its Euclidean norm: it is scaled down.
    Norm(f64),
    /// On each element.
    Value(f64),
}

/// How a model is stepped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// What is minimised.
    pub loss: Loss,
    /// The learning rate.
    pub lr: f64,
    /// Rows a step; the last step of an epoch takes what is left.
    pub batch_size: usize,
    /// The seed of shuffling and dropout.
    pub seed: u64,
    /// A limit on the gradient.
    pub clip: Option<Clip>,
}

/// A step's loss and metric, before the parameters moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The mean loss of the batch.
    pub loss: f64,
    /// The sum over rows of the metric: right classes, or mean squared errors.
    pub metric: f64,
}

/// A model in training: its parameters, its optimiser, and where in the run it is.
pub struct Trainer<T: Real> {
    model: Model<T>,
    optimizer: Optimizer<T>,
    settings: Settings,
    epoch: u64,
    tape: Tape<T>,
    gradient: Tensor<T>,
    order: Vec<u32>,
    trained_for: Duration,
}

impl<T: Real> Trainer<T> {
    /// A trainer at the start of a run.
    ///
    /// # Panics
    /// If the batch size is 0.
    #[track_caller]
    pub fn new(
        model: Model<T>,
        rule: Arc<dyn Rule<T>>,
        weight_decay: f64,
        settings: Settings,
    ) -> Self {
        assert!(settings.batch_size > 0, "a batch has at least one row");
        let optimizer = Optimizer::new(rule, &model.params, weight_decay);
        let gradient = Tensor::zeros(&[model.params.len()]);
        Self {
            model,
            optimizer,
            settings,
            epoch: 0,
            tape: Tape::new(),
            gradient,
            order: Vec::new(),
            trained_for: Duration::ZERO,
        }
    }

    /// The model as it is now.
    pub fn model(&self) -> &Model<T> {
        &self.model
    }

    /// The model, to change its parameters.
    pub fn model_mut(&mut self) -> &mut Model<T> {
        &mut self.model
    }

    /// The model, at the end of training.
    pub fn into_model(self) -> Model<T> {
        self.model
    }

    /// The optimiser.
    pub fn optimizer(&self) -> &Optimizer<T> {
        &self.optimizer
    }

    /// How the model is stepped.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The number of epochs done.
    pub fn epochs(&self) -> u64 {
        self.epoch
    }

    /// The time spent in steps so far.
    pub fn trained_for(&self) -> Duration {
        self.trained_for
    }

    /// One step on some rows; `step` is its number in the epoch.
    ///
    /// # Panics
    /// If the data do not fit the model and the loss.
    #[track_caller]
    pub fn step(&mut self, data: Examples<'_>, rows: &[u32], step: u64) -> StepReport {
        let Settings { loss, lr, seed, .. } = self.settings;
        let x = data.inputs.gather::<T>(rows);
        let targets = loss.targets(data.targets, rows);
        let (layers, params) = (&self.model.layers, &self.model.params);
        let mode = Mode::Train {
            seed,
            epoch: self.epoch,
            step,
        };
        let gradient = self.gradient.as_mut_slice();
        let mut metric = 0.0;
        let value = value_and_grad(&mut self.tape, params, gradient, |weights| {
            let pass = Pass { weights, mode };
            let y = layers.forward(&pass, &weights.tape().constant(x));
            metric = loss.metric(&y.tensor(), &targets);
            loss.of(&y, &targets)
        });
        match self.settings.clip {
            Some(Clip::Norm(max)) => {
                clip_norm(gradient, max);
            }
            Some(Clip::Value(max)) => clip_value(gradient, max),
            None => {}
        }
        let params = self.model.params.values_mut();
        self.optimizer.step(lr, params, gradient);
        StepReport {
            loss: value.to_f64(),
            metric,
        }
    }

    /// An epoch over some rows, shuffled by the seed and the number of the epoch. `after_step` sees the number of rows
    /// done and the step's report, and may break off the epoch, which then does not count as done.
    ///
    /// Returns the means over the rows, as they were during training.
    ///
    /// # Panics
    /// As [`step`](Trainer::step).
    pub fn epoch(
        &mut self,
        data: Examples<'_>,
        rows: &[u32],
        mut after_step: impl FnMut(usize, StepReport) -> ControlFlow<()>,
    ) -> ControlFlow<(), Scores> {
        let mut order = std::mem::take(&mut self.order);
        shuffle(&mut order, rows, self.settings.seed, self.epoch);
        let (mut loss, mut metric, mut done) = (0.0, 0.0, 0);
        let mut flow = ControlFlow::Continue(());
        for (step, batch) in order.chunks(self.settings.batch_size).enumerate() {
            let start = Instant::now();
            let report = self.step(data, batch, step as u64);
            self.trained_for += start.elapsed();
            loss += report.loss * batch.len() as f64;
            metric += report.metric;
            done += batch.len();
            flow = after_step(done, report);
            if flow.is_break() {
                break;
            }
        }
        self.order = order;
        flow?;
        self.epoch += 1;
        let n = rows.len() as f64;
        ControlFlow::Continue(Scores {
            loss: loss / n,
            metric: metric / n,
        })
    }
}

/// The rows in the order of an epoch (Fisher and Yates).
fn shuffle(order: &mut Vec<u32>, rows: &[u32], seed: u64, epoch: u64) {
    order.clear();
    order.extend_from_slice(rows);
    let mut rng = random::stream(seed, "shuffle", epoch, 0);
    for i in (1..order.len()).rev() {
        order.swap(i, random::below(&mut rng, i + 1));
    }
}
