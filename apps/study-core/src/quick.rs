//! The quick form of a study: the same declaration with fewer trials, epochs and rows, on data that comes with the
//! program. It shows that a study runs, and nothing else: it has no verdicts.

use datasets::{Spec, Task, TestSplit};
use settings::{Architecture, Experiment};

use crate::setup::Setup;

/// Trials of a case, at most.
pub const TRIALS: usize = 2;
/// Epochs of a training, at most.
pub const EPOCHS: u64 = 3;
/// Training samples, at most.
pub const ROWS: usize = 200;

/// What stands for data that has to be found or downloaded.
const SUBSTITUTES: [(&str, Task, &str); 10] = [
    ("mnist", Task::Classification, "digits"),
    ("fashion-mnist", Task::Classification, "digits"),
    ("cifar10", Task::Classification, "digits"),
    ("california", Task::Regression, "diabetes"),
    ("energy", Task::Regression, "diabetes"),
    ("concrete", Task::Regression, "diabetes"),
    ("wine-quality-red", Task::Regression, "diabetes"),
    ("wine-quality-white", Task::Regression, "diabetes"),
    ("wine-quality-red", Task::Classification, "wine"),
    ("wine-quality-white", Task::Classification, "wine"),
];

/// The data set that stands for `name` in the quick form: itself, if it comes with the program or is made.
pub fn substitute(name: &str, task: Option<Task>) -> &str {
    let fits = |for_task: Task| task.is_none_or(|task| task == for_task);
    let found = SUBSTITUTES
        .iter()
        .find(|(full, for_task, _)| *full == name && fits(*for_task));
    found.map_or(name, |(.., quick)| quick)
}

/// The setup in its quick form.
pub fn form(setup: &Setup) -> Setup {
    let mut quick = setup.clone();
    let task = quick.experiment.kind().task();
    let Experiment {
        data,
        model,
        training,
        ..
    } = &mut quick.experiment;
    let name = substitute(&data.name, Some(task)).to_owned();
    if name != data.name {
        data.name = name;
        data.target.clear();
        // What stands in may have no official test set.
        data.split = data.split.filter(|by| matches!(by, TestSplit::Fraction(_)));
    }
    if matches!(data.name.parse(), Ok(Spec::Synthetic(_))) {
        data.n = data.n.map(|rows| rows.min(2 * ROWS)).or(Some(ROWS));
    }
    data.train_samples = Some(data.train_samples.map_or(ROWS, |rows| rows.min(ROWS)));
    training.epochs = training.epochs.min(EPOCHS);
    let last = training.epochs.saturating_sub(1);
    training.config.warmup = training.config.warmup.min(last);
    if let Architecture::Cnn {
        channels: Some(channels),
        ..
    } = &mut model.architecture
    {
        // Images of 8 by 8 can be halved thrice.
        channels.0.truncate(3);
        channels.0.iter_mut().for_each(|c| *c = (*c).min(8));
    }
    quick
}
