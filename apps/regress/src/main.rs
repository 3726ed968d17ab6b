//! `regress`: trains and judges a regressor.

mod figures;
mod settings;
mod train;

use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches};
use common::run::{self, JudgeFlags, PredictFlags, Values};
use common::{AppError, app, flags};

const ABOUT: &str = "Train and judge a regressor, beside the mean, OLS, Ridge and LASSO";

const EXAMPLE: &str = "Some defaults depend on the data set; --print-config shows those in use.

Examples:
  regress                                  fit Runge's function
  regress --data california --epochs 40
  regress --data diabetes --folds 5
  regress --data energy --target heating_load,cooling_load
  regress eval runs/regress-runge-1
  regress predict runs/regress-runge-1 rows.csv";

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
            run::judge_again::<Values>(&JudgeFlags::from_arg_matches(m).map_err(parsed)?)
        }
        Some(("predict", m)) => {
            run::predict::<Values>(&PredictFlags::from_arg_matches(m).map_err(parsed)?)
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
    settings::Settings::augment_args(Command::new("regress"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLE)
        .args_conflicts_with_subcommands(true)
        .subcommand(train.about("Train (the default)"))
        .subcommand(eval.about("Judge a finished run on its test rows"))
        .subcommand(predict.about("Say what rows of a CSV file, or pictures, come to"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
