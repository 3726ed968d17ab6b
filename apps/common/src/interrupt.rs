//! Ctrl-C: the first asks for a clean stop, the second stops at once.

use std::sync::atomic::{AtomicBool, Ordering};

use crate::error::AppError;

static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Catches Ctrl-C from here on. Until it is called, Ctrl-C ends the process as usual.
pub fn install() -> Result<(), AppError> {
    ctrlc::set_handler(|| {
        if REQUESTED.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    })
    .map_err(|e| AppError::while_doing("cannot listen for Ctrl-C", e))
}

/// Whether Ctrl-C has been pressed. Long loops ask after each step.
pub fn requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
