//! What is looked at: the model of a finished run, and the rows that its loss is a mean over.

use std::path::{Path, PathBuf};

use autograd::Real;
use cli::Console;
use codes::ReconstructionTask;
use datasets::split::sample;
use experiment::AppError;
use experiment::data::{Data, DataSource};
use experiment::model_config::ModelConfig;
use experiment::run::{Classes, FinishedRun, Prepared, Task, Values, class_weighted};
use nn::{DataView, DynLoss, LossFunction, Model};
use serde::{Deserialize, Serialize};
use settings::{ClassWeights, Kind};
use surface::names::{data_name, run_name};
use surface::output::Heading;
use surface::results::Samples;

use crate::samples::{Amount, RowFlags, Split};

/// The model of a finished run and the rows it is looked at on.
///
/// Losses are data terms alone and in the network's own units, and rows go through the model as `eval` sends them:
/// nothing is augmented, and no unit is dropped.
pub(crate) struct Subject<T: Real> {
    /// The folder of the run.
    pub(crate) run: PathBuf,
    /// What defines the model.
    pub(crate) config: ModelConfig,
    /// The model.
    pub(crate) model: Model<T>,
    /// All of the run's data.
    pub(crate) data: Prepared,
    /// The rows that the loss is a mean over, in the order of their part.
    pub(crate) rows: Vec<u32>,
    /// What the rows are, for people.
    pub(crate) samples: Samples,
    /// The loss, with the weights of classes that the run was trained with. Those of samples are in the data.
    pub(crate) loss: Box<dyn DynLoss<T>>,
    /// Whether classes were learned: the loss's metric is the accuracy then.
    pub(crate) classes: bool,
}

impl<T: Real> Subject<T> {
    /// Reads the run in a folder; `config` is what stands there, and `T` its precision. `seed` draws the rows, where not all
    /// are taken.
    ///
    /// # Errors
    /// If the run or its data cannot be read, or there are not so many rows.
    pub(crate) fn load(
        run: &Path,
        config: ModelConfig,
        flags: &RowFlags,
        seed: u64,
        source: &DataSource,
    ) -> Result<Self, AppError> {
        let kind = config.experiment.kind();
        let (config, model, data, loss) = match kind {
            Kind::Reconstruction => of(FinishedRun::<ReconstructionTask, T>::load(
                run, config, source,
            )?),
            Kind::Classification => of(FinishedRun::<Classes, T>::load(run, config, source)?),
            Kind::Regression => of(FinishedRun::<Values, T>::load(run, config, source)?),
        };
        let loss: Box<dyn DynLoss<T>> = match class_weighted(&config, &data.data)? {
            Some(weighted) => Box::new(weighted),
            None => Box::new(loss),
        };
        let part = match flags.split {
            Split::Train => &data.data.train,
            Split::Validation => &data.data.validation,
            Split::Test => &data.data.test,
        };
        if part.is_empty() {
            return Err(AppError::Failure(format!(
                "{} has no {} samples; choose another --split",
                run.display(),
                flags.split
            )));
        }
        let number = match flags.amount() {
            Amount::Exactly(n) if n > part.len() => {
                return Err(AppError::Failure(format!(
                    "--samples {n} asks for more than the {} {} samples of {}",
                    part.len(),
                    flags.split,
                    run.display()
                )));
            }
            Amount::Exactly(n) => n,
            Amount::AtMost(n) => n.min(part.len()),
            Amount::All => part.len(),
        };
        let samples = Samples {
            data: data_name(&data.data.set.name),
            split: flags.split.to_string(),
            samples: number,
            available: part.len(),
            sample_seed: (number < part.len()).then_some(seed),
            by_class: number < part.len() && !data.data.set.class_names.is_empty(),
            weighting: weighting(&config, &data.data),
        };
        let rows = sample(&data.data.set.part.targets, part, number, seed, "samples");
        Ok(Self {
            run: run.to_owned(),
            config,
            model,
            data,
            rows,
            samples,
            loss,
            classes: kind == Kind::Classification,
        })
    }

    /// The loss, borrowed.
    pub(crate) fn loss(&self) -> &dyn DynLoss<T> {
        &*self.loss
    }

    /// The loss where the run's training ended.
    pub(crate) fn center(&self) -> f64 {
        nn::evaluate(&self.model, self.examples(), &self.rows, self.loss()).loss
    }

    /// Says which samples some work is on, before it begins.
    pub(crate) fn announce(&self, what: &str, console: Console) {
        let more = match self.samples.sample_seed {
            Some(_) => "; --samples all takes all",
            None => "",
        };
        console.say(format_args!(
            "{}: {what} on {}{more}",
            run_name(&self.run),
            self.samples.in_full()
        ));
    }

    /// The data as the network takes it.
    pub(crate) fn examples(&self) -> DataView<'_> {
        self.data.examples()
    }
}

/// How samples and classes weigh in the loss of a run; `None` where all count the same.
fn weighting(config: &ModelConfig, data: &Data) -> Option<String> {
    let classes = &config.experiment.training.class_weight;
    let samples = data.raw.sample_weight();
    let samples = samples.map(|column| format!("samples weigh by {column}"));
    let classes = (*classes != ClassWeights::Equal).then(|| format!("classes weigh {classes}"));
    let parts: Vec<String> = samples.into_iter().chain(classes).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What a page says at its top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    title: String,
    lead: String,
}

impl Words {
    /// About what is looked at around a model on its samples: `loss surface`.
    pub(crate) fn of<T: Real>(subject: &Subject<T>, what: &str) -> Self {
        Self {
            title: format!(
                "{}: {what} on {}",
                run_name(&subject.run),
                subject.samples.in_words()
            ),
            lead: format!(
                "{}, trained on {}. The loss is a mean over {}; the run is {}.",
                subject.config.network.words(),
                subject.data.data.set.name,
                subject.samples.in_full(),
                subject.run.display()
            ),
        }
    }

    /// As a page takes them.
    pub(crate) fn heading(&self) -> Heading<'_> {
        Heading {
            title: &self.title,
            lead: &self.lead,
        }
    }
}

/// What is looked at of a run, whatever it learned.
fn of<K: Task, T: Real>(
    saved: FinishedRun<K, T>,
) -> (ModelConfig, Model<T>, Prepared, LossFunction) {
    let loss = saved.task.loss();
    (saved.config, saved.model, saved.data, loss)
}
