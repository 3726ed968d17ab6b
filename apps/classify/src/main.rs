//! `classify`: trains and judges a classifier.

mod settings;
mod train;

use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches};
use common::run::{self, Classes, JudgeFlags, PredictFlags};
use common::{AppError, app, flags};

const ABOUT: &str = "Train and judge a classifier";

const EXAMPLE: &str = "Some defaults depend on the data set; --print-config shows those in use.

Examples:
  classify                                  train on the handwritten digits
  classify --data mnist --hidden 64,32 --epochs 20
  classify --data iris --grid lr=0.001,0.01 --grid hidden=16,64x32 --trials 5
  classify eval runs/classify-digits-1
  classify predict runs/classify-digits-1 picture.png";

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
            run::judge_again::<Classes>(&JudgeFlags::from_arg_matches(m).map_err(parsed)?)
        }
        Some(("predict", m)) => {
            run::predict::<Classes>(&PredictFlags::from_arg_matches(m).map_err(parsed)?)
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
    let predict = PredictFlags::augment_args(Command::new("predict"));
    settings::Settings::augment_args(Command::new("classify"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLE)
        .args_conflicts_with_subcommands(true)
        .subcommand(train.about("Train (the default)"))
        .subcommand(eval.about("Judge a finished run on its test rows"))
        .subcommand(predict.about("Say what pictures, or rows of a CSV file, are taken for"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
