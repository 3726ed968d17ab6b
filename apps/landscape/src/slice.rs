//! The loss on a 1-D or 2-D slice through a run's weights.

use std::ops::Range;
use std::path::Path;

use autograd::{Real, ThreadPool, isa};
use cli::Console;
use cli::app::{self, print_line};
use experiment::AppError;
use experiment::model_config::ModelConfig;
use experiment::threads::available;
use nn::landscape::{Method, Plane};
use ranks::{Element, World};
use records::same_settings::Settings;
use records::{Number, RunFolder};
use serde::{Deserialize, Serialize};
use surface::axis::Axis;
use surface::names::run_name;
use surface::output;
use surface::results::{self, Center, Grid, Landscape, Samples, Trajectory};

use crate::directions::{self, Chosen};
use crate::flags::{Metric, SliceFlags};
use crate::folder::{self, Begun};
use crate::points::{Points, warn_of_overflow};
use crate::subject::{Subject, Words};
use crate::trained;
use crate::work::{self, Work};

/// Content of `landscape.json` without the values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Frame {
    x: Vec<f64>,
    y: Option<Vec<f64>>,
    #[serde(flatten)]
    samples: Samples,
    directions: results::Directions,
    #[serde(rename = "centre")]
    center: Center,
    trajectory: Option<Trajectory>,
    run: String,
    /// Description.
    words: Words,
    /// True if the metric is the accuracy.
    classes: bool,
    /// True if gradient norms are requested.
    pub(crate) gradient: bool,
}

impl Frame {
    /// Describes a slice of `subject`, without gradient norms.
    pub(crate) fn of<T: Real>(
        subject: &Subject<T>,
        chosen: &Chosen<T>,
        (x, y): (Axis, Option<Axis>),
        center: f64,
    ) -> Self {
        let what = match &chosen.about.other {
            None => "loss surface".to_owned(),
            Some(other) => format!("loss surface towards {}", run_name(Path::new(&other.run))),
        };
        Self {
            x: x.values(),
            y: y.map(|y| y.values()),
            samples: subject.samples.clone(),
            directions: chosen.about.clone(),
            center: Center {
                loss: Number(center),
            },
            trajectory: chosen.trajectory.clone(),
            run: subject.run.display().to_string(),
            words: Words::of(subject, &what),
            classes: subject.classes,
            gradient: false,
        }
    }

    /// Same, with or without gradient norms.
    fn with_gradient(self, gradient: bool) -> Self {
        Self { gradient, ..self }
    }

    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.x.len() * self.y.as_ref().map_or(1, Vec::len)
    }

    /// Whether another has the same points.
    pub(crate) fn is_over(&self, other: &Self) -> bool {
        (&self.x, &self.y) == (&other.x, &other.y)
    }

    /// Names of the directions.
    pub(crate) fn axes(&self) -> &'static [&'static str] {
        match self.y {
            Some(_) => &["x", "y"],
            None => &["x"],
        }
    }

    /// Coordinates of points by number, row by row along y.
    pub(crate) fn at(&self, numbers: Range<usize>) -> Vec<(f64, f64)> {
        let y = |i: usize| self.y.as_ref().map_or(0.0, |y| y[i]);
        let columns = self.x.len();
        numbers
            .map(|n| (self.x[n % columns], y(n / columns)))
            .collect()
    }

    /// Adds the values of all points.
    pub(crate) fn filled(&self, points: &Points) -> Landscape {
        let grid = |of: &[f64]| {
            let row = |of: &[f64]| of.iter().copied().map(Number).collect();
            match self.y {
                Some(_) => Grid::Plane(of.chunks(self.x.len()).map(row).collect()),
                None => Grid::Line(row(of)),
            }
        };
        Landscape {
            x: self.x.clone(),
            y: self.y.clone(),
            loss: grid(&points.loss),
            accuracy: self.classes.then(|| grid(&points.metric)),
            gradient_norm: points.gradient_norm.as_deref().map(grid),
            seconds: Number(points.seconds),
            points: self.len(),
            samples: self.samples.clone(),
            directions: self.directions.clone(),
            center: self.center,
            trajectory: self.trajectory.clone(),
            run: self.run.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// Slices a run, or trains one first if none is named.
///
/// # Errors
/// If the run or its data cannot be read, the folder holds something else, or the work is interrupted.
pub(crate) fn run(flags: &SliceFlags, world: &World) -> Result<(), AppError> {
    flags.check()?;
    let run = match &flags.run {
        Some(run) => run.clone(),
        None => {
            app::by_itself(world, crate::SHARED)?;
            trained::run(flags)?
        }
    };
    let config = ModelConfig::read(&run)?;
    match config.is_f64() {
        true => slice::<f64>(flags, &run, config, world),
        false => slice::<f32>(flags, &run, config, world),
    }
}

fn slice<T: Real + Element>(
    flags: &SliceFlags,
    run: &Path,
    config: ModelConfig,
    world: &World,
) -> Result<(), AppError> {
    let console = Console::new(flags.look.quiet);
    let threads = flags.look.threads.unwrap_or_else(available);
    let pool = ThreadPool::new(threads);
    let subject = Subject::<T>::load(
        run,
        config,
        &flags.rows,
        flags.plane.seed,
        &flags.look.source(),
    )?;
    if flags.work.metric == Metric::Accuracy && !subject.classes {
        return Err(AppError::Failure(format!(
            "--metric accuracy is for classification, but {} is a regression",
            run.display()
        )));
    }
    let center = pool.install(|| subject.center());
    if !center.is_finite() {
        return Err(AppError::Failure(format!(
            "the loss of {} is {center} on its {} samples: training diverged, so there is no slice",
            run.display(),
            flags.rows.split
        )));
    }
    let chosen = pool.install(|| directions::choose(&subject, &flags.plane, world))?;
    let (x, y) = chosen.axes(&flags.plane)?;
    let begun = begun(flags, &subject, &chosen, (x, y), center)?;
    world.agree(|| begun.settings.clone())?;
    let frame = &begun.frame;
    let still;
    let plane = Plane {
        model: &subject.model,
        x: &chosen.x,
        y: match &chosen.y {
            Some(y) => y,
            None => {
                still = vec![T::ZERO; chosen.x.len()];
                &still
            }
        },
        data: subject.examples(),
        rows: &subject.rows,
        loss: subject.loss(),
    };
    let method = match flags.work.plain {
        true => Method::Plain,
        false => Method::Auto,
    };
    let evaluate = |numbers: Range<usize>| {
        let at = frame.at(numbers);
        pool.install(|| {
            let scores = plane.scores(&at, method);
            Points {
                loss: scores.iter().map(|s| s.loss).collect(),
                metric: scores.iter().map(|s| s.metric).collect(),
                gradient_norm: frame.gradient.then(|| plane.gradient_norms(&at)),
                seconds: 0.0,
            }
        })
    };
    if !world.is_root() {
        return work::help(world, evaluate);
    }
    let folder = begun.open(run, &flags.folder)?;
    directions::write(&folder, &subject.model.params, &chosen)?;
    if let Some(path) = &frame.trajectory {
        let [x, y] = path.explained.map(|share| 100.0 * share);
        console.say(format_args!(
            "explained variance of the trajectory: {x:.1} % by the first direction, {y:.1} % by the second"
        ));
    }
    let all = frame.len();
    let again = format!("landscape {} and the same flags, with", run.display());
    let work = Work {
        folder: &folder,
        range: begun.shard.map_or(0..all, |shard| shard.range(all)),
        gradient: frame.gradient,
        least: threads,
        again: &again,
    };
    let points = match world.is_alone() {
        true => work.finish(console, |numbers| Ok(evaluate(numbers)))?,
        false => work.share(world, console, evaluate)?,
    };
    match begun.shard {
        None => finish(&folder, frame, &points, flags.look.json, console),
        Some(shard) => {
            console.say(format_args!(
                "{}: shard {shard} is done; landscape merge combines all shards",
                folder.path().display()
            ));
            Ok(())
        }
    }
}

/// Settings that a slice depends on, and its description.
fn begun<T: Real>(
    flags: &SliceFlags,
    subject: &Subject<T>,
    chosen: &Chosen<T>,
    (x, y): (Axis, Option<Axis>),
    center: f64,
) -> Result<Begun<Frame>, AppError> {
    let (plane, rows, work) = (&flags.plane, &flags.rows, &flags.work);
    let both = chosen.x.iter().chain(chosen.y.iter().flatten());
    let numbers: Vec<u8> = both.flat_map(|x| x.to_f64().to_le_bytes()).collect();
    let settings: Settings = [
        ("command", "slice".to_owned()),
        ("x", x.to_string()),
        ("y", y.map_or("none".to_owned(), |y| y.to_string())),
        ("directions", plane.directions.to_string()),
        ("normalise", chosen.about.normalize.clone()),
        ("with-biases", plane.with_biases.to_string()),
        ("split", rows.split.to_string()),
        ("samples", rows.amount().to_string()),
        ("metric", work.metric.to_string()),
        ("seed", plane.seed.to_string()),
        ("plain", work.plain.to_string()),
        ("the model", folder::hash_of_model(&subject.run)?),
        ("GRADUS_ISA", isa().name().to_owned()),
        ("the directions", folder::hash(&numbers)),
        // The same model on the same processor has another loss only on other rows.
        ("the loss at the centre", center.to_string()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    Ok(Begun {
        settings,
        shard: work.shard,
        frame: Frame::of(subject, chosen, (x, y), center)
            .with_gradient(work.metric == Metric::GradientNorm),
    })
}

/// Writes `landscape.json`, figures and report, and prints a summary.
///
/// # Errors
/// If the folder cannot be written to.
pub(crate) fn finish(
    folder: &RunFolder,
    frame: &Frame,
    points: &Points,
    json: bool,
    console: Console,
) -> Result<(), AppError> {
    let landscape = frame.filled(points);
    let text = serde_json::to_string(&landscape)
        .map_err(|e| AppError::while_doing("cannot write landscape.json", e))?;
    folder.write("landscape.json", format!("{text}\n"))?;
    output::slice(folder.path(), &landscape)?;
    output::report(
        folder.path(),
        frame.words.heading(),
        Some(&landscape),
        None,
        None,
    )?;
    if json {
        print_line(text)?;
    }
    warn_of_overflow(points);
    let finite = points.loss.iter().copied().filter(|x| x.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), x| {
        (l.min(x), h.max(x))
    });
    if low <= high {
        console.say(format_args!(
            "loss {:.4} at the center, {low:.4} to {high:.4} on the slice; {} points in {:.2} s",
            frame.center.loss.0,
            points.len(),
            points.seconds
        ));
    }
    console.say(format_args!(
        "report: {}",
        folder.join("report.html").display()
    ));
    Ok(())
}
