//! A run on the disk, as it was after an epoch, and a run that goes on from there.
//!
//! A checkpoint is one safetensors file. Its tensors are the flat vectors of the run: `parameters`, buffers included;
//! `optimizer.NAME` for each vector of the optimizer's state; `best`, the weights of the best epoch, under early
//! stopping. Its metadata, JSON under the key `gradus`, has all other numbers, and the settings, which are compared when
//! it is read. Every source of chance is a stream keyed by seed, purpose, epoch and step, so there is nothing else to keep:
//! a run that goes on from a checkpoint ends in the bits of one that was never interrupted.
//!
//! ```
//! # use nn::{Adam, Mse, Sequential, Trainer, checkpoint};
//! # let folder = tempfile::tempdir()?;
//! # let fresh = || {
//! #     let model = Sequential::input([2]).linear(3).relu().linear(1).init::<f32>(1).unwrap();
//! #     Trainer::new(model, Adam::new(1e-3), Mse)
//! # };
//! let path = folder.path().join("state.safetensors");
//! let trainer = fresh();
//! checkpoint::save(&path, &trainer)?;
//! let mut again = fresh();
//! checkpoint::load(&path, &mut again)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use ::safetensors::SafeTensors;
use ::safetensors::tensor::Dtype;
use atomic_write::Durability;
use autograd::Real;
use serde_json::{Value, json};
use thiserror::Error;

use crate::optim::StateError;
use crate::params::Params;
use crate::safetensors::{ModelFileError, Outgoing, metadata_of, open, pack, read, write};
use crate::state::{Marks, Named, State};
use crate::trainer::Trainer;

/// The version of the format.
const FORMAT: u64 = 2;

/// A checkpoint that cannot be written, read, or gone on from.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The file itself.
    #[error(transparent)]
    File(#[from] ModelFileError),
    /// It is a safetensors file of another kind, or of another version.
    #[error("{} is no checkpoint that this version can read: {reason}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It was made under other settings.
    #[error("{} was made with {what} {found}, and this run has {expected}; go on under the settings it was made with", path.display())]
    Differs {
        /// The file.
        path: PathBuf,
        /// Which setting.
        what: String,
        /// What the file says.
        found: String,
        /// What this run says.
        expected: String,
    },
    /// Its vectors are not those of this model and optimizer.
    #[error("{} cannot be gone on from: {source}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// Why.
        source: StateError,
    },
}

/// Writes the trainer's [state](Trainer::state) beside the place and renames it there. So the file is the old one or the
/// new one, whatever interrupts. Meant to be called between epochs: steps of an epoch that is not done are done again
/// from its start.
#[inline(never)]
pub fn save<T: Real>(path: &Path, trainer: &Trainer<T>) -> Result<(), CheckpointError> {
    write(path, &encode(path, trainer)?, Durability::PowerLoss)?;
    Ok(())
}

/// Writes a checkpoint after every epoch, without making short epochs wait for the disk.
///
/// Each file is as safe from the end of the process as one of [`save`]. From the loss of power only one a second is; the
/// others may then be found damaged, and [`load`] refuses them.
#[derive(Debug)]
pub struct Writer {
    path: PathBuf,
    waited: Option<Instant>,
}

impl Writer {
    /// How long the loss of power may be a danger.
    const PERIOD: Duration = Duration::from_secs(1);

    /// Writes to this file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            waited: None,
        }
    }

    /// As [`save`].
    #[inline(never)]
    pub fn save<T: Real>(&mut self, trainer: &Trainer<T>) -> Result<(), CheckpointError> {
        let bytes = encode(&self.path, trainer)?;
        if self.waited.is_some_and(|at| at.elapsed() < Self::PERIOD) {
            write(&self.path, &bytes, Durability::ProcessEnd)?;
        } else {
            write(&self.path, &bytes, Durability::PowerLoss)?;
            self.waited = Some(Instant::now());
        }
        Ok(())
    }
}

/// The bytes of a file for `path`.
fn encode<T: Real>(path: &Path, trainer: &Trainer<T>) -> Result<Vec<u8>, CheckpointError> {
    let state = trainer.state();
    let mut metadata = about(trainer);
    metadata["marks"] = serde_json::to_value(&state.marks).map_err(|e| content(path, e))?;
    let tensors = state.vectors.iter().map(|(name, values)| {
        let tensor = Outgoing {
            dtype: dtype::<T>(),
            shape: vec![values.len()],
            bytes: to_bytes(values),
        };
        (name.as_str(), tensor)
    });
    let bytes = pack(tensors, metadata).map_err(|reason| ModelFileError::Unwritable {
        path: path.to_owned(),
        reason,
    })?;
    Ok(bytes)
}

/// Brings a fresh trainer of the same model and settings to where the one was that wrote the file. After an error it has
/// not changed.
#[inline(never)]
pub fn load<T: Real>(path: &Path, trainer: &mut Trainer<T>) -> Result<(), CheckpointError> {
    let bytes = read(path)?;
    let metadata = metadata_of(&bytes, path)?;
    compare(path, &metadata, &about(trainer))?;
    let marks: Marks = serde_json::from_value(metadata["marks"].clone())
        .map_err(|e| content(path, format!("its marks: {e}")))?;
    let file = open(&bytes, path)?;
    let state = State {
        marks,
        vectors: vectors(path, &file)?,
    };
    trainer
        .restore(state)
        .map_err(|source| CheckpointError::State {
            path: path.to_owned(),
            source,
        })
}

/// What has to be the same when a run goes on.
fn about<T: Real>(trainer: &Trainer<T>) -> Value {
    json!({
        "checkpoint": FORMAT,
        "precision": T::NAME,
        "settings": trainer.config(),
        "lr": trainer.optimizer().optimizer().lr(),
        "weight_decay": trainer.optimizer().optimizer().weight_decay(),
        "loss": trainer.loss().describe(),
        "optimizer": trainer.optimizer().describe(),
        "parameters": table(&trainer.model().params),
    })
}

/// Names and shapes of all segments.
fn table<T: Real>(params: &Params<T>) -> Value {
    let segments = params.segments().iter();
    segments.map(|s| json!([s.name, s.shape])).collect()
}

/// Whether the file was made by a run like this one.
fn compare(path: &Path, found: &Value, expected: &Value) -> Result<(), CheckpointError> {
    if found["checkpoint"] != expected["checkpoint"] {
        return Err(content(
            path,
            format!("it is of version {}, not {FORMAT}", found["checkpoint"]),
        ));
    }
    // A setting that is as it was before there was a choice is left out, on either side.
    let names: BTreeSet<&String> = [found, expected]
        .into_iter()
        .filter_map(|about| about["settings"].as_object())
        .flat_map(|settings| settings.keys())
        .collect();
    let of = |about: &'_ Value, name: &str| about["settings"][name].clone();
    let settings = names
        .into_iter()
        .map(|name| (name.as_str(), of(found, name), of(expected, name)));
    let others = ["precision", "loss", "lr", "weight_decay", "optimizer"]
        .map(|name| (name, found[name].clone(), expected[name].clone()));
    for (what, found, expected) in others.into_iter().chain(settings) {
        if found != expected {
            return Err(CheckpointError::Differs {
                path: path.to_owned(),
                what: what.to_owned(),
                found: found.to_string(),
                expected: expected.to_string(),
            });
        }
    }
    if found["parameters"] != expected["parameters"] {
        return Err(content(path, "it holds the parameters of another model"));
    }
    Ok(())
}

/// All tensors of the file.
fn vectors<T: Real>(
    path: &Path,
    file: &SafeTensors<'_>,
) -> Result<Vec<Named<'static, T>>, CheckpointError> {
    let each = file.iter().map(|(name, view)| {
        if view.dtype() != dtype::<T>() {
            return Err(content(
                path,
                format!("its {name} is of type {}, not {}", view.dtype(), T::NAME),
            ));
        }
        Ok((name.to_owned(), Cow::Owned(from_bytes(view.data()))))
    });
    each.collect()
}

fn content(path: &Path, reason: impl ToString) -> CheckpointError {
    CheckpointError::Content {
        path: path.to_owned(),
        reason: reason.to_string(),
    }
}

fn dtype<T: Real>() -> Dtype {
    match T::NAME {
        "f32" => Dtype::F32,
        _ => Dtype::F64,
    }
}

/// The numbers, every bit of them, lowest byte first.
fn to_bytes<T: Real>(values: &[T]) -> Vec<u8> {
    let mut bytes = vec![0; size_of_val(values)];
    match dtype::<T>() {
        Dtype::F32 => {
            for (place, x) in bytes.as_chunks_mut().0.iter_mut().zip(values) {
                *place = (x.to_f64() as f32).to_le_bytes();
            }
        }
        _ => {
            for (place, x) in bytes.as_chunks_mut().0.iter_mut().zip(values) {
                *place = x.to_f64().to_le_bytes();
            }
        }
    }
    bytes
}

/// What [`to_bytes`] was given.
fn from_bytes<T: Real>(bytes: &[u8]) -> Vec<T> {
    match dtype::<T>() {
        Dtype::F32 => {
            let numbers = bytes.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b));
            numbers.map(|x| T::from_f64(x.into())).collect()
        }
        _ => {
            let numbers = bytes.as_chunks().0.iter().map(|b| f64::from_le_bytes(*b));
            numbers.map(T::from_f64).collect()
        }
    }
}
