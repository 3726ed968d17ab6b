//! The flags of programs that use finished runs.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use experiment::data::DataSource;
use settings::values::threads;

use crate::console::Console;

/// How a finished run is used.
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

    /// Print nothing but results, warnings and errors
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
