//! `trials.jsonl`: a line for each network of a sweep, in the order in which they were done.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use experiment::error::AppError;
use experiment::run::Plan;
use records::{JsonLines, Number, RunFolder};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use settings::Point;

use crate::rungs::rungs;
use crate::trials_of;

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
    /// The part of a search by halving, from 0; 0 in other sweeps.
    #[serde(default)]
    pub rung: usize,
    /// Its seed.
    pub seed: u64,
    /// On the validation rows; with folds the mean over them.
    pub validation: E,
    /// On the test rows; with folds the mean over their networks.
    pub test: E,
    /// Epochs of training that this line took; with folds the sum over their networks. Earlier versions did not note them.
    #[serde(default)]
    pub epochs: Option<u64>,
    /// Seconds of training steps.
    pub seconds: Number,
}

/// The values of a point as a record has them.
pub(super) fn sorted(point: &Point) -> BTreeMap<String, String> {
    let values = point.values.iter();
    values
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect()
}

/// Which networks a sweep has.
#[derive(Clone, Copy)]
pub(super) struct Extent<'a> {
    points: &'a [Point],
    trials: usize,
    rungs: usize,
}

impl<'a> Extent<'a> {
    /// Of these points, as a plan has them.
    pub(super) fn of(plan: &Plan<'_>, points: &'a [Point]) -> Self {
        let epochs = plan.experiment.training.epochs;
        Self {
            points,
            trials: trials_of(plan),
            rungs: rungs(plan.options.search, points.len(), epochs).len(),
        }
    }

    /// Whether a line is of one of them.
    fn has<E>(self, record: &TrialRecord<E>) -> bool {
        let own = self.points.get(record.point).is_some_and(|point| {
            let seed = point.experiment.seed().checked_add(record.trial as u64);
            record.settings == sorted(point) && Some(record.seed) == seed
        });
        own && record.trial < self.trials && record.rung < self.rungs
    }
}

/// The file, growing by a line a network.
pub(super) struct Trials(JsonLines);

impl Trials {
    /// Opens the file of a folder, and returns what is in it: networks of this sweep. The network of a line that was cut
    /// short by a kill is trained again.
    ///
    /// # Errors
    /// If the file cannot be read or written, or is none of ours.
    pub(super) fn open<E: DeserializeOwned>(
        folder: &RunFolder,
        extent: Extent<'_>,
    ) -> Result<(Self, Vec<TrialRecord<E>>), AppError> {
        let (file, lines) = JsonLines::open(folder.join(FILE))?;
        let records = understood(file.path(), &lines, extent)?;
        Ok((Self(file), records))
    }

    /// What is in the file of a folder that another process may be writing to.
    ///
    /// # Errors
    /// If the file cannot be read, or is none of ours.
    pub(super) fn read<E: DeserializeOwned>(
        folder: &Path,
        extent: Extent<'_>,
    ) -> Result<Vec<TrialRecord<E>>, AppError> {
        let path = folder.join(FILE);
        understood(&path, &JsonLines::read(&path)?.lines, extent)
    }

    /// Adds a network.
    pub(super) fn append<E: Serialize>(&mut self, record: &TrialRecord<E>) -> Result<(), AppError> {
        Ok(self.0.append(record)?)
    }
}

/// Reads lines as networks of a sweep, each once.
fn understood<E: DeserializeOwned>(
    path: &Path,
    lines: &[String],
    extent: Extent<'_>,
) -> Result<Vec<TrialRecord<E>>, AppError> {
    let mut known = HashSet::new();
    let records = lines.iter().zip(1..).map(|(line, number)| {
        let at = format!("{}:{number}", path.display());
        let record: TrialRecord<E> = serde_json::from_str(line).map_err(|e| {
            AppError::while_doing(format_args!("{at}: this is no line of a sweep"), e)
        })?;
        if !extent.has(&record) {
            return Err(AppError::Failure(format!(
                "{at}: this is a line of another sweep"
            )));
        }
        match known.insert((record.point, record.trial, record.rung)) {
            true => Ok(record),
            false => Err(AppError::Failure(format!(
                "{at}: this network has a line already; remove one of them"
            ))),
        }
    });
    records.collect()
}
