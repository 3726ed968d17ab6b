//! Ctrl-C: the first asks for a clean stop, the second stops at once.

use experiment::{AppError, interrupt};

/// Catches Ctrl-C from here on. Until it is called, Ctrl-C ends the process as usual.
pub(crate) fn install() -> Result<(), AppError> {
    ctrlc::set_handler(|| {
        if interrupt::request() {
            std::process::exit(130);
        }
    })
    .map_err(|e| AppError::while_doing("cannot listen for Ctrl-C", e))
}
