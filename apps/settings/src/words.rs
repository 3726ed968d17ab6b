//! Settings in words, for those who read along.

use nn::{Reduction, Schedule, TrainConfig};

use crate::experiment::Training;
use crate::values::ClassWeights;

impl Training {
    /// How a network is trained, in parts: what is not used is left out.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut say = |is: bool, text: String| {
            if is {
                words.push(text);
            }
        };
        let momentum = self.optimizer.momentum();
        let own = momentum.filter(|m| Some(*m) != self.optimizer.default_momentum());
        let momentum = own.map_or_else(String::new, |m| format!(" momentum {m}"));
        let dampening = self.optimizer.dampening().filter(|d| *d > 0.0);
        let dampening = dampening.map_or_else(String::new, |d| format!(" dampening {d}"));
        let rate = match self.optimizer.is_full_batch() {
            true => String::new(),
            false => format!(" {}", self.lr),
        };
        say(
            true,
            format!("{}{momentum}{dampening}{rate}", self.optimizer),
        );
        let config = &self.config;
        say(
            config.schedule != Schedule::Constant,
            config.schedule.to_string(),
        );
        say(config.warmup > 0, format!("warmup {}", config.warmup));
        say(
            true,
            match config.batch_size {
                TrainConfig::FULL_BATCH => "full batch".to_owned(),
                size => format!("batch {size}"),
            },
        );
        say(
            true,
            match self.epochs {
                1 => "1 epoch".to_owned(),
                epochs => format!("{epochs} epochs"),
            },
        );
        say(
            self.weight_decay > 0.0,
            format!("weight decay {}", self.weight_decay),
        );
        if let Some(l1) = config.l1 {
            say(true, format!("{} {}", l1.form, l1.strength));
        }
        if let Some(l2) = config.l2 {
            say(true, format!("{} {}", l2.form, l2.strength));
        }
        say(
            config.reduction == Reduction::Sum,
            "losses of a batch summed".to_owned(),
        );
        if let Some(loss) = config.stop_at_loss {
            say(true, format!("until a loss of {loss}"));
        }
        if let Some(stopping) = config.early_stopping {
            say(true, format!("early stopping {}", stopping.patience));
        }
        say(
            self.class_weight != ClassWeights::Equal,
            format!("class weights {}", self.class_weight),
        );
        say(
            !self.augment.is_none(),
            format!("augmented: {}", self.augment),
        );
        say(self.f64, "f64".to_owned());
        words
    }
}
