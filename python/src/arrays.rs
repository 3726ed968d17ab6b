//! Arrays of NumPy as the engine takes them, and back.

use std::convert::Infallible;

use autograd::Real;
use datasets::Rows;
use numpy::ndarray::Dimension;
use numpy::{
    Element, PyArray, PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray, PyReadonlyArray2,
    PyUntypedArrayMethods,
};
use pyo3::exceptions::{PyTypeError, PyValueError};
#[cfg(feature = "stubs")]
use pyo3::inspect::PyStaticExpr;
use pyo3::prelude::*;

/// What stubs call the type of an array, which the crate `numpy` does not say.
#[cfg(feature = "stubs")]
const NDARRAY: PyStaticExpr = pyo3::type_hint_identifier!("numpy", "ndarray");

/// A table of one of both precisions, as it came. The Python layer hands over contiguous arrays of these types.
pub(crate) enum Matrix<'py> {
    /// `float32`.
    Single(PyReadonlyArray2<'py, f32>),
    /// `float64`.
    Double(PyReadonlyArray2<'py, f64>),
}

// Written out, because what is derived makes an exception of the type that does not fit, which takes longer than a prediction.
impl<'py> FromPyObject<'_, 'py> for Matrix<'py> {
    type Error = PyErr;
    #[cfg(feature = "stubs")]
    const INPUT_TYPE: PyStaticExpr = NDARRAY;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = object.cast::<PyArray2<f64>>() {
            return Ok(Self::Double(array.try_readonly()?));
        }
        match object.cast::<PyArray2<f32>>() {
            Ok(array) => Ok(Self::Single(array.try_readonly()?)),
            Err(_) => Err(PyTypeError::new_err(
                "an array of two axes of float32 or float64 is wanted here",
            )),
        }
    }
}

impl Matrix<'_> {
    /// The numbers of rows and columns.
    pub(crate) fn shape(&self) -> [usize; 2] {
        let of = |shape: &[usize]| [shape[0], shape[1]];
        match self {
            Self::Single(array) => of(array.shape()),
            Self::Double(array) => of(array.shape()),
        }
    }

    /// Whether it is `float64`.
    pub(crate) fn is_double(&self) -> bool {
        matches!(self, Self::Double(_))
    }

    /// Its rows in the shape of a sample, copied once.
    ///
    /// # Errors
    /// If it has no column or others than the shape, or a number that is not finite.
    pub(crate) fn rows(&self, name: &str, shape: &[usize]) -> PyResult<Rows> {
        let ([_, columns], wanted) = (self.shape(), shape.iter().product::<usize>());
        if columns != wanted || wanted == 0 {
            return Err(PyValueError::new_err(format!(
                "{name} has {columns} columns, and the network takes {wanted}"
            )));
        }
        Ok(match self {
            Self::Single(array) => Rows::reals32(shape, finite(array, name)?),
            Self::Double(array) => Rows::reals64(shape, finite(array, name)?),
        })
    }
}

/// Numbers in double precision along one axis, copied once.
pub(crate) struct Numbers(pub(crate) Vec<f64>);

impl<'py> FromPyObject<'_, 'py> for Numbers {
    type Error = PyErr;
    #[cfg(feature = "stubs")]
    const INPUT_TYPE: PyStaticExpr = NDARRAY;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        match object.cast::<PyArray1<f64>>() {
            Ok(array) => Ok(Self(row_major(&array.try_readonly()?))),
            Err(_) => Err(PyTypeError::new_err(
                "an array of one axis of float64 is wanted here",
            )),
        }
    }
}

/// An array of any type and number of axes that Python gets.
pub(crate) struct Ndarray<'py>(Bound<'py, PyAny>);

impl<'py, T, D> From<Bound<'py, PyArray<T, D>>> for Ndarray<'py> {
    fn from(array: Bound<'py, PyArray<T, D>>) -> Self {
        Self(array.into_any())
    }
}

impl<'py> IntoPyObject<'py> for Ndarray<'py> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = Infallible;
    #[cfg(feature = "stubs")]
    const OUTPUT_TYPE: PyStaticExpr = NDARRAY;

    fn into_pyobject(self, _: Python<'py>) -> Result<Self::Output, Infallible> {
        Ok(self.0)
    }
}

/// The numbers of an array in row-major order, whatever its layout.
pub(crate) fn row_major<T: Element + Copy, D: Dimension>(
    array: &PyReadonlyArray<'_, T, D>,
) -> Vec<T> {
    // A slice is also had of an array in the order of columns.
    match array.as_slice() {
        Ok(numbers) if array.is_c_contiguous() => numbers.to_vec(),
        _ => array.as_array().iter().copied().collect(),
    }
}

/// The numbers of an array in row-major order.
///
/// # Errors
/// If one is not finite.
fn finite<T: Element + Real>(array: &PyReadonlyArray2<'_, T>, name: &str) -> PyResult<Vec<T>> {
    let numbers = row_major(array);
    match numbers.iter().all(|x| x.to_f64().is_finite()) {
        true => Ok(numbers),
        false => Err(PyValueError::new_err(format!(
            "{name} contains NaN or infinity"
        ))),
    }
}

/// Numbers as an array of one axis.
pub(crate) fn vector<'py, T: Element>(py: Python<'py>, of: Vec<T>) -> Bound<'py, PyArray1<T>> {
    PyArray1::from_vec(py, of)
}

/// Numbers in row-major order as an array with so many columns.
///
/// # Errors
/// If they do not make whole rows.
pub(crate) fn matrix<'py, T: Element>(
    py: Python<'py>,
    of: Vec<T>,
    columns: usize,
) -> PyResult<Bound<'py, PyArray2<T>>> {
    let rows = of.len() / columns.max(1);
    PyArray1::from_vec(py, of).reshape([rows, columns])
}
