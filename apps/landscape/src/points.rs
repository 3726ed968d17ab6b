//! `points.jsonl`: finished points, one line per batch. A killed slice continues from there.

use std::ops::Range;
use std::path::Path;
use std::time::Instant;

use cli::Console;
use cli::app;
use experiment::AppError;
use experiment::interrupt;
use records::{JsonLines, Number, RunFolder};
use serde::{Deserialize, Serialize};

const FILE: &str = "points.jsonl";

/// Target time of a batch in seconds: the most that a kill loses, or that Ctrl-C waits for.
const BATCH: f64 = 0.5;

/// Values at consecutive points.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Points {
    /// The mean loss.
    pub(crate) loss: Vec<f64>,
    /// Accuracy, or mean squared error.
    pub(crate) metric: Vec<f64>,
    /// Gradient norms, if requested.
    pub(crate) gradient_norm: Option<Vec<f64>>,
    /// Time in seconds.
    pub(crate) seconds: f64,
}

impl Points {
    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.loss.len()
    }

    fn is_whole(&self, gradient: bool) -> bool {
        self.metric.len() == self.len()
            && self.gradient_norm.is_some() == gradient
            && self
                .gradient_norm
                .as_ref()
                .is_none_or(|norms| norms.len() == self.len())
    }

    /// Appends the points that follow.
    pub(crate) fn extend(&mut self, more: Self) {
        self.loss.extend(more.loss);
        self.metric.extend(more.metric);
        match (&mut self.gradient_norm, more.gradient_norm) {
            (Some(norms), Some(more)) => norms.extend(more),
            (norms, more) if norms.is_none() => *norms = more,
            _ => {}
        }
        self.seconds += more.seconds;
    }
}

/// A line: points from number `from` on.
#[derive(Serialize, Deserialize)]
struct Line {
    from: usize,
    seconds: Number,
    loss: Vec<Number>,
    metric: Vec<Number>,
    gradient_norm: Option<Vec<Number>>,
}

impl Line {
    fn of(from: usize, points: &Points) -> Self {
        let numbers = |of: &Vec<f64>| of.iter().copied().map(Number).collect();
        Self {
            from,
            seconds: Number(points.seconds),
            loss: numbers(&points.loss),
            metric: numbers(&points.metric),
            gradient_norm: points.gradient_norm.as_ref().map(numbers),
        }
    }

    fn points(self) -> Points {
        let numbers = |of: Vec<Number>| of.into_iter().map(|x| x.0).collect();
        Points {
            loss: numbers(self.loss),
            metric: numbers(self.metric),
            gradient_norm: self.gradient_norm.map(numbers),
            seconds: self.seconds.0,
        }
    }
}

/// Points of a folder, finished and pending.
pub(crate) struct Work<'a> {
    /// The folder.
    pub(crate) folder: &'a RunFolder,
    /// Range of point numbers.
    pub(crate) range: Range<usize>,
    /// True if gradient norms are requested.
    pub(crate) gradient: bool,
    /// Minimum batch size.
    pub(crate) least: usize,
    /// Command and flags to continue with, printed after Ctrl-C.
    pub(crate) again: &'a str,
}

/// Reads the finished points of a range.
///
/// # Errors
/// If the file cannot be read, or does not hold these points.
pub(crate) fn done(
    folder: &Path,
    range: &Range<usize>,
    gradient: bool,
) -> Result<Points, AppError> {
    let path = folder.join(FILE);
    understood(&path, &JsonLines::read(&path)?.lines, range, gradient)
}

/// Writes points computed elsewhere as the whole file.
///
/// # Errors
/// If the file cannot be written.
pub(crate) fn put(folder: &RunFolder, points: &Points) -> Result<(), AppError> {
    let line = serde_json::to_string(&Line::of(0, points))
        .map_err(|e| AppError::while_doing("cannot write the points", e))?;
    Ok(folder.write(FILE, format!("{line}\n"))?)
}

/// Reads the points of consecutive lines.
fn understood(
    path: &Path,
    lines: &[String],
    range: &Range<usize>,
    gradient: bool,
) -> Result<Points, AppError> {
    let mut points = Points {
        gradient_norm: gradient.then(Vec::new),
        ..Points::default()
    };
    for (line, number) in lines.iter().zip(1..) {
        let at = format!("{}:{number}", path.display());
        let line: Line = serde_json::from_str(line)
            .map_err(|e| AppError::while_doing(format_args!("{at}: not a line of a slice"), e))?;
        let from = line.from;
        let more = line.points();
        let next = range.start + points.len();
        if from != next || next + more.len() > range.end || !more.is_whole(gradient) {
            return Err(AppError::Failure(format!(
                "{at}: does not follow the points before it; overwrite the folder with --force"
            )));
        }
        points.extend(more);
    }
    Ok(points)
}

impl Work<'_> {
    /// Evaluates the pending points batch by batch, and returns all. `evaluate` receives point numbers.
    ///
    /// # Errors
    /// If the file cannot be read or written, a batch cannot be evaluated, or Ctrl-C was pressed.
    pub(crate) fn finish(
        &self,
        console: Console,
        mut evaluate: impl FnMut(Range<usize>) -> Result<Points, AppError>,
    ) -> Result<Points, AppError> {
        let (mut file, lines) = JsonLines::open(self.folder.join(FILE))?;
        let mut points = understood(file.path(), &lines, &self.range, self.gradient)?;
        let all = self.range.len();
        let folder = self.folder.path().display();
        match points.len() {
            0 => {}
            n if n == all => console.say(format_args!("{folder}: all {all} points are done")),
            n => console.say(format_args!(
                "{folder}: continuing after {n} of {all} points"
            )),
        }
        let progress = console.pieces("points", all as u64);
        let mut progress = progress.after(points.len() as u64);
        let mut batch = self.least;
        while points.len() < all {
            if interrupt::requested() {
                progress.finish();
                return Err(AppError::Interrupted(format!(
                    "interrupted after {} of {all} points; continue with {} --out {folder}",
                    points.len(),
                    self.again
                )));
            }
            let from = self.range.start + points.len();
            let start = Instant::now();
            let mut more = evaluate(from..self.range.end.min(from + batch))?;
            more.seconds = start.elapsed().as_secs_f64();
            file.append(&Line::of(from, &more))?;
            let rate = more.len() as f64 / more.seconds.max(1e-9);
            batch = ((BATCH * rate) as usize).max(self.least);
            points.extend(more);
            progress.at(points.len() as u64);
        }
        progress.finish();
        Ok(points)
    }
}

/// Warns of non-finite points, which are stored as such.
pub(crate) fn warn_of_overflow(points: &Points) {
    let wrong = points.loss.iter().filter(|x| !x.is_finite()).count();
    if wrong > 0 {
        app::warn(format_args!(
            "the loss is not finite at {wrong} of {} points; they are stored as such",
            points.len()
        ));
    }
}
