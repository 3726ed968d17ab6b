//! `classify`: trains and evaluates a classifier.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::training::main::<cli::Classify>()
}
