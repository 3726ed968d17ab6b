//! A plain training: from a setup to figures.

pub mod diagnostics;
pub mod figures;
pub mod probes;

use autograd::Real;
use claims::outcome::Outcome;
use experiment::data::Data;
use experiment::model_config::InputConfig;
use experiment::run::{self, Classes, Prepared, Task, Trial, Values};
use experiment::{AppError, interrupt};
use nn::{EpochRecord, LossFunction, Model, Trainer};
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

/// An experiment to be trained, what is looked at besides, and its data.
pub(crate) type Asked<'a> = (Experiment, &'a Diagnostics, Data);

/// Trains and evaluates experiments, small networks of one architecture [together](run::train_together). What could not
/// be asked is handed on.
pub(crate) fn train_together<T: Real>(
    asked: Vec<Result<Asked<'_>, AppError>>,
) -> Vec<Result<Trained<T>, AppError>> {
    let mut results: Vec<Option<Result<_, _>>> = asked.iter().map(|_| None).collect();
    let (mut classes, mut values) = (Vec::new(), Vec::new());
    for (place, asked) in asked.into_iter().enumerate() {
        let learned = asked.and_then(|asked| Ok((Learned::of(&asked.0, &asked.2)?, asked)));
        match learned {
            Ok((Learned::Classes(task), asked)) => classes.push((place, task, asked)),
            Ok((Learned::Values(task), asked)) => values.push((place, task, asked)),
            Err(e) => results[place] = Some(Err(e)),
        }
    }
    let classes = watched(classes, Learned::Classes);
    for (place, result) in classes.into_iter().chain(watched(values, Learned::Values)) {
        results[place] = Some(result);
    }
    results.into_iter().flatten().collect()
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

/// Trains, looking into the networks as they learn. Each has the place of its result.
fn watched<K: Task + Clone, T: Real>(
    asked: Vec<(usize, K, Asked<'_>)>,
    learned: fn(K) -> Learned,
) -> Vec<(usize, Result<Trained<T>, AppError>)> {
    let (mut results, mut started, mut watches) = (Vec::new(), Vec::new(), Vec::new());
    for (place, task, (experiment, diagnostics, data)) in asked {
        let network = match run::start::<K, T>(&experiment, &task, data) {
            Ok(network) => network,
            Err(e) => {
                results.push((place, Err(e)));
                continue;
            }
        };
        // A threshold and a temperature that validation samples decide are not known before the end.
        let (loss, task) = (network.config.loss(), learned(network.task.clone()));
        let mut curves = Curves::new(diagnostics, &experiment);
        curves.look(&network.trainer, &network.data);
        started.push(network);
        watches.push((place, diagnostics, curves, task, loss));
    }
    let watched = watches.iter_mut().map(|(_, _, curves, task, loss)| {
        |trainer: &Trainer<T>, data: &Prepared, _: &K| {
            curves.after_epoch(trainer, data, task, *loss);
        }
    });
    let trials = run::train_together(started.into_iter().zip(watched).collect());
    let ended = watches.into_iter().zip(trials);
    results.extend(ended.map(|((place, diagnostics, curves, _, loss), trial)| {
        let trained = trial.and_then(|trial| {
            let trial = trial.ok_or_else(interrupt::interrupted)?;
            Ok(evaluated(trial, learned, loss, diagnostics, curves))
        });
        (place, trained)
    }));
    results
}

/// A network that was trained, with its figures.
fn evaluated<K: Task, T: Real>(
    trial: Trial<K, T>,
    learned: fn(K) -> Learned,
    loss: LossFunction,
    diagnostics: &Diagnostics,
    curves: Curves,
) -> Trained<T> {
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
    trained
}
