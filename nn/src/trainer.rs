//! The training step.

mod epoch;
mod full_batch;
mod jacobian;
mod settings;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use autograd::{Real, Tensor};
use datasets::{BatchTargets, DataView, Samples};

use crate::config::{Clip, Reduction, TrainConfig};
use crate::history::{Scores, StepReport};
use crate::layer::{ForwardContext, Layer, Mode, Updates};
use crate::loss::DynLoss;
use crate::max_norm::MaxNorm;
use crate::metrics::metric_sum;
use crate::model::{Model, Seed, seeded};
use crate::optim::{Optimizer, OptimizerState, clip_norm, clip_value};
use crate::params::Segment;
use crate::penalty::{Penalties, RowCounts};
use crate::progress::Progress;
use crate::schedule::Position;
use crate::tapes;

pub(crate) use epoch::EpochSums;

/// A change to the rows of a training step, such as a shift of images. Evaluation never sees it.
pub trait Augment<T: Real>: Send + Sync {
    /// Changes the batch `[rows, …]` in place. The three numbers are those of [`Mode::Train`]: what is drawn has to come
    /// from a stream that they key, so that a resumed run draws the same.
    fn apply(&self, batch: &mut Tensor<T>, seed: u64, epoch: u64, step: u64);
}

/// A model in training: its parameters, optimizer and loss, and where in the run it is.
///
/// ```
/// use datasets::Scaler;
/// use nn::{Adam, CrossEntropy, Schedule, Sequential, Trainer};
///
/// let (train, test) = datasets::iris()?.split(0.2, 0)?;
/// let (train, validation) = train.split(0.2, 0)?;
/// let map = Scaler::Standardize.fit(train.view().inputs, train.rows());
/// let [train, validation, test] = [train, validation, test].map(|part| part.scaled(map.clone()));
/// let model = Sequential::input([4]).linear(16).tanh().linear(3).init::<f32>(0)?;
/// let mut trainer = Trainer::new(model, Adam::new(1e-2), CrossEntropy::new().smoothing(0.05))
///     .batch_size(16)
///     .schedule(Schedule::OneCycle)
///     .validation(&validation)
///     .early_stopping(10);
/// let history = trainer.fit(&train, 50)?;
/// assert!(history.epochs.len() <= 50);
/// assert!(trainer.evaluate(&test)?.accuracy() > 0.9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Trainer<T: Real> {
    model: Model<T>,
    optimizer: OptimizerState<T>,
    loss: Arc<dyn DynLoss<T>>,
    config: TrainConfig,
    validation: Option<Samples>,
    penalties: Penalties,
    max_norm: Option<MaxNorm>,
    augment: Option<Arc<dyn Augment<T>>>,
    pub(crate) epoch: u64,
    /// Epochs in all, once that is known.
    planned: Option<u64>,
    /// Training rows, as the last epoch had them.
    pub(crate) rows: usize,
    /// The learning rate of the last step.
    lr: f64,
    pub(crate) progress: Progress<T>,
    gradient: Tensor<T>,
    updates: Updates<T>,
    order: Vec<u32>,
    pub(crate) trained_for: Duration,
}

impl<T: Real> Trainer<T> {
    /// A trainer at the start of a run, with the default [`TrainConfig`].
    pub fn new(
        model: Model<T>,
        optimizer: impl Optimizer<T> + 'static,
        loss: impl DynLoss<T> + 'static,
    ) -> Self {
        let (params, config) = (&model.params, TrainConfig::default());
        Self {
            lr: optimizer.lr(),
            optimizer: OptimizerState::new(optimizer, params),
            loss: Arc::new(loss),
            validation: None,
            penalties: Penalties::new(config.l1, config.l2, params),
            max_norm: None,
            augment: None,
            gradient: Tensor::zeros(&[params.len()]),
            updates: Updates::new(),
            model,
            config,
            epoch: 0,
            planned: None,
            rows: 0,
            progress: Progress::default(),
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

    /// The optimizer at work, to be brought to another state.
    pub(crate) fn optimizer_mut(&mut self) -> &mut OptimizerState<T> {
        &mut self.optimizer
    }

    /// The optimizer at work.
    pub fn optimizer(&self) -> &OptimizerState<T> {
        &self.optimizer
    }

    /// The loss.
    pub fn loss(&self) -> &dyn DynLoss<T> {
        &*self.loss
    }

    /// The settings.
    pub fn config(&self) -> &TrainConfig {
        &self.config
    }

    /// The samples to validate on, if there are any.
    pub fn validation_samples(&self) -> Option<&Samples> {
        self.validation.as_ref()
    }

    /// The number of epochs done.
    pub fn epochs(&self) -> u64 {
        self.epoch
    }

    /// The time spent in steps so far.
    pub fn trained_for(&self) -> Duration {
        self.trained_for
    }

    /// Says how many epochs there will be in all, which some [schedules](crate::Schedule::depends_on_total) have to know.
    /// [`fit`](Trainer::fit) does it.
    pub fn plan_epochs(&mut self, epochs: u64) {
        self.planned = Some(epochs);
    }

    /// The learning rate of the last step; that of the optimizer before the first, and after a checkpoint was loaded.
    pub fn last_lr(&self) -> f64 {
        self.lr
    }

    /// The penalties on the weights as they are now.
    pub fn penalty_value(&self) -> f64 {
        let rows = RowCounts::new(self.rows, self.config.batch_size);
        self.penalties.value(self.model.params.values(), rows)
    }

    /// One step on some rows; `step` is its number in the epoch. Before the first [`epoch`](Trainer::epoch) these rows
    /// count as all there are, for schedules and penalties. A full-batch optimizer wants the same rows in each step.
    ///
    /// # Panics
    /// If the data do not fit the model and the loss, if the schedule depends on the number of epochs and nobody has
    /// [said it](Trainer::plan_epochs), or if the settings make no sense with a full-batch optimizer.
    #[track_caller]
    #[inline(never)]
    pub fn step(&mut self, data: DataView<'_>, rows: &[u32], step: u64) -> StepReport {
        if self.rows == 0 {
            self.rows = rows.len();
        }
        if self.optimizer.is_full_batch() {
            return self.full_batch_step(data, rows);
        }
        let lr = self.rate(step);
        let (value, metric) = self.differentiate(data, rows, step);
        self.descend(lr, rows.len(), value, metric)
    }

    /// Writes the gradient of the loss over some rows to its place. Returns the loss, and the sum of the metric.
    #[track_caller]
    fn differentiate(&mut self, data: DataView<'_>, rows: &[u32], step: u64) -> (T, f64) {
        let (seed, epoch, loss) = (self.config.seed, self.epoch, &*self.loss);
        let mut x = data.inputs.gather::<T>(rows);
        if let Some(augment) = &self.augment {
            augment.apply(&mut x, seed, epoch, step);
        }
        let targets = BatchTargets::of(data.targets, rows);
        let (layers, params) = (&self.model.layers, &self.model.params);
        let mode = Mode::Train { seed, epoch, step };
        let (gradient, updates) = (self.gradient.as_mut_slice(), &self.updates);
        let mut metric = 0.0;
        let value = tapes::with(|tape| {
            seeded(tape, params, gradient, |weights| {
                let collecting = updates.of(weights);
                let ctx = ForwardContext::new(&collecting, mode);
                let y = layers.forward(&ctx, &weights.tape().constant(x));
                metric = metric_sum(loss, &y.tensor(), &targets);
                Seed::of_outputs(loss, y, &targets)
            })
        });
        (value, metric)
    }

    /// The rest of a step on so many rows, once the gradient of the loss is at its place.
    pub(crate) fn descend(&mut self, lr: f64, rows: usize, value: T, metric: f64) -> StepReport {
        let (params, gradient) = (&self.model.params, self.gradient.as_mut_slice());
        if self.config.reduction == Reduction::Sum {
            let count = T::from_f64(rows as f64);
            gradient.iter_mut().for_each(|g| *g *= count);
        }
        let counts = RowCounts {
            training: self.rows,
            batch: rows,
        };
        let penalty = self.penalties.value(params.values(), counts);
        self.penalties
            .add_gradient(params.values(), gradient, counts);
        match self.config.clip {
            Some(Clip::Norm(max)) => {
                clip_norm(gradient, max);
            }
            Some(Clip::Value(max)) => clip_value(gradient, max),
            None => {}
        }
        let params = self.model.params.values_mut();
        self.optimizer.step(lr, params, gradient);
        self.penalties.shrink(params, gradient, lr);
        if let Some(limit) = &mut self.max_norm {
            limit.apply(params);
        }
        self.updates.apply(&mut self.model.params);
        self.lr = lr;
        StepReport {
            loss: value.to_f64(),
            metric,
            penalty,
        }
    }

    /// The learning rate of a step of this epoch.
    #[track_caller]
    pub(crate) fn rate(&self, step: u64) -> f64 {
        let TrainConfig {
            schedule, warmup, ..
        } = self.config;
        assert!(
            self.planned.is_some() || !schedule.depends_on_total(),
            "the schedule {schedule} depends on the number of epochs: plan_epochs says it"
        );
        let at = Position {
            epoch: self.epoch,
            step,
            steps_per_epoch: self.rows.div_ceil(self.config.batch_size) as u64,
            epochs: self.planned.unwrap_or(0),
        };
        let lr = self.optimizer.optimizer().lr();
        schedule.rate(lr, warmup, at, &self.progress.plateau)
    }

    /// Whether a step takes rows as they are, in batches, and follows their gradient.
    pub(crate) fn takes_plain_batches(&self) -> bool {
        !self.optimizer.is_full_batch() && self.augment.is_none()
    }

    /// The table of the parameters, and the place of the gradient that [`descend`](Self::descend) follows.
    pub(crate) fn gradient_mut(&mut self) -> (&[Segment], &mut [T]) {
        (self.model.params.segments(), self.gradient.as_mut_slice())
    }

    /// How far the run has come.
    pub(crate) fn progress(&self) -> &Progress<T> {
        &self.progress
    }

    /// Takes in the scores of the epoch just done.
    pub(crate) fn take_in(&mut self, train: Scores, validation: Option<Scores>) {
        let TrainConfig {
            schedule,
            warmup,
            early_stopping,
            ..
        } = self.config;
        self.progress.reached = train.loss + train.penalty;
        let watched = validation.unwrap_or(train).loss;
        self.progress
            .schedule(schedule, warmup, self.epoch, watched);
        if let (Some(rule), Some(v)) = (early_stopping, validation) {
            let values = self.model.params.values();
            self.progress.validated(rule, self.epoch, v.loss, values);
        }
    }

    /// Gives the model the weights of the best epoch, if one is known, and returns its number.
    pub(crate) fn restore_best(&mut self) -> Option<u64> {
        let best = self.progress.best.as_ref()?;
        let values = self.model.params.values_mut();
        values.copy_from_slice(&best.values);
        Some(best.epoch)
    }
}

impl<T: Real> fmt::Debug for Trainer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer")
            .field("model", &self.model)
            .field("optimizer", &self.optimizer.optimizer())
            .field("loss", &self.loss.describe())
            .field("config", &self.config)
            .field("epochs", &self.epoch)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A run may be made in one thread and go on in another.
    #[test]
    fn a_trainer_can_be_sent() {
        fn sends<S: Send>() {}
        sends::<Trainer<f32>>();
        sends::<Trainer<f64>>();
    }
}
