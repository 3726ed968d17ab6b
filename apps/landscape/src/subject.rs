//! What is looked at: the model of a finished run, and the rows that its loss is a mean over.

use std::fmt;
use std::path::{Path, PathBuf};

use autograd::{Real, random};
use clap::{Args, ValueEnum};
use experiment::AppError;
use experiment::data::DataSource;
use experiment::model_config::ModelConfig;
use experiment::run::{Classes, FinishedRun, Prepared, ReconstructionTask, Task, Values};
use nn::{DataView, LossFunction, Model};
use serde::{Deserialize, Serialize};
use settings::Kind;
use settings::values::count;

use crate::output::Heading;

/// A part of a run's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Split {
    /// The rows it was trained on.
    Train,
    /// The rows held out to watch training.
    Validation,
    /// The rows held out for the final figures.
    Test,
}

impl fmt::Display for Split {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Train => "train",
            Self::Validation => "validation",
            Self::Test => "test",
        })
    }
}

/// Which rows the loss is a mean over.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "Rows")]
pub(crate) struct RowFlags {
    /// Part of the run's data
    #[arg(long, value_name = "PART", default_value = "test")]
    pub(crate) split: Split,

    /// So many rows of it, drawn by --seed [default: every row]
    #[arg(long, value_name = "N", value_parser = count)]
    pub(crate) samples: Option<usize>,
}

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
    /// The loss.
    pub(crate) loss: LossFunction,
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
        let part = match flags.split {
            Split::Train => &data.data.train,
            Split::Validation => &data.data.validation,
            Split::Test => &data.data.test,
        };
        if part.is_empty() {
            return Err(AppError::Failure(format!(
                "{} has no {} rows; choose another --split",
                run.display(),
                flags.split
            )));
        }
        let rows = match flags.samples {
            None => part.clone(),
            Some(n) if n <= part.len() => sample(part, n, seed),
            Some(n) => {
                return Err(AppError::Failure(format!(
                    "--samples {n} asks for more than the {} {} rows of {}",
                    part.len(),
                    flags.split,
                    run.display()
                )));
            }
        };
        Ok(Self {
            run: run.to_owned(),
            config,
            model,
            data,
            rows,
            loss,
            classes: kind == Kind::Classification,
        })
    }

    /// The data as the network takes it.
    pub(crate) fn examples(&self) -> DataView<'_> {
        self.data.examples()
    }
}

/// What a page says at its top.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Words {
    title: String,
    lead: String,
}

impl Words {
    /// About a model on its rows.
    pub(crate) fn of<T: Real>(subject: &Subject<T>) -> Self {
        let set = &subject.data.data.set;
        Self {
            title: format!("{}: the loss surface", set.name),
            lead: format!(
                "{}, trained on {}. The loss is a mean over {} rows of the run {}.",
                subject.config.network.words(),
                set.name,
                subject.rows.len(),
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

/// So many of the rows, in their order, each subset as likely (Fisher and Yates).
fn sample(rows: &[u32], n: usize, seed: u64) -> Vec<u32> {
    let mut rng = random::stream(seed, "samples", 0, 0);
    let mut places: Vec<usize> = (0..rows.len()).collect();
    for i in 0..n {
        let j = i + random::below(&mut rng, rows.len() - i);
        places.swap(i, j);
    }
    places.truncate(n);
    places.sort_unstable();
    places.into_iter().map(|place| rows[place]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_keeps_the_order_and_depends_on_the_seed() {
        let rows: Vec<u32> = (0..100).map(|i| 3 * i + 1).collect();
        let some = sample(&rows, 10, 1);
        assert_eq!(some.len(), 10);
        assert!(some.windows(2).all(|w| w[0] < w[1]));
        assert!(some.iter().all(|row| rows.contains(row)));
        assert_eq!(some, sample(&rows, 10, 1));
        assert_ne!(some, sample(&rows, 10, 2));
        assert_eq!(sample(&rows, 100, 5), rows);
    }
}
