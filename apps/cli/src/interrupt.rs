//! Signals. Ctrl-C: the first asks for a clean stop, the second stops at once. Aborts end with exit code 1.

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

/// Takes a wish to terminate for the first Ctrl-C, which is how `mpirun` and schedulers hand that on to all ranks: they have a
/// moment to stop, and the first of them to say what is kept.
#[cfg(unix)]
pub(crate) fn listen_to_terminate() -> Result<(), AppError> {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;
    let asked = Arc::new(AtomicBool::new(false));
    let cannot = |e| AppError::while_doing("cannot listen for the end of the job", e);
    signal_hook::flag::register(signal_hook::consts::SIGTERM, Arc::clone(&asked))
        .map_err(cannot)?;
    let watch = move || {
        while !asked.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(20));
        }
        interrupt::request();
    };
    let watching = std::thread::Builder::new().spawn(watch);
    watching.map(drop).map_err(cannot)
}

/// Elsewhere a wish to terminate ends the process as the system has it.
#[cfg(not(unix))]
pub(crate) fn listen_to_terminate() -> Result<(), AppError> {
    Ok(())
}

/// Lets an abort end with exit code 1 in the place of a core dump. The standard library aborts where the system refuses
/// memory, after a sentence that says how much was asked for.
#[cfg(unix)]
pub(crate) fn exit_on_abort() -> Result<(), AppError> {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    let always = Arc::new(AtomicBool::new(true));
    signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGABRT, 1, always)
        .map(drop)
        .map_err(|e| AppError::while_doing("cannot listen for aborts", e))
}

/// Elsewhere an abort ends as the system has it.
#[cfg(not(unix))]
pub(crate) fn exit_on_abort() -> Result<(), AppError> {
    Ok(())
}
