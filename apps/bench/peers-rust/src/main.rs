//! Other Rust libraries on the workloads of `bench`: the side that `bench --peers-rust` talks to.
//!
//! `peers-rust burn|candle THREADS` does what the scripts in `apps/bench/peers` do and speaks as they do: a line of JSON that says who this is,
//! then for each name of a workload on standard input one repetition, answered with the microseconds a step and how they were
//! reached, or null where the library does not run that workload. Data are random and of the right shape.

mod on_burn;
mod on_candle;
mod workloads;

use std::error::Error;
use std::io::{BufRead, Write, stdin, stdout};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use workloads::{WORKLOADS, Workload};

/// One step of training, ready to be timed.
type Step = Box<dyn FnMut() -> Result<(), Box<dyn Error>>>;

/// Makes data and model; `None` if the library has no such network or optimizer.
type Prepare = fn(&Workload) -> Result<Option<Step>, Box<dyn Error>>;

/// What a repetition takes at least.
const REPETITION: Duration = Duration::from_millis(20);

/// Where the pools of both libraries read how many threads they may have.
const THREADS: &str = "RAYON_NUM_THREADS";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.as_slice() {
        [library, threads] => answer(library, threads),
        _ => Err("usage: peers-rust burn|candle THREADS".into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("error: {e}");
            ExitCode::FAILURE
        }
    }
}

/// Answers until standard input ends.
fn answer(library: &str, threads: &str) -> Result<(), Box<dyn Error>> {
    let (prepare, packages, setting): (Prepare, &[&str], &str) = match library {
        "burn" => (on_burn::prepare, &["burn", "burn-flex"], "eager"),
        "candle" => (on_candle::prepare, &["candle-core"], "eager"),
        _ => return Err(format!("peers-rust knows no library {library}").into()),
    };
    if std::env::var(THREADS).as_deref() != Ok(threads) {
        let why = format!("{THREADS} is not {threads}, and both libraries read it");
        return say(&json!({ "missing": why }));
    }
    let threads: usize = threads.parse()?;
    pin(threads)?;
    let versions: Vec<_> = packages.iter().map(|name| version(name)).collect();
    say(&json!({ "version": versions.join(" on "), "threads": threads }))?;

    let mut at_hand: Option<(String, Option<Repetition>)> = None;
    for name in stdin().lock().lines() {
        let name = name?;
        if at_hand.as_ref().is_none_or(|(of, _)| *of != name) {
            // The old data go before the new are made.
            drop(at_hand.take());
            let workload = WORKLOADS.iter().find(|w| w.name == name);
            let made = workload.map_or(Ok(None), prepare);
            at_hand = Some((name, made.and_then(Repetition::of).unwrap_or_else(failed)));
        }
        let repetition = at_hand
            .as_mut()
            .and_then(|(_, repetition)| repetition.as_mut());
        let time = repetition
            .map_or(Ok(None), |r| r.run().map(Some))
            .unwrap_or_else(failed);
        say(&time.map_or(Value::Null, |us| json!({ "us": us, "setting": setting })))?;
    }
    Ok(())
}

/// Nothing, with the reason on standard error.
fn failed<T>(why: Box<dyn Error>) -> Option<T> {
    eprintln!("error: {why}");
    None
}

fn say(line: &Value) -> Result<(), Box<dyn Error>> {
    let mut out = stdout().lock();
    writeln!(out, "{line}")?;
    Ok(out.flush()?)
}

/// A package's name and version, from the lock file that this program was built with.
fn version(package: &str) -> String {
    let lock = include_str!("../Cargo.lock");
    let start = format!("name = \"{package}\"\nversion = \"");
    let number = lock
        .split_once(start.as_str())
        .and_then(|(_, rest)| rest.split('"').next());
    format!("{package} {}", number.unwrap_or("of an unknown version"))
}

/// As many steps as make a repetition.
struct Repetition {
    step: Step,
    count: u32,
}

impl Repetition {
    /// Finds out how many steps make one; that also warms up.
    fn of(step: Option<Step>) -> Result<Option<Self>, Box<dyn Error>> {
        let Some(step) = step else { return Ok(None) };
        let mut this = Self { step, count: 1 };
        loop {
            let time = this.time()?;
            if time >= REPETITION {
                return Ok(Some(this));
            }
            // A little more than what is needed, so that it is reached.
            let factor = 1.1 * REPETITION.as_secs_f64() / time.as_secs_f64().max(1e-9);
            this.count = (f64::from(this.count) * factor.clamp(1.1, 8.0)).ceil() as u32;
        }
    }

    fn time(&mut self) -> Result<Duration, Box<dyn Error>> {
        let start = Instant::now();
        for _ in 0..self.count {
            (self.step)()?;
        }
        Ok(start.elapsed())
    }

    /// Microseconds a step.
    fn run(&mut self) -> Result<f64, Box<dyn Error>> {
        Ok(self.time()?.as_secs_f64() * 1e6 / f64::from(self.count))
    }
}

/// Pins this thread, and all that it starts, to the first `n` of the processors that it may use.
#[cfg(target_os = "linux")]
fn pin(n: usize) -> Result<(), Box<dyn Error>> {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
    let allowed = sched_getaffinity(None)?;
    let mut chosen = CpuSet::new();
    let processors = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu));
    processors.take(n).for_each(|cpu| chosen.set(cpu));
    Ok(sched_setaffinity(None, &chosen)?)
}

/// As on other systems, where a process cannot choose.
#[cfg(not(target_os = "linux"))]
fn pin(_n: usize) -> Result<(), Box<dyn Error>> {
    Ok(())
}
