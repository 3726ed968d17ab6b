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
use records::Number;
use settings::values::seed;

use crate::axis::{Axis, Second};
use crate::curvature;
use crate::directions;
use crate::flags::{OutFlags, PlaneFlags, Source};
use crate::folder;
use crate::hessian::SpectrumFlags;
use crate::output::{self, Side};
use crate::points::Points;
use crate::results::{Compared, Comparison, Judged, Landscape};
use crate::slice::Frame;
use crate::subject::{RowFlags, Subject};

/// Points between two checks for Ctrl-C.
const AT_ONCE: usize = 64;

/// The flags of `compare`.
#[derive(Args, Clone, Debug)]
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
pub(crate) fn run(flags: &CompareFlags) -> Result<(), AppError> {
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
    flags.spectrum.measure(flags.seed)?;
    // Fail on an unwritable folder before minutes of work.
    let folder = folder::create(&flags.first, &flags.folder)?;
    let console = Console::new(flags.look.quiet);
    let [first, second] = configs;
    let comparison = Comparison {
        runs: vec![
            one(flags, &flags.first, first, console)?,
            one(flags, &flags.second, second, console)?,
        ],
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    let text = serde_json::to_string(&comparison)
        .map_err(|e| AppError::while_doing("cannot write compare.json", e))?;
    folder.write("compare.json", format!("{text}\n"))?;
    let table = table(&comparison.runs);
    let names = names(flags);
    let side = |i: usize| Side {
        name: &names[i],
        slice: &comparison.runs[i].landscape,
    };
    output::compare(folder.path(), [side(0), side(1)], &table)?;
    if flags.look.json {
        return print_line(text);
    }
    print_line(format_args!("{:24} {:>16} {:>16}", "", names[0], names[1]))?;
    for (name, a, b) in &table {
        print_line(format_args!("{name:24} {a:>16} {b:>16}"))?;
    }
    console.say(format_args!(
        "report: {}",
        folder.join("compare.html").display()
    ));
    Ok(())
}

/// Names of the runs, or their paths where the names are equal.
fn names(flags: &CompareFlags) -> [String; 2] {
    let runs = [&flags.first, &flags.second];
    let last = |run: &PathBuf| {
        let name = run.file_name();
        name.map_or_else(|| run.display().to_string(), |n| n.to_string_lossy().into())
    };
    match runs.map(last) {
        [a, b] if a == b => runs.map(|run| run.display().to_string()),
        names => names,
    }
}

fn one(
    flags: &CompareFlags,
    run: &Path,
    config: ModelConfig,
    console: Console,
) -> Result<Compared, AppError> {
    on_threads(flags.look.threads, || match config.is_f64() {
        true => look::<f64>(flags, run, config, console),
        false => look::<f32>(flags, run, config, console),
    })
}

fn look<T: Real>(
    flags: &CompareFlags,
    run: &Path,
    config: ModelConfig,
    console: Console,
) -> Result<Compared, AppError> {
    let subject = Subject::<T>::load(run, config, &flags.rows, flags.seed, &flags.look.source())?;
    let mut warnings = Vec::new();
    let measure = flags.spectrum.measure(flags.seed)?;
    let hessian = curvature::measure(&subject, &measure, console, &mut warnings)?;
    for warning in warnings {
        warn(format_args!("{}: {warning}", run.display()));
    }
    let data = &subject.data.data;
    Ok(Compared {
        run: run.display().to_string(),
        train: evaluated(&subject, &data.train),
        test: evaluated(&subject, &data.test),
        landscape: slice(flags, &subject, console)?,
        hessian,
    })
}

fn evaluated<T: Real>(subject: &Subject<T>, rows: &[u32]) -> Judged {
    let found = evaluate(&subject.model, subject.examples(), rows, subject.loss);
    let accuracy = || {
        let truth = subject.data.classes(rows);
        let right = found.classes().into_iter().zip(truth);
        right.filter(|(is, was)| is == was).count() as f64 / rows.len() as f64
    };
    Judged {
        loss: Number(found.loss),
        accuracy: subject.classes.then(|| Number(accuracy())),
    }
}

fn slice<T: Real>(
    flags: &CompareFlags,
    subject: &Subject<T>,
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
    let chosen = directions::choose(subject, &plane)?;
    let center = evaluate(
        &subject.model,
        subject.examples(),
        &subject.rows,
        subject.loss,
    );
    let axes = chosen.axes(&plane);
    let frame = Frame::of(subject, &chosen, axes, flags.rows.split, center.loss);
    let still = vec![T::ZERO; chosen.x.len()];
    let plane = Plane {
        model: &subject.model,
        x: &chosen.x,
        y: chosen.y.as_ref().unwrap_or(&still),
        data: subject.examples(),
        rows: &subject.rows,
        loss: &subject.loss,
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

/// Table rows: a name and its value for both runs.
fn table(runs: &[Compared]) -> Vec<(String, String, String)> {
    let row = |name: &str, value: &dyn Fn(&Compared) -> Option<String>| {
        let [a, b] = [&runs[0], &runs[1]].map(|run| value(run).unwrap_or_else(|| "-".to_owned()));
        (name.to_owned(), a, b)
    };
    let four = |x: Number| format!("{:.4}", x.0);
    let at = |list: &[Number], i: usize| list.get(i).map(|x| four(*x));
    vec![
        row("training loss", &|r| Some(four(r.train.loss))),
        row("test loss", &|r| Some(four(r.test.loss))),
        row("generalization gap", &|r| {
            Some(format!("{:.4}", r.test.loss.0 - r.train.loss.0))
        }),
        row("test accuracy", &|r| r.test.accuracy.map(four)),
        row("largest eigenvalue", &|r| at(&r.hessian.top, 0)),
        row("second largest eigenvalue", &|r| at(&r.hessian.top, 1)),
        row("smallest eigenvalue", &|r| at(&r.hessian.bottom, 0)),
        row("Hessian trace", &|r| {
            let trace = &r.hessian.trace;
            Some(format!(
                "{:.2} ± {:.2}",
                trace.mean.0, trace.standard_error.0
            ))
        }),
    ]
}
