//! The training trajectory.

use std::fs;
use std::path::PathBuf;

use autograd::Real;
use experiment::AppError;
use nn::directions::{explained, projection, towards};
use surface::results::Trajectory;

use crate::subject::Subject;

/// Training trajectory of a run, relative to its final weights.
pub(super) struct Passed<T> {
    /// Epochs of the snapshots; 0 for the initial weights.
    epochs: Vec<u64>,
    /// Differences of the snapshots from the final weights.
    pub(super) ways: Vec<Vec<T>>,
}

impl<T: Real> Passed<T> {
    /// Reads the snapshots of a run in order, after the initial weights, which its seed determines.
    ///
    /// # Errors
    /// If there are none, or one cannot be read.
    pub(super) fn by(subject: &Subject<T>) -> Result<Self, AppError> {
        let snapshots = snapshots(subject)?;
        let end = &subject.model.params;
        let seed = subject.config.experiment.seed();
        let mut place = subject.config.fresh::<T>(seed)?.params;
        let mut passed = Self {
            epochs: vec![0],
            ways: vec![towards(end, place.values())],
        };
        for (epoch, path) in snapshots {
            nn::safetensors::load(&path, &mut place).map_err(AppError::failure)?;
            passed.epochs.push(epoch);
            passed.ways.push(towards(end, place.values()));
        }
        Ok(passed)
    }

    /// Projects the trajectory on a slice.
    pub(super) fn on(&self, x: &[T], y: Option<&[T]>) -> Trajectory {
        let still = vec![T::ZERO; x.len()];
        let y = y.unwrap_or(&still);
        let places = self.ways.iter().map(|way| projection(way, x, y));
        let (at_x, at_y) = places.map(|[x, y]| (x, y)).unzip();
        Trajectory {
            epoch: self.epochs.clone(),
            x: at_x,
            y: at_y,
            explained: explained(&self.ways, x, y),
        }
    }
}

/// Snapshot files of a run and their epochs, in order.
fn snapshots<T: Real>(subject: &Subject<T>) -> Result<Vec<(u64, PathBuf)>, AppError> {
    let folder = subject.run.join("snapshots");
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
            subject.run.display()
        )));
    }
    Ok(found)
}
