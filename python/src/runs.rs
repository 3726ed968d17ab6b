//! Runs of the programs: trained here, and opened again.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use autograd::Real;
use cli::training::TrainingApp;
use cli::{Classify, Regress};
use experiment::model_config::Each;
use experiment::progress::{DownloadProgress, Progress, Silent, TrainingProgress};
use experiment::run::{self, Plan};
use experiment::threads::on_threads;
use experiment::{AppError, interrupt};
use inspection::input_rows::{Input, rows_of};
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use records::EpochRecord;
use settings::{Given, Kind, Settings, file, to_toml};

use crate::arrays::{Ndarray, matrix};
use crate::error::{computing, exception, guarded};
use crate::named::{given, kind};
use crate::network::Network;
use crate::state::of_run;

/// Time between two looks for Ctrl-C.
const LOOK: Duration = Duration::from_millis(50);

/// Hands what a run says to Python.
struct Teller {
    /// Takes the kind of a message (`say`, `warn`, `begin`, `epoch`) and its text.
    tell: Arc<Py<PyAny>>,
}

impl Teller {
    fn tell(&self, kind: &str, text: &str) {
        tell(&self.tell, kind, text);
    }
}

/// Tells Python. What it raises there stops the run as Ctrl-C does: nobody listens any more.
fn tell(to: &Py<PyAny>, kind: &str, text: &str) {
    Python::attach(|py| {
        if let Err(error) = to.call1(py, (kind, text)) {
            error.write_unraisable(py, None);
            interrupt::request();
        }
    });
}

impl Progress for Teller {
    fn say(&self, text: &str) {
        self.tell("say", text);
    }

    fn warn(&self, text: &str) {
        self.tell("warn", text);
    }

    fn training(&self, epochs: u64, _steps: u64) -> Box<dyn TrainingProgress> {
        self.tell("begin", &epochs.to_string());
        Box::new(EpochTeller(Arc::clone(&self.tell)))
    }

    fn download(&self, file: &str, bytes: u64) -> Box<dyn DownloadProgress> {
        self.tell("say", &format!("downloading {file}, {bytes} bytes"));
        Box::new(Silent)
    }
}

/// Hands on the epochs of a training.
struct EpochTeller(Arc<Py<PyAny>>);

impl TrainingProgress for EpochTeller {
    fn step(&self, _done: u64) {}

    fn epoch(&mut self, record: &EpochRecord) {
        // A record is written to its file all the same, where a number cannot be.
        if let Ok(line) = serde_json::to_string(record) {
            tell(&self.0, "epoch", &line);
        }
    }

    fn finish(self: Box<Self>) {
        tell(&self.0, "end", "");
    }
}

/// The settings of a kind for which these are given, those of a file among them.
fn settings_of(
    kind: Kind,
    named: &[(String, String)],
    config: Option<&Path>,
) -> Result<Settings, AppError> {
    let mut all: Vec<Given> = match config {
        Some(path) => file::read(path, kind)?,
        None => Vec::new(),
    };
    all.extend(given(kind, named)?);
    Ok(settings::settle(kind, &all)?)
}

/// The settings in the form of `config.toml`, defaults among them.
///
/// # Errors
/// If a setting is refused, or the file cannot be read.
#[pyfunction]
pub(crate) fn config_text(
    kind_name: &str,
    named: Vec<(String, String)>,
    config: Option<PathBuf>,
) -> PyResult<String> {
    let kind = kind(kind_name)?;
    guarded(|| {
        let settings = settings_of(kind, &named, config.as_deref());
        Ok(to_toml(&settings.map_err(exception)?))
    })
}

/// Trains one network into a run folder, as the programs do, and returns the folder. Ctrl-C stops it at once; its checkpoint
/// stays.
///
/// # Errors
/// As the programs; `KeyboardInterrupt` after Ctrl-C, and what else the handler of a signal raises.
#[pyfunction]
pub(crate) fn run_experiment(
    py: Python<'_>,
    kind_name: &str,
    named: Vec<(String, String)>,
    config: Option<PathBuf>,
    listener: Py<PyAny>,
) -> PyResult<PathBuf> {
    let kind = kind(kind_name)?;
    let settings = guarded(|| settings_of(kind, &named, config.as_deref()).map_err(exception))?;
    if settings.is_sweep() {
        return Err(PyValueError::new_err(
            "grid, trials and search ask for a sweep, which trains many networks; an Experiment trains one",
        ));
    }
    if kind == Kind::Reconstruction {
        return Err(PyValueError::new_err(
            "an autoencoder is trained by the program autoencode; gradus.load opens its run",
        ));
    }
    let listener = Arc::new(listener);
    let progress: Arc<dyn Progress> = Arc::new(Teller { tell: listener });
    interrupt::withdraw();
    let waiting = thread::current();
    // Python looks for Ctrl-C on its main thread alone, so the work is on another.
    let worker = thread::Builder::new()
        .name("gradus".to_owned())
        .spawn(move || {
            let done = guarded(|| {
                let done = match kind {
                    Kind::Classification => learn::<Classify>(&settings, &progress),
                    _ => learn::<Regress>(&settings, &progress),
                };
                done.map_err(exception)
            });
            waiting.unpark();
            done
        })?;
    let mut raised = None;
    while !worker.is_finished() {
        py.detach(|| thread::park_timeout(LOOK));
        if let Err(error) = py.check_signals() {
            interrupt::request();
            raised.get_or_insert(error);
        }
    }
    let done = py.detach(|| worker.join());
    interrupt::withdraw();
    // After Ctrl-C the run itself says how to go on.
    if let Some(error) = raised.filter(|error| !error.is_instance_of::<PyKeyboardInterrupt>(py)) {
        return Err(error);
    }
    // What the thread may panic with is caught on it.
    done.unwrap_or_else(|_| Err(PyRuntimeError::new_err("the thread of the run is gone")))
}

fn learn<A: TrainingApp>(
    settings: &Settings,
    progress: &Arc<dyn Progress>,
) -> Result<PathBuf, AppError> {
    let plan = Plan {
        experiment: &settings.experiment,
        options: &settings.options,
        progress,
    };
    if let Some(folder) = run::nothing_left(&plan)? {
        return Ok(folder);
    }
    on_threads(settings.options.threads, || {
        match settings.experiment.training.f64 {
            true => learn_in::<A, f64>(settings, &plan),
            false => learn_in::<A, f32>(settings, &plan),
        }
    })
}

fn learn_in<A: TrainingApp, T: Real>(
    settings: &Settings,
    plan: &Plan<'_>,
) -> Result<PathBuf, AppError> {
    let trained = run::train::<A::Task, T>(plan, |data| A::task(settings, data))?;
    let folder = trained.folder().path().to_owned();
    let finished = A::finish(settings, plan, trained)?;
    finished
        .summary
        .iter()
        .for_each(|text| plan.progress.say(text));
    Ok(folder)
}

/// The model of a finished run.
///
/// # Errors
/// If the folder holds none.
#[pyfunction]
pub(crate) fn load_model(py: Python<'_>, folder: PathBuf) -> PyResult<Network> {
    computing(py, || of_run(&folder))
}

/// The numbers `[rows, columns]` of a table of text, with a heading, as a network takes them before it scales them, and
/// what its user should know. Columns are found by their names.
///
/// # Errors
/// If a row cannot be understood, or a column is missing.
#[pyfunction]
pub(crate) fn table_rows<'py>(
    py: Python<'py>,
    network: PyRef<'_, Network>,
    text: &[u8],
) -> PyResult<(Ndarray<'py>, Vec<String>)> {
    let (network, text) = (&*network, text.to_vec());
    let (numbers, columns, warnings) = computing(py, || {
        let mut config = network.config.clone();
        config.rows.scale = Each::All(1.0);
        config.rows.shift = Each::All(0.0);
        let found = rows_of(&Input::Bytes("the data frame".into(), text), &config)?;
        match found.refused.first() {
            None => {
                let rows = found.rows;
                let numbers: Vec<f64> = (0..rows.len()).flat_map(|i| rows.row(i)).collect();
                Ok((numbers, rows.row_len(), found.warnings))
            }
            Some(why) => Err(AppError::Failure(why.clone())),
        }
    })?;
    Ok((matrix(py, numbers, columns)?.into(), warnings))
}
