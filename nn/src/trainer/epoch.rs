//! An epoch: the order of its rows, its steps, and the means over them.

use std::ops::ControlFlow;
use std::time::Instant;

use autograd::Real;
use autograd::random;
use datasets::DataView;

use super::Trainer;
use crate::history::{Scores, StepReport};

impl<T: Real> Trainer<T> {
    /// An epoch over some rows, shuffled by the seed and the number of the epoch; one step of a full-batch optimizer on the
    /// rows as they are. `after_step` sees the number of rows done and the step's report, and may break off the epoch, which
    /// then does not count as done.
    ///
    /// Returns the means over the rows, as they were during training; of a full-batch optimizer those after its step.
    ///
    /// # Panics
    /// As [`step`](Trainer::step).
    #[inline(never)]
    pub fn epoch(
        &mut self,
        data: DataView<'_>,
        rows: &[u32],
        mut after_step: impl FnMut(usize, StepReport) -> ControlFlow<()>,
    ) -> ControlFlow<(), Scores> {
        let order = self.begin_epoch(rows);
        let mut sums = EpochSums::default();
        let mut flow = ControlFlow::Continue(());
        for (step, batch) in order.chunks(self.config.batch_size).enumerate() {
            let start = Instant::now();
            let report = self.step(data, batch, step as u64);
            self.trained_for += start.elapsed();
            sums.add(&report, batch.len());
            flow = after_step(sums.rows, report);
            if flow.is_break() {
                break;
            }
        }
        self.give_back(order);
        flow?;
        ControlFlow::Continue(self.end_epoch(sums, data, rows))
    }

    /// The order in which an epoch goes through some rows; to be [given back](Self::give_back), for the next.
    pub(crate) fn begin_epoch(&mut self, rows: &[u32]) -> Vec<u32> {
        let mut order = std::mem::take(&mut self.order);
        match self.optimizer.is_full_batch() {
            // The objective is to be the same in every step, to the last bit.
            true => rows.clone_into(&mut order),
            false => shuffle(&mut order, rows, self.config.seed, self.epoch),
        }
        self.rows = rows.len();
        order
    }

    /// Takes the order of an epoch back.
    pub(crate) fn give_back(&mut self, order: Vec<u32>) {
        self.order = order;
    }

    /// Counts an epoch over some rows as done, and returns the means over them.
    pub(crate) fn end_epoch(
        &mut self,
        sums: EpochSums,
        data: DataView<'_>,
        rows: &[u32],
    ) -> Scores {
        self.epoch += 1;
        let weight = data.targets.total_weight(rows);
        Scores {
            loss: sums.loss / weight,
            metric: sums.metric / weight,
            penalty: sums.penalty / rows.len() as f64,
        }
    }
}

/// Sums over the rows of an epoch's steps.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EpochSums {
    loss: f64,
    metric: f64,
    penalty: f64,
    rows: usize,
}

impl EpochSums {
    /// Rows done.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Adds a step on so many rows.
    pub(crate) fn add(&mut self, report: &StepReport, rows: usize) {
        self.loss += report.loss * rows as f64;
        self.metric += report.metric;
        self.penalty += report.penalty * rows as f64;
        self.rows += rows;
    }
}

/// The rows in the order of an epoch (Fisher and Yates).
fn shuffle(order: &mut Vec<u32>, rows: &[u32], seed: u64, epoch: u64) {
    order.clear();
    order.extend_from_slice(rows);
    let mut rng = random::stream(seed, "shuffle", epoch, 0);
    for i in (1..order.len()).rev() {
        order.swap(i, random::below(&mut rng, i + 1));
    }
}
