//! What happens around an app's work: checks at the start, one sentence and an exit code at the end.

use std::any::Any;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use autograd::{Isa, NO_MEMORY};
use experiment::{AppError, threads};
use ranks::{Stop, World};

use crate::{interrupt, terminal};

/// Runs an app: checks the environment, catches Ctrl-C, runs `work`, prints what went wrong as `error: …` on standard
/// error and returns the exit code.
///
/// A panic in `work` is a bug of ours, but where a tensor finds no memory. It becomes one sentence that asks to report it,
/// with exit code 1; with `RUST_BACKTRACE=1` the backtrace follows.
pub fn main(work: impl FnOnce() -> Result<(), AppError>) -> ExitCode {
    main_on_ranks(|world| {
        by_itself(world, "nothing that this program does")?;
        work()
    })
}

/// [`main`] of a program whose work may be shared by processes that MPI started together: each runs `work`, and rank 0 alone
/// prints. All end with its exit code. A panic on any ends all.
pub fn main_on_ranks(work: impl FnOnce(&World) -> Result<(), AppError>) -> ExitCode {
    install_panic_hook();
    let world = match start() {
        Ok(world) => world,
        Err(code) => return ExitCode::from(code),
    };
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        Isa::of_environment().map_err(AppError::Usage)?;
        interrupt::exit_on_abort()?;
        interrupt::install()?;
        if !world.is_alone() {
            interrupt::listen_to_terminate()?;
        }
        work(&world)
    }));
    let (code, error) = match outcome {
        Ok(Ok(())) => (0, None),
        Ok(Err(error)) => {
            if error != AppError::OutputClosed {
                complain(&error);
            }
            (exit_code(&error), Some(error.to_string()))
        }
        Err(_) if world.is_alone() => (1, None),
        Err(_) => world.abort(1),
    };
    ExitCode::from(world.end(code, error.as_deref()))
}

/// How ranks ask each other to stop.
const STOP: Stop = Stop {
    requested: experiment::interrupt::requested,
    request: || {
        experiment::interrupt::request();
    },
};

/// The ranks that were started together; the exit code, if this process cannot be one of them.
fn start() -> Result<World, u8> {
    match World::start(STOP) {
        Ok(world) => {
            if !world.is_root() {
                terminal::mute();
            }
            if let Some(cores) = world.cores() {
                threads::share(cores);
            }
            Ok(world)
        }
        Err(e) => {
            match e.is_first {
                true => terminal::err(format_args!("error: {e}")),
                // The first that ends with an error ends all, and the one that says why may not have come to that yet.
                false => std::thread::sleep(Duration::from_secs(1)),
            }
            Err(1)
        }
    }
}

/// Refuses work that several ranks would all do; `what` they share of this program's is named.
///
/// # Errors
/// If there are several.
pub fn by_itself(world: &World, what: &str) -> Result<(), AppError> {
    match world.is_alone() {
        true => Ok(()),
        false => Err(AppError::Failure(format!(
            "MPI started {} processes, which share {what}, and each would do all of this; start it once",
            world.size()
        ))),
    }
}

/// The process's exit code after an error.
pub fn exit_code(error: &AppError) -> u8 {
    match error {
        AppError::OutputClosed => 0,
        AppError::Failure(_) => 1,
        AppError::Usage(_) => 2,
        AppError::Interrupted(_) => 130,
    }
}

/// Prints a line of results on standard output.
///
/// # Errors
/// [`AppError::OutputClosed`] if the reader is gone (`… | head`): hand it on with `?`, unless there is work to finish.
pub fn print_line(text: impl std::fmt::Display) -> Result<(), AppError> {
    terminal::out(text).map_err(|e| match e.kind() {
        io::ErrorKind::BrokenPipe => AppError::OutputClosed,
        _ => AppError::while_doing("cannot write to standard output", e),
    })
}

/// Refuses to write over a file unless that is wished; `other` is what names another one.
///
/// # Errors
/// If there is a file, and no wish.
pub(crate) fn refuse_existing(file: &Path, force: bool, other: &str) -> Result<(), AppError> {
    match file.exists() && !force {
        false => Ok(()),
        true => Err(AppError::Failure(format!(
            "{} exists; choose another {other}, or overwrite it with --force",
            file.display()
        ))),
    }
}

/// Prints a warning on standard error. Warnings are shown also with `--quiet`.
pub fn warn(text: impl std::fmt::Display) {
    terminal::err(format_args!("warning: {text}"));
}

fn complain(error: &AppError) {
    match error {
        AppError::Interrupted(text) => terminal::err(text),
        _ => terminal::err(format_args!("error: {error}")),
    }
}

fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let message = message_of(info.payload());
        if message.starts_with(NO_MEMORY) {
            return terminal::cry(format_args!("error: {message}"));
        }
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        terminal::cry(format_args!(
            "error: a bug in Gradus{place}: {message}; please report it with the command that led here"
        ));
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            terminal::cry(trace);
        }
    }));
}

fn message_of(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| payload.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("a panic without a message");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_are_those_promised() {
        let codes = [
            exit_code(&AppError::OutputClosed),
            exit_code(&AppError::Failure(String::new())),
            exit_code(&AppError::usage("")),
            exit_code(&AppError::Interrupted(String::new())),
        ];
        assert_eq!(codes, [0, 1, 2, 130]);
    }
}
