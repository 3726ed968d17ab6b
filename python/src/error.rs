//! Errors of the engine and the programs as Python's exceptions.

use std::any::Any;
use std::cell::RefCell;
use std::panic::{self, AssertUnwindSafe};

use autograd::NO_MEMORY;
use experiment::AppError;
use pyo3::exceptions::{PyKeyboardInterrupt, PyMemoryError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

thread_local! {
    /// What the last panic of this thread said, and where.
    static PANIC: RefCell<Option<(String, String)>> = const { RefCell::new(None) };
}

/// Keeps the text of a panic for the exception that it becomes, instead of printing it. A library of Rust has its own
/// hook, so that of no other extension module is replaced.
pub(crate) fn keep_panics_for_the_exception() {
    panic::set_hook(Box::new(|info| {
        let text = text_of(info.payload());
        let place = info
            .location()
            .map_or_else(String::new, |at| format!(" ({at})"));
        PANIC.set(Some((text.to_owned(), place)));
    }));
}

/// What a panic said. It may have been raised on a thread of a pool, which hands on what it said and not where.
pub(crate) fn text_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("no message")
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
        .unwrap_or_else(|payload| Err(defect(text_of(&*payload))))
}

/// The `MemoryError` of a panic that says that there is no memory for a tensor; `None` of any other.
pub(crate) fn without_memory(text: &str) -> Option<PyErr> {
    text.starts_with(NO_MEMORY)
        .then(|| PyMemoryError::new_err(text.to_owned()))
}

/// The exception of a panic: what it said, and where, if that was on this thread.
fn defect(text: &str) -> PyErr {
    if let Some(error) = without_memory(text) {
        return error;
    }
    let last = PANIC.take().filter(|(said, _)| said == text);
    let place = last.map_or_else(String::new, |(_, place)| place);
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
