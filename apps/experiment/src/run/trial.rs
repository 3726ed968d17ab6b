//! One network, trained in memory without a folder.

use autograd::Real;
use datasets::Request;
use nn::{Model, StopReason, on_epoch, on_step};
use records::Number;

use super::plan::{Plan, model_config, trainer};
use super::prepared::Prepared;
use super::steps::fitting;
use super::task::Task;
use crate::data::Data;
use crate::error::AppError;
use crate::interrupt;

/// A network that was trained on the training rows of its data.
pub(crate) struct Trial<K: Task, T: Real> {
    task: K,
    data: Prepared,
    model: Model<T>,
    penalty: Option<Number>,
    /// Seconds of training steps.
    pub(crate) seconds: f64,
}

/// Trains a fresh network on the training rows of `data`. Scales are fitted to those rows alone. `None` after Ctrl-C.
///
/// # Errors
/// If the network does not go with the data.
pub(crate) fn trial<K: Task, T: Real>(
    plan: &Plan<'_>,
    request: &Request,
    task: &K,
    data: Data,
) -> Result<Option<Trial<K, T>>, AppError> {
    let task = task.fitted_to(&data);
    let config = model_config::<K, T>(plan, request, &task, &data)?;
    let data = Prepared::of_config(data, &config);
    let mut trainer = trainer::<K, T>(plan, &task, &config)?;
    let mut watch = (
        on_step(|_, _| interrupt::flow()),
        on_epoch(|_, _| interrupt::flow()),
    );
    let outcome = fitting(&mut trainer, &data, plan.training, &mut watch)?;
    Ok((outcome.reason != StopReason::Interrupted).then(|| Trial {
        penalty: config.penalty(&trainer.model().params, data.data.train.len()),
        seconds: trainer.trained_for().as_secs_f64(),
        model: trainer.into_model(),
        task,
        data,
    }))
}

impl<K: Task, T: Real> Trial<K, T> {
    /// What the network is worth on some rows.
    pub(crate) fn evaluate(&self, rows: &[u32]) -> K::Figures {
        self.task
            .evaluate_model(&self.model, &self.data, rows, self.penalty)
    }
}
