//! The flags of training.

use clap::{ArgMatches, Args};
use common::AppError;
use common::flags::{
    self, Change, DataFlags, DegreeFlags, FolderFlags, ModelFlags, Point, Session, Suited,
    SweepFlags, TrainingFlags,
};
use common::run::Plan;
use datasets::{Request, Task};
use serde::Serialize;

/// Everything that training can be told.
#[derive(Args, Clone, Debug, Serialize)]
#[command(mut_arg("data", |data| data.default_value("runge")))]
pub(crate) struct Settings {
    /// Which data.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) data: DataFlags,
    /// Which network.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) model: ModelFlags,
    /// What it is held against.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) simple: DegreeFlags,
    /// How it is trained.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) training: TrainingFlags,
    /// What is tried.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) sweep: SweepFlags,
    /// Where the run is written.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) folder: FolderFlags,
    /// How settings are read and progress is shown.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) session: Session,
}

impl Settings {
    /// From the command line, the file, and what suits the data set.
    ///
    /// # Errors
    /// Wrong usage, or a file that cannot be read.
    pub(crate) fn resolve(matches: &ArgMatches) -> Result<Self, AppError> {
        Self::with(matches, &[])
    }

    /// The settings with some flags changed.
    fn with(matches: &ArgMatches, changes: &[Change]) -> Result<Self, AppError> {
        let mut settings: Self = flags::resolve_with(matches, suited, changes)?;
        let spec = settings.request()?.spec;
        settings.data.split.get_or_insert(spec.default_split());
        settings.training.check(&settings.data)?;
        settings.model.check(&settings.training)?;
        let (data, training) = (&settings.data, &settings.training);
        settings.sweep.check(data, training, &settings.folder)?;
        let (least, sizes) = (settings.model.least_parameters(), settings.model.sizes());
        settings.training.check_memory(least, &sizes)?;
        Ok(settings)
    }

    /// All that the sweep compares.
    ///
    /// # Errors
    /// Wrong usage if some of its settings cannot be.
    pub(crate) fn points(&self, matches: &ArgMatches) -> Result<Vec<Point>, AppError> {
        self.sweep.points(|changes| {
            let settings = Self::with(matches, changes)?;
            Ok((settings.model, settings.training))
        })
    }

    /// The data that is asked for.
    ///
    /// # Errors
    /// Wrong usage if there is none such.
    pub(crate) fn request(&self) -> Result<Request, AppError> {
        self.data.request(Task::Regression, self.training.seed)
    }

    /// What a run is told; `config` is how these settings stand in the file.
    pub(crate) fn plan<'a>(&'a self, config: &'a str) -> Plan<'a> {
        Plan {
            app: "regress",
            data: &self.data,
            model: &self.model,
            training: &self.training,
            folder: &self.folder,
            session: &self.session,
            config,
        }
    }
}

/// What suits a data set better than the defaults.
fn suited(settings: &Settings) -> Suited {
    let data = settings.data.data.as_str();
    let usual = [
        ("epochs", "100"),
        ("schedule", "one-cycle"),
        ("lr", "0.01"),
        ("l2", "0.01"),
    ];
    let better: &[(&'static str, &str)] = match data {
        "runge" => &[
            ("degree", "10"),
            ("hidden", "50,50"),
            ("activation", "tanh"),
            ("init", "xavier-normal"),
            ("l2", "0"),
        ],
        // Incomes and occupancies have long tails, which tanh bounds.
        "california" => &[
            ("hidden", "256,256"),
            ("activation", "tanh"),
            ("init", "xavier-normal"),
            ("epochs", "80"),
            ("lr", "0.008"),
            ("batch-size", "64"),
            ("l2", "0"),
        ],
        "energy" => &[
            ("hidden", "64,64"),
            ("activation", "tanh"),
            ("init", "xavier-normal"),
            ("epochs", "200"),
            ("l2", "0"),
        ],
        "concrete" => &[("hidden", "64,64"), ("epochs", "200"), ("l2", "0.001")],
        "diabetes" => &[("lr", "0.005"), ("l2", "0.1")],
        "wine-quality-red" => &[("lr", "0.005"), ("l2", "0.03")],
        "wine-quality-white" => &[("lr", "0.005")],
        _ => &[],
    };
    let replaced = |name: &str| better.iter().any(|(other, _)| *other == name);
    let usual = usual.iter().filter(|(name, _)| !replaced(name));
    let own = usual.chain(better).map(|(k, v)| (*k, (*v).to_owned()));
    let model = flags::suits_model(settings.model.model);
    let suits = flags::suits_data(data).into_iter().chain(model);
    suits.chain(own).collect()
}
