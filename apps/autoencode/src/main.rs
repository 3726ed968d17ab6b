//! `autoencode`: trains an autoencoder and evaluates its latent codes.

mod app;
mod diagnostics;
mod encode;
mod images;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::training::main::<app::Autoencode>()
}
