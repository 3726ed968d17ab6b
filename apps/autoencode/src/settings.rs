//! The flags of training.

use clap::{ArgMatches, Args};
use common::AppError;
use common::flags::{
    self, CoderFlags, DataFlags, FolderFlags, ModelFlags, Session, Suited, TrainingFlags,
};
use common::run::Plan;
use datasets::{Request, Task};
use serde::Serialize;

/// Everything that training can be told. Hidden flags are those of other apps that are refused here.
#[derive(Args, Clone, Debug, Serialize)]
#[command(mut_arg("standardise", |arg| arg.hide(true)))]
#[command(mut_arg("no_standardise", |arg| arg.hide(true)))]
#[command(mut_arg("n", |arg| arg.hide(true)))]
#[command(mut_arg("noise", |arg| arg.hide(true)))]
#[command(mut_arg("augment", |arg| arg.hide(true)))]
pub(crate) struct Settings {
    /// Which data.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) data: DataFlags,
    /// Which network.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) coder: CoderFlags,
    /// How it is trained.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) training: TrainingFlags,
    /// How its codes are looked at.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) codes: CodeFlags,
    /// Where the run is written.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) folder: FolderFlags,
    /// How settings are read and progress is shown.
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) session: Session,
}

/// How codes are looked at.
#[derive(Args, Clone, Debug, Serialize)]
#[command(next_help_heading = "Codes")]
#[serde(rename_all = "kebab-case")]
pub(crate) struct CodeFlags {
    /// Test rows that t-SNE draws, the first of their part; 0 for none; 2000 take seconds
    #[arg(long, value_name = "N", default_value = "2000")]
    pub(crate) tsne_rows: usize,
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
        if settings.data.standardise {
            return Err(AppError::usage(
                "--standardise: an autoencoder rebuilds pixels as they are, from 0 to 1",
            ));
        }
        if !settings.training.augment.is_none() {
            return Err(AppError::Usage(format!(
                "--augment {} would change pictures and not what they are compared with; --denoise adds noise",
                settings.training.augment
            )));
        }
        let model = settings.model();
        let least = model.least_parameters();
        settings.training.check_memory(least, &model.sizes())?;
        Ok(settings)
    }

    /// The data that is asked for.
    ///
    /// # Errors
    /// Wrong usage if there is none such.
    pub(crate) fn request(&self) -> Result<Request, AppError> {
        self.data.request(Task::Classification, self.training.seed)
    }

    /// The network that is asked for.
    pub(crate) fn model(&self) -> ModelFlags {
        self.coder.model()
    }

    /// What a run is told; `config` is how these settings stand in the file.
    pub(crate) fn plan<'a>(&'a self, model: &'a ModelFlags, config: &'a str) -> Plan<'a> {
        Plan {
            app: "autoencode",
            data: &self.data,
            model,
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
    let own: &[(&'static str, &str)] = match data {
        "digits" => &[("latent", "8"), ("lr", "0.01"), ("epochs", "200")],
        "mnist" | "fashion-mnist" => &[("lr", "0.002"), ("batch-size", "128"), ("epochs", "20")],
        "cifar10" => &[
            ("latent", "128"),
            ("depth", "2"),
            ("batch-size", "128"),
            ("epochs", "10"),
        ],
        _ => &[],
    };
    let usual = [("schedule", "one-cycle")];
    let own = usual.iter().chain(own);
    own.map(|(k, v)| (*k, (*v).to_owned())).collect()
}
