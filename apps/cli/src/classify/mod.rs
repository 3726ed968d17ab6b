//! Classifiers: what training one has of its own.

mod gallery;
mod preset;

use autograd::Real;
use clap::Args;
use experiment::data::Data;
use experiment::run::{Classes, Finished, Plan, TrainedRun};
use experiment::{AppError, interrupt};
use serde::Serialize;
use settings::{ClassFlags, ModelFlags, Preset, SweepFlags};

use crate::eval::{self, PredictFlags};
use crate::training::{Settings, TrainingApp};

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
    type SubcommandFlags = PredictFlags;
    const SUBCOMMAND: (&'static str, &'static str) = (
        "predict",
        "Say what pictures, or rows of a CSV file, are taken for",
    );

    fn preset(settings: &Settings<Self>) -> Preset {
        preset::preset(settings)
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
        learned: TrainedRun<Classes, T>,
    ) -> Result<Finished, AppError> {
        let (seed, always) = (settings.training.seed, settings.own.classes.baselines);
        let (simple, warning) = learned.task.simple(&learned.data, seed, always);
        if let Some(warning) = warning {
            plan.progress.warn(&warning.to_string());
        }
        if interrupt::requested() {
            return Err(learned.interrupted());
        }
        learned.finish(simple, |learned| gallery::report(learned, plan))
    }

    fn run_subcommand(flags: &PredictFlags) -> Result<(), AppError> {
        eval::predict::<Classes>(flags)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        crate::training::command::<super::Classify>().debug_assert();
    }
}
