//! Regressors: what training one has of its own.

mod figures;

use autograd::Real;
use baselines::Polynomial;
use clap::Subcommand;
use experiment::AppError;
use experiment::data::Data;
use experiment::run::{Finished, Plan, Simple, TrainedRun, Values};
use report::{Regressor, Report};
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
    /// Predict target values for rows of a CSV file, or for images
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

/// The program `regress`.
#[derive(Clone, Copy, Debug)]
pub enum Regress {}

impl TrainingApp for Regress {
    const KIND: Kind = Kind::Regression;
    const ABOUT: &'static str =
        "Train and evaluate a regressor, beside the mean, OLS, Ridge and LASSO";
    const EXAMPLES: &'static str = "  regress                                  fit Runge's function
  regress --data california --epochs 40
  regress --data diabetes --folds 5
  regress --data energy --target heating_load,cooling_load
  regress eval runs/regress-runge-1
  regress predict runs/regress-runge-1 rows.csv";
    type Task = Values;
    type Commands = Commands;

    fn task(settings: &Settings, data: &Data) -> Result<Values, AppError> {
        let Objective::Regression {
            standardize_targets,
        } = settings.experiment.objective
        else {
            panic!(
                "regress was told to learn {:?}",
                settings.experiment.objective
            );
        };
        // A degree that is too high for the data is refused before anything is trained.
        terms(settings, data).and_then(|_| Values::of(data, standardize_targets))
    }

    fn finish<T: Real>(
        settings: &Settings,
        plan: &Plan<'_>,
        learned: TrainedRun<Values, T>,
    ) -> Result<Finished, AppError> {
        let terms = terms(settings, &learned.data.data)?;
        let seed = settings.experiment.seed();
        let simple = learned.task.simple(&learned.data, &terms, seed);
        if !simple.lasso_is_exact {
            plan.progress.warn(
                "the LASSO has not converged; its figures are those of the last sweep over its weights",
            );
        }
        let figures = simple.figures.clone();
        let degree = settings.options.degree;
        learned.write_predictions()?;
        learned.finish(figures, |learned| report(learned, &simple, degree))
    }

    fn run_command(command: &Commands) -> Result<(), AppError> {
        match command {
            Commands::Predict(flags) => eval::predict::<Values>(flags),
            Commands::Importance(flags) => importance::run::<Values>(flags),
            Commands::Compare(flags) => compare::run::<Values>(flags),
            Commands::Merge(flags) => merge::run::<Self>(flags),
            Commands::Export(flags) => export::run::<Values>(flags),
        }
    }
}

/// What the baselines see of a row.
fn terms(settings: &Settings, data: &Data) -> Result<Polynomial, AppError> {
    let columns = data.set.part.inputs.row_len();
    Polynomial::new(columns, settings.options.degree).map_err(AppError::failure)
}

fn report<T: Real>(learned: &TrainedRun<Values, T>, simple: &Simple, degree: usize) -> Report {
    let (data, curve) = (&learned.data.data, figures::curve(learned, &simple.ols));
    report::regression(&Regressor {
        run: learned.facts(),
        degree,
        targets: &figures::targets(learned),
        curve: curve.as_ref(),
        places: figures::places(data).as_ref(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        crate::training::command::<super::Regress>().debug_assert();
    }
}
