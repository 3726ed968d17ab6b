//! Whether the data of a folder is what the work in it was begun with.
//!
//! A model's file has what it was trained on. Work that is not finished has no model yet, so its folder keeps a record of
//! data that can change, a file of one's own.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use datasets::{Encoder, Fingerprint, RawData, Request, Spec};
use records::RunFolder;
use serde::{Deserialize, Serialize};
use settings::Partition;

use crate::data::{self, Data, DataSource};
use crate::error::AppError;
use crate::model_config::ModelConfig;
use crate::progress::Progress;

/// The file of the record in a folder.
pub const FILE: &str = "data.json";

/// Work that was begun on data that can change.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    folder: PathBuf,
    record: DataRecord,
}

/// What is kept of data to know it again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct DataRecord {
    /// The columns of a table that were inputs, in their order.
    columns: Vec<String>,
    /// The columns of a table that were predicted.
    targets: Vec<String>,
    /// Hashes of the content.
    fingerprint: Fingerprint,
}

impl DataRecord {
    /// The record of data that can change, `None` of other data.
    fn new(
        fingerprint: Option<&Fingerprint>,
        encoder: Option<&Encoder>,
        targets: &[String],
    ) -> Option<Self> {
        let inputs = encoder.into_iter().flat_map(Encoder::inputs);
        Some(Self {
            fingerprint: fingerprint?.clone(),
            columns: inputs.map(str::to_owned).collect(),
            targets: encoder.map_or_else(Vec::new, |_| targets.to_vec()),
        })
    }
}

/// Writes down what work in a folder is begun with, if it can change.
///
/// # Errors
/// If the folder cannot be written to.
pub fn record(data: &Data, folder: &RunFolder) -> Result<(), AppError> {
    let (fingerprint, encoder) = (data.fingerprint.as_ref(), data.encoder.as_ref());
    let Some(record) = DataRecord::new(fingerprint, encoder, &data.set.target_names) else {
        return Ok(());
    };
    let text = serde_json::to_string_pretty(&record)
        .map_err(|e| AppError::while_doing(format_args!("cannot write {FILE}"), e))?;
    Ok(folder.write(FILE, format!("{text}\n"))?)
}

/// Loads data that work was begun with: refuses it where its content has changed, and takes columns by their names where
/// they stand in another order now. Where nothing was `begun`, or its data does not change, loads it as it is.
///
/// # Errors
/// As for [`data::load`], and if the data is not what it was.
pub fn load(
    request: &Request,
    partition: Partition,
    source: &DataSource,
    begun: Option<&Begun>,
) -> Result<Data, AppError> {
    match begun {
        Some(begun) => data::load_known(&begun.request(request), partition, source, |raw| {
            begun.recognize(raw, &request.spec).map(Some)
        }),
        None => data::load(request, partition, source),
    }
}

/// Says that nobody knows whether data that can change has changed, where a folder that was begun has no record of it.
pub fn warn_of_no_record(folder: &Path, data: &Data, progress: &dyn Progress) {
    if data.fingerprint.is_some() {
        progress.warn(&format!(
            "{} has no {FILE}, so that it is not known whether {} has changed since",
            folder.display(),
            data.set.name
        ));
    }
}

impl Begun {
    /// What the work in a folder was begun with; `None` if that does not change.
    ///
    /// # Errors
    /// If the record cannot be read or understood.
    pub fn read(folder: &Path) -> Result<Option<Self>, AppError> {
        let path = folder.join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == ErrorKind::NotFound => return Ok(None),
            Err(e) => {
                let doing = format!("cannot read {}", path.display());
                return Err(AppError::while_doing(doing, e));
            }
        };
        let record = serde_json::from_str(&text).map_err(|e| {
            AppError::while_doing(format_args!("cannot understand {}", path.display()), e)
        })?;
        Ok(Some(Self {
            folder: folder.to_owned(),
            record,
        }))
    }

    /// What the model of a finished run was trained on; `None` if that does not change.
    pub fn of_model(run: &Path, config: &ModelConfig) -> Option<Self> {
        let (fingerprint, encoder) = (config.fingerprint.as_ref(), config.encoder.as_ref());
        Some(Self {
            folder: run.to_owned(),
            record: DataRecord::new(fingerprint, encoder, &config.rows.targets)?,
        })
    }

    /// The request with the targets as they were: the last column may be another now.
    fn request(&self, request: &Request) -> Request {
        let mut request = request.clone();
        // Data that is no table has none here: which of its arrays are predicted is what was asked for.
        if !self.record.targets.is_empty() {
            request.targets.clone_from(&self.record.targets);
        }
        request
    }

    /// Puts the columns in the order in which they were, and returns the hashes in theirs.
    ///
    /// # Errors
    /// If the content is another now, with what differs.
    fn recognize(&self, data: &mut RawData, name: &Spec) -> Result<Fingerprint, AppError> {
        if let Some(difference) = self.record.fingerprint.difference(&data.fingerprint()) {
            return Err(AppError::Failure(format!(
                "{name} {difference} since {} was trained on it; its figures would be of other samples",
                self.folder.display()
            )));
        }
        let columns: Vec<&str> = self.record.columns.iter().map(String::as_str).collect();
        data.arrange(&columns);
        Ok(self.record.fingerprint.clone())
    }
}

#[cfg(test)]
mod tests {
    use datasets::Task;

    use super::*;

    /// Arrays are predicted as asked for: they have no names that a record could keep.
    #[test]
    fn what_is_predicted_of_arrays_is_what_was_asked_for() {
        let begun = |targets: &[&str]| Begun {
            folder: "run".into(),
            record: DataRecord {
                fingerprint: Fingerprint {
                    rows: 0,
                    columns: Vec::new(),
                    test: None,
                },
                columns: Vec::new(),
                targets: targets.iter().map(|name| (*name).to_owned()).collect(),
            },
        };
        let spec = "npz:f.npz".parse().expect("it is one");
        let asked = Request {
            targets: vec!["y1".to_owned()],
            ..Request::new(spec, Task::Regression)
        };
        assert_eq!(begun(&[]).request(&asked).targets, ["y1"]);
        assert_eq!(begun(&["price"]).request(&asked).targets, ["price"]);
    }
}
