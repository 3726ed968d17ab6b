//! Check that classify's steps take as long as the ones measured here, and that no step takes much longer than its bound.
//!
//! What a check measures is the ratio of two things that are run in turns, so that both see the same machine; the fastest
//! repetitions of each count. On a busy machine most repetitions may be interrupted, one of the two more often than the other,
//! so neither means nor medians would do. What does not pass is measured further: other work disturbs some attempts, and a step
//! that has become slower fails all of them. Where every repetition is interrupted, nothing can be said, and the check may fail.

mod classify;

use autograd::ThreadPool;
use cli::Console;
use cli::app::print_line;
use experiment::{AppError, interrupt};

use crate::pin;
use crate::timing::Repetitions;
use crate::workloads::{WORKLOADS, Workload};

/// Attempts of each check.
const ATTEMPTS: usize = 3;
/// Pairs of repetitions in an attempt, a step and its bound.
const PAIRS: usize = 25;

/// What an attempt found.
struct Finding {
    figures: String,
    passes: bool,
}

/// Measures everything that has a limit.
///
/// # Errors
/// If something does not pass, which names all that does not; if classify is missing or fails.
pub(crate) fn run(threads: usize, quiet: bool) -> Result<(), AppError> {
    pin::to_processors(threads)?;
    let console = Console::new(quiet);
    let mut failures = Vec::new();
    ThreadPool::new(threads).install(|| {
        let mut pair = classify::Pair::new(threads)?;
        failures.extend(attempts(&console, || pair.attempt(&console))?);
        for workload in WORKLOADS {
            if let Some(mut bounded) = Bounded::new(workload) {
                failures.extend(attempts(&console, || Ok(bounded.attempt()))?);
            }
        }
        Ok::<_, AppError>(())
    })?;
    if failures.is_empty() {
        Ok(())
    } else {
        Err(AppError::Failure(failures.join("; ")))
    }
}

/// Prints the figures of the first attempt that passes; returns those of the last one if none does.
fn attempts(
    console: &Console,
    mut attempt: impl FnMut() -> Result<Finding, AppError>,
) -> Result<Option<String>, AppError> {
    let mut last = None;
    for number in 1..=ATTEMPTS {
        if interrupt::requested() {
            return Err(AppError::Interrupted("stopped".into()));
        }
        let Finding { figures, passes } = attempt()?;
        if passes {
            print_line(figures)?;
            return Ok(None);
        }
        console.say(format_args!("attempt {number} of {ATTEMPTS}: {figures}"));
        last = Some(figures);
    }
    Ok(last)
}

/// A step and its lower bound, with the largest ratio that passes.
struct Bounded {
    name: &'static str,
    step: Repetitions,
    bound: Repetitions,
    most: f64,
    /// Microseconds of both, so far.
    fastest: [f64; 2],
}

impl Bounded {
    /// Of a workload that has a bound and a limit.
    fn new(workload: &'static Workload) -> Option<Self> {
        let most = workload.most?;
        let prepared = workload.prepare();
        Some(Self {
            name: workload.name,
            step: Repetitions::new(prepared.engine),
            bound: Repetitions::new(prepared.floor?),
            most,
            fastest: [f64::INFINITY; 2],
        })
    }

    /// Measures some pairs more.
    fn attempt(&mut self) -> Finding {
        for _ in 0..PAIRS {
            let [step, bound] = self.fastest;
            self.fastest = [step.min(self.step.run()), bound.min(self.bound.run())];
        }
        let [step, bound] = self.fastest;
        let ratio = step / bound;
        Finding {
            figures: format!(
                "{} takes {step:.2} us per step, its bound {bound:.2} us: ratio {ratio:.3}, up to {:.2} passes",
                self.name, self.most
            ),
            passes: ratio <= self.most,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Repetitions of a step that takes so many microseconds, and longer but for each fifth time.
    fn steps(us: u64, disturbed: u64) -> Repetitions {
        let mut count = 0;
        Repetitions::new(Box::new(move |n| {
            count += 1;
            Duration::from_micros(if count % 5 == 0 { us } else { disturbed }) * n
        }))
    }

    fn bounded(us: u64) -> Bounded {
        Bounded {
            name: "w",
            step: steps(us, 9 * us),
            bound: steps(1000, 1000),
            most: 1.1,
            fastest: [f64::INFINITY; 2],
        }
    }

    #[test]
    fn a_slow_step_fails_and_a_disturbed_one_does_not() {
        assert!(bounded(1050).attempt().passes);
        let slow = bounded(1200).attempt();
        assert!(!slow.passes);
        assert!(slow.figures.contains("ratio 1.200"), "{}", slow.figures);
    }

    #[test]
    fn what_passes_once_in_three_attempts_passes() {
        let console = Console::new(true);
        let passing_at = |good: usize| {
            let mut number = 0;
            attempts(&console, || {
                number += 1;
                Ok(Finding {
                    figures: format!("attempt {number}"),
                    passes: number == good,
                })
            })
        };
        assert_eq!(passing_at(3), Ok(None));
        assert_eq!(passing_at(4), Ok(Some("attempt 3".into())));
    }
}
