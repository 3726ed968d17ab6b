//! `study`: reproduces the experiments of five reports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches, value_parser};
use cli::Console;
use cli::{app, flags};
use experiment::{AppError, threads};
use study::runner::{self, Options};
use study::{list, registry};
use study_core::context::Store;
use study_core::folder::Folder;
use study_core::study::Study;
use study_core::study_file;

const ABOUT: &str = "Reproduce the experiments of five reports and test their claims";

/// Paragraphs are single lines, which help wraps; lines that must stay as they are have at most 80 characters.
const EXAMPLE: &str = "An interrupted run continues when the same command is given again. \
Quick runs are kept in OUT/quick, apart from full ones.

A study of your own is a file of settings, as --config of classify and regress takes it, \
with two tables:

  data = \"fashion-mnist\"
  hidden = [128, 64]
  epochs = 20
  [study]
  kind = \"classification\"   # or \"regression\"
  trials = 5
  # learning-curves, gradient-norms, boxes, dead-units, confusion, table
  draw = [\"learning-curves\", \"boxes\"]
  [factors]
  activation = [\"relu\", \"tanh\", \"sigmoid\"]
  optimizer = [\"adam\", \"sgd\"]

Its folder then holds report.html, figures/ as SVG and CSV, and trials.csv, history.csv \
and layers.csv.

Examples:
  study list
  study run xor-trials
  study run all --quick
  study run mine.toml
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
    /// Studies to run, "all", or files of studies of your own (FILE.toml, see "study --help")
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

    /// Folder for results/, RESULTS.md and report.html [default: that of --out]
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,

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
            let (files, names): (Vec<String>, Vec<String>) = flags
                .names
                .into_iter()
                .partition(|name| name.ends_with(".toml"));
            let own = files
                .iter()
                .map(|file| study_file::read(Path::new(file)))
                .collect::<Result<Vec<_>, _>>()?;
            if let Some(taken) = own
                .iter()
                .find(|o| studies.iter().any(|s| s.name == o.name))
            {
                return Err(AppError::usage(format_args!(
                    "{} is a study of the reports; give yours another name",
                    taken.name
                )));
            }
            let twice =
                (own.iter().enumerate()).find(|(i, o)| own[..*i].iter().any(|s| s.name == o.name));
            if let Some((_, twice)) = twice {
                return Err(AppError::usage(format_args!(
                    "two of the files are studies named {}; give one of them another name",
                    twice.name
                )));
            }
            let chosen = match names.is_empty() {
                true => Vec::new(),
                false => list::chosen(&studies, &names)?,
            };
            let console = Console::new(flags.quiet);
            let options = Options {
                trials: flags.trials.map(usize::from),
                quick: flags.quick,
                threads: flags.threads.map_or_else(threads::available, usize::from),
                out: &flags.out,
            };
            let store = Store::new(flags.data_dir, flags.offline, console.shared());
            let all: Vec<&Study> = chosen.iter().copied().chain(&own).collect();
            let problems = runner::run(&all, &options, &store, console)?;
            for study in &own {
                if let Some(folder) = Folder::read_only(&options.folder(), study)? {
                    let page = study_report::write_own(study, folder)?;
                    console.say(format_args!("{}: see {}", study.name, page.display()));
                }
            }
            if !chosen.is_empty() {
                let folder = options.folder();
                // What keeps other studies from being shown is no failure of this run.
                if let Err(e) = study_report::write(&studies, &folder, &folder, console) {
                    app::warn(format_args!("the report: {e}"));
                }
            }
            // Trials that failed are named after what there is to see of the others.
            match problems.as_slice() {
                [] => Ok(()),
                problems => Err(AppError::Failure(problems.join("; "))),
            }
        }
        Some(("report", m)) => {
            let flags = ReportFlags::from_arg_matches(m).map_err(AppError::usage)?;
            let to = flags.to.as_ref().unwrap_or(&flags.out);
            study_report::write(&studies, &flags.out, to, Console::new(flags.quiet))
        }
        // Without a command, its usage.
        _ => flags::parse(command(), ["study", "--help"]).map(drop),
    }
}

fn command() -> Command {
    // Flags bring a description of their own, so ours comes after them.
    Command::new("study")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .after_help(EXAMPLE)
        .subcommand(ListFlags::augment_args(Command::new("list")).about("List the studies"))
        .subcommand(
            RunFlags::augment_args(Command::new("run")).about("Run studies, or continue them"),
        )
        .subcommand(
            ReportFlags::augment_args(Command::new("report"))
                .about("Write results/, RESULTS.md and report.html from the finished trials"),
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        command().debug_assert();
    }

    #[test]
    fn help_says_what_each_command_does() {
        for command in command().get_subcommands() {
            let about = command.get_about().unwrap().to_string();
            assert!(about.starts_with(char::is_uppercase), "{about}");
            assert!(!about.contains('`'), "{about}");
        }
    }

    /// A line that is set in is one of a file or a command, and is not wrapped well.
    #[test]
    fn help_fits_80_columns() {
        let set_in = |line: &&str| line.starts_with("  ");
        assert!(EXAMPLE.lines().filter(set_in).count() > 10);
        for line in EXAMPLE.lines().filter(set_in) {
            assert!(line.chars().count() <= 80, "{line}");
        }
    }
}
