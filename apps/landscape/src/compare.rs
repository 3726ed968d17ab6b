//! `landscape compare`: two runs, their slices on one scale, and their loss and curvature.
//!
//! A slice along filter-normalized directions does not change when a layer's weights are scaled up and the next one's
//! down, as long as the network computes the same (Li et al. 2018, Visualizing the loss landscape of neural nets), so
//! it is what solutions are compared by; eigenvalues and traces do change.

use std::path::{Path, PathBuf};

use autograd::Real;
use clap::Args;
use cli::Console;
use cli::app::{print_line, warn};
use cli::flags::LookFlags;
use experiment::model_config::ModelConfig;
use experiment::threads::on_threads;
use experiment::{AppError, interrupt};
use nn::evaluate;
use nn::landscape::{Method, Plane};
use ranks::{Element, World};
use records::Number;
use settings::values::seed;
use surface::axis::{Axis, Second};
use surface::meaning;
use surface::names::run_names;
use surface::output::{self, Contrast};
use surface::results::{Compared, Comparison, Evaluated, Landscape};

use crate::curvature;
use crate::differences::differences;
use crate::directions;
use crate::flags::{OutFlags, PlaneFlags, Source};
use crate::folder;
use crate::hessian::SpectrumFlags;
use crate::points::Points;
use crate::samples::{RowFlags, USUAL_HELP};
use crate::slice::Frame;
use crate::subject::Subject;

/// Points between two checks for Ctrl-C.
const AT_ONCE: usize = 64;
/// Characters of a run's name that a column of the printed table has room for.
const LONGEST_NAME: usize = 20;

/// The flags of `compare`.
#[derive(Args, Clone, Debug)]
#[command(mut_arg("samples", |samples| samples.help(USUAL_HELP)))]
#[command(mut_arg("split", |split| split.default_value("train")))]
#[command(mut_arg("out", |out| out.help("Folder to write to [default: RUN_A/landscape-N]")))]
#[command(mut_arg("name", |name| name.help("Write to RUN_A/S")))]
#[command(mut_arg("force", |force| force.help("Write to a folder that is not empty, and remove what is in it")))]
pub(crate) struct CompareFlags {
    /// Folder of a finished run
    #[arg(value_name = "RUN_A")]
    first: PathBuf,

    /// Folder of the other run
    #[arg(value_name = "RUN_B")]
    second: PathBuf,

    /// Steps along the first random direction, filter-normalized to each run: LOW:HIGH:STEPS
    #[arg(long, value_name = "AXIS", default_value = "-1:1:31")]
    x: Axis,

    /// Steps along the second, or none for a 1-D slice
    #[arg(long, value_name = "AXIS", default_value = "-1:1:31")]
    y: Second,

    /// Random seed of directions, Hutchinson and Lanczos vectors, and --samples
    #[arg(long, value_name = "N", value_parser = seed, default_value = "0")]
    seed: u64,

    #[command(flatten)]
    rows: RowFlags,

    #[command(flatten)]
    spectrum: SpectrumFlags,

    #[command(flatten)]
    folder: OutFlags,

    #[command(flatten)]
    look: LookFlags,
}

/// Compares two runs, and writes and prints the results.
///
/// # Errors
/// If a run cannot be read, their losses are not of one kind, the folder cannot be written to, or the work is interrupted.
pub(crate) fn run(flags: &CompareFlags, world: &World) -> Result<(), AppError> {
    let configs = [
        ModelConfig::read(&flags.first)?,
        ModelConfig::read(&flags.second)?,
    ];
    let losses = configs.each_ref().map(ModelConfig::loss);
    if losses[0] != losses[1] {
        return Err(AppError::Failure(format!(
            "{} and {} minimized different losses ({} and {}), which cannot be compared",
            flags.first.display(),
            flags.second.display(),
            losses[0],
            losses[1]
        )));
    }
    let weights = configs.each_ref().map(|config| {
        let experiment = &config.experiment;
        (
            &experiment.data.reading.sample_weight,
            &experiment.training.class_weight,
        )
    });
    if weights[0] != weights[1] {
        return Err(AppError::Failure(format!(
            "{} and {} weigh samples or classes differently, so their losses cannot be compared",
            flags.first.display(),
            flags.second.display()
        )));
    }
    flags.spectrum.measure(flags.seed)?;
    // Fail on an unwritable folder before minutes of work.
    let folder = folder::create(&flags.first, &flags.folder)?;
    let console = Console::new(flags.look.quiet);
    let [first, second] = configs;
    let differences = differences(&first.experiment, &second.experiment)?;
    let comparison = Comparison {
        runs: vec![
            one(flags, &flags.first, first, world, console)?,
            one(flags, &flags.second, second, world, console)?,
        ],
        differences,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let text = serde_json::to_string(&comparison)
        .map_err(|e| AppError::while_doing("cannot write compare.json", e))?;
    folder.write("compare.json", format!("{text}\n"))?;
    let [a, b] = [&comparison.runs[0], &comparison.runs[1]];
    let names = run_names([&flags.first, &flags.second]);
    let contrast = Contrast {
        names: names.each_ref().map(String::as_str),
        slices: [&a.landscape, &b.landscape],
        differences: &comparison.differences,
        rows: &meaning::rows([a, b]),
        equal_loss: &meaning::equal_training_loss([a, b]),
    };
    output::compare(folder.path(), &contrast)?;
    if flags.look.json {
        return print_line(text);
    }
    print(&contrast, console)?;
    console.say(format_args!(
        "report: {}",
        folder.join("compare.html").display()
    ));
    Ok(())
}

/// Prints what differs and the numbers of both runs, and explains the numbers to those who want to be told.
fn print(of: &Contrast<'_>, console: Console) -> Result<(), AppError> {
    let long = of
        .names
        .iter()
        .any(|name| name.chars().count() > LONGEST_NAME);
    let heads = match long {
        true => ["A", "B"],
        false => of.names,
    };
    if long {
        for (head, name) in heads.iter().zip(of.names) {
            print_line(format_args!("{head} is {name}"))?;
        }
    }
    let line =
        |name: &str, [a, b]: [&str; 2]| print_line(format_args!("{name:25} {a:>20} {b:>20}"));
    line("settings that differ", heads)?;
    if of.differences.is_empty() {
        print_line("none: both runs have the same settings")?;
    }
    for difference in of.differences {
        line(
            &difference.setting,
            difference.values.each_ref().map(String::as_str),
        )?;
    }
    print_line("")?;
    line("numbers", heads)?;
    for row in of.rows {
        line(row.name, row.values.each_ref().map(String::as_str))?;
    }
    for row in of.rows {
        console.say(format_args!("{}: {}", row.name, row.meaning));
    }
    console.say(of.equal_loss);
    Ok(())
}

fn one(
    flags: &CompareFlags,
    run: &Path,
    config: ModelConfig,
    world: &World,
    console: Console,
) -> Result<Compared, AppError> {
    on_threads(flags.look.threads, || match config.is_f64() {
        true => look::<f64>(flags, run, config, world, console),
        false => look::<f32>(flags, run, config, world, console),
    })
}

fn look<T: Real + Element>(
    flags: &CompareFlags,
    run: &Path,
    config: ModelConfig,
    world: &World,
    console: Console,
) -> Result<Compared, AppError> {
    let subject = Subject::<T>::load(
        run,
        config,
        &flags.rows.or_usual(),
        flags.seed,
        &flags.look.source(),
    )?;
    subject.announce("slice and curvature", console);
    let mut warnings = Vec::new();
    let measure = flags.spectrum.measure(flags.seed)?;
    curvature::center(&subject)?;
    let shared = curvature::shared(&subject, world);
    let hessian = curvature::measure(&subject, shared, &measure, console, &mut warnings)?;
    for warning in warnings {
        warn(format_args!("{}: {warning}", run.display()));
    }
    let data = &subject.data.data;
    Ok(Compared {
        run: run.display().to_string(),
        train: evaluated(&subject, &data.train),
        test: evaluated(&subject, &data.test),
        landscape: slice(flags, &subject, world, console)?,
        hessian,
    })
}

fn evaluated<T: Real>(subject: &Subject<T>, rows: &[u32]) -> Evaluated {
    let found = evaluate(&subject.model, subject.examples(), rows, subject.loss());
    Evaluated {
        loss: Number(found.loss),
        accuracy: subject.classes.then(|| Number(found.accuracy())),
    }
}

fn slice<T: Real + Element>(
    flags: &CompareFlags,
    subject: &Subject<T>,
    world: &World,
    console: Console,
) -> Result<Landscape, AppError> {
    let plane = PlaneFlags {
        x: Some(flags.x),
        y: Some(flags.y),
        directions: Source::Random,
        normalize: None,
        with_biases: false,
        seed: flags.seed,
    };
    let chosen = directions::choose(subject, &plane, world)?;
    let axes = chosen.axes(&plane)?;
    let frame = Frame::of(subject, &chosen, axes, subject.center());
    let still = vec![T::ZERO; chosen.x.len()];
    let plane = Plane {
        model: &subject.model,
        x: &chosen.x,
        y: chosen.y.as_ref().unwrap_or(&still),
        data: subject.examples(),
        rows: &subject.rows,
        loss: subject.loss(),
    };
    let mut points = Points::default();
    let mut progress = console.pieces("points", frame.len() as u64);
    let start = std::time::Instant::now();
    while points.len() < frame.len() {
        if interrupt::requested() {
            return Err(AppError::Interrupted(
                "interrupted; nothing was written, repeat the command to start again".to_owned(),
            ));
        }
        let next = points.len()..frame.len().min(points.len() + AT_ONCE);
        let scores = plane.scores(&frame.at(next), Method::Auto);
        points.extend(Points {
            loss: scores.iter().map(|s| s.loss).collect(),
            metric: scores.iter().map(|s| s.metric).collect(),
            ..Points::default()
        });
        progress.at(points.len() as u64);
    }
    progress.finish();
    points.seconds = start.elapsed().as_secs_f64();
    Ok(frame.filled(&points))
}
