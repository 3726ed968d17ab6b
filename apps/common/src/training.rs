//! The apps that train: their command line, their settings and the order of their work, the same for classifiers,
//! regressors and autoencoders. What differs between them is a [`TrainingApp`].
//!
//! ```text
//! main::<A>()  →  Settings<A>  →  learn  →  A::finish  →  a run folder
//!                              →  the sweep's networks, where one is asked for
//! ```

use std::fmt::Debug;
use std::path::PathBuf;
use std::process::ExitCode;

use autograd::Real;
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use datasets::Request;
use serde::Serialize;

use crate::app::{self, print_line};
use crate::data::Data;
use crate::error::AppError;
use crate::flags::{
    self, Change, CoderFlags, DataFlags, FolderFlags, ModelFlags, Point, Session, Suited,
    SweepFlags, TrainingFlags, to_toml,
};
use crate::grid;
use crate::run::{self, JudgeFlags, Learned, Plan, Task};

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
    type Use: Args;
    /// The name of this subcommand, and what it does.
    const USE: (&'static str, &'static str);

    /// Changes flags that the apps share: another default, or hidden where they would be refused.
    fn arranged(flag: Arg) -> Arg {
        flag
    }

    /// What suits the data set and the network better than the defaults.
    fn suited(settings: &Settings<Self>) -> Suited;

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

    /// All that follows training: simple models, figures, the report.
    ///
    /// # Errors
    /// If the folder cannot be written to, or the run is interrupted.
    fn finish<T: Real>(
        settings: &Settings<Self>,
        plan: &Plan<'_>,
        learned: Learned<Self::Task, T>,
    ) -> Result<(), AppError>;

    /// The subcommand's work.
    ///
    /// # Errors
    /// Its own.
    fn make_use(flags: &Self::Use) -> Result<(), AppError>;
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

impl Network for CoderFlags {
    fn model(&self) -> ModelFlags {
        Self::model(self)
    }
}

/// Everything that training can be told.
#[derive(Args, Clone, Debug, Serialize)]
#[command(mut_args(A::arranged))]
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

    /// From the command line, the file, and what suits the data set; some flags are changed after that.
    fn resolve(matches: &ArgMatches, changes: &[Change]) -> Result<Self, AppError> {
        let mut settings: Self = flags::resolve_with(matches, A::suited, changes)?;
        let spec = settings.request()?.spec;
        let (data, training) = (&mut settings.data, &settings.training);
        data.split.get_or_insert(spec.default_split());
        training.check(data)?;
        let model = settings.network.model();
        model.check(training)?;
        A::check(&settings)?;
        if let Some(sweep) = settings.own.sweep() {
            sweep.check(&settings.data, &settings.training, &settings.folder)?;
        }
        let training = &settings.training;
        training.check_memory(model.least_parameters(), &model.sizes())?;
        Ok(settings)
    }

    /// The data that is asked for.
    ///
    /// # Errors
    /// Wrong usage if there is none such.
    pub fn request(&self) -> Result<Request, AppError> {
        self.data.request(A::DATA, self.training.seed)
    }

    /// What a run is told; `config` is how these settings stand in the file.
    fn plan<'a>(&'a self, model: &'a ModelFlags, config: &'a str) -> Plan<'a> {
        Plan {
            app: A::NAME,
            data: &self.data,
            model,
            training: &self.training,
            folder: &self.folder,
            session: &self.session,
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
                run::judge_again::<A::Task>(&JudgeFlags::from_arg_matches(m).map_err(wrong)?)
            }
            Some((_, m)) => A::make_use(&A::Use::from_arg_matches(m).map_err(wrong)?),
            None => run::<A>(&matches),
        }
    })
}

/// The command line. Training is what happens without a subcommand, so its flags stand on both.
pub fn command<A: TrainingApp>() -> Command {
    // Groups of flags bring a description of their own, so ours comes after them.
    let (name, about) = A::USE;
    let train = Settings::<A>::augment_args(Command::new("train"));
    let eval = JudgeFlags::augment_args(Command::new("eval"));
    let using = A::Use::augment_args(Command::new(name));
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
                Ok((settings.network.model(), settings.training))
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
    let plan = settings.plan(&model, &config);
    if run::nothing_left(&plan)? {
        return Ok(None);
    }
    let folder = run::on_threads(settings.training.threads, || match settings.training.f64 {
        true => learn::<A, f64>(settings, &plan),
        false => learn::<A, f32>(settings, &plan),
    })?;
    Ok(Some(folder))
}

fn learn<A: TrainingApp, T: Real>(
    settings: &Settings<A>,
    plan: &Plan<'_>,
) -> Result<PathBuf, AppError> {
    let request = settings.request()?;
    let learned = run::learn::<A::Task, T>(plan, &request, |data| A::task(settings, data))?;
    let folder = learned.folder().path().to_owned();
    A::finish(settings, plan, learned)?;
    Ok(folder)
}

fn sweep<A: TrainingApp, T: Real>(
    settings: &Settings<A>,
    flags: &SweepFlags,
    points: &[Point],
) -> Result<(), AppError> {
    let (model, config) = (settings.network.model(), to_toml(settings)?);
    let (plan, request) = (settings.plan(&model, &config), settings.request()?);
    let task = |data: &Data| A::task(settings, data);
    grid::run::<A::Task, T>(&plan, &request, flags, points, task)
}
