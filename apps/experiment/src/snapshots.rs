//! The parameters along a training: snapshots of a run, and where they lie on a slice.

use std::fs;
use std::path::{Path, PathBuf};

use autograd::Real;
use nn::Params;
use nn::directions::{explained, projection, towards};

use crate::AppError;
use crate::model_config::ModelConfig;

/// A training's path through the parameters, as seen from where it ended.
pub struct Trajectory<T> {
    /// Epochs of the snapshots; 0 for the initial weights.
    pub epochs: Vec<u64>,
    /// What leads from the last parameters to those of each snapshot; 0 in buffers.
    pub ways: Vec<Vec<T>>,
}

/// Where a path lies on a slice.
#[derive(Clone, Debug, PartialEq)]
pub struct Projection {
    /// Coordinates along the first direction.
    pub x: Vec<f64>,
    /// Coordinates along the second direction; zeros for a 1-D slice.
    pub y: Vec<f64>,
    /// Explained variance ratio of the first and the second direction.
    pub explained: [f64; 2],
}

impl<T: Real> Trajectory<T> {
    /// The path of snapshots, each an epoch with its parameters, that ended at `end`.
    ///
    /// # Panics
    /// If a snapshot has another number of parameters.
    #[track_caller]
    pub fn of<'a>(end: &Params<T>, snapshots: impl IntoIterator<Item = (u64, &'a [T])>) -> Self {
        let ways = snapshots
            .into_iter()
            .map(|(epoch, at)| (epoch, towards(end, at)));
        let (epochs, ways) = ways.unzip();
        Self { epochs, ways }
    }

    /// Where the path lies along one or two directions.
    pub fn on(&self, x: &[T], y: Option<&[T]>) -> Projection {
        let still = vec![T::ZERO; x.len()];
        let y = y.unwrap_or(&still);
        let places = self.ways.iter().map(|way| projection(way, x, y));
        let (at_x, at_y) = places.map(|[x, y]| (x, y)).unzip();
        Projection {
            x: at_x,
            y: at_y,
            explained: explained(&self.ways, x, y),
        }
    }
}

/// The parameters of a run's snapshots in order, each with its epoch, after the initial weights, which its seed determines.
///
/// # Errors
/// If there are none, or one cannot be read.
pub fn of_run<T: Real>(config: &ModelConfig, run: &Path) -> Result<Vec<(u64, Vec<T>)>, AppError> {
    let files = files(run)?;
    let mut place = config.fresh::<T>(config.experiment.seed())?.params;
    let mut snapshots = vec![(0, place.values().to_vec())];
    for (epoch, path) in files {
        nn::safetensors::load(&path, &mut place).map_err(AppError::failure)?;
        snapshots.push((epoch, place.values().to_vec()));
    }
    Ok(snapshots)
}

/// Snapshot files of a run and their epochs, in order.
fn files(run: &Path) -> Result<Vec<(u64, PathBuf)>, AppError> {
    let folder = run.join("snapshots");
    let epoch = |path: &PathBuf| -> Option<u64> {
        let name = path.file_name()?.to_str()?;
        let number = name.strip_prefix("epoch-")?.strip_suffix(".safetensors")?;
        number.parse().ok()
    };
    let mut found = Vec::new();
    if folder.is_dir() {
        let cannot = |e| AppError::while_doing(format_args!("cannot read {}", folder.display()), e);
        for entry in fs::read_dir(&folder).map_err(cannot)? {
            let path = entry.map_err(cannot)?.path();
            found.extend(epoch(&path).map(|epoch| (epoch, path)));
        }
    }
    found.sort();
    if found.is_empty() {
        return Err(AppError::Failure(format!(
            "{} has no snapshots; retrain with --snapshots 1",
            run.display()
        )));
    }
    Ok(found)
}
