//! All that a run is at a moment, beyond its settings.

use std::borrow::Cow;
use std::time::Duration;

use autograd::Real;
use serde::{Deserialize, Serialize};

use crate::optim::{StateError, Termination};
use crate::progress::{Best, Progress};
use crate::schedule::Plateau;
use crate::trainer::Trainer;

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
    /// The number that the optimizer carries.
    #[serde(with = "crate::bits")]
    pub(crate) scalar: f64,
    /// Training rows.
    pub(crate) rows: usize,
    /// Time spent in steps.
    pub(crate) nanoseconds: u64,
    pub(crate) plateau: Plateau,
    /// The best epoch, whose weights are a vector.
    pub(crate) best: Option<Mark>,
    /// The training loss of the last epoch, penalties included.
    #[serde(with = "crate::bits", default = "not_kept")]
    pub(crate) reached: f64,
    /// The numbers that a full-batch optimizer keeps, as bits.
    #[serde(default)]
    pub(crate) numbers: Vec<u64>,
    /// Why a full-batch optimizer has ended the run, if it has.
    #[serde(default)]
    pub(crate) termination: Option<Termination>,
}

/// The loss of an epoch that nobody kept: it ends no run.
fn not_kept() -> f64 {
    f64::INFINITY
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

/// The vector of an optimizer's state of this name.
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

impl<T: Real> Trainer<T> {
    /// All that this trainer is beyond its settings, to go on from later. Steps of an epoch that is not done are part of
    /// it only by what they did to the parameters: take it between epochs.
    pub fn state(&self) -> State<'_, T> {
        let best = self.progress.best.as_ref();
        let numbers = self.optimizer().numbers();
        let mut vectors = vec![(PARAMETERS.to_owned(), self.model().params.values().into())];
        let moments = self.optimizer().state();
        vectors.extend(moments.map(|(name, x)| (optimizer_vector(name), x.into())));
        vectors.extend(best.map(|b| (BEST.to_owned(), b.values.as_slice().into())));
        State {
            marks: Marks {
                epoch: self.epoch,
                steps: self.optimizer().count(),
                scalar: self.optimizer().scalar(),
                rows: self.rows,
                nanoseconds: u64::try_from(self.trained_for.as_nanos()).unwrap_or(u64::MAX),
                plateau: self.progress.plateau,
                best: best.map(|b| Mark {
                    epoch: b.epoch,
                    loss: b.loss,
                }),
                reached: self.progress.reached,
                numbers: numbers.iter().map(|x| x.to_bits()).collect(),
                termination: self.optimizer().termination(),
            },
            vectors,
        }
    }

    /// Goes on from the state of another trainer of the same model, optimizer and settings. After an error nothing has
    /// changed.
    ///
    /// # Errors
    /// If a vector is missing, or is not as long as the parameters, or the optimizer's numbers are another's, or a count
    /// is larger than any run comes to.
    pub fn restore(&mut self, state: State<'_, T>) -> Result<(), StateError> {
        let expected = self.model().params.len();
        let whole = |name: &'static str| match state.vector(name) {
            None => Err(StateError::Missing(name)),
            Some(v) if v.len() == expected => Ok(v),
            Some(v) => Err(StateError::Length {
                name,
                found: v.len(),
                expected,
            }),
        };
        let marks = &state.marks;
        StateError::refuse_too_many("steps", marks.steps)?;
        StateError::refuse_too_many("epochs", marks.epoch)?;
        marks.plateau.check()?;
        let values = whole(PARAMETERS)?;
        let best = match marks.best {
            None => None,
            Some(Mark { epoch, loss }) => Some(Best {
                epoch,
                loss,
                values: whole(BEST)?.to_vec(),
            }),
        };
        let vector = |name: &str| state.vector(&optimizer_vector(name));
        let numbers: Vec<f64> = marks.numbers.iter().map(|x| f64::from_bits(*x)).collect();
        // At most one of the two can fail: an optimizer has vectors of the one kind or of the other.
        let optimizer = self.optimizer_mut();
        optimizer.restore_full_batch(&numbers, marks.termination, &vector)?;
        optimizer.restore(marks.steps, marks.scalar, vector)?;
        self.model_mut().params.values_mut().copy_from_slice(values);
        self.progress = Progress {
            best,
            plateau: marks.plateau,
            reached: marks.reached,
        };
        (self.epoch, self.rows) = (marks.epoch, marks.rows);
        self.trained_for = Duration::from_nanos(marks.nanoseconds);
        Ok(())
    }
}
