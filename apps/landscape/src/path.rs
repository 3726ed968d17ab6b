//! The loss on the linear path between two runs.
//!
//! Weights that compute nearly the same function may lie far apart, with a barrier between them; how high it is, says
//! whether they lie in one basin (Goodfellow, Vinyals and Saxe 2015; Frankle, Dziugaite, Roy and Carbin 2020). Running
//! statistics of batch normalization belong to the weights they were collected with, so they are recomputed at every
//! point, ends included: otherwise a spurious barrier shows.

use std::path::PathBuf;

use autograd::{Real, isa};
use clap::Args;
use cli::Console;
use cli::app::print_line;
use cli::flags::LookFlags;
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::threads::on_threads;
use nn::directions::between;
use nn::{evaluate, has_statistics, recompute_statistics};
use records::Number;
use records::same_settings::Settings;
use serde::{Deserialize, Serialize};
use settings::values::seed;
use surface::axis::Axis;
use surface::barrier::barrier;
use surface::names::run_names;
use surface::output;
use surface::results::{Barrier, Path, Samples};

use crate::directions::other;
use crate::flags::OutFlags;
use crate::folder::{self, Begun};
use crate::points::{Points, warn_of_overflow};
use crate::samples::RowFlags;
use crate::subject::{Subject, Words};
use crate::work::Work;

/// The flags of `path`.
#[derive(Args, Clone, Debug)]
pub(crate) struct PathFlags {
    /// Folder of the run at t = 0, which provides the data
    #[arg(value_name = "RUN_A")]
    from: PathBuf,

    /// Folder of the run at t = 1
    #[arg(value_name = "RUN_B")]
    to: PathBuf,

    /// Values of t: LOW:HIGH:STEPS
    #[arg(long, value_name = "AXIS", default_value = "-0.5:1.5:41")]
    t: Axis,

    /// Random seed of --samples
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    seed: u64,

    /// Samples.
    #[command(flatten)]
    rows: RowFlags,

    /// Output folder.
    #[command(flatten)]
    folder: OutFlags,

    /// Data and messages.
    #[command(flatten, next_help_heading = "Data and messages")]
    look: LookFlags,
}

/// All of `path.json` but the numbers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Frame {
    t: Vec<f64>,
    runs: [String; 2],
    #[serde(flatten)]
    samples: Samples,
    /// Description.
    words: Words,
    /// True if the metric is the accuracy.
    classes: bool,
}

impl Frame {
    fn filled(self, points: &Points) -> Path {
        let numbers = |of: &[f64]| of.iter().copied().map(Number).collect();
        Path {
            barrier: barrier(&self.t, &points.loss),
            t: self.t,
            loss: numbers(&points.loss),
            samples: self.samples,
            accuracy: self.classes.then(|| numbers(&points.metric)),
            runs: self.runs,
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Evaluates the path from one run to another.
///
/// # Errors
/// If the runs differ in architecture, their files or data cannot be read, or the work is interrupted.
pub(crate) fn run(flags: &PathFlags) -> Result<(), AppError> {
    let config = ModelConfig::read(&flags.from)?;
    on_threads(flags.look.threads, || match config.is_f64() {
        true => walk::<f64>(flags, config),
        false => walk::<f32>(flags, config),
    })
}

fn walk<T: Real>(flags: &PathFlags, config: ModelConfig) -> Result<(), AppError> {
    let console = Console::new(flags.look.quiet);
    let mut subject = Subject::<T>::load(
        &flags.from,
        config,
        &flags.rows,
        flags.seed,
        &flags.look.source(),
    )?;
    let end = other(&subject, &flags.to)?;
    let start = subject.model.params.values().to_vec();
    let [from, to] = run_names([&flags.from, &flags.to]);
    let what = format!("linear path to {to}");
    let begun = Begun {
        settings: settings(flags, &subject)?,
        shard: None,
        frame: Frame {
            t: flags.t.values(),
            runs: [&flags.from, &flags.to].map(|run| run.display().to_string()),
            samples: subject.samples.clone(),
            words: Words::of(&subject, &what),
            classes: subject.classes,
        },
    };
    let folder = begun.open(&flags.from, &flags.folder)?;
    if has_statistics(&subject.model) {
        console.say("running statistics are recomputed at every t from the training samples");
    }
    let again = format!(
        "landscape path {} {} and the same flags, with",
        flags.from.display(),
        flags.to.display()
    );
    let t = &begun.frame.t;
    let work = Work {
        folder: &folder,
        range: 0..t.len(),
        gradient: false,
        least: 1,
        again: &again,
    };
    let points = work.finish(console, |numbers| {
        let mut points = Points::default();
        for t in &t[numbers] {
            between(&start, end.values(), *t, subject.model.params.values_mut());
            let data = subject.data.examples();
            recompute_statistics(&mut subject.model, data, &subject.data.data.train);
            let (rows, loss) = (&subject.rows, subject.loss());
            let found = evaluate(&subject.model, data, rows, loss);
            points.loss.push(found.loss);
            points.metric.push(found.metric());
        }
        Ok(points)
    })?;
    let words = begun.frame.words.clone();
    let path = begun.frame.filled(&points);
    let text = serde_json::to_string(&path)
        .map_err(|e| AppError::while_doing("cannot write path.json", e))?;
    folder.write("path.json", format!("{text}\n"))?;
    output::path(folder.path(), &path)?;
    output::report(folder.path(), words.heading(), None, Some(&path), None)?;
    match &path.barrier {
        _ if flags.look.json => print_line(text)?,
        Some(barrier) => print_barrier(barrier, [&from, &to])?,
        None => console.say("no barrier is computed, as --t does not contain both 0 and 1"),
    }
    warn_of_overflow(&points);
    console.say(format_args!(
        "report: {}",
        folder.join("report.html").display()
    ));
    Ok(())
}

/// Settings that the numbers depend on.
fn settings<T: Real>(flags: &PathFlags, subject: &Subject<T>) -> Result<Settings, AppError> {
    let settings = [
        ("command", "path".to_owned()),
        ("t", flags.t.to_string()),
        ("split", flags.rows.split.to_string()),
        ("samples", flags.rows.amount().to_string()),
        ("seed", flags.seed.to_string()),
        ("the first model", folder::hash_of_model(&flags.from)?),
        ("the second model", folder::hash_of_model(&flags.to)?),
        ("GRADUS_ISA", isa().name().to_owned()),
        ("the loss of the first model", subject.center().to_string()),
    ];
    Ok(settings
        .map(|(name, value)| (name.to_owned(), value))
        .into())
}

/// Prints the losses of both named runs and the barrier between them as a table.
///
/// # Errors
/// If nobody reads along.
fn print_barrier(barrier: &Barrier, names: [&str; 2]) -> Result<(), AppError> {
    for (t, (name, loss)) in names.iter().zip(barrier.ends).enumerate() {
        print_line(format_args!("loss at t = {t}  {:<9.4} {name}", loss.0))?;
    }
    for (rise, above) in [
        (barrier.above_line, "the line between both losses"),
        (barrier.above_larger_end, "the larger of both losses"),
    ] {
        let place = match rise.value.0 {
            0.0 => "no rise".to_owned(),
            value if value.is_nan() => {
                format!(
                    "not defined, as the loss at t = {} is not finite; rise",
                    rise.t
                )
            }
            _ => format!("at t = {:.3}, rise", rise.t),
        };
        let name = "barrier";
        print_line(format_args!(
            "{name:<13}  {:<9.4} {place} above {above}",
            rise.value.0
        ))?;
    }
    Ok(())
}
