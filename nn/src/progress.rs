//! How far a run has come: what decides about its learning rate, its end and the weights that are kept.

use autograd::Real;

use crate::schedule::{Plateau, Schedule};

/// Early stopping, for want of progress on the validation rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EarlyStopping {
    /// Epochs without progress that are waited for.
    pub patience: u64,
    /// By how much the validation loss has to fall to count as progress.
    pub min_delta: f64,
}

/// What a run remembers of its epochs, and a checkpoint with it.
#[derive(Clone, Debug)]
pub(crate) struct Progress<T> {
    /// The weights of the best epoch so far, where early stopping is asked for.
    pub(crate) best: Option<Best<T>>,
    /// What a schedule of that name has seen.
    pub(crate) plateau: Plateau,
    /// The mean training loss of the last epoch, penalties included; infinite before the first.
    pub(crate) reached: f64,
}

/// An epoch's weights.
#[derive(Clone, Debug)]
pub(crate) struct Best<T> {
    /// The number of epochs done, from 1.
    pub(crate) epoch: u64,
    /// The validation loss.
    pub(crate) loss: f64,
    /// All parameters, buffers included.
    pub(crate) values: Vec<T>,
}

impl<T> Default for Progress<T> {
    fn default() -> Self {
        Self {
            best: None,
            plateau: Plateau::default(),
            reached: f64::INFINITY,
        }
    }
}

impl<T: Real> Progress<T> {
    /// Takes in the loss that a plateau is made of, after `epoch` epochs.
    pub(crate) fn schedule(&mut self, schedule: Schedule, warmup: u64, epoch: u64, loss: f64) {
        if let Schedule::Plateau { patience, .. } = schedule
            && epoch > warmup
        {
            self.plateau.observe(loss, patience);
        }
    }

    /// Takes in the validation loss after `epoch` epochs, and keeps the weights if it is the best.
    pub(crate) fn validated(&mut self, rule: EarlyStopping, epoch: u64, loss: f64, values: &[T]) {
        match &mut self.best {
            None => {
                self.best = Some(Best {
                    epoch,
                    loss,
                    values: values.to_vec(),
                });
            }
            // Any number is progress over NaN.
            Some(b) if loss < b.loss - rule.min_delta || b.loss.is_nan() && !loss.is_nan() => {
                (b.epoch, b.loss) = (epoch, loss);
                b.values.copy_from_slice(values);
            }
            Some(_) => {}
        }
    }

    /// Whether the run has waited long enough after `epoch` epochs.
    pub(crate) fn exhausted(&self, rule: EarlyStopping, epoch: u64) -> bool {
        let waited = |b: &Best<T>| epoch.saturating_sub(b.epoch);
        self.best
            .as_ref()
            .is_some_and(|b| waited(b) > 0 && waited(b) >= rule.patience)
    }
}
