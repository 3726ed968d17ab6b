//! `regress`: trains and evaluates a regressor.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::training::main::<cli::Regress>()
}
