//! Ctrl-C and other signals, while the interpreter's lock is released.

use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use experiment::AppError;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;

/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(50);

/// Asks the interpreter from time to time for signals. What their handlers raise ends the work: `KeyboardInterrupt` after
/// Ctrl-C, or an exception of the user's own.
pub(crate) struct Signals {
    looked: Mutex<Instant>,
    raised: OnceLock<PyErr>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            looked: Mutex::new(Instant::now()),
            raised: OnceLock::new(),
        }
    }

    /// Whether to stop.
    pub(crate) fn pressed(&self) -> bool {
        if self.raised.get().is_none() && self.is_due() {
            // Set by nobody else, since one thread looks at a time.
            if let Err(error) = Python::attach(|py| py.check_signals()) {
                let _ = self.raised.set(error);
            }
        }
        self.raised.get().is_some()
    }

    fn is_due(&self) -> bool {
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let due = looked.elapsed() >= PERIOD;
        if due {
            *looked = Instant::now();
        }
        due
    }

    /// Refuses to go on after a signal.
    ///
    /// # Errors
    /// If there was one; its exception is to be had by [`or`](Self::or).
    pub(crate) fn check(&self) -> Result<(), AppError> {
        match self.pressed() {
            true => Err(AppError::Interrupted("interrupted".to_owned())),
            false => Ok(()),
        }
    }

    /// What a handler raised, or else this exception of the work that it may have ended.
    pub(crate) fn or(self, error: PyErr) -> PyErr {
        self.raised.into_inner().unwrap_or(error)
    }

    /// Takes what a handler raised, unless it is the `KeyboardInterrupt` of Ctrl-C.
    pub(crate) fn take_other(&mut self) -> Option<PyErr> {
        let of_ctrl_c =
            |error: &PyErr| Python::attach(|py| error.is_instance_of::<PyKeyboardInterrupt>(py));
        self.raised.take().filter(|error| !of_ctrl_c(error))
    }
}
