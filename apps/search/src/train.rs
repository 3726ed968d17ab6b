//! The training of a sweep's networks, one a core, each kept as it is done.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use autograd::Real;
use experiment::error::AppError;
use experiment::run::{Task, folds, start};
use experiment::threads::{available, each_on_ranks};
use ranks::World;
use records::{Number, RunFolder};
use settings::Experiment;

use crate::rungs::{Rung, goes_on};
use crate::trials::Trials;
use crate::{Sweep, TrialRecord, folder, trials};

impl<K: Task> Sweep<'_, K> {
    /// Trains those of some networks of a rung, choices and trials, that are not done, with the help of all ranks.
    ///
    /// # Errors
    /// If the file of the folder cannot be read or written, a network cannot be trained, or after Ctrl-C.
    pub(super) fn train<T: Real>(
        &self,
        folder: &RunFolder,
        rung: usize,
        all: &[(usize, usize)],
        world: &World,
    ) -> Result<(), AppError> {
        let (mut file, done) = Trials::open::<K::Figures>(folder, self.extent())?;
        let known: HashSet<(usize, usize)> = done
            .iter()
            .filter(|record| record.rung == rung)
            .map(|record| (record.point, record.trial))
            .collect();
        let mut spent: HashMap<(usize, usize), (u64, f64)> = HashMap::new();
        for record in done.iter().filter(|record| record.rung < rung) {
            let one = spent.entry((record.point, record.trial)).or_default();
            one.0 = one.0.saturating_add(record.epochs.unwrap_or(0));
            one.1 += record.seconds.0;
        }
        let left: Vec<(usize, usize)> = all
            .iter()
            .filter(|one| !known.contains(*one))
            .copied()
            .collect();
        let (all, place) = (all.len(), self.place(rung));
        let mut count = all - left.len();
        if count > 0 {
            self.plan.progress.say(&format!(
                "{}: {place}going on after {count} of {all} networks",
                folder.path().display(),
            ));
        }
        let mut stopped = Ok(());
        let dealt = each_on_ranks(
            world,
            &left,
            self.plan.options.threads.unwrap_or_else(available),
            |network| {
                let before = spent.get(network).copied().unwrap_or_default();
                self.one::<T>(Some(folder), rung, *network, before)
            },
            |_, trained| {
                let kept = trained.and_then(|trained| match trained {
                    Some((record, warnings)) => {
                        warnings.iter().for_each(|text| self.plan.progress.warn(text));
                        file.append(&record).map(|()| record)
                    }
                    None => Err(AppError::Interrupted(format!(
                        "{place}interrupted after {count} of {all} networks; go on with {} --resume {}",
                        self.plan.program(),
                        folder.path().display()
                    ))),
                });
                match kept {
                    Ok(record) => {
                        count += 1;
                        let line = progress::<K>(&record, count, all);
                        self.plan.progress.say(&format!("{place}{line}"));
                        ControlFlow::Continue(())
                    }
                    Err(e) => {
                        stopped = Err(e);
                        ControlFlow::Break(())
                    }
                }
            },
        );
        stopped.and(dealt)
    }

    /// Trains what the root deals out to this rank, until there is no more. It has no part in searches by halving.
    ///
    /// # Errors
    /// If the root has ended.
    pub(super) fn help<T: Real>(&self, world: &World) -> Result<(), AppError> {
        each_on_ranks(
            world,
            &[],
            self.plan.options.threads.unwrap_or_else(available),
            |network| self.one::<T>(None, 0, *network, (0, 0.0)),
            |_, _| ControlFlow::Break(()),
        )
    }

    /// Which of several rungs, as lines begin.
    fn place(&self, rung: usize) -> String {
        match self.rungs.len() {
            1 => String::new(),
            all => format!("rung {} of {all}: ", rung + 1),
        }
    }

    /// Trains and evaluates one network, or with folds one for each, on which so many epochs and seconds were spent in rungs
    /// before; with what there is to warn of. `None` after Ctrl-C. Networks that go on in a later rung leave their states in the
    /// folder.
    fn one<T: Real>(
        &self,
        folder: Option<&RunFolder>,
        number: usize,
        (point, trial): (usize, usize),
        before: (u64, f64),
    ) -> Trained<K::Figures> {
        let (choice, rung) = (&self.points[point], &self.rungs[number]);
        let experiment = of_trial(&of_rung(&choice.experiment, rung), trial);
        let (data, task) = self.data_of(trial);
        let parts = match folds(&experiment, self.plan.options.folds, data)? {
            Some(folds) => folds
                .into_iter()
                .map(|fold| (fold.data, fold.test))
                .collect(),
            None => vec![(data.clone(), data.validation.clone())],
        };
        let (mut validation, mut test) = (Vec::new(), Vec::new());
        let (mut seconds, mut epochs, mut warnings) = (0.0, 0, Vec::new());
        let climbs = self.rungs.len() > 1 && goes_on(&experiment);
        for (fold, (data, held_out)) in parts.into_iter().enumerate() {
            let test_rows = data.test.clone();
            let state = folder.filter(|_| climbs);
            let state = state
                .map(|folder| folder::state(folder, (point, trial, fold)))
                .transpose()?;
            let started = start::<K, T>(&experiment, task, data)?;
            let until = experiment.training.epochs;
            let Some(trial) = started.train_until(until, state.as_deref(), |_, _, _| {})? else {
                return Ok(None);
            };
            warnings.extend(trial.warnings.iter().cloned());
            validation.push(trial.evaluate(&held_out));
            test.push(trial.evaluate(&test_rows));
            seconds += trial.seconds;
            epochs += trial.epochs;
        }
        if climbs {
            epochs -= before.0.min(epochs);
            seconds = (seconds - before.1).max(0.0);
        }
        let record = TrialRecord {
            point,
            settings: trials::sorted(choice),
            trial,
            rung: number,
            seed: experiment.seed(),
            validation: mean::<K>(validation),
            test: mean::<K>(test),
            epochs: Some(epochs),
            seconds: Number(seconds),
        };
        Ok(Some((record, warnings)))
    }
}

/// A network with what there is to warn of; `None` after Ctrl-C.
type Trained<E> = Result<Option<(TrialRecord<E>, Vec<String>)>, AppError>;

/// An experiment with the epochs of a rung.
pub(super) fn of_rung(experiment: &Experiment, rung: &Rung) -> Experiment {
    let mut experiment = experiment.clone();
    if let Some(epochs) = rung.epochs {
        experiment.training.epochs = epochs;
    }
    experiment
}

/// An experiment with the seed of a trial.
pub(super) fn of_trial(experiment: &Experiment, trial: usize) -> Experiment {
    let mut experiment = experiment.clone();
    experiment.training.config.seed += trial as u64;
    experiment
}

/// The mean of figures; those of one network as they are.
fn mean<K: Task>(mut of: Vec<K::Figures>) -> K::Figures {
    match of.len() {
        1 => of.remove(0),
        _ => K::mean(&of),
    }
}

/// A line about a network that is done.
fn progress<K: Task>(record: &TrialRecord<K::Figures>, count: usize, all: usize) -> String {
    let settings = record
        .settings
        .iter()
        .map(|(key, value)| format!("{key} {value}, "));
    let score = K::main_score(&record.validation).map_or("-".to_owned(), |x| format!("{x:.4}"));
    format!(
        "{count}/{all}: {}seed {}: {} {score}, {:.2} s",
        settings.collect::<String>(),
        record.seed,
        K::SCORE,
        record.seconds.0
    )
}
