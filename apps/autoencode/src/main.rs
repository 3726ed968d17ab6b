//! `autoencode`: trains an autoencoder and looks at its codes.

mod app;
mod encode;
mod look;
mod pictures;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::training::main::<app::Autoencode>()
}
