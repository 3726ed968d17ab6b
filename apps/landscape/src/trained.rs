//! The run that is sliced where none is named: a small network, trained on the handwritten digits as `classify` does, with
//! snapshots.

use std::path::PathBuf;

use clap::{Args, Command};
use common::flags::{
    self, ClassFlags, DataFlags, FolderFlags, ModelFlags, Session, TrainingFlags, suits_data,
    to_toml,
};
use common::run::{self, Classes, Plan, on_threads};
use common::{AppError, interrupt};
use datasets::Task;
use serde::Serialize;

use crate::settings::SliceFlags;

/// What differs from the defaults.
const LINE: [&str; 3] = ["--hidden=64,32", "--epochs=30", "--snapshots=1"];

/// The flags of `classify`, as they stand in the run's `config.toml`.
#[derive(Args, Clone, Debug, Serialize)]
struct Settings {
    #[command(flatten)]
    #[serde(flatten)]
    data: DataFlags,
    #[command(flatten)]
    #[serde(flatten)]
    model: ModelFlags,
    #[command(flatten)]
    #[serde(flatten)]
    classes: ClassFlags,
    #[command(flatten)]
    #[serde(flatten)]
    training: TrainingFlags,
    #[command(flatten)]
    #[serde(flatten)]
    folder: FolderFlags,
    #[command(flatten)]
    #[serde(flatten)]
    session: Session,
}

/// Trains the network and returns its folder, `runs/classify-digits-N`.
///
/// # Errors
/// If the folder cannot be written to, or training is interrupted.
pub(crate) fn run(slice: &SliceFlags) -> Result<PathBuf, AppError> {
    let mut line: Vec<String> = LINE.map(str::to_owned).into();
    line.push(format!("--seed={}", slice.plane.seed));
    if slice.look.quiet {
        line.push("--quiet".to_owned());
    }
    let command = Settings::augment_args(Command::new("classify").no_binary_name(true));
    let Some(matches) = flags::parse(command, line)? else {
        unreachable!("nobody asks for help here");
    };
    let mut settings: Settings = flags::resolve(&matches, |s: &Settings| suits_data(&s.data.data))?;
    let seed = settings.training.seed;
    let request = settings.data.request(Task::Classification, seed)?;
    let split = request.spec.default_split();
    settings.data.split.get_or_insert(split);
    let config = to_toml(&settings)?;
    let plan = Plan {
        app: "classify",
        data: &settings.data,
        model: &settings.model,
        training: &settings.training,
        folder: &settings.folder,
        session: &settings.session,
        config: &config,
    };
    on_threads(slice.look.threads, || {
        let head = settings.classes.head;
        let learned = run::learn::<Classes, f32>(&plan, &request, |data| Classes::of(data, head))?;
        let always = settings.classes.baselines;
        let simple = learned.task.simple(&learned.data, seed, always);
        if interrupt::requested() {
            return Err(learned.interrupted());
        }
        let folder = learned.folder().path().to_owned();
        learned.finish(&plan, simple, |learned| learned.report(&plan))?;
        Ok(folder)
    })
}
