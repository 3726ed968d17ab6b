//! The data of an experiment, loaded and split.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use datasets::download::{DownloadError, OnProgress, Progress as Download};
use datasets::{DataError, Dataset, Request, Resolver, split};
use settings::{Options, Partition};

use crate::error::AppError;
use crate::interrupt;
use crate::progress::{DownloadProgress, Progress};

/// A data set and which of its rows are for what. Cloning shares the cells.
#[derive(Clone)]
pub struct Data {
    /// The rows.
    pub set: Dataset,
    /// Training samples.
    pub train: Vec<u32>,
    /// Rows held out of those for validation.
    pub validation: Vec<u32>,
    /// Test samples.
    pub test: Vec<u32>,
}

/// Where data is looked for, and who is told how that goes.
#[derive(Clone)]
pub struct DataSource {
    /// The only folder to look in; else as the environment says.
    pub data_dir: Option<PathBuf>,
    /// Whether nothing is downloaded.
    pub offline: bool,
    /// Who is told.
    pub progress: Arc<dyn Progress>,
}

impl DataSource {
    /// What the settings say.
    pub fn of(options: &Options, progress: &Arc<dyn Progress>) -> Self {
        Self {
            data_dir: options.data_dir.clone(),
            offline: options.offline,
            progress: Arc::clone(progress),
        }
    }
}

/// Loads a data set, downloading it if need be, and divides its rows.
///
/// # Errors
/// If the data cannot be found, downloaded, read or divided so.
pub fn load(
    request: &Request,
    partition: Partition,
    source: &DataSource,
) -> Result<Data, AppError> {
    let progress = &source.progress;
    let finder = Resolver {
        data_dir: source.data_dir.clone(),
        offline: source.offline,
        progress: Some(show_downloads(Arc::clone(progress))),
        ..Resolver::from_env()
    };
    let set = datasets::load(request, &finder).map_err(|e| match e {
        DataError::Request(e) => AppError::Usage(e.to_string()),
        DataError::Download(DownloadError::Stopped) => AppError::Interrupted(e.to_string()),
        e => AppError::failure(e),
    })?;
    progress.say(&set.provenance);
    set.notes.iter().for_each(|note| progress.say(note));
    divide(set, partition)
}

/// Divides the samples of a data set.
///
/// # Errors
/// If there are too few for that.
pub fn divide(set: Dataset, partition: Partition) -> Result<Data, AppError> {
    let seed = partition.split_seed;
    let parts = set
        .partition(partition.split, seed)
        .map_err(AppError::failure)?;
    let targets = &set.part.targets;
    let inner = split::split(
        targets,
        &parts.train,
        partition.val_fraction,
        seed,
        "validation",
    )
    .map_err(|e| AppError::while_doing("cannot hold out samples for validation", e))?;
    let data = Data {
        train: inner.train,
        validation: inner.test,
        test: parts.test,
        set,
    };
    match partition.train_samples {
        Some(count) => data.with_train_samples(count, seed),
        None => Ok(data),
    }
}

impl Data {
    /// The same with so many of its training samples, drawn by a seed, classes in proportion.
    ///
    /// # Errors
    /// If there are fewer.
    pub fn with_train_samples(self, count: usize, seed: u64) -> Result<Self, AppError> {
        let all = self.train.len();
        if count == all {
            return Ok(self);
        }
        if count > all {
            return Err(AppError::Failure(format!(
                "--train-samples {count} asks for more than the {all} training samples of {}",
                self.set.name
            )));
        }
        let share = count as f64 / all as f64;
        let drawn = split::split(&self.set.part.targets, &self.train, share, seed, "study");
        let drawn = drawn.map_err(|e| AppError::while_doing("--train-samples", e))?;
        Ok(Self {
            train: drawn.test,
            ..self
        })
    }
}

/// A bar for each file that is downloaded, and a word while another program downloads. Ctrl-C stops the download.
fn show_downloads(progress: Arc<dyn Progress>) -> OnProgress {
    type Shown = (String, Option<Box<dyn DownloadProgress>>);
    let shown: Mutex<Option<Shown>> = Mutex::new(None);
    Arc::new(move |at| {
        let mut shown = shown.lock().unwrap_or_else(|e| e.into_inner());
        let what = match at {
            Download::Waiting { folder } => folder.display().to_string(),
            Download::Bytes { file, .. } => file.to_owned(),
        };
        if shown.as_ref().is_none_or(|(current, _)| *current != what) {
            if let Some((_, Some(bar))) = shown.take() {
                bar.finish();
            }
            let bar = match at {
                Download::Waiting { .. } => {
                    progress.say(&format!("waiting for another program's download in {what}"));
                    None
                }
                Download::Bytes { total, .. } => Some(progress.download(&what, total)),
            };
            *shown = Some((what, bar));
        }
        if let (Download::Bytes { done, total, .. }, Some((_, bar))) = (at, shown.as_mut()) {
            if let Some(bar) = bar {
                bar.at(done);
            }
            if done == total
                && let Some(bar) = bar.take()
            {
                bar.finish();
            }
        }
        interrupt::flow()
    })
}
