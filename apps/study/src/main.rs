//! `study`: reproduces the experiments of five reports.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches, value_parser};
use cli::Console;
use cli::{app, flags};
use experiment::{AppError, threads};
use study::context::Store;
use study::runner::{self, Options};
use study::{list, registry, report};

const ABOUT: &str = "Reproduce the experiments of five reports and test their claims";

const EXAMPLE: &str = "An interrupted run continues when the same command is given again.

Examples:
  study list
  study run xor-trials
  study run all --quick --out quick
  study report";

/// `study list`.
#[derive(Args, Clone, Debug)]
struct ListFlags {
    /// Print one JSON line per study
    #[arg(long)]
    json: bool,
}

/// `study run`.
#[derive(Args, Clone, Debug)]
struct RunFlags {
    /// Studies to run, or \"all\"
    #[arg(value_name = "NAME", required = true)]
    names: Vec<String>,

    /// Trials per case [default: as the study declares]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..))]
    trials: Option<u16>,

    /// Smoke run within seconds: fewer trials, epochs and samples on embedded data, without verdicts
    #[arg(long)]
    quick: bool,

    /// Parallel trials, 1 to 1024 [default: number of cores]
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,

    /// Parent folder of the studies
    #[arg(long, value_name = "DIR", default_value = "studies")]
    out: PathBuf,

    /// Only folder to look in for data [default: $GRADUS_DATA, then the cache folder]
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,

    /// Never download
    #[arg(long)]
    offline: bool,

    /// Print only warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

/// `study report`.
#[derive(Args, Clone, Debug)]
struct ReportFlags {
    /// Parent folder of the studies
    #[arg(long, value_name = "DIR", default_value = "studies")]
    out: PathBuf,

    /// Print only results, warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

fn main() -> ExitCode {
    app::main(work)
}

fn work() -> Result<(), AppError> {
    let Some(matches) = flags::parse(command(), std::env::args_os())? else {
        return Ok(());
    };
    let studies = registry::all();
    match matches.subcommand() {
        Some(("list", m)) => {
            let flags = ListFlags::from_arg_matches(m).map_err(AppError::usage)?;
            list::print(&studies, flags.json)
        }
        Some(("run", m)) => {
            let flags = RunFlags::from_arg_matches(m).map_err(AppError::usage)?;
            let chosen = list::chosen(&studies, &flags.names)?;
            let console = Console::new(flags.quiet);
            let options = Options {
                trials: flags.trials.map(usize::from),
                quick: flags.quick,
                threads: flags.threads.map_or_else(threads::available, usize::from),
                out: &flags.out,
            };
            let store = Store::new(flags.data_dir, flags.offline, console.shared());
            runner::run(&chosen, &options, &store, console)
        }
        Some(("report", m)) => {
            let flags = ReportFlags::from_arg_matches(m).map_err(AppError::usage)?;
            report::write(&studies, &flags.out, Console::new(flags.quiet))
        }
        _ => Err(AppError::usage("give a command: list, run or report")),
    }
}

fn command() -> Command {
    Command::new("study")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLE)
        .arg_required_else_help(true)
        .subcommand(ListFlags::augment_args(
            Command::new("list").about("List the studies"),
        ))
        .subcommand(RunFlags::augment_args(
            Command::new("run").about("Run studies, or continue them"),
        ))
        .subcommand(ReportFlags::augment_args(
            Command::new("report")
                .about("Write report.html and RESULTS.md from the finished trials"),
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }
}
