//! `regress`: trains and judges a regressor.

use std::process::ExitCode;

fn main() -> ExitCode {
    common::training::main::<regress::Regress>()
}
