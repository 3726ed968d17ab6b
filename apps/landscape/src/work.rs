//! Pending points, evaluated batch by batch: by this process, or by all ranks as they come free.

use std::ops::{ControlFlow, Range};
use std::time::Instant;

use cli::{Console, Pieces};
use experiment::{AppError, interrupt};
use ranks::World;
use records::{JsonLines, RunFolder};

use crate::points::{self, Finished, Line, Points};

/// Target time of a batch in seconds: the most that a kill loses, or that Ctrl-C waits for.
const BATCH: f64 = 0.5;

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

impl Work<'_> {
    /// Evaluates the pending points, and returns all. `evaluate` receives point numbers.
    ///
    /// # Errors
    /// If the file cannot be read or written, a batch cannot be evaluated, or Ctrl-C was pressed.
    pub(crate) fn finish(
        &self,
        console: Console,
        mut evaluate: impl FnMut(Range<usize>) -> Result<Points, AppError>,
    ) -> Result<Points, AppError> {
        let mut growing = Growing::open(self, console, 1)?;
        while let Some(numbers) = growing.next(0) {
            let from = numbers.start;
            let start = Instant::now();
            let more = evaluate(numbers)?;
            let seconds = start.elapsed().as_secs_f64();
            growing.take(0, from, Points { seconds, ..more })?;
        }
        growing.end()
    }

    /// [`finish`](Self::finish) on all ranks. This is the root; others [`help`]. Points do not depend on who evaluates them, nor on
    /// which others are in their batch.
    ///
    /// # Errors
    /// As there, and if another rank failed.
    pub(crate) fn share(
        &self,
        world: &World,
        console: Console,
        evaluate: impl Fn(Range<usize>) -> Points + Sync,
    ) -> Result<Points, AppError> {
        let growing = std::cell::RefCell::new(Growing::open(self, console, world.size())?);
        let mut kept = Ok(());
        world.deal(
            1,
            |rank| growing.borrow_mut().next(rank),
            |numbers| timed(&evaluate, numbers),
            |rank, _, line| {
                let from = line.from;
                kept = growing.borrow_mut().take(rank, from, line.points());
                match kept {
                    Ok(()) => ControlFlow::Continue(()),
                    Err(_) => ControlFlow::Break(()),
                }
            },
        )?;
        kept?;
        growing.into_inner().end()
    }
}

/// Evaluates the points that the root deals out to this rank, until there are no more.
///
/// # Errors
/// If the root has ended.
pub(crate) fn help(
    world: &World,
    evaluate: impl Fn(Range<usize>) -> Points + Sync,
) -> Result<(), AppError> {
    let none = |_| None;
    let accept = |_, _, _: Line| ControlFlow::Break(());
    Ok(world.deal(1, none, |numbers| timed(&evaluate, numbers), accept)?)
}

/// Evaluates a batch, with its time.
fn timed(evaluate: &impl Fn(Range<usize>) -> Points, numbers: Range<usize>) -> Line {
    let (from, start) = (numbers.start, Instant::now());
    let points = evaluate(numbers);
    let seconds = start.elapsed().as_secs_f64();
    Line::of(from, &Points { seconds, ..points })
}

/// The file of the points as it grows.
struct Growing<'a> {
    work: &'a Work<'a>,
    file: JsonLines,
    finished: Finished,
    /// Ranges of points that nobody has begun, the last first.
    left: Vec<Range<usize>>,
    /// The batch of each rank, so that it takes about [`BATCH`] seconds there.
    batches: Vec<usize>,
    /// When the last batch came.
    last: Instant,
    progress: Pieces,
}

impl<'a> Growing<'a> {
    fn open(work: &'a Work<'a>, console: Console, ranks: usize) -> Result<Self, AppError> {
        let (file, finished) = points::open(work.folder.path(), &work.range, work.gradient)?;
        let all = work.range.len();
        let folder = work.folder.path().display();
        match finished.len() {
            0 => {}
            n if n == all => console.say(format_args!("{folder}: all {all} points are done")),
            n => console.say(format_args!(
                "{folder}: continuing after {n} of {all} points"
            )),
        }
        let progress = console.pieces("points", all as u64);
        let mut left = finished.gaps();
        left.reverse();
        Ok(Self {
            progress: progress.after(finished.len() as u64),
            batches: vec![work.least; ranks],
            last: Instant::now(),
            work,
            file,
            finished,
            left,
        })
    }

    /// The next batch for a rank; none after Ctrl-C.
    fn next(&mut self, rank: usize) -> Option<Range<usize>> {
        if interrupt::requested() {
            return None;
        }
        let ranks = self.batches.len();
        let mut most = self.batches[rank];
        if ranks > 1 {
            // The last batches are small, so that ranks come to their end together.
            let left: usize = self.left.iter().map(Range::len).sum();
            most = most.min(left.div_ceil(2 * ranks)).max(self.work.least);
        }
        let gap = self.left.last_mut()?;
        let end = gap.end.min(gap.start + most);
        let batch = gap.start..end;
        gap.start = end;
        if gap.start == gap.end {
            self.left.pop();
        }
        Some(batch)
    }

    /// Keeps a batch of a rank, which took it so many seconds.
    fn take(&mut self, rank: usize, from: usize, mut batch: Points) -> Result<(), AppError> {
        let rate = batch.len() as f64 / batch.seconds.max(1e-9);
        self.batches[rank] = ((BATCH * rate) as usize).max(self.work.least);
        // Ranks work at the same time, so their times do not add up to that of the slice.
        let now = Instant::now();
        if self.batches.len() > 1 {
            batch.seconds = now.duration_since(self.last).as_secs_f64();
        }
        self.last = now;
        self.file.append(&Line::of(from, &batch))?;
        let fits = self.finished.insert(from, batch);
        assert!(fits, "points from {from} on were not asked for");
        self.progress.at(self.finished.len() as u64);
        Ok(())
    }

    /// All points.
    ///
    /// # Errors
    /// If Ctrl-C came before the last.
    fn end(self) -> Result<Points, AppError> {
        self.progress.finish();
        let (all, done) = (self.work.range.len(), self.finished.len());
        if done < all {
            return Err(AppError::Interrupted(format!(
                "interrupted after {done} of {all} points; continue with {} --out {}",
                self.work.again,
                self.work.folder.path().display()
            )));
        }
        Ok(self.finished.points())
    }
}
