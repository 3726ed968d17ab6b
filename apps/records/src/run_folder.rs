//! The folder a run writes to.
//!
//! `metrics.json` is written last: a folder that has it holds a finished run. So a folder that is used again with
//! `--force` loses its `metrics.json` before anything else is touched.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use ::atomic_write::FolderLock;
use ::atomic_write::{ASIDE, LockError};
use serde::Serialize;

use crate::atomic_write::write_atomically;
use crate::error::FileError;
use crate::events::{self, Events};
use crate::history::EpochRecord;
use crate::jsonl::JsonLines;

/// Folder that holds the runs, below the current one.
const RUNS: &str = "runs";

/// What work may have left in its folder, and `--force` removes; nothing else is.
#[derive(Clone, Copy, Debug)]
pub struct Leavings {
    /// Files, in the order they are removed: the mark of finished work goes first.
    pub files: &'static [&'static str],
    /// Folders with all that is in them.
    pub folders: &'static [&'static str],
}

/// What a run may have left.
const OF_A_RUN: Leavings = Leavings {
    files: &[
        "metrics.json",
        "grid.json",
        "trials.jsonl",
        "history.jsonl",
        events::FILE,
        "model.safetensors",
        "predictions.csv",
        "report.html",
        "data.json",
        "config.toml",
    ],
    folders: &["checkpoint", "snapshots", "figures"],
};

/// Where a run is asked to write.
#[derive(Clone, Debug)]
pub struct Destination<'a> {
    /// The app's name: part of the default folder's name.
    pub app: &'a str,
    /// The data's name as `--data` takes it: part of the default folder's name.
    pub data: &'a str,
    /// `--out`: this folder.
    pub out: Option<&'a Path>,
    /// `--name`: this folder below `runs/`; the flag takes no path.
    pub name: Option<&'a str>,
    /// `--force`: a folder with something in it is used all the same.
    pub force: bool,
}

impl Destination<'_> {
    /// The folder that was named, if one was.
    pub fn named(&self) -> Option<PathBuf> {
        let below = || self.name.map(|name| Path::new(RUNS).join(name));
        self.out.map(Path::to_owned).or_else(below)
    }
}

/// An open run folder, which no other process writes to as long as it is open.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    lock: FolderLock,
}

impl RunFolder {
    /// Makes the folder.
    ///
    /// By default that is `runs/APP-DATA-N` with the first free N. A folder that was named and exists is taken if it is
    /// empty, or with `--force`; what a run had left in it is then removed.
    pub fn create(at: &Destination<'_>) -> Result<Self, FileError> {
        let Some(path) = at.named() else {
            let stem = format!("{}-{}", at.app, slug(at.data));
            return Self::first_free(Path::new(RUNS), &stem);
        };
        Self::take(&path, at.force, OF_A_RUN)
    }

    /// Makes this folder, or takes it if it is empty, or with `force`; what work of its kind had `left` is then removed.
    ///
    /// # Errors
    /// As [`claim`](Self::claim), or if something cannot be removed.
    pub fn take(path: &Path, force: bool, left: Leavings) -> Result<Self, FileError> {
        let folder = Self::claim(path, force)?;
        folder.remove(left)?;
        Ok(folder)
    }

    /// Makes this folder, or takes it as it is if it is empty, or with `force`. A file that a kill left aside, before it had
    /// its name, counts for nothing.
    ///
    /// # Errors
    /// If another process writes to it, nobody may, or it is not empty.
    pub fn claim(path: &Path, force: bool) -> Result<Self, FileError> {
        fs::create_dir_all(path).map_err(|e| cannot_make(path, e))?;
        let folder = Self::open(path)?;
        if !force {
            refuse_others(path, &[])?;
        }
        Ok(folder)
    }

    /// Removes what earlier work of a kind has left here.
    ///
    /// # Errors
    /// If something cannot be removed.
    pub fn remove(&self, left: Leavings) -> Result<(), FileError> {
        remove(&self.path, left)
    }

    /// Removes a run from this folder, and the folder if nothing else is in it.
    pub fn clear(path: &Path) -> Result<(), FileError> {
        remove(path, OF_A_RUN)?;
        // What is not a run's stays.
        let _ = fs::remove_dir(path);
        Ok(())
    }

    /// Opens a folder in which work goes on. A folder that exists may be read-only: better known now than after training.
    ///
    /// # Errors
    /// If another process writes to it, or nobody may.
    pub fn open(path: &Path) -> Result<Self, FileError> {
        Ok(Self {
            path: path.to_owned(),
            lock: lock_folder(path)?,
        })
    }

    /// A sentence to warn with where nothing keeps other processes out.
    pub fn shared(&self) -> Option<String> {
        (!self.lock.excludes()).then(|| {
            format!(
                "{} is on a file system without locks: let no other process write to it",
                self.path.display()
            )
        })
    }

    /// Takes away the mark of a finished run.
    pub fn unfinish(&self) -> Result<(), FileError> {
        let path = self.join("metrics.json");
        fs::remove_file(&path).map_err(|e| FileError::new("remove", &path, &e))
    }

    /// Makes the folder `STEM-N` in another, with the first free N; two processes never get the same one.
    pub fn first_free(within: &Path, stem: &str) -> Result<Self, FileError> {
        fs::create_dir_all(within).map_err(|e| cannot_make(within, e))?;
        let mut n = 1_u64;
        loop {
            let path = within.join(format!("{stem}-{n}"));
            // Making it is the test for being free, so two processes cannot both find it free.
            match fs::create_dir(&path) {
                Ok(()) => return Self::open(&path),
                Err(e) if e.kind() == io::ErrorKind::AlreadyExists => n += 1,
                Err(e) => return Err(cannot_make(&path, e)),
            }
        }
    }

    /// The folder itself.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A file or folder in it.
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path.join(name)
    }

    /// Writes a file whole or not at all. `name` may have folders in it; they are made.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<(), FileError> {
        let path = self.path.join(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| cannot_make(folder, e))?;
        }
        write_atomically(&path, content.as_ref())
    }

    /// Starts `history.jsonl`, with the epochs that are done already. It grows by a line an epoch.
    pub fn history(&self, done: &[EpochRecord]) -> Result<JsonLines, FileError> {
        JsonLines::begin(self.path.join("history.jsonl"), done)
    }

    /// Opens the events for TensorBoard, with the epochs that are done already. They grow by one an epoch.
    pub fn events(&self, done: &[EpochRecord]) -> Result<Events, FileError> {
        Events::open(self.path.join(events::FILE), done)
    }

    /// Writes `metrics.json`, which says that the run is finished, and returns its text. Call this last.
    pub fn finish(&self, metrics: &impl Serialize) -> Result<String, FileError> {
        let text = serde_json::to_string_pretty(metrics)
            .map_err(|e| FileError::new("write", Path::new("metrics.json"), &e))?;
        self.write("metrics.json", format!("{text}\n"))?;
        Ok(text)
    }
}

/// Refuses a folder that holds something else than these entries.
///
/// # Errors
/// If it does, or cannot be read.
pub fn refuse_others(path: &Path, known: &[&str]) -> Result<(), FileError> {
    match stranger(path, known)? {
        None => Ok(()),
        Some(_) => Err(FileError(format!(
            "the folder {} is not empty; choose another --out or --name, or overwrite it with --force",
            path.display()
        ))),
    }
}

/// The name of something else in a folder than these entries; one that is not there holds nothing. A file that a kill left
/// aside counts for nothing.
///
/// # Errors
/// If the folder cannot be read.
pub fn stranger(path: &Path, known: &[&str]) -> Result<Option<String>, FileError> {
    let cannot = |e| FileError::new("read", path, &e);
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(cannot(e)),
    };
    for entry in entries {
        let name = entry.map_err(cannot)?.file_name();
        let name = name.to_string_lossy();
        if !name.starts_with(ASIDE) && !known.contains(&name.as_ref()) {
            return Ok(Some(name.into_owned()));
        }
    }
    Ok(None)
}

/// Locks a folder.
///
/// # Errors
/// If another process holds it, in a sentence that names it, or it cannot be written to.
pub fn lock_folder(folder: &Path) -> Result<FolderLock, FileError> {
    FolderLock::take(folder).map_err(|e| match e {
        LockError::Held(process) => FileError(format!(
            "{} is being written to by another process{}; wait until it has ended, or use another folder",
            folder.display(),
            process.map_or_else(String::new, |id| format!(" ({id})"))
        )),
        LockError::Io(e) => FileError::new("write into the folder", folder, &e),
    })
}

fn cannot_make(path: &Path, error: io::Error) -> FileError {
    FileError::new("make the folder", path, &error)
}

/// The data's name as part of a folder's name: `csv:my data/wine.csv` becomes `csv-wine`.
fn slug(data: &str) -> String {
    let (kind, file) = data.split_once(':').unwrap_or(("", data));
    let stem = Path::new(file)
        .file_stem()
        .map_or_else(String::new, |s| s.to_string_lossy().into_owned());
    let words: Vec<&str> = kind
        .split(|c: char| !c.is_alphanumeric())
        .chain(stem.split(|c: char| !c.is_alphanumeric()))
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        "data".to_owned()
    } else {
        words.join("-")
    }
}

fn remove(folder: &Path, left: Leavings) -> Result<(), FileError> {
    let files = left.files.iter().map(|name| {
        let path = folder.join(name);
        let gone = fs::remove_file(&path);
        (path, gone)
    });
    let folders = left.folders.iter().map(|name| {
        let path = folder.join(name);
        let gone = fs::remove_dir_all(&path);
        (path, gone)
    });
    for (path, gone) in files.chain(folders) {
        match gone {
            Ok(()) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => return Err(FileError::new("remove", &path, &e)),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
