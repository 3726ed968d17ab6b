//! The data that the flags ask for, loaded and split.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use datasets::download::{DownloadError, OnProgress, Progress};
use datasets::{DataError, Dataset, Request, Resolver, Spec, Task, TestSplit, split};

use crate::error::AppError;
use crate::flags::DataFlags;
use crate::interrupt;
use crate::progress::{Console, Download};

/// A data set and which of its rows are for what. Cloning shares the cells.
#[derive(Clone)]
pub struct Data {
    /// The rows.
    pub set: Dataset,
    /// Rows to train on.
    pub train: Vec<u32>,
    /// Rows held out of those for validation.
    pub validation: Vec<u32>,
    /// Rows to test on.
    pub test: Vec<u32>,
}

/// Which rows are for what.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partition {
    /// Where the test rows come from.
    pub split: TestSplit,
    /// The seed of the split.
    pub split_seed: u64,
    /// The share of the training rows that is held out for validation.
    pub val_fraction: f64,
}

impl DataFlags {
    /// What is asked for; `seed` moves what is random in a synthetic set.
    ///
    /// # Errors
    /// Wrong usage if there is no such data set, or it cannot be asked for so.
    pub fn request(&self, task: Task, seed: u64) -> Result<Request, AppError> {
        let request = Request {
            targets: self.target.as_ref().map_or_else(Vec::new, |t| t.0.clone()),
            n: self.n,
            noise: self.noise,
            seed,
            ..Request::new(spec(&self.data)?, task)
        };
        request.check().map_err(AppError::usage)?;
        Ok(request)
    }

    /// Which rows are for what: as the flags say, else as is usual for the data set.
    pub fn partition(&self, spec: &Spec) -> Partition {
        Partition {
            split: self.split.unwrap_or_else(|| spec.default_split()),
            split_seed: self.split_seed,
            val_fraction: self.val_fraction,
        }
    }
}

/// The data set of a name.
///
/// # Errors
/// Wrong usage if there is none of that name.
pub fn spec(name: &str) -> Result<Spec, AppError> {
    name.parse()
        .map_err(|e| AppError::Usage(format!("--data {name}: {e}")))
}

/// Loads a data set, downloading it if need be, and divides its rows.
///
/// # Errors
/// If the data cannot be found, downloaded, read or divided so.
pub fn load(
    request: &Request,
    partition: Partition,
    data_dir: Option<PathBuf>,
    offline: bool,
    console: Console,
) -> Result<Data, AppError> {
    let finder = Resolver {
        data_dir,
        offline,
        progress: Some(show_downloads(console)),
        ..Resolver::from_env()
    };
    let set = datasets::load(request, &finder).map_err(|e| match e {
        DataError::Request(e) => AppError::Usage(e.to_string()),
        DataError::Download(DownloadError::Stopped) => AppError::Interrupted(e.to_string()),
        e => AppError::failure(e),
    })?;
    console.say(&set.provenance);
    set.notes.iter().for_each(|note| console.say(note));
    let parts = set
        .partition(partition.split, partition.split_seed)
        .map_err(AppError::failure)?;
    let inner = split::split(
        &set.part.targets,
        &parts.train,
        partition.val_fraction,
        partition.split_seed,
        "validation",
    )
    .map_err(|e| AppError::while_doing("cannot hold out rows for validation", e))?;
    Ok(Data {
        set,
        train: inner.train,
        validation: inner.test,
        test: parts.test,
    })
}

/// A bar for each file that is downloaded, and a word while another program downloads. Ctrl-C stops the download.
fn show_downloads(console: Console) -> OnProgress {
    let shown: Mutex<Option<(String, Option<Download>)>> = Mutex::new(None);
    Arc::new(move |at| {
        let mut shown = shown.lock().unwrap_or_else(|e| e.into_inner());
        let what = match at {
            Progress::Waiting { folder } => folder.display().to_string(),
            Progress::Bytes { file, .. } => file.to_owned(),
        };
        if shown.as_ref().is_none_or(|(current, _)| *current != what) {
            if let Some((_, Some(bar))) = shown.take() {
                bar.finish();
            }
            let bar = match at {
                Progress::Waiting { .. } => {
                    console.say(format_args!(
                        "waiting for another program's download in {what}"
                    ));
                    None
                }
                Progress::Bytes { total, .. } => Some(console.download(&what, Some(total))),
            };
            *shown = Some((what, bar));
        }
        if let (Progress::Bytes { done, total, .. }, Some((_, bar))) = (at, shown.as_mut()) {
            if let Some(bar) = bar {
                bar.at(done);
            }
            if done == total
                && let Some(bar) = bar.take()
            {
                bar.finish();
            }
        }
        if interrupt::requested() {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    })
}
