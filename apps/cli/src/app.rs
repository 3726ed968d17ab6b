//! What happens around an app's work: checks at the start, one sentence and an exit code at the end.

use std::any::Any;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;

use autograd::{Isa, NO_MEMORY};
use experiment::AppError;

use crate::{interrupt, terminal};

/// Runs an app: checks the environment, catches Ctrl-C, runs `work`, prints what went wrong as `error: …` on standard
/// error and returns the exit code.
///
/// A panic in `work` is a bug of ours, but where a tensor finds no memory. It becomes one sentence that asks to report it,
/// with exit code 1; with `RUST_BACKTRACE=1` the backtrace follows.
pub fn main(work: impl FnOnce() -> Result<(), AppError>) -> ExitCode {
    install_panic_hook();
    let outcome = panic::catch_unwind(AssertUnwindSafe(|| {
        check_environment()?;
        interrupt::exit_on_abort()?;
        interrupt::install()?;
        work()
    }));
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            if error != AppError::OutputClosed {
                complain(&error);
            }
            ExitCode::from(exit_code(&error))
        }
        Err(_) => ExitCode::from(1),
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

fn check_environment() -> Result<(), AppError> {
    match std::env::var("GRADUS_ISA") {
        Ok(name) => Isa::parse(&name).map(drop).map_err(AppError::Usage),
        Err(std::env::VarError::NotPresent) => Ok(()),
        Err(std::env::VarError::NotUnicode(_)) => Err(AppError::usage(
            "GRADUS_ISA is not text; it takes portable, avx2 or avx512",
        )),
    }
}

fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        let message = message_of(info.payload());
        if message.starts_with(NO_MEMORY) {
            return terminal::err(format_args!("error: {message}"));
        }
        let place = info
            .location()
            .map_or_else(String::new, |l| format!(" at {}:{}", l.file(), l.line()));
        terminal::err(format_args!(
            "error: a bug in Gradus{place}: {message}; please report it with the command that led here"
        ));
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            terminal::err(trace);
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
