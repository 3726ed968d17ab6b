//! The flags of training.

use clap::{ArgMatches, Args};
use common::AppError;
use common::flags::{
    self, Architecture, ClassFlags, DataFlags, FolderFlags, ModelFlags, Session, Suited,
    TrainingFlags,
};
use common::run::Plan;
use datasets::{Request, Task};
use serde::Serialize;

/// Everything that training can be told.
#[derive(Args, Clone, Debug, Serialize)]
pub(crate) struct Settings {
    /// Which data.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) data: DataFlags,
    /// Which network.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) model: ModelFlags,
    /// What only classifiers have.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) classes: ClassFlags,
    /// How it is trained.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) training: TrainingFlags,
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
        let mut settings: Self = flags::resolve(matches, suited)?;
        let spec = settings.request()?.spec;
        settings.data.split.get_or_insert(spec.default_split());
        settings.training.check(&settings.data)?;
        settings.model.check(&settings.training)?;
        let (least, sizes) = (settings.model.least_parameters(), settings.model.sizes());
        settings.training.check_memory(least, &sizes)?;
        Ok(settings)
    }

    /// The data that is asked for.
    ///
    /// # Errors
    /// Wrong usage if there is none such.
    pub(crate) fn request(&self) -> Result<Request, AppError> {
        self.data.request(Task::Classification, self.training.seed)
    }

    /// What a run is told; `config` is how these settings stand in the file.
    pub(crate) fn plan<'a>(&'a self, config: &'a str) -> Plan<'a> {
        Plan {
            app: "classify",
            data: &self.data,
            model: &self.model,
            training: &self.training,
            folder: &self.folder,
            session: &self.session,
            config,
        }
    }
}

/// Small tables are soon learned by heart, so their weights are held down.
fn is_table(data: &str) -> bool {
    data.starts_with("csv:") || ["iris", "wine", "breast-cancer"].contains(&data)
}

/// What suits a data set and a kind of network better than the defaults.
fn suited(settings: &Settings) -> Suited {
    let (data, model) = (settings.data.data.as_str(), settings.model.model);
    let values: &[(&'static str, &str)] = match (data, model) {
        ("digits", Architecture::Mlp) => &[("hidden", "256,128")],
        ("digits", Architecture::Cnn) => &[("channels", "16,32"), ("epochs", "20")],
        ("mnist", Architecture::Mlp) => &[
            ("hidden", "256,128"),
            ("batch-size", "128"),
            ("epochs", "20"),
        ],
        ("fashion-mnist", Architecture::Mlp) => &[
            ("hidden", "512,256"),
            ("batch-norm", ""),
            ("dropout", "0.3"),
            ("optimizer", "adamw"),
            ("lr", "0.002"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "128"),
            ("epochs", "25"),
        ],
        ("mnist" | "fashion-mnist", Architecture::Cnn) => &[
            ("channels", "16,32"),
            ("optimizer", "adamw"),
            ("lr", "0.003"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "64"),
            ("epochs", "5"),
        ],
        ("cifar10", Architecture::Mlp) => &[
            ("standardise", ""),
            ("hidden", "512,256"),
            ("batch-norm", ""),
            ("dropout", "0.3"),
            ("augment", "flip"),
            ("optimizer", "adamw"),
            ("lr", "0.002"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "128"),
            ("epochs", "25"),
        ],
        ("cifar10", Architecture::Cnn) => &[
            ("channels", "32,64,128"),
            ("augment", "flip,crop"),
            ("optimizer", "adamw"),
            ("lr", "0.003"),
            ("weight-decay", "0.01"),
            ("schedule", "one-cycle"),
            ("batch-size", "64"),
            ("epochs", "10"),
        ],
        ("blobs" | "xor" | "spirals" | "circles" | "moons", _) => {
            &[("schedule", "one-cycle"), ("lr", "0.01")]
        }
        ("wine-quality-red" | "wine-quality-white", _) => {
            &[("schedule", "one-cycle"), ("lr", "0.01"), ("l2", "0.003")]
        }
        _ if is_table(data) => &[("schedule", "one-cycle"), ("lr", "0.01"), ("l2", "0.01")],
        _ => &[],
    };
    let own = values.iter().map(|(k, v)| (*k, (*v).to_owned()));
    let usual = flags::suits_data(data)
        .into_iter()
        .chain(flags::suits_model(model));
    usual.chain(own).collect()
}
