//! `study`: reproduces the experiments of five reports.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Command, FromArgMatches, value_parser};
use cli::Console;
use cli::{app, flags};
use experiment::{AppError, threads};
use ranks::World;
use records::Shard;
use study::runner::{self, Options};
use study::{list, registry};
use study_core::context::Store;
use study_core::folder::{self, Folder, QUICK};
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
  study run xor-trials --shard 1/2     half of the trials
  study run xor-trials --shard 2/2     the others, on another machine
  study merge studies                  combine both
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

    /// Run shard I of N of the trials only: I/N, or in a job array auto or auto/N; study merge combines them
    #[arg(long, value_name = "I/N", value_parser = Shard::of_flag)]
    shard: Option<Shard>,

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

/// `study merge`.
#[derive(Args, Clone, Debug)]
struct MergeFlags {
    /// Parent folder of the studies, the --out that their shards were given
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Files of those among them that are studies of your own
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Merge the shards of quick runs
    #[arg(long)]
    quick: bool,

    /// Print only results, warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

/// `study report`.
#[derive(Args, Clone, Debug)]
struct ReportFlags {
    /// Parent folder of the studies
    #[arg(long, value_name = "DIR", default_value = "studies")]
    out: PathBuf,

    /// Folder for results/, RESULTS.md and report.html [default: that of --out]; studies that are not in --out stay there as
    /// they are
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,

    /// Print only results, warnings and errors
    #[arg(long, short)]
    quiet: bool,
}

fn main() -> ExitCode {
    app::main_on_ranks(work)
}

fn work(world: &World) -> Result<(), AppError> {
    let Some(matches) = flags::parse(command(), std::env::args_os())? else {
        return Ok(());
    };
    let studies = registry::all();
    if matches.subcommand_name() != Some("run") {
        app::by_itself(world, "study run alone")?;
    }
    match matches.subcommand() {
        Some(("list", m)) => {
            let flags = ListFlags::from_arg_matches(m).map_err(AppError::usage)?;
            list::print(&studies, flags.json)
        }
        Some(("run", m)) => run(
            RunFlags::from_arg_matches(m).map_err(AppError::usage)?,
            &studies,
            world,
        ),
        Some(("merge", m)) => merge(
            &MergeFlags::from_arg_matches(m).map_err(AppError::usage)?,
            &studies,
        ),
        Some(("report", m)) => {
            let flags = ReportFlags::from_arg_matches(m).map_err(AppError::usage)?;
            let to = flags.to.as_ref().unwrap_or(&flags.out);
            study_report::write(&studies, &flags.out, to, Console::new(flags.quiet))
        }
        // Without a command, its usage.
        _ => flags::parse(command(), ["study", "--help"]).map(drop),
    }
}

/// Runs studies, and shows what they come to.
fn run(flags: RunFlags, studies: &[Study], world: &World) -> Result<(), AppError> {
    let (files, names): (Vec<String>, Vec<String>) = flags
        .names
        .into_iter()
        .partition(|name| name.ends_with(".toml"));
    let own = own_studies(files.iter().map(Path::new), studies)?;
    let chosen = match names.is_empty() {
        true => Vec::new(),
        false => list::chosen(studies, &names)?,
    };
    let console = Console::new(flags.quiet);
    let options = Options {
        trials: flags.trials.map(usize::from),
        quick: flags.quick,
        threads: flags.threads.map_or_else(threads::available, usize::from),
        shard: flags.shard,
        out: &flags.out,
    };
    let store = Store::new(flags.data_dir, flags.offline, console.shared());
    let all: Vec<&Study> = chosen.iter().copied().chain(&own).collect();
    let problems = runner::run(&all, &options, &store, world, console)?;
    if !world.is_root() {
        return Ok(());
    }
    if options.shard.is_none() {
        show(
            &options.folder(),
            studies,
            &own,
            !chosen.is_empty(),
            console,
        )?;
    }
    failed(&problems)
}

/// Brings the shards of studies together, and shows what they come to.
fn merge(flags: &MergeFlags, studies: &[Study]) -> Result<(), AppError> {
    let own = own_studies(flags.files.iter().map(PathBuf::as_path), studies)?;
    let out = match flags.quick {
        true => flags.out.join(QUICK),
        false => flags.out.clone(),
    };
    let names = folder::sharded(&out)?;
    let lacking = own
        .iter()
        .find(|study| !names.iter().any(|name| name == study.name));
    if let Some(what) = lacking
        .map(|study| study.name)
        .or(names.is_empty().then_some("studies"))
    {
        return Err(AppError::Failure(format!(
            "{} holds no shards of {what}; they are made by study run with --shard I/N --out {}{}",
            out.display(),
            flags.out.display(),
            if flags.quick { " --quick" } else { "" }
        )));
    }
    let console = Console::new(flags.quiet);
    let (mut problems, mut of_reports) = (Vec::new(), false);
    for name in &names {
        if let Err(e) = folder::merge(&out, name) {
            problems.push(e.to_string());
            continue;
        }
        let known = studies.iter().chain(&own).find(|study| study.name == name);
        let Some(study) = known else {
            console.say(format_args!(
                "{name}: its shards are merged; study run FILE.toml with its file shows what it comes to"
            ));
            continue;
        };
        of_reports |= studies.iter().any(|study| study.name == name);
        match Folder::read_only(&out, study) {
            Ok(Some(folder)) => runner::finish(study, &folder, console)?,
            Ok(None) => {}
            Err(e) => problems.push(e.to_string()),
        }
    }
    show(&out, studies, &own, of_reports, console)?;
    failed(&problems)
}

/// Studies from files, none of which has the name of another.
fn own_studies<'a>(
    files: impl Iterator<Item = &'a Path>,
    studies: &[Study],
) -> Result<Vec<Study>, AppError> {
    let own = files.map(study_file::read).collect::<Result<Vec<_>, _>>()?;
    if let Some(taken) = own
        .iter()
        .find(|o| studies.iter().any(|s| s.name == o.name))
    {
        return Err(AppError::usage(format_args!(
            "{} is a study of the reports; give yours another name",
            taken.name
        )));
    }
    let twice = (own.iter().enumerate()).find(|(i, o)| own[..*i].iter().any(|s| s.name == o.name));
    match twice {
        Some((_, twice)) => Err(AppError::usage(format_args!(
            "two of the files are studies named {}; give one of them another name",
            twice.name
        ))),
        None => Ok(own),
    }
}

/// Writes the pages of one's own studies, and if any other was run those of the reports.
fn show(
    out: &Path,
    studies: &[Study],
    own: &[Study],
    of_reports: bool,
    console: Console,
) -> Result<(), AppError> {
    for study in own {
        if let Some(folder) = Folder::read_only(out, study)? {
            let page = study_report::write_own(study, folder)?;
            console.say(format_args!("{}: see {}", study.name, page.display()));
        }
    }
    if of_reports {
        // What keeps other studies from being shown is no failure of this run.
        if let Err(e) = study_report::write(studies, out, out, console) {
            app::warn(format_args!("the report: {e}"));
        }
    }
    Ok(())
}

/// The end of work in which something went wrong that kept nothing else from being done: named after what there is to see.
fn failed(problems: &[String]) -> Result<(), AppError> {
    match problems {
        [] => Ok(()),
        problems => Err(AppError::Failure(problems.join("; "))),
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
            MergeFlags::augment_args(Command::new("merge")).about("Combine the shards of studies"),
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
