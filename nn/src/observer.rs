//! Watching a run, and ending it.

use std::ops::ControlFlow;

use autograd::Real;

use crate::history::{EpochRecord, StepReport};
use crate::trainer::Trainer;

/// An observer of a run: progress bars, histories, checkpoints, and reasons to stop. Each method may break the run off.
///
/// ```
/// use std::ops::ControlFlow;
///
/// use nn::{EpochRecord, Observer, Trainer};
///
/// /// Stops once the training loss is low enough.
/// struct GoodEnough(f64);
///
/// impl Observer<f32> for GoodEnough {
///     fn epoch(&mut self, _: &Trainer<f32>, record: &EpochRecord) -> ControlFlow<()> {
///         match record.train.loss < self.0 {
///             true => ControlFlow::Break(()),
///             false => ControlFlow::Continue(()),
///         }
///     }
/// }
/// ```
///
/// Closures are observers by way of [`on_step`] and [`on_epoch`]; a pair of observers is one.
pub trait Observer<T: Real> {
    /// A step was taken; `rows` are done in the epoch. An epoch that is broken off here does not count as done.
    fn step(&mut self, _rows: usize, _report: &StepReport) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    /// An epoch was done, validation included; the trainer is as a [checkpoint](crate::checkpoint) has to hold it.
    fn epoch(&mut self, _trainer: &Trainer<T>, _record: &EpochRecord) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Nobody watches.
impl<T: Real> Observer<T> for () {}

impl<T: Real, O: Observer<T> + ?Sized> Observer<T> for &mut O {
    fn step(&mut self, rows: usize, report: &StepReport) -> ControlFlow<()> {
        (**self).step(rows, report)
    }

    fn epoch(&mut self, trainer: &Trainer<T>, record: &EpochRecord) -> ControlFlow<()> {
        (**self).epoch(trainer, record)
    }
}

/// Both watch, the first before the second, which is not asked any more when the first breaks off.
impl<T: Real, A: Observer<T>, B: Observer<T>> Observer<T> for (A, B) {
    fn step(&mut self, rows: usize, report: &StepReport) -> ControlFlow<()> {
        self.0.step(rows, report)?;
        self.1.step(rows, report)
    }

    fn epoch(&mut self, trainer: &Trainer<T>, record: &EpochRecord) -> ControlFlow<()> {
        self.0.epoch(trainer, record)?;
        self.1.epoch(trainer, record)
    }
}

/// A closure as an observer of steps; see [`on_step`].
#[derive(Clone, Copy, Debug)]
pub struct OnStep<F>(F);

/// A closure as an observer of epochs; see [`on_epoch`].
#[derive(Clone, Copy, Debug)]
pub struct OnEpoch<F>(F);

/// An observer of steps from a closure of the rows done in the epoch and the step's report.
pub fn on_step<F: FnMut(usize, &StepReport) -> ControlFlow<()>>(f: F) -> OnStep<F> {
    OnStep(f)
}

/// An observer of epochs from a closure of the trainer and the epoch's record.
pub fn on_epoch<T, F>(f: F) -> OnEpoch<F>
where
    T: Real,
    F: FnMut(&Trainer<T>, &EpochRecord) -> ControlFlow<()>,
{
    OnEpoch(f)
}

impl<T: Real, F: FnMut(usize, &StepReport) -> ControlFlow<()>> Observer<T> for OnStep<F> {
    fn step(&mut self, rows: usize, report: &StepReport) -> ControlFlow<()> {
        (self.0)(rows, report)
    }
}

impl<T: Real, F: FnMut(&Trainer<T>, &EpochRecord) -> ControlFlow<()>> Observer<T> for OnEpoch<F> {
    fn epoch(&mut self, trainer: &Trainer<T>, record: &EpochRecord) -> ControlFlow<()> {
        (self.0)(trainer, record)
    }
}
