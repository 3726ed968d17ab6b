//! A trained network, as the estimators of the Python layer hold it.

use std::sync::{Mutex, PoisonError};

use autograd::prelude::*;
use autograd::{Real, ThreadPool};
use datasets::Rows;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::run::Prepared;
use nn::{Kind, Model, Trainer};
use numpy::{Element, PyArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::arrays::{Matrix, Ndarray, matrix, vector};
use crate::data::Samples;
use crate::error::{computing, guarded};
use crate::fit::{Done, Epoch, Snapshot};

/// A trainer, and its model as it was after the last training: many threads of Python may ask that at a time.
pub(crate) struct Kept<T: Real> {
    /// The model.
    pub(crate) model: Model<T>,
    trainer: Mutex<Trainer<T>>,
}

impl<T: Real> Kept<T> {
    /// A trainer as it is.
    pub(crate) fn new(trainer: Trainer<T>) -> Self {
        Self {
            model: trainer.model().clone(),
            trainer: Mutex::new(trainer),
        }
    }

    /// Does what needs the trainer. Who holds the interpreter's lock must not wait here.
    pub(crate) fn locked<R>(&self, work: impl FnOnce(&Trainer<T>) -> R) -> R {
        work(&self.trainer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Trains, and takes the model that comes out.
    pub(crate) fn trained<R>(&mut self, work: impl FnOnce(&mut Trainer<T>) -> R) -> R {
        let trainer = self.trainer.get_mut();
        let trainer = trainer.unwrap_or_else(PoisonError::into_inner);
        let done = work(trainer);
        self.model = trainer.model().clone();
        done
    }
}

/// What is kept of a training, in one of both precisions.
pub(crate) enum Either {
    /// `float32`.
    Single(Box<Kept<f32>>),
    /// `float64`.
    Double(Box<Kept<f64>>),
}

/// Does the same in either precision.
macro_rules! with {
    ($either:expr, $kept:ident => $body:expr) => {
        match $either {
            $crate::network::Either::Single($kept) => $body,
            $crate::network::Either::Double($kept) => $body,
        }
    };
}
pub(crate) use with;

/// A network with its trainer, and what defines it.
#[pyclass(module = "gradus._gradus")]
pub(crate) struct Network {
    pub(crate) config: ModelConfig,
    pub(crate) kept: Either,
    /// The weight of each class in training.
    pub(crate) class_weights: Option<Vec<f64>>,
    /// The epochs of the last call.
    epochs: Vec<Epoch>,
    /// What ended the last call: `"max_iter"`, `"tol"`, `"callback"`, `"interrupted"`, or what the optimizer says.
    ended: String,
    /// The number of epochs in all.
    pub(crate) done: u64,
    /// The parameters that the last call kept, until they are taken.
    snapshots: Vec<Snapshot>,
}

/// Runs work on so many threads. On one there is no pool to make.
pub(crate) fn on_threads<R>(threads: usize, work: impl FnOnce() -> R) -> R {
    match threads {
        1 => work(),
        threads => ThreadPool::new(threads).install(work),
    }
}

impl Network {
    /// A network that was not trained by this process.
    pub(crate) fn new(config: ModelConfig, kept: Either, class_weights: Option<Vec<f64>>) -> Self {
        Self {
            config,
            kept,
            class_weights,
            epochs: Vec::new(),
            ended: String::new(),
            done: 0,
            snapshots: Vec::new(),
        }
    }

    /// Takes what a call of its trainer did; returns the exception to pass on.
    pub(crate) fn take(&mut self, done: Done) -> Option<PyErr> {
        self.done += done.epochs.len() as u64;
        (self.epochs, self.ended, self.snapshots) = (done.epochs, done.ended, done.snapshots);
        done.error
    }

    /// All parameters, buffers included.
    pub(crate) fn values(&self) -> Vec<f64> {
        with!(&self.kept, kept => {
            kept.model.params.values().iter().map(|x| x.to_f64()).collect()
        })
    }

    /// Samples as the network takes them.
    ///
    /// # Errors
    /// If they have other columns.
    pub(crate) fn prepared(&self, samples: Samples) -> Result<Prepared, AppError> {
        let mut experiment = self.config.experiment.clone();
        experiment.data.val_fraction = 0.0;
        Ok(Prepared::of_config(
            samples.into_data(&experiment)?,
            &self.config,
        ))
    }

    /// Rows as the network takes them.
    ///
    /// # Errors
    /// If they have other columns, or a number that is not finite.
    fn scaled(&self, x: &Matrix<'_>) -> PyResult<Rows> {
        guarded(|| {
            let rows = x.rows("X", &self.config.rows.shape)?;
            Ok(rows.scaled(self.config.rows.affine()))
        })
    }

    /// What the network says of scaled rows.
    pub(crate) fn answers<'py>(
        &self,
        py: Python<'py>,
        rows: &Rows,
        threads: usize,
    ) -> PyResult<Ndarray<'py>> {
        with!(&self.kept, kept => self.answers_of(&kept.model, py, rows, threads))
    }

    fn answers_of<'py, T: Real + Element>(
        &self,
        model: &Model<T>,
        py: Python<'py>,
        rows: &Rows,
        threads: usize,
    ) -> PyResult<Ndarray<'py>> {
        let said = || model.predict(rows).map_err(AppError::failure);
        match &self.config.outputs {
            None if self.config.is_multilabel() => {
                let of = computing(py, || {
                    on_threads(threads, || Ok(said()?.outputs.sigmoid().to_vec()))
                })?;
                Ok(matrix(py, of, self.config.rows.targets.len())?.into())
            }
            None => {
                let of = computing(py, || {
                    on_threads(threads, || Ok(self.config.decided.probabilities(&said()?)))
                })?;
                Ok(matrix(py, of, self.config.rows.classes.len())?.into())
            }
            Some(meaning) => {
                let of = computing(py, || {
                    on_threads(threads, || {
                        Ok(meaning.in_own_units(&said()?.outputs.to_vec()))
                    })
                })?;
                Ok(matrix(py, of, meaning.scale.len())?.into())
            }
        }
    }

    /// Whether it computes in `float64`.
    pub(crate) fn is_double(&self) -> bool {
        matches!(self.kept, Either::Double(_))
    }
}

#[pymethods]
impl Network {
    /// What the network says of some rows: the probability of each class `[rows, classes]` or label, or the values `[rows, targets]`
    /// in the targets' own units.
    ///
    /// # Errors
    /// If the rows have other columns, or a number that is not finite.
    fn predict<'py>(
        &self,
        py: Python<'py>,
        x: Matrix<'py>,
        threads: usize,
    ) -> PyResult<Ndarray<'py>> {
        self.answers(py, &self.scaled(&x)?, threads)
    }

    /// The class of each row, as a number from 0.
    ///
    /// # Errors
    /// As for `predict`.
    fn classes<'py>(
        &self,
        py: Python<'py>,
        x: Matrix<'py>,
        threads: usize,
    ) -> PyResult<Ndarray<'py>> {
        let rows = self.scaled(&x)?;
        let of = with!(&self.kept, kept => computing(py, || on_threads(threads, || {
            let found = kept.model.predict(&rows).map_err(AppError::failure)?;
            let decided = &self.config.decided;
            Ok(match decided.is_none() {
                true => found.classes(),
                false => decided.classes(&found, &decided.probabilities(&found)),
            })
        }))?);
        Ok(vector(py, of).into())
    }

    /// The epochs of the last call, a dictionary's worth each: loss with penalties, learning rate, seconds, and the loss and
    /// score on the validation samples.
    #[getter]
    fn epochs(&self) -> Vec<([f64; 3], Option<[f64; 2]>)> {
        let epochs = self.epochs.iter();
        epochs
            .map(|epoch| (epoch.record, epoch.validation))
            .collect()
    }

    /// What ended the last call.
    #[getter]
    fn ended(&self) -> &str {
        &self.ended
    }

    /// The number of epochs in all.
    #[getter]
    fn epochs_done(&self) -> u64 {
        self.done
    }

    /// The parameters that the last call kept, each with its epoch, in the order of `flat` and the precision of
    /// the network. They are given away: a second call has none.
    #[pyo3(signature = () -> "list[tuple[int, ndarray]]")]
    fn take_snapshots(&mut self) -> Vec<Snapshot> {
        std::mem::take(&mut self.snapshots)
    }

    /// The parameters: name, kind (`weight`, `bias`, `norm` or `buffer`) and numbers of each. Weights of linear layers are
    /// `[inputs, outputs]`.
    ///
    /// # Errors
    /// If memory runs out.
    fn parameters<'py>(
        &self,
        py: Python<'py>,
    ) -> PyResult<Vec<(String, &'static str, Ndarray<'py>)>> {
        with!(&self.kept, kept => {
            let params = &kept.model.params;
            params.iter().map(|(_, segment, values)| {
                let kind = match segment.kind {
                    Kind::Weight => "weight",
                    Kind::Bias => "bias",
                    Kind::Norm => "norm",
                    Kind::Buffer => "buffer",
                };
                let array = vector(py, values.to_vec()).reshape(segment.shape.clone())?;
                Ok((segment.name.clone(), kind, array.into()))
            }).collect()
        })
    }

    /// All parameters as one vector, buffers included, in the order of `parameters`.
    #[getter]
    fn flat<'py>(&self, py: Python<'py>) -> Ndarray<'py> {
        vector(py, self.values()).into()
    }

    /// The names of the classes, of the targets and of the columns.
    fn names(&self) -> (Vec<String>, Vec<String>, Vec<String>) {
        let rows = &self.config.rows;
        (
            rows.classes.clone(),
            rows.targets.clone(),
            rows.columns.clone(),
        )
    }

    /// The settings of its experiment, as the programs have them in their files.
    ///
    /// # Errors
    /// If a setting is a number that JSON cannot hold.
    #[getter]
    fn experiment(&self) -> PyResult<String> {
        let text = serde_json::to_string(&self.config.experiment);
        text.map_err(|e| PyValueError::new_err(e.to_string()))
    }
}
