//! Training on arrays, by the path of the programs' trials.

use autograd::Real;
use experiment::AppError;
use experiment::data::Data;
use experiment::model_config::ModelConfig;
use experiment::run::{Classes, Prepared, Started, Task, Values, class_weights, start};
use nn::{StopReason, Trainer};
use numpy::Element;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use settings::{Experiment, Kind, Objective};

use crate::data::Given;
use crate::error::{computing, exception, guarded};
use crate::fit::{Done, Ended, Rule, Watch};
use crate::named::{given as settings_by_name, kind};
use crate::network::{Either, Kept, Network, on_threads, with};

/// What a training was told besides its data.
#[derive(FromPyObject)]
pub(crate) struct Told {
    /// When it ends before its last epoch.
    #[pyo3(item)]
    rule: Option<Rule>,
    /// What is called after each epoch.
    #[pyo3(item)]
    on_epoch: Option<Py<PyAny>>,
    /// Threads inside a step.
    #[pyo3(item)]
    threads: usize,
    /// After how many epochs the parameters are kept; 0 for never.
    #[pyo3(item)]
    snapshots: u64,
}

/// Trains the network of an experiment on arrays: the path of the programs' trials. With a network of before, its weights
/// are begun with.
///
/// Ctrl-C ends the training; what is done is kept, and `ended` says so. An exception of the callback is passed on.
///
/// # Errors
/// If a setting or a sample is refused, or the network does not go with the data.
#[pyfunction]
#[pyo3(signature = (kind_name, given_settings, given: "dict[str, Any]", told: "dict[str, Any]", before))]
pub(crate) fn train(
    py: Python<'_>,
    kind_name: &str,
    given_settings: Vec<(String, String)>,
    given: Given<'_>,
    told: Told,
    before: Option<PyRef<'_, Network>>,
) -> PyResult<Network> {
    let kind = kind(kind_name)?;
    let named = settings_by_name(kind, &given_settings).map_err(exception)?;
    let settled = guarded(|| settings::settle(kind, &named).map_err(|e| exception(e.into())))?;
    let mut experiment = settled.experiment;
    experiment.training.f64 = given.x.is_double();
    let samples = given.samples(None)?;
    let before = guarded(|| Ok(before.map(|network| network.values())))?;
    let (network, error) = computing(py, move || {
        let data = samples.into_data(&experiment)?;
        match kind {
            Kind::Classification => {
                let Objective::Classification { head } = experiment.objective else {
                    unreachable!("a classification has the objective of one");
                };
                // Values as the targets of a classifier say of each label whether a sample has it.
                let task = match data.set.class_names.is_empty() {
                    true => Classes::labels(),
                    false => Classes::of(&data, head)?,
                };
                either(&experiment, &task, data, &told, before)
            }
            _ => {
                let standardized = matches!(
                    experiment.objective,
                    Objective::Regression {
                        standardize_targets: true
                    }
                );
                let task = Values::of(&data, standardized)?;
                either(&experiment, &task, data, &told, before)
            }
        }
    })?;
    error.map_or(Ok(network), Err)
}

/// Trains in the precision of the experiment.
fn either<K: Task>(
    experiment: &Experiment,
    task: &K,
    data: Data,
    told: &Told,
    before: Option<Vec<f64>>,
) -> Result<(Network, Option<PyErr>), AppError> {
    match experiment.training.f64 {
        true => trained::<K, f64>(experiment, task, data, told, before, Either::Double),
        false => trained::<K, f32>(experiment, task, data, told, before, Either::Single),
    }
}

fn trained<K: Task, T: Real + Element>(
    experiment: &Experiment,
    task: &K,
    data: Data,
    told: &Told,
    before: Option<Vec<f64>>,
    wrap: impl FnOnce(Box<Kept<T>>) -> Either,
) -> Result<(Network, Option<PyErr>), AppError> {
    let class_weights = class_weights(experiment, &data)?;
    experiment::run::check(experiment, task, &data)?;
    check_weights(&data)?;
    let Started {
        data,
        config,
        mut trainer,
        ..
    } = start::<K, T>(experiment, task, data)?;
    if let Some(before) = before {
        let values = trainer.model_mut().params.values_mut();
        if values.len() != before.len() {
            return Err(AppError::Failure(
                "warm_start: the network of the last fit has other layers or inputs".to_owned(),
            ));
        }
        let pairs = values.iter_mut().zip(before);
        pairs.for_each(|(value, before)| *value = T::from_f64(before));
    }
    let epochs = experiment.training.epochs;
    let done = fit(&mut trainer, &config, &data, epochs, told)?;
    let mut network = Network::new(config, wrap(Box::new(Kept::new(trainer))), class_weights);
    let error = network.take(done);
    Ok((network, error))
}

/// Refuses weights of samples that leave nothing to train on, or nothing to validate on where that was asked for. Which
/// samples are held out is drawn, so that they sum to more than 0 in all does not suffice.
///
/// # Errors
/// If all samples of a part weigh 0.
fn check_weights(data: &Data) -> Result<(), AppError> {
    let Some(weights) = data.set.part.targets.weights() else {
        return Ok(());
    };
    for (part, rows) in [("train", &data.train), ("validate", &data.validation)] {
        if !rows.is_empty() && rows.iter().all(|row| weights[*row as usize] == 0.0) {
            return Err(AppError::Failure(format!(
                "sample_weight: all of the {} samples to {part} on weigh 0; another random_state or validation_fraction \
                 divides them otherwise",
                rows.len()
            )));
        }
    }
    Ok(())
}

/// Trains until so many epochs are done in all.
fn fit<T: Real + Element>(
    trainer: &mut Trainer<T>,
    config: &ModelConfig,
    data: &Prepared,
    epochs: u64,
    told: &Told,
) -> Result<Done, AppError> {
    let rows = &data.data;
    let validation = data.examples().samples(&rows.validation);
    let validation = (!validation.is_empty()).then_some(validation);
    trainer.set_validation(validation.clone());
    let train = data.examples().samples(&rows.train);
    let mut watch = Watch::new(
        told.rule,
        validation.as_ref(),
        config.is_multilabel(),
        told.on_epoch.as_ref(),
        told.snapshots,
    );
    if trainer.epochs() == 0 {
        watch.keep(0, trainer);
    }
    let history = on_threads(told.threads, || {
        trainer.fit_observed(&train, epochs, &mut watch)
    })
    .map_err(AppError::failure)?;
    watch.restore(trainer);
    trainer.set_validation(None);
    let (ended, error) = match watch.ended {
        Ended::Rule => ("tol".to_owned(), None),
        Ended::Asked => ("callback".to_owned(), None),
        Ended::Interrupted => ("interrupted".to_owned(), None),
        Ended::Raised(error) => ("exception".to_owned(), Some(error)),
        Ended::No => match history.reason {
            StopReason::Finished => ("max_iter".to_owned(), None),
            StopReason::Optimizer(why) => (why.to_string(), None),
            other => (format!("{other:?}"), None),
        },
    };
    Ok(Done {
        epochs: watch.epochs,
        ended,
        error,
        snapshots: watch.snapshots,
    })
}

/// Trains a network for one more epoch on these samples.
///
/// # Errors
/// If the network does not go with them.
#[pyfunction]
#[pyo3(signature = (network, given: "dict[str, Any]", told: "dict[str, Any]"))]
pub(crate) fn go_on(
    py: Python<'_>,
    mut network: PyRefMut<'_, Network>,
    given: Given<'_>,
    told: Told,
) -> PyResult<()> {
    if given.x.is_double() != network.is_double() {
        return Err(PyTypeError::new_err(
            "X has another precision than in the first call",
        ));
    }
    let samples = given.samples(Some(&network.config.rows.shape))?;
    let this = &mut *network;
    let error = computing(py, move || {
        let data = this.prepared(samples)?;
        let done = with!(&mut this.kept, kept => {
            kept.trained(|trainer| {
                let epochs = trainer.epochs() + 1;
                fit(trainer, &this.config, &data, epochs, &told)
            })?
        });
        Ok(this.take(done))
    })?;
    error.map_or(Ok(()), Err)
}
