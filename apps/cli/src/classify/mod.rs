//! Classifiers: what training one has of its own.

mod gallery;

use autograd::Real;
use clap::Subcommand;
use experiment::data::Data;
use experiment::run::{Classes, Finished, Plan, TrainedRun, class_weights};
use experiment::{AppError, interrupt};
use settings::{Kind, Objective, Settings};

use crate::compare::{self, CompareFlags};
use crate::eval::{self, PredictFlags};
use crate::export::{self, ExportFlags};
use crate::importance::{self, ImportanceFlags};
use crate::merge::{self, MergeFlags};
use crate::training::TrainingApp;

/// What is done with a finished run.
#[derive(Clone, Debug, Subcommand)]
pub enum Commands {
    /// Predict classes for images, or for rows of a CSV file
    Predict(PredictFlags),
    /// Rank the columns of a run's table by how much it needs them
    Importance(ImportanceFlags),
    /// Compare finished runs: settings that differ, figures, learning curves
    Compare(CompareFlags),
    /// Combine the shards of a sweep, and sum it up
    Merge(MergeFlags),
    /// Write a run's model as an ONNX file
    Export(ExportFlags),
}

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
  classify --data iris --grid lr=1e-4..1e-1 --search random:20 --refit
  classify --data iris --grid lr=0.001,0.01 --shard 1/2 --out sweep
  classify --data iris --grid lr=0.001,0.01 --shard 2/2 --out sweep
  classify merge sweep
  classify eval runs/classify-digits-1
  classify predict runs/classify-digits-1 image.png
  classify compare runs/classify-digits-1 runs/classify-digits-2";
    type Task = Classes;
    type Commands = Commands;

    fn task(settings: &Settings, data: &Data) -> Result<Classes, AppError> {
        match settings.experiment.objective {
            Objective::Classification { head } => {
                Classes::of(data, head)?.deciding(settings.experiment.decision)
            }
            other => panic!("classify was told to learn {other:?}"),
        }
    }

    fn finish<T: Real>(
        settings: &Settings,
        plan: &Plan<'_>,
        learned: TrainedRun<Classes, T>,
    ) -> Result<Finished, AppError> {
        let (seed, always) = (settings.experiment.seed(), settings.options.baselines);
        let classes = class_weights(&settings.experiment, &learned.data.data)?;
        let (simple, warning) =
            learned
                .task
                .simple(&learned.data, classes.as_deref(), seed, always);
        if let Some(warning) = warning {
            plan.progress.warn(&warning.to_string());
        }
        if interrupt::requested() {
            return Err(learned.interrupted());
        }
        learned.write_predictions()?;
        learned.finish(simple, |learned| gallery::report(learned))
    }

    fn run_command(command: &Commands) -> Result<(), AppError> {
        match command {
            Commands::Predict(flags) => eval::predict::<Classes>(flags),
            Commands::Importance(flags) => importance::run::<Classes>(flags),
            Commands::Compare(flags) => compare::run::<Classes>(flags),
            Commands::Merge(flags) => merge::run::<Self>(flags),
            Commands::Export(flags) => export::run::<Classes>(flags),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        crate::training::command::<super::Classify>().debug_assert();
    }
}
