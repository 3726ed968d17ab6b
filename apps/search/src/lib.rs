//! Sweeps: networks of several settings, trained side by side and compared on validation rows.
//!
//! The settings are the points of a grid, or drawn at random from its axes; halving trains the better of them
//! longer. Every network is trained in memory on one thread, one a core. What it comes to stands in `trials.jsonl` as soon as it
//! is done, so a sweep that is stopped goes on where it was: the same command with the same `--out` trains what is
//! missing. Where MPI started several processes, all train and rank 0 keeps.

mod folder;
mod report;
mod rungs;
mod shards;
mod summary;
mod train;
mod trials;

use std::path::PathBuf;
use std::sync::Arc;

use autograd::{Real, isa};
use datasets::Spec;
use experiment::data::{Data, DataSource};
use experiment::error::AppError;
use experiment::progress::{Progress, Silent};
use experiment::run::{self, Plan, Task, folds};
use experiment::same_data::{self, Begun};
use ranks::World;
use records::RunFolder;
use records::same_settings::{self, Settings};
use settings::{Point, Search};

use rungs::{Rung, goes_on, rungs};
use train::{of_rung, of_trial};
use trials::{Extent, Trials};

pub use folder::best;
pub use shards::{merge, run_shard};
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

/// Trains and compares all networks that the flags ask for. `task` says what is learned from data. What shards of the sweep
/// have done already is taken over. The networks are shared by all ranks; what they come to is the root's, the others get
/// `None`.
///
/// # Errors
/// If the data cannot be had or learned from with some of the settings, the folder holds something else or cannot be
/// written to, or the sweep is interrupted; if ranks have other data.
pub fn run<K: Task, T: Real>(
    plan: &Plan<'_>,
    points: &[Point],
    world: &World,
    task: impl Fn(&Data) -> Result<K, AppError>,
) -> Result<Option<Swept>, AppError> {
    let begun = folder::begun(plan)?;
    let known = begun.as_ref().map(|(_, begun)| begun.data()).transpose()?;
    let known = known.flatten();
    let sweep = Sweep::prepare(plan, points, task, known.as_ref())?;
    world.agree(|| sweep.settings())?;
    if !world.is_root() {
        return sweep.help::<T>(world).map(|()| None);
    }
    let data = &sweep.data[0].0;
    let folder = match &begun {
        Some((path, begun)) => {
            if known.is_none() {
                same_data::warn_of_no_record(path, data, plan.progress.as_ref());
            }
            let folder = folder::open(plan, path, |folder| same_data::record(data, folder))?;
            let taken = shards::take_over::<K::Figures>(&folder, sweep.extent(), &begun.shards)?;
            if taken > 0 {
                let path = path.display();
                plan.progress.say(&format!(
                    "{path}: {taken} networks of its shards are taken over"
                ));
            }
            folder
        }
        None => folder::fresh(plan, data)?,
    };
    if let Some(warning) = folder.shared() {
        plan.progress.warn(&warning);
    }
    data.say(plan.progress.as_ref());
    if let Some(words) = sweep.announced() {
        plan.progress.say(&words);
    }
    let summary = sweep.climb::<T>(&folder, world)?;
    finish(plan, points, &summary, &folder).map(Some)
}

/// Writes what a sweep comes to.
fn finish(
    plan: &Plan<'_>,
    points: &[Point],
    summary: &Summary,
    folder: &RunFolder,
) -> Result<Swept, AppError> {
    report::of(summary, plan, points).write(folder)?;
    let json = serde_json::to_string_pretty(summary)
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
            report::decided_by(summary)
        ),
        report::cost(summary),
    ];
    said.extend(report::winner(summary, points));
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

/// The number of networks of each choice.
fn trials_of(plan: &Plan<'_>) -> usize {
    plan.options.trials.unwrap_or(1)
}

/// The networks of some choices, each by choice and trial.
fn networks(choices: impl IntoIterator<Item = usize>, trials: usize) -> Vec<(usize, usize)> {
    let each = |point: usize| (0..trials).map(move |trial| (point, trial));
    choices.into_iter().flat_map(each).collect()
}

impl<'a, K: Task> Sweep<'a, K> {
    /// A sweep with its data, which can be trained. Where it was begun with data that can change, it is `known`.
    fn prepare(
        plan: &'a Plan<'a>,
        points: &'a [Point],
        task: impl Fn(&Data) -> Result<K, AppError>,
        known: Option<&Begun>,
    ) -> Result<Self, AppError> {
        let (experiment, options) = (plan.experiment, plan.options);
        let trials = trials_of(plan);
        let moved = experiment.data.seed.is_none();
        let made = moved && matches!(experiment.spec()?, Spec::Synthetic(_));
        let load = |t: usize| {
            let request = of_trial(experiment, t).request()?;
            let silent: Arc<dyn Progress> = Arc::new(Silent);
            let progress = if t > 0 { &silent } else { plan.progress };
            let source = DataSource::of(options, progress);
            let data = same_data::load(&request, experiment.partition()?, &source, known)?;
            let task = task(&data)?;
            Ok((data, task))
        };
        let sweep = Self {
            plan,
            points,
            trials,
            rungs: rungs(options.search, points.len(), experiment.training.epochs),
            data: (0..if made { trials } else { 1 })
                .map(load)
                .collect::<Result<_, AppError>>()?,
        };
        sweep.check()?;
        Ok(sweep)
    }

    /// What the networks depend on, for comparison between ranks: the settings, the data, and what computes.
    fn settings(&self) -> Settings {
        let config = self.plan.config();
        let settings = same_settings::of_toml(&config, &folder::FREE);
        let mut settings = settings.unwrap_or_else(|| vec![("settings".to_owned(), config)]);
        settings.push(("GRADUS_ISA".to_owned(), isa().name().to_owned()));
        let data = self.data.iter().enumerate();
        settings.extend(data.map(|(trial, (data, _))| {
            let digest = data.set.fingerprint().digest();
            (format!("SHA-256 of the data of trial {trial}"), digest)
        }));
        settings
    }

    /// Which networks it has.
    fn extent(&self) -> Extent<'a> {
        Extent::of(self.plan, self.points)
    }

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
        let each = self.trials as u128 * self.plan.options.folds.unwrap_or(1) as u128;
        let most = each * rungs::cost(&self.rungs, experiments());
        let all = experiments().map(|e| u128::from(e.training.epochs));
        let whole = each * all.sum::<u128>();
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
    fn climb<T: Real>(&self, folder: &RunFolder, world: &World) -> Result<Summary, AppError> {
        let mut choices: Vec<usize> = (0..self.points.len()).collect();
        let mut number = 0;
        loop {
            choices.truncate(self.rungs[number].choices);
            let all = networks(choices.iter().copied(), self.trials);
            self.train::<T>(folder, number, &all, world)?;
            // All networks as the file has them, so that those of an earlier call and of this one are read alike.
            let (_, mut records) = Trials::open::<K::Figures>(folder, self.extent())?;
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
}
