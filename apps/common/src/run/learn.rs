//! Training: from the flags to figures.

use std::collections::BTreeMap;
use std::time::Instant;

use autograd::{Real, Team};
use datasets::{Request, Spec};
use nn::{Evaluation, History, Model, StopReason, Trainer, evaluate};

use super::folds::{self, folds};
use super::resume::Interrupted;
use super::steps::steps;
use super::trial::check;
use super::{Prepared, Task, pictures};
use crate::app::print_line;
use crate::card::{Card, DataCard, RowCard, training_card};
use crate::data::{self, Data};
use crate::error::AppError;
use crate::flags::{DataFlags, FolderFlags, ModelFlags, Session, TrainingFlags};
use crate::json::Number;
use crate::network::NetworkCard;
use crate::progress::Console;
use crate::records::{EpochRecord, Metrics, RowCounts, Weights};
use crate::report::Report;
use crate::run_folder::{Destination, RunFolder};

/// What a run is told.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// The app's name.
    pub app: &'a str,
    /// Which data.
    pub data: &'a DataFlags,
    /// Which network.
    pub model: &'a ModelFlags,
    /// How it is trained.
    pub training: &'a TrainingFlags,
    /// Where the run is written.
    pub folder: &'a FolderFlags,
    /// How it talks about its work.
    pub session: &'a Session,
    /// The settings as they stand in `config.toml`.
    pub config: &'a str,
}

/// A network that was trained and judged, in a run folder that is not finished yet.
pub struct Learned<K: Task, T: Real> {
    /// What was learned.
    pub task: K,
    /// From which data.
    pub data: Prepared,
    /// The network.
    pub model: Model<T>,
    /// What defines it.
    pub card: Card,
    /// A record an epoch.
    pub history: Vec<EpochRecord>,
    /// The figures of every part, no simple models among them yet.
    pub metrics: Metrics<K::Figures>,
    /// What the network says of the test rows.
    pub on_test: Evaluation<T>,
    outcome: History,
    folder: RunFolder,
    console: Console,
    start: Instant,
}

/// Runs `work` with as many threads inside a step as the flags say.
pub fn on_threads<R>(threads: Option<usize>, work: impl FnOnce() -> R) -> R {
    Team::new(threads.unwrap_or_else(available)).install(work)
}

/// The cores that this process may use.
pub fn available() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get().min(1024))
}

/// Loads, trains and judges. `task` says what is learned from data once it is there, and refuses what does not go with it.
///
/// # Errors
/// If the data cannot be had or learned from, the folder cannot be written to, or the run is interrupted.
pub fn learn<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: impl FnOnce(&Data) -> Result<K, AppError>,
) -> Result<Learned<K, T>, AppError> {
    let start = Instant::now();
    let console = Console::new(plan.session.quiet);
    let partition = plan.data.partition(&request.spec);
    let flags = plan.data;
    let (dir, offline) = (flags.data_dir.clone(), flags.offline);
    let data = data::load(request, partition, dir, offline, console)?;
    let task = task(&data)?;
    check::<K, T>(plan, request, &task, &data)?;
    let card = card::<K, T>(plan, request, &task, &data)?;
    let folds = folds(plan, &data)?;
    let resumed = Interrupted::named(plan)?;
    let folder = match &resumed {
        Some(run) => run.open(plan)?,
        None => {
            let folder = RunFolder::create(&Destination {
                app: plan.app,
                data: &flags.data,
                out: plan.folder.out.as_deref(),
                name: plan.folder.name.as_deref(),
                force: plan.folder.force,
            })?;
            folder.write("config.toml", plan.config)?;
            folder
        }
    };
    console.say(format_args!(
        "{}: {} rows to train on, {} to validate, {} to test",
        card.network.words(),
        data.train.len(),
        data.validation.len(),
        data.test.len()
    ));

    let data = Prepared::of_card(data, &card);
    let mut trainer = trainer::<K, T>(plan, &task, &card)?;
    let before = match &resumed {
        Some(run) => {
            let total = plan.training.epochs as u64;
            run.restore(&folder, &mut trainer, total, console)?
        }
        None => Vec::new(),
    };
    let (outcome, history) = steps(plan, &task, &data, &folder, &mut trainer, before, console)?;
    let trained_for = trainer.trained_for();
    let penalty = card.penalty(&trainer.model().params, data.data.train.len());
    let model = trainer.into_model();
    let judge = |rows: &[u32]| task.judge_model(&model, &data, rows, penalty);
    let rows = &data.data;
    let on_test = evaluate(&model, data.examples(), &rows.test, task.loss());
    let test = task.judge(&data, &rows.test, &on_test, penalty);
    let folds = match folds {
        Some(folds) => {
            let judged = folds::judged::<K, T>(plan, request, &task, &folds)?;
            Some(judged.ok_or_else(|| unfinished(&folder))?)
        }
        None => None,
    };
    let metrics = Metrics {
        task: K::KIND,
        data: flags.data.clone(),
        rows: RowCounts {
            train: rows.train.len() as u64,
            validation: rows.validation.len() as u64,
            test: rows.test.len() as u64,
        },
        seed: plan.training.seed,
        split_seed: flags.split_seed,
        epochs: history.len() as u64,
        weights: match outcome.restored {
            Some(_) => Weights::Best,
            None => Weights::Last,
        },
        parameters: model.params.trained() as u64,
        train_seconds: Number(trained_for.as_secs_f64()),
        total_seconds: Number(start.elapsed().as_secs_f64()),
        train: judge(&rows.train),
        validation: (!rows.validation.is_empty()).then(|| judge(&rows.validation)),
        test: folds.as_deref().map_or(test, K::mean),
        baselines: BTreeMap::new(),
        codes: None,
        folds,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(Learned {
        history,
        task,
        data,
        model,
        card,
        metrics,
        on_test,
        outcome,
        folder,
        console,
        start,
    })
}

/// What defines the model that is to be trained.
pub(super) fn card<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: &K,
    data: &Data,
) -> Result<Card, AppError> {
    let partition = plan.data.partition(&request.spec);
    let (row, name) = (data.set.part.inputs.row_shape(), &data.set.name);
    let is_table = matches!(data.set.input, datasets::InputKind::Table { .. });
    let standardise = plan.data.standardise || is_table && !plan.data.no_standardise;
    Ok(Card {
        format: Card::FORMAT,
        precision: T::NAME.to_owned(),
        data: DataCard {
            name: portable_name(request),
            target: request.targets.clone(),
            n: request.n,
            noise: request.noise,
            split: partition.split.to_string(),
            split_seed: partition.split_seed,
            val_fraction: partition.val_fraction,
        },
        rows: RowCard::of(data, standardise),
        outputs: task.meaning().cloned(),
        network: NetworkCard::new(plan.model, row, name, task.outputs(), task.head())?,
        training: training_card(plan.training, task.noise())?,
    })
}

/// The name of the data without where it lies.
fn portable_name(request: &Request) -> String {
    let name = request.spec.to_string();
    match (&request.spec, name.split_once(':')) {
        (Spec::Named(_) | Spec::Synthetic(_), _) | (_, None) => name,
        (_, Some((kind, _))) => kind.to_owned(),
    }
}

/// The trainer that the flags ask for.
pub(super) fn trainer<K: Task, T: Real>(
    plan: &Plan<'_>,
    task: &K,
    card: &Card,
) -> Result<Trainer<T>, AppError> {
    let flags = plan.training;
    let model = card.fresh(flags.seed)?;
    let trainer = Trainer::new(model, flags.rule()?, task.loss()).with_config(flags.settings());
    Ok(match pictures::changes(&flags.augment, task.noise()) {
        Some(changes) => trainer.augment(changes),
        None => trainer,
    })
}

/// What to say when Ctrl-C came after training.
fn unfinished(folder: &RunFolder) -> AppError {
    AppError::Interrupted(format!(
        "interrupted before the run was finished; go on with --resume {}",
        folder.path().display()
    ))
}

impl<K: Task, T: Real> Learned<K, T> {
    /// Writes the model, the report and, last, the figures.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn finish(
        mut self,
        plan: &Plan<'_>,
        simple: BTreeMap<String, K::Figures>,
        report: impl FnOnce(&Self) -> Report,
    ) -> Result<(), AppError> {
        self.metrics.baselines = simple;
        nn::safetensors::save(
            &self.folder.join("model.safetensors"),
            &self.model.params,
            &self.card.to_json()?,
        )
        .map_err(AppError::failure)?;
        report(&self).write(&self.folder)?;
        self.metrics.total_seconds = Number(self.start.elapsed().as_secs_f64());
        let json = self.folder.finish(&self.metrics)?;
        if plan.session.json {
            print_line(json)?;
        }
        self.summary();
        Ok(())
    }

    /// The folder of the run.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// What to say when Ctrl-C came after training and before the run was finished.
    pub fn interrupted(&self) -> AppError {
        unfinished(&self.folder)
    }

    fn summary(&self) {
        let console = self.console;
        if let Some(epoch) = self.outcome.restored {
            let ended = match self.outcome.reason {
                StopReason::Early => "stopped early after",
                _ => "done with",
            };
            console.say(format_args!(
                "{ended} {} epochs; the weights are those of epoch {epoch}, the best on validation",
                self.history.len()
            ));
        }
        let result = match &self.metrics.folds {
            Some(folds) => {
                let scores: Vec<_> = folds.iter().map(K::main_score).collect();
                folds::in_words(K::SCORE, &scores)
            }
            None => {
                let figures = self.task.main_figures(&self.metrics.test).into_iter();
                let words = figures
                    .take(2)
                    .map(|(name, value)| format!("{name} {value}"));
                format!("test {}", words.collect::<Vec<_>>().join(", "))
            }
        };
        console.say(format_args!(
            "{result}; {:.2} s of training",
            self.metrics.train_seconds.0
        ));
        console.say(format_args!(
            "report: {}",
            self.folder.join("report.html").display()
        ));
    }
}
