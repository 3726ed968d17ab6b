//! `landscape hessian`: eigenvalues, trace and spectral density.

use std::path::PathBuf;

use autograd::Real;
use clap::Args;
use cli::Console;
use cli::app::{print_line, warn};
use cli::flags::LookFlags;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::threads::on_threads;
use ranks::{Element, World};
use records::Number;
use settings::values::{count, positive, seed};
use surface::output;
use surface::results::{Hessian, Trace};

use crate::curvature::{self, Measure};
use crate::flags::OutFlags;
use crate::folder;
use crate::samples::{RowFlags, USUAL_HELP};
use crate::shared_loss;
use crate::subject::{Subject, Words};

/// The flags of `hessian`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("samples", |samples| samples.help(USUAL_HELP)))]
#[command(mut_arg("out", |out| out.help("Folder to write to [default: RUN/landscape-N]")))]
#[command(mut_arg("force", |force| force.help("Write to a folder that is not empty, and remove what is in it")))]
pub(crate) struct HessianFlags {
    /// Folder of the finished run
    #[arg(value_name = "RUN")]
    run: PathBuf,

    #[command(flatten)]
    rows: RowFlags,

    #[command(flatten)]
    spectrum: SpectrumFlags,

    /// Compute in f64 even for a run in f32
    #[arg(long)]
    f64: bool,

    /// Random seed of vectors and --samples
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    seed: u64,

    #[command(flatten)]
    folder: OutFlags,

    #[command(flatten)]
    look: LookFlags,
}

/// Flags of the Hessian analysis.
#[derive(Args, Clone, Debug, PartialEq)]
#[command(next_help_heading = "Spectrum")]
pub(crate) struct SpectrumFlags {
    /// Number of largest eigenvalues
    #[arg(long, value_name = "K", value_parser = count, default_value = "5")]
    top: usize,

    /// Number of smallest eigenvalues
    #[arg(long, value_name = "K", value_parser = count, default_value = "3")]
    bottom: usize,

    /// Maximum number of Lanczos iterations; as many vectors are stored
    #[arg(long, value_name = "N", value_parser = count, default_value = "100")]
    steps: usize,

    /// Random vectors per trace (Hutchinson's estimator)
    #[arg(long, value_name = "N", value_parser = count, default_value = "30")]
    trace_vectors: usize,

    /// Random vectors for the spectral density (stochastic Lanczos quadrature)
    #[arg(long, value_name = "N", value_parser = count, default_value = "4")]
    density_vectors: usize,

    /// Sharpness: search the largest loss within this distance of the parameters [default: off]
    #[arg(long, value_name = "EPSILON", value_parser = positive)]
    sharpness: Option<f64>,

    /// Analyze the whole Hessian only, not the block of each layer
    #[arg(long)]
    no_layers: bool,
}

impl SpectrumFlags {
    /// Settings of the analysis.
    ///
    /// # Errors
    /// Wrong usage if they contradict each other.
    pub(crate) fn measure(&self, seed: u64) -> Result<Measure, AppError> {
        let wanted = self.top.max(self.bottom);
        if self.steps < wanted {
            return Err(AppError::Usage(format!(
                "--steps {} cannot find {wanted} eigenvalues; give at least as many",
                self.steps
            )));
        }
        Ok(Measure {
            top: self.top,
            bottom: self.bottom,
            steps: self.steps,
            vectors: self.trace_vectors,
            density: self.density_vectors,
            layers: !self.no_layers,
            radius: self.sharpness,
            seed,
        })
    }
}

/// Analyzes the Hessian of a run, and writes and prints the results.
///
/// # Errors
/// If the run cannot be read, its loss is not finite, the folder cannot be written to, or the work is interrupted.
pub(crate) fn run(flags: &HessianFlags, world: &World) -> Result<(), AppError> {
    let measure = flags.spectrum.measure(flags.seed)?;
    let config = ModelConfig::read(&flags.run)?;
    let wide = flags.f64 || config.is_f64();
    on_threads(flags.look.threads, || match wide {
        true => with::<f64>(flags, config, &measure, world),
        false => with::<f32>(flags, config, &measure, world),
    })
}

fn with<T: Real + Element>(
    flags: &HessianFlags,
    config: ModelConfig,
    measure: &Measure,
    world: &World,
) -> Result<(), AppError> {
    let subject = Subject::<T>::load(
        &flags.run,
        config,
        &flags.rows.or_usual(),
        flags.seed,
        &flags.look.source(),
    )?;
    let center = curvature::center(&subject)?;
    let mut settings = shared_loss::settings(&subject, center)?;
    settings.push(("the analysis".to_owned(), format!("{measure:?}")));
    world.agree(|| settings)?;
    if !world.is_root() {
        world.agree(Vec::new)?;
        curvature::shared(&subject, world).serve();
        return Ok(());
    }
    // Fail on an unwritable folder before minutes of work.
    let folder = folder::create(&flags.run, &flags.folder)?;
    world.agree(Vec::new)?;
    let console = Console::new(flags.look.quiet);
    subject.announce("curvature", console);
    let mut warnings = Vec::new();
    let shared = curvature::shared(&subject, world);
    let hessian = curvature::measure(&subject, shared, measure, console, &mut warnings)?;
    warnings.iter().for_each(warn);
    let text = serde_json::to_string_pretty(&hessian)
        .map_err(|e| AppError::while_doing("cannot write hessian.json", e))?;
    folder.write("hessian.json", format!("{text}\n"))?;
    output::hessian(folder.path(), &hessian)?;
    let words = Words::of(&subject, "Hessian of the loss");
    output::report(folder.path(), words.heading(), None, None, Some(&hessian))?;
    if flags.look.json {
        return print_line(text);
    }
    print(&hessian)?;
    console.say(format_args!(
        "report: {}",
        folder.join("report.html").display()
    ));
    Ok(())
}

fn print(hessian: &Hessian) -> Result<(), AppError> {
    let list = |values: &[Number]| {
        let words = values.iter().map(|v| format!("{:.4}", v.0));
        words.collect::<Vec<_>>().join("  ")
    };
    let trace = |t: &Trace| format!("{:.4} ± {:.4}", t.mean.0, t.standard_error.0);
    print_line(format_args!("run      {}", hessian.run))?;
    print_line(format_args!("samples  {}", hessian.samples.in_words()))?;
    if let Some(drawn) = hessian.samples.drawn() {
        print_line(format_args!("         {drawn}"))?;
    }
    print_line(format_args!("largest eigenvalues   {}", list(&hessian.top)))?;
    print_line(format_args!(
        "smallest eigenvalues  {}",
        list(&hessian.bottom)
    ))?;
    print_line(format_args!(
        "trace                 {}",
        trace(&hessian.trace)
    ))?;
    if let Some(s) = hessian.sharpness {
        print_line(format_args!(
            "sharpness             {:.4} within radius {}",
            s.growth.0, s.radius
        ))?;
    }
    for block in &hessian.per_layer {
        print_line(format_args!("{}: {}", block.name(), block.layer))?;
        print_line(format_args!(
            "  largest {:.4}, smallest {:.4}, trace {}",
            block.top[0].0,
            block.bottom[0].0,
            trace(&block.trace)
        ))?;
    }
    print_line(
        "Compare only models of one architecture and training recipe: rescaling weights\n\
         can change the curvature without changing the function a network computes.",
    )
}
