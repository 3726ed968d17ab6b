//! Steps of optimizers that look at the objective over all training samples.

use autograd::{Real, Tensor};
use datasets::{DataView, Samples};

use super::Trainer;
use super::jacobian::Errors;
use crate::config::Reduction;
use crate::evaluate::{ROWS, evaluate_each};
use crate::gradient::MeanLoss;
use crate::history::StepReport;
use crate::layer::{ForwardContext, Layer, Mode};
use crate::loss::DynLoss;
use crate::metrics::metric_sum;
use crate::model::Model;
use crate::optim::{LeastSquares, Objective};
use crate::penalty::{Penalties, RowCounts};
use crate::schedule::Schedule;
use crate::statistics::has_statistics;
use crate::tapes;

impl<T: Real> Trainer<T> {
    /// A step of a full-batch optimizer on all training rows.
    #[track_caller]
    pub(super) fn full_batch_step(&mut self, data: DataView<'_>, rows: &[u32]) -> StepReport {
        if let Err(why) = self.check_full_batch(self.rows.max(rows.len())) {
            panic!("step: {why}");
        }
        let mut params = self.model.params.values().to_vec();
        let mut objective = TrainingObjective {
            model: &mut self.model,
            data,
            rows,
            loss: &*self.loss,
            penalties: &self.penalties,
            last: None,
        };
        self.lr = self.optimizer.full_batch_step(&mut objective, &mut params);
        match objective.last {
            // Mostly the step ends where the objective was evaluated last.
            Some(report) if objective.model.params.values() == params => report,
            _ => {
                objective.value(&params);
                objective.last.expect("the objective was evaluated")
            }
        }
    }

    /// Refuses settings that make no sense with a full-batch optimizer, if this is one.
    ///
    /// # Errors
    /// A sentence about the first of them.
    pub(crate) fn check_full_batch(&self, rows: usize) -> Result<(), String> {
        if !self.optimizer.is_full_batch() {
            return Ok(());
        }
        let (config, params) = (&self.config, &self.model.params);
        let refused = [
            (
                config.batch_size < rows,
                "batches of less than all training samples",
            ),
            (
                config.schedule != Schedule::Constant,
                "a learning-rate schedule",
            ),
            (config.warmup > 0, "a warmup of the learning rate"),
            (
                config.reduction == Reduction::Sum,
                "a loss that is summed over rows",
            ),
            (config.clip.is_some(), "a limit on the gradient"),
            (config.max_norm.is_some(), "a limit on the norm of weights"),
            (
                config.l1.is_some_and(|p| p.strength != 0.0),
                "an L1 penalty, which has no derivative at 0",
            ),
            (self.augment.is_some(), "augmentation"),
            (has_statistics(&self.model), "batch normalization"),
        ];
        if let Some((_, what)) = refused.into_iter().find(|(is, _)| *is) {
            return Err(format!(
                "an optimizer that looks at one objective over all training samples does not go with {what}"
            ));
        }
        let squared_error = self.loss.is_squared_error();
        let rule = self.optimizer.optimizer();
        rule.check(params.len() as u128, squared_error)
    }

    /// Refuses layers that are random in training, such as dropout, by comparing both modes on a few samples.
    ///
    /// # Errors
    /// A sentence.
    pub(crate) fn check_full_batch_layers(&self, samples: &Samples) -> Result<(), String> {
        if !self.optimizer.is_full_batch() {
            return Ok(());
        }
        let rows = &samples.rows()[..samples.len().min(ROWS)];
        let x = samples.view().inputs.gather::<T>(rows);
        let outputs = |mode| {
            let ctx = ForwardContext::new(&self.model.params, mode);
            let y: Tensor<T> = self.model.layers.forward(&ctx, &x);
            let bits = |y: &T| y.to_f64().to_bits();
            y.contiguous()
                .elements()
                .iter()
                .map(bits)
                .collect::<Vec<_>>()
        };
        let training = Mode::Train {
            seed: self.config.seed,
            epoch: self.epoch,
            step: 0,
        };
        match outputs(training) == outputs(Mode::Evaluate) {
            true => Ok(()),
            false => Err(
                "an optimizer that looks at one objective over all training samples does not go with dropout or another \
                 layer whose outputs differ in training"
                    .to_owned(),
            ),
        }
    }
}

/// The mean loss over all training rows, in evaluation mode, plus the penalties. Parameters that are looked at are written
/// into the model, and stay there.
struct TrainingObjective<'a, T: Real> {
    model: &'a mut Model<T>,
    data: DataView<'a>,
    rows: &'a [u32],
    loss: &'a dyn DynLoss<T>,
    penalties: &'a Penalties,
    /// The report of the last evaluation.
    last: Option<StepReport>,
}

impl<T: Real> TrainingObjective<'_, T> {
    /// Every batch is all rows.
    fn counts(&self) -> RowCounts {
        RowCounts::new(self.rows.len(), self.rows.len())
    }

    fn set(&mut self, x: &[T]) {
        self.last = None;
        self.model.params.values_mut().copy_from_slice(x);
    }

    /// Notes an evaluation at `x`, and returns the objective there.
    fn evaluated(&mut self, x: &[T], loss: f64, metric: f64) -> f64 {
        let penalty = self.penalties.value(x, self.counts());
        // Reports are sums over the number of rows, whatever these weigh.
        let weight = self.data.targets.total_weight(self.rows) / self.rows.len() as f64;
        self.last = Some(StepReport {
            loss: loss * weight,
            metric,
            penalty,
        });
        loss + penalty
    }
}

impl<T: Real> Objective<T> for TrainingObjective<'_, T> {
    fn value_and_grad(&mut self, x: &[T], gradient: &mut [T]) -> f64 {
        self.set(x);
        let of = MeanLoss {
            layers: &self.model.layers,
            params: &self.model.params,
            data: self.data,
            rows: self.rows,
            loss: self.loss,
        };
        let mut metric = 0.0;
        let loss = tapes::with(|tape| {
            of.gradient(tape, gradient, |y, targets| {
                metric += metric_sum(self.loss, y, targets);
            })
        });
        self.penalties.add_gradient(x, gradient, self.counts());
        self.evaluated(x, loss, metric)
    }

    fn value(&mut self, x: &[T]) -> f64 {
        self.set(x);
        let mut metric = 0.0;
        let loss = evaluate_each(self.model, self.data, self.rows, self.loss, |y, targets| {
            metric += metric_sum(self.loss, y, targets);
        });
        self.evaluated(x, loss, metric)
    }

    fn linearize(&mut self, x: &[T]) -> LeastSquares {
        self.set(x);
        let errors = Errors {
            layers: &self.model.layers,
            params: &self.model.params,
            data: self.data,
            rows: self.rows,
        };
        let mut system = errors.linearize(ROWS);
        for (place, factor) in self.penalties.squares(self.counts()) {
            system.add_square(place, factor, x[place].to_f64());
        }
        system
    }
}
