//! Everything that a program can be told: an experiment, and how it is run.

use std::path::PathBuf;

use records::Shard;

use crate::experiment::{Experiment, Kind};
use crate::search::Search;
use crate::sweep::Axis;

/// An experiment and how it is run.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// What decides about the model.
    pub experiment: Experiment,
    /// What does not.
    pub options: Options,
}

/// How an experiment is run, evaluated and kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// The only folder to look in for data.
    pub data_dir: Option<PathBuf>,
    /// Whether nothing is downloaded.
    pub offline: bool,
    /// The number of folds of cross-validation; `None` for none.
    pub folds: Option<usize>,
    /// Whether baselines of a classifier are fitted also where that takes long.
    pub baselines: bool,
    /// The degree of the polynomials that baselines of a regressor fit.
    pub degree: usize,
    /// Test samples that t-SNE draws; 0 for none.
    pub tsne_samples: usize,
    /// The axes of a sweep.
    pub grid: Vec<Axis>,
    /// How a sweep finds its choices on the axes; `None` for all points.
    pub search: Option<Search>,
    /// Networks for each point of a sweep, whose seeds follow each other.
    pub trials: Option<usize>,
    /// The part of a sweep's networks that is trained; `None` for all of them.
    pub shard: Option<Shard>,
    /// Whether the winner of a sweep is trained and saved as a run.
    pub refit: bool,
    /// Threads; `None` for all cores. Results do not depend on it.
    pub threads: Option<usize>,
    /// The parameters of every so manyth epoch are kept.
    pub snapshots: Option<usize>,
    /// Whether layers are looked into after every epoch.
    pub probe: bool,
    /// Whether epochs are written as events for TensorBoard, too.
    pub tensorboard: bool,
    /// The folder to write to.
    pub out: Option<PathBuf>,
    /// The name of the folder below `runs/`.
    pub name: Option<String>,
    /// Whether a folder that is not empty is written to, and the run in it removed.
    pub force: bool,
    /// The run to go on with.
    pub resume: Option<PathBuf>,
    /// A file of settings.
    pub config: Option<PathBuf>,
    /// Whether settings are printed, and nothing is done.
    pub print_config: bool,
    /// Whether it is printed what the data is taken for, and nothing is done.
    pub describe: bool,
    /// Whether nothing but warnings and errors is said.
    pub quiet: bool,
    /// Whether results are printed as JSON.
    pub json: bool,
}

impl Settings {
    /// The defaults of a kind, before anything is known of the data.
    pub fn new(kind: Kind) -> Self {
        Self {
            experiment: Experiment::new(kind),
            options: Options {
                degree: 1,
                tsne_samples: 2000,
                ..Options::default()
            },
        }
    }

    /// Whether a sweep is asked for.
    pub fn is_sweep(&self) -> bool {
        let options = &self.options;
        !options.grid.is_empty() || options.trials.is_some() || options.search.is_some()
    }
}
