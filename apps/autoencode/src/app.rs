//! What training an autoencoder has of its own.

use autograd::Real;
use clap::{Arg, Args};
use cli::training::{Settings, TrainingApp};
use codes::{AutoencoderModel, linear};
use experiment::data::Data;
use experiment::run::{Finished, Plan, ReconstructionTask, TrainedRun};
use experiment::{AppError, interrupt, threads};
use report::{Autoencoded, Report};
use serde::Serialize;
use settings::{AutoencoderFlags, Preset};

use crate::encode::{self, EncodeFlags};
use crate::look::{self, Look, Seen};

/// The flags that only `autoencode` has: how codes are looked at.
#[derive(Args, Clone, Debug, Serialize)]
#[command(next_help_heading = "Codes")]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Autoencode {
    /// Test rows that t-SNE draws, the first of their part; 0 for none; 2000 take seconds
    #[arg(long, value_name = "N", default_value = "2000")]
    pub(crate) tsne_rows: usize,
}

impl TrainingApp for Autoencode {
    const NAME: &'static str = "autoencode";
    const ABOUT: &'static str = "Train an autoencoder on pictures, and look at its codes";
    const EXAMPLES: &'static str =
        "  autoencode                                  compress the handwritten digits
  autoencode --data mnist --latent 32 --depth 5
  autoencode --data mnist --latent 4 --loss cross-entropy
  autoencode --data mnist --denoise 0.2
  autoencode eval runs/autoencode-digits-1
  autoencode encode runs/autoencode-digits-1 > codes.csv";
    const DATA: datasets::Task = datasets::Task::Classification;
    type Task = ReconstructionTask;
    type Network = AutoencoderFlags;
    type SubcommandFlags = EncodeFlags;
    const SUBCOMMAND: (&'static str, &'static str) = (
        "encode",
        "Print the codes of a finished run's pictures as CSV",
    );

    /// Hides what is refused here.
    fn customize_arg(flag: Arg) -> Arg {
        match flag.get_id().as_str() {
            "standardise" | "no_standardise" | "n" | "noise" | "augment" => flag.hide(true),
            _ => flag,
        }
    }

    fn preset(settings: &Settings<Self>) -> Preset {
        let data = settings.data.data.as_str();
        let own: &[(&'static str, &str)] = match data {
            "digits" => &[("latent", "8"), ("lr", "0.01"), ("epochs", "200")],
            "mnist" | "fashion-mnist" => {
                &[("lr", "0.002"), ("batch-size", "128"), ("epochs", "20")]
            }
            "cifar10" => &[
                ("latent", "128"),
                ("depth", "2"),
                ("batch-size", "128"),
                ("epochs", "10"),
            ],
            _ => &[],
        };
        let usual = [("schedule", "one-cycle")];
        let own = usual.iter().chain(own);
        own.map(|(k, v)| (*k, (*v).to_owned())).collect()
    }

    fn check(settings: &Settings<Self>) -> Result<(), AppError> {
        if settings.data.standardise {
            return Err(AppError::usage(
                "--standardise: an autoencoder rebuilds pixels as they are, from 0 to 1",
            ));
        }
        if !settings.training.augment.is_none() {
            return Err(AppError::Usage(format!(
                "--augment {} would change pictures and not what they are compared with; --denoise adds noise",
                settings.training.augment
            )));
        }
        Ok(())
    }

    fn task(settings: &Settings<Self>, data: &Data) -> Result<ReconstructionTask, AppError> {
        ReconstructionTask::of(data, &settings.network)
    }

    fn finish<T: Real>(
        settings: &Settings<Self>,
        plan: &Plan<'_>,
        mut learned: TrainedRun<ReconstructionTask, T>,
    ) -> Result<Finished, AppError> {
        let stopped = |learned: &TrainedRun<ReconstructionTask, T>| match interrupt::requested() {
            true => Err(learned.interrupted()),
            false => Ok(()),
        };
        stopped(&learned)?;
        let look = Look {
            most_drawn: settings.own.tsne_rows,
            noise: settings.network.denoise,
            seed: settings.training.seed,
            threads: settings.training.threads.unwrap_or_else(threads::available),
        };
        let autoencoder = AutoencoderModel::of_run(&learned.model, &learned.config)?;
        let seen = look::at(&autoencoder, &learned.data, look);
        stopped(&learned)?;
        let seen = seen?;
        let rows = &learned.data.data;
        let pictures = learned.data.examples().inputs;
        let simple = linear(pictures, &rows.train, &rows.test, autoencoder.latent());
        stopped(&learned)?;
        if let Some(knn) = &seen.codes.knn {
            plan.progress.say(&format!(
                "the {} nearest codes tell {} of the test pictures rightly",
                knn.k,
                report::share(knn.accuracy.0)
            ));
        }
        learned.metrics.codes = Some(seen.codes.clone());
        learned.finish(simple, |learned| report(learned, &seen, plan))
    }

    fn run_subcommand(flags: &EncodeFlags) -> Result<(), AppError> {
        encode::run(flags)
    }
}

fn report<T: Real>(
    learned: &TrainedRun<ReconstructionTask, T>,
    seen: &Seen,
    plan: &Plan<'_>,
) -> Report {
    report::autoencoder(&Autoencoded {
        run: learned.facts(plan),
        noise: learned.task.noise,
        rebuilt: &seen.rebuilt,
        denoised: &seen.denoised,
        between: seen.between.as_ref(),
        plane: seen.plane.as_ref(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        cli::training::command::<super::Autoencode>().debug_assert();
    }
}
