//! Arrays as the data of an experiment.

use std::sync::Arc;

use datasets::{Dataset, Division, InputKind, Part, RawData, Rows, Targets};
use experiment::AppError;
use experiment::data::Data;
use numpy::{PyReadonlyArray1, PyReadonlyArray2, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use settings::Experiment;

use crate::arrays::{Matrix, row_major};
use crate::error::guarded;

/// Samples in memory, and what their parts are called.
pub(crate) struct Samples {
    pub(crate) inputs: Rows,
    pub(crate) targets: Targets,
    /// The names of the columns of the inputs.
    pub(crate) columns: Vec<String>,
    /// The rows that are trained on; those after them validate.
    pub(crate) training: usize,
}

impl Samples {
    /// The data of an experiment: validation rows are those after the training rows, or else the share of these that the
    /// experiment holds out, drawn as the programs draw it.
    ///
    /// # Errors
    /// If there are too few rows to hold some out.
    pub(crate) fn into_data(self, experiment: &Experiment) -> Result<Data, AppError> {
        let count = self.inputs.len() as u32;
        let first: Vec<u32> = (0..self.training as u32).collect();
        let division = Division::Stratified;
        let (train, validation) = match first.len() as u32 == count {
            false => (first, (self.training as u32..count).collect()),
            true => {
                let (share, seed) = (experiment.data.val_fraction, experiment.data.split_seed);
                let parts = division
                    .split(&self.targets, &first, share, seed, "validation")
                    .map_err(|e| {
                        AppError::while_doing("cannot hold out samples for validation", e)
                    })?;
                (parts.train, parts.test)
            }
        };
        let numbered = |count: usize| (0..count).map(|i| i.to_string()).collect();
        let (class_names, target_names) = match self.targets.unweighted() {
            Targets::Values(values) => (Vec::new(), numbered(values.row_len())),
            Targets::Classes { classes, .. } => (numbered(*classes), vec!["class".to_owned()]),
            Targets::Weighted(_) => unreachable!("targets without their weights have none"),
        };
        let set = Dataset {
            name: "the data".to_owned(),
            part: Part {
                inputs: self.inputs,
                targets: self.targets,
            },
            noiseless: None,
            official_train: 0..count,
            official_test: None,
            official_validation: None,
            input: InputKind::Table {
                columns: self.columns,
            },
            class_names,
            target_names,
            provenance: "arrays in memory".to_owned(),
            notes: Vec::new(),
            description: None,
        };
        Ok(Data {
            raw: Arc::new(RawData::from(set.clone())),
            set,
            train,
            validation,
            test: Vec::new(),
            division,
            encoder: None,
            fingerprint: None,
        })
    }
}

/// The samples of a training.
#[derive(FromPyObject)]
pub(crate) struct Given<'py> {
    /// The inputs `[rows, columns]`, contiguous.
    #[pyo3(item)]
    pub(crate) x: Matrix<'py>,
    /// The targets: numbers of classes `[rows]`, or `[rows, targets]` values, which of labels are 0 and 1.
    #[pyo3(item)]
    y: Answers<'py>,
    /// How much each row counts.
    #[pyo3(item)]
    sample_weight: Option<PyReadonlyArray1<'py, f64>>,
    /// The names of the columns.
    #[pyo3(item)]
    columns: Vec<String>,
    /// The rows that are trained on; those after them validate.
    #[pyo3(item)]
    training: usize,
    /// The number of classes.
    #[pyo3(item)]
    classes: usize,
}

/// Targets as NumPy has them.
#[derive(FromPyObject)]
enum Answers<'py> {
    Classes(PyReadonlyArray1<'py, u32>),
    Values(PyReadonlyArray2<'py, f64>),
}

impl Given<'_> {
    /// The samples, copied once, a sample in this shape, or along one axis.
    ///
    /// # Errors
    /// If a number is not finite, the lengths differ, or the columns do not make the shape.
    pub(crate) fn samples(&self, shape: Option<&[usize]>) -> PyResult<Samples> {
        guarded(|| {
            let [rows, _] = self.x.shape();
            let targets = match &self.y {
                Answers::Classes(labels) => Targets::classes(row_major(labels), self.classes),
                Answers::Values(values) => {
                    let columns = values.shape()[1];
                    Targets::Values(Rows::reals64(&[columns], row_major(values)))
                }
            };
            if targets.len() != rows || self.training > rows {
                return Err(PyValueError::new_err(format!(
                    "X has {rows} rows and y {}",
                    targets.len()
                )));
            }
            let targets = match &self.sample_weight {
                Some(weights) => targets.weighted(row_major(weights)),
                None => targets,
            };
            Ok(Samples {
                inputs: self.x.rows("X", shape.unwrap_or(&[self.x.shape()[1]]))?,
                targets,
                columns: self.columns.clone(),
                training: self.training,
            })
        })
    }
}
