//! The training step.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use autograd::random;
use autograd::{Real, Tape, Tensor};

use crate::fit::Scores;
use crate::layer::{Layer, Mode, Pass, Updates};
use crate::loss::Examples;
use crate::max_norm::MaxNorm;
use crate::model::{Model, value_and_grad};
use crate::optim::{Optimizer, Rule, StateError, clip_norm, clip_value};
use crate::penalty::Penalties;
use crate::progress::{Best, EarlyStopping, Progress};
use crate::schedule::Position;
use crate::settings::{Clip, Settings};
use crate::state::{self, Mark, Marks, State};

/// A change to the rows of a training step, such as a shift of pictures. Evaluation never sees it.
pub trait Augment<T: Real>: Send + Sync {
    /// Changes the batch `[rows, …]` in place. The three numbers are those of [`Mode::Train`]: what is drawn has to come
    /// from a stream that they key, so that a resumed run draws the same.
    fn apply(&self, batch: &mut Tensor<T>, seed: u64, epoch: u64, step: u64);
}

/// A step's loss, metric and penalty, before the parameters moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepReport {
    /// The mean loss of the batch.
    pub loss: f64,
    /// The sum over rows of the metric: right classes, or mean squared errors.
    pub metric: f64,
    /// The penalties on the weights, which are not part of the loss.
    pub penalty: f64,
}

/// A model in training: its parameters, its optimiser, and where in the run it is.
pub struct Trainer<T: Real> {
    model: Model<T>,
    optimizer: Optimizer<T>,
    settings: Settings,
    penalties: Penalties,
    max_norm: Option<MaxNorm>,
    augment: Option<Arc<dyn Augment<T>>>,
    epoch: u64,
    /// Epochs in all, once that is known.
    planned: Option<u64>,
    /// Training rows, as the last epoch had them.
    rows: usize,
    /// The learning rate of the last step.
    lr: f64,
    progress: Progress<T>,
    tape: Tape<T>,
    gradient: Tensor<T>,
    updates: Updates<T>,
    order: Vec<u32>,
    trained_for: Duration,
}

impl<T: Real> Trainer<T> {
    /// A trainer at the start of a run.
    ///
    /// # Panics
    /// If the batch size is 0.
    #[track_caller]
    pub fn new(model: Model<T>, rule: Arc<dyn Rule<T>>, settings: Settings) -> Self {
        assert!(settings.batch_size > 0, "a batch has at least one row");
        let params = &model.params;
        Self {
            optimizer: Optimizer::new(rule, params, settings.weight_decay),
            penalties: Penalties::new(settings.l1, settings.l2, params),
            max_norm: settings.max_norm.map(|c| MaxNorm::new(c, params)),
            augment: None,
            gradient: Tensor::zeros(&[params.len()]),
            updates: Updates::new(),
            model,
            settings,
            epoch: 0,
            planned: None,
            rows: 0,
            lr: settings.lr,
            progress: Progress::default(),
            tape: Tape::new(),
            order: Vec::new(),
            trained_for: Duration::ZERO,
        }
    }

    /// The same, with batches changed before each step.
    pub fn with_augment(mut self, augment: Arc<dyn Augment<T>>) -> Self {
        self.augment = Some(augment);
        self
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

    /// Says how many epochs there will be in all, which some [schedules](crate::Schedule::depends_on_total) have to know.
    /// [`fit`](crate::fit) does it.
    pub fn plan_epochs(&mut self, epochs: u64) {
        self.planned = Some(epochs);
    }

    /// The learning rate of the last step; that of the settings before the first.
    pub fn last_lr(&self) -> f64 {
        self.lr
    }

    /// The penalties on the weights as they are now.
    pub fn penalty(&self) -> f64 {
        self.penalties.value(self.model.params.values(), self.rows)
    }

    /// One step on some rows; `step` is its number in the epoch. Before the first [`epoch`](Trainer::epoch) these rows
    /// count as all there are, for schedules and penalties.
    ///
    /// # Panics
    /// If the data do not fit the model and the loss, or if the schedule depends on the number of epochs and nobody has
    /// [said it](Trainer::plan_epochs).
    #[track_caller]
    pub fn step(&mut self, data: Examples<'_>, rows: &[u32], step: u64) -> StepReport {
        if self.rows == 0 {
            self.rows = rows.len();
        }
        let (seed, epoch, loss) = (self.settings.seed, self.epoch, self.settings.loss);
        let lr = self.rate(step);
        let mut x = data.inputs.gather::<T>(rows);
        if let Some(augment) = &self.augment {
            augment.apply(&mut x, seed, epoch, step);
        }
        let targets = loss.targets(data.targets, rows);
        let (layers, params) = (&self.model.layers, &self.model.params);
        let mode = Mode::Train { seed, epoch, step };
        let (gradient, updates) = (self.gradient.as_mut_slice(), &self.updates);
        let mut metric = 0.0;
        let value = value_and_grad(&mut self.tape, params, gradient, |weights| {
            let pass = Pass {
                weights: &updates.of(weights),
                mode,
            };
            let y = layers.forward(&pass, &weights.tape().constant(x));
            metric = loss.metric(&y.tensor(), &targets);
            loss.of(&y, &targets)
        });
        let penalty = self.penalties.value(params.values(), self.rows);
        self.penalties
            .add_gradient(params.values(), gradient, self.rows);
        match self.settings.clip {
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
    fn rate(&self, step: u64) -> f64 {
        let Settings {
            lr,
            schedule,
            warmup,
            ..
        } = self.settings;
        assert!(
            self.planned.is_some() || !schedule.depends_on_total(),
            "the schedule {schedule} depends on the number of epochs: plan_epochs says it"
        );
        let at = Position {
            epoch: self.epoch,
            step,
            steps_per_epoch: self.rows.div_ceil(self.settings.batch_size) as u64,
            epochs: self.planned.unwrap_or(0),
        };
        schedule.rate(lr, warmup, at, &self.progress.plateau)
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
        self.rows = rows.len();
        let (mut loss, mut metric, mut penalty, mut done) = (0.0, 0.0, 0.0, 0);
        let mut flow = ControlFlow::Continue(());
        for (step, batch) in order.chunks(self.settings.batch_size).enumerate() {
            let start = Instant::now();
            let report = self.step(data, batch, step as u64);
            self.trained_for += start.elapsed();
            loss += report.loss * batch.len() as f64;
            metric += report.metric;
            penalty += report.penalty * batch.len() as f64;
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
            penalty: penalty / n,
        })
    }

    /// All that this trainer is beyond its settings, to go on from later. Steps of an epoch that is not done are part of
    /// it only by what they did to the parameters: take it between epochs.
    pub fn state(&self) -> State<'_, T> {
        let best = self.progress.best.as_ref();
        let mut vectors = vec![(
            state::PARAMETERS.to_owned(),
            self.model.params.values().into(),
        )];
        let moments = self.optimizer.state();
        vectors.extend(moments.map(|(name, x)| (state::optimizer_vector(name), x.into())));
        vectors.extend(best.map(|b| (state::BEST.to_owned(), b.values.as_slice().into())));
        State {
            marks: Marks {
                epoch: self.epoch,
                steps: self.optimizer.count(),
                memory: self.optimizer.memory(),
                rows: self.rows,
                nanoseconds: u64::try_from(self.trained_for.as_nanos()).unwrap_or(u64::MAX),
                plateau: self.progress.plateau,
                best: best.map(|b| Mark {
                    epoch: b.epoch,
                    loss: b.loss,
                }),
            },
            vectors,
        }
    }

    /// Goes on from the state of another trainer of the same model, optimiser and settings. After an error nothing has
    /// changed.
    ///
    /// # Errors
    /// If a vector is missing, or is not as long as the parameters.
    pub fn restore(&mut self, state: State<'_, T>) -> Result<(), StateError> {
        let expected = self.model.params.len();
        let whole = |name: &'static str| match state.vector(name) {
            None => Err(StateError::Missing(name)),
            Some(v) if v.len() == expected => Ok(v),
            Some(v) => Err(StateError::Length {
                name,
                found: v.len(),
                expected,
            }),
        };
        let marks = &state.marks;
        let values = whole(state::PARAMETERS)?;
        let best = match marks.best {
            None => None,
            Some(Mark { epoch, loss }) => Some(Best {
                epoch,
                loss,
                values: whole(state::BEST)?.to_vec(),
            }),
        };
        self.optimizer.restore(marks.steps, marks.memory, |name| {
            state.vector(&state::optimizer_vector(name))
        })?;
        self.model.params.values_mut().copy_from_slice(values);
        self.progress = Progress {
            best,
            plateau: marks.plateau,
        };
        (self.epoch, self.rows) = (marks.epoch, marks.rows);
        self.trained_for = Duration::from_nanos(marks.nanoseconds);
        Ok(())
    }

    /// How far the run has come.
    pub(crate) fn progress(&self) -> &Progress<T> {
        &self.progress
    }

    /// Takes in the scores of the epoch just done.
    pub(crate) fn take_in(
        &mut self,
        train: Scores,
        validation: Option<Scores>,
        stopping: Option<EarlyStopping>,
    ) {
        let Settings {
            schedule, warmup, ..
        } = self.settings;
        let watched = validation.unwrap_or(train).loss;
        self.progress
            .schedule(schedule, warmup, self.epoch, watched);
        if let (Some(rule), Some(v)) = (stopping, validation) {
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

/// The rows in the order of an epoch (Fisher and Yates).
fn shuffle(order: &mut Vec<u32>, rows: &[u32], seed: u64, epoch: u64) {
    order.clear();
    order.extend_from_slice(rows);
    let mut rng = random::stream(seed, "shuffle", epoch, 0);
    for i in (1..order.len()).rev() {
        order.swap(i, random::below(&mut rng, i + 1));
    }
}
