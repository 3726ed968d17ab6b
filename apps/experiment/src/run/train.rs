//! Training: from a plan to figures.

use std::collections::BTreeMap;
use std::time::Instant;

use autograd::Real;
use datasets::split::Division;
use nn::{Evaluation, History, Model, StopReason, Summary, evaluate};
use records::{EpochRecord, Metrics, Number, RowCounts, RunFolder, Weights};
use report::{LayerRow, Report, RunFacts, significant};
use settings::Kind;

use super::folds::{self, folds};
use super::plan::{Plan, check, class_weights};
use super::prepared::Prepared;
use super::resume::Interrupted;
use super::steps::steps;
use super::task::Task;
use super::trial::{Started, start};
use crate::data::{Data, DataSource};
use crate::error::AppError;
use crate::model_config::ModelConfig;
use crate::same_data::{self, Begun};

/// A network that was trained and evaluated, in a run folder that is not finished yet.
pub struct TrainedRun<K: Task, T: Real> {
    /// What was learned.
    pub task: K,
    /// From which data.
    pub data: Prepared,
    /// The network.
    pub model: Model<T>,
    /// What defines it.
    pub config: ModelConfig,
    /// A record an epoch.
    pub history: Vec<EpochRecord>,
    /// The figures of every part, no baselines among them yet.
    pub metrics: Metrics<K::Figures>,
    /// What the network says of the test rows.
    pub on_test: Evaluation<T>,
    outcome: History,
    folder: RunFolder,
    start: Instant,
    /// The settings as they stand in `config.toml`.
    settings: String,
}

/// A run folder that is finished, and what there is to tell of it.
#[derive(Clone, Debug)]
pub struct Finished {
    /// The content of `metrics.json`.
    pub json: String,
    /// What came out, a sentence each.
    pub summary: Vec<String>,
}

/// Loads, trains and evaluates. `task` says what is learned from data once it is there, and refuses what does not go with
/// it.
///
/// # Errors
/// If the data cannot be had or learned from, the folder cannot be written to, or the run is interrupted.
pub fn train<K: Task, T: Real>(
    plan: &Plan<'_>,
    task: impl FnOnce(&Data) -> Result<K, AppError>,
) -> Result<TrainedRun<K, T>, AppError> {
    let start_time = Instant::now();
    let (experiment, options) = (plan.experiment, plan.options);
    let source = DataSource::of(options, plan.progress);
    let resumed = Interrupted::named(plan)?;
    let begun = match &resumed {
        Some(run) => Begun::read(run.folder())?,
        None => None,
    };
    let (request, partition) = (experiment.request()?, experiment.partition()?);
    let data = same_data::load(&request, partition, &source, begun.as_ref())?;
    if let (Some(run), None) = (&resumed, &begun) {
        same_data::warn_of_no_record(run.folder(), &data, plan.progress.as_ref());
    }
    let task = task(&data)?;
    check(experiment, &task, &data)?;
    let folds = folds(experiment, options.folds, &data)?;
    let Started {
        mut task,
        data,
        mut config,
        mut trainer,
    } = start::<K, T>(experiment, &task, data)?;
    let folder = match &resumed {
        Some(run) => run.open(plan)?,
        None => {
            let folder = RunFolder::create(&plan.destination())?;
            same_data::record(&data.data, &folder)?;
            folder.write("config.toml", plan.config())?;
            folder
        }
    };
    if let Some(warning) = folder.shared() {
        plan.progress.warn(&warning);
    }
    data.data.say(plan.progress.as_ref());
    plan.progress.say(&format!(
        "{}: {} training, {} validation, {} test samples",
        config.network.words(),
        data.data.train.len(),
        data.data.validation.len(),
        data.data.test.len()
    ));
    plan.progress.say(&experiment.training.words().join(", "));
    weighting(&config, &data.data)?
        .iter()
        .for_each(|line| plan.progress.say(line));
    let method = experiment.training.optimizer;
    if method.is_full_batch() {
        plan.progress.say(&format!(
            "{method} takes all training samples in each step (--batch-size full): an epoch is a step"
        ));
    }
    let before = match &resumed {
        Some(run) => {
            let total = experiment.training.epochs;
            let before = run.restore(&folder, &mut trainer, total, plan.progress.as_ref())?;
            run.go_on(&folder, plan)?;
            before
        }
        None => Vec::new(),
    };
    let (outcome, history) = steps(plan, &task, &data, &folder, &mut trainer, before)?;
    let trained_for = trainer.trained_for();
    let model = trainer.into_model();
    let warnings = task.decide(&model, &data);
    warnings
        .iter()
        .for_each(|warning| plan.progress.warn(warning));
    config.decided = task.decided();
    let penalty = config.penalty(&model.params, data.data.train.len());
    let figures = |rows: &[u32]| task.evaluate_model(&model, &data, rows, penalty);
    let rows = &data.data;
    let on_test = evaluate(&model, data.examples(), &rows.test, task.loss());
    let test = task.evaluate(&data, &rows.test, &on_test, penalty);
    let folds = match folds {
        Some(folds) => {
            let figures = folds::evaluated::<K, T>(plan, &task, &folds)?;
            Some(figures.ok_or_else(|| unfinished(experiment.kind(), &folder))?)
        }
        None => None,
    };
    let test_file = experiment.data.reading.test.as_ref();
    let metrics = Metrics {
        task: K::KIND,
        data: experiment.data.name.clone(),
        test_data: test_file.map(|path| path.display().to_string()),
        rows: RowCounts {
            train: rows.train.len() as u64,
            validation: rows.validation.len() as u64,
            test: rows.test.len() as u64,
        },
        seed: experiment.seed(),
        split_seed: experiment.data.split_seed,
        epochs: history.len() as u64,
        weights: match outcome.restored {
            Some(_) => Weights::Best,
            None => Weights::Last,
        },
        parameters: model.params.trained() as u64,
        train_seconds: Number(trained_for.as_secs_f64()),
        total_seconds: Number(start_time.elapsed().as_secs_f64()),
        train: figures(&rows.train),
        validation: (!rows.validation.is_empty()).then(|| figures(&rows.validation)),
        test: folds.as_deref().map_or(test, K::mean),
        baselines: BTreeMap::new(),
        codes: None,
        folds,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    Ok(TrainedRun {
        history,
        task,
        data,
        model,
        config,
        metrics,
        on_test,
        outcome,
        folder,
        start: start_time,
        settings: plan.config(),
    })
}

/// Sentences on how samples and classes weigh in training.
///
/// # Errors
/// If the weights of classes do not go with the data.
fn weighting(config: &ModelConfig, data: &Data) -> Result<Vec<String>, AppError> {
    let classes = class_weights(&config.experiment, data)?.map(|weights| {
        let names = data.set.class_names.iter().zip(weights);
        let each = names.map(|(name, weight)| format!("{name} {}", significant(weight)));
        format!(
            "classes weigh in the losses: {}, of the mean 1 over the training samples",
            each.collect::<Vec<_>>().join(", ")
        )
    });
    Ok(data.weighting().into_iter().chain(classes).collect())
}

/// What to say when Ctrl-C came after training.
fn unfinished(kind: Kind, folder: &RunFolder) -> AppError {
    AppError::Interrupted(format!(
        "interrupted before the run was finished; go on with {} --resume {}",
        kind.program(),
        folder.path().display()
    ))
}

impl<K: Task, T: Real> TrainedRun<K, T> {
    /// Writes the model, the report and, last, the figures.
    ///
    /// # Errors
    /// If the folder cannot be written to.
    pub fn finish(
        mut self,
        simple: BTreeMap<String, K::Figures>,
        report: impl FnOnce(&Self) -> Report,
    ) -> Result<Finished, AppError> {
        self.metrics.baselines = simple;
        nn::safetensors::save(
            &self.folder.join("model.safetensors"),
            &self.model.params,
            &self.config.to_json()?,
        )
        .map_err(AppError::failure)?;
        report(&self).write(&self.folder)?;
        self.metrics.total_seconds = Number(self.start.elapsed().as_secs_f64());
        Ok(Finished {
            json: self.folder.finish(&self.metrics)?,
            summary: self.summary(),
        })
    }

    /// What every report of a run tells.
    pub fn facts(&self) -> RunFacts<'_, K::Figures> {
        let layers = Summary::new(&self.model, &self.config.rows.shape);
        let row = |line: nn::SummaryLine| LayerRow {
            layer: line.layer,
            output: line.output,
            parameters: line.parameters,
        };
        RunFacts {
            provenance: &self.data.data.set.provenance,
            architecture: self.config.network.words(),
            layers: layers.lines.into_iter().map(row).collect(),
            config: &self.settings,
            forward_chained: self.data.data.division == Division::Ordered,
            history: &self.history,
            metrics: &self.metrics,
            notes: self.notes(),
        }
    }

    /// What the report says of weights and of what was decided, a sentence each.
    fn notes(&self) -> Vec<String> {
        // Weights that could be had before training can be had after it.
        let mut notes = weighting(&self.config, &self.data.data).unwrap_or_default();
        if !notes.is_empty() {
            let own = "Losses, metrics and baselines count samples by their weights; counts are of samples.";
            let classes = "The losses of the learning curves and the logistic regression among the baselines weigh classes; other losses and metrics do not.";
            let sample = self.data.data.set.part.targets.weights().map(|_| own);
            let class = (notes.len() > usize::from(sample.is_some())).then_some(classes);
            notes.extend(sample.into_iter().chain(class).map(str::to_owned));
        }
        notes.extend(self.decision());
        if self.config.decided.threshold.is_some() {
            notes.push("Learning curves have the accuracy of the likelier class.".to_owned());
        }
        notes
    }

    /// Sentences on what was decided.
    fn decision(&self) -> Vec<String> {
        let metrics = &self.metrics;
        self.task
            .decision_in_words(metrics.validation.as_ref(), &metrics.test)
    }

    /// The folder of the run.
    pub fn folder(&self) -> &RunFolder {
        &self.folder
    }

    /// What to say when Ctrl-C came after training and before the run was finished.
    pub fn interrupted(&self) -> AppError {
        unfinished(self.config.experiment.kind(), &self.folder)
    }

    /// A sentence on the best baseline, if the network is no better on the test samples. Means over folds are of other samples,
    /// and say nothing of that.
    fn no_better(&self) -> Option<String> {
        if self.metrics.folds.is_some() {
            return None;
        }
        let network = K::main_score(&self.metrics.test)?;
        let scores = self.metrics.baselines.iter();
        let scores = scores.filter_map(|(name, figures)| Some((name, K::main_score(figures)?)));
        let (name, score) = scores.max_by(|a, b| a.1.total_cmp(&b.1))?;
        (network <= score).then(|| {
            format!(
                "the network is no better than the baseline {name}: {} {network:.4}, and {score:.4}",
                K::SCORE
            )
        })
    }

    fn summary(&self) -> Vec<String> {
        let mut said = Vec::new();
        if let StopReason::Optimizer(why) = self.outcome.reason {
            said.push(format!(
                "{} ended the run after {} epochs: {why}",
                self.config.experiment.training.optimizer,
                self.history.len()
            ));
        }
        if self.outcome.reason == StopReason::Loss {
            said.push(format!(
                "the training loss was small enough after {} epochs",
                self.history.len()
            ));
        }
        if let Some(epoch) = self.outcome.restored {
            let ended = match self.outcome.reason {
                StopReason::Early => "stopped early after",
                _ => "done with",
            };
            said.push(format!(
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
        said.push(format!(
            "{result}; {:.2} s of training",
            self.metrics.train_seconds.0
        ));
        said.extend(self.decision());
        said.extend(self.no_better());
        said.push(format!(
            "report: {}",
            self.folder.join("report.html").display()
        ));
        said
    }
}
