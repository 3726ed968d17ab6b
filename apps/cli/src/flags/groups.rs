//! The flags about how a program reads its settings, looks at runs, and talks about its work.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use experiment::data::DataSource;
use serde::Serialize;
use settings::values::threads;

use crate::console::Console;

/// How a finished run is looked at.
#[derive(Args, Clone, Debug, PartialEq)]
pub struct LookFlags {
    /// Only folder to look in for data [default: $GRADUS_DATA, then the cache folder]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Never download
    #[arg(long)]
    pub offline: bool,

    /// Threads, 1 to 1024; results do not depend on it [default: all cores]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,

    /// Say nothing but results, warnings and errors
    #[arg(long, short)]
    pub quiet: bool,

    /// Print results as JSON
    #[arg(long)]
    pub json: bool,
}

impl LookFlags {
    /// Where data is looked for, and who is told how that goes.
    pub fn source(&self) -> DataSource {
        DataSource {
            data_dir: self.data_dir.clone(),
            offline: self.offline,
            progress: Arc::new(Console::new(self.quiet)),
        }
    }
}

/// How the app takes its settings and talks about its work.
#[derive(Args, Clone, Debug, PartialEq, Serialize)]
#[command(next_help_heading = "Settings and messages")]
pub struct Session {
    /// Take settings from a file; flags win over it. RUN/config.toml repeats RUN
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Print the settings that would be used, and stop
    #[arg(long)]
    #[serde(skip)]
    pub print_config: bool,

    /// Say nothing but warnings and errors
    #[arg(long, short)]
    #[serde(skip)]
    pub quiet: bool,

    /// Print the content of metrics.json at the end
    #[arg(long)]
    #[serde(skip)]
    pub json: bool,
}
