//! A training that Python watches: when it ends, what is kept of it, and Ctrl-C.

use std::ops::ControlFlow;

use autograd::Real;
use datasets::Targets;
use nn::{EpochRecord, Evaluation, Observer, Samples, StepReport, Trainer};
use numpy::Element;
use pyo3::exceptions::PyKeyboardInterrupt;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::arrays::vector;
use crate::signals::Signals;

/// When a training ends before its last epoch, as scikit-learn has it.
#[derive(Clone, Copy, Debug, FromPyObject)]
pub(crate) struct Rule {
    /// By how much the loss has to fall, or the validation score to rise, to count as progress.
    #[pyo3(item)]
    tol: f64,
    /// Epochs without progress that are waited for.
    #[pyo3(item)]
    n_iter_no_change: f64,
    /// Whether the score on the validation samples decides, and the best weights by it are kept; else the training loss.
    #[pyo3(item)]
    early_stopping: bool,
}

/// An epoch, as Python sees it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Epoch {
    pub(crate) record: [f64; 3],
    pub(crate) validation: Option<[f64; 2]>,
}

/// What a call of a trainer did.
pub(crate) struct Done {
    pub(crate) epochs: Vec<Epoch>,
    /// What ended it.
    pub(crate) ended: String,
    /// An exception to pass on.
    pub(crate) error: Option<PyErr>,
    /// The parameters that were kept, each with its epoch.
    pub(crate) snapshots: Vec<Snapshot>,
}

/// The parameters after an epoch, as the array in the network's precision that Python gets.
pub(crate) type Snapshot = (u64, Py<PyAny>);

/// Watches a training.
pub(crate) struct Watch<'a, T: Real> {
    rule: Option<Rule>,
    validation: Option<&'a Samples>,
    /// Whether a sample has any number of labels.
    multilabel: bool,
    on_epoch: Option<&'a Py<PyAny>>,
    signals: Signals,
    best: f64,
    waited: f64,
    /// The parameters at the best score, and their epoch.
    best_values: Option<Vec<T>>,
    /// After how many epochs the parameters are kept; 0 for never.
    every: u64,
    /// The parameters that were kept, each with its epoch.
    pub(crate) snapshots: Vec<Snapshot>,
    /// What was said of each epoch.
    pub(crate) epochs: Vec<Epoch>,
    /// What ended it: a rule, or an exception in Python.
    pub(crate) ended: Ended,
}

/// What ended a training that Python watched.
#[derive(Debug, Default)]
pub(crate) enum Ended {
    /// Nothing that watched it.
    #[default]
    No,
    /// The rule.
    Rule,
    /// The callback asked for it.
    Asked,
    /// Ctrl-C.
    Interrupted,
    /// An exception of the callback, or of the handler of a signal.
    Raised(PyErr),
}

impl<'a, T: Real + Element> Watch<'a, T> {
    /// A watch over a training with these validation samples, which keeps the parameters of every so many epochs.
    pub(crate) fn new(
        rule: Option<Rule>,
        validation: Option<&'a Samples>,
        multilabel: bool,
        on_epoch: Option<&'a Py<PyAny>>,
        every: u64,
    ) -> Self {
        Self {
            rule,
            validation,
            multilabel,
            on_epoch,
            signals: Signals::new(),
            best: f64::NEG_INFINITY,
            waited: 0.0,
            best_values: None,
            every,
            snapshots: Vec::new(),
            epochs: Vec::new(),
            ended: Ended::No,
        }
    }

    /// Keeps the parameters of an epoch, where that is wanted: those of epoch 0 are the initial ones.
    pub(crate) fn keep(&mut self, epoch: u64, trainer: &Trainer<T>) {
        if self.every > 0 && epoch.is_multiple_of(self.every) {
            let values = trainer.model().params.values().to_vec();
            let array = Python::attach(|py| vector(py, values).into_any().unbind());
            self.snapshots.push((epoch, array));
        }
    }

    /// The validation score as scikit-learn has it: the accuracy, of several labels that of them all, or R².
    fn score(&self, trainer: &Trainer<T>, record: &EpochRecord) -> Option<f64> {
        let (scores, samples) = (record.validation?, self.validation?);
        match samples.view().targets.unweighted() {
            Targets::Classes { .. } => Some(scores.metric),
            // The trainer took these samples for this epoch's figures, so it takes them again.
            _ => trainer
                .evaluate(samples)
                .ok()
                .map(|found| match self.multilabel {
                    true => subset_accuracy(&found),
                    false => found.r2(),
                }),
        }
    }

    /// Whether progress has been waited for long enough after an epoch of this figure, more of which is better.
    fn exhausted(&mut self, rule: Rule, figure: f64, trainer: &Trainer<T>) -> bool {
        match figure >= self.best + rule.tol {
            true => self.waited = 0.0,
            false => self.waited += 1.0,
        }
        if figure > self.best {
            self.best = figure;
            if rule.early_stopping {
                self.best_values = Some(trainer.model().params.values().to_vec());
            }
        }
        self.waited > rule.n_iter_no_change
    }

    /// Puts the best weights in the place of the last ones, where the rule keeps them.
    pub(crate) fn restore(&mut self, trainer: &mut Trainer<T>) {
        if let Some(values) = self.best_values.take() {
            trainer
                .model_mut()
                .params
                .values_mut()
                .copy_from_slice(&values);
        }
    }

    /// Tells the callback of an epoch, which may end the training.
    fn tell(&mut self, record: &EpochRecord, epoch: &Epoch) -> ControlFlow<()> {
        let Some(callback) = self.on_epoch else {
            return ControlFlow::Continue(());
        };
        let told: PyResult<Option<bool>> = Python::attach(|py| {
            let about = PyDict::new(py);
            about.set_item("epoch", record.epoch)?;
            about.set_item("loss", epoch.record[0])?;
            about.set_item("lr", epoch.record[1])?;
            about.set_item("seconds", epoch.record[2])?;
            about.set_item("validation_loss", epoch.validation.map(|v| v[0]))?;
            about.set_item("validation_score", epoch.validation.map(|v| v[1]))?;
            let answer = callback.call1(py, (about,));
            // The interpreter also looks for Ctrl-C while the callback runs.
            match answer {
                Err(error) if error.is_instance_of::<PyKeyboardInterrupt>(py) => Ok(None),
                answer => answer?.bind(py).is_truthy().map(Some),
            }
        });
        match told {
            Ok(Some(false)) => ControlFlow::Continue(()),
            Ok(Some(true)) => self.end(Ended::Asked),
            Ok(None) => self.end(Ended::Interrupted),
            Err(error) => self.end(Ended::Raised(error)),
        }
    }

    fn end(&mut self, why: Ended) -> ControlFlow<()> {
        self.ended = why;
        ControlFlow::Break(())
    }
}

/// The share of samples all of whose labels are predicted, as they weigh.
fn subset_accuracy<T: Real>(found: &Evaluation<T>) -> f64 {
    let (said, truth) = (
        found.predictions().contiguous(),
        found.targets().values().contiguous(),
    );
    let width = said.shape()[1];
    let rows = said.elements().chunks_exact(width);
    let rows = rows.zip(truth.elements().chunks_exact(width)).enumerate();
    let above = |x: &T| x.to_f64() > 0.5;
    let (mut right, mut all) = (0.0, 0.0);
    for (row, (said, truth)) in rows {
        let weight = found.weights().map_or(1.0, |weights| weights[row]);
        all += weight;
        if said.iter().map(above).eq(truth.iter().map(above)) {
            right += weight;
        }
    }
    right / all
}

impl<T: Real + Element> Observer<T> for Watch<'_, T> {
    fn step(&mut self, _rows: usize, _report: &StepReport) -> ControlFlow<()> {
        match self.signals.pressed() {
            false => ControlFlow::Continue(()),
            true => match self.signals.take_other() {
                None => self.end(Ended::Interrupted),
                Some(error) => self.end(Ended::Raised(error)),
            },
        }
    }

    fn epoch(&mut self, trainer: &Trainer<T>, record: &EpochRecord) -> ControlFlow<()> {
        let loss = record.train.loss + record.train.penalty;
        let score = self.score(trainer, record);
        let epoch = Epoch {
            record: [loss, record.lr, record.seconds],
            validation: record
                .validation
                .zip(score)
                .map(|(of, score)| [of.loss, score]),
        };
        self.epochs.push(epoch);
        self.keep(record.epoch, trainer);
        self.tell(record, &epoch)?;
        let Some(rule) = self.rule else {
            return ControlFlow::Continue(());
        };
        let figure = match rule.early_stopping {
            true => score.unwrap_or(f64::NEG_INFINITY),
            false => -loss,
        };
        match self.exhausted(rule, figure, trainer) {
            true => self.end(Ended::Rule),
            false => ControlFlow::Continue(()),
        }
    }
}
