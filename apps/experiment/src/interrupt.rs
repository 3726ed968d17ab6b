//! A wish to stop, which long loops ask about after each step. The command line states it at the first Ctrl-C.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::AppError;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Asks everything that runs in this process to stop. Returns whether that had been asked before.
pub fn request() -> bool {
    REQUESTED.swap(true, Ordering::Relaxed)
}

/// Withdraws the wish, for a process that goes on after a stop.
pub fn withdraw() {
    REQUESTED.store(false, Ordering::Relaxed);
}

/// Whether a stop was asked for.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// Whether a loop goes on: not after a stop was asked for.
pub fn flow() -> ControlFlow<()> {
    match requested() {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    }
}

/// Refuses to go on after a stop was asked for.
///
/// # Errors
/// [`AppError::Interrupted`] if it was.
pub fn check() -> Result<(), AppError> {
    match requested() {
        true => Err(interrupted()),
        false => Ok(()),
    }
}

/// The error of work that stopped, where there is nothing to go on with.
pub fn interrupted() -> AppError {
    AppError::Interrupted("interrupted".to_owned())
}
