//! What training an autoencoder has of its own.

use autograd::Real;
use clap::Subcommand;
use cli::ExportFlags;
use cli::training::TrainingApp;
use codes::{AutoencoderModel, ReconstructionTask, linear};
use experiment::data::Data;
use experiment::run::{Finished, Plan, TrainedRun};
use experiment::{AppError, interrupt, threads};
use report::{Autoencoded, Report};
use settings::{Kind, Objective, Settings};

use crate::diagnostics::{self, Diagnostics, diagnose};
use crate::encode::{self, EncodeFlags};

/// What is done with a finished run.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Commands {
    /// Print the latent codes of a run's images as CSV
    Encode(EncodeFlags),
    /// Write a run's model as an ONNX file
    Export(ExportFlags),
}

/// The program `autoencode`.
pub(crate) enum Autoencode {}

impl TrainingApp for Autoencode {
    const KIND: Kind = Kind::Reconstruction;
    const ABOUT: &'static str = "Train an autoencoder on images, and evaluate its latent codes";
    const EXAMPLES: &'static str =
        "  autoencode                                  compress the handwritten digits
  autoencode --data mnist --latent 32 --depth 5
  autoencode --data mnist --latent 4 --loss cross-entropy
  autoencode --data mnist --denoise 0.2
  autoencode eval runs/autoencode-digits-1
  autoencode encode runs/autoencode-digits-1 > codes.csv";
    type Task = ReconstructionTask;
    type Commands = Commands;

    fn task(settings: &Settings, data: &Data) -> Result<ReconstructionTask, AppError> {
        match settings.experiment.objective {
            Objective::Reconstruction { loss, noise } => ReconstructionTask::of(data, loss, noise),
            other => panic!("autoencode was told to learn {other:?}"),
        }
    }

    fn finish<T: Real>(
        settings: &Settings,
        plan: &Plan<'_>,
        mut learned: TrainedRun<ReconstructionTask, T>,
    ) -> Result<Finished, AppError> {
        let stopped = |learned: &TrainedRun<ReconstructionTask, T>| match interrupt::requested() {
            true => Err(learned.interrupted()),
            false => Ok(()),
        };
        stopped(&learned)?;
        let of = diagnostics::Settings {
            most_drawn: settings.options.tsne_samples,
            noise: learned.task.noise,
            seed: settings.experiment.seed(),
            threads: settings.options.threads.unwrap_or_else(threads::available),
        };
        let autoencoder = AutoencoderModel::of_run(&learned.model, &learned.config)?;
        let diagnostics = diagnose(&autoencoder, &learned.data, of);
        stopped(&learned)?;
        let diagnostics = diagnostics?;
        let rows = &learned.data.data;
        let images = learned.data.examples().inputs;
        let simple = linear(images, &rows.train, &rows.test, autoencoder.latent());
        stopped(&learned)?;
        if let Some(knn) = &diagnostics.codes.knn {
            plan.progress.say(&format!(
                "{}-NN accuracy on latent codes: {}",
                knn.k,
                report::share(knn.accuracy.0)
            ));
        }
        learned.metrics.codes = Some(diagnostics.codes.clone());
        learned.finish(simple, |learned| report(learned, &diagnostics))
    }

    fn run_command(command: &Commands) -> Result<(), AppError> {
        match command {
            Commands::Encode(flags) => encode::run(flags),
            Commands::Export(flags) => cli::export::<ReconstructionTask>(flags),
        }
    }
}

fn report<T: Real>(
    learned: &TrainedRun<ReconstructionTask, T>,
    diagnostics: &Diagnostics,
) -> Report {
    report::autoencoder(&Autoencoded {
        run: learned.facts(),
        noise: learned.task.noise.deviation,
        reconstructions: &diagnostics.reconstructions,
        denoised: &diagnostics.denoised,
        between: diagnostics.between.as_ref(),
        plane: diagnostics.plane.as_ref(),
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_consistent() {
        cli::training::command::<super::Autoencode>().debug_assert();
    }
}
