//! Classifiers: what training one has of its own.

mod gallery;

use autograd::Real;
use experiment::data::Data;
use experiment::run::{Classes, Finished, Plan, TrainedRun};
use experiment::{AppError, interrupt};
use settings::{Kind, Objective, Settings};

use crate::eval::{self, PredictFlags};
use crate::training::TrainingApp;

/// The program `classify`.
#[derive(Clone, Copy, Debug)]
pub enum Classify {}

impl TrainingApp for Classify {
    const KIND: Kind = Kind::Classification;
    const ABOUT: &'static str = "Train and evaluate a classifier";
    const EXAMPLES: &'static str =
        "  classify                                  train on the handwritten digits
  classify --data mnist --hidden 64,32 --epochs 20
  classify --data iris --grid lr=0.001,0.01 --grid hidden=16,64x32 --trials 5
  classify eval runs/classify-digits-1
  classify predict runs/classify-digits-1 image.png";
    type Task = Classes;
    type SubcommandFlags = PredictFlags;
    const SUBCOMMAND: (&'static str, &'static str) = (
        "predict",
        "Predict classes for images, or for rows of a CSV file",
    );

    fn task(settings: &Settings, data: &Data) -> Result<Classes, AppError> {
        match settings.experiment.objective {
            Objective::Classification { head } => Classes::of(data, head),
            other => panic!("classify was told to learn {other:?}"),
        }
    }

    fn finish<T: Real>(
        settings: &Settings,
        plan: &Plan<'_>,
        learned: TrainedRun<Classes, T>,
    ) -> Result<Finished, AppError> {
        let (seed, always) = (settings.experiment.seed(), settings.options.baselines);
        let (simple, warning) = learned.task.simple(&learned.data, seed, always);
        if let Some(warning) = warning {
            plan.progress.warn(&warning.to_string());
        }
        if interrupt::requested() {
            return Err(learned.interrupted());
        }
        learned.finish(simple, |learned| gallery::report(learned))
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
