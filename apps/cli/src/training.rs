//! The programs that train: their command line and the order of their work, the same for classifiers, regressors and
//! autoencoders. What differs between them is a [`TrainingApp`].
//!
//! ```text
//! main::<A>()  →  flags::resolve  →  train  →  learn  →  run::train  →  A::finish  →  a run folder
//!                                 →  the sweep's networks, where one is asked for
//! ```

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use autograd::Real;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use experiment::data::{self, Data, DataSource};
use experiment::progress::Progress;
use experiment::run::{self, Finished, Plan, Task, TrainedRun};
use experiment::{AppError, memory, network, threads};
use ranks::World;
use search::Swept;
use settings::{Given, Kind, Options, Point, Search, Settings, fields, to_toml};

use crate::app::{self, print_line};
use crate::console::Console;
use crate::eval::{self, EvalFlags};
use crate::flags::{self, arguments};
use crate::refit::refit;

/// What ranks share of these programs' work.
const SHARED: &str = "sweeps alone (--grid, --search random)";

/// What one of the programs has of its own.
pub trait TrainingApp {
    /// What its experiments are.
    const KIND: Kind;
    /// What it does, in a line.
    const ABOUT: &'static str;
    /// Commands to try, shown below the flags.
    const EXAMPLES: &'static str;
    /// What is learned.
    type Task: Task;
    /// The subcommands that use finished runs, beside `eval`.
    type Commands: Subcommand;

    /// What is learned from the data.
    ///
    /// # Errors
    /// If the settings do not go with the data.
    fn task(settings: &Settings, data: &Data) -> Result<Self::Task, AppError>;

    /// All that follows training: baselines, figures, the report, the end of the run.
    ///
    /// # Errors
    /// If the folder cannot be written to, or the run is interrupted.
    fn finish<T: Real>(
        settings: &Settings,
        plan: &Plan<'_>,
        trained: TrainedRun<Self::Task, T>,
    ) -> Result<Finished, AppError>;

    /// The work of a subcommand.
    ///
    /// # Errors
    /// Its own.
    fn run_command(command: &Self::Commands) -> Result<(), AppError>;
}

/// The whole program.
pub fn main<A: TrainingApp>() -> ExitCode {
    app::main_on_ranks(|world| {
        let Some(matches) = flags::parse(command::<A>(), std::env::args_os())? else {
            return Ok(());
        };
        let wrong = |e: clap::Error| AppError::usage(e);
        match matches.subcommand() {
            Some(("train", m)) => run::<A>(m, world),
            Some(("eval", m)) => {
                app::by_itself(world, SHARED)?;
                eval::run::<A::Task>(&EvalFlags::from_arg_matches(m).map_err(wrong)?)
            }
            Some(_) => {
                app::by_itself(world, SHARED)?;
                A::run_command(&A::Commands::from_arg_matches(&matches).map_err(wrong)?)
            }
            None => run::<A>(&matches, world),
        }
    })
}

/// The command line. Training is what happens without a subcommand, so its flags stand on both.
pub fn command<A: TrainingApp>() -> Command {
    // Groups of flags bring a description of their own, so ours comes after them.
    let training = |name| arguments(Command::new(name), fields(), A::KIND);
    let eval = EvalFlags::augment_args(Command::new("eval"));
    let program = training(A::KIND.program())
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(format!(
            "Some defaults depend on the data set; --print-config shows those in use.\n\nExamples:\n{}",
            A::EXAMPLES
        ))
        .args_conflicts_with_subcommands(true)
        .subcommand(training("train").about("Train (the default)"))
        .subcommand(eval.about("Evaluate a run on its test set"));
    A::Commands::augment_subcommands(program).about(A::ABOUT)
}

/// Trains as the command line says.
fn run<A: TrainingApp>(matches: &ArgMatches, world: &World) -> Result<(), AppError> {
    let given = flags::given(matches, A::KIND)?;
    let settings = settled(A::KIND, &given)?;
    if settings.options.print_config {
        return print_line(to_toml(&settings).trim_end());
    }
    // Rungs of a search by halving wait for all networks of the one before, and go on from states on a disk.
    let is_halving = matches!(settings.options.search, Some(Search::Halving(_)));
    if settings.options.describe || !settings.is_sweep() || is_halving {
        app::by_itself(world, SHARED)?;
    }
    if settings.options.describe {
        return describe(&settings);
    }
    if !settings.is_sweep() {
        return train::<A>(&settings).map(drop);
    }
    let points = settings.choices(&given)?;
    match settings.experiment.training.f64 {
        true => sweep::<A, f64>(&settings, &points, world),
        false => sweep::<A, f32>(&settings, &points, world),
    }
}

/// Prints what the data is taken for.
fn describe(settings: &Settings) -> Result<(), AppError> {
    let progress = Console::new(settings.options.quiet).shared();
    let source = DataSource::of(&settings.options, &progress);
    let experiment = &settings.experiment;
    let data = data::load(&experiment.request()?, experiment.partition()?, &source)?;
    data.description().iter().try_for_each(print_line)
}

/// What is given as settings, for a network that may fit in memory.
fn settled(kind: Kind, given: &[Given]) -> Result<Settings, AppError> {
    let settings = settings::settle(kind, given)?;
    let model = &settings.experiment.model;
    let (least, sizes) = (
        network::least_parameters(model)?,
        model.architecture.sizes(),
    );
    memory::check(&settings.experiment.training, least, &sizes)?;
    Ok(settings)
}

/// Trains one network and returns its folder; `None` if the run was finished before.
///
/// # Errors
/// If the data cannot be had or learned from, the folder cannot be written to, or training is interrupted.
pub fn train<A: TrainingApp>(settings: &Settings) -> Result<Option<PathBuf>, AppError> {
    let progress = Console::new(settings.options.quiet).shared();
    let plan = plan(settings, &progress);
    if let Some(folder) = run::nothing_left(&plan)? {
        say_finished(&folder, &settings.options)?;
        return Ok(None);
    }
    let threads = settings.options.threads;
    let folder = threads::on_threads(threads, || match settings.experiment.training.f64 {
        true => learn::<A, f64>(settings, &plan),
        false => learn::<A, f32>(settings, &plan),
    })?;
    Ok(Some(folder))
}

/// What a run is told.
pub(crate) fn plan<'a>(settings: &'a Settings, progress: &'a Arc<dyn Progress>) -> Plan<'a> {
    Plan {
        experiment: &settings.experiment,
        options: &settings.options,
        progress,
    }
}

/// What there is to say of a run that is not gone on with.
fn say_finished(folder: &Path, options: &Options) -> Result<(), AppError> {
    Console::new(options.quiet).say(format_args!(
        "{} is finished: there is nothing to go on with; a greater --epochs would make it longer",
        folder.display()
    ));
    if options.json {
        let metrics = folder.join("metrics.json");
        let text = std::fs::read_to_string(&metrics).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", metrics.display()), e)
        })?;
        print_line(text.trim_end())?;
    }
    Ok(())
}

fn learn<A: TrainingApp, T: Real>(
    settings: &Settings,
    plan: &Plan<'_>,
) -> Result<PathBuf, AppError> {
    let trained = run::train::<A::Task, T>(plan, |data| A::task(settings, data))?;
    let folder = trained.folder().path().to_owned();
    let finished = A::finish(settings, plan, trained)?;
    if settings.options.json {
        print_line(&finished.json)?;
    }
    let console = Console::new(settings.options.quiet);
    finished.summary.iter().for_each(|text| console.say(text));
    Ok(folder)
}

/// Prints what a sweep comes to.
pub(crate) fn print_sweep(
    swept: &Swept,
    json: bool,
    progress: &dyn Progress,
) -> Result<(), AppError> {
    match json {
        true => print_line(&swept.json)?,
        false => print_line(&swept.table)?,
    }
    swept.summary.iter().for_each(|text| progress.say(text));
    Ok(())
}

fn sweep<A: TrainingApp, T: Real>(
    settings: &Settings,
    points: &[Point],
    world: &World,
) -> Result<(), AppError> {
    let progress = Console::new(settings.options.quiet).shared();
    let plan = plan(settings, &progress);
    let task = |data: &Data| A::task(settings, data);
    if let Some(shard) = settings.options.shard {
        let done = search::run_shard::<A::Task, T>(&plan, points, shard, world, task)?;
        progress.say(&done);
        return Ok(());
    }
    // The root has what comes out.
    let Some(swept) = search::run::<A::Task, T>(&plan, points, world, task)? else {
        return Ok(());
    };
    print_sweep(&swept, settings.options.json, progress.as_ref())?;
    match settings.options.refit {
        true => refit::<A>(settings, points, &swept),
        false => Ok(()),
    }
}
