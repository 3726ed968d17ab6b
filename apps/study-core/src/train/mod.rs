//! A plain training: from a setup to figures.

pub mod diagnostics;
pub mod figures;
pub mod probes;

use autograd::Real;
use claims::outcome::Outcome;
use experiment::data::Data;
use experiment::model_config::InputConfig;
use experiment::run::{self, Classes, Prepared, Task, Values};
use experiment::{AppError, interrupt};
use nn::{EpochRecord, LossFunction, Model};
use settings::{Experiment, Objective};

use crate::setup::Diagnostics;
use figures::Curves;

pub use diagnostics::predictions;
pub use figures::{of_classes, of_values};

/// A network that was trained and evaluated.
pub struct Trained<T: Real> {
    /// The network.
    pub model: Model<T>,
    /// The rows as it sees them, and which are for what.
    pub data: Prepared,
    /// How rows were scaled for it.
    pub rows: InputConfig,
    /// What it learned.
    pub task: Learned,
    /// What was minimized.
    pub loss: LossFunction,
    /// A record an epoch.
    pub history: Vec<EpochRecord>,
    /// The usual figures, and what the setup asks for besides.
    pub outcome: Outcome,
    /// Seconds of training steps.
    pub seconds: f64,
}

/// What is learned.
#[derive(Clone, Debug)]
pub enum Learned {
    /// A class for each row.
    Classes(Classes),
    /// Numbers for each row.
    Values(Values),
}

/// Trains and evaluates an experiment on some data.
pub(crate) fn train<T: Real>(
    experiment: &Experiment,
    diagnostics: &Diagnostics,
    data: Data,
) -> Result<Trained<T>, AppError> {
    match Learned::of(experiment, &data)? {
        Learned::Classes(task) => watched(experiment, diagnostics, &task, data, Learned::Classes),
        Learned::Values(task) => watched(experiment, diagnostics, &task, data, Learned::Values),
    }
}

impl Learned {
    /// What an experiment learns from some data.
    ///
    /// # Errors
    /// If it does not go with the data, or is an autoencoder.
    pub fn of(experiment: &Experiment, data: &Data) -> Result<Self, AppError> {
        match experiment.objective {
            Objective::Classification { head } => Classes::of(data, head)?
                .deciding(experiment.decision)
                .map(Self::Classes),
            Objective::Regression {
                standardize_targets,
            } => Values::of(data, standardize_targets).map(Self::Values),
            Objective::Reconstruction { .. } => Err(AppError::Failure(
                "an autoencoder is no plain training; a case of its own trains it".to_owned(),
            )),
        }
    }
}

/// Trains, looking into the network as it learns.
fn watched<K: Task + Clone, T: Real>(
    experiment: &Experiment,
    diagnostics: &Diagnostics,
    task: &K,
    data: Data,
    learned: fn(K) -> Learned,
) -> Result<Trained<T>, AppError> {
    let started = run::start::<K, T>(experiment, task, data)?;
    // A threshold and a temperature that validation samples decide are not known before the end.
    let (loss, task) = (started.config.loss(), learned(started.task.clone()));
    let mut curves = Curves::new(diagnostics, experiment);
    curves.look(&started.trainer, &started.data);
    let trial = started.train(|trainer, data, _| {
        curves.after_epoch(trainer, data, &task, loss);
    })?;
    let trial = trial.ok_or_else(interrupt::interrupted)?;
    let penalty = trial.penalty().map_or(0.0, |penalty| penalty.0);
    let mut trained = Trained {
        model: trial.model,
        data: trial.data,
        rows: trial.config.rows,
        task: learned(trial.task),
        loss,
        history: trial.history.epochs,
        outcome: Outcome::new(),
        seconds: trial.seconds,
    };
    trained.outcome = figures::all(&trained, curves, penalty, trial.history.restored);
    if !trial.warnings.is_empty() {
        let warnings = trial.warnings.join("; ");
        trained.outcome = std::mem::take(&mut trained.outcome).word("warnings", warnings);
    }
    diagnostics::add(diagnostics, &mut trained);
    Ok(trained)
}
