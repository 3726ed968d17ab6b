//! `autoencode`: trains an autoencoder and looks at its codes.

mod encode;
mod look;
mod pictures;
mod settings;
mod train;

use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches};
use common::run::{self, JudgeFlags, Rebuilt};
use common::{AppError, app, flags};

const ABOUT: &str = "Train an autoencoder on pictures, and look at its codes";

const EXAMPLE: &str = "Some defaults depend on the data set; --print-config shows those in use.

Examples:
  autoencode                                  compress the handwritten digits
  autoencode --data mnist --latent 32 --depth 5
  autoencode --data mnist --latent 4 --loss cross-entropy
  autoencode --data mnist --denoise 0.2
  autoencode eval runs/autoencode-digits-1
  autoencode encode runs/autoencode-digits-1 > codes.csv";

fn main() -> ExitCode {
    app::main(run)
}

fn run() -> Result<(), AppError> {
    let Some(matches) = flags::parse(command(), std::env::args_os())? else {
        return Ok(());
    };
    let parsed = |e: clap::Error| AppError::usage(e);
    match matches.subcommand() {
        Some(("eval", m)) => {
            run::judge_again::<Rebuilt>(&JudgeFlags::from_arg_matches(m).map_err(parsed)?)
        }
        Some(("encode", m)) => {
            encode::run(&encode::EncodeFlags::from_arg_matches(m).map_err(parsed)?)
        }
        Some((_, m)) => train::run(m),
        None => train::run(&matches),
    }
}

/// Training is what happens without a subcommand, so its flags stand on both.
fn command() -> Command {
    // Groups of flags bring a description of their own, so ours comes after them.
    let train = settings::Settings::augment_args(Command::new("train"));
    let eval = JudgeFlags::augment_args(Command::new("eval"));
    let encode = encode::EncodeFlags::augment_args(Command::new("encode"));
    settings::Settings::augment_args(Command::new("autoencode"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLE)
        .args_conflicts_with_subcommands(true)
        .subcommand(train.about("Train (the default)"))
        .subcommand(eval.about("Judge a finished run on its test rows"))
        .subcommand(encode.about("Print the codes of a finished run's pictures as CSV"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
