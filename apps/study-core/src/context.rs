//! What a trial is told: which one it is, its seed, and where data comes from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use autograd::Real;
use autograd::random::{Stream, stream, unit};
use datasets::{RawData, Request, Spec};
use experiment::data::{self, Data, DataSource};
use experiment::progress::{Progress, Silent};
use experiment::run;
use experiment::{AppError, interrupt};
use settings::{Experiment, Partition};

use crate::quick;
use crate::setup::{DataSeed, Setup};
use crate::train::{self, Trained};

/// Data sets, each loaded once and shared by all trials.
pub struct Store {
    data_dir: Option<PathBuf>,
    offline: bool,
    progress: Arc<dyn Progress>,
    /// By name, and by all that their content depends on.
    loaded: Mutex<HashMap<(String, String), Slot>>,
}

type Slot = Arc<OnceLock<Result<Arc<RawData>, AppError>>>;

impl Store {
    /// Data is looked for in this folder alone, or as the environment says.
    pub fn new(data_dir: Option<PathBuf>, offline: bool, progress: Arc<dyn Progress>) -> Self {
        Self {
            data_dir,
            offline,
            progress,
            loaded: Mutex::default(),
        }
    }

    /// A data set, from which nothing is fitted yet: from memory if it was loaded before, made anew if it is a made one.
    ///
    /// # Errors
    /// If it cannot be found, downloaded or read.
    pub fn load(&self, request: &Request) -> Result<Arc<RawData>, AppError> {
        if matches!(request.spec, Spec::Synthetic(_)) {
            return self.load_now(request, Arc::new(Silent));
        }
        let Request {
            task,
            targets,
            options,
            ..
        } = request;
        let key = (
            request.spec.to_string(),
            format!("{task:?} {targets:?} {options:?}"),
        );
        let slot = {
            let mut loaded = self.loaded.lock().unwrap_or_else(|e| e.into_inner());
            Arc::clone(loaded.entry(key).or_default())
        };
        // Whoever needs the same set meanwhile waits here.
        slot.get_or_init(|| self.load_now(request, Arc::clone(&self.progress)))
            .clone()
    }

    /// What there is to know of those of these data sets that were loaded, each once.
    pub fn notes(&self, names: &[&str]) -> Vec<String> {
        let loaded = self.loaded.lock().unwrap_or_else(|e| e.into_inner());
        let wanted = loaded
            .iter()
            .filter(|((name, _), _)| names.contains(&name.as_str()));
        let sets = wanted.filter_map(|(_, slot)| slot.get()?.as_ref().ok());
        let notes: BTreeSet<&String> = sets.flat_map(|set| set.notes()).collect();
        notes.into_iter().cloned().collect()
    }

    /// Hashes of the content of all data sets that were loaded and kept, by name and what was asked for.
    pub fn digests(&self) -> BTreeMap<String, String> {
        let loaded = self.loaded.lock().unwrap_or_else(|e| e.into_inner());
        let sets = loaded.iter().filter_map(|((name, request), slot)| {
            let raw = slot.get()?.as_ref().ok()?;
            Some((format!("{name} ({request})"), raw.fingerprint().digest()))
        });
        sets.collect()
    }

    fn load_now(
        &self,
        request: &Request,
        progress: Arc<dyn Progress>,
    ) -> Result<Arc<RawData>, AppError> {
        let source = DataSource {
            data_dir: self.data_dir.clone(),
            offline: self.offline,
            progress,
        };
        let raw = data::read(request, &source)?;
        source.progress.say(raw.provenance());
        Ok(Arc::new(raw))
    }
}

/// What a trial is told.
pub struct Context<'a> {
    /// The study's name.
    pub study: &'a str,
    /// The name of the case.
    pub case: &'a str,
    /// What distinguishes the case: names and values.
    factors: &'a [(String, String)],
    /// Which trial of it, from 0.
    pub trial: usize,
    /// What moves everything random in it, made data aside.
    pub seed: u64,
    /// Whether this is the quick form: fewer rows, epochs, and points of a grid, on data that comes with the program.
    /// [`train`](Context::train) and [`data`](Context::data) see to theirs.
    pub quick: bool,
    store: &'a Store,
}

impl<'a> Context<'a> {
    /// The context of a trial.
    pub fn new(
        study: &'a str,
        (case, factors): (&'a str, &'a [(String, String)]),
        trial: usize,
        quick: bool,
        store: &'a Store,
    ) -> Self {
        Self {
            study,
            case,
            factors,
            trial,
            seed: trial_seed(study, case, trial),
            quick,
            store,
        }
    }

    /// The same trial with another seed of its own, for the part of it that has this name.
    pub fn part(&self, name: &str) -> Self {
        let purpose = format!("study/{}/{}/{name}", self.study, self.case);
        Self {
            seed: seed(&purpose, self.trial as u64),
            ..*self
        }
    }

    /// What moves made data: the same for all cases of a study in the same trial.
    pub fn data_seed(&self) -> u64 {
        seed(&format!("study-data/{}", self.study), self.trial as u64)
    }

    /// Random numbers of this trial for a purpose.
    pub fn stream(&self, purpose: &str) -> Stream {
        stream(self.seed, &format!("study/{purpose}"), 0, 0)
    }

    /// The value of a factor of this case.
    ///
    /// # Panics
    /// If the case has none of that name.
    #[track_caller]
    pub fn factor(&self, name: &str) -> &'a str {
        let mut factors = self.factors.iter();
        match factors.find(|(factor, _)| factor == name) {
            Some((_, value)) => value,
            None => panic!("the case {:?} has no factor {name:?}", self.case),
        }
    }

    /// The first in the full form, the second in the quick one.
    pub fn quickly<V>(&self, full: V, quick: V) -> V {
        if self.quick { quick } else { full }
    }

    /// Refuses to go on after Ctrl-C. Long work of a study's own asks now and then.
    ///
    /// # Errors
    /// If it was pressed.
    pub fn go_on(&self) -> Result<(), AppError> {
        interrupt::check()
    }

    /// The setup as it is run: itself, or its quick form.
    pub fn formed(&self, setup: &Setup) -> Setup {
        match self.quick {
            true => quick::form(setup),
            false => setup.clone(),
        }
    }

    /// The experiment of this trial: that of a setup in the form it is run in, with the trial's seeds.
    pub fn experiment(&self, setup: &Setup) -> Experiment {
        let Setup {
            mut experiment,
            data_seed,
            split_per_trial,
            ..
        } = self.formed(setup);
        experiment.training.config.seed = self.seed;
        experiment.data.seed = Some(match data_seed {
            DataSeed::PerTrial => self.data_seed(),
            DataSeed::Fixed(seed) => seed,
        });
        if split_per_trial {
            experiment.data.split_seed = self.data_seed();
        }
        experiment
    }

    /// The data of a setup, divided as it says.
    ///
    /// # Errors
    /// If it cannot be had, or not be divided so.
    pub fn data(&self, setup: &Setup) -> Result<Data, AppError> {
        self.divided(&self.experiment(setup))
    }

    /// Trains and evaluates a network.
    ///
    /// # Errors
    /// If the data cannot be had, does not go with the network, or after Ctrl-C.
    pub fn train<T: Real>(&self, setup: &Setup) -> Result<Trained<T>, AppError> {
        let trained = Self::train_together(&[self], setup).pop();
        trained.expect("a network for a trial")
    }

    /// Trains and evaluates a network for each of some trials of one case, as [`train`](Context::train) does each alone;
    /// small ones together, since that is faster.
    ///
    /// # Errors
    /// Each as [`train`](Context::train).
    pub fn train_together<T: Real>(
        trials: &[&Context<'_>],
        setup: &Setup,
    ) -> Vec<Result<Trained<T>, AppError>> {
        let asked = trials.iter().map(|context| {
            let experiment = context.experiment(setup);
            let data = context.divided(&experiment)?;
            Ok((experiment, &setup.diagnostics, data))
        });
        train::train_together(asked.collect())
    }

    /// How many trials of a setup to [train together](Context::train_together), 1 where that gains nothing.
    ///
    /// # Errors
    /// If the data cannot be had.
    pub fn group_size(&self, setup: &Setup) -> Result<usize, AppError> {
        let experiment = self.experiment(setup);
        let data = self.divided(&experiment)?;
        let inputs = data.set.part.inputs.row_len();
        Ok(run::group_size(&experiment, inputs, data.train.len()))
    }

    /// Trains and evaluates a network on data that was changed, or has samples for other purposes than the setup's.
    ///
    /// # Errors
    /// As [`train`](Context::train).
    pub fn train_on<T: Real>(&self, setup: &Setup, data: Data) -> Result<Trained<T>, AppError> {
        let asked = Ok((self.experiment(setup), &setup.diagnostics, data));
        let trained = train::train_together(vec![asked]).pop();
        trained.expect("a network for a trial")
    }

    fn divided(&self, experiment: &Experiment) -> Result<Data, AppError> {
        let raw = self.store.load(&experiment.request()?)?;
        let partition = experiment.partition()?;
        if !self.quick {
            return data::divide(raw, partition);
        }
        // What stands in for the data of the full form may have fewer samples than are asked for.
        let whole = Partition {
            train_samples: None,
            ..partition
        };
        let data = data::divide(raw, whole)?;
        let all = data.train.len();
        let asked = partition.train_samples.unwrap_or(all);
        data.with_train_samples(asked.min(all), partition.split_seed)
    }
}

/// The seed of a trial: it follows from the names of study and case and the number of the trial.
pub fn trial_seed(study: &str, case: &str, trial: usize) -> u64 {
    seed(&format!("study/{study}/{case}"), trial as u64)
}

/// A seed that depends on a name and a number alone. It has 53 bits, so that any program reads it right.
fn seed(purpose: &str, index: u64) -> u64 {
    let mut rng = stream(0, purpose, 0, index);
    (unit(&mut rng) * 53_f64.exp2()) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Results of earlier versions are gone on with, so seeds never change.
    #[test]
    fn a_trial_has_the_same_seed_in_every_version() {
        let store = Store::new(None, true, Arc::new(Silent));
        let seeds = |study, trial| {
            let context = Context::new(study, ("adam", &[]), trial, false, &store);
            [context.seed, context.data_seed(), context.part("x").seed]
        };
        let first = seeds("xor-trials", 0);
        assert_eq!(first, seeds("xor-trials", 0));
        for other in [seeds("xor-trials", 1), seeds("other", 0)] {
            assert!(first.iter().all(|seed| !other.contains(seed)));
        }
    }
}
