//! What no one setting of an experiment can check for itself.

use datasets::TestSplit;

use crate::error::WrongUsage;
use crate::experiment::{DataSettings, Experiment, Kind};

impl Experiment {
    /// Checks what no one setting can check for itself.
    ///
    /// # Errors
    /// Wrong usage, as a sentence that names the flags.
    pub fn check(&self) -> Result<(), WrongUsage> {
        let (data, training) = (&self.data, &self.training);
        if training.config.early_stopping.is_some() && data.val_fraction == 0.0 {
            return Err(WrongUsage::new(
                "--early-stopping needs validation samples, and --val-fraction 0 leaves none",
            ));
        }
        if let Some(flag) = self.decision.by_validation()
            && data.val_fraction == 0.0
        {
            return Err(WrongUsage(format!(
                "{flag} needs validation samples, and --val-fraction 0 leaves none"
            )));
        }
        self.check_division()?;
        let (warmup, epochs) = (training.config.warmup, training.epochs);
        if warmup >= epochs && warmup > 0 {
            return Err(WrongUsage(format!(
                "--warmup {warmup} leaves none of --epochs {epochs} to the schedule"
            )));
        }
        if self.model.architecture.batch_norm() && training.config.batch_size == 1 {
            return Err(WrongUsage::new(
                "--batch-norm compares the samples of a batch, and --batch-size 1 leaves nothing to compare",
            ));
        }
        self.check_full_batch()?;
        if self.kind() != Kind::Reconstruction {
            return Ok(());
        }
        if data.standardize == Some(true) {
            return Err(WrongUsage::new(
                "--standardize: an autoencoder reconstructs pixels as they are, from 0 to 1",
            ));
        }
        match training.augment.is_none() {
            true => Ok(()),
            false => Err(WrongUsage(format!(
                "--augment {} would change images and not what they are compared with; --denoise adds noise",
                training.augment
            ))),
        }
    }

    /// Refuses two ways to divide samples at once.
    fn check_division(&self) -> Result<(), WrongUsage> {
        let DataSettings { split, reading, .. } = &self.data;
        if let (Some(test), Some(split)) = (&reading.test, split)
            && !matches!(split, TestSplit::Official | TestSplit::Ordered(None))
        {
            return Err(WrongUsage(format!(
                "--split {split}: the test samples are those of --test {}",
                test.display()
            )));
        }
        match (&reading.group, split) {
            (Some(group), Some(split)) if split.is_ordered() => Err(WrongUsage(format!(
                "--group {group}: groups are drawn, and with --split {split} samples stay in their order"
            ))),
            _ => Ok(()),
        }
    }
}
