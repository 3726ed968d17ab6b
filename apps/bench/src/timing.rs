//! Step times: repetitions of many steps, their minimum and median.

use std::time::{Duration, Instant};

/// Runs a number of steps and says how long they took.
pub(crate) type Steps = Box<dyn FnMut(u32) -> Duration>;

/// Target time of a repetition: so long that caches which others have filled meanwhile are warm for most of it,
/// as they are in training, and so short that on a busy machine some repetitions are hardly interrupted.
const REPETITION: Duration = Duration::from_millis(20);

/// Steps without a preparation that should not count.
pub(crate) fn steps(mut step: impl FnMut() + 'static) -> Steps {
    Box::new(move |n| {
        let start = Instant::now();
        for _ in 0..n {
            step();
        }
        start.elapsed()
    })
}

/// Steps that are run again and again, as many each time.
pub(crate) struct Repetitions {
    steps: Steps,
    count: u32,
}

impl Repetitions {
    /// Finds out how many steps make a repetition; that also warms up.
    pub(crate) fn new(mut steps: Steps) -> Self {
        let mut count = 1;
        loop {
            let time = steps(count);
            if time >= REPETITION / 4 || count >= 1 << 20 {
                let one = time.as_secs_f64() / f64::from(count);
                let fitting = REPETITION.as_secs_f64() / one;
                return Self {
                    steps,
                    count: fitting.clamp(1.0, f64::from(1 << 22)) as u32,
                };
            }
            count *= 2;
        }
    }

    /// Microseconds a step, in one repetition.
    pub(crate) fn run(&mut self) -> f64 {
        (self.steps)(self.count).as_secs_f64() * 1e6 / f64::from(self.count)
    }
}

/// The numbers of repetitions, from 0: fewer of them where they take long, but never less than a handful.
pub(crate) fn repetitions(at_most: usize) -> impl Iterator<Item = usize> {
    const HANDFUL: usize = 6;
    const ENOUGH: Duration = Duration::from_secs(6);
    let start = Instant::now();
    (0..at_most).take_while(move |i| *i < HANDFUL || start.elapsed() < ENOUGH)
}

/// Times of several repetitions.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Timing {
    /// The fastest repetition.
    pub(crate) min: f64,
    /// The one in the middle.
    pub(crate) median: f64,
}

impl Timing {
    /// Of some repetitions; `None` of none.
    pub(crate) fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        Some(Self {
            min: *times.first()?,
            median: times[times.len() / 2],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minimum_and_median() {
        let timing = Timing::of(vec![3.0, 1.0, 2.0]);
        let (min, median) = (1.0, 2.0);
        assert_eq!(timing, Some(Timing { min, median }));
        assert_eq!(Timing::of(Vec::new()), None);
    }

    #[test]
    fn a_repetition_is_long_enough_and_counts_its_steps() {
        let step = Duration::from_micros(230);
        let mut repetitions = Repetitions::new(Box::new(move |n| step * n));
        assert_eq!(repetitions.count, 86);
        assert!((repetitions.run() - 230.0).abs() < 1e-6);
    }
}
