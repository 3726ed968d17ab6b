//! `trials.jsonl`: a line for each network of a sweep, in the order in which they were done.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::AppError;
use crate::files::write_atomically;
use crate::flags::Point;
use crate::json::Number;
use crate::run_folder::RunFolder;

const FILE: &str = "trials.jsonl";

/// One network of a sweep.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialRecord<E> {
    /// Which choice of values, in the order of the sweep, from 0.
    pub point: usize,
    /// The choice: flags and values as they were given.
    pub settings: BTreeMap<String, String>,
    /// Which network of this choice, from 0.
    pub trial: usize,
    /// Its seed.
    pub seed: u64,
    /// On the validation rows; with folds the mean over them.
    pub validation: E,
    /// On the test rows; with folds the mean over their networks.
    pub test: E,
    /// Seconds of training steps.
    pub seconds: Number,
}

/// The values of a point as a record has them.
fn sorted(point: &Point) -> BTreeMap<String, String> {
    point.values.iter().cloned().collect()
}

/// The file, growing by a line a network.
pub(super) struct Trials {
    path: PathBuf,
    file: fs::File,
}

impl Trials {
    /// Opens the file of a folder, and returns what is in it: networks of these points. A last line that is not whole
    /// was being written when the program was killed; its network is trained again.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is none of ours.
    pub(super) fn open<E: DeserializeOwned>(
        folder: &RunFolder,
        points: &[Point],
    ) -> Result<(Self, Vec<TrialRecord<E>>), AppError> {
        let path = folder.join(FILE);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Vec::new(),
            Err(e) => {
                return Err(AppError::while_doing(
                    format_args!("cannot read {}", path.display()),
                    e,
                ));
            }
        };
        // Cut before it is read as text: a kill may come in the midst of a character.
        let end = bytes.iter().rposition(|byte| *byte == b'\n');
        let whole = &bytes[..end.map_or(0, |end| end + 1)];
        let text = std::str::from_utf8(whole).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", path.display()), e)
        })?;
        let records = text
            .lines()
            .zip(1..)
            .map(|(line, number)| {
                let at = format!("{}:{number}", path.display());
                let record: TrialRecord<E> = serde_json::from_str(line).map_err(|e| {
                    AppError::while_doing(format_args!("{at}: this is no line of a sweep"), e)
                })?;
                let own = points.get(record.point);
                match own.is_some_and(|point| record.settings.iter().eq(&sorted(point))) {
                    true => Ok(record),
                    false => Err(AppError::Failure(format!(
                        "{at}: this is a line of another sweep"
                    ))),
                }
            })
            .collect::<Result<Vec<_>, _>>()?;
        if whole.len() < bytes.len() {
            write_atomically(&path, whole)?;
        }
        let opened = fs::File::options().append(true).create(true).open(&path);
        let file = opened.map_err(|e| {
            AppError::while_doing(format_args!("cannot write {}", path.display()), e)
        })?;
        Ok((Self { path, file }, records))
    }

    /// Adds a network. The line is handed to the system in one piece, and outlives the process.
    pub(super) fn append<E: Serialize>(&mut self, record: &TrialRecord<E>) -> Result<(), AppError> {
        let cannot = |e: std::io::Error| {
            AppError::while_doing(format_args!("cannot write {}", self.path.display()), e)
        };
        let mut line = serde_json::to_vec(record).map_err(|e| cannot(e.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(cannot)
    }
}
