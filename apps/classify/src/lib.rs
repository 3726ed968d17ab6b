//! Classifiers: what training one has of its own.

mod suited;

use autograd::Real;
use clap::Args;
use common::data::Data;
use common::flags::{ClassFlags, ModelFlags, Suited, SweepFlags};
use common::run::{self, Classes, Learned, Plan, PredictFlags};
use common::training::{Settings, TrainingApp};
use common::{AppError, interrupt};
use serde::Serialize;

/// The flags that only `classify` has.
#[derive(Args, Clone, Debug, Serialize)]
pub struct Classify {
    /// Classes.
    #[command(flatten)]
    #[serde(flatten)]
    pub classes: ClassFlags,
    /// What is tried.
    #[command(flatten)]
    #[serde(flatten)]
    pub sweep: SweepFlags,
}

impl TrainingApp for Classify {
    const NAME: &'static str = "classify";
    const ABOUT: &'static str = "Train and judge a classifier";
    const EXAMPLES: &'static str =
        "  classify                                  train on the handwritten digits
  classify --data mnist --hidden 64,32 --epochs 20
  classify --data iris --grid lr=0.001,0.01 --grid hidden=16,64x32 --trials 5
  classify eval runs/classify-digits-1
  classify predict runs/classify-digits-1 picture.png";
    const DATA: datasets::Task = datasets::Task::Classification;
    type Task = Classes;
    type Network = ModelFlags;
    type Use = PredictFlags;
    const USE: (&'static str, &'static str) = (
        "predict",
        "Say what pictures, or rows of a CSV file, are taken for",
    );

    fn suited(settings: &Settings<Self>) -> Suited {
        suited::suited(settings)
    }

    fn sweep(&self) -> Option<&SweepFlags> {
        Some(&self.sweep)
    }

    fn task(settings: &Settings<Self>, data: &Data) -> Result<Classes, AppError> {
        Classes::of(data, settings.own.classes.head)
    }

    fn finish<T: Real>(
        settings: &Settings<Self>,
        plan: &Plan<'_>,
        learned: Learned<Classes, T>,
    ) -> Result<(), AppError> {
        let (seed, always) = (settings.training.seed, settings.own.classes.baselines);
        let simple = learned.task.simple(&learned.data, seed, always);
        if interrupt::requested() {
            return Err(learned.interrupted());
        }
        learned.finish(plan, simple, |learned| learned.report(plan))
    }

    fn make_use(flags: &PredictFlags) -> Result<(), AppError> {
        run::predict::<Classes>(flags)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        common::training::command::<super::Classify>().debug_assert();
    }
}
