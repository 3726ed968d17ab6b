//! Regressors: what training one has of its own.

mod figures;
mod preset;

use autograd::Real;
use baselines::Polynomial;
use clap::{Arg, Args};
use experiment::AppError;
use experiment::data::Data;
use experiment::run::{Finished, Plan, Simple, TrainedRun, Values};
use report::{Regressor, Report};
use serde::Serialize;
use settings::{DegreeFlags, ModelFlags, Preset, SweepFlags};

use crate::eval::{self, PredictFlags};
use crate::training::{Settings, TrainingApp};

/// The flags that only `regress` has.
#[derive(Args, Clone, Debug, Serialize)]
pub struct Regress {
    /// What the network is held against.
    #[command(flatten)]
    #[serde(flatten)]
    pub simple: DegreeFlags,
    /// What is tried.
    #[command(flatten)]
    #[serde(flatten)]
    pub sweep: SweepFlags,
}

impl TrainingApp for Regress {
    const NAME: &'static str = "regress";
    const ABOUT: &'static str =
        "Train and judge a regressor, beside the mean, OLS, Ridge and LASSO";
    const EXAMPLES: &'static str = "  regress                                  fit Runge's function
  regress --data california --epochs 40
  regress --data diabetes --folds 5
  regress --data energy --target heating_load,cooling_load
  regress eval runs/regress-runge-1
  regress predict runs/regress-runge-1 rows.csv";
    const DATA: datasets::Task = datasets::Task::Regression;
    type Task = Values;
    type Network = ModelFlags;
    type SubcommandFlags = PredictFlags;
    const SUBCOMMAND: (&'static str, &'static str) = (
        "predict",
        "Say what rows of a CSV file, or pictures, come to",
    );

    fn customize_arg(flag: Arg) -> Arg {
        match flag.get_id().as_str() {
            "data" => flag.default_value("runge"),
            _ => flag,
        }
    }

    fn preset(settings: &Settings<Self>) -> Preset {
        preset::preset(settings)
    }

    fn sweep(&self) -> Option<&SweepFlags> {
        Some(&self.sweep)
    }

    fn task(settings: &Settings<Self>, data: &Data) -> Result<Values, AppError> {
        // A degree that is too high for the data is refused before anything is trained.
        terms(settings, data).and_then(|_| Values::of(data))
    }

    fn finish<T: Real>(
        settings: &Settings<Self>,
        plan: &Plan<'_>,
        learned: TrainedRun<Values, T>,
    ) -> Result<Finished, AppError> {
        let terms = terms(settings, &learned.data.data)?;
        let seed = settings.training.seed;
        let simple = learned.task.simple(&learned.data, &terms, seed);
        if !simple.lasso_is_exact {
            plan.progress.warn(
                "the LASSO has not converged; its figures are those of the last sweep over its weights",
            );
        }
        let figures = simple.figures.clone();
        let degree = settings.own.simple.degree;
        learned.finish(figures, |learned| report(learned, &simple, plan, degree))
    }

    fn run_subcommand(flags: &PredictFlags) -> Result<(), AppError> {
        eval::predict::<Values>(flags)
    }
}

/// What the simple models see of a row.
fn terms(settings: &Settings<Regress>, data: &Data) -> Result<Polynomial, AppError> {
    let columns = data.set.part.inputs.row_len();
    Polynomial::new(columns, settings.own.simple.degree).map_err(AppError::failure)
}

fn report<T: Real>(
    learned: &TrainedRun<Values, T>,
    simple: &Simple,
    plan: &Plan<'_>,
    degree: usize,
) -> Report {
    let (data, curve) = (&learned.data.data, figures::curve(learned, &simple.ols));
    report::regression(&Regressor {
        run: learned.facts(plan),
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
