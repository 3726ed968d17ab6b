//! The winner of a sweep, trained and saved as a run.

use std::fs;
use std::path::{Path, PathBuf};

use experiment::AppError;
use records::same_settings;
use search::Swept;
use settings::{Options, Point, Settings, to_toml};

use crate::console::Console;
use crate::training::{TrainingApp, train};

/// Settings that results do not depend on.
const FREE: [&str; 3] = ["threads", "data-dir", "offline"];

/// Trains the winner with the seed of the experiment, or goes on with that, and says where it is. It is the run that its
/// settings give by themselves: with folds it is trained once, on the training samples.
///
/// # Errors
/// If there is no winner, or as for any run.
pub(crate) fn refit<A: TrainingApp>(
    settings: &Settings,
    points: &[Point],
    swept: &Swept,
) -> Result<(), AppError> {
    let winner = swept.winner.ok_or_else(|| {
        AppError::Failure(
            "--refit: every network diverged, so that there is no winner to train".to_owned(),
        )
    })?;
    let mut run = Settings {
        experiment: points[winner].experiment.clone(),
        options: Options {
            grid: Vec::new(),
            search: None,
            trials: None,
            shard: None,
            refit: false,
            folds: None,
            name: None,
            force: false,
            resume: None,
            config: None,
            json: false,
            ..settings.options.clone()
        },
    };
    let (folder, begun) = place(&swept.folder, &run)?;
    run.options.out = Some(folder.clone());
    if begun == Begun::Finished {
        return say(settings, &folder, A::KIND.program());
    }
    match begun {
        Begun::Yes => run.options.resume = Some(folder.clone()),
        // Nothing but what a kill left before there were settings.
        _ => run.options.force = true,
    }
    train::<A>(&run)?;
    say(settings, &folder, A::KIND.program())
}

fn say(settings: &Settings, folder: &Path, program: &str) -> Result<(), AppError> {
    let folder = folder.display();
    Console::new(settings.options.quiet).say(format_args!(
        "the winner is trained and saved in {folder}; predict with: {program} predict {folder} FILE"
    ));
    Ok(())
}

/// How far the run in a folder is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    No,
    Yes,
    Finished,
}

/// The folder of the run of these settings: `best`, or if that has the winner of fewer choices, `best-2` and so on.
fn place(sweep: &Path, run: &Settings) -> Result<(PathBuf, Begun), AppError> {
    let wanted = same_settings::of_toml(&to_toml(run), &FREE);
    let mut number = 1;
    loop {
        let folder = search::best(sweep, number);
        let config = folder.join("config.toml");
        if !config.is_file() {
            return Ok((folder, Begun::No));
        }
        let text = fs::read_to_string(&config).map_err(|e| {
            AppError::while_doing(format_args!("cannot read {}", config.display()), e)
        })?;
        if same_settings::of_toml(&text, &FREE) == wanted {
            let finished = folder.join("metrics.json").is_file();
            let begun = if finished {
                Begun::Finished
            } else {
                Begun::Yes
            };
            return Ok((folder, begun));
        }
        number += 1;
    }
}
