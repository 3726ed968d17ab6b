//! Pinning this process to processors, so that a figure for N threads is one for N processors.

use experiment::AppError;

/// Pins this thread, and all that it starts, to the first `n` of the processors that it may use, or to all of them if
/// they are fewer. Does nothing on systems where a process cannot choose.
#[cfg(target_os = "linux")]
pub(crate) fn to_processors(n: usize) -> Result<(), AppError> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let failed = |e: rustix::io::Errno| AppError::while_doing("cannot pin to processors", e);
    let allowed = sched_getaffinity(None).map_err(failed)?;
    let mut chosen = CpuSet::new();
    (0..CpuSet::MAX_CPU)
        .filter(|cpu| allowed.is_set(*cpu))
        .take(n)
        .for_each(|cpu| chosen.set(cpu));
    sched_setaffinity(None, &chosen).map_err(failed)
}

/// As on other systems, where a process cannot choose.
#[cfg(not(target_os = "linux"))]
pub(crate) fn to_processors(_n: usize) -> Result<(), AppError> {
    Ok(())
}
