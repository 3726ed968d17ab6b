//! How the network of a setup is trained.

use nn::optim::Method;
use nn::{Clip, L1, L1Form, L2, L2Form, Reduction, TrainConfig};
use settings::Augmentation;

use super::{Setup, sound};

impl Setup {
    /// The optimizer, by its name in `nn::optim`: `sgd`, `rmsprop-eps-inside`, `adam-uncorrected`, …. One that looks at all
    /// training samples in each step takes them as its batch.
    ///
    /// # Panics
    /// If there is none of that name.
    #[track_caller]
    pub fn optimizer(self, name: &str) -> Self {
        let method: Method = sound(name.parse());
        let setup = self.with(|e| e.training.optimizer = method);
        match method.is_full_batch() {
            true => setup.full_batch(),
            false => setup,
        }
    }

    /// Its momentum.
    ///
    /// # Panics
    /// If it takes none.
    #[track_caller]
    pub fn momentum(self, momentum: f64) -> Self {
        let with = sound(self.experiment.training.optimizer.with_momentum(momentum));
        self.with(|e| e.training.optimizer = with)
    }

    /// The dampening of its momentum.
    ///
    /// # Panics
    /// If it takes none, or has no momentum.
    #[track_caller]
    pub fn dampening(self, dampening: f64) -> Self {
        let with = sound(self.experiment.training.optimizer.with_dampening(dampening));
        self.with(|e| e.training.optimizer = with)
    }

    /// The learning rate.
    pub fn lr(self, lr: f64) -> Self {
        self.with(|e| e.training.lr = lr)
    }

    /// How it goes over the run, as `--schedule` takes it.
    ///
    /// # Panics
    /// If there is no such schedule.
    #[track_caller]
    pub fn schedule(self, text: &str) -> Self {
        let schedule = sound(text.parse());
        self.config(|c| c.schedule = schedule)
    }

    /// Epochs of rising before the schedule starts.
    pub fn warmup(self, epochs: u64) -> Self {
        self.config(|c| c.warmup = epochs)
    }

    /// Rows a step.
    pub fn batch(self, rows: usize) -> Self {
        self.config(|c| c.batch_size = rows)
    }

    /// All training rows in every step.
    pub fn full_batch(self) -> Self {
        self.config(|c| c.batch_size = TrainConfig::FULL_BATCH)
    }

    /// How often the training rows are gone through.
    pub fn epochs(self, epochs: u64) -> Self {
        self.with(|e| e.training.epochs = epochs)
    }

    /// The weight decay of the optimizer.
    pub fn weight_decay(self, strength: f64) -> Self {
        self.with(|e| e.training.weight_decay = strength)
    }

    /// A penalty on absolute weights; a strength of 0 is none.
    pub fn l1(self, strength: f64, form: L1Form) -> Self {
        self.config(|c| c.l1 = (strength > 0.0).then_some(L1 { strength, form }))
    }

    /// A penalty on squared weights; a strength of 0 is none.
    pub fn l2(self, strength: f64, form: L2Form) -> Self {
        self.config(|c| c.l2 = (strength > 0.0).then_some(L2 { strength, form }))
    }

    /// Steps down the mean of a batch's losses, or down their sum.
    pub fn reduction(self, reduction: Reduction) -> Self {
        self.config(|c| c.reduction = reduction)
    }

    /// Stops after an epoch whose training loss, penalties included, is at most this.
    pub fn stop_at_loss(self, loss: f64) -> Self {
        self.config(|c| c.stop_at_loss = Some(loss))
    }

    /// A limit on the gradient's norm.
    pub fn clip_norm(self, most: f64) -> Self {
        self.config(|c| c.clip = Some(Clip::Norm(most)))
    }

    /// A limit on the norm of the weights that lead into a unit.
    pub fn max_norm(self, most: f64) -> Self {
        self.config(|c| c.max_norm = Some(most))
    }

    /// Stops after so many epochs without progress on the validation rows, and takes the best weights.
    pub fn early_stopping(self, patience: u64) -> Self {
        self.with(|e| e.training.set_patience(Some(patience)))
    }

    /// What is done to training images, as `--augment` takes it.
    ///
    /// # Panics
    /// If there is nothing of that name.
    #[track_caller]
    pub fn augment(self, plan: &str) -> Self {
        let plan = sound(plan.parse());
        self.with(|e| e.training.augment = Augmentation(plan))
    }

    /// Computes in double precision.
    pub fn f64(self) -> Self {
        self.with(|e| e.training.f64 = true)
    }
}
