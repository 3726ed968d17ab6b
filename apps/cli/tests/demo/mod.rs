//! An app to try the shared parts with.

use clap::{Args, Parser};
use cli::flags::Session;
use serde::Serialize;
use settings::{ClassFlags, DataFlags, FolderFlags, ModelFlags, Preset, TrainingFlags};

/// Train a classifier
#[derive(Parser, Debug)]
#[command(
    name = "demo",
    version,
    args_conflicts_with_subcommands = true,
    after_help = "Example: demo --data mnist --hidden 64,32 --epochs 20"
)]
pub(crate) struct Demo {
    #[command(flatten)]
    pub(crate) settings: Settings,
    #[command(subcommand)]
    pub(crate) command: Option<Action>,
}

#[derive(clap::Subcommand, Debug)]
pub(crate) enum Action {
    /// Judge a run
    Eval {
        /// The run
        run: String,
    },
}

#[derive(Args, Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Settings {
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) data: DataFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) model: ModelFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) classes: ClassFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) training: TrainingFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) folder: FolderFlags,
    #[command(flatten)]
    #[serde(flatten)]
    pub(crate) session: Session,
}

pub(crate) fn preset(settings: &Settings) -> Preset {
    match settings.data.data.as_str() {
        "mnist" => vec![("epochs", "20".into()), ("batch-size", "128".into())],
        _ => Vec::new(),
    }
}
