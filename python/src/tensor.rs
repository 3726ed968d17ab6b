//! Tensors of Python: values, and variables of a derivative that is being taken.
//!
//! A tape cannot leave the thread and the call that it was made for, but objects of Python can. So a variable is known by
//! the number of its record and its position there, and looked up when it is used. Nested derivatives record on the tape
//! of the outermost one, whose gradients are variables again: that gives every order.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

use autograd::{Tape, Tensor as Values, Var};
use numpy::ndarray::ArrayViewD;
use numpy::{PyArrayDyn, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::arrays::{Ndarray, row_major};
use crate::error::{text_of, without_memory};
use crate::operations::Operation;

/// The record of the outermost derivative of a thread, and its number.
struct Record {
    number: u64,
    tape: Rc<Tape<f64>>,
    /// Derivatives that are being taken on it, one within the other.
    depth: usize,
}

thread_local! {
    static RECORD: RefCell<Option<Record>> = const { RefCell::new(None) };
}

/// The number of the next record, of whichever thread: a variable that wanders to another thread is found out there.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// An array that derivatives can be taken through.
#[pyclass(module = "gradus._gradus", name = "Array", frozen)]
pub(crate) struct Array(Carrier);

#[derive(Clone)]
enum Carrier {
    /// Numbers.
    Values(Values<f64>),
    /// A variable: the number of its record, and its position there.
    Variable(u64, usize),
}

impl Array {
    fn values(&self) -> PyResult<Values<f64>> {
        match &self.0 {
            Carrier::Values(values) => Ok(values.clone()),
            Carrier::Variable(number, position) => {
                let tape = record(*number)?;
                refusing(|| tape.var(*position).tensor())
            }
        }
    }
}

/// The tape of a record that is still being made on this thread.
///
/// # Errors
/// If it is not.
fn record(number: u64) -> PyResult<Rc<Tape<f64>>> {
    let found = RECORD.with_borrow(|record| {
        let record = record.as_ref().filter(|record| record.number == number);
        record.map(|record| Rc::clone(&record.tape))
    });
    found.ok_or_else(|| {
        PyValueError::new_err(
            "this tensor belongs to a derivative that is over, or to another thread; return it from the function \
             instead of keeping it",
        )
    })
}

/// Does what may refuse shapes; a refusal becomes a `ValueError` with its sentence.
fn refusing<R>(work: impl FnOnce() -> R) -> PyResult<R> {
    // The tape only grows, and what a refused operation has added nobody knows of.
    panic::catch_unwind(AssertUnwindSafe(work)).map_err(|payload| {
        let text = text_of(&*payload);
        without_memory(text).unwrap_or_else(|| PyValueError::new_err(text.to_owned()))
    })
}

/// Applies an operation of the catalogue to arrays.
///
/// # Errors
/// If there is none of that name, it refuses the shapes, or a variable is of another record.
#[pyfunction]
#[pyo3(signature = (name, inputs, axes=Vec::new(), numbers=Vec::new()))]
pub(crate) fn apply(
    name: &str,
    inputs: Vec<PyRef<'_, Array>>,
    axes: Vec<isize>,
    numbers: Vec<f64>,
) -> PyResult<Array> {
    let operation = Operation {
        name,
        axes: &axes,
        numbers: &numbers,
    };
    let of_record = inputs.iter().find_map(|input| match &input.0 {
        Carrier::Variable(number, _) => Some(*number),
        Carrier::Values(_) => None,
    });
    let unknown = || {
        PyValueError::new_err(format!(
            "there is no operation {name:?} of {} arrays",
            inputs.len()
        ))
    };
    let Some(number) = of_record else {
        let values: PyResult<Vec<Values<f64>>> =
            inputs.iter().map(|input| input.values()).collect();
        let values = values?;
        let found = refusing(|| operation.on(&values.iter().collect::<Vec<_>>()))?;
        return Ok(Array(Carrier::Values(found.ok_or_else(unknown)?)));
    };
    let tape = record(number)?;
    let variables = variables(&tape, number, &inputs)?;
    let found = refusing(|| operation.on(&variables.iter().collect::<Vec<_>>()))?;
    let found: Var<'_, f64> = found.ok_or_else(unknown)?;
    Ok(Array(Carrier::Variable(number, found.position())))
}

/// Arrays as variables of a tape: numbers are constants.
fn variables<'t>(
    tape: &'t Tape<f64>,
    number: u64,
    arrays: &[PyRef<'_, Array>],
) -> PyResult<Vec<Var<'t, f64>>> {
    let variable = |array: &PyRef<'_, Array>| match &array.0 {
        Carrier::Values(values) => Ok(tape.constant(values.clone())),
        Carrier::Variable(own, position) if *own == number => refusing(|| tape.var(*position)),
        Carrier::Variable(own, _) => record(*own).map(|_| unreachable!("a thread has one record")),
    };
    arrays.iter().map(variable).collect()
}

/// Begins a derivative: makes variables of arrays. Within another derivative they are variables of its record, and depend
/// on what the arrays depend on. Each `begin` needs an `end`. Returns whether it is within another, and for each array the
/// variable and the leaf by which `pullback` differentiates.
///
/// # Errors
/// If an array belongs to a derivative that is over.
#[pyfunction]
pub(crate) fn begin(arrays: Vec<PyRef<'_, Array>>) -> PyResult<(bool, Vec<(Array, Array)>)> {
    let (number, tape, nested) = RECORD.with_borrow_mut(|record| {
        let record = record.get_or_insert_with(|| Record {
            number: NEXT.fetch_add(1, Ordering::Relaxed),
            tape: Rc::new(Tape::new()),
            depth: 0,
        });
        record.depth += 1;
        (record.number, Rc::clone(&record.tape), record.depth > 1)
    });
    let made = variables(&tape, number, &arrays).map(|variables| {
        let variable = |x: Var<'_, f64>| {
            // The derivative by what is added to a variable is that by its uses from here on alone.
            let added = tape.leaf(Values::zeros(&x.shape()));
            let place = |x: Var<'_, f64>| Array(Carrier::Variable(number, x.position()));
            (place(x + added), place(added))
        };
        (nested, variables.into_iter().map(variable).collect())
    });
    if made.is_err() {
        end();
    }
    made
}

/// Ends a derivative; with the outermost one its record is gone.
#[pyfunction]
pub(crate) fn end() {
    RECORD.with_borrow_mut(|record| {
        if let Some(open) = record {
            open.depth -= 1;
            if open.depth == 0 {
                *record = None;
            }
        }
    });
}

/// The products of a cotangent with the Jacobians of `y` by leaves that `begin` made: numbers, or if `recorded` variables,
/// to be differentiated again.
///
/// # Errors
/// If the cotangent has another shape than `y`.
#[pyfunction]
pub(crate) fn pullback(
    y: PyRef<'_, Array>,
    cotangent: PyRef<'_, Array>,
    leaves: Vec<PyRef<'_, Array>>,
    recorded: bool,
) -> PyResult<Vec<Array>> {
    let Some(Carrier::Variable(number, _)) = leaves.first().map(|leaf| leaf.0.clone()) else {
        return Ok(Vec::new());
    };
    let tape = record(number)?;
    let leaves = variables(&tape, number, &leaves)?;
    let [y] = variables(&tape, number, &[y])?[..] else {
        unreachable!("an array makes a variable");
    };
    if recorded {
        let [cotangent] = variables(&tape, number, &[cotangent])?[..] else {
            unreachable!("an array makes a variable");
        };
        let found = refusing(|| tape.vjp(y, cotangent, &leaves))?;
        let place = |g: Var<'_, f64>| Array(Carrier::Variable(number, g.position()));
        return Ok(found.into_iter().map(place).collect());
    }
    let cotangent = cotangent.values()?;
    let found = refusing(|| tape.backward_vjp(y, cotangent))?;
    let number = |leaf: Var<'_, f64>| Array(Carrier::Values(found.wrt(leaf)));
    Ok(leaves.into_iter().map(number).collect())
}

#[pymethods]
impl Array {
    /// Numbers of NumPy, copied once.
    #[new]
    #[pyo3(signature = (numbers: "ndarray"))]
    fn new(numbers: PyReadonlyArrayDyn<'_, f64>) -> PyResult<Self> {
        let shape = numbers.shape().to_vec();
        let values = refusing(|| Values::new(&shape, &row_major(&numbers)))?;
        Ok(Self(Carrier::Values(values)))
    }

    /// Its numbers, as an array of NumPy that cannot be written to: lent without a copy where they lie in row-major order,
    /// else copied.
    ///
    /// # Errors
    /// If it belongs to a derivative that is over.
    fn numpy<'py>(&self, py: Python<'py>) -> PyResult<Ndarray<'py>> {
        let values = self.values()?.contiguous();
        // A tensor on its own, which the view keeps alive: no operation writes to storage that a tensor shares.
        let owner = Bound::new(py, Self(Carrier::Values(values.clone())))?;
        let view = ArrayViewD::from_shape(values.shape(), values.elements());
        let view = view.map_err(|e| PyValueError::new_err(e.to_string()))?;
        // SAFETY: the elements live as long as the owner's share of the storage, which the array holds as its base, and
        // nothing moves or writes them in that time: `Array` is frozen, and the engine writes to unshared storage alone.
        let lent = unsafe { PyArrayDyn::borrow_from_array(&view, owner.into_any()) };
        let lent = lent.readwrite().make_nonwriteable();
        Ok(Bound::clone(&lent).into())
    }

    /// The sizes of its axes.
    ///
    /// # Errors
    /// If it belongs to a derivative that is over.
    #[getter]
    fn shape<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        PyTuple::new(py, self.values()?.shape())
    }

    /// Whether it is a variable of a derivative that is being taken.
    #[getter]
    fn is_variable(&self) -> bool {
        matches!(self.0, Carrier::Variable(..))
    }

    /// The same numbers, through which no derivative is taken.
    ///
    /// # Errors
    /// If it belongs to a derivative that is over.
    fn detached(&self) -> PyResult<Self> {
        Ok(Self(Carrier::Values(self.values()?)))
    }
}
