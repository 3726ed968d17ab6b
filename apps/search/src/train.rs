//! The training of a sweep's networks, one a core, each kept as it is done.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use autograd::Real;
use experiment::error::AppError;
use experiment::run::{Started, Task, Trial, folds, group_size, start, train_together};
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
        let mut keep = |trained: Trained<K::Figures>| {
            let kept = trained.and_then(|trained| match trained {
                Some((record, warnings)) => {
                    let progress = &self.plan.progress;
                    warnings.iter().for_each(|text| progress.warn(text));
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
        };
        let threads = self.plan.options.threads.unwrap_or_else(available);
        let dealt = each_on_ranks(
            world,
            &self.groups(&left, threads * world.size()),
            threads,
            |group| self.group::<T>(Some(folder), rung, group, &spent),
            |_, group| group.into_iter().try_for_each(&mut keep),
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
            |group: &Vec<_>| self.group::<T>(None, 0, group, &HashMap::new()),
            |_, _| ControlFlow::Break(()),
        )
    }

    /// Networks as they are dealt out, for so many threads in all: small ones that stand one after the other several at a time,
    /// since they are [faster together](train_together).
    fn groups(&self, networks: &[(usize, usize)], threads: usize) -> Vec<Vec<(usize, usize)>> {
        let share = networks.len().div_ceil(threads.max(1));
        let size = |(point, trial): (usize, usize)| {
            let data = &self.data_of(trial).0;
            let (inputs, rows) = (data.set.part.inputs.row_len(), data.train.len());
            match self.rungs.len() {
                1 => group_size(&self.points[point].experiment, inputs, rows).min(share),
                _ => 1,
            }
        };
        let mut groups: Vec<Vec<(usize, usize)>> = Vec::new();
        let mut room = 0;
        for network in networks {
            let size = size(*network);
            match groups.last_mut() {
                Some(last) if size > 1 && room > 0 => last.push(*network),
                _ => {
                    groups.push(vec![*network]);
                    room = size;
                }
            }
            room -= 1;
        }
        groups
    }

    /// Trains and evaluates a group; `spent` says which epochs and seconds went into each network in rungs before.
    fn group<T: Real>(
        &self,
        folder: Option<&RunFolder>,
        rung: usize,
        group: &[(usize, usize)],
        spent: &HashMap<(usize, usize), (u64, f64)>,
    ) -> Vec<Trained<K::Figures>> {
        match group {
            [network] => {
                let before = spent.get(network).copied().unwrap_or_default();
                vec![self.one::<T>(folder, rung, *network, before)]
            }
            networks => self.together::<T>(rung, networks),
        }
    }

    /// Trains and evaluates networks of a search of one rung, all at a time.
    fn together<T: Real>(
        &self,
        rung: usize,
        networks: &[(usize, usize)],
    ) -> Vec<Trained<K::Figures>> {
        let mut started = Vec::new();
        let mut begin = |(experiment, parts): (_, Vec<_>)| {
            let held_out = parts.into_iter().map(|(one, held_out)| {
                started.push((one, |_: &_, _: &_, _: &_| {}));
                held_out
            });
            (experiment, held_out.collect::<Vec<Vec<u32>>>())
        };
        let begun: Vec<Result<(Experiment, _), AppError>> = networks
            .iter()
            .map(|network| self.begin::<T>(rung, *network).map(&mut begin))
            .collect();
        let mut trials = train_together(started).into_iter();
        let ended = networks.iter().zip(begun).map(|(network, begun)| {
            let (experiment, held_out) = begun?;
            let own: Vec<_> = trials.by_ref().take(held_out.len()).collect();
            let mut found = Found::default();
            for (trial, held_out) in own.into_iter().zip(&held_out) {
                match trial? {
                    Some(trial) => found.add(&trial, held_out),
                    None => return Ok(None),
                }
            }
            Ok(Some(self.record(rung, *network, &experiment, found)))
        });
        ended.collect()
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
        rung: usize,
        network: (usize, usize),
        before: (u64, f64),
    ) -> Trained<K::Figures> {
        let (experiment, parts) = self.begin::<T>(rung, network)?;
        let mut found = Found::default();
        let climbs = self.rungs.len() > 1 && goes_on(&experiment);
        for (fold, (started, held_out)) in parts.into_iter().enumerate() {
            let state = folder.filter(|_| climbs);
            let state = state
                .map(|folder| folder::state(folder, (network.0, network.1, fold)))
                .transpose()?;
            let until = experiment.training.epochs;
            match started.train_until(until, state.as_deref(), |_, _, _| {})? {
                Some(trial) => found.add(&trial, &held_out),
                None => return Ok(None),
            }
        }
        if climbs {
            found.epochs -= before.0.min(found.epochs);
            found.seconds = (found.seconds - before.1).max(0.0);
        }
        Ok(Some(self.record(rung, network, &experiment, found)))
    }

    /// The experiment of a network, and what is trained for it with the rows that it is validated on: itself, or a network a fold.
    fn begin<T: Real>(&self, rung: usize, (point, trial): (usize, usize)) -> Begun<K, T> {
        let (choice, rung) = (&self.points[point], &self.rungs[rung]);
        let experiment = of_trial(&of_rung(&choice.experiment, rung), trial);
        let (data, task) = self.data_of(trial);
        let parts = match folds(&experiment, self.plan.options.folds, data)? {
            Some(folds) => folds
                .into_iter()
                .map(|fold| (fold.data, fold.test))
                .collect(),
            None => vec![(data.clone(), data.validation.clone())],
        };
        let started = parts.into_iter().map(|(data, held_out)| {
            start::<K, T>(&experiment, task, data).map(|started| (started, held_out))
        });
        let started = started.collect::<Result<_, _>>()?;
        Ok((experiment, started))
    }

    /// The line of a network, and what there is to warn of.
    fn record(
        &self,
        rung: usize,
        (point, trial): (usize, usize),
        experiment: &Experiment,
        found: Found<K::Figures>,
    ) -> (TrialRecord<K::Figures>, Vec<String>) {
        let record = TrialRecord {
            point,
            settings: trials::sorted(&self.points[point]),
            trial,
            rung,
            seed: experiment.seed(),
            validation: mean::<K>(found.validation),
            test: mean::<K>(found.test),
            epochs: Some(found.epochs),
            seconds: Number(found.seconds),
        };
        (record, found.warnings)
    }
}

/// The experiment of a network, and what is trained for it, with the rows that are held out.
type Begun<K, T> = Result<(Experiment, Vec<(Started<K, T>, Vec<u32>)>), AppError>;

/// What the networks of one line come to.
struct Found<E> {
    validation: Vec<E>,
    test: Vec<E>,
    epochs: u64,
    seconds: f64,
    warnings: Vec<String>,
}

impl<E> Default for Found<E> {
    fn default() -> Self {
        Self {
            validation: Vec::new(),
            test: Vec::new(),
            epochs: 0,
            seconds: 0.0,
            warnings: Vec::new(),
        }
    }
}

impl<E> Found<E> {
    /// Evaluates a network on the rows that were held out for it, and on its test rows.
    fn add<K: Task<Figures = E>, T: Real>(&mut self, trial: &Trial<K, T>, held_out: &[u32]) {
        self.warnings.extend(trial.warnings.iter().cloned());
        self.validation.push(trial.evaluate(held_out));
        self.test.push(trial.evaluate(&trial.data.data.test));
        self.seconds += trial.seconds;
        self.epochs += trial.epochs;
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
