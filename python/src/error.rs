//! Errors of the engine and the programs as Python's exceptions.

use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use experiment::AppError;
use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

thread_local! {
    /// What the last panic of this thread said, and where.
    static PANIC: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Keeps the text of a panic for the exception that it becomes, instead of printing it. A library of Rust has its own
/// hook, so that of no other extension module is replaced.
pub(crate) fn keep_panics_for_the_exception() {
    panic::set_hook(Box::new(|info| {
        let text = info.payload_as_str().unwrap_or("no message");
        let place = info
            .location()
            .map_or_else(String::new, |at| format!(" ({at})"));
        PANIC.set(Some((text.to_owned(), place)));
    }));
}

/// What the last panic of this thread said.
pub(crate) fn last_panic() -> String {
    PANIC.take().unwrap_or_default().0
}

/// Runs work without the interpreter's lock. A panic in it is a defect of ours, and becomes a `RuntimeError`.
///
/// # Errors
/// What the work returns, as an exception.
pub(crate) fn computing<R: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<R, AppError> + Send,
) -> PyResult<R> {
    // After a panic nothing is used again that the work could have left half done: what it changes it returns.
    py.detach(|| guarded(|| work().map_err(exception)))
}

/// Runs work. A panic in it is a defect of ours, and becomes a `RuntimeError`.
///
/// # Errors
/// What the work returns.
pub(crate) fn guarded<R>(work: impl FnOnce() -> PyResult<R>) -> PyResult<R> {
    panic::catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(defect(PANIC.take().unwrap_or_default())))
}

/// The exception of a panic: what it said, and where.
fn defect((text, place): (String, String)) -> PyErr {
    PyRuntimeError::new_err(format!(
        "a defect of Gradus, please report it: {text}{place}"
    ))
}

/// The exception of an error, with its sentence.
pub(crate) fn exception(error: AppError) -> PyErr {
    let text = error.to_string();
    match error {
        AppError::Usage(_) | AppError::Failure(_) | AppError::OutputClosed => {
            PyValueError::new_err(text)
        }
        AppError::Interrupted(_) => PyKeyboardInterrupt::new_err(text),
    }
}
