//! Sweeps: networks of several settings, trained side by side and compared on validation rows.
//!
//! The settings are the points of a grid, or drawn at random from its axes; halving trains the better of them
//! longer. Every network is trained in memory on one thread, one a core. What it comes to stands in `trials.jsonl` as soon as it
//! is done, so a sweep that is stopped goes on where it was: the same command with the same `--out` trains what is
//! missing.

mod folder;
mod report;
mod rungs;
mod summary;
mod trials;

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use autograd::Real;
use datasets::Spec;
use experiment::data::{Data, DataSource};
use experiment::error::AppError;
use experiment::progress::{Progress, Silent};
use experiment::run::{self, Plan, Task, folds, start};
use experiment::same_data::{self, Begun};
use experiment::threads::{available, each_on_a_core};
use records::{Number, RunFolder};
use settings::{Experiment, Point, Search};

use rungs::{Rung, goes_on, rungs};
use trials::Trials;

pub use folder::best;
pub use summary::{Row, RungCost, Spread, Summary};
pub use trials::TrialRecord;

/// A sweep that is under way.
struct Sweep<'a, K> {
    plan: &'a Plan<'a>,
    points: &'a [Point],
    trials: usize,
    rungs: Vec<Rung>,
    /// The data and what is learned from it: one for all trials, or one each where their seed makes the data.
    data: Vec<(Data, K)>,
}

/// A sweep whose networks are all done.
#[derive(Clone, Debug)]
pub struct Swept {
    /// The content of `grid.json`.
    pub json: String,
    /// The same as a table.
    pub table: String,
    /// What there is to say of it, a sentence each.
    pub summary: Vec<String>,
    /// Its folder.
    pub folder: PathBuf,
    /// The number of the point that is best on validation; `None` if every network diverged.
    pub winner: Option<usize>,
}

/// Trains and compares all networks that the flags ask for. `task` says what is learned from data.
///
/// # Errors
/// If the data cannot be had or learned from with some of the settings, the folder holds something else or cannot be
/// written to, or the sweep is interrupted.
pub fn run<K: Task, T: Real>(
    plan: &Plan<'_>,
    points: &[Point],
    task: impl Fn(&Data) -> Result<K, AppError>,
) -> Result<Swept, AppError> {
    let (experiment, options) = (plan.experiment, plan.options);
    let trials = options.trials.unwrap_or(1);
    let moved = experiment.data.seed.is_none();
    let made = moved && matches!(experiment.spec()?, Spec::Synthetic(_));
    let (begun, known) = match folder::begun(plan)? {
        Some(path) => (Some(path.clone()), Begun::read(&path)?),
        None => (None, None),
    };
    let load = |t: usize| {
        let request = of_trial(experiment, t).request()?;
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        let progress = if t > 0 { &silent } else { plan.progress };
        let source = DataSource::of(options, progress);
        let data = same_data::load(&request, experiment.partition()?, &source, known.as_ref())?;
        let task = task(&data)?;
        Ok((data, task))
    };
    let sweep = Sweep {
        plan,
        points,
        trials,
        rungs: rungs(options.search, points.len(), experiment.training.epochs),
        data: (0..if made { trials } else { 1 })
            .map(load)
            .collect::<Result<_, AppError>>()?,
    };
    sweep.check()?;
    let folder = match begun {
        Some(path) => {
            if known.is_none() {
                let progress = plan.progress.as_ref();
                same_data::warn_of_no_record(&path, &sweep.data[0].0, progress);
            }
            folder::open(plan, &path)?
        }
        None => folder::fresh(plan, &sweep.data[0].0)?,
    };
    if let Some(warning) = folder.shared() {
        plan.progress.warn(&warning);
    }
    sweep.data[0].0.say(plan.progress.as_ref());
    if let Some(words) = sweep.announced() {
        plan.progress.say(&words);
    }
    let summary = sweep.climb::<T>(&folder)?;
    report::of(&summary, plan, points).write(&folder)?;
    let json = serde_json::to_string_pretty(&summary)
        .map_err(|e| AppError::while_doing("cannot write grid.json", e))?;
    folder.write("grid.json", format!("{json}\n"))?;
    let (headings, cells) = (summary.headings(points), summary.cells(points));
    let mut said = vec![
        format!(
            "rows are in the order of {}{}; the test rows had no part in it",
            if summary.rungs.is_empty() {
                ""
            } else {
                "the rung, then of "
            },
            report::decided_by(&summary)
        ),
        report::cost(&summary),
    ];
    said.extend(report::winner(&summary, points));
    said.push(format!("report: {}", folder.join("report.html").display()));
    let best = &summary.rows[0];
    Ok(Swept {
        json,
        table: summary::aligned(&headings, &cells),
        summary: said,
        folder: folder.path().to_owned(),
        winner: best.validation.median.map(|_| best.point),
    })
}

impl<K: Task> Sweep<'_, K> {
    /// What a trial of a point learns from, and what.
    fn data_of(&self, trial: usize) -> &(Data, K) {
        &self.data[trial.min(self.data.len() - 1)]
    }

    /// Refuses what cannot be trained, before anything is.
    fn check(&self) -> Result<(), AppError> {
        for point in self.points {
            for (data, task) in &self.data {
                run::check(&point.experiment, task, data)?;
                folds(&point.experiment, self.plan.options.folds, data)?;
            }
            for rung in &self.rungs {
                let of_rung = of_rung(&point.experiment, rung);
                of_rung.check().map_err(|e| {
                    let epochs = of_rung.training.epochs;
                    AppError::usage(match self.plan.options.search {
                        Some(search) => format!(
                            "--search {search} trains some networks for {epochs} epochs: {e}"
                        ),
                        None => e.to_string(),
                    })
                })?;
            }
        }
        Ok(())
    }

    /// A search by halving in a sentence, before it begins.
    fn announced(&self) -> Option<String> {
        let search = self.plan.options.search?;
        let Search::Halving(_) = search else {
            return None;
        };
        let parts = self.rungs.iter().map(|rung| {
            let epochs = rung.epochs.unwrap_or_default();
            format!("{} of {epochs} epochs", rung.choices)
        });
        let experiments = || self.points.iter().map(|point| &point.experiment);
        let each = (self.trials * self.plan.options.folds.unwrap_or(1)) as u64;
        let most = each * rungs::cost(&self.rungs, experiments());
        let whole = each * experiments().map(|e| e.training.epochs).sum::<u64>();
        let on = match (experiments().all(goes_on), experiments().any(goes_on)) {
            (true, _) => "each network goes on where it was",
            (_, false) => {
                "the schedule depends on the number of epochs, so each network starts afresh with one of the new length"
            }
            _ => {
                "a network goes on where it was, or, if its schedule depends on the number of epochs, starts afresh with one of the new length"
            }
        };
        Some(format!(
            "{search}: {} choices of settings, {most} epochs of training at most in place of {whole}; {on}",
            parts.collect::<Vec<_>>().join(", then "),
        ))
    }

    /// Trains rung by rung, and sums up.
    fn climb<T: Real>(&self, folder: &RunFolder) -> Result<Summary, AppError> {
        let mut choices: Vec<usize> = (0..self.points.len()).collect();
        let mut number = 0;
        loop {
            choices.truncate(self.rungs[number].choices);
            self.train::<T>(folder, number, &choices)?;
            // All networks as the file has them, so that those of an earlier call and of this one are read alike.
            let (_, mut records) = Trials::open::<K::Figures>(folder, self.points)?;
            records.retain(|record| record.rung <= number);
            let summary = Summary::of::<K>(self.points, &records, self.trials, self.plan.options);
            let here = summary.rows.iter().filter(|row| row.rung == number);
            choices = here.map(|row| row.point).collect();
            number += 1;
            let next = self.rungs.get(number).map_or(0, |rung| rung.choices);
            folder::keep_states(folder, &choices[..next.min(choices.len())])?;
            if number == self.rungs.len() {
                return Ok(summary);
            }
        }
    }

    /// Trains the networks of a rung that are not done.
    fn train<T: Real>(
        &self,
        folder: &RunFolder,
        rung: usize,
        choices: &[usize],
    ) -> Result<(), AppError> {
        let (mut file, done) = Trials::open::<K::Figures>(folder, self.points)?;
        let known: HashSet<(usize, usize)> = done
            .iter()
            .filter(|record| record.rung == rung)
            .map(|record| (record.point, record.trial))
            .collect();
        let mut spent: HashMap<(usize, usize), (u64, f64)> = HashMap::new();
        for record in done.iter().filter(|record| record.rung < rung) {
            let one = spent.entry((record.point, record.trial)).or_default();
            one.0 += record.epochs.unwrap_or(0);
            one.1 += record.seconds.0;
        }
        let trials = self.trials;
        let each = |point: usize| (0..trials).map(move |trial| (point, trial));
        let all: Vec<(usize, usize)> = choices.iter().copied().flat_map(each).collect();
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
        each_on_a_core(
            left.len(),
            self.plan.options.threads.unwrap_or_else(available),
            |i| {
                let before = spent.get(&left[i]).copied().unwrap_or_default();
                self.one::<T>(folder, rung, left[i], before)
            },
            |_, trained| {
                let kept = trained.and_then(|record| match record {
                    Some(record) => file.append(&record).map(|()| record),
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
        stopped
    }

    /// Which of several rungs, as lines begin.
    fn place(&self, rung: usize) -> String {
        match self.rungs.len() {
            1 => String::new(),
            all => format!("rung {} of {all}: ", rung + 1),
        }
    }

    /// Trains and evaluates one network, or with folds one for each, on which so many epochs and seconds were spent in rungs
    /// before. `None` after Ctrl-C.
    fn one<T: Real>(
        &self,
        folder: &RunFolder,
        number: usize,
        (point, trial): (usize, usize),
        before: (u64, f64),
    ) -> Result<Option<TrialRecord<K::Figures>>, AppError> {
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
        let (mut seconds, mut epochs) = (0.0, 0);
        let climbs = self.rungs.len() > 1 && goes_on(&experiment);
        for (fold, (data, held_out)) in parts.into_iter().enumerate() {
            let test_rows = data.test.clone();
            let state = match climbs {
                true => Some(folder::state(folder, (point, trial, fold))?),
                false => None,
            };
            let started = start::<K, T>(&experiment, task, data)?;
            let until = experiment.training.epochs;
            let Some(trial) = started.train_until(until, state.as_deref(), |_, _, _| {})? else {
                return Ok(None);
            };
            for warning in &trial.warnings {
                self.plan.progress.warn(warning);
            }
            validation.push(trial.evaluate(&held_out));
            test.push(trial.evaluate(&test_rows));
            seconds += trial.seconds;
            epochs += trial.epochs;
        }
        if climbs {
            epochs -= before.0.min(epochs);
            seconds = (seconds - before.1).max(0.0);
        }
        Ok(Some(TrialRecord {
            point,
            settings: trials::sorted(choice),
            trial,
            rung: number,
            seed: experiment.seed(),
            validation: mean::<K>(validation),
            test: mean::<K>(test),
            epochs: Some(epochs),
            seconds: Number(seconds),
        }))
    }
}

/// An experiment with the epochs of a rung.
fn of_rung(experiment: &Experiment, rung: &Rung) -> Experiment {
    let mut experiment = experiment.clone();
    if let Some(epochs) = rung.epochs {
        experiment.training.epochs = epochs;
    }
    experiment
}

/// An experiment with the seed of a trial.
fn of_trial(experiment: &Experiment, trial: usize) -> Experiment {
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
