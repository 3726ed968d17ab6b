//! Networks that come from elsewhere: from a pickle, the folder of a run, or another library.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use autograd::Real;
use datasets::Encoder;
use experiment::AppError;
use experiment::decision::Decided;
use experiment::model_config::{Each, InputConfig, ModelConfig, OutputConfig};
use nn::{ClassWeighted, Trainer, checkpoint};
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use serde_json::{Value, json};
use settings::{Experiment, Kind};

use crate::error::{computing, exception, guarded};
use crate::named::{given, kind};
use crate::network::{Either, Kept, Network, with};

/// All that it is: what defines it, and a checkpoint.
///
/// # Errors
/// If the folder for temporary files cannot be written to.
#[pyfunction]
pub(crate) fn state<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
) -> PyResult<(String, Bound<'py, PyBytes>)> {
    let network = &*network;
    let about = json!({
        "experiment": network.config.experiment,
        "rows": network.config.rows,
        "outputs": network.config.outputs,
        "class_weights": network.class_weights,
        "encoder": network.config.encoder,
        "decided": network.config.decided,
    });
    let bytes = computing(py, || {
        let file = Aside::new()?;
        with!(&network.kept, kept => {
            kept.locked(|trainer| checkpoint::save(&file.path(), trainer)).map_err(AppError::failure)?;
        });
        std::fs::read(file.path()).map_err(|e| AppError::while_doing("cannot read the state", e))
    })?;
    Ok((about.to_string(), PyBytes::new(py, &bytes)))
}

/// The network of a state, as `pickle` keeps it.
///
/// # Errors
/// If it is none.
#[pyfunction]
pub(crate) fn restored(py: Python<'_>, about: &str, bytes: &[u8]) -> PyResult<Network> {
    computing(py, || from_state(about, bytes))
}

/// The network of a finished run.
///
/// # Errors
/// If the folder holds none.
pub(crate) fn of_run(folder: &Path) -> Result<Network, AppError> {
    let config = ModelConfig::read(folder)?;
    let trainer = match config.is_f64() {
        true => Either::Double(Box::new(Kept::new(taken_up(&config, folder)?))),
        false => Either::Single(Box::new(Kept::new(taken_up(&config, folder)?))),
    };
    Ok(Network::new(config, trainer, None))
}

/// A file aside for a moment: checkpoints are written to and read from files. It lies in a folder that nobody else has made
/// and, where the system has owners of files, nobody else can look into.
struct Aside(PathBuf);

impl Aside {
    /// # Errors
    /// If there can be no such folder.
    fn new() -> Result<Self, AppError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let mut builder = std::fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let process = std::process::id();
        loop {
            let next = NEXT.fetch_add(1, Ordering::Relaxed);
            let folder = std::env::temp_dir().join(format!("gradus-state-{process}-{next}"));
            match builder.create(&folder) {
                Ok(()) => return Ok(Self(folder)),
                // Left by a process of before, or laid there by another: the next name.
                Err(e) if e.kind() == ErrorKind::AlreadyExists => {}
                Err(e) => {
                    let what = format!("cannot make the folder {}", folder.display());
                    return Err(AppError::while_doing(what, e));
                }
            }
        }
    }

    fn path(&self) -> PathBuf {
        self.0.join("state.safetensors")
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // What stays is for nobody but the owner.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn from_state(about: &str, bytes: &[u8]) -> Result<Network, AppError> {
    let damaged = |e: &dyn std::fmt::Display| {
        AppError::Failure(format!("this is no state of a network of Gradus: {e}"))
    };
    let about: Value = serde_json::from_str(about).map_err(|e| damaged(&e))?;
    let part = |name: &str| about[name].clone();
    let experiment: Experiment =
        serde_json::from_value(part("experiment")).map_err(|e| damaged(&e))?;
    let rows: InputConfig = serde_json::from_value(part("rows")).map_err(|e| damaged(&e))?;
    let outputs: Option<OutputConfig> =
        serde_json::from_value(part("outputs")).map_err(|e| damaged(&e))?;
    let class_weights: Option<Vec<f64>> =
        serde_json::from_value(part("class_weights")).map_err(|e| damaged(&e))?;
    let encoder: Option<Encoder> =
        serde_json::from_value(part("encoder")).map_err(|e| damaged(&e))?;
    let decided: Decided = serde_json::from_value(part("decided")).map_err(|e| damaged(&e))?;
    let config = ModelConfig {
        encoder,
        decided,
        ..ModelConfig::new(&experiment, rows, outputs, "the data")?
    };
    let file = Aside::new()?;
    std::fs::write(file.path(), bytes)
        .map_err(|e| AppError::while_doing("cannot write the state", e))?;
    let weights = class_weights.as_deref();
    let (kept, done) = match config.is_f64() {
        true => {
            let trainer = loaded(&config, weights, &file.path())?;
            let done = trainer.epochs();
            (Either::Double(Box::new(Kept::new(trainer))), done)
        }
        false => {
            let trainer = loaded(&config, weights, &file.path())?;
            let done = trainer.epochs();
            (Either::Single(Box::new(Kept::new(trainer))), done)
        }
    };
    let mut network = Network::new(config, kept, class_weights);
    network.done = done;
    Ok(network)
}

/// The trainer of a config in the state of a file.
fn loaded<T: Real>(
    config: &ModelConfig,
    weights: Option<&[f64]>,
    file: &Path,
) -> Result<Trainer<T>, AppError> {
    let mut trainer = trainer(config, weights)?;
    checkpoint::load(file, &mut trainer).map_err(AppError::failure)?;
    Ok(trainer)
}

/// A trainer at the start, with the weights of a finished run.
fn taken_up<T: Real>(config: &ModelConfig, folder: &Path) -> Result<Trainer<T>, AppError> {
    let mut trainer = trainer(config, None)?;
    *trainer.model_mut() = config.trained(folder)?;
    Ok(trainer)
}

/// The trainer of a config, whose state is loaded after.
fn trainer<T: Real>(config: &ModelConfig, weights: Option<&[f64]>) -> Result<Trainer<T>, AppError> {
    let training = &config.experiment.training;
    let (model, optimizer) = (config.fresh(0)?, training.optimizer());
    let trainer = match weights {
        Some(weights) => Trainer::new(model, optimizer, ClassWeighted::new(config.loss(), weights)),
        None => Trainer::new(model, optimizer, config.loss()),
    };
    Ok(trainer.with_config(training.config))
}

/// The network of some settings with these parameters, in the order and the layout of its own.
///
/// # Errors
/// If a setting is refused, or the parameters are others than the network has.
#[pyfunction]
pub(crate) fn assembled(
    py: Python<'_>,
    kind_name: &str,
    named: Vec<(String, String)>,
    sizes: [usize; 2],
    parameters: Vec<(String, Vec<f64>)>,
) -> PyResult<Network> {
    let kind = kind(kind_name)?;
    let named = given(kind, &named).map_err(exception)?;
    let settled = guarded(|| settings::settle(kind, &named).map_err(|e| exception(e.into())))?;
    computing(py, || assemble(&settled.experiment, sizes, &parameters))
}

fn assemble(
    experiment: &Experiment,
    [inputs, outputs]: [usize; 2],
    parameters: &[(String, Vec<f64>)],
) -> Result<Network, AppError> {
    let numbered = |count: usize| (0..count).map(|i| i.to_string()).collect::<Vec<_>>();
    let classifies = experiment.kind() == Kind::Classification;
    // A single output tells two classes apart.
    let classes = if classifies { outputs.max(2) } else { 0 };
    let rows = InputConfig {
        shape: vec![inputs],
        columns: (0..inputs).map(|i| format!("x{i}")).collect(),
        scale: Each::All(1.0),
        shift: Each::All(0.0),
        classes: numbered(classes),
        targets: match classifies {
            true => vec!["class".to_owned()],
            false => numbered(outputs),
        },
    };
    let meaning = (!classifies).then(|| OutputConfig {
        scale: vec![1.0; outputs],
        shift: vec![0.0; outputs],
    });
    let config = ModelConfig::new(experiment, rows, meaning, "the network")?;
    let trainer = match config.is_f64() {
        true => Either::Double(Box::new(Kept::new(filled(&config, parameters)?))),
        false => Either::Single(Box::new(Kept::new(filled(&config, parameters)?))),
    };
    Ok(Network::new(config, trainer, None))
}

/// A trainer at the start, with these parameters.
fn filled<T: Real>(
    config: &ModelConfig,
    parameters: &[(String, Vec<f64>)],
) -> Result<Trainer<T>, AppError> {
    let mut trainer = trainer::<T>(config, None)?;
    let params = &mut trainer.model_mut().params;
    let segments: Vec<_> = params
        .segments()
        .iter()
        .map(|s| (s.name.clone(), s.range.clone()))
        .collect();
    if segments.len() != parameters.len() {
        return Err(AppError::Failure(format!(
            "the network has {} parameters, and {} are given",
            segments.len(),
            parameters.len()
        )));
    }
    for ((own, range), (name, values)) in segments.into_iter().zip(parameters) {
        if range.len() != values.len() {
            return Err(AppError::Failure(format!(
                "{name} has {} numbers, and the network's {own} has {}",
                values.len(),
                range.len()
            )));
        }
        let places = params.values_mut()[range].iter_mut().zip(values);
        places.for_each(|(place, x)| *place = T::from_f64(*x));
    }
    Ok(trainer)
}
