//! `merge`: the shards of a sweep, brought together.

use std::path::PathBuf;

use clap::Args;
use experiment::AppError;
use records::shard_folders;
use settings::{Options, Settings, file, settle};

use crate::console::Console;
use crate::training::{TrainingApp, plan, print_sweep};

/// The flags of `merge`.
#[derive(Args, Clone, Debug)]
pub struct MergeFlags {
    /// Folder of the sweep, the --out that its shards were given
    #[arg(value_name = "OUT")]
    out: PathBuf,

    /// Print only results, warnings and errors
    #[arg(long, short)]
    quiet: bool,

    /// Print the content of grid.json
    #[arg(long)]
    json: bool,
}

/// Brings the shards of a sweep together in its folder, which then is that of a whole one. The settings are those of the
/// shards.
///
/// # Errors
/// If there are no shards, or as for [`search::merge`].
pub(crate) fn run<A: TrainingApp>(flags: &MergeFlags) -> Result<(), AppError> {
    let mut all = Vec::new();
    for (_, folder) in shard_folders(&flags.out)? {
        let path = folder.join("config.toml");
        if path.is_file() {
            let mut given = file::read(&path, A::KIND)?;
            given.retain(|given| given.key != "shard");
            all.push((settle(A::KIND, &given)?, given));
        }
    }
    // Of a random search that was made longer, those that were begun since know all choices.
    let drawn = |settings: &Settings| settings.options.search.and_then(|search| search.drawn());
    let longest = all.into_iter().max_by_key(|(settings, _)| drawn(settings));
    let (settings, given) = longest.ok_or_else(|| {
        AppError::Failure(format!(
            "{} holds no shards of a sweep; they are made with --shard I/N --out {}",
            flags.out.display(),
            flags.out.display()
        ))
    })?;
    let settings = Settings {
        options: Options {
            out: Some(flags.out.clone()),
            quiet: flags.quiet,
            json: flags.json,
            ..settings.options
        },
        ..settings
    };
    let points = settings.choices(&given)?;
    let progress = Console::new(flags.quiet).shared();
    let swept = search::merge::<A::Task>(&plan(&settings, &progress), &points)?;
    print_sweep(&swept, flags.json, progress.as_ref())
}
