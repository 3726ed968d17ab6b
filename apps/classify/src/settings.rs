//! The flags of training.

use clap::{ArgMatches, Args};
use common::AppError;
use common::flags::{
    self, DataFlags, FolderFlags, Head, ModelFlags, Session, Suited, TrainingFlags,
};
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
        let spec = settings.data.spec()?;
        settings.data.split.get_or_insert(spec.default_split());
        settings.training.check(&settings.data)?;
        settings.training.check_memory(&settings.model, 1, 1)?;
        Ok(settings)
    }

    /// Refuses a head that does not go with the number of classes.
    ///
    /// # Errors
    /// Wrong usage for a sigmoid on other than two classes.
    pub(crate) fn check_head(&self, classes: usize) -> Result<(), AppError> {
        if self.model.head == Head::Sigmoid && classes != 2 {
            return Err(AppError::Usage(format!(
                "--head sigmoid is for two classes, and {} has {classes}",
                self.data.data
            )));
        }
        Ok(())
    }
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
        _ => &[],
    };
    values.iter().map(|(k, v)| (*k, (*v).to_owned())).collect()
}
