//! `points.jsonl`: finished points, one line per batch, in the order in which batches were done. A killed slice continues from
//! there.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use cli::app;
use experiment::AppError;
use records::{JsonLines, Number, RunFolder};
use serde::{Deserialize, Serialize};

const FILE: &str = "points.jsonl";

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
pub(crate) struct Line {
    /// Number of the first.
    pub(crate) from: usize,
    seconds: Number,
    loss: Vec<Number>,
    metric: Vec<Number>,
    gradient_norm: Option<Vec<Number>>,
}

impl Line {
    /// The points from number `from` on.
    pub(crate) fn of(from: usize, points: &Points) -> Self {
        let numbers = |of: &Vec<f64>| of.iter().copied().map(Number).collect();
        Self {
            from,
            seconds: Number(points.seconds),
            loss: numbers(&points.loss),
            metric: numbers(&points.metric),
            gradient_norm: points.gradient_norm.as_ref().map(numbers),
        }
    }

    /// The points.
    pub(crate) fn points(self) -> Points {
        let numbers = |of: Vec<Number>| of.into_iter().map(|x| x.0).collect();
        Points {
            loss: numbers(self.loss),
            metric: numbers(self.metric),
            gradient_norm: self.gradient_norm.map(numbers),
            seconds: self.seconds.0,
        }
    }
}

/// Finished points of a range, from several ranks in any order.
pub(crate) struct Finished {
    range: Range<usize>,
    gradient: bool,
    /// By the number of the first of each batch.
    batches: BTreeMap<usize, Points>,
    count: usize,
}

impl Finished {
    fn none(range: Range<usize>, gradient: bool) -> Self {
        Self {
            range,
            gradient,
            batches: BTreeMap::new(),
            count: 0,
        }
    }

    /// Number of points.
    pub(crate) fn len(&self) -> usize {
        self.count
    }

    /// Adds the points from number `from` on; false if they do not belong to the range or some are there already.
    pub(crate) fn insert(&mut self, from: usize, points: Points) -> bool {
        let len = points.len();
        let Some(end) = from.checked_add(len) else {
            return false;
        };
        let before = self.batches.range(..=from).next_back();
        let after = self.batches.range(from..).next();
        let fits = self.range.start <= from
            && end <= self.range.end
            && points.is_whole(self.gradient)
            && before.is_none_or(|(start, batch)| start + batch.len() <= from)
            && after.is_none_or(|(start, _)| end <= *start);
        if fits && len > 0 {
            self.count += len;
            self.batches.insert(from, points);
        }
        fits
    }

    /// Ranges of the pending points, in order.
    pub(crate) fn gaps(&self) -> Vec<Range<usize>> {
        let mut gaps = Vec::new();
        let mut next = self.range.start;
        for (start, batch) in &self.batches {
            gaps.push(next..*start);
            next = start + batch.len();
        }
        gaps.push(next..self.range.end);
        gaps.retain(|gap| !gap.is_empty());
        gaps
    }

    /// All points, in their order.
    pub(crate) fn points(self) -> Points {
        let mut points = Points {
            gradient_norm: self.gradient.then(Vec::new),
            ..Points::default()
        };
        self.batches
            .into_values()
            .for_each(|batch| points.extend(batch));
        points
    }
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
    let finished = understood(&path, &JsonLines::read(&path)?.lines, range, gradient)?;
    Ok(finished.points())
}

/// Opens the file of a folder, and reads the finished points of a range.
///
/// # Errors
/// If the file cannot be read or written, or does not hold these points.
pub(crate) fn open(
    folder: &Path,
    range: &Range<usize>,
    gradient: bool,
) -> Result<(JsonLines, Finished), AppError> {
    let (file, lines) = JsonLines::open(folder.join(FILE))?;
    let finished = understood(file.path(), &lines, range, gradient)?;
    Ok((file, finished))
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

/// Reads the points of lines.
fn understood(
    path: &Path,
    lines: &[String],
    range: &Range<usize>,
    gradient: bool,
) -> Result<Finished, AppError> {
    let mut finished = Finished::none(range.clone(), gradient);
    for (line, number) in lines.iter().zip(1..) {
        let at = format!("{}:{number}", path.display());
        let line: Line = serde_json::from_str(line)
            .map_err(|e| AppError::while_doing(format_args!("{at}: not a line of a slice"), e))?;
        if !finished.insert(line.from, line.points()) {
            return Err(AppError::Failure(format!(
                "{at}: does not go with the points before it; overwrite the folder with --force"
            )));
        }
    }
    Ok(finished)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn points(losses: &[f64]) -> Points {
        Points {
            loss: losses.to_vec(),
            metric: losses.to_vec(),
            gradient_norm: None,
            seconds: 1.0,
        }
    }

    #[test]
    fn batches_come_in_any_order_and_each_point_once() {
        let mut finished = Finished::none(10..20, false);
        assert!(finished.insert(14, points(&[4.0, 5.0])));
        assert!(finished.insert(10, points(&[0.0])));
        assert_eq!(finished.gaps(), [11..14, 16..20]);
        for (from, count) in [(9, 1), (10, 1), (13, 2), (15, 1), (13, 4), (19, 2), (20, 1)] {
            assert!(!finished.insert(from, points(&vec![9.0; count])), "{from}");
        }
        assert!(!finished.insert(usize::MAX, points(&[9.0, 9.0])));
        assert!(finished.insert(16, points(&[6.0, 7.0, 8.0, 9.0])));
        assert!(finished.insert(11, points(&[1.0, 2.0, 3.0])));
        assert_eq!((finished.len(), finished.gaps()), (10, Vec::new()));
        let whole = finished.points();
        assert_eq!(
            whole.loss,
            [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]
        );
        assert_eq!(whole.seconds, 4.0);
    }
}
