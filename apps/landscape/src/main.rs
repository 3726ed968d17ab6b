//! `landscape`: slices of the loss surface, paths between models, and curvature.

mod axis;
mod compare;
mod curvature;
mod directions;
mod flags;
mod folder;
mod hessian;
mod output;
mod path;
mod points;
mod results;
mod shard;
mod shards;
mod slice;
mod subject;
mod trained;

use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches};
use cli::app;
use experiment::AppError;

use crate::compare::CompareFlags;
use crate::flags::SliceFlags;
use crate::hessian::HessianFlags;
use crate::path::PathFlags;
use crate::shards::MergeFlags;

const ABOUT: &str = "Look at the loss around a trained model";

const EXAMPLE: &str = "A slice that was stopped goes on with the same command and --out DIR.

Examples:
  landscape                                 train a small network, slice it
  landscape RUN --x -1:1:101 --y none       a line through the weights of a run
  landscape RUN --directions pca            the plane that training kept to
  landscape RUN --directions towards=RUN2
  landscape RUN --shard 1/2 --out a         half of the points, and on another
  landscape RUN --shard 2/2 --out b         machine the others;
  landscape merge whole a b                 then all of them
  landscape path RUN RUN2                   the line between two runs
  landscape hessian RUN --split train       eigenvalues, trace, density
  landscape compare RUN RUN2                which of them is flatter";

fn main() -> ExitCode {
    app::main(run)
}

fn run() -> Result<(), AppError> {
    let Some(matches) = cli::flags::parse(command(), std::env::args_os())? else {
        return Ok(());
    };
    let parsed = |e: clap::Error| AppError::usage(e);
    match matches.subcommand() {
        Some(("compare", m)) => compare::run(&CompareFlags::from_arg_matches(m).map_err(parsed)?),
        Some(("hessian", m)) => hessian::run(&HessianFlags::from_arg_matches(m).map_err(parsed)?),
        Some(("path", m)) => path::run(&PathFlags::from_arg_matches(m).map_err(parsed)?),
        Some(("merge", m)) => shards::merge(&MergeFlags::from_arg_matches(m).map_err(parsed)?),
        _ => slice::run(&SliceFlags::from_arg_matches(&matches).map_err(parsed)?),
    }
}

/// Slicing is what happens without a subcommand.
fn command() -> Command {
    // Groups of flags bring a description of their own, so ours comes after them.
    let compare = CompareFlags::augment_args(Command::new("compare"));
    let hessian = HessianFlags::augment_args(Command::new("hessian"));
    let path = PathFlags::augment_args(Command::new("path"));
    let merge = MergeFlags::augment_args(Command::new("merge"));
    SliceFlags::augment_args(Command::new("landscape"))
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLE)
        .args_conflicts_with_subcommands(true)
        .subcommand(
            compare.about("Slice two runs on one scale, their curvature and losses beside them"),
        )
        .subcommand(hessian.about("Measure curvature: eigenvalues, trace and their density"))
        .subcommand(path.about("Walk along the straight line between two runs"))
        .subcommand(merge.about("Put the parts of a slice together"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
