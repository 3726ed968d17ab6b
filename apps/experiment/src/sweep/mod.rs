//! Sweeps: networks of several settings, trained side by side and compared on validation rows.
//!
//! Every network is trained in memory on one thread, one a core. What it comes to stands in `trials.jsonl` as soon as it
//! is done, so a sweep that is stopped goes on where it was: the same command with the same `--out` trains what is
//! missing.

mod report;
mod summary;
mod trials;

use std::collections::HashSet;
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use autograd::Real;
use datasets::Spec;
use records::Number;
use settings::{Experiment, Point};

pub use summary::{Row, Spread, Summary};
pub use trials::TrialRecord;

use crate::data::{self, Data, DataSource};
use crate::error::AppError;
use crate::progress::{Progress, Silent};
use crate::run::{self, Plan, Task, folds, trial};
use crate::run_folder::{Destination, RunFolder};
use crate::same_data::{self, Begun};
use crate::same_settings::{self, Settings};
use crate::threads::{available, each_on_a_core};
use trials::Trials;

/// Settings that a sweep may go on with in another way: what comes out does not depend on them.
const FREE: [&str; 3] = ["threads", "data-dir", "offline"];

/// A sweep that is under way.
struct Sweep<'a, K> {
    plan: &'a Plan<'a>,
    points: &'a [Point],
    trials: usize,
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
    let (begun, known) = match begun(plan)? {
        Some(folder) => (Some(RunFolder::open(&folder)?), Begun::read(&folder)?),
        None => (None, None),
    };
    let load = |t: usize| {
        let request = of_trial(experiment, t).request()?;
        let silent: Arc<dyn Progress> = Arc::new(Silent);
        let progress = if t > 0 { &silent } else { plan.progress };
        let source = DataSource::of(options, progress);
        let data = data::load_as(&request, experiment.partition()?, &source, known.as_ref())?;
        let task = task(&data)?;
        Ok((data, task))
    };
    let sweep = Sweep {
        plan,
        points,
        trials,
        data: (0..if made { trials } else { 1 })
            .map(load)
            .collect::<Result<_, AppError>>()?,
    };
    sweep.check()?;
    let folder = match begun {
        Some(folder) => {
            if known.is_none() {
                let progress = plan.progress.as_ref();
                same_data::warn_of_no_record(folder.path(), &sweep.data[0].0, progress);
            }
            folder
        }
        None => fresh(plan, &sweep.data[0].0)?,
    };
    sweep.data[0].0.say(plan.progress.as_ref());
    let (mut file, done) = Trials::open::<K::Figures>(&folder, points)?;
    sweep.train::<T>(&folder, &mut file, &done)?;
    // All networks as the file has them, so that those of an earlier call and of this one are read alike.
    let (_, records) = Trials::open::<K::Figures>(&folder, points)?;
    let summary = Summary::of::<K>(points, &records, trials, options.folds.is_some());
    folder.write_report(&report::of(&summary, plan, points))?;
    let json = serde_json::to_string_pretty(&summary)
        .map_err(|e| AppError::while_doing("cannot write grid.json", e))?;
    folder.write("grid.json", format!("{json}\n"))?;
    let (headings, cells) = (summary.headings(points), summary.cells(points));
    Ok(Swept {
        json,
        table: summary::aligned(&headings, &cells),
        summary: vec![
            format!(
                "rows are in the order of {}; the test rows had no part in it",
                report::decided_by(&summary)
            ),
            format!("report: {}", folder.join("report.html").display()),
        ],
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
        }
        Ok(())
    }

    /// Trains the networks that are not done.
    fn train<T: Real>(
        &self,
        folder: &RunFolder,
        file: &mut Trials,
        done: &[TrialRecord<K::Figures>],
    ) -> Result<(), AppError> {
        let all = self.points.len() * self.trials;
        let known: HashSet<usize> = done
            .iter()
            .map(|record| record.point * self.trials + record.trial)
            .collect();
        let left: Vec<usize> = (0..all).filter(|i| !known.contains(i)).collect();
        if !done.is_empty() {
            self.plan.progress.say(&format!(
                "{}: going on after {} of {all} networks",
                folder.path().display(),
                all - left.len()
            ));
        }
        let mut count = all - left.len();
        let mut stopped = Ok(());
        each_on_a_core(
            left.len(),
            self.plan.options.threads.unwrap_or_else(available),
            |i| self.one::<T>(left[i] / self.trials, left[i] % self.trials),
            |_, trained| {
                let kept = trained.and_then(|record| match record {
                    Some(record) => file.append(&record).map(|()| record),
                    None => Err(AppError::Interrupted(format!(
                        "interrupted after {count} of {all} networks; go on with {} --resume {}",
                        self.plan.program(),
                        folder.path().display()
                    ))),
                });
                match kept {
                    Ok(record) => {
                        count += 1;
                        self.plan.progress.say(&progress::<K>(&record, count, all));
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

    /// Trains and evaluates one network, or with folds one for each. `None` after Ctrl-C.
    fn one<T: Real>(
        &self,
        point: usize,
        number: usize,
    ) -> Result<Option<TrialRecord<K::Figures>>, AppError> {
        let choice = &self.points[point];
        let experiment = of_trial(&choice.experiment, number);
        let (data, task) = self.data_of(number);
        let parts = match folds(&experiment, self.plan.options.folds, data)? {
            Some(folds) => folds
                .into_iter()
                .map(|fold| (fold.data, fold.test))
                .collect(),
            None => vec![(data.clone(), data.validation.clone())],
        };
        let (mut validation, mut test, mut seconds) = (Vec::new(), Vec::new(), 0.0);
        for (data, held_out) in parts {
            let test_rows = data.test.clone();
            let Some(trial) = trial::<K, T>(&experiment, task, data)? else {
                return Ok(None);
            };
            for warning in &trial.warnings {
                self.plan.progress.warn(warning);
            }
            validation.push(trial.evaluate(&held_out));
            test.push(trial.evaluate(&test_rows));
            seconds += trial.seconds;
        }
        Ok(Some(TrialRecord {
            point,
            settings: trials::sorted(choice),
            trial: number,
            seed: experiment.seed(),
            validation: mean::<K>(validation),
            test: mean::<K>(test),
            seconds: Number(seconds),
        }))
    }
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

/// The folder that holds the same sweep, if one was named that does.
///
/// # Errors
/// If it holds another.
fn begun(plan: &Plan<'_>) -> Result<Option<PathBuf>, AppError> {
    let begun = |path: &PathBuf| path.join("config.toml").is_file();
    let Some(path) = destination(plan).named().filter(begun) else {
        return Ok(None);
    };
    if plan.options.force {
        return Ok(None);
    }
    refuse_another(&path, &plan.config())?;
    Ok(Some(path))
}

/// A new folder for the sweep.
fn fresh(plan: &Plan<'_>, data: &Data) -> Result<RunFolder, AppError> {
    let folder = RunFolder::create(&destination(plan))?;
    same_data::record(data, &folder)?;
    folder.write("config.toml", plan.config())?;
    Ok(folder)
}

/// Where the sweep is asked to write: `--resume` names its folder, too.
fn destination<'a>(plan: &Plan<'a>) -> Destination<'a> {
    let resumed = plan.options.resume.as_deref();
    Destination {
        out: resumed.or(plan.options.out.as_deref()),
        ..Destination::of(plan)
    }
}

/// Refuses to go on with a folder whose settings are not these.
fn refuse_another(folder: &Path, config: &str) -> Result<(), AppError> {
    let path = folder.join("config.toml");
    let cannot = |e: &dyn std::fmt::Display| {
        AppError::Failure(format!("cannot read {}: {e}", path.display()))
    };
    let read = |text: &str| -> Result<Settings, AppError> {
        let table: toml::Table = text.parse().map_err(|_| cannot(&"it is no TOML"))?;
        let settings = table
            .into_iter()
            .map(|(key, value)| (key, value.to_string()));
        Ok(settings
            .filter(|(key, _)| !FREE.contains(&key.as_str()))
            .collect())
    };
    let was = read(&fs::read_to_string(&path).map_err(|e| cannot(&e))?)?;
    same_settings::refuse_another(folder, &was, &read(config)?)
}
