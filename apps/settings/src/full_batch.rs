//! What does not go with an optimizer that looks at one objective over all training samples.

use nn::optim::Optimizer;
use nn::{Clip, Reduction, Schedule, TrainConfig};

use crate::error::WrongUsage;
use crate::experiment::{Experiment, Objective};
use crate::model::Architecture;
use crate::values::PixelLoss;

impl Experiment {
    /// Refuses what makes no sense with an optimizer that looks at one objective over all training samples.
    pub(crate) fn check_full_batch(&self) -> Result<(), WrongUsage> {
        let (training, architecture) = (&self.training, &self.model.architecture);
        let (method, config) = (training.optimizer, &training.config);
        if !method.is_full_batch() {
            return Ok(());
        }
        let denoise = match self.objective {
            Objective::Reconstruction { noise, .. } => noise.deviation,
            _ => 0.0,
        };
        let l1 = config.l1.map_or(0.0, |p| p.strength);
        let clip = config.clip.map(|clip| match clip {
            Clip::Norm(most) | Clip::Value(most) => most,
        });
        let full = config.batch_size == TrainConfig::FULL_BATCH;
        let constant = config.schedule == Schedule::Constant;
        let random = "the loss is to be the same function in every step";
        let length = "the length of a step is found anew each time";
        let bound = "a step may go wherever the loss is less";
        let statistics = "the statistics of a batch are no part of a loss over all samples";
        let is_cnn = matches!(architecture, Architecture::Cnn { .. });
        let (max_norm, clip_norm) = (config.max_norm.unwrap_or(0.0), clip.unwrap_or(0.0));
        let refused = [
            (
                !full,
                format!("--batch-size {}", config.batch_size),
                "each step takes all training samples, which is full",
            ),
            (!constant, format!("--schedule {}", config.schedule), length),
            (
                config.warmup > 0,
                format!("--warmup {}", config.warmup),
                length,
            ),
            (
                training.weight_decay > 0.0,
                format!("--weight-decay {}", training.weight_decay),
                "--l2 is part of the loss and does the same",
            ),
            (
                l1 > 0.0,
                format!("--l1 {l1}"),
                "it has no derivative at 0, and --l2 has",
            ),
            (
                config.reduction == Reduction::Sum,
                "--loss-reduction sum".to_owned(),
                "it looks for the least of a mean",
            ),
            (max_norm > 0.0, format!("--max-norm {max_norm}"), bound),
            (clip_norm > 0.0, format!("--clip-norm {clip_norm}"), bound),
            (is_cnn, "--model cnn".to_owned(), statistics),
            (
                architecture.batch_norm(),
                "--batch-norm".to_owned(),
                statistics,
            ),
            (
                architecture.dropout() > 0.0,
                format!("--dropout {}", architecture.dropout()),
                random,
            ),
            (
                !training.augment.is_none(),
                format!("--augment {}", training.augment),
                random,
            ),
            (denoise > 0.0, format!("--denoise {denoise}"), random),
        ];
        if let Some((_, flag, why)) = refused.into_iter().find(|(is, ..)| *is) {
            return Err(WrongUsage(format!(
                "{flag} does not go with --optimizer {method}: {why}"
            )));
        }
        let squared_error = match self.objective {
            Objective::Regression { .. } => true,
            Objective::Reconstruction { loss, .. } => loss == PixelLoss::Mse,
            Objective::Classification { .. } => false,
        };
        // How many parameters there are the data decides.
        let checked = training.optimizer::<f64>().check(0, squared_error);
        checked.map_err(|why| WrongUsage(format!("--optimizer {method}: {why}")))
    }
}
