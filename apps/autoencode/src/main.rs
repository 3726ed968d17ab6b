//! `autoencode`: trains an autoencoder and evaluates its latent codes.

mod app;
mod encode;
mod images;
mod look;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::training::main::<app::Autoencode>()
}
