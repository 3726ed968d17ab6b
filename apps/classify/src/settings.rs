//! The flags of training.

use clap::{ArgMatches, Args};
use common::AppError;
use common::flags::{
    self, ClassFlags, DataFlags, FolderFlags, ModelFlags, Session, Suited, TrainingFlags,
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
        let mut settings: Self = flags::resolve(matches, |s: &Self| suited(&s.data.data))?;
        let spec = settings.request()?.spec;
        settings.data.split.get_or_insert(spec.default_split());
        settings.training.check(&settings.data)?;
        settings.training.check_memory(&settings.model, 1, 1)?;
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

/// What suits a data set better than the defaults.
fn suited(data: &str) -> Suited {
    let values: &[(&'static str, &str)] = match data {
        "digits" => &[("hidden", "256,128")],
        "mnist" | "fashion-mnist" => &[
            ("hidden", "256,128"),
            ("batch-size", "128"),
            ("epochs", "20"),
        ],
        "blobs" | "xor" | "spirals" | "circles" | "moons" => {
            &[("schedule", "one-cycle"), ("lr", "0.01")]
        }
        "wine-quality-red" | "wine-quality-white" => {
            &[("schedule", "one-cycle"), ("lr", "0.01"), ("l2", "0.003")]
        }
        _ if is_table(data) => &[("schedule", "one-cycle"), ("lr", "0.01"), ("l2", "0.01")],
        _ => &[],
    };
    let own = values.iter().map(|(k, v)| (*k, (*v).to_owned()));
    flags::suits_data(data).into_iter().chain(own).collect()
}
