//! `landscape`: loss-landscape slices, linear interpolation between models, and curvature.

mod compare;
mod curvature;
mod differences;
mod directions;
mod flags;
mod folder;
mod hessian;
mod path;
mod points;
mod samples;
mod shards;
mod shared_loss;
mod slice;
mod subject;
mod trained;
mod work;

use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches};
use cli::app;
use experiment::AppError;
use ranks::World;

use crate::compare::CompareFlags;
use crate::flags::SliceFlags;
use crate::hessian::HessianFlags;
use crate::path::PathFlags;
use crate::shards::MergeFlags;

const ABOUT: &str = "Visualize the loss landscape and curvature around a trained model";

const EXAMPLE: &str = "An interrupted slice continues with the same command and --out DIR.

Examples:
  landscape                                 train a small network and slice it
  landscape RUN --x -1:1:101 --y none       1-D slice through a run's weights
  landscape RUN --directions pca            plane of the training trajectory
  landscape RUN --directions towards=RUN2
  landscape RUN --shard 1/2 --out a         first half of the points
  landscape RUN --shard 2/2 --out b         second half, on another machine
  landscape merge whole a b                 combine both
  landscape path RUN RUN2                   linear interpolation of two runs
  landscape hessian RUN --split train       eigenvalues, trace, spectral density
  landscape compare RUN RUN2                flatness of two runs";

fn main() -> ExitCode {
    app::main_on_ranks(run)
}

/// What ranks share of this program's work.
const SHARED: &str = "slices of a finished run and landscape hessian alone";

fn run(world: &World) -> Result<(), AppError> {
    let Some(matches) = cli::flags::parse(command(), std::env::args_os())? else {
        return Ok(());
    };
    let parsed = |e: clap::Error| AppError::usage(e);
    if matches!(matches.subcommand_name(), Some(name) if name != "hessian") {
        app::by_itself(world, SHARED)?;
    }
    match matches.subcommand() {
        Some(("compare", m)) => {
            compare::run(&CompareFlags::from_arg_matches(m).map_err(parsed)?, world)
        }
        Some(("hessian", m)) => {
            hessian::run(&HessianFlags::from_arg_matches(m).map_err(parsed)?, world)
        }
        Some(("path", m)) => path::run(&PathFlags::from_arg_matches(m).map_err(parsed)?),
        Some(("merge", m)) => shards::merge(&MergeFlags::from_arg_matches(m).map_err(parsed)?),
        _ => slice::run(
            &SliceFlags::from_arg_matches(&matches).map_err(parsed)?,
            world,
        ),
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
        .subcommand(compare.about("Compare two runs: slices on one scale, loss and curvature"))
        .subcommand(hessian.about("Estimate Hessian eigenvalues, trace and spectral density"))
        .subcommand(path.about("Evaluate the loss on the linear path between two runs"))
        .subcommand(merge.about("Combine the shards of a slice"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
