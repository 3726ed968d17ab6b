//! The folder of a slice, and the declaration of its settings.

use std::fs;
use std::path::{Path, PathBuf};

use cli::app;
use experiment::AppError;
use records::same_settings::{self, Settings};
use records::{Leavings, RunFolder, Shard};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::flags::OutFlags;

/// Name of the declaration of a folder.
const BEGUN: &str = "begun.json";

/// Files of a folder.
const LEFT: Leavings = Leavings {
    files: &[
        "landscape.json",
        "path.json",
        "hessian.json",
        "compare.json",
        "compare.html",
        "report.html",
        "landscape.npz",
        "landscape.vtk",
        "trajectory.vtk",
        "points.jsonl",
        BEGUN,
    ],
    folders: &["figures", "directions"],
};

/// Declaration of the work in a folder: `begun.json`, the first file in it. Work continues only with the same settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Begun<F> {
    /// Everything that the values depend on: flags and their results.
    pub(crate) settings: Settings,
    /// Shard of the points, if not all.
    pub(crate) shard: Option<Shard>,
    /// Content written besides the values.
    pub(crate) frame: F,
}

impl<F: Serialize + DeserializeOwned> Begun<F> {
    /// Opens the folder of the flags, by default a new one in the run's, and writes the declaration; or continues one with
    /// the same declaration.
    ///
    /// # Errors
    /// If the folder holds something else, or cannot be written to.
    pub(crate) fn open(&self, run: &Path, flags: &OutFlags) -> Result<RunFolder, AppError> {
        let Some(path) = named(run, flags) else {
            let folder = checked(RunFolder::first_free(run, "landscape")?);
            self.write(&folder)?;
            return Ok(folder);
        };
        if path.join(BEGUN).is_file() && !flags.force {
            // What is written beside the numbers follows from the settings, and may be of another kind of work.
            let was = Begun::<serde_json::Value>::read(&path)?;
            same_settings::refuse_another(&path, &was.compared(), &self.compared())?;
            return Ok(checked(RunFolder::open(&path)?));
        }
        let folder = take(&path, flags.force)?;
        self.write(&folder)?;
        Ok(folder)
    }

    /// Writes the declaration.
    pub(crate) fn write(&self, folder: &RunFolder) -> Result<(), AppError> {
        let json = serde_json::to_string_pretty(self)
            .map_err(|e| AppError::while_doing("cannot write the settings", e))?;
        Ok(folder.write(BEGUN, format!("{json}\n"))?)
    }

    /// Reads the declaration of a folder.
    ///
    /// # Errors
    /// If there is none.
    pub(crate) fn read(folder: &Path) -> Result<Self, AppError> {
        let path = folder.join(BEGUN);
        let text = fs::read_to_string(&path).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", path.display()), e)
        })?;
        serde_json::from_str(&text)
            .map_err(|e| AppError::while_doing(format_args!("cannot parse {}", path.display()), e))
    }
}

impl<F> Begun<F> {
    /// Settings for comparison, the shard last.
    fn compared(&self) -> Settings {
        let shard = self.shard.map(|s| ("shard".to_owned(), s.to_string()));
        self.settings.iter().cloned().chain(shard).collect()
    }
}

/// Creates the folder of the flags, by default a new one in the run's.
///
/// # Errors
/// If it holds something, or cannot be written to.
pub(crate) fn create(run: &Path, flags: &OutFlags) -> Result<RunFolder, AppError> {
    match named(run, flags) {
        Some(path) => take(&path, flags.force),
        None => Ok(checked(RunFolder::first_free(run, "landscape")?)),
    }
}

/// Creates a folder, or takes an empty one, or with `force` one that holds a slice.
///
/// # Errors
/// If it holds something else.
pub(crate) fn take(path: &Path, force: bool) -> Result<RunFolder, AppError> {
    let runs = ["metrics.json", "model.safetensors", "config.toml"];
    if runs.iter().any(|file| path.join(file).exists()) {
        return Err(AppError::Failure(format!(
            "{} holds a run, but a slice needs its own folder; use another --out or --name",
            path.display()
        )));
    }
    Ok(checked(RunFolder::take(path, force, LEFT)?))
}

/// The folder, after a warning where nothing keeps other processes out of it.
fn checked(folder: RunFolder) -> RunFolder {
    if let Some(warning) = folder.shared() {
        app::warn(warning);
    }
    folder
}

/// The folder that was named, if one was.
fn named(run: &Path, flags: &OutFlags) -> Option<PathBuf> {
    let below = || flags.name.as_ref().map(|name| run.join(name));
    flags.out.clone().or_else(below)
}

/// SHA-256 of content, in hexadecimal digits.
pub(crate) fn hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The hash of a run's model.
///
/// # Errors
/// If it cannot be read.
pub(crate) fn hash_of_model(run: &Path) -> Result<String, AppError> {
    let path = run.join("model.safetensors");
    let bytes = fs::read(&path)
        .map_err(|e| AppError::while_doing(format_args!("cannot read {}", path.display()), e))?;
    Ok(hash(&bytes))
}
