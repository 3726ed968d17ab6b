//! Ctrl-C, while the interpreter's lock is released.

use std::cell::Cell;
use std::time::{Duration, Instant};

use experiment::AppError;
use pyo3::Python;

/// Time between two looks.
const PERIOD: Duration = Duration::from_millis(50);

/// Asks the interpreter from time to time whether Ctrl-C was pressed.
pub(crate) struct Signals {
    looked: Cell<Instant>,
    pressed: Cell<bool>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            looked: Cell::new(Instant::now()),
            pressed: Cell::new(false),
        }
    }

    /// Whether to stop.
    pub(crate) fn pressed(&self) -> bool {
        if !self.pressed.get() && self.looked.get().elapsed() >= PERIOD {
            self.looked.set(Instant::now());
            // The exception is made anew from what this returns.
            self.pressed
                .set(Python::attach(|py| py.check_signals()).is_err());
        }
        self.pressed.get()
    }

    /// Refuses to go on after Ctrl-C.
    ///
    /// # Errors
    /// If it was pressed.
    pub(crate) fn check(&self) -> Result<(), AppError> {
        match self.pressed() {
            true => Err(AppError::Interrupted("interrupted".to_owned())),
            false => Ok(()),
        }
    }
}
