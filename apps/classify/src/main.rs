//! `classify`: trains and judges a classifier.

use std::process::ExitCode;

fn main() -> ExitCode {
    common::training::main::<classify::Classify>()
}
