//! The apps that train: their command line, their settings and the order of their work, the same for classifiers,
//! regressors and autoencoders. What differs between them is a [`TrainingApp`].
//!
//! ```text
//! main::<A>()  →  Settings<A>  →  learn  →  A::finish  →  a run folder
//!                              →  the sweep's networks, where one is asked for
//! ```

use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use autograd::Real;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use datasets::Request;
use experiment::data::Data;
use experiment::progress::Progress;
use experiment::run::{self, Finished, Plan, Task, TrainedRun};
use experiment::{AppError, memory, parameter_count, sweep, threads};
use serde::Serialize;
use settings::{
    AutoencoderFlags, Change, DataFlags, FolderFlags, ModelFlags, Point, Preset, SweepFlags,
    TrainingFlags,
};

use crate::app::{self, print_line};
use crate::console::Console;
use crate::eval::{self, EvalFlags};
use crate::flags::{self, Session, to_toml};

/// What one of the apps has of its own. The type that implements it holds the flags that only this app has.
pub trait TrainingApp: Args + Clone + Debug + Serialize {
    /// The program's name, and the first word of its runs' names.
    const NAME: &'static str;
    /// What it does, in a line.
    const ABOUT: &'static str;
    /// Commands to try, shown below the flags.
    const EXAMPLES: &'static str;
    /// What data is asked to hold.
    const DATA: datasets::Task;
    /// What is learned.
    type Task: Task;
    /// The flags of networks.
    type Network: Network;
    /// The flags of the subcommand that uses a finished run.
    type SubcommandFlags: Args;
    /// The name of this subcommand, and what it does.
    const SUBCOMMAND: (&'static str, &'static str);

    /// Changes flags that the apps share: another default, or hidden where they would be refused.
    fn customize_arg(flag: Arg) -> Arg {
        flag
    }

    /// What suits the data set and the network better than the defaults.
    fn preset(settings: &Settings<Self>) -> Preset;

    /// Checks what no flag can check for itself, and only this app has to.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    fn check(_settings: &Settings<Self>) -> Result<(), AppError> {
        Ok(())
    }

    /// The sweep that the flags ask for, in apps that can.
    fn sweep(&self) -> Option<&SweepFlags> {
        None
    }

    /// What is learned from the data.
    ///
    /// # Errors
    /// If the settings do not go with the data.
    fn task(settings: &Settings<Self>, data: &Data) -> Result<Self::Task, AppError>;

    /// All that follows training: simple models, figures, the report, the end of the run.
    ///
    /// # Errors
    /// If the folder cannot be written to, or the run is interrupted.
    fn finish<T: Real>(
        settings: &Settings<Self>,
        plan: &Plan<'_>,
        trained: TrainedRun<Self::Task, T>,
    ) -> Result<Finished, AppError>;

    /// The subcommand's work.
    ///
    /// # Errors
    /// Its own.
    fn run_subcommand(flags: &Self::SubcommandFlags) -> Result<(), AppError>;
}

/// The flags of networks, in the form that an app has them.
pub trait Network: Args + Clone + Debug + Serialize {
    /// The network that they ask for.
    fn model(&self) -> ModelFlags;
}

impl Network for ModelFlags {
    fn model(&self) -> ModelFlags {
        self.clone()
    }
}

impl Network for AutoencoderFlags {
    fn model(&self) -> ModelFlags {
        Self::model(self)
    }
}

/// Everything that training can be told.
#[derive(Args, Clone, Debug, Serialize)]
#[command(mut_args(A::customize_arg))]
pub struct Settings<A: TrainingApp> {
    /// Which data.
    #[command(flatten)]
    #[serde(flatten)]
    pub data: DataFlags,
    /// Which network.
    #[command(flatten)]
    #[serde(flatten)]
    pub network: A::Network,
    /// How it is trained.
    #[command(flatten)]
    #[serde(flatten)]
    pub training: TrainingFlags,
    /// What only this app has.
    #[command(flatten)]
    #[serde(flatten)]
    pub own: A,
    /// Where the run is written.
    #[command(flatten)]
    #[serde(flatten)]
    pub folder: FolderFlags,
    /// How settings are read and progress is shown.
    #[command(flatten)]
    #[serde(flatten)]
    pub session: Session,
}

impl<A: TrainingApp> Settings<A> {
    /// As if these flags stood behind the program's name.
    ///
    /// # Errors
    /// Wrong usage, or a file that cannot be read.
    ///
    /// # Panics
    /// If the flags ask for help.
    pub fn of(line: impl IntoIterator<Item = String>) -> Result<Self, AppError> {
        let command = Self::augment_args(Command::new(A::NAME).no_binary_name(true));
        let Some(matches) = flags::parse(command, line)? else {
            panic!("help is for those who read it");
        };
        Self::resolve(&matches, &[])
    }

    /// The defaults and the preset of the data set, then `change`d.
    ///
    /// # Errors
    /// Wrong usage, if the change makes it so.
    pub fn changed(change: impl FnOnce(&mut Self)) -> Result<Self, AppError> {
        let plain: Self = settings::defaults();
        let mut settings: Self = flags::with_preset(&A::preset(&plain))?;
        change(&mut settings);
        settings.checked()
    }

    /// From the command line, the file, and what suits the data set; some flags are changed after that.
    fn resolve(matches: &ArgMatches, changes: &[Change]) -> Result<Self, AppError> {
        let settings: Self = flags::resolve_with(matches, A::preset, changes)?;
        settings.checked()
    }

    /// Checks what no one setting can check for itself, and settles the split.
    fn checked(mut self) -> Result<Self, AppError> {
        let spec = self.request()?.spec;
        let (data, training) = (&mut self.data, &self.training);
        data.split.get_or_insert(spec.default_split());
        training.check(data)?;
        let model = self.network.model();
        model.check(training)?;
        A::check(&self)?;
        if let Some(sweep) = self.own.sweep() {
            sweep.check(&self.data, &self.training, &self.folder)?;
        }
        let training = &self.training;
        memory::check(training, parameter_count::least(&model), &model.sizes())?;
        Ok(self)
    }

    /// The data that is asked for.
    ///
    /// # Errors
    /// Wrong usage if there is none such.
    pub fn request(&self) -> Result<Request, AppError> {
        Ok(self.data.request(A::DATA, self.training.seed)?)
    }

    /// What a run is told; `config` is how these settings stand in the file.
    fn plan<'a>(
        &'a self,
        model: &'a ModelFlags,
        config: &'a str,
        progress: &'a Arc<dyn Progress>,
    ) -> Plan<'a> {
        Plan {
            app: A::NAME,
            data: &self.data,
            model,
            training: &self.training,
            folder: &self.folder,
            progress,
            config,
        }
    }
}

/// The whole program.
pub fn main<A: TrainingApp>() -> ExitCode {
    app::main(|| {
        let Some(matches) = flags::parse(command::<A>(), std::env::args_os())? else {
            return Ok(());
        };
        let wrong = |e: clap::Error| AppError::usage(e);
        match matches.subcommand() {
            Some(("train", m)) => run::<A>(m),
            Some(("eval", m)) => {
                eval::run::<A::Task>(&EvalFlags::from_arg_matches(m).map_err(wrong)?)
            }
            Some((_, m)) => {
                A::run_subcommand(&A::SubcommandFlags::from_arg_matches(m).map_err(wrong)?)
            }
            None => run::<A>(&matches),
        }
    })
}

/// The command line. Training is what happens without a subcommand, so its flags stand on both.
pub fn command<A: TrainingApp>() -> Command {
    // Groups of flags bring a description of their own, so ours comes after them.
    let (name, about) = A::SUBCOMMAND;
    let train = Settings::<A>::augment_args(Command::new("train"));
    let eval = EvalFlags::augment_args(Command::new("eval"));
    let using = A::SubcommandFlags::augment_args(Command::new(name));
    Settings::<A>::augment_args(Command::new(A::NAME))
        .version(env!("CARGO_PKG_VERSION"))
        .about(A::ABOUT)
        .after_help(format!(
            "Some defaults depend on the data set; --print-config shows those in use.\n\nExamples:\n{}",
            A::EXAMPLES
        ))
        .args_conflicts_with_subcommands(true)
        .subcommand(train.about("Train (the default)"))
        .subcommand(eval.about("Judge a finished run on its test rows"))
        .subcommand(using.about(about))
}

/// Trains as the command line says.
fn run<A: TrainingApp>(matches: &ArgMatches) -> Result<(), AppError> {
    let settings = Settings::<A>::resolve(matches, &[])?;
    if settings.session.print_config {
        return print_line(to_toml(&settings)?.trim_end());
    }
    match settings.own.sweep() {
        Some(flags) if flags.is_asked_for() => {
            let points = flags.points(|changes| {
                let settings = Settings::<A>::resolve(matches, changes)?;
                Ok::<_, AppError>((settings.network.model(), settings.training))
            })?;
            match settings.training.f64 {
                true => sweep::<A, f64>(&settings, flags, &points),
                false => sweep::<A, f32>(&settings, flags, &points),
            }
        }
        _ => train(&settings).map(drop),
    }
}

/// Trains one network and returns its folder; `None` if the run was finished before.
///
/// # Errors
/// If the data cannot be had or learned from, the folder cannot be written to, or training is interrupted.
pub fn train<A: TrainingApp>(settings: &Settings<A>) -> Result<Option<PathBuf>, AppError> {
    let (model, config) = (settings.network.model(), to_toml(settings)?);
    let progress = Console::new(settings.session.quiet).shared();
    let plan = settings.plan(&model, &config, &progress);
    if let Some(folder) = run::nothing_left(&plan)? {
        say_finished(&folder, &settings.session)?;
        return Ok(None);
    }
    let folder = threads::on_threads(settings.training.threads, || match settings.training.f64 {
        true => learn::<A, f64>(settings, &plan),
        false => learn::<A, f32>(settings, &plan),
    })?;
    Ok(Some(folder))
}

/// What there is to say of a run that is not gone on with.
fn say_finished(folder: &Path, session: &Session) -> Result<(), AppError> {
    Console::new(session.quiet).say(format_args!(
        "{} is finished: there is nothing to go on with; a greater --epochs would make it longer",
        folder.display()
    ));
    if session.json {
        let metrics = folder.join("metrics.json");
        let text = std::fs::read_to_string(&metrics).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", metrics.display()), e)
        })?;
        print_line(text.trim_end())?;
    }
    Ok(())
}

fn learn<A: TrainingApp, T: Real>(
    settings: &Settings<A>,
    plan: &Plan<'_>,
) -> Result<PathBuf, AppError> {
    let request = settings.request()?;
    let trained = run::train::<A::Task, T>(plan, &request, |data| A::task(settings, data))?;
    let folder = trained.folder().path().to_owned();
    let finished = A::finish(settings, plan, trained)?;
    if settings.session.json {
        print_line(&finished.json)?;
    }
    let console = Console::new(settings.session.quiet);
    finished.summary.iter().for_each(|text| console.say(text));
    Ok(folder)
}

fn sweep<A: TrainingApp, T: Real>(
    settings: &Settings<A>,
    flags: &SweepFlags,
    points: &[Point],
) -> Result<(), AppError> {
    let (model, config) = (settings.network.model(), to_toml(settings)?);
    let progress = Console::new(settings.session.quiet).shared();
    let (plan, request) = (
        settings.plan(&model, &config, &progress),
        settings.request()?,
    );
    let task = |data: &Data| A::task(settings, data);
    let swept = sweep::run::<A::Task, T>(&plan, &request, flags, points, task)?;
    match settings.session.json {
        true => print_line(&swept.json)?,
        false => print_line(&swept.table)?,
    }
    swept.summary.iter().for_each(|text| progress.say(text));
    Ok(())
}
