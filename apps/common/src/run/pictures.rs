//! Training pictures that change at every step.

use std::sync::Arc;

use autograd::{Real, Tensor};
use datasets::augment::Plan;
use nn::Augment;

use crate::data::Data;
use crate::error::AppError;
use crate::flags::Augmentation;

/// What is done to the pictures of a step.
struct Changes(Plan);

impl<T: Real> Augment<T> for Changes {
    fn apply(&self, batch: &mut Tensor<T>, seed: u64, epoch: u64, step: u64) {
        self.0.apply(batch, seed, epoch, step);
    }
}

/// What the trainer is to do to pictures; `None` if nothing.
pub fn changes<T: Real>(flag: &Augmentation) -> Option<Arc<dyn Augment<T>>> {
    (!flag.is_none()).then(|| Arc::new(Changes(flag.0.clone())) as Arc<dyn Augment<T>>)
}

/// Refuses to change rows that are no pictures.
///
/// # Errors
/// If the data is a table.
pub(super) fn check(flag: &Augmentation, data: &Data) -> Result<(), AppError> {
    if flag.is_none() {
        return Ok(());
    }
    flag.0
        .check(&data.set.input, &data.set.name)
        .map_err(|e| AppError::while_doing(format_args!("--augment {flag}"), e))
}
