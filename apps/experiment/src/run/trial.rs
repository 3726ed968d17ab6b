//! One network, trained in memory: what every way to train has in common.
//!
//! [`start`] fits scales to the training samples and makes the trainer; [`Started::train`] goes through the epochs, and
//! [`train_together`] with several networks. A run keeps a folder besides, folds and sweeps train many side by side, a study
//! looks into the network as it learns.

use std::ops::ControlFlow;
use std::path::Path;

use autograd::Real;
use nn::{
    Fit, History, MOST_TOGETHER, Model, Observer, Samples, StopReason, Trainer, checkpoint,
    fit_together, on_epoch, on_step,
};
use records::Number;
use settings::{Architecture, Experiment};

use super::plan::{model_config, trainer};
use super::prepared::Prepared;
use super::task::Task;
use crate::data::Data;
use crate::error::AppError;
use crate::interrupt;
use crate::model_config::ModelConfig;

/// A network before its first step, with all that it is trained on.
pub struct Started<K: Task, T: Real> {
    /// What is learned, with what is fitted to the training samples.
    pub task: K,
    /// The samples as the network takes them.
    pub data: Prepared,
    /// What defines the model.
    pub config: ModelConfig,
    /// The trainer.
    pub trainer: Trainer<T>,
}

/// A network that was trained.
pub struct Trial<K: Task, T: Real> {
    /// What it learned.
    pub task: K,
    /// The samples as it takes them.
    pub data: Prepared,
    /// What defines the model.
    pub config: ModelConfig,
    /// The network.
    pub model: Model<T>,
    /// The epochs of this call, and why they ended.
    pub history: History,
    /// Epochs of the network in all, those of earlier calls among them.
    pub epochs: u64,
    /// Seconds of their training steps.
    pub seconds: f64,
    /// What could not be decided, a sentence each.
    pub warnings: Vec<String>,
}

/// Makes the network of an experiment for the samples of `data`. Scales are fitted to the training samples alone.
///
/// # Errors
/// If the network does not go with the data.
pub fn start<K: Task, T: Real>(
    experiment: &Experiment,
    task: &K,
    data: Data,
) -> Result<Started<K, T>, AppError> {
    let task = task.fitted_to(&data);
    let config = model_config(experiment, &task, &data)?;
    Ok(Started {
        trainer: trainer(experiment, &config, &data)?,
        data: Prepared::of_config(data, &config),
        task,
        config,
    })
}

/// Trains the network of an experiment on the training samples of `data`. `None` after Ctrl-C.
///
/// # Errors
/// If the network does not go with the data.
pub fn trial<K: Task, T: Real>(
    experiment: &Experiment,
    task: &K,
    data: Data,
) -> Result<Option<Trial<K, T>>, AppError> {
    start(experiment, task, data)?.train(|_, _, _| {})
}

impl<K: Task, T: Real> Started<K, T> {
    /// Trains to the end, and calls `after` each epoch. `None` after Ctrl-C.
    ///
    /// # Errors
    /// If the loss refuses the outputs or targets, or the validation samples do not decide what they are asked to.
    pub fn train(
        self,
        after: impl FnMut(&Trainer<T>, &Prepared, &K),
    ) -> Result<Option<Trial<K, T>>, AppError> {
        let epochs = self.config.experiment.training.epochs;
        self.train_until(epochs, None, after)
    }

    /// Trains until so many epochs are done in all. With a file of a `state` it goes on from there, if the file exists, and
    /// leaves its own state there: a later call goes on from that, and ends in the bits of a training that was never stopped,
    /// unless its schedule depends on the number of epochs. `None` after Ctrl-C.
    ///
    /// # Errors
    /// If the loss refuses the outputs or targets, or the state is damaged or cannot be written.
    pub fn train_until(
        mut self,
        epochs: u64,
        state: Option<&Path>,
        mut after: impl FnMut(&Trainer<T>, &Prepared, &K),
    ) -> Result<Option<Trial<K, T>>, AppError> {
        if let Some(begun) = state.filter(|path| path.is_file()) {
            checkpoint::load(begun, &mut self.trainer).map_err(AppError::failure)?;
            let done = self.trainer.epochs();
            if done > epochs {
                return Err(AppError::Failure(format!(
                    "{} is of a network after {done} epochs, and one after {epochs} is asked for; remove the file, and it is \
                     trained anew",
                    begun.display()
                )));
            }
        }
        let keep = |trainer: &Trainer<T>| match state {
            Some(path) => checkpoint::save(path, trainer).map_err(AppError::failure),
            None => Ok(()),
        };
        let (data, task) = (&self.data, &self.task);
        let mut failed = Ok(());
        let mut watch = (
            on_step(|_, _| interrupt::flow()),
            on_epoch(|trainer: &Trainer<T>, _| {
                after(trainer, data, task);
                // Here the weights are still those of the last epoch: early stopping puts the best in their place.
                if trainer.epochs() == epochs {
                    failed = keep(trainer);
                }
                match failed {
                    Ok(()) => interrupt::flow(),
                    Err(_) => ControlFlow::Break(()),
                }
            }),
        );
        let history = fit(&mut self.trainer, data, epochs, &mut watch)?;
        failed?;
        if history.reason == StopReason::Interrupted {
            return Ok(None);
        }
        // What ended early ends at once when it is gone on with, and has the same weights.
        if self.trainer.epochs() < epochs {
            keep(&self.trainer)?;
        }
        Ok(Some(self.ended(history)))
    }

    /// What there is once it has trained.
    fn ended(mut self, history: History) -> Trial<K, T> {
        let (epochs, seconds) = (self.trainer.epochs(), self.trainer.trained_for());
        let model = self.trainer.into_model();
        let warnings = self.task.decide(&model, &self.data);
        self.config.decided = self.task.decided();
        Trial {
            epochs,
            seconds: seconds.as_secs_f64(),
            model,
            task: self.task,
            data: self.data,
            config: self.config,
            history,
            warnings,
        }
    }
}

/// Trains several networks to the end, and calls each one's function each epoch: as [`Started::train`] trains each, to the
/// same bits. Small ones of one architecture take [their steps together](nn::fit_together). Each is `None` after Ctrl-C.
///
/// # Errors
/// Each as [`Started::train`].
pub fn train_together<K: Task, T: Real, F>(
    mut networks: Vec<(Started<K, T>, F)>,
) -> Vec<Result<Option<Trial<K, T>>, AppError>>
where
    F: FnMut(&Trainer<T>, &Prepared, &K),
{
    let samples = networks
        .iter_mut()
        .map(|(of, _)| samples(&mut of.trainer, &of.data));
    let samples: Vec<Samples> = samples.collect();
    let (mut trainers, mut observers) = (Vec::new(), Vec::new());
    for (of, after) in &mut networks {
        let (task, data) = (&of.task, &of.data);
        trainers.push((&mut of.trainer, of.config.experiment.training.epochs));
        observers.push((
            on_step(|_, _| interrupt::flow()),
            on_epoch(move |trainer: &Trainer<T>, _| {
                after(trainer, data, task);
                interrupt::flow()
            }),
        ));
    }
    let fits = trainers.into_iter().zip(&samples).zip(&mut observers);
    let fits = fits.map(|(((trainer, epochs), train), observer)| Fit {
        trainer,
        train,
        epochs,
        observer,
    });
    let histories = fit_together(fits.collect());
    drop(observers);
    let ended = networks.into_iter().zip(histories);
    ended
        .map(|((of, _), history)| {
            let history = history.map_err(AppError::failure)?;
            let whole = history.reason != StopReason::Interrupted;
            Ok(whole.then(|| of.ended(history)))
        })
        .collect()
}

/// Networks that are trained together, at most: with more nothing is gained.
const TOGETHER: usize = 16;
/// Seconds that networks which are trained together take, about: what is lost when the program is killed.
const SECONDS: f64 = 5.0;

/// How many networks of an experiment on rows of `inputs` numbers to [train together](train_together): 1 where they are not
/// so small that it is faster. `rows` are the training samples.
pub fn group_size(experiment: &Experiment, inputs: usize, rows: usize) -> usize {
    let Architecture::Mlp { hidden, .. } = &experiment.model.architecture else {
        return 1;
    };
    let training = &experiment.training;
    let widths = [&[inputs], &hidden.0[..], &[1]].concat();
    let weights: f64 = widths.windows(2).map(|w| w[0] as f64 * w[1] as f64).sum();
    let batch = training.config.batch_size.clamp(1, rows.max(1));
    let work = weights * batch as f64;
    if work > MOST_TOGETHER as f64 {
        return 1;
    }
    // A few microseconds a step for its operations, and what arithmetic there is.
    let steps = training.epochs as f64 * rows.div_ceil(batch) as f64;
    let seconds = steps * (4e-6 + work * 2e-10);
    (SECONDS / seconds).clamp(1.0, TOGETHER as f64) as usize
}

/// The training samples; the trainer is told the validation samples.
fn samples<T: Real>(trainer: &mut Trainer<T>, data: &Prepared) -> Samples {
    let rows = &data.data;
    trainer.set_validation(Some(data.examples().samples(&rows.validation)));
    data.examples().samples(&rows.train)
}

/// Trains on the training samples, validating on the validation samples.
pub(super) fn fit<T: Real>(
    trainer: &mut Trainer<T>,
    data: &Prepared,
    epochs: u64,
    observer: &mut dyn Observer<T>,
) -> Result<History, AppError> {
    let train = samples(trainer, data);
    trainer
        .fit_observed(&train, epochs, observer)
        .map_err(AppError::failure)
}

impl<K: Task, T: Real> Trial<K, T> {
    /// The figures of the network on some samples.
    pub fn evaluate(&self, rows: &[u32]) -> K::Figures {
        self.task
            .evaluate_model(&self.model, &self.data, rows, self.penalty())
    }

    /// The penalty of its weights; `None` where there is none.
    pub fn penalty(&self) -> Option<Number> {
        let rows = self.data.data.train.len();
        self.config.penalty(&self.model.params, rows)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use settings::{Given, Kind, Objective, Origin, settle};

    use super::super::classes::Classes;
    use super::*;
    use crate::data::{DataSource, load};
    use crate::progress::{Progress, Silent};

    /// The size of a group, and whether its networks are packed.
    fn of(hidden: &str, data: &str) -> (usize, bool) {
        let given = [("data", data), ("hidden", hidden), ("epochs", "2")];
        let given = given.map(|(key, text)| Given {
            key,
            text: text.to_owned(),
            origin: Origin::Flag,
        });
        let experiment = settle(Kind::Classification, &given).expect("sound");
        let experiment = experiment.experiment;
        let progress: Arc<dyn Progress> = Arc::new(Silent);
        let source = DataSource {
            data_dir: None,
            offline: true,
            progress,
        };
        let request = experiment.request().expect("sound");
        let partition = experiment.partition().expect("sound");
        let data = load(&request, partition, &source).expect("it is embedded");
        let Objective::Classification { head } = experiment.objective else {
            panic!("it classifies");
        };
        let task = Classes::of(&data, head).expect("it has classes");
        let size = group_size(
            &experiment,
            data.set.part.inputs.row_len(),
            data.train.len(),
        );
        let mut started = start::<Classes, f32>(&experiment, &task, data).expect("sound");
        let train = samples(&mut started.trainer, &started.data);
        (size, started.trainer.is_packable(&train))
    }

    /// Else groups would train no faster, and a kill would lose them for nothing.
    #[test]
    fn networks_of_a_group_are_packed() {
        assert_eq!(of("8", "iris"), (TOGETHER, true));
        assert_eq!(of("16,8", "wine"), (TOGETHER, true));
        assert_eq!(of("64,64", "digits"), (1, false));
    }
}
