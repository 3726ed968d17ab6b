//! All that a run is at a moment, beyond its settings.

use std::borrow::Cow;

use autograd::Real;
use serde::{Deserialize, Serialize};

use crate::schedule::Plateau;

/// The state of a [`Trainer`](crate::Trainer) between two epochs: what a [checkpoint](crate::checkpoint) holds.
#[derive(Clone, Debug)]
pub struct State<'a, T: Real> {
    pub(crate) marks: Marks,
    pub(crate) vectors: Vec<Named<'a, T>>,
}

/// A flat vector with its name.
pub(crate) type Named<'a, T> = (String, Cow<'a, [T]>);

/// The numbers of a state.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Marks {
    /// Epochs done, and so the length of the history.
    pub(crate) epoch: u64,
    /// Steps done.
    pub(crate) steps: u64,
    /// What the optimiser carries.
    #[serde(with = "crate::bits")]
    pub(crate) memory: f64,
    /// Training rows.
    pub(crate) rows: usize,
    /// Time spent in steps.
    pub(crate) nanoseconds: u64,
    pub(crate) plateau: Plateau,
    /// The best epoch, whose weights are a vector.
    pub(crate) best: Option<Mark>,
}

/// An epoch and its validation loss.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(crate) struct Mark {
    pub(crate) epoch: u64,
    #[serde(with = "crate::bits")]
    pub(crate) loss: f64,
}

/// The vector of all parameters.
pub(crate) const PARAMETERS: &str = "parameters";
/// The vector of the best epoch's parameters.
pub(crate) const BEST: &str = "best";

/// The vector of an optimiser's state of this name.
pub(crate) fn optimizer_vector(name: &str) -> String {
    format!("optimizer.{name}")
}

impl<T: Real> State<'_, T> {
    /// The number of epochs done, which is how many lines a history has.
    pub fn epochs(&self) -> u64 {
        self.marks.epoch
    }

    /// The same without borrowing from the trainer.
    pub fn into_owned(self) -> State<'static, T> {
        let own = |(name, values): Named<'_, T>| (name, Cow::Owned(values.into_owned()));
        State {
            marks: self.marks,
            vectors: self.vectors.into_iter().map(own).collect(),
        }
    }

    /// The vector of this name.
    pub(crate) fn vector(&self, name: &str) -> Option<&[T]> {
        let found = self.vectors.iter().find(|(known, _)| known == name);
        found.map(|(_, values)| &**values)
    }
}
